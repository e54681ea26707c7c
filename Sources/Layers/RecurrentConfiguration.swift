/// What a recurrent layer computes in one step.
public enum RecurrentCell: String, Sendable, Hashable, CaseIterable {
    /// Elman's: `h = tanh(x·W + h'·U + b)`.
    case rnn
    /// Long short-term memory with input, forget, cell and output gates, as in PyTorch: `c = f·c' + i·g`, `h = o·tanh(c)`.
    case lstm

    /// Pre-activations a unit.
    var gates: Int { self == .rnn ? 1 : 4 }
}

/// The sizes of a network that reads coded events: embedding, recurrent layers, one dense softmax head on the last state.
public struct RecurrentConfiguration: Sendable, Hashable {
    public let cell: RecurrentCell
    /// The number of codes that an event can have.
    public let vocabulary: Int
    /// The width of the embedding of a code.
    public let embedding: Int
    /// The units of each layer, from the input to the head.
    public let hidden: [Int]
    public let classes: Int

    /// - Precondition: all sizes are above 0, and there is at least one layer.
    public init(cell: RecurrentCell, vocabulary: Int, embedding: Int, hidden: [Int], classes: Int) {
        precondition(
            vocabulary > 0 && embedding > 0 && classes > 0 && !hidden.isEmpty && hidden.allSatisfy { $0 > 0 },
            "RecurrentConfiguration needs sizes above 0")
        self.cell = cell
        self.vocabulary = vocabulary
        self.embedding = embedding
        self.hidden = hidden
        self.classes = classes
    }

    /// How many numbers training learns. A layer has one bias a gate: PyTorch's two biases are only ever added.
    public var parameterCount: Int { layout.tensors.reduce(0) { $0 + $1.count } }

    /// The names and shapes of the parameters, in the order in which `RecurrentNetwork.tensors` gives them.
    public var tensorShapes: [(name: String, shape: [Int])] { layout.tensors.map { ($0.name, $0.shape) } }

    var layout: ParameterLayout { ParameterLayout(self) }
}

/// A named array of single-precision numbers, row by row.
public struct Tensor: Sendable, Hashable {
    public let name: String
    public let shape: [Int]
    public let values: [Float]

    /// - Precondition: there are as many values as the shape says.
    public init(name: String, shape: [Int], values: [Float]) {
        precondition(shape.reduce(1, *) == values.count, "Tensor needs as many values as its shape says")
        self.name = name
        self.shape = shape
        self.values = values
    }
}

/// Where each parameter lies in the one long vector that holds them all: what the optimiser sees.
///
/// Each starts at a cache line. The embedding comes last: a batch touches few of its rows, so shards keep their gradients of it apart.
struct ParameterLayout {
    struct Part {
        let name: String
        let shape: [Int]
        let start: Int
        let count: Int
    }

    struct Layer {
        let inputs: Int, hidden: Int
        /// Pre-activations: gates · hidden.
        let width: Int
        /// `[inputs, width]`, `[hidden, width]`, `[width]`; the gates side by side.
        let input: Part, recurrent: Part, bias: Part
    }

    let layers: [Layer]
    /// `[hidden, classes]` and `[classes]`.
    let headWeight: Part, headBias: Part
    /// `[vocabulary, embedding]`.
    let embedding: Part
    /// The room of all parameters but the embedding, and of all.
    let denseCount: Int, count: Int

    init(_ configuration: RecurrentConfiguration) {
        var end = 0
        func part(_ name: String, _ shape: Int...) -> Part {
            let count = shape.reduce(1, *)
            defer { end += (count + 15) / 16 * 16 }
            return Part(name: name, shape: shape, start: end, count: count)
        }
        var inputs = configuration.embedding
        var layers: [Layer] = []
        for (index, hidden) in configuration.hidden.enumerated() {
            let width = configuration.cell.gates * hidden
            layers.append(
                Layer(
                    inputs: inputs, hidden: hidden, width: width, input: part("layer\(index).input", inputs, width),
                    recurrent: part("layer\(index).recurrent", hidden, width), bias: part("layer\(index).bias", width)))
            inputs = hidden
        }
        headWeight = part("head.weight", inputs, configuration.classes)
        headBias = part("head.bias", configuration.classes)
        denseCount = end
        embedding = part("embedding", configuration.vocabulary, configuration.embedding)
        count = end
        self.layers = layers
    }

    var tensors: [Part] { layers.flatMap { [$0.input, $0.recurrent, $0.bias] } + [headWeight, headBias, embedding] }
}
