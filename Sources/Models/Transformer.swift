import Layers
import Runtime

/// Learns what comes next from the last events with self-attention: embedding of the action and of its place, encoder blocks, softmax on the last state.
///
/// `TransformerConfiguration` says what a block does. Trained as `LSTM` is; the embedding is as wide as the states.
///
/// ### References
/// A. Vaswani et al. Attention Is All You Need. NIPS 2017.
public struct Transformer: NeuralEstimator {
    /// The width of the states.
    public var hidden = 64
    public var heads = 4
    public var layers = 2
    /// The units of the feed-forward part; 0 for 4 · hidden.
    public var feedForward = 0
    public var classWeights = ClassWeights.none
    public var training: TrainingOptions

    public static let schema = Schema<Self>(
        "transformer", "Predict what comes next from the last events with self-attention.",
        body: [
            Hyperparameter("hidden", \.hidden, in: 1...4096, "width of the states and of the embedding of an action"),
            Hyperparameter("heads", \.heads, in: 1...256, "parts of the width that attend apart; divides it"),
            Hyperparameter("layers", \.layers, in: 1...24, "encoder blocks upon each other"),
            Hyperparameter("feed-forward", \.feedForward, in: 0...16384, "units of the feed-forward part of a block; 0 for four times hidden"),
            Hyperparameter("dropout", \.training.dropout, in: 0...0.9, "share of states dropped in training: inputs, and what a block adds"),
        ])

    public init() {
        training = TrainingOptions()
        training.rate = 0.001
        training.dropout = 0.1
    }

    public var embedding: Int { hidden }

    public func body(inputs: Int, length: Int) throws(SequenceModelError) -> BodyConfiguration {
        guard hidden % heads == 0 else { throw .heads(heads, width: hidden) }
        return .transformer(TransformerConfiguration(width: hidden, heads: heads, layers: layers, feedForward: feedForward > 0 ? feedForward : nil, length: length))
    }
}
