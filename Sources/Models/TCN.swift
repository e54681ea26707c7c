import Layers
import Runtime

/// Learns what comes next from the last events with dilated causal convolutions: embedding of the action, residual blocks, softmax on the last state.
///
/// `ConvolutionConfiguration` says what a block does, and how far back the last one looks. Trained as `LSTM` is; the embedding is as wide as the channels.
///
/// ### References
/// S. Bai, J. Z. Kolter, V. Koltun. An Empirical Evaluation of Generic Convolutional and Recurrent Networks for Sequence Modeling. 2018. Without weight norm.
public struct TCN: NeuralEstimator {
    /// The channels of a convolution.
    public var hidden = 64
    public var layers = 4
    public var kernel = 3
    public var classWeights = ClassWeights.none
    public var training = TrainingOptions()

    public static let schema = Schema<Self>(
        "tcn", "Predict what comes next from the last events with dilated causal convolutions.",
        body: [
            Hyperparameter("hidden", \.hidden, in: 1...4096, "channels of a convolution and width of the embedding of an action"),
            Hyperparameter("layers", \.layers, in: 1...12, "blocks of two convolutions; each looks twice as far apart as the one below"),
            Hyperparameter("kernel", \.kernel, in: 1...16, "events that a convolution reads"),
            Hyperparameter("dropout", \.training.dropout, in: 0...0.9, "share of states dropped after each convolution in training"),
        ])

    public init() {}

    public var embedding: Int { hidden }

    public func body(inputs: Int, length: Int) throws(SequenceModelError) -> BodyConfiguration {
        .convolution(ConvolutionConfiguration(channels: hidden, layers: layers, kernel: kernel))
    }
}
