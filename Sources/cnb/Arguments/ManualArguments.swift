import ArgumentParser
import Commands
import Diagnostics
import Foundation
import Language
import Store

/// `cnb help --markdown`: the manual as Markdown, to standard output or as files.
struct ManualArguments: ProgramCommand {
    static let configuration = CommandConfiguration(commandName: "cnb help", abstract: "Write the manual as Markdown.")

    @Flag(help: "Write the whole manual as Markdown.")
    var markdown = false

    @Option(help: ArgumentHelp("The folder for README.md and a page for each verb and topic; standard output unless given.", valueName: "folder"))
    var to: String?

    func validate() throws {
        if !markdown { throw ValidationError("'--to' goes with 'cnb help --markdown'") }
    }

    func perform() -> Int32 {
        let manual = Self.manual(directory: ".")
        guard let to else {
            let output = Output(descriptor: STDOUT_FILENO)
            do throws(OutputError) {
                try output.write(manual.whole)
                try output.flush()
                return 0
            } catch { return ScriptRunner.outputFailed(error, settings: CommonSettings()) }
        }
        do throws(Diagnostic) {
            try Self.write(manual, to: to)
            return 0
        } catch {
            ErrorStream.standard.line(error.rendered())
            return error.category.exitCode
        }
    }

    /// The manual, with what the examples print when they are run in a folder.
    static func manual(directory: String) -> Manual {
        Manual(catalogue: programCatalogue, program: program) { example in output(of: example, directory: directory) }
    }

    /// The lines of an example's output that the manual shows.
    private static let mostLines = 16

    /// What the last statement of an example prints, cut where it is long. What would change something outside of the session, differs from run to run, or lacks its data
    /// here, is not run: the piece of its output that the example itself names stands for it.
    private static func output(of example: Example, directory: String) -> String {
        let parsed = Parser.parse(SourceFile(name: "<example>", text: example.script), catalogue: programCatalogue)
        let signatures = parsed.program.statements.compactMap { if case .call(let call) = $0.node { programCatalogue.signature(call.verb.text) } else { nil } }
        guard !signatures.contains(where: { $0.hasSideEffects || $0.isTimed }) else { return example.prints }
        let entries: [Transcript.Entry]
        do { entries = try Transcript.entries(of: example.script, directory: directory, threads: 2) } catch { return example.prints }
        guard let last = entries.last(where: { !$0.output.isEmpty }) else { return example.prints }
        let lines = last.output.split(separator: "\n", omittingEmptySubsequences: false)
        return lines.prefix(mostLines).joined(separator: "\n") + (lines.count > mostLines ? "\n…" : "")
    }

    /// Writes the index and the pages.
    ///
    /// - Throws: `unwritable-output`.
    static func write(_ manual: Manual, to folder: String) throws(Diagnostic) {
        let files = FileManager.default
        let pages = [(name: "README", text: manual.index)] + manual.pages.map { (name: $0.name, text: $0.markdown) }
        do {
            try files.createDirectory(atPath: folder, withIntermediateDirectories: true)
            for page in pages { try WholeFile.write(Array(page.text.utf8), to: "\(folder)/\(page.name).md") }
        } catch let error as FileError {
            throw Diagnostic("unwritable-output", "the manual cannot be written to '\(folder)': '\(error.path)' \(error.reason.words)")
        } catch {
            throw Diagnostic("unwritable-output", "the folder '\(folder)' cannot be made", hint: "choose another folder with --to")
        }
    }

    /// What the program says of its own commands.
    static var program: [(title: String, text: String)] {
        [
            ("cnb", ProgramArguments.helpMessage(columns: 100)), ("cnb run", ProgramArguments.helpMessage(for: RunArguments.self, columns: 100)),
            ("cnb check", ProgramArguments.helpMessage(for: CheckArguments.self, columns: 100)),
        ]
    }
}
