import Algebra
import Runtime

/// The parameters of a recurrent network in one vector, and the packed forms that the products read.
///
/// One owner writes (the trainer, between steps); shards only read.
final class RecurrentWeights: @unchecked Sendable {
    let configuration: RecurrentConfiguration
    let layout: ParameterLayout
    let vector: UnsafeMutableBufferPointer<Float>
    /// One a layer, and the head.
    let input: [PackedMatrix], recurrent: [PackedMatrix]
    let head: PackedMatrix
    /// The same transposed, for the backward pass; empty in a network that only predicts.
    let inputBack: [PackedMatrix], recurrentBack: [PackedMatrix]
    let headBack: PackedMatrix?
    private let memory: Workspace<Float>

    init(_ configuration: RecurrentConfiguration, training: Bool) {
        self.configuration = configuration
        let layout = configuration.layout
        self.layout = layout
        memory = Workspace(parts: [layout.count])
        vector = memory.next(layout.count)
        input = layout.layers.map { PackedMatrix(rows: $0.inputs, columns: $0.width) }
        recurrent = layout.layers.map { PackedMatrix(rows: $0.hidden, columns: $0.width) }
        head = PackedMatrix(rows: layout.headWeight.shape[0], columns: configuration.classes)
        inputBack = training ? layout.layers.map { PackedMatrix(rows: $0.width, columns: $0.inputs) } : []
        recurrentBack = training ? layout.layers.map { PackedMatrix(rows: $0.width, columns: $0.hidden) } : []
        headBack = training ? PackedMatrix(rows: configuration.classes, columns: layout.headWeight.shape[0]) : nil
    }

    func pointer(_ part: ParameterLayout.Part) -> UnsafeMutablePointer<Float> { vector.baseAddress! + part.start }

    /// Draws new parameters with PyTorch's distributions: recurrent layers uniform in ±1/√hidden (the bias is the sum of two such draws, as
    /// PyTorch adds two biases; the forget gate gets nothing more), the head uniform in ±1/√inputs, the embedding standard normal.
    func draw(from stream: inout RandomStream) {
        func fill(_ part: ParameterLayout.Part, within bound: Double, draws: Int = 1) {
            let values = pointer(part)
            for index in 0..<part.count {
                var sum = 0.0
                for _ in 0..<draws { sum += (2 * stream.uniform() - 1) * bound }
                values[index] = Float(sum)
            }
        }
        for layer in layout.layers {
            let bound = 1 / Double(layer.hidden).squareRoot()
            fill(layer.input, within: bound)
            fill(layer.recurrent, within: bound)
            fill(layer.bias, within: bound, draws: 2)
        }
        let bound = 1 / Double(layout.headWeight.shape[0]).squareRoot()
        fill(layout.headWeight, within: bound)
        fill(layout.headBias, within: bound)
        let rows = pointer(layout.embedding)
        for index in 0..<layout.embedding.count { rows[index] = Float(stream.normal()) }
        pack()
    }

    /// Brings the packed forms up to date with the vector.
    func pack() {
        for (index, layer) in layout.layers.enumerated() {
            input[index].pack(pointer(layer.input))
            recurrent[index].pack(pointer(layer.recurrent))
            guard headBack != nil else { continue }
            inputBack[index].pack(pointer(layer.input), transposed: true)
            recurrentBack[index].pack(pointer(layer.recurrent), transposed: true)
        }
        head.pack(pointer(layout.headWeight))
        headBack?.pack(pointer(layout.headWeight), transposed: true)
    }

    func copyVector(from other: UnsafeMutableBufferPointer<Float>) {
        _ = vector.update(from: other)
        pack()
    }

    var tensors: [Tensor] {
        layout.tensors.map { part in
            Tensor(name: part.name, shape: part.shape, values: Array(UnsafeBufferPointer(start: pointer(part), count: part.count)))
        }
    }
}
