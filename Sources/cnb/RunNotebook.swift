import Diagnostics
import Language

/// A parameter as the command line gives it: `name=value`, or Quarto's `name:value`.
struct NotebookParameter: Sendable, Equatable {
    let name: String
    /// In the language's VALUE grammar, unread.
    let text: String

    /// Reads `name=value`; none when there is no name or no sign.
    init?(written: String) {
        guard let sign = written.firstIndex(where: { $0 == "=" || $0 == ":" }), sign > written.startIndex else { return nil }
        let name = written[..<sign].trimmingBlanks
        guard !name.isEmpty, !name.contains(" ") else { return nil }
        self.name = name
        text = String(written[written.index(after: sign)...])
    }
}

extension Substring {
    fileprivate var trimmingBlanks: String {
        var text = self
        while text.first == " " { text.removeFirst() }
        while text.last == " " { text.removeLast() }
        return String(text)
    }
}

/// What `cnb run` was asked for.
struct RunRequest: Sendable {
    enum Place: Sendable, Equatable {
        /// The notebook's own path with another ending.
        case besideNotebook
        case file(String)
    }
    let notebook: String
    let html: Place
    /// None when no PDF is wanted.
    let pdf: Place?
    let parameters: [NotebookParameter]
    let parametersFile: String?
    let settings: CommonSettings
}

/// What `cnb check` was asked for.
struct CheckRequest: Sendable {
    let notebooks: [String]
    let settings: CommonSettings
}

/// Runs a notebook, writes its report, and gives the exit code.
func runNotebook(_ request: RunRequest) -> Int32 {
    let failure = Diagnostic("not-built", "'cnb run' cannot run '\(request.notebook)': this build has no notebook runner")
    ErrorStream.standard.line(failure.rendered())
    return failure.category.exitCode
}

/// Checks notebooks without running them, and gives the exit code.
func checkNotebooks(_ request: CheckRequest) -> Int32 {
    let failure = Diagnostic("not-built", "'cnb check' cannot check '\(request.notebooks.joined(separator: "', '"))': this build has no notebook runner")
    ErrorStream.standard.line(failure.rendered())
    return failure.category.exitCode
}
