import Algebra
import Runtime

/// The parameters of recurrent layers, and the packed forms that the products read.
final class RecurrentWeights: BodyWeights, @unchecked Sendable {
    let layout: RecurrentLayout
    private let vector: UnsafeMutablePointer<Float>
    /// One a layer.
    let input: [PackedMatrix], recurrent: [PackedMatrix]
    /// The same transposed, for the way back; empty in a network that only predicts.
    let inputBack: [PackedMatrix], recurrentBack: [PackedMatrix]
    var cell: RecurrentCell { layout.configuration.cell }

    init(_ layout: RecurrentLayout, _ vector: UnsafeMutablePointer<Float>, training: Bool) {
        self.layout = layout
        self.vector = vector
        input = layout.layers.map { PackedMatrix(rows: $0.inputs, columns: $0.width) }
        recurrent = layout.layers.map { PackedMatrix(rows: $0.hidden, columns: $0.width) }
        inputBack = training ? layout.layers.map { PackedMatrix(rows: $0.width, columns: $0.inputs) } : []
        recurrentBack = training ? layout.layers.map { PackedMatrix(rows: $0.width, columns: $0.hidden) } : []
    }

    func bias(_ layer: RecurrentLayout.Layer) -> UnsafePointer<Float> { UnsafePointer(layer.bias.pointer(in: vector)) }

    func pack() {
        for (index, layer) in layout.layers.enumerated() {
            input[index].pack(layer.input.pointer(in: vector))
            recurrent[index].pack(layer.recurrent.pointer(in: vector))
            guard !inputBack.isEmpty else { continue }
            inputBack[index].pack(layer.input.pointer(in: vector), transposed: true)
            recurrentBack[index].pack(layer.recurrent.pointer(in: vector), transposed: true)
        }
    }

    func shard(_ room: ShardRoom) -> any BodyShard { RecurrentShard(self, room) }
    func scorer(_ room: ShardRoom) -> any BodyScorer { RecurrentScorer(self, room) }
    /// A scorer keeps one level at a time.
    func tile(length: Int) -> Int { 512 }
}
