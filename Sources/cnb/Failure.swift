import Diagnostics
import Language
import Runtime

/// Errors as diagnostics, and diagnostics as exit codes.
enum Failure {
    /// Any error as a diagnostic with a place.
    static func diagnostic(_ error: any Error, at span: SourceSpan? = nil) -> Diagnostic {
        switch error {
        case let diagnostic as Diagnostic: diagnostic.placed(at: span)
        case let known as any Diagnosable: known.diagnostic.placed(at: span)
        case is Cancelled: .interrupted(at: span)
        default: Diagnostic("failure", "\(error)", at: span)
        }
    }

    /// The exit code of a run that found these mistakes before it ran: that of the gravest, where missing data weighs least.
    static func exitCode(ofCheck diagnostics: [Diagnostic]) -> Int32 {
        guard !diagnostics.isEmpty else { return 0 }
        return diagnostics.allSatisfy { $0.category == .data } ? Diagnostic.Category.data.exitCode : Diagnostic.Category.syntax.exitCode
    }

    static func usage(_ message: String, hint: String? = "'cnb --help' lists the commands and options") -> Diagnostic {
        Diagnostic("usage", message, category: .usage, hint: hint)
    }
}

extension Diagnostic {
    /// Standard output cannot be written to.
    static func unwritableOutput(_ reason: String) -> Diagnostic { Diagnostic("unwritable-output", "standard output cannot be written to: \(reason.lowercased())") }
}
