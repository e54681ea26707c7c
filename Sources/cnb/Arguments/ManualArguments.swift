import ArgumentParser
import Commands
import Diagnostics
import Foundation
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
        let manual = Manual(catalogue: programCatalogue, program: Self.program)
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
