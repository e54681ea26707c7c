import Diagnostics
import Foundation
import Language
import Runtime

/// Runs a whole script without a person: everything is checked first, and the first failure ends it.
struct ScriptRunner {
    private let settings: CommonSettings
    private let presenter: Presenter
    private let session: Session
    private let progress: ProgressBar

    private init(settings: CommonSettings, catalogue: Catalogue, presenter: Presenter, isInputTaken: Bool) {
        self.settings = settings
        self.presenter = presenter
        progress = ProgressBar(isTerminal: Terminal.isTerminal(STDERR_FILENO))
        session = Session(
            catalogue: catalogue, threads: settings.threads, cancellation: Interruption.cancellation, progress: settings.quiet ? SilentProgress() : progress)
        session.width = presenter.width
        session.isInputTaken = isInputTaken
        if let seed = settings.seed { session.seed = seed }
    }

    /// Runs a script given as text.
    ///
    /// - Parameter isFromInput: whether standard input held it.
    static func run(_ text: String, name: String, settings: CommonSettings, catalogue: Catalogue = programCatalogue, isFromInput: Bool = false) -> Int32 {
        Interruption.install(endsAtSecond: true)
        let presenter = Presenter(form: settings.form, options: settings)
        do {
            return try ScriptRunner(settings: settings, catalogue: catalogue, presenter: presenter, isInputTaken: isFromInput).run(SourceFile(name: name, text: text))
        } catch { return outputFailed(error, settings: settings) }
    }

    /// Runs the script that standard input holds.
    static func runStandardInput(settings: CommonSettings) -> Int32 {
        Interruption.install(endsAtSecond: true)
        let name = "<standard input>"
        do {
            return run(try readStandardInput(), name: name, settings: settings, isFromInput: true)
        } catch {
            let presenter = Presenter(form: settings.form, options: settings)
            do { try presenter.fail(error) } catch { return outputFailed(error, settings: settings) }
            return error.category.exitCode
        }
    }

    /// Standard output is broken: quietly if its reader went away, else with a message.
    static func outputFailed(_ error: OutputError, settings: CommonSettings) -> Int32 {
        switch error.reason {
        case .closed: Interruption.endByBrokenPipe()
        case .interrupted: return Diagnostic.Category.interrupted.exitCode
        case .failed(let reason):
            let failure = Diagnostic.unwritableOutput(reason)
            let colour = settings.colour.isColoured(isTerminal: Terminal.isTerminal(STDERR_FILENO), environment: settings.environment)
            ErrorStream.standard.line(failure.rendered(colour: colour))
            return failure.category.exitCode
        }
    }

    private func run(_ file: SourceFile) throws(OutputError) -> Int32 {
        // A script does not depend on a person's own settings: only a file that is named is run before it.
        if case .file = settings.startup {
            let startup: StartupFile?
            do throws(Diagnostic) { startup = try StartupFile.chosen(settings.startup, environment: settings.environment) } catch {
                try presenter.fail(error)
                return error.category.exitCode
            }
            if let code = try startup?.run(in: session, presenter, progress) { return code }
        }
        let parsed = Parser.parse(file, catalogue: session.catalogue)
        let mistakes = session.mistakes(in: parsed)
        try presenter.fail(mistakes)
        guard mistakes.isEmpty else { return Failure.exitCode(ofCheck: mistakes) }
        progress.begin()
        defer { progress.end() }
        for statement in parsed.program.statements {
            do {
                try session.run(statement) { result in
                    progress.end()
                    try presenter.show(result)
                    if result.effects.contains(where: \.isQuit) { throw Quit() }
                    progress.begin()
                }
            } catch is Quit {
                return 0
            } catch let error as OutputError {
                throw error
            } catch {
                progress.end()
                let failure = Failure.diagnostic(error, at: statement.span)
                try presenter.fail(failure)
                return failure.category.exitCode
            }
        }
        return session.cancellation.isCancelled ? Diagnostic.Category.interrupted.exitCode : 0
    }

    private static func readStandardInput() throws(Diagnostic) -> String {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = buffer.withUnsafeMutableBytes { read(STDIN_FILENO, $0.baseAddress, $0.count) }
            if Interruption.cancellation.isCancelled { throw Diagnostic.interrupted(at: nil) }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else {
                throw Diagnostic("unreadable-input", "standard input cannot be read: \(String(cString: strerror(errno)).lowercased())", category: .data)
            }
            if count == 0 { break }
            bytes += buffer.prefix(count)
        }
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes.removeFirst(3) }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw Diagnostic("not-text", "the script on standard input is not UTF-8 text", category: .syntax)
        }
        return text
    }
}

/// A statement asked for the end of the session.
struct Quit: Error {}

extension Effect {
    var isQuit: Bool { if case .quit = self { true } else { false } }
}
