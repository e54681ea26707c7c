import Algebra
import Runtime

/// What a recurrent layer computes in one step.
public enum RecurrentCell: String, Sendable, Hashable, CaseIterable {
    /// Elman's: `h = tanh(x·W + h'·U + b)`.
    case rnn
    /// Long short-term memory with input, forget, cell and output gates, as in PyTorch: `c = f·c' + i·g`, `h = o·tanh(c)`.
    case lstm

    /// Pre-activations a unit.
    var gates: Int { self == .rnn ? 1 : 4 }
}

/// The sizes of a body of recurrent layers upon each other; the state of a sequence is that of the last layer after the last event.
public struct RecurrentConfiguration: Sendable, Hashable {
    public let cell: RecurrentCell
    /// The units of each layer, from the input to the head.
    public let hidden: [Int]

    /// - Precondition: all sizes are above 0, and there is at least one layer.
    public init(cell: RecurrentCell, hidden: [Int]) {
        precondition(!hidden.isEmpty && hidden.allSatisfy { $0 > 0 }, "RecurrentConfiguration needs sizes above 0")
        self.cell = cell
        self.hidden = hidden
    }
}

/// Where the parameters of recurrent layers lie.
struct RecurrentLayout: BodyLayout {
    struct Layer {
        let inputs: Int, hidden: Int
        /// Pre-activations: gates · hidden.
        let width: Int
        /// `[inputs, width]`, `[hidden, width]`, `[width]`; the gates side by side.
        let input: ParameterPart, recurrent: ParameterPart, bias: ParameterPart
    }

    let configuration: RecurrentConfiguration
    let layers: [Layer]
    /// The most pre-activations of a layer, and the most units.
    let widest: Int, deepest: Int

    init(_ configuration: RecurrentConfiguration, inputs: Int, _ table: inout ParameterTable) {
        self.configuration = configuration
        var inputs = inputs
        var layers: [Layer] = []
        for (index, hidden) in configuration.hidden.enumerated() {
            let width = configuration.cell.gates * hidden
            layers.append(
                Layer(
                    inputs: inputs, hidden: hidden, width: width, input: table.add("layer\(index).input", inputs, width),
                    recurrent: table.add("layer\(index).recurrent", hidden, width), bias: table.add("layer\(index).bias", width)))
            inputs = hidden
        }
        self.layers = layers
        widest = layers.map(\.width).max() ?? 0
        deepest = layers.map(\.hidden).max() ?? 0
    }

    /// PyTorch's distributions: uniform in ±1/√hidden; the bias is the sum of two such draws, as PyTorch adds two biases, and the forget gate gets nothing more.
    func draw(_ vector: UnsafeMutablePointer<Float>, from stream: inout RandomStream) {
        for layer in layers {
            let bound = 1 / Double(layer.hidden).squareRoot()
            layer.input.fill(vector, within: bound, from: &stream)
            layer.recurrent.fill(vector, within: bound, from: &stream)
            layer.bias.fill(vector, within: bound, draws: 2, from: &stream)
        }
    }

    func weights(_ vector: UnsafeMutablePointer<Float>, training: Bool) -> any BodyWeights { RecurrentWeights(self, vector, training: training) }
    var sharesStarts: Bool { true }
    func shardBytes(_ room: ShardRoom) -> Int { RecurrentShard.parts(self, room).reduce(0) { $0 + Workspace<Float>.room($1) } * 4 }
}
