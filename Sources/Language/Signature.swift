import Diagnostics
import Expressions

/// All that is known of a verb before it runs: what it takes, reads and gives, with examples. Parsing, help, completion, the static check
/// and the tests read it; a verb is described nowhere else.
public struct Signature: Sendable {
    public let verb: String
    /// The heading under which help lists the verb: `Data`, `Look`, `Segments`, ...
    public let group: Group
    public let summary: String
    /// More than the summary: how it goes about its work, rules, references. Paragraphs stand apart by an empty line; other line ends are blanks.
    public let details: String
    /// The definition of each number, column or line that it prints.
    public let prints: [Term]
    /// What it holds in memory, and whether that is bounded; empty for verbs that look at no data.
    public let memory: String
    /// What is drawn from the seed; empty where nothing is random.
    public let draws: String
    /// The files that it writes; empty where it writes none.
    public let writes: String
    public let parameters: [ParameterDescription]
    /// Further forms of the verb, chosen by the word in its first slot: the models of `fit`, the kinds of `plot`.
    public let variants: [Variant]
    /// Which kinds the verb reads, the first being wanted most; none when it reads no value.
    public let reads: [Kind]
    /// Kinds of values that it also reads, but only where 'on' names one.
    public let readsByName: [Kind]
    /// Whether the verb runs also without a value to read.
    public let readsOptionally: Bool
    /// What it may give; none when it only shows or does something.
    public let gives: [Kind]
    /// Whether a result bears the name of its variant, as a model does, and not that of the verb.
    public let namesResultByVariant: Bool
    /// Whether it changes something outside the session, so that its result is never taken from a cache.
    public let hasSideEffects: Bool
    /// Whether it speaks of the session and not of the data, as `list` and `help` do: an export of the session leaves it out.
    public let isAboutSession: Bool
    /// Whether it measures the machine, so that what it prints differs from run to run.
    public let isTimed: Bool
    public let examples: [Example]

    public enum Group: String, Sendable, CaseIterable {
        case data = "Data", look = "Look", segments = "Segments", predict = "Predict", plot = "Plot", keep = "Keep"
    }

    public struct Variant: Sendable {
        public let word: String
        public let summary: String
        /// What it does beside what is said of the verb.
        public let details: String
        public let parameters: [ParameterDescription]
        /// What this form reads, gives, holds in memory and draws from the seed, each where it differs from the verb.
        public let reads: [Kind]?
        /// Kinds of values that it also reads, but only where 'on' names one.
        public let readsByName: [Kind]
        public let gives: [Kind]?
        public let memory: String?
        public let draws: String?
        /// What it prints beside what the verb prints.
        public let prints: [Term]
        /// The verbs that make what this form reads, where not every verb that gives the kind does.
        public let makers: [String]
        public let examples: [Example]

        public init(
            _ word: String, _ summary: String, details: String = "", parameters: [ParameterDescription] = [], reads: [Kind]? = nil, readsByName: [Kind] = [], gives: [Kind]? = nil, memory: String? = nil,
            draws: String? = nil, prints: [Term] = [], makers: [String] = [], examples: [Example] = []
        ) {
            self.word = word
            self.summary = summary
            self.details = details
            self.parameters = parameters
            self.reads = reads
            self.readsByName = readsByName
            self.gives = gives
            self.memory = memory
            self.draws = draws
            self.prints = prints
            self.makers = makers
            self.examples = examples
        }
    }

    /// Something that is printed, by the name that it is printed under, and what it means.
    public struct Term: Sendable {
        public let name: String, definition: String
        public init(_ name: String, _ definition: String) {
            self.name = name
            self.definition = definition
        }
    }

    /// A script that help shows and the tests run.
    public struct Example: Sendable {
        public let script: String
        /// A piece of what it prints, whole lines or a part of one, with the blanks of a table's columns.
        public let prints: String
        public init(_ script: String, prints: String) {
            self.script = script
            self.prints = prints
        }
    }

    public init(
        _ verb: String, group: Group, summary: String, details: String = "", prints: [Term] = [], memory: String = "", draws: String = "", writes: String = "",
        reads: [Kind] = [], readsByName: [Kind] = [], readsOptionally: Bool = false, gives: [Kind] = [], namesResultByVariant: Bool = false, hasSideEffects: Bool = false, isAboutSession: Bool = false, isTimed: Bool = false, variants: [Variant] = [],
        examples: [Example], @ParameterBuilder parameters: () -> [ParameterDescription] = { [] }
    ) {
        self.verb = verb
        self.group = group
        self.summary = summary
        self.details = details
        self.prints = prints
        self.memory = memory
        self.draws = draws
        self.writes = writes
        self.reads = reads
        self.readsByName = readsByName
        self.readsOptionally = readsOptionally
        self.gives = gives
        self.namesResultByVariant = namesResultByVariant
        self.hasSideEffects = hasSideEffects
        self.isAboutSession = isAboutSession
        self.isTimed = isTimed
        self.variants = variants
        self.examples = examples
        self.parameters = parameters()
    }

