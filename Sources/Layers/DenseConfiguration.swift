import Algebra
import Runtime

/// Dense layers upon each other: on what is known of a sequence's last event, or on the state that another body makes of all of them.
///
/// A layer gives f(x · weight + bias). Rows of a table are sequences of one event, so that this is a plain network on them.
public struct DenseConfiguration: Sendable, Hashable {
    public enum Activation: String, Sendable, Hashable, CaseIterable {
        /// The sum as it is.
        case linear
        /// max(0, x).
        case relu
        case tanh
    }

    public struct Layer: Sendable, Hashable {
        public let units: Int
        public let activation: Activation

        public init(_ units: Int, _ activation: Activation) {
            self.units = units
            self.activation = activation
        }
    }

    public let layers: [Layer]
    /// What makes the state that the first layer reads; none for that of the last event itself.
    public let below: BodyConfiguration?

    /// - Precondition: there is a layer, and all have units.
    public init(_ layers: [Layer], on below: BodyConfiguration? = nil) {
        precondition(!layers.isEmpty && layers.allSatisfy { $0.units > 0 }, "DenseConfiguration needs sizes above 0")
        self.layers = layers
        self.below = below
    }

    var width: Int { layers[layers.count - 1].units }
}

/// Where the parameters of dense layers lie.
struct DenseLayout: BodyLayout {
    let configuration: DenseConfiguration
    let below: (any BodyLayout)?
    /// The width of what the first layer reads.
    let inputs: Int
    let layers: [DenseParts]

    init(_ configuration: DenseConfiguration, inputs: Int, _ table: inout ParameterTable) {
        self.configuration = configuration
        below = configuration.below?.layout(inputs: inputs, &table)
        self.inputs = configuration.below?.width ?? inputs
        var width = self.inputs
        var layers: [DenseParts] = []
        for (index, layer) in configuration.layers.enumerated() {
            layers.append(DenseParts(weight: table.add("dense\(index).weight", width, layer.units), bias: table.add("dense\(index).bias", layer.units)))
            width = layer.units
        }
        self.layers = layers
    }

    /// Uniform in ±1/√inputs, as PyTorch's linear layers.
    func draw(_ vector: UnsafeMutablePointer<Float>, from stream: inout RandomStream) {
        below?.draw(vector, from: &stream)
        for layer in layers { layer.draw(vector, from: &stream) }
    }

    func weights(_ vector: UnsafeMutablePointer<Float>, training: Bool) -> any BodyWeights { DenseWeights(self, vector, training: training) }
    var sharesStarts: Bool { below?.sharesStarts ?? true }
    /// Attention looks at the states below.
    var showsNodes: Bool { false }
    func shardBytes(_ room: ShardRoom) -> Int { (below?.shardBytes(room) ?? 0) + Workspace<Float>.bytes(DenseStack.parts(self, rows: room.ends, training: true)) }
}

/// The parameters of dense layers, and the packed forms that the products read.
final class DenseWeights: BodyWeights, @unchecked Sendable {
    let layout: DenseLayout
    let below: (any BodyWeights)?
    let packed: [PackedPair]
    private let vector: UnsafeMutablePointer<Float>

    init(_ layout: DenseLayout, _ vector: UnsafeMutablePointer<Float>, training: Bool) {
        self.layout = layout
        self.vector = vector
        below = layout.below?.weights(vector, training: training)
        packed = layout.layers.map { PackedPair($0.weight, training: training) }
    }

    func pointer(_ part: ParameterPart) -> UnsafePointer<Float> { UnsafePointer(part.pointer(in: vector)) }

    var packings: [Packing] { (below?.packings ?? []) + packed.flatMap(\.packings) }

    func shard(_ room: ShardRoom) -> any BodyShard { DenseShard(self, room, below?.shard(room)) }
    func scorer(_ room: ShardRoom) -> any BodyScorer { DenseScorer(self, room, below?.scorer(room)) }
    func tile(length: Int, showsNodes: Bool) -> Int { below?.tile(length: length, showsNodes: false) ?? 512 }
}
