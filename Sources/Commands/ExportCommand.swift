import Diagnostics
import Foundation
import Language
import Notebooks
import Runtime
import Store

/// Writes the session as a notebook.
struct ExportCommand: Command {
    static let what = Parameter<String>.required("what", "what is exported: the session", oneOf: ["session"])
    static let path = Parameter<String>.requiredPath("to", "the notebook, FILE.cnb; a file that is there is replaced")

    static let signature = Signature(
        "export", group: .keep, summary: "Write the statements of this session that its values rest on as a notebook, which gives the same values again.",
        details: """
            In it are the statements whose value is alive, those whose charts and answers were looked at, those that wrote files, and all that these have read. Left out
            are statements that failed, looks at the session itself (help, list, history), values that were made anew under their name before they were used, and looks
            that were taken again. Paths are written for the notebook's folder. The file is written whole or not at all.
            """,
        prints: [.init("N of M statements", "how many of the session's statements stand in the notebook")],
        memory: "the texts of the session's statements", writes: "the notebook that 'to' names, whole or not at all", hasSideEffects: true, isAboutSession: true,
        examples: [Example("simulate shop users=10 days=5 seed=1 | export session to=/dev/null", prints: "1 of 1 statements written to /dev/null")]
    ) {
        what
        path
    }

    static func outline(_ call: Call, on input: Outline?) throws(Diagnostic) -> Outline {
        try checkEnding(call)
        return Outline([])
    }

    private static func checkEnding(_ call: Call) throws(Diagnostic) {
        let written = try call[path]
        let name = URL(fileURLWithPath: written).lastPathComponent
        guard name.hasSuffix(".cnb") && name.count > 4 || written.hasPrefix("/dev/") else {
            throw Diagnostic("unknown-format", "a session is written as a notebook, .cnb", category: .syntax, at: call.span(of: path), label: "no such ending", hint: "to=session.cnb")
        }
    }

    func run(_ call: Call, on input: Input?) throws -> Outcome {
        try Self.checkEnding(call)
        let path = try call[Self.path]
        let target = call.context.path(path)
        let name = URL(fileURLWithPath: path).lastPathComponent
        let stem = name.hasSuffix(".cnb") ? String(name.dropLast(4)) : name
        let title = stem.replacing("-", with: " ").replacing("_", with: " ").capitalisedFirst
        let essence = SessionEssence(of: call.context.log, values: call.context.values)
        let notebook: SessionNotebook
        do throws(Diagnostic) {
            notebook = try SessionNotebook(
                of: essence, title: title, prefix: path.hasPrefix("/dev/") ? nil : Self.way(from: target, to: call.context.directory), parameters: call.context.parameters,
                catalogue: call.context.catalogue)
        } catch { throw error.placed(at: call.span) }
        do throws(FileError) { try WholeFile.write(notebook.text, to: target) } catch { throw error.diagnostic(shown: path).placed(at: call.span(of: Self.path)) }
        return .shown([.text("\(NumberText.grouped(notebook.statements)) of \(NumberText.grouped(call.context.log.count)) statements written to \(path)")])
    }

    /// How a folder is reached from that of a file, `../data`; none when it is the same, or when the file's folder is not there and the writing will say so.
    private static func way(from file: String, to folder: String) -> String? {
        let base = URL(fileURLWithPath: file).deletingLastPathComponent().resolvingSymlinksInPath().standardizedFileURL.pathComponents
        let goal = URL(fileURLWithPath: folder, isDirectory: true).resolvingSymlinksInPath().standardizedFileURL.pathComponents
        guard base != goal else { return nil }
        let common = zip(base, goal).prefix { $0 == $1 }.count
        return (Array(repeating: "..", count: base.count - common) + goal[common...]).joined(separator: "/")
    }
}
