import Diagnostics
import Layers
import Runtime

/// Why a model of sequences cannot be fitted, rebuilt or asked.
public enum SequenceModelError: Error, Hashable, Diagnosable {
    /// There is no window, or windows of no events.
    case noWindows
    /// All windows have the same class.
    case oneClass(String)
    /// All windows have the same number.
    case oneValue(String, Double)
    /// No window of the training part has a value of the target.
    case noTargets(String)
    /// What a model does not do, by its name: several targets, a number as the target, columns of users or sessions.
    case severalTargets(String)
    case numberTarget(String, model: String)
    case context(String)
    /// Windows without what the model reads beside their events.
    case otherContext([String])
    /// An event that is no code of the vocabulary, or a gap after the first event.
    case code(Int32, window: Int, position: Int)
    case target(Int32, window: Int, classes: Int)
    /// A number to be learnt that is infinite.
    case targetNumber(window: Int)
    /// A code that a variable of an event does not have.
    case attribute(Int32, event: Int, variable: Int, vocabulary: Int)
    /// A number of an event, or of a whole window, that is not finite.
    case notFinite(row: Int, column: Int, isOfEvents: Bool)
    /// Inputs that are numbers, for a model that counts words.
    case numbers([String])
    /// The eigenvalues of a reservoir were not found.
    case eigenvalues
    /// Rounding has left the equations of a read-out without a solution.
    case singular
    /// A number of events that has no mean.
    case infinite(String)
    case hyperparameter(name: String, value: String, allowed: String)
    /// A list of sizes that does not go with the number of layers.
    case layers(sizes: Int, layers: Int)
    /// Heads that cannot share the width evenly.
    case heads(Int, width: Int)
    case diverged(epoch: Int, rate: Double)
    /// In bytes.
    case tooLarge(needed: Int, available: Int)
    case vocabulary(expected: Int, found: Int)
    case length(expected: Int, found: Int)
    case tensor(String, problem: String)

