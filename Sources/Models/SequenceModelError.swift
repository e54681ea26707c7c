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
    /// A step that is known after one that is not.
    case targetGap(window: Int)
    /// Attention on a body that does not show its states after all events.
    case hiddenStates
    /// A code that a variable of an event does not have.
    case attribute(Int32, event: Int, variable: Int, vocabulary: Int)
    /// A number of an event, or of a whole window, that is not finite.
    case notFinite(row: Int, column: Int, isOfEvents: Bool)
    /// Sequences, for a model that reads rows of a table.
    case rowsWanted
    /// A class that the columns tell apart perfectly, for coefficients that nothing holds.
    case separated
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
    case checkpoint(Checkpoint)
    /// In bytes.
    case tooLarge(needed: Int, available: Int)
    case vocabulary(expected: Int, found: Int)
    case length(expected: Int, found: Int)
    /// Windows that know another number of codes after them than the model learns.
    case steps(expected: Int, found: Int)
    case tensor(String, problem: String)

    /// What is wrong with a file that a training is to go on from, or to write.
    public enum Checkpoint: Sendable, Hashable {
        case damaged(String)
        /// With what is not the same.
        case otherTraining(String)
        /// It is no checkpoint, so that it is not written over.
        case otherFile
    }

    public var diagnostic: Diagnostic {
        switch self {
        case .noWindows:
            Diagnostic("no-windows", "there are no windows of events to learn from", category: .data, hint: "use more users, or a smaller seq=")
        case .oneClass(let name):
            Diagnostic(
                "one-class", "all that is learnt from has the class '\(name)', so there is nothing to tell apart",
                category: .data, hint: "predict something else, or take more of the data")
        case .oneValue(let name, let value):
            Diagnostic(
                "one-value", "'\(name)' is \(NumberText.short(value)) in all windows, so there is nothing to predict", category: .data, hint: "predict something else, or take more of the data")
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
        case .targetGap(let window): Diagnostic("bad-target", "window \(window + 1) knows a later step of what follows it, but not all before", category: .data)
        case .hiddenStates:
            Diagnostic("hidden-states", "attention reads the states after all events, which only recurrent layers that read one way show", hint: "attention=no, or recurrent layers that read one way")
        case .attribute(let code, let event, let variable, let vocabulary):
            Diagnostic("bad-code", "variable \(variable + 1) of event \(event + 1) has the code \(code) where 0...\(vocabulary - 1) are expected", category: .data)
        case .notFinite(let row, let column, let isOfEvents):
            Diagnostic("not-finite", "number \(column + 1) of \(isOfEvents ? "event" : "window") \(row + 1) is not finite", category: .data, hint: "filter the row, or impute the value")
        case .numbers(let names):
            Diagnostic(
                "number-input", "\(names.map { "'\($0)'" }.joined(separator: ", ")) \(names.count == 1 ? "is a number" : "are numbers"), and this model counts words and truth values",
                category: .data, hint: "leave \(names.count == 1 ? "it" : "them") out of inputs=, or fit lstm, which reads numbers")
        case .rowsWanted:
            Diagnostic("rows-wanted", "this model reads rows of a table, and these are sequences of events", category: .data, hint: "features | fit ..., or fit ... on TABLE")
        case .separated:
            Diagnostic(
                "separated", "the columns tell the classes apart without an error, so that the coefficients grow without end", category: .data,
                hint: "penalty=l2, and look for a column that tells the label")
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
        case .checkpoint(.damaged(let what)):
            Diagnostic("bad-checkpoint", "the file is no checkpoint of a training: \(what)", category: .data, hint: "resume=no begins anew, with another file")
        case .checkpoint(.otherTraining(let difference)):
            Diagnostic(
                "other-training", "the checkpoint is of another training: \(difference)", category: .data,
                hint: "type the statement as it was (epochs= may be more), on the same data; or resume=no, which begins anew and writes over it")
        case .checkpoint(.otherFile):
            Diagnostic("not-a-checkpoint", "the file is there and is no checkpoint of a training, so it is not written over", hint: "name another file")
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
        case .steps(let expected, let found):
            Diagnostic(
                "other-steps", "the windows know \(found) of the events that follow where the model learns \(expected)",
                category: .data, hint: "build the windows with ahead=\(expected)")
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
        case .targetGap(let row): self = .targetGap(window: row)
        }
    }

    init(_ failure: TrainingFailure) {
        switch failure {
        case .noSequences: self = .noWindows
        case .foreignState: self = .checkpoint(.damaged("what it holds is not as large as it should be"))
        case .diverged(let epoch, let rate): self = .diverged(epoch: epoch, rate: rate)
        case .tooLarge(let needed, let available): self = .tooLarge(needed: needed, available: available)
        case .hiddenStates: self = .hiddenStates
        }
    }

    init(_ failure: Network.TensorFailure) {
        switch failure {
        case .unknown(let name): self = .tensor(name, problem: "is not one that it has")
        case .missing(let name): self = .tensor(name, problem: "is missing")
        case .shape(let name, let expected, let found): self = .tensor(name, problem: "has the shape \(found) where \(expected) is expected")
        case .hiddenStates: self = .hiddenStates
        case .notFinite(let name): self = .tensor(name, problem: "holds a number that is not finite")
        }
    }
}
