import Diagnostics
import Expressions
import Runtime

/// A verb: its signature, and what it does with the value that it reads.
public protocol Command: Sendable {
    static var signature: Signature { get }
    init()
    /// - Parameter input: the value chosen by `on`, else the newest of a kind that the signature reads; none when it reads nothing.
    /// - Throws: a `Diagnostic`, any `Diagnosable` error of the library (which is then placed at the statement), or `Cancelled`.
    func run(_ call: Call, on input: Input?) throws -> Outcome
    /// What `run` would give, as far as the words of the statement, the heads of the files that it names and the outline of its input tell.
    /// It must be quick, change nothing, and never find a mistake where `run` finds none.
    ///
    /// - Parameter input: of the value that would be read; none when there is none or it is not known which.
    /// - Throws: a mistake that `run` would find.
    static func outline(_ call: Call, on input: Outline?) throws(Diagnostic) -> Outline
    /// What running it would take; see `Plan`.
    func plan(_ call: Call, on input: Input?) throws -> Plan?
}

extension Command {
    public static func outline(_ call: Call, on input: Outline?) throws(Diagnostic) -> Outline { Outline(signature.gives(variant: call.variant), maker: signature.verb) }
}

/// A value of the session and its name.
public struct Input: Sendable {
    public let name: String
    public let value: any KindValue
    /// The number of the statement that made it; none for what was handed to the session from outside.
    public let entry: Int?
    public init(name: String, value: any KindValue, entry: Int? = nil) {
        self.name = name
        self.value = value
        self.entry = entry
    }
}

/// What a statement gave: a value for the session, what to show, and what to remark.
public struct Outcome: Sendable {
    public var value: (any KindValue)?
    /// What is shown; the value's own blocks unless set.
    public var blocks: [Block]
    /// Warnings and notes, each with a stable code; they go to standard error.
    public var notes: [Diagnostic]
    public var effects: [Effect] = []
    /// What the verb read, where it chose another value than the newest.
    public var input: Input?

    public init(_ value: (any KindValue)?, blocks: [Block]? = nil, notes: [Diagnostic] = [], input: Input? = nil) {
        self.value = value
        self.input = input
        self.blocks = blocks ?? value?.blocks ?? []
        self.notes = notes
    }

    /// Something to show that makes no value.
    public static func shown(_ blocks: [Block], notes: [Diagnostic] = [], input: Input? = nil) -> Outcome { Outcome(nil, blocks: blocks, notes: notes, input: input) }
}

/// A statement with its arguments read, and all that a verb may use of the session.
public struct Call: Sendable {
    public let signature: Signature
    /// The word that chose the variant: the model of `fit`, the kind of `plot`.
    public let variant: String?
    public let span: SourceSpan
    public let context: Context
    /// Whether 'on' named the value to read.
    public let isInputNamed: Bool
    let arguments: [String: (argument: BoundArgument, span: SourceSpan)]

    public init(signature: Signature, variant: String?, span: SourceSpan, context: Context, isInputNamed: Bool = false, arguments: [String: (argument: BoundArgument, span: SourceSpan)]) {
        self.isInputNamed = isInputNamed
        self.signature = signature
        self.variant = variant
        self.span = span
        self.context = context
        self.arguments = arguments
    }

    /// The value of a parameter, or its default.
    public subscript<T>(_ parameter: Parameter<T>) -> T {
        get throws(Diagnostic) {
            guard let (argument, span) = arguments[parameter.description.name] else {
                if let fallback = parameter.fallback { return fallback }
                throw Diagnostic(
                    "missing-argument", "'\(signature.verb)' needs \(parameter.description.name)", category: .syntax, at: self.span, hint: signature.usage(variant: variant))
            }
            do throws(ArgumentMismatch) { return try parameter.convert(argument) } catch {
                throw Diagnostic("wrong-value", "'\(parameter.description.name)' takes a \(error.expected)", category: .syntax, at: span, label: "not one")
            }
        }
    }

    /// Whether the person gave the parameter.
    public func isGiven(_ name: String) -> Bool { arguments[name] != nil }

    /// The plain value given for a parameter by name: for parameters that come from a model's schema.
    public func value(named name: String) -> (value: Value, span: SourceSpan)? {
        guard let (argument, span) = arguments[name], case .value(let value) = argument else { return nil }
        return (value, span)
    }

    /// Where a parameter's value was written, or the whole statement.
    public func span<T>(of parameter: Parameter<T>) -> SourceSpan { span(named: parameter.description.name) }
    public func span(named name: String) -> SourceSpan { arguments[name]?.span ?? span }
}

/// What verbs may use of the session that they run in. Looks at values and at the seed are noted in the session's log.
public struct Context: Sendable {
    public let work: Work
    private let sessionSeed: Int
    /// Paths are relative to this folder.
    public let directory: String
    /// The values by name as they were when the statement began, oldest first; to be listed. A value that is read is looked up.
    public let values: [Input]
    public let catalogue: Catalogue
    /// Columns of the terminal; 80 elsewhere.
    public let width: Int
    public let settings: [SettingValue]
    /// Files, as statements before this one wrote their paths, that do not exist yet while a script is only checked, as those statements will make them.
    public var comingFiles: Set<String> = []
    /// What is known of the values by name while a script is only checked.
    public var outlines: [String: Outline] = [:]
    /// Whether a person types the statements.
    public let isInteractive: Bool
    /// Whether standard input holds statements, and so no data.
    public let isInputTaken: Bool
    /// What `$name` stands for.
    public let parameters: [String: Value]
    /// The statements before this one.
    public let log: [SessionEntry]
    /// The inputs before this one that were not run.
    public let refusals: [Refusal]
    private let recorder: EntryRecorder?

