import Algebra
import Features
import Layers
import Runtime

extension NeuralSequenceModel {
    /// What predicts several steps after a window, one after another.
    public struct Decoder: Sendable, Hashable {
        /// How many steps are predicted.
        public let ahead: Int
        /// Whether each step looks at the states after all events of the window.
        public let attention: Bool
        /// How many continuations a prediction keeps at each step; 1 takes the likeliest code.
        public let beam: Int

        public init(ahead: Int, attention: Bool, beam: Int) {
            self.ahead = ahead
            self.attention = attention
            self.beam = beam
        }

        /// The embedding of the code before is as wide as that of an input.
        func configuration(classes: Int, embedding: Int) -> DecoderConfiguration { DecoderConfiguration(classes: classes, steps: ahead, embedding: embedding, attention: attention) }

        /// The sizes, in words.
        var settings: [(name: String, value: String)] {
            [("steps ahead", "\(ahead)"), ("attention", attention ? "to the states after all events" : "no"), ("beam", beam == 1 ? "1: the likeliest at each step" : "\(beam)")]
        }
    }

    /// The codes that are likely to come after each window, step by step; `predict` gives the chances of the first.
    ///
    /// - Precondition: the model has a decoder.
    /// - Throws: `SequenceModelError` when the windows are not coded as the model's were, or `Cancelled`.
    public func continuations(_ windows: SequenceWindows, work: Work = Work()) throws -> Continuations {
        try check(windows)
        return try network.continuations(configuration.set(windows, work: work), beam: configuration.decoder?.beam ?? 1, work: work)
    }

    /// What the first of the dense layers on the body gives of each window, `[count, code]`.
    ///
    /// - Precondition: the body ends in dense layers.
    /// - Throws: `SequenceModelError` when the windows are not coded as the model's were, or `Cancelled`.
    public func codes(_ windows: SequenceWindows, work: Work = Work()) throws -> Matrix {
        try check(windows)
        let encoder: Network
        do { encoder = try network.encoder(layers: 1) } catch { throw SequenceModelError(error) }
        let states = try encoder.states(configuration.set(windows, work: work), work: work)
        return Matrix(rows: windows.count, columns: states.count / max(1, windows.count), values: states)
    }
}
