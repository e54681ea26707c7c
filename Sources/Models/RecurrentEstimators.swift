import Features
import Layers
import Runtime

/// Learns what comes next from the last events with long short-term memory: embedding of the action, stacked LSTM layers, softmax on the last state.
///
/// Trained with Adam on the mean cross entropy. With a validation part, training ends when the loss on it stops falling, and the best weights
/// are kept.
///
/// ### References
/// S. Hochreiter, J. Schmidhuber. Long Short-Term Memory. Neural Computation 1997. Gates as in PyTorch; one bias a gate, without a lift for the
/// forget gate.
public struct LSTM: RecurrentEstimator {
    public var parameters = RecurrentParameters()
    public static let cell = RecurrentCell.lstm
    public static let schema = RecurrentParameters.schema(
        Self.self, "lstm", "Predict what comes next from the last events with long short-term memory.")

    public init() {}
}

/// Learns what comes next from the last events with Elman's recurrent network: as `LSTM`, with one tanh a unit instead of gates.
///
/// ### References
/// J. L. Elman. Finding Structure in Time. Cognitive Science 1990.
public struct RNN: RecurrentEstimator {
    public var parameters = RecurrentParameters()
    public static let cell = RecurrentCell.rnn
    public static let schema = RecurrentParameters.schema(
        Self.self, "rnn", "Predict what comes next from the last events with a plain recurrent network.")

    public init() {}
}

/// Learns what comes next from the last events with gated recurrent units: as `LSTM`, with two gates and no cell, so it trains faster.
///
/// ### References
/// K. Cho et al. Learning Phrase Representations using RNN Encoder-Decoder for Statistical Machine Translation. EMNLP 2014. The reset gate is applied after the
/// recurrent product, as in PyTorch and in Keras with `reset_after`; biases that are only ever added are one.
public struct GRU: RecurrentEstimator {
    public var parameters = RecurrentParameters()
    public static let cell = RecurrentCell.gru
    public static let schema = RecurrentParameters.schema(
        Self.self, "gru", "Predict what comes next from the last events with gated recurrent units.")

    public init() {}
}

/// The hyperparameters that recurrent networks share.
public struct RecurrentParameters: Sendable, Hashable {
    /// Units a layer: one number for all layers, or one each.
    public var hidden = [64]
    public var layers = 1
    /// Whether each layer also reads the events from the last to the first.
    ///
    /// M. Schuster, K. K. Paliwal. Bidirectional Recurrent Neural Networks. IEEE Transactions on Signal Processing 1997.
    public var bidirectional = false
    public var embedding = 16
    public var classWeights = ClassWeights.none
    public var training = TrainingOptions()

    public init() {}

    static func schema<Root: RecurrentEstimator>(_: Root.Type, _ name: String, _ summary: String) -> Schema<Root> {
        Schema(
            name, summary,
            body: [
                Hyperparameter("hidden", \.parameters.hidden, eachIn: 1...4096, "units of a layer, or a list with one number a layer"),
                Hyperparameter("layers", \.parameters.layers, in: 1...8, "layers upon each other"),
                Hyperparameter("bidirectional", \.parameters.bidirectional, "each layer also reads the events backwards, with as many units again"),
                Hyperparameter("embedding", \.parameters.embedding, in: 1...4096, "width of the embedding of an action"),
                Hyperparameter("dropout", \.parameters.training.dropout, in: 0...0.9, "share of states dropped between layers in training"),
            ])
    }

    /// The units of each layer; a list of sizes says by its length how many layers there are.
    func sizes() throws(SequenceModelError) -> [Int] {
        if hidden.count == 1 { return [Int](repeating: hidden[0], count: layers) }
        guard !hidden.isEmpty, hidden.count <= 8, layers == 1 || layers == hidden.count else { throw .layers(sizes: hidden.count, layers: layers) }
        return hidden
    }
}

/// An estimator of a recurrent network; they differ in their cell alone.
public protocol RecurrentEstimator: NeuralEstimator {
    static var cell: RecurrentCell { get }
    var parameters: RecurrentParameters { get set }
}

extension RecurrentEstimator {
    public var embedding: Int { parameters.embedding }
    public var classWeights: ClassWeights {
        get { parameters.classWeights }
        set { parameters.classWeights = newValue }
    }
    public var training: TrainingOptions {
        get { parameters.training }
        set { parameters.training = newValue }
    }

    public func body(inputs: Int, length: Int) throws(SequenceModelError) -> BodyConfiguration {
        .recurrent(RecurrentConfiguration(cell: Self.cell, hidden: try parameters.sizes(), bidirectional: parameters.bidirectional))
    }
}
