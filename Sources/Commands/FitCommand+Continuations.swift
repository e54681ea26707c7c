import Diagnostics
import Events
import Features
import Language
import Models
import Runtime
import Scoring

// Models that predict several steps.

extension FitCommand {
    static let continuing = SequenceFit(
        continuing: Seq2Seq.schema,
        details: """
            Each event of a user but the first, and the ahead - 1 events after it, are predicted from the events before it, at most seq of them: gated recurrent units read these, and
            others say one step after another, each after those said before. What lies on the other side of the split is neither learnt nor scored: towards the cut-off windows know fewer steps. The
            scores of the next event are those of other models; 'Accuracy by step' says how far ahead predictions are worth something. \(SequenceFit.trained) 'describe seq2seq' shows its sizes and epochs.
            """, example: "simulate shop users=200 days=20 seed=1 | fit seq2seq seq=5 ahead=3 epochs=6 hidden=16 rate=0.02", prints: "Accuracy by step")

    /// - Throws: `wrong-target` for a label, which has one value for a user or session, for a model that predicts step after step.
    static func checkContinued(_ label: EventLabel, _ call: Call) throws(Diagnostic) {
        guard call.variant == continuing.variant.word else { return }
        throw Diagnostic(
            "wrong-target", "'\(label.name)' has one value for a \(label.unit.rawValue), and 'seq2seq' predicts one step after another", category: .data, at: call.span(of: targets),
            label: "has no steps", hint: "fit gru predict=\(label.name)")
    }

    /// How good the steps are that a model predicts; none of one that predicts the next event alone.
    static func continuation(_ fitted: any SequenceModel, _ test: SequenceWindows, _ training: SequenceWindows, _ work: Work) throws -> ContinuationScores? {
        guard let model = fitted as? NeuralSequenceModel, model.configuration.decoder != nil else { return nil }
        return try scores(model, test, training, work)
    }

    /// What a model says of held-back windows beside the truth, step by step.
    static func scores(_ model: NeuralSequenceModel, _ test: SequenceWindows, _ training: SequenceWindows, _ work: Work) throws -> ContinuationScores {
        let predicted = try model.continuations(test, work: work).codes
        return ContinuationScores(truth: test.ahead == 1 ? test.targets : test.continuations, predicted: predicted, trainingCounts: try training.stepCounts(work: work))
    }
}
