import Layers
import Runtime

/// Learns the next several steps from the last events: gated recurrent units read the events, and others, from their final state on, say one step after another.
///
/// `DecoderConfiguration` says what a step reads and where attention stands. Trained as `GRU` is, on the mean cross entropy of all steps that are known, each step reading the true
/// codes before it; predictions read their own.
///
/// ### References
/// I. Sutskever, O. Vinyals, Q. V. Le. Sequence to Sequence Learning with Neural Networks. NIPS 2014. M.-T. Luong, H. Pham, C. D. Manning. Effective Approaches to
/// Attention-based Neural Machine Translation. EMNLP 2015.
public struct Seq2Seq: NeuralEstimator {
    public var ahead = 5
    /// Units of a layer, and of the decoder.
    public var hidden = 64
    /// Layers that read the events; the decoder is one.
    public var layers = 1
    public var embedding = 32
    public var attention = true
    public var beam = 1
    public var classWeights = ClassWeights.none
    public var training = TrainingOptions()

    public static let schema = Schema<Self>(
        "seq2seq", "Predict the next several steps from the last events with an encoder and a decoder.",
        body: [
            Hyperparameter("ahead", \.ahead, in: 1...100, "how many of the next events are predicted"),
            Hyperparameter("hidden", \.hidden, in: 1...4096, "units of a layer, and of the decoder"),
            Hyperparameter("layers", \.layers, in: 1...8, "layers upon each other that read the events"),
            Hyperparameter("embedding", \.embedding, in: 1...4096, "width of the embedding of an action, read or said before"),
            Hyperparameter("attention", \.attention, "each step looks at the states after all events of the window"),
            Hyperparameter("beam", \.beam, in: 1...100, "continuations that a prediction keeps at each step; 1 takes the likeliest action"),
            Hyperparameter("dropout", \.training.dropout, in: 0...0.9, "share of states dropped between layers in training"),
        ])

    public init() {}

    public var decoder: NeuralSequenceModel.Decoder? { .init(ahead: ahead, attention: attention, beam: beam) }

    public func body(inputs: Int, length: Int) throws(SequenceModelError) -> BodyConfiguration {
        .recurrent(RecurrentConfiguration(cell: .gru, hidden: [Int](repeating: hidden, count: layers)))
    }
}
