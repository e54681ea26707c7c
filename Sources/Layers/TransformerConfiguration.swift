import Algebra
import Runtime

/// The sizes of a transformer encoder: blocks upon each other, each x + attention(norm(x)), then x + feedForward(norm(x)), and a last norm.
///
/// An event is fed as its input plus a learnt vector of its position. Positions are counted from the end of the sequence, so that the last event of a short
/// sequence is where that of a long one is. The state of a sequence is that of its last event after the last norm. Dropout falls on the inputs, on what
/// attention gives and on what the feed-forward part gives; the weights of the attention are all kept.
///
/// ### References
/// A. Vaswani et al. Attention Is All You Need. NIPS 2017. Norm first as in R. Xiong et al. On Layer Normalization in the Transformer Architecture. ICML 2020.
/// D. Hendrycks, K. Gimpel. Gaussian Error Linear Units. 2016.
public struct TransformerConfiguration: Sendable, Hashable {
    /// The width of all states. An event's input of another width is projected first.
    public let width: Int
    /// Parts of the width that attend apart.
    public let heads: Int
    public let layers: Int
    /// The units of the feed-forward part.
    public let feedForward: Int
    /// The events of the longest sequence.
    public let length: Int

    /// - Parameter feedForward: 4 · width unless given.
    /// - Precondition: all sizes are above 0, and `heads` divides `width`.
    public init(width: Int, heads: Int, layers: Int, feedForward: Int? = nil, length: Int) {
        let feedForward = feedForward ?? 4 * width
        precondition(width > 0 && heads > 0 && layers > 0 && feedForward > 0 && length > 0 && width % heads == 0, "TransformerConfiguration needs heads that divide the width")
        self.width = width
        self.heads = heads
        self.layers = layers
        self.feedForward = feedForward
        self.length = length
    }
}

/// Where the parameters of a transformer encoder lie.
struct TransformerLayout: BodyLayout {
    struct Norm {
        /// `[width]` each.
        let gain: ParameterPart, bias: ParameterPart
    }

    struct Layer {
        /// Before the attention, and before the feed-forward part.
        let attentionNorm: Norm, feedForwardNorm: Norm
        /// From an event to its query, to its key and value side by side, and from the means of values to what is added.
        let query: DenseParts, keyValue: DenseParts, output: DenseParts
        let expand: DenseParts, contract: DenseParts
    }

    let configuration: TransformerConfiguration
    /// `[inputs, width]`, where the inputs have another width; the positions do what a bias would.
    let projection: ParameterPart?
    let layers: [Layer]
    let norm: Norm
    /// `[length, width]`, the last event's first.
    let positions: ParameterPart
    /// The body's stretch of the vector.
    let stretch: Range<Int>

    init(_ configuration: TransformerConfiguration, inputs: Int, _ table: inout ParameterTable) {
        let width = configuration.width
        self.configuration = configuration
        let start = table.room
        projection = inputs == width ? nil : table.add("input.weight", inputs, width)
        func norm(_ name: String, _ table: inout ParameterTable) -> Norm { Norm(gain: table.add("\(name).gain", width), bias: table.add("\(name).bias", width)) }
        func dense(_ name: String, _ inputs: Int, _ outputs: Int, _ table: inout ParameterTable) -> DenseParts {
            DenseParts(weight: table.add("\(name).weight", inputs, outputs), bias: table.add("\(name).bias", outputs))
        }
        var layers: [Layer] = []
        for index in 0..<configuration.layers {
            let name = "layer\(index)"
            layers.append(
                Layer(
                    attentionNorm: norm("\(name).attention.norm", &table), feedForwardNorm: norm("\(name).feedForward.norm", &table),
                    query: dense("\(name).query", width, width, &table), keyValue: dense("\(name).keyValue", width, 2 * width, &table),
                    output: dense("\(name).output", width, width, &table), expand: dense("\(name).expand", width, configuration.feedForward, &table),
                    contract: dense("\(name).contract", configuration.feedForward, width, &table)))
        }
        self.layers = layers
        self.norm = norm("norm", &table)
        positions = table.add("positions", configuration.length, width)
        stretch = start..<table.room
    }

    /// PyTorch's distributions: queries, keys and values together by Glorot and Bengio without bias, the attention's output without bias, dense layers uniform
    /// in ±1/√inputs, norms as they change nothing; positions normal with a standard deviation of 0.02.
    func draw(_ vector: UnsafeMutablePointer<Float>, from stream: inout RandomStream) {
        let width = Double(configuration.width)
        if let projection { projection.fill(vector, within: 1 / Double(projection.shape[0]).squareRoot(), from: &stream) }
        for layer in layers {
            for norm in [layer.attentionNorm, layer.feedForwardNorm] {
                norm.gain.fill(vector, with: 1)
                norm.bias.fill(vector, with: 0)
            }
            for dense in [layer.query, layer.keyValue] {
                dense.weight.fill(vector, within: (1.5 / width).squareRoot(), from: &stream)
                dense.bias.fill(vector, with: 0)
            }
            layer.output.weight.fill(vector, within: 1 / width.squareRoot(), from: &stream)
            layer.output.bias.fill(vector, with: 0)
            layer.expand.draw(vector, from: &stream)
            layer.contract.draw(vector, from: &stream)
        }
        norm.gain.fill(vector, with: 1)
        norm.bias.fill(vector, with: 0)
        positions.fill(vector, deviation: 0.02, from: &stream)
    }

    func weights(_ vector: UnsafeMutablePointer<Float>, training: Bool) -> any BodyWeights { TransformerWeights(self, vector, training: training) }
    /// An event sees those after it.
    var sharesStarts: Bool { false }
    func shardBytes(_ room: ShardRoom) -> Int {
        Workspace<Float>.bytes(TransformerShard.parts(self, room)) + Workspace<Int32>.bytes(EventTokens.parts(room))
    }
}
