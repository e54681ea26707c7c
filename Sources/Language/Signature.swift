import Diagnostics
import Expressions

/// All that is known of a verb before it runs: what it takes, reads and gives, with examples. Parsing, help, completion, the static check
/// and the tests read it; a verb is described nowhere else.
public struct Signature: Sendable {
    public let verb: String
    /// The heading under which help lists the verb: `Data`, `Look`, `Segments`, ...
    public let group: Group
    public let summary: String
    /// More than the summary: definitions of what is printed, rules, what is stored.
    public let details: String
    public let parameters: [ParameterDescription]
    /// Further forms of the verb, chosen by the word in its first slot: the models of `fit`, the kinds of `plot`.
    public let variants: [Variant]
    /// Which kinds the verb reads, the first being wanted most; none when it reads no value.
    public let reads: [Kind]
    /// Whether the verb runs also without a value to read.
    public let readsOptionally: Bool
    /// What it may give; none when it only shows or does something.
    public let gives: [Kind]
    /// Whether a result bears the name of its variant, as a model does, and not that of the verb.
    public let namesResultByVariant: Bool
    /// Whether it changes something outside the session, so that its result is never taken from a cache.
    public let hasSideEffects: Bool
    public let examples: [Example]

    public enum Group: String, Sendable, CaseIterable {
        case data = "Data", look = "Look", segments = "Segments", predict = "Predict", plot = "Plot", keep = "Keep"
    }

    public struct Variant: Sendable {
        public let word: String
        public let summary: String
        public let parameters: [ParameterDescription]
        /// What this form reads, where it differs from the verb.
        public let reads: [Kind]?
        /// The verbs that make what this form reads, where not every verb that gives the kind does.
        public let makers: [String]

        public init(_ word: String, _ summary: String, parameters: [ParameterDescription] = [], reads: [Kind]? = nil, makers: [String] = []) {
            self.makers = makers
            self.word = word
            self.summary = summary
            self.parameters = parameters
            self.reads = reads
        }
    }

    /// A statement that help shows and the tests run, and a piece of what it prints.
    public struct Example: Sendable {
        public let script: String
        public let prints: String
        public init(_ script: String, prints: String) {
            self.script = script
            self.prints = prints
        }
    }

    public init(
        _ verb: String, group: Group, summary: String, details: String = "", reads: [Kind] = [], readsOptionally: Bool = false, gives: [Kind] = [],
        namesResultByVariant: Bool = false, hasSideEffects: Bool = false, variants: [Variant] = [], examples: [Example], @ParameterBuilder parameters: () -> [ParameterDescription] = { [] }
    ) {
        self.verb = verb
        self.group = group
        self.summary = summary
        self.details = details
        self.reads = reads
        self.readsOptionally = readsOptionally
        self.gives = gives
        self.namesResultByVariant = namesResultByVariant
        self.hasSideEffects = hasSideEffects
        self.variants = variants
        self.examples = examples
        self.parameters = parameters()
    }

    func resultName(variant word: String?) -> String { namesResultByVariant ? word ?? verb : verb }

    public func variant(_ word: String?) -> Variant? { variants.first { $0.word == word } }

    /// The slots in their order, then the options, of the form that `word` chooses.
    public func parameters(variant word: String?) -> [ParameterDescription] { parameters + (variant(word)?.parameters ?? []) }

    /// The form of the verb on one line: `sample SHARE [seed=N]`.
    public func usage(variant word: String? = nil) -> String {
        var parts = [verb]
        for parameter in parameters(variant: word) {
            if let word, parameter.isVariantSlot { parts.append(word) } else { parts.append(parameter.usage) }
        }
        return parts.joined(separator: " ")
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
        case value, path, paths, name, names, expression, pattern, patternOrExpression, assignment, renaming, statement
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
    /// The type of the column that it names, where not any will do.
    public var columnType: ExpressionType?

    public enum Completion: Sendable, Hashable { case none, column, file, value([String]), verb }

    public var isVariantSlot: Bool { form == .variant }

    /// The parameter as it stands in a usage line.
    public var usage: String {
        let shown = choices.isEmpty ? name.uppercased() : choices.count <= 6 ? choices.joined(separator: "|") : name.uppercased()
        switch place {
        case .slot:
            let text = form == .keyword ? name : form == .paths || form == .names ? shown + "..." : form == .assignment ? "NAME = EXPR" : form == .renaming ? "OLD=NEW..." : shown
            return isRequired ? text : "[\(text)]"
        case .clause(let word): return "[\(word) NAME...]"
        case .option:
            let text = "\(name)=\(choices.isEmpty ? placeholder : choices.count <= 6 ? choices.joined(separator: "|") : "WORD")"
            return isRequired ? text : "[\(text)]"
        }
    }

    private var placeholder: String {
        switch form {
        case .expression: "EXPR"
        case .pattern: "PATTERN"
        case .path, .paths: "FILE"
        case .name, .names: completion == .column ? "COLUMN" : "NAME"
        default: defaultText ?? "VALUE"
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