    /// The name that a result bears unless 'as' names it.
    public func resultName(variant word: String?) -> String { namesResultByVariant ? word ?? verb : verb }

    /// The kinds that the form which `word` chooses may give.
    func gives(variant word: String?) -> [Kind] { variant(word)?.gives ?? gives }

    public func variant(_ word: String?) -> Variant? { variants.first { $0.word == word } }

    /// The slots in their order, then the options, of the form that `word` chooses.
    public func parameters(variant word: String?) -> [ParameterDescription] { parameters + (variant(word)?.parameters ?? []) }

    /// The form of the verb on one line: `sample SHARE [seed=N]`.
    public func usage(variant word: String? = nil) -> String { usageParts(variant: word).joined(separator: " ") }

    /// The usage in parts that belong together, for lines that are broken between them.
    public func usageParts(variant word: String? = nil) -> [String] {
        [verb] + parameters(variant: word).map { parameter in parameter.isVariantSlot ? word ?? parameter.usage : parameter.usage }
    }
}

/// A parameter without its Swift type: what parsing, help and completion need of it.
public struct ParameterDescription: Sendable {
    /// Where it stands in a statement.
    public enum Place: Sendable, Hashable {
        case slot
        case option
        /// After a word of its own: the names of `plot roc of lstm rnn`.
        case clause(String)
    }

    /// How its words are read.
    public enum Form: Sendable, Hashable {
        case value, path, paths
        /// Words up to the end of the statement, whatever they are.
        case words
        case name, names, expression, pattern, patternOrExpression, assignment, renaming, statement
        /// A bare word that is there or not, such as `except`.
        case keyword
        /// The word that chooses the variant of the verb.
        case variant
    }

    public let name: String
    public let place: Place
    public let form: Form
    public let isRequired: Bool
    /// What it takes, in words: `percentage`, `whole number in 1...1024`.
    public let typeText: String
    /// The words that it takes, where they are few and known.
    public let choices: [String]
    /// What names it completes to, where it takes the name of something of the session.
    public let completion: Completion
    public let defaultText: String?
    public let help: String
    /// Whether a value fits; gives what is wrong with it otherwise. Used by the static check, before anything runs.
    public let mismatch: @Sendable (Value) -> String?
    /// Whether the value that it names is never the one that the statement reads, unless `on` says so.
    public var isBesideInput = false
    /// The type of the column that it names, where not any will do.
    public var columnType: ExpressionType?
    /// Stands for a value in usage lines: `N`, `SHARE`.
    public internal(set) var placeholder = "VALUE"

    public enum Completion: Sendable, Hashable {
        case none, column, value([String]), verb
        /// A file, or one of these words.
        case file(or: [String] = [])
    }

    public var isVariantSlot: Bool { form == .variant }

    /// The parameter as it stands in a usage line: in brackets where it may be left out.
    public var usage: String { isRequired ? written : "[\(written)]" }

    /// The parameter as it is written: `SHARE`, `seed=N`, `of COLUMN...`.
    public var written: String {
        switch place {
        case .slot:
            switch form {
            case .keyword: name
            case .assignment: "NAME = EXPR"
            case .renaming: "OLD=NEW..."
            case .paths, .names, .words: words(or: name.uppercased()) + "..."
            default: words(or: name.uppercased())
            }
        case .clause(let word): "\(word) \(stand)..."
        case .option: "\(name)=\(words(or: choices.isEmpty ? stand : "WORD"))"
        }
    }

    /// The words to choose from where they are few.
    private func words(or other: String) -> String { choices.isEmpty || choices.count > 6 ? other : choices.joined(separator: "|") }

    /// What stands for what it takes.
    private var stand: String {
        switch form {
        case .expression: "EXPR"
        case .pattern: "PATTERN"
        case .path, .paths: "FILE"
        case .name, .names: completion == .column ? "COLUMN" : "NAME"
        default: placeholder
        }
    }
}

@resultBuilder
public enum ParameterBuilder {
    public static func buildExpression<T>(_ parameter: Parameter<T>) -> [ParameterDescription] { [parameter.description] }
    public static func buildExpression(_ parameters: [ParameterDescription]) -> [ParameterDescription] { parameters }
    public static func buildBlock(_ parts: [ParameterDescription]...) -> [ParameterDescription] { parts.flatMap { $0 } }
}

/// A statement that help shows and the tests run.
public typealias Example = Signature.Example
