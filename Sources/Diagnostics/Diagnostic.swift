/// What went wrong, where, and what to do next. Thrown for mistakes of the user; mistakes of ours are preconditions.
public struct Diagnostic: Error, Sendable {
    public enum Severity: String, Sendable { case error, warning, note }

    /// Which exit code a failure of this sort has; the numbers are a published contract.
    public enum Category: Int32, Sendable {
        case failure = 1, usage = 2, syntax = 3, data = 4, limit = 5, difference = 6, interrupted = 130
        public var exitCode: Int32 { rawValue }
    }

    public var severity: Severity
    /// Stable, in words joined by hyphens: `unknown-option`.
    public var code: String
    public var message: String
    public var category: Category
    public var span: SourceSpan?
    /// Stands after the caret.
    public var label: String
    public var notes: [String]
    public var hint: String?

    public init(
        _ code: String, _ message: String, category: Category = .failure, severity: Severity = .error, at span: SourceSpan? = nil,
        label: String = "", notes: [String] = [], hint: String? = nil
    ) {
        self.severity = severity
        self.code = code
        self.message = message
        self.category = category
        self.span = span
        self.label = label
        self.notes = notes
        self.hint = hint
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
