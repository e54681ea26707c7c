import Algebra
import Runtime

/// The sizes of a temporal convolutional network: residual blocks of two causal convolutions each, the dilation twice that of the block before.
///
/// A block gives relu(x + relu(conv(relu(conv(x))))); before the first event stand zeros. Dropout falls on what each inner relu gives. The state of a sequence is
/// what the last block gives at its last event, which looks back over 2 · (kernel - 1) · (2^layers - 1) events.
///
/// ### References
/// S. Bai, J. Z. Kolter, V. Koltun. An Empirical Evaluation of Generic Convolutional and Recurrent Networks for Sequence Modeling. 2018. Without weight norm.
public struct ConvolutionConfiguration: Sendable, Hashable {
    /// The width of all states. An event's input of another width is projected where it is added to what the first block gives.
    public let channels: Int
    /// Residual blocks.
    public let layers: Int
    /// The events that one convolution reads.
    public let kernel: Int

    /// - Precondition: all sizes are above 0, and fewer than 32 layers.
    public init(channels: Int, layers: Int, kernel: Int = 3) {
        precondition(channels > 0 && layers > 0 && layers < 32 && kernel > 0, "ConvolutionConfiguration needs sizes above 0")
        self.channels = channels
        self.layers = layers
        self.kernel = kernel
    }

    /// How many of the last `length` events of a sequence each convolution is computed at, the last block's second first.
    func reach(length: Int) -> [Int] {
        var counts: [Int] = [], needed: Set = [0]
        for layer in (0..<layers).reversed() {
            for _ in 0..<2 {
                counts.append(needed.count)
                needed = Set(needed.flatMap { place in (0..<kernel).map { place + $0 << layer }.filter { $0 < length } })
            }
        }
        return counts
    }
}

/// Where the parameters of a temporal convolutional network lie.
struct ConvolutionLayout: BodyLayout {
    let configuration: ConvolutionConfiguration
    let inputs: Int
    /// Two a block, `[kernel · channels, channels]`, the earliest event's rows first; that of the events themselves is `[inputs, kernel · channels]`, the earliest
    /// event's columns first.
    let convolutions: [DenseParts]
    /// `[inputs, channels]`, where the inputs have another width than the channels.
    let projection: DenseParts?
    /// The body's stretch of the vector.
    let stretch: Range<Int>

    init(_ configuration: ConvolutionConfiguration, inputs: Int, _ table: inout ParameterTable) {
        let channels = configuration.channels, taps = configuration.kernel * channels, start = table.room
        self.configuration = configuration
        self.inputs = inputs
        var convolutions: [DenseParts] = []
        for index in 0..<2 * configuration.layers {
            let name = "layer\(index / 2).convolution\(index % 2)"
            convolutions.append(
                DenseParts(
                    weight: index == 0 ? table.add("\(name).weight", inputs, taps) : table.add("\(name).weight", taps, channels), bias: table.add("\(name).bias", channels)))
        }
        self.convolutions = convolutions
        projection = inputs == channels ? nil : DenseParts(weight: table.add("input.weight", inputs, channels), bias: table.add("input.bias", channels))
        stretch = start..<table.room
    }

    /// PyTorch's distributions: uniform in ±1/√(what an output reads), biases too.
    func draw(_ vector: UnsafeMutablePointer<Float>, from stream: inout RandomStream) {
        for (index, convolution) in convolutions.enumerated() {
            convolution.draw(vector, reading: configuration.kernel * (index == 0 ? inputs : configuration.channels), from: &stream)
        }
        projection?.draw(vector, from: &stream)
    }

    func weights(_ vector: UnsafeMutablePointer<Float>, training: Bool) -> any BodyWeights { ConvolutionWeights(self, vector, training: training) }
    var sharesStarts: Bool { true }
    func shardBytes(_ room: ShardRoom) -> Int {
        let plan = ConvolutionPlan.parts(configuration, room)
        return Workspace<Float>.bytes(ConvolutionShard.parts(self, room, training: true)) + Workspace<Int32>.bytes(plan)
    }
}

/// The parameters of a temporal convolutional network, and the packed forms that the products read.
final class ConvolutionWeights: BodyWeights, @unchecked Sendable {
    let layout: ConvolutionLayout
    let convolutions: [PackedPair]
    let projection: PackedPair?
    private let vector: UnsafeMutablePointer<Float>

    init(_ layout: ConvolutionLayout, _ vector: UnsafeMutablePointer<Float>, training: Bool) {
        self.layout = layout
        self.vector = vector
        convolutions = layout.convolutions.map { PackedPair($0.weight, training: training) }
        projection = layout.projection.map { PackedPair($0.weight, training: training) }
    }

    func pointer(_ part: ParameterPart) -> UnsafePointer<Float> { UnsafePointer(part.pointer(in: vector)) }

    var packings: [Packing] { (convolutions + [projection].compactMap { $0 }).flatMap(\.packings) }

    func shard(_ room: ShardRoom) -> any BodyShard { ConvolutionShard(self, room, training: true) }
    func scorer(_ room: ShardRoom) -> any BodyScorer { ConvolutionShard(self, room, training: false) }
    func tile(length: Int, showsNodes: Bool) -> Int { max(1, min(512, 8192 / max(1, length))) }
}
