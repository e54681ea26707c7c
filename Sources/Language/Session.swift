import Diagnostics
import Expressions
import Runtime

/// A session: values by name, settings, and the statements that made them. The prompt, scripts and notebooks each run one.
///
/// Not for use from several threads at once; `cancellation` may be raised from anywhere.
public final class Session {
    public let catalogue: Catalogue
    public let cancellation: Cancellation
    public let progress: any ProgressReporting
    /// Paths in statements are relative to this folder.
    public let directory: String
    public var seed = 0
    public var threads: Int
    /// Columns that tables may take.
    public var width = 80
    /// Whether a person types the statements, and verbs such as `edit` may ask them for more.
    public var isInteractive = false
    /// Whether standard input holds the script, and so no data.
    public var isInputTaken = false
    /// Oldest first; a name that is made again moves to the end.
    public private(set) var values: [Input] = []
    /// Parameters and `let` values, by name, for `$name`.
    public private(set) var parameters: [String: Value] = [:]
    /// The statements that ran, oldest first, those that failed among them.
    public private(set) var log: [SessionEntry] = []
    /// What a person typed and the check refused, so that nothing of it ran; oldest first.
    public private(set) var refusals: [Refusal] = []
    /// Which entry gave a parameter its value; none for what came from outside.
    private var parameterEntries: [String: Int] = [:]
    /// Notes for the entry of the statement that runs.
    private(set) var recorder: EntryRecorder?
    /// Runs the cells of another notebook in this session; set by the notebook runner, which knows what a notebook is.
    public var include: ((_ path: String, _ span: SourceSpan, _ handle: (StatementResult) throws -> Void) throws -> Void)?

    public init(catalogue: Catalogue, directory: String = ".", threads: Int, cancellation: Cancellation = Cancellation(), progress: any ProgressReporting = SilentProgress()) {
        self.catalogue = catalogue
        self.directory = directory
        self.threads = threads
        self.cancellation = cancellation
        self.progress = progress
    }

    /// Gives `$name` a value: a notebook's parameter or a loop's variable.
    public func setParameter(_ name: String, _ value: Value) { setParameter(name, value, madeBy: recorder?.number) }
    func setParameter(_ name: String, _ value: Value, madeBy entry: Int?) {
        parameters[name] = value
        parameterEntries[name] = entry
    }
    func removeParameter(_ name: String) {
        parameters[name] = nil
        parameterEntries[name] = nil
    }
    func entry(ofParameter name: String) -> Int? { parameterEntries[name] }

    /// Reads the words of a statement; what parameters they ask for is noted.
    var binder: Binder {
        let (recorder, entries) = (recorder, parameterEntries)
        return Binder(parameters: parameters) { recorder?.read(parameter: $0, madeBy: entries[$0]) }
    }

    public func setValue(_ name: String, _ value: any KindValue) {
        values.removeAll { $0.name == name }
        values.append(Input(name: name, value: value, entry: recorder?.number))
        recorder?.changed(.made(name, value.kind))
    }

    public func removeValue(_ name: String) {
        for input in values where input.name == name { if let entry = input.entry { recorder?.changed(.dropped(name, entry: entry)) } }
        values.removeAll { $0.name == name }
    }

    /// Keeps an entry of what `body` does, unless it is a part of what is being noted already.
    func noting(_ statement: Statement, _ body: () throws -> Void) throws {
        guard recorder == nil else { return try body() }
        let recorder = EntryRecorder(number: log.count + 1)
        self.recorder = recorder
        defer { self.recorder = nil }
        do { try body() } catch {
            log.append(recorder.entry(statement, failure: placed(error, at: statement.span)))
            throw error
        }
        log.append(recorder.entry(statement, failure: nil))
    }

    /// Keeps an input that was not run, for a history of what was typed.
    public func note(refused text: String, for mistake: Diagnostic) { refusals.append(Refusal(text: text, mistake: mistake, entriesBefore: log.count)) }

    /// The value that a name stands for; `ans` is the last result.
    public func value(named name: String) -> (any KindValue)? { values.last { $0.name == name }?.value ?? (name == "ans" ? values.last?.value : nil) }

    public var settings: [SettingValue] { [SettingValue("seed", String(seed)), SettingValue("threads", String(threads))] }

    /// How whatever is computed in the session runs.
    public var work: Work { Work(threads: threads, cancellation: cancellation, progress: progress) }

    func context() -> Context {
        Context(
            work: work, seed: seed, directory: directory, values: values, catalogue: catalogue, width: width, settings: settings, parameters: parameters, log: log, refusals: refusals,
            recorder: recorder, isInteractive: isInteractive, isInputTaken: isInputTaken)
    }
}

/// An input that was not run, as the check found mistakes in it.
public struct Refusal: Sendable {
    public let text: String
    /// The first of them.
    public let mistake: Diagnostic
    /// How many entries the session's log had by then.
    public let entriesBefore: Int
}

/// What one statement gave.
public struct StatementResult: Sendable {
    /// The statement's printed form, blanks and comments gone.
    public let statement: String
    public let verb: String
    /// The name that the value bears; none when the statement made no value.
    public let name: String?
    /// The name of the value that was read.
    public let input: String?
    public let value: (any KindValue)?
    public let blocks: [Block]
    public let notes: [Diagnostic]
    /// What the verb asked of the session besides its value; already applied, except for `edit` and `quit`.
    public let effects: [Effect]
    public let isQuiet: Bool
    public let span: SourceSpan
}