    init(
        work: Work, seed: Int, directory: String, values: [Input], catalogue: Catalogue, width: Int, settings: [SettingValue], parameters: [String: Value], log: [SessionEntry], refusals: [Refusal],
        recorder: EntryRecorder?, isInteractive: Bool = false, isInputTaken: Bool = false
    ) {
        self.work = work
        sessionSeed = seed
        self.directory = directory
        self.values = values
        self.catalogue = catalogue
        self.width = width
        self.settings = settings
        self.isInteractive = isInteractive
        self.isInputTaken = isInputTaken || isInteractive
        self.parameters = parameters
        self.log = log
        self.refusals = refusals
        self.recorder = recorder
    }

    /// The session's seed.
    public var seed: Int {
        recorder?.read(seed: sessionSeed)
        return sessionSeed
    }

    /// What a statement finds that is checked and not run: a folder, and no values.
    init(checkingIn directory: String, catalogue: Catalogue, isInteractive: Bool, isInputTaken: Bool) {
        self.init(
            work: Work(), seed: 0, directory: directory, values: [], catalogue: catalogue, width: 80, settings: [], parameters: [:], log: [], refusals: [], recorder: nil, isInteractive: isInteractive,
            isInputTaken: isInputTaken)
    }

    public func path(_ path: String) -> String { path.hasPrefix("/") ? path : directory.isEmpty || directory == "." ? path : directory + "/" + path }

    /// The newest value of one of some kinds.
    ///
    /// - Parameter names: of values that are passed over.
    public func newest(of kinds: [Kind], besides names: [String] = []) -> Input? {
        let found = values.last { kinds.contains($0.value.kind) && !names.contains($0.name) }
        if let entry = found?.entry { recorder?.looked(.newest(kinds, besides: names, entry: entry)) }
        return found
    }

    /// The newest value for which a rule of the verb holds.
    public func newest(where isMeant: (any KindValue) -> Bool) -> Input? {
        let found = values.last { isMeant($0.value) }
        if let entry = found?.entry { recorder?.looked(.chosen(entry: entry)) }
        return found
    }

    /// All values of some kinds, oldest first.
    public func all(of kinds: [Kind]) -> [Input] {
        let found = values.filter { kinds.contains($0.value.kind) }
        recorder?.looked(.all(kinds, entries: found.compactMap(\.entry)))
        return found
    }

    /// A value by name; `ans` is the last result.
    /// - Throws: `unknown-name` at `span`, with the nearest name.
    public func value(named name: String, at span: SourceSpan) throws(Diagnostic) -> Input {
        if let found = values.last(where: { $0.name == name }) {
            if let entry = found.entry { recorder?.looked(.named(name, entry: entry)) }
            return found
        }
        guard name == "ans", let last = values.last else { throw .unknownName(name, among: values.map(\.name), at: span) }
        if let entry = last.entry { recorder?.looked(.newest([], entry: entry)) }
        return last
    }

    /// Notes that a verb which was handed the newest value read another one, by a rule or a name of its own.
    func note(_ read: Input, inPlaceOf input: Input, of kinds: [Kind]) {
        guard let entry = read.entry, let other = input.entry else { return }
        recorder?.looked(.chosen(entry: entry), inPlaceOf: .newest(kinds, entry: other))
    }
}

/// A setting of the session and its value, as `set` shows them.
public struct SettingValue: Sendable {
    public let name: String, text: String
    public init(_ name: String, _ text: String) {
        self.name = name
        self.text = text
    }
}

/// The verbs and kinds that a session knows.
public struct Catalogue: Sendable {
    public let commands: [any Command.Type]
    public let kinds: [Kind]
    private let index: [String: Int]

    public init(commands: [any Command.Type], kinds: [Kind]) {
        self.commands = commands
        self.kinds = kinds
        index = Dictionary(commands.enumerated().map { ($0.element.signature.verb, $0.offset) }, uniquingKeysWith: { first, _ in first })
        precondition(index.count == commands.count, "two verbs bear one name")
    }

    public func command(_ verb: String) -> (any Command.Type)? { index[verb].map { commands[$0] } }
    public func signature(_ verb: String) -> Signature? { command(verb)?.signature }
    public var verbs: [String] { commands.map { $0.signature.verb } }
}

extension Diagnostic {
    static func unknownName(_ name: String, among names: [String], at span: SourceSpan) -> Diagnostic {
        let near = nearest(to: name, in: names).map { "did you mean '\($0)'?" }
        return Diagnostic(
            "unknown-name", "nothing is named '\(name)' yet", category: .syntax, at: span, label: "not a name",
            hint: near ?? (names.isEmpty ? "'load FILE' makes the first value" : "names are \(Set(names).sorted().joined(separator: ", "))"))
    }
}
