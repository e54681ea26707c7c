/// What went wrong, where, and what to do next. Thrown for mistakes of the user; mistakes of ours are preconditions.
///
/// Its fields lie behind one reference: a value that each `throws(Diagnostic)` hands on must be small, or deep recursion would
/// spend the stack on room for errors that never come.
public struct Diagnostic: Error, Sendable {
    public enum Severity: String, Sendable { case error, warning, note }

    /// Which exit code a failure of this sort has; the numbers are a published contract.
    public enum Category: Int32, Sendable, CaseIterable {
        case failure = 1, usage = 2, syntax = 3, data = 4, limit = 5, difference = 6, interrupted = 130
        public var exitCode: Int32 { rawValue }

        /// What an exit code says to whoever started the program.
        public var meaning: String {
            switch self {
            case .failure: "a statement or cell failed"
            case .usage: "the command line or a parameter is wrong"
            case .syntax: "the script or notebook does not parse or check; no report is written"
            case .data: "input data missing or unusable, also when 'check' finds it"
            case .limit: "a time or memory limit was met"
            case .difference: "a difference was found"
            case .interrupted: "interrupted"
            }
        }
    }

    private struct Fields: Sendable {
        var severity: Severity
        var code: String
        var message: String
        var category: Category
        var span: SourceSpan?
        var label: String
        var notes: [String]
        var hint: String?
    }

    private final class Storage: Sendable {
        let fields: Fields
        init(_ fields: Fields) { self.fields = fields }
    }

    private var storage: Storage

    public init(
        _ code: String, _ message: String, category: Category = .failure, severity: Severity = .error, at span: SourceSpan? = nil,
        label: String = "", notes: [String] = [], hint: String? = nil
    ) {
        storage = Storage(
            Fields(severity: severity, code: code, message: message, category: category, span: span, label: label, notes: notes, hint: hint))
    }

    private mutating func set<Value>(_ path: WritableKeyPath<Fields, Value>, _ value: Value) {
        var fields = storage.fields
        fields[keyPath: path] = value
        storage = Storage(fields)
    }

    public var severity: Severity {
        get { storage.fields.severity }
        set { set(\.severity, newValue) }
    }

    /// Stable, in words joined by hyphens: `unknown-option`.
    public var code: String {
        get { storage.fields.code }
        set { set(\.code, newValue) }
    }

    public var message: String {
        get { storage.fields.message }
        set { set(\.message, newValue) }
    }

    public var category: Category {
        get { storage.fields.category }
        set { set(\.category, newValue) }
    }

    public var span: SourceSpan? {
        get { storage.fields.span }
        set { set(\.span, newValue) }
    }

    /// Stands after the caret.
    public var label: String {
        get { storage.fields.label }
        set { set(\.label, newValue) }
    }

    public var notes: [String] {
        get { storage.fields.notes }
        set { set(\.notes, newValue) }
    }

    public var hint: String? {
        get { storage.fields.hint }
        set { set(\.hint, newValue) }
    }

    /// The same diagnostic, placed at `span` if it has no place of its own yet.
    public func placed(at span: SourceSpan?) -> Diagnostic {
        guard self.span == nil else { return self }
        var placed = self
        placed.span = span
        return placed
    }
}

/// An error of the library that can explain itself; the statement that met it gives it a place.
public protocol Diagnosable: Error {
    var diagnostic: Diagnostic { get }
}
