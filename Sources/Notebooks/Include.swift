import Diagnostics
import Foundation
import Language
import Store

/// A notebook that another one includes, read and parsed.
struct IncludedNotebook: Sendable {
    let notebook: Notebook
    /// Its cells' statements, in the order of its cells.
    let cells: [ParsedCell]
}

/// A cell's statements, and where they could not be read.
struct ParsedCell: Sendable {
    let program: Program
    let mistakes: [Diagnostic]

    init(_ cell: Notebook.Cell, in file: SourceFile, catalogue: Catalogue) {
        let parsed = Parser.parse(file, range: cell.code, cell: cell.label, catalogue: catalogue)
        program = parsed.program
        mistakes = parsed.diagnostics
    }
}

/// The text of a notebook's file.
package enum NotebookText {
    /// - Throws: what is wrong with the file, in the category of whoever named it.
    package static func read(_ path: String, as name: String, category: Diagnostic.Category, at span: SourceSpan? = nil) throws(Diagnostic) -> SourceFile {
        let bytes: [UInt8]
        do throws(FileError) { bytes = try WholeFile.read(path) } catch {
            throw Diagnostic("unreadable-notebook", "the notebook '\(name)' \(error.reason.words)", category: category, at: span, label: span == nil ? "" : "cannot be read")
        }
        guard !bytes.contains(0), let text = String(validating: bytes, as: UTF8.self) else {
            throw Diagnostic("not-a-notebook", "'\(name)' is not a text", category: span == nil ? .syntax : category, at: span, hint: "a notebook is Markdown in UTF-8")
        }
        return SourceFile(name: name, text: text)
    }
}

/// Finds and reads included notebooks. Their paths are relative to the folder of the notebook that runs, as all paths in them.
struct IncludeReader {
    let directory: String
    let catalogue: Catalogue

    /// What tells one file from another however its path is written.
    func key(_ path: String) -> String {
        let full = path.hasPrefix("/") ? path : directory + "/" + path
        return URL(fileURLWithPath: full).resolvingSymlinksInPath().standardizedFileURL.path
    }

    func read(_ path: String, at span: SourceSpan) throws(NotebookMistakes) -> IncludedNotebook {
        let file: SourceFile
        do throws(Diagnostic) { file = try NotebookText.read(key(path), as: path, category: .syntax, at: span) } catch { throw NotebookMistakes(diagnostics: [error]) }
        let notebook = try Notebook(parsing: file)
        return IncludedNotebook(notebook: notebook, cells: notebook.cells.map { ParsedCell($0, in: file, catalogue: catalogue) })
    }
}
