import Diagnostics
import Runtime

/// A sort of value that verbs read and give. The language itself knows none but plain values; the catalogue brings the others.
public struct Kind: Hashable, Sendable, CustomStringConvertible {
    public let name: String
    /// Whether values of this kind are answers about something, such as the table of `elbow`: shown, written and plotted, and read by
    /// other verbs only when `on` names them, so that `rfm | elbow | kmeans k=5` clusters users and not the rows of the answer.
    public let isAnswer: Bool

    public init(_ name: String, isAnswer: Bool = false) {
        self.name = name
        self.isAnswer = isAnswer
    }
    public var description: String { name }
    /// As a sentence says it: `events`, `a table`.
    public var phrase: String { self == .plain ? "a plain value" : name.hasSuffix("s") ? name : name.withArticle }

    /// Kinds as a sentence says them, each once, for an answer is a table to whoever reads of it: `events, a table or a model`.
    public static func phrase(_ kinds: [Kind]) -> String {
        var seen: Set<String> = []
        let phrases = kinds.map(\.phrase).filter { seen.insert($0).inserted }
        guard let last = phrases.last, phrases.count > 1 else { return phrases.first ?? "" }
        return "\(phrases.dropLast().joined(separator: ", ")) or \(last)"
    }

    /// Whether a value of this kind may be named where `other` is read.
    func mayStandFor(_ other: Kind) -> Bool { name == other.name }

    /// Numbers, texts, lists and the like, made by `let`.
    public static let plain = Kind("value")
}

/// A value that a verb gave and a name stands for.
public protocol KindValue: Sendable {
    /// The kinds that values of this type may be of; one, except for tables, which may be answers.
    var kind: Kind { get }
    /// One line without the name: `84,475 events of 815 users, 2017-11-24 to 2017-12-03`.
    var summary: String { get }
    /// How the value is shown when a statement gives it, or `show` asks.
    var blocks: [Block] { get }
    /// What programs get with `--json`.
    var json: JSON { get }
    /// A number or text of the value for prose, by its name: `auc` of `{lstm.auc}`.
    ///
    /// - Throws: what kept the value from being read, where it is read only now; or `Cancelled`.
    func property(_ name: String, _ work: Work) throws -> Value?
    /// The names that `property` answers to.
    var propertyNames: [String] { get }
    /// What came up when the value was read, where that happened only when it was first asked something; told once.
    func takeNotes() -> [Diagnostic]
    /// What verbs that read the value may know of it before they run.
    var outline: Outline { get }
}

extension KindValue {
    public func property(_ name: String, _ work: Work) throws -> Value? { nil }
    public var propertyNames: [String] { [] }
    public func takeNotes() -> [Diagnostic] { [] }
}