    public var diagnostic: Diagnostic {
        switch self {
        case .noWindows:
            Diagnostic("no-windows", "there are no windows of events to learn from", category: .data, hint: "use more users, or a smaller seq=")
        case .oneClass(let name):
            Diagnostic(
                "one-class", "all windows have the class '\(name)', so there is nothing to tell apart",
                category: .data, hint: "predict something else, or use more users")
        case .oneValue(let name, let value):
            Diagnostic(
                "one-value", "'\(name)' is \(NumberText.short(value)) in all windows, so there is nothing to predict", category: .data, hint: "predict something else, or use more users")
        case .noTargets(let name):
            Diagnostic("no-windows", "no window of the training part has a value of '\(name)'", category: .data, hint: "use more users, or another split")
        case .severalTargets(let model):
            Diagnostic("unsupported-target", "'\(model)' predicts one target", category: .data, label: "more than one", hint: "fit lstm, or another network, predicts several")
        case .numberTarget(let name, let model):
            Diagnostic(
                "unsupported-target", "'\(name)' is a number, and '\(model)' predicts classes", category: .data, label: "a number",
                hint: "fit lstm, or another network, or fit esn; as=class takes each value for a class")
        case .context(let model):
            Diagnostic("unsupported-target", "'\(model)' reads events alone", category: .data, label: "not read", hint: "fit lstm, or another network, reads columns of users and sessions")
        case .otherContext(let names):
            Diagnostic(
                "other-vocabulary", "the windows do not have what the model reads beside their events: \(names.joined(separator: ", "))", category: .data, hint: "build the windows with the model's columns")
        case .code(let code, let window, let position):
            Diagnostic(
                "bad-code", "event \(position + 1) of window \(window + 1) has the code \(code), which the vocabulary does not know",
                category: .data, hint: "build the windows with the model's vocabulary")
        case .target(let code, let window, let classes):
            Diagnostic("bad-target", "window \(window + 1) has the class code \(code) where 0...\(classes - 1) are expected", category: .data)
        case .targetNumber(let window): Diagnostic("not-finite", "the number that window \(window + 1) is to predict is infinite", category: .data, hint: "filter the row")
        case .attribute(let code, let event, let variable, let vocabulary):
            Diagnostic("bad-code", "variable \(variable + 1) of event \(event + 1) has the code \(code) where 0...\(vocabulary - 1) are expected", category: .data)
        case .notFinite(let row, let column, let isOfEvents):
            Diagnostic("not-finite", "number \(column + 1) of \(isOfEvents ? "event" : "window") \(row + 1) is not finite", category: .data, hint: "filter the row, or impute the value")
        case .numbers(let names):
            Diagnostic(
                "number-input", "\(names.map { "'\($0)'" }.joined(separator: ", ")) \(names.count == 1 ? "is a number" : "are numbers"), and this model counts words and truth values",
                category: .data, hint: "leave \(names.count == 1 ? "it" : "them") out of inputs=, or fit lstm, which reads numbers")
        case .eigenvalues: Diagnostic("no-convergence", "the eigenvalues of the reservoir were not found", hint: "try another seed=")
        case .singular: Diagnostic("singular", "the equations of the read-out have no solution that rounding leaves right", hint: "raise ridge=, or lower hidden=")
        case .infinite(let name):
            Diagnostic("not-finite", "'\(name)' has values that are infinite or too large to scale", category: .data, hint: "filter the events that have them")
        case .hyperparameter(let name, let value, let allowed):
            Diagnostic("bad-value", "'\(name)' is \(value) where \(allowed) is expected", hint: "try a value in \(allowed)")
        case .layers(let sizes, let layers):
            Diagnostic(
                "bad-layers", "'hidden' lists \(sizes) sizes for \(layers) layers",
                hint: "give one size, or one for each layer")
        case .heads(let heads, let width):
            Diagnostic(
                "bad-heads", "\(heads) heads cannot share a width of \(width) evenly",
                hint: "heads=\((1...heads).last { width % $0 == 0 } ?? 1), or hidden=\((width / heads + 1) * heads)")
        case .diverged(let epoch, let rate):
            Diagnostic(
                "diverged", "training diverged in epoch \(epoch): the loss is no finite number any more",
                hint: "lower the rate: rate=\(rate / 10)")
        case .tooLarge(let needed, let available):
            Diagnostic(
                "too-large", "training needs \(Self.size(needed)) of memory where the machine has \(Self.size(available))",
                category: .limit, hint: "use a smaller batch=, seq= or hidden=")
        case .vocabulary(let expected, let found):
            Diagnostic(
                "other-vocabulary", "the windows are coded with another vocabulary (\(found) words) than the model's (\(expected) words)",
                category: .data, hint: "build the windows with the model's vocabulary")
        case .length(let expected, let found):
            Diagnostic(
                "other-length", "the windows have room for \(found) events where the model reads \(expected)",
                category: .data, hint: "build the windows with seq=\(expected)")
        case .tensor(let name, let problem):
            Diagnostic(
                "bad-tensor", "the tensor '\(name)' of the model \(problem)",
                category: .data, hint: "write the model anew; the file may be damaged")
        }
    }

    private static func size(_ bytes: Int) -> String {
        bytes >= 1 << 40 ? "\(bytes >> 40) TiB" : bytes >= 1 << 30 ? "\(bytes >> 30) GiB" : "\(max(1, bytes >> 20)) MiB"
    }

    /// - Parameter numbers: what each number of an event is called.
    init(_ failure: SequenceSet.Failure, numbers: [String]) {
        switch failure {
        case .attribute(let code, let event, let variable, let vocabulary): self = .attribute(code, event: event, variable: variable, vocabulary: vocabulary)
        case .number(_, let number): self = .infinite(numbers[number])
        case .sideInput(let row, let column): self = .notFinite(row: row, column: column, isOfEvents: false)
        case .code(let code, let row, let position, _): self = .code(code, window: row, position: position)
        case .target(let code, let row, let classes): self = .target(code, window: row, classes: classes)
        case .targetNumber(let row): self = .targetNumber(window: row)
        }
    }

    init(_ failure: TrainingFailure) {
        switch failure {
        case .noSequences: self = .noWindows
        case .diverged(let epoch, let rate): self = .diverged(epoch: epoch, rate: rate)
        case .tooLarge(let needed, let available): self = .tooLarge(needed: needed, available: available)
        }
    }

    init(_ failure: Network.TensorFailure) {
        switch failure {
        case .unknown(let name): self = .tensor(name, problem: "is not one that it has")
        case .missing(let name): self = .tensor(name, problem: "is missing")
        case .shape(let name, let expected, let found): self = .tensor(name, problem: "has the shape \(found) where \(expected) is expected")
        case .notFinite(let name): self = .tensor(name, problem: "holds a number that is not finite")
        }
    }
}
