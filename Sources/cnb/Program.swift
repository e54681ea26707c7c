import ArgumentParser
import Diagnostics
import Foundation

/// The version that `cnb --version` and the greeting print.
enum Version {
    static let text = "0.1.0"
}

/// Where the program starts.
@main
enum Program {
    static func main() {
        Interruption.catchBrokenPipes()
        exit(run(Array(CommandLine.arguments.dropFirst())))
    }

    /// Reads the command line, does what it asks for, and gives the exit code.
    static func run(_ arguments: [String]) -> Int32 {
        do {
            if let code = try help(arguments) { return code }
            let command = try ProgramArguments.parseAsRoot(try ArgumentRewriting.rewritten(arguments))
            if let command = command as? any ProgramCommand { return command.perform() }
            // The argument parser's own help command.
            var other = command
            try other.run()
            return 0
        } catch let diagnostic as Diagnostic {
            return refuse(diagnostic, arguments)
        } catch {
            return finish(error, arguments)
        }
    }

    /// A mistake of the command line: told on standard error, and as an object on standard output to a program that asked for JSON.
    static func refuse(_ diagnostic: Diagnostic, _ arguments: [String] = Array(CommandLine.arguments.dropFirst())) -> Int32 {
        var settings = CommonSettings()
        settings.form = ArgumentRewriting.asksForJSON(arguments) ? .json : .text
        settings.environment = ProcessInfo.processInfo.environment
        do throws(OutputError) { try Presenter(form: settings.form, options: settings).fail(diagnostic) } catch { return ScriptRunner.outputFailed(error, settings: settings) }
        return diagnostic.category.exitCode
    }

    /// `cnb help VERB` is the statement `help VERB`; of a command of the program it is the page of that command; `cnb help --markdown` is the manual.
    private static func help(_ arguments: [String]) throws -> Int32? {
        guard arguments.first == "help", arguments.count > 1, !ArgumentRewriting.commands.contains(arguments[1]) else { return nil }
        let words = arguments.dropFirst().prefix { !$0.hasPrefix("-") }
        if words.isEmpty, ["--markdown", "--to"].contains(where: { option in arguments.contains { $0 == option || $0.hasPrefix(option + "=") } }) {
            return try ManualArguments.parse(Array(arguments.dropFirst())).perform()
        }
        guard !words.isEmpty else { return nil }
        let options = try CommonOptions.parse(Array(arguments.dropFirst(1 + words.count)))
        return ScriptRunner.run((["help"] + words).joined(separator: " "), name: "<command line>", settings: options.settings())
    }

    /// Help and version are asked for and go to standard output; everything else is a mistake of the command line.
    private static func finish(_ error: any Error, _ arguments: [String]) -> Int32 {
        guard ProgramArguments.exitCode(for: error) != .success else {
            let output = Output(descriptor: STDOUT_FILENO)
            do {
                try output.write(ProgramArguments.fullMessage(for: error) + "\n")
                try output.flush()
                return 0
            } catch { return ScriptRunner.outputFailed(error, settings: CommonSettings()) }
        }
        let message = ProgramArguments.message(for: error)
        let lines = message.split(separator: "\n").map(String.init)
        var diagnostic = Failure.usage((lines.first.map { $0.prefix(1).lowercased() + $0.dropFirst() } ?? "the command line cannot be read"))
        if lines.count > 1 { diagnostic.notes = Array(lines.dropFirst()) }
        return refuse(diagnostic, arguments)
    }
}
