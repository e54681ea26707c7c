import Algebra

/// A dense layer's weights for the way forward, and transposed for the way back; the latter none in a network that only predicts.
struct PackedPair {
    let forward: PackedMatrix
    let back: PackedMatrix?

    /// - Parameter weight: `[inputs, outputs]`.
    init(_ weight: ParameterPart, training: Bool) {
        let inputs = weight.shape[0], outputs = weight.shape[1]
        forward = PackedMatrix(rows: inputs, columns: outputs)
        back = training ? PackedMatrix(rows: outputs, columns: inputs) : nil
    }

    func pack(_ weight: UnsafePointer<Float>) {
        forward.pack(weight)
        back?.pack(weight, transposed: true)
    }
}
