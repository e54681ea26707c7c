import Diagnostics
import Features
import Language
import Layers
import Models
import Runtime
import Store

// A training of hours keeps where it stands, and goes on from there.

extension FitCommand {
    static let checkpointPath = Parameter<String?>.path("checkpoint", "file in which training keeps where it stands, after each epoch and each minute")
    static let resumes = Parameter<Bool>.named("resume", default: false, "go on from the checkpoint if it is there, to the same result as without the stop")
    static let checkpointParameters = [checkpointPath.description, resumes.description]

    /// - Throws: what the estimator does; an input that it cannot read is placed where it is named, and so is a checkpoint.
    static func fitted(
        _ estimator: any SequenceEstimator, _ training: SequenceWindows, validation: SequenceWindows?, seed: Int, _ call: Call, _ work: Work
    ) throws -> (model: any SequenceModel, history: TrainingHistory) {
        do {
            guard let network = estimator as? any NeuralEstimator else { return try estimator.fit(training, validation: validation, seed: seed, work: work) }
            return try network.fitNetwork(training, validation: validation, seed: seed, checkpoint: try checkpoint(call), work: work)
        } catch let error as SequenceModelError {
            switch error {
            case .numbers: throw error.diagnostic.placed(at: call.span(named: call.isGiven("inputs") ? "inputs" : "predict"))
            case .severalTargets, .numberTarget, .oneValue, .noTargets: throw error.diagnostic.placed(at: call.span(of: targets))
            case .checkpoint: throw error.diagnostic.placed(at: call.span(of: checkpointPath))
            default: throw error
            }
        } catch let error as FileError { throw error.diagnostic(shown: try call[checkpointPath] ?? error.path).placed(at: call.span(of: checkpointPath)) }
    }

    private static func checkpoint(_ call: Call) throws(Diagnostic) -> TrainingCheckpoint? {
        guard let path = try call[checkpointPath] else { return nil }
        return TrainingCheckpoint(path: call.context.path(path), resumes: try call[resumes])
    }

    /// - Throws: a `Diagnostic` when training is to go on from nothing.
    static func checkCheckpoint(_ call: Call) throws(Diagnostic) {
        guard try call[resumes], try call[checkpointPath] == nil else { return }
        throw Diagnostic(
            "missing-argument", "'resume' goes on from a checkpoint, and none is named", category: .syntax, at: call.span(of: resumes), label: "from which file?",
            hint: "checkpoint=FILE, the file that the training before has kept")
    }
}
