import Algebra
import Features
import Layers
import Runtime

/// A fitted model of sequences: says of each window how likely each class is.
///
/// ### Shapes
/// Windows are `[count, length]` events; probabilities are `[count, classes]`, each row summing to 1.
public protocol SequenceModel: Sendable {
    /// The number of events that a window has room for.
    var length: Int { get }
    /// What it reads of an event, without the events themselves.
    var variables: [SequenceInputs.Variable] { get }
    var numbers: [String] { get }
    /// What it predicts, at least one thing.
    var targets: [ModelTarget] { get }
    /// How many numbers it has learnt.
    var parameterCount: Int { get }
    /// Its sizes, in words, for people.
    var settings: [(name: String, value: String)] { get }

    /// What it reads of a window beside its events.
    var context: [String] { get }
    /// What it has learnt, as far as people can read it.
    var tables: [ModelTable] { get }
    /// How much each column counts, by one measure or several; the first is the one to be looked at.
    var importances: [FeatureImportance] { get }
    /// What a step of its training is called.
    var step: String { get }

    /// The probabilities `[windows.count, classes]` of the first target, or its numbers, `[windows.count, 1]`. A row's digits follow from its window alone, in any batch and on any number of threads.
    ///
    /// - Throws: `SequenceModelError` when the windows are not coded as the model's were, or `Cancelled`.
    func predict(_ windows: SequenceWindows, work: Work) throws -> Matrix

    /// What it says of each target.
    ///
    /// - Throws: as `predict`.
    func predictions(_ windows: SequenceWindows, work: Work) throws -> [SequencePrediction]
}

extension SequenceModel {
    /// The classes of the first target; none of a number.
    public var classes: [String] { targets[0].classes }
    public var context: [String] { [] }
    public var tables: [ModelTable] { [] }
    public var importances: [FeatureImportance] { [] }
    public var step: String { "epoch" }

    public func predictions(_ windows: SequenceWindows, work: Work) throws -> [SequencePrediction] { [.classes(try predict(windows, work: work))] }

    /// - Throws: `SequenceModelError.vocabulary` or `.length` when the windows are not coded as the model's were.
    func check(_ windows: SequenceWindows) throws(SequenceModelError) {
        guard windows.inputs.variables == variables, windows.inputs.numbers == numbers else {
            throw .vocabulary(expected: variables.first?.vocabulary.count ?? 0, found: windows.vocabulary.count)
        }
        guard windows.length == length else { throw .length(expected: length, found: windows.length) }
    }
}

/// What learns from windows.
public protocol SequenceEstimator: Estimator {
    /// How many of the codes after a window it learns; the windows must know as many.
    var ahead: Int { get }
    /// Whether a validation part changes what is learnt: when training ends, or what is settled after it.
    var readsValidation: Bool { get }
    /// Fits a model to the training windows.
    ///
    /// - Parameters:
    ///   - validation: judges each epoch; the weights of the best one are kept. Without it all epochs are run and the last weights kept.
    ///   - seed: of all draws.
    /// - Returns: the model, and how its training went; no epochs where it is not trained in epochs.
    /// - Throws: `SequenceModelError`, or `Cancelled`.
    func fit(_ training: SequenceWindows, validation: SequenceWindows?, seed: Int, work: Work) throws -> (model: any SequenceModel, history: TrainingHistory)
}

extension SequenceEstimator {
    public var ahead: Int { 1 }
    public var readsValidation: Bool { false }

    /// Whether there is something to learn from, each hyperparameter lies in its range, and the validation windows are coded as the others.
    func check(_ training: SequenceWindows, _ validation: SequenceWindows?) throws(SequenceModelError) {
        for hyperparameter in Self.schema.hyperparameters {
            if let allowed = hyperparameter.domain.refusal(hyperparameter.value(self)) { throw .hyperparameter(name: hyperparameter.name, value: allowed.found, allowed: allowed.wanted) }
        }
        guard training.count > 0, training.length > 0, training.inputs.eventCount > 0 else { throw .noWindows }
        if let validation, !validation.inputs.isCoded(like: training.inputs) { throw .vocabulary(expected: training.vocabulary.count, found: validation.vocabulary.count) }
        for windows in [training, validation].compactMap({ $0 }) where windows.ahead != ahead { throw .steps(expected: ahead, found: windows.ahead) }
        if let validation, validation.length != training.length { throw .length(expected: training.length, found: validation.length) }
        // The only target of a window is not missing.
        let least: Int32 = training.outputs.count > 1 ? -1 : 0
        for case .classes(let codes, let names) in training.outputs.map(\.values) {
            if let row = codes.firstIndex(where: { $0 < least || Int($0) >= names.count }) { throw .target(codes[row], window: row, classes: names.count) }
        }
    }

    /// The only target, where there is nothing beside the events to read.
    ///
    /// - Parameter takesNumbers: whether it may be a number.
    /// - Throws: `SequenceModelError`, also where all windows have the same value.
    func onlyTarget(_ training: SequenceWindows, takesNumbers: Bool = false) throws(SequenceModelError) -> ModelTarget {
        guard training.outputs.count == 1 else { throw .severalTargets(Self.schema.name) }
        guard training.context == nil else { throw .context(Self.schema.name) }
        if !takesNumbers, case .numbers = training.outputs[0].values { throw .numberTarget(training.outputs[0].name, model: Self.schema.name) }
        return try training.outputs[0].modelTarget()
    }
}

extension Hyperparameter.Domain {
    /// What was found and what is wanted, if a value lies outside.
    fileprivate func refusal(_ value: HyperparameterValue) -> (found: String, wanted: String)? {
        switch (self, value) {
        case (.integer(let range), .integer(let value)) where !range.contains(value): ("\(value)", "\(range.lowerBound)...\(range.upperBound)")
        case (.number(let range), .number(let value)) where !range.contains(value): ("\(value)", "\(range.lowerBound)...\(range.upperBound)")
        case (.integers(let range), .integers(let values)) where !values.allSatisfy(range.contains): ("\(values)", "\(range.lowerBound)...\(range.upperBound)")
        default: nil
        }
    }
}
