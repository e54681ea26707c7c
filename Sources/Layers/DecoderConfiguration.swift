import Algebra
import Runtime

/// The sizes of a decoder: gated recurrent units that start from the state of a sequence, read the code before and predict the one that comes next, step after step.
///
/// In training the code before is the true one, in prediction the one predicted; before the first step stands a code of its own, 'go'. With attention, each step looks at
/// the states after all events: by the softmax of query · state / √width, the query a product of the decoder's own state, their mean is joined to that state, and a dense
/// layer with tanh stands between both and the softmax over the classes.
///
/// ### References
/// I. Sutskever, O. Vinyals, Q. V. Le. Sequence to Sequence Learning with Neural Networks. NIPS 2014. M.-T. Luong, H. Pham, C. D. Manning. Effective Approaches to Attention-based
/// Neural Machine Translation. EMNLP 2015: global attention of the kind `general`, here with the scale of A. Vaswani et al. (2017), without input feeding.
public struct DecoderConfiguration: Sendable, Hashable {
    public let classes: Int
    /// How many codes are predicted.
    public let steps: Int
    /// The width of the embedding of the code before.
    public let embedding: Int
    public let attention: Bool

    /// - Precondition: all sizes are above 0.
    public init(classes: Int, steps: Int, embedding: Int, attention: Bool = false) {
        precondition(classes > 0 && steps > 0 && embedding > 0, "DecoderConfiguration needs sizes above 0")
        self.classes = classes
        self.steps = steps
        self.embedding = embedding
        self.attention = attention
    }
}

/// Where the parameters of a decoder lie.
struct DecoderLayout: HeadLayout {
    let configuration: DecoderConfiguration
    /// The width of a state, the body's and its own.
    let hidden: Int
    /// `[classes + 1, embedding]`; the last row is that of 'go'.
    let embedding: ParameterPart
    let units: RecurrentLayout
    /// `[hidden, hidden]` and `[2 · hidden, hidden]`, the latter of the own state and what was attended to.
    let attention: (query: ParameterPart, join: ParameterPart)?
    let output: DenseParts

    init(_ configuration: DecoderConfiguration, hidden: Int, _ table: inout ParameterTable) {
        self.configuration = configuration
        self.hidden = hidden
        embedding = table.add("decoder.embedding", configuration.classes + 1, configuration.embedding)
        units = RecurrentLayout(RecurrentConfiguration(cell: .gru, hidden: [hidden]), inputs: configuration.embedding, prefix: "decoder.", &table)
        attention = configuration.attention ? (table.add("attention.query", hidden, hidden), table.add("attention.join", 2 * hidden, hidden)) : nil
        output = DenseParts(weight: table.add("head.weight", hidden, configuration.classes), bias: table.add("head.bias", configuration.classes))
    }

    /// The probabilities of the first step.
    var widths: [Int] { [configuration.classes] }
    /// Those of the code 'go'.
    var go: Int32 { Int32(configuration.classes) }

    /// PyTorch's distributions: of its `GRU`, `Linear` and `Embedding`.
    func draw(_ vector: UnsafeMutablePointer<Float>, from stream: inout RandomStream) {
        units.draw(vector, from: &stream)
        for part in [attention?.query, attention?.join, output.weight].compactMap({ $0 }) { part.fill(vector, within: 1 / Double(part.shape[0]).squareRoot(), from: &stream) }
        output.bias.fill(vector, within: 1 / Double(hidden).squareRoot(), from: &stream)
        embedding.fill(vector, deviation: 1, from: &stream)
    }

    func weights(_ vector: UnsafeMutablePointer<Float>, training: Bool) -> any HeadWeights { DecoderWeights(self, vector, training: training) }
    func shardBytes(_ room: HeadRoom) -> Int { DecoderShard.bytes(self, room) }
}

/// The parameters of a decoder, and the packed forms that the products read.
final class DecoderWeights: HeadWeights, @unchecked Sendable {
    let layout: DecoderLayout
    let units: RecurrentWeights
    let query: PackedPair?, join: PackedPair?
    let output: PackedPair
    /// `[classes + 1, 3 · hidden]`: the projected inputs of all codes, the same for all shards of a batch.
    let table: Floats
    private let vector: UnsafeMutablePointer<Float>
    private let memory: Workspace<Float>

    init(_ layout: DecoderLayout, _ vector: UnsafeMutablePointer<Float>, training: Bool) {
        self.layout = layout
        self.vector = vector
        units = RecurrentWeights(layout.units, vector, training: training)
        query = layout.attention.map { PackedPair($0.query, training: training) }
        join = layout.attention.map { PackedPair($0.join, training: training) }
        output = PackedPair(layout.output.weight, training: training)
        memory = Workspace(parts: [layout.embedding.shape[0] * 3 * layout.hidden])
        table = memory.next()
    }

    func pointer(_ part: ParameterPart) -> UnsafePointer<Float> { UnsafePointer(part.pointer(in: vector)) }
    /// The products of the recurrent units.
    var own: RecurrentWeights.Direction { units.directions[0][0] }

    var packings: [Packing] { units.packings + [query, join, output].compactMap { $0 }.flatMap(\.packings) }

    func refresh() {
        own.input.forward.multiply(pointer(layout.embedding), count: layout.embedding.shape[0], into: table.baseAddress!)
    }

    func shard(_ room: HeadRoom, training: Bool) -> any HeadShard { DecoderShard(self, room, training: training) }

    /// One step of the units: rows continue those of `states` that `parents` name.
    func step(
        rows: Int, product: UnsafePointer<Float>, parents: UnsafePointer<Int32>, codes: UnsafePointer<Int32>, states: UnsafePointer<Float>, into: UnsafeMutablePointer<Float>,
        kept: UnsafeMutablePointer<Float>
    ) {
        units.step(
            layout.units.layers[0], own.layout, rows: rows, u: product, parents: parents, x: table.baseAddress!, inputs: codes, states: states, cells: states,
            into: .init(states: into, kept: kept, cells: into, squashed: into))
    }
}
