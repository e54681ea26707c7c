import Algebra
import Runtime

/// What a recurrent layer computes in one step.
public enum RecurrentCell: String, Sendable, Hashable, CaseIterable {
    /// Elman's: `h = tanh(x·W + h'·U + b)`.
    case rnn
    /// Gated recurrent unit with reset and update gates, as in PyTorch: `h = (1 - z)·n + z·h'` with the new state `n = tanh(x·W + b + r·(h'·U + c))`.
    case gru
    /// Long short-term memory with input, forget, cell and output gates, as in PyTorch: `c = f·c' + i·g`, `h = o·tanh(c)`.
    case lstm

    /// Pre-activations a unit.
    var gates: Int {
        switch self {
        case .rnn: 1
        case .gru: 3
        case .lstm: 4
        }
    }

    /// Numbers a unit that a step keeps for the way back, beside states and cells.
    var kept: Int { self == .rnn ? 0 : 4 }
    var hasCells: Bool { self == .lstm }
    /// Whether a second bias stands inside of a gate, where it cannot be added to the first.
    var hasRecurrentBias: Bool { self == .gru }
}

/// The sizes of a body of recurrent layers upon each other.
///
/// The state of a sequence is that of the last layer after the last event. In a bidirectional body each layer reads the events both ways, and what the layer above
/// reads of an event are both states side by side; beside the state after the last event then stands that of the other direction after the first.
///
/// A direction of a layer has one bias a gate, where PyTorch has two that are only ever added, as Keras has. The GRU has four, not three: that of the recurrent
/// part of the new state is multiplied by the reset gate. Keras (`reset_after`) and PyTorch count six there.
public struct RecurrentConfiguration: Sendable, Hashable {
    public let cell: RecurrentCell
    /// The units of each layer, a direction, from the input to the head.
    public let hidden: [Int]
    public let bidirectional: Bool

    /// - Precondition: all sizes are above 0, and there is at least one layer.
    public init(cell: RecurrentCell, hidden: [Int], bidirectional: Bool = false) {
        precondition(!hidden.isEmpty && hidden.allSatisfy { $0 > 0 }, "RecurrentConfiguration needs sizes above 0")
        self.cell = cell
        self.hidden = hidden
        self.bidirectional = bidirectional
    }

    var directions: Int { bidirectional ? 2 : 1 }
    /// The width of the state of a sequence.
    var width: Int { directions * hidden[hidden.count - 1] }
}

/// Where the parameters of recurrent layers lie.
struct RecurrentLayout: BodyLayout {
    /// The parameters with which a layer reads the events one way.
    struct Direction {
        /// `[inputs, width]`, `[hidden, width]`, `[width]`; the gates side by side.
        let input: ParameterPart, recurrent: ParameterPart, bias: ParameterPart
        /// `[hidden]`: of the recurrent part of a GRU's new state.
        let recurrentBias: ParameterPart?
    }

    struct Layer {
        let inputs: Int, hidden: Int
        /// Pre-activations: gates · hidden.
        let width: Int
        /// From the first event to the last, and back.
        let directions: [Direction]
    }

    let configuration: RecurrentConfiguration
    let layers: [Layer]
    /// The most pre-activations of a layer, and the most units, a direction.
    let widest: Int, deepest: Int

    /// - Parameter prefix: begins the names of the parameters, where a network has recurrent layers in two places.
    init(_ configuration: RecurrentConfiguration, inputs: Int, prefix: String = "", _ table: inout ParameterTable) {
        self.configuration = configuration
        var inputs = inputs
        var layers: [Layer] = []
        for (index, hidden) in configuration.hidden.enumerated() {
            let width = configuration.cell.gates * hidden
            let directions = ["", "reverse."].prefix(configuration.directions).map { way in
                let name = "\(prefix)layer\(index).\(way)"
                return Direction(
                    input: table.add(name + "input", inputs, width), recurrent: table.add(name + "recurrent", hidden, width), bias: table.add(name + "bias", width),
                    recurrentBias: configuration.cell.hasRecurrentBias ? table.add(name + "recurrent_bias", hidden) : nil)
            }
            layers.append(Layer(inputs: inputs, hidden: hidden, width: width, directions: directions))
            inputs = configuration.directions * hidden
        }
        self.layers = layers
        widest = layers.map(\.width).max() ?? 0
        deepest = layers.map(\.hidden).max() ?? 0
    }

    /// PyTorch's distributions: uniform in ±1/√hidden; a bias is the sum of two such draws where PyTorch adds two biases, and the forget gate gets nothing more.
    func draw(_ vector: UnsafeMutablePointer<Float>, from stream: inout RandomStream) {
        for layer in layers {
            let bound = 1 / Double(layer.hidden).squareRoot()
            for direction in layer.directions {
                direction.input.fill(vector, within: bound, from: &stream)
                direction.recurrent.fill(vector, within: bound, from: &stream)
                guard let recurrentBias = direction.recurrentBias else {
                    direction.bias.fill(vector, within: bound, draws: 2, from: &stream)
                    continue
                }
                let summed = layer.width - layer.hidden
                direction.bias.columns(0..<summed).fill(vector, within: bound, draws: 2, from: &stream)
                direction.bias.columns(summed..<layer.width).fill(vector, within: bound, from: &stream)
                recurrentBias.fill(vector, within: bound, from: &stream)
            }
        }
    }

    func weights(_ vector: UnsafeMutablePointer<Float>, training: Bool) -> any BodyWeights { RecurrentWeights(self, vector, training: training) }
    /// A state that comes from behind depends on what follows.
    var sharesStarts: Bool { !configuration.bidirectional }
    /// Of both directions, a node has two states that are found at different times.
    var showsNodes: Bool { !configuration.bidirectional }
    func shardBytes(_ room: ShardRoom) -> Int { RecurrentShard.bytes(self, room) }
}
