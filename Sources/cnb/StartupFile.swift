import Diagnostics
import Foundation
import Language
import Store

/// Statements that are run before a person's or a script's own.
struct StartupFile {
    /// As `--init` asks for it.
    enum Choice: Sendable, Equatable {
        /// The person's own, if there is one.
        case usual
        case file(String)
        case none
    }

    let path: String
    let file: SourceFile

    /// The file that was asked for, read.
    ///
    /// - Parameter choice: what is usual is read at the prompt only.
    /// - Throws: a usage diagnostic when the file that was named cannot be read; for the usual one, that it cannot though it is there.
    static func chosen(_ choice: Choice, environment: [String: String]) throws(Diagnostic) -> StartupFile? {
        switch choice {
        case .none: return nil
        case .file(let path): return try StartupFile(path: path)
        case .usual: return try usualPaths(environment: environment).first { access($0, F_OK) == 0 }.map { path throws(Diagnostic) in try StartupFile(path: path) }
        }
    }

    /// Where a person's own may lie, the first being wanted most.
    static func usualPaths(environment: [String: String]) -> [String] {
        var folder = environment["XDG_CONFIG_HOME"]
        // The specification has relative paths ignored.
        if folder?.hasPrefix("/") != true { folder = environment["HOME"].flatMap { $0.hasPrefix("/") ? $0 + "/.config" : nil } }
        return folder.map { ["\($0)/cnb/.cnbrc", "\($0)/.cnbrc"] } ?? []
    }

    private init(path: String) throws(Diagnostic) {
        self.path = path
        let bytes: [UInt8]
        do throws(FileError) { bytes = try WholeFile.read(path) } catch {
            throw Failure.usage("the start-up file '\(path)' cannot be read: \(error.reason.words)", hint: "--no-init does without one, --init FILE takes another")
        }
        guard let text = String(validating: bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(bytes.dropFirst(3)) : bytes, as: UTF8.self) else {
            throw Failure.usage("the start-up file '\(path)' is not UTF-8 text", hint: nil)
        }
        file = SourceFile(name: path, text: text)
    }

    /// Runs the file in a session: nothing is shown but errors and warnings, and the first failure ends it. `quit` ends the file alone.
    ///
    /// - Returns: the exit code of its failure; none if all went well.
    func run(in session: Session, _ presenter: Presenter, _ progress: ProgressBar, _ journal: Journal? = nil) throws(OutputError) -> Int32? {
        let parsed = Parser.parse(file, catalogue: session.catalogue)
        // Data that is missing today is no reason to do without the rest of the file: the statement that wants it will say so.
        let mistakes = session.mistakes(in: parsed).filter { $0.category != .data }
        try presenter.fail(mistakes)
        guard mistakes.isEmpty else { return Failure.exitCode(ofCheck: mistakes) }
        for statement in parsed.program.statements {
            journal?.begin(statement.span.text, input: 0)
            do {
                let changes = try session.runQuietly(statement, presenter, progress)
                journal?.end(changes ? .made : .shown)
            } catch is Quit {
                journal?.end(.dropped)
                return nil
            } catch {
                journal?.end(.dropped)
                let failure = Failure.diagnostic(error, at: statement.span)
                try presenter.fail(failure)
                return failure.category.exitCode
            }
        }
        return nil
    }
}

extension Session {
    /// Runs a statement of which nothing is shown but warnings.
    ///
    /// - Returns: whether the session is another after it.
    /// - Throws: what the statement throws, and `Quit` if it asks for the end of the session.
    func runQuietly(_ statement: Statement, _ presenter: Presenter, _ progress: ProgressBar) throws -> Bool {
        progress.begin()
        defer { progress.end() }
        var changes = false
        try run(statement) { result in
            progress.end()
            for note in result.notes where note.severity == .warning { presenter.remark(note) }
            if result.effects.contains(where: \.isQuit) { throw Quit() }
            changes = changes || result.changesSession
            progress.begin()
        }
        return changes
    }
}

extension StatementResult {
    /// Whether the session is another after it, so that it counts when the session is made again.
    var changesSession: Bool {
        name != nil
            || effects.contains {
                switch $0 {
                case .setSeed, .setThreads, .drop: true
                case .edit, .quit: false
                }
            }
    }
}

extension FileError.Reason {
    fileprivate var words: String {
        switch self {
        case .missing: "there is none"
        case .directory: "it is a folder"
        case .notReadable(let why), .notWritable(let why): why.lowercased()
        }
    }
}
