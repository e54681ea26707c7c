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
    var classes: [String] { get }
    /// How many numbers it has learnt.
    var parameterCount: Int { get }
    /// Its sizes, in words, for people.
    var settings: [(name: String, value: String)] { get }

    /// The probabilities `[windows.count, classes]`. A row's digits follow from its window alone, in any batch and on any number of threads.
    ///
    /// - Throws: `SequenceModelError` when the windows are not coded as the model's were, or `Cancelled`.
    func predict(_ windows: SequenceWindows, work: Work) throws -> Matrix
}

extension SequenceModel {
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

    /// Whether there is something to learn from, each hyperparameter lies in its range, and the validation windows are coded as the others.
    func check(_ training: SequenceWindows, _ validation: SequenceWindows?) throws(SequenceModelError) {
        for hyperparameter in Self.schema.hyperparameters {
            if let allowed = hyperparameter.domain.refusal(hyperparameter.value(self)) { throw .hyperparameter(name: hyperparameter.name, value: allowed.found, allowed: allowed.wanted) }
        }
        guard training.count > 0, training.length > 0, training.inputs.eventCount > 0 else { throw .noWindows }
        if let validation, !validation.inputs.isCoded(like: training.inputs) { throw .vocabulary(expected: training.vocabulary.count, found: validation.vocabulary.count) }
        for windows in [training, validation].compactMap({ $0 }) where windows.ahead != ahead { throw .steps(expected: ahead, found: windows.ahead) }
        if let validation, validation.length != training.length { throw .length(expected: training.length, found: validation.length) }
        if let row = training.targets.firstIndex(where: { $0 < 0 || Int($0) >= training.classes.count }) {
            throw .target(training.targets[row], window: row, classes: training.classes.count)
        }
    }

    /// Whether there are two classes to tell apart.
    func expectClasses(_ training: SequenceWindows) throws(SequenceModelError) {
        guard training.targets.contains(where: { $0 != training.targets[0] }) else { throw .oneClass(training.classes[Int(training.targets[0])]) }
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
