import Algebra

/// A dense layer's weights for the way forward, and transposed for the way back; the latter none in a network that only predicts.
struct PackedPair {
    let forward: PackedMatrix
    let back: PackedMatrix?
    private let weight: ParameterPart

    /// - Parameter weight: `[inputs, outputs]`.
    init(_ weight: ParameterPart, training: Bool) {
        let inputs = weight.shape[0], outputs = weight.shape[1]
        self.weight = weight
        forward = PackedMatrix(rows: inputs, columns: outputs)
        back = training ? PackedMatrix(rows: outputs, columns: inputs) : nil
    }

    var packings: [Packing] {
        [Packing(matrix: forward, weight: weight, isTransposed: false)] + (back.map { [Packing(matrix: $0, weight: weight, isTransposed: true)] } ?? [])
    }
}

/// A packed form of a weight, to be brought up to date once the weight has moved; each apart from all others.
struct Packing: Sendable {
    let matrix: PackedMatrix
    let weight: ParameterPart
    let isTransposed: Bool

    func update(from vector: UnsafeMutablePointer<Float>) { matrix.pack(weight.pointer(in: vector), transposed: isTransposed) }
}
