import Algebra

/// The parameters of a transformer encoder, and the packed forms that the products read.
final class TransformerWeights: BodyWeights, @unchecked Sendable {
    /// A dense layer's weights for the way forward, and transposed for the way back; the latter none in a network that only predicts.
    struct Packed {
        let forward: PackedMatrix
        let back: PackedMatrix?

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

    struct Layer {
        let query: Packed, keyValue: Packed, output: Packed, expand: Packed, contract: Packed
    }

    let layout: TransformerLayout
    let projection: Packed?
    let layers: [Layer]
    private let vector: UnsafeMutablePointer<Float>

    init(_ layout: TransformerLayout, _ vector: UnsafeMutablePointer<Float>, training: Bool) {
        self.layout = layout
        self.vector = vector
        projection = layout.projection.map { Packed($0, training: training) }
        layers = layout.layers.map {
            Layer(
                query: Packed($0.query.weight, training: training), keyValue: Packed($0.keyValue.weight, training: training), output: Packed($0.output.weight, training: training),
                expand: Packed($0.expand.weight, training: training), contract: Packed($0.contract.weight, training: training))
        }
    }

    func pointer(_ part: ParameterPart) -> UnsafePointer<Float> { UnsafePointer(part.pointer(in: vector)) }

    func pack() {
        if let part = layout.projection { projection?.pack(pointer(part)) }
        for (layer, parts) in zip(layers, layout.layers) {
            layer.query.pack(pointer(parts.query.weight))
            layer.keyValue.pack(pointer(parts.keyValue.weight))
            layer.output.pack(pointer(parts.output.weight))
            layer.expand.pack(pointer(parts.expand.weight))
            layer.contract.pack(pointer(parts.contract.weight))
        }
    }

    func shard(_ room: ShardRoom) -> any BodyShard { TransformerShard(self, room, training: true) }
    func scorer(_ room: ShardRoom) -> any BodyScorer { TransformerShard(self, room, training: false) }
    /// Sequences are independent of each other; a tile only has to be worth its handling.
    func tile(length: Int) -> Int { max(1, min(256, 4096 / max(1, length))) }
}
