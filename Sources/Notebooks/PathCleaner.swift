import Diagnostics
import Foundation
import Language

/// Takes out of messages where files lie on this computer, for a report is the same wherever it is made.
struct PathCleaner {
    /// What is replaced and by what, longest first.
    private let replacements: [(String, String)]

    init(directory: String, parameters: [ParameterValue]) {
        let here = FileManager.default.currentDirectoryPath
        let folder = URL(fileURLWithPath: directory, isDirectory: true).standardizedFileURL.path
        var found = [(folder + "/", ""), (here + "/", "")].filter { $0.0.count > 2 }
        for parameter in parameters {
            if let text = parameter.value.text, let shown = parameter.shown.text, text.contains("/"), text != shown { found.append((text, shown)) }
        }
        replacements = found.sorted { ($0.0.utf8.count, $0.0) > ($1.0.utf8.count, $1.0) }
    }

    func clean(_ text: String) -> String {
        guard text.utf8.contains(UInt8(ascii: "/")) else { return text }
        return replacements.reduce(text) { $0.replacing($1.0, with: $1.1) }
    }

    func clean(_ diagnostic: Diagnostic) -> Diagnostic {
        var cleaned = diagnostic
        cleaned.message = clean(diagnostic.message)
        cleaned.label = clean(diagnostic.label)
        cleaned.notes = diagnostic.notes.map(clean)
        cleaned.hint = diagnostic.hint.map(clean)
        return cleaned
    }

    func clean(_ block: Block) -> Block {
        if case .text(let text) = block { .text(clean(text)) } else { block }
    }
}
