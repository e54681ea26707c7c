import Diagnostics
import Foundation

extension Diagnostic {
    /// The diagnostic as a report shows it: files by their names alone, for where they lie differs from one computer to the next.
    var forReport: Diagnostic {
        guard let span else { return self }
        let name = URL(fileURLWithPath: span.file.name).lastPathComponent
        guard name != span.file.name else { return self }
        var renamed = self
        renamed.span = SourceSpan(span.file.renamed(name), span.range, cell: span.cell)
        return renamed
    }
}
