import Algebra

/// The parameters of a transformer encoder, and the packed forms that the products read.
final class TransformerWeights: BodyWeights, @unchecked Sendable {
    struct Layer {
        let query: PackedPair, keyValue: PackedPair, output: PackedPair, expand: PackedPair, contract: PackedPair
    }

    let layout: TransformerLayout
    let projection: PackedPair?
    let layers: [Layer]
    private let vector: UnsafeMutablePointer<Float>

    init(_ layout: TransformerLayout, _ vector: UnsafeMutablePointer<Float>, training: Bool) {
        self.layout = layout
        self.vector = vector
        projection = layout.projection.map { PackedPair($0, training: training) }
        layers = layout.layers.map {
            Layer(
                query: PackedPair($0.query.weight, training: training), keyValue: PackedPair($0.keyValue.weight, training: training), output: PackedPair($0.output.weight, training: training),
                expand: PackedPair($0.expand.weight, training: training), contract: PackedPair($0.contract.weight, training: training))
        }
    }

    func pointer(_ part: ParameterPart) -> UnsafePointer<Float> { UnsafePointer(part.pointer(in: vector)) }

    var packings: [Packing] {
        (projection?.packings ?? []) + layers.flatMap { [$0.query, $0.keyValue, $0.output, $0.expand, $0.contract].flatMap(\.packings) }
    }

    func shard(_ room: ShardRoom) -> any BodyShard { TransformerShard(self, room, training: true) }
    func scorer(_ room: ShardRoom) -> any BodyScorer { TransformerShard(self, room, training: false) }
    /// Sequences are independent of each other; a tile only has to be worth its handling.
    func tile(length: Int, showsNodes: Bool) -> Int { max(1, min(256, 4096 / max(1, length))) }
}
