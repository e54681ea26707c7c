import Diagnostics
import Foundation
import Language
import Runtime

/// The prompt: reads statements from a person, runs them in one session, and goes on after every mistake.
final class Prompt {
    private let settings: CommonSettings
    private let presenter: Presenter
    private let session: Session
    private let progress: ProgressBar
    private let history: History?
    private let journal: Journal
    private var lastEntry: String?
    private var historyIsBroken = false
    private var inputNumber = 0
    /// What `edit` opens.
    private var lastInput = ""

    private init(settings: CommonSettings, catalogue: Catalogue, journal: Journal) {
        self.settings = settings
        self.journal = journal
        presenter = Presenter(form: settings.form, options: settings)
        progress = ProgressBar(isTerminal: Terminal.isTerminal(STDERR_FILENO))
        session = Session(
            catalogue: catalogue, threads: settings.threads, cancellation: Interruption.cancellation, progress: settings.quiet ? SilentProgress() : progress)
        session.isInteractive = true
        session.width = presenter.width
        if let seed = settings.seed { session.seed = seed }
        history = History.path(environment: settings.environment).map(History.init(path:))
    }

    /// Runs the prompt until the person leaves, and gives the exit code.
    static func run(settings: CommonSettings, catalogue: Catalogue = programCatalogue) -> Int32 {
        let left = Journal(environment: settings.environment)
        let journal = left ?? Journal()
        journal.surviveCrashes()
        if left != nil { Terminal.makeSane(STDIN_FILENO) }
        Interruption.install(endsAtSecond: false)
        do {
            let prompt = Prompt(settings: settings, catalogue: catalogue, journal: journal)
            if let crash = left?.crash { try prompt.rebuild(after: crash) } else if let code = try prompt.start() { return code }
            try prompt.loop()
            return 0
        } catch { return ScriptRunner.outputFailed(error, settings: settings) }
    }

    /// Runs the start-up file and greets.
    ///
    /// - Returns: the exit code if the command line names a start-up file that cannot be read; a file that fails is told and no more.
    private func start() throws(OutputError) -> Int32? {
        var startup: StartupFile?
        do throws(Diagnostic) { startup = try StartupFile.chosen(settings.startup, environment: settings.environment) } catch {
            try presenter.fail(error)
            if case .file = settings.startup { return error.category.exitCode }
        }
        // What fails is told, and the prompt is there all the same.
        if let startup { _ = try startup.run(in: session, presenter, progress, journal) }
        if !settings.quiet { try presenter.say("cnb \(Version.text) · help lists the verbs, Ctrl-D leaves · seed \(session.seed)") }
        return nil
    }

    private func loop() throws(OutputError) {
        let reader = LineReader(helper: self)
        let entries = history?.load() ?? journal.entries.map(\.text)
        for entry in entries { reader.remember(entry) }
        lastEntry = entries.last
        while let input = read(with: reader) {
            var next: String? = input
            while let text = next, !text.allSatisfy(\.isWhitespace) {
                remember(text, reader)
                inputNumber += 1
                presenter.beginInput()
                switch try run(text) {
                case .done: next = nil
                case .left: return
                case .edited(let text):
                    next = text
                    if !text.isEmpty { try presenter.say(shown(text)) }
                }
                try presenter.endInput()
            }
        }
        try presenter.say("")
    }

    // Reading

    /// The lines of an unfinished input, each with its line end.
    private var pendingText = ""

    /// Reads lines until they make a whole input; none when the person leaves.
    private func read(with reader: LineReader) -> String? {
        pendingText = ""
        // What stopped the statement before is not to clear the line after it. From the line's end on Ctrl-C is for its statements.
        session.cancellation.reset()
        while true {
            let prompt = pendingText.isEmpty ? PastedText.prompt : PastedText.continuation
            let read = reader.read(prompt: painted(prompt), typed: presenter.abilities.takeTyped()) {
                defer { session.cancellation.reset() }
                return session.cancellation.isCancelled
            }
            switch read {
            case .end:
                // Ctrl-D in the middle of an input gives that input up, not the session.
                guard !pendingText.isEmpty else { return nil }
                pendingText = ""
                ErrorStream.standard.line("")
            case .interrupted: pendingText = ""
            case .line(let line):
                let text = pendingText + PastedText.cleaned(line)
                let parsed = Parser.parse(SourceFile(name: "<input>", text: text), catalogue: session.catalogue)
                if !parsed.wantsMore { return text }
                pendingText = text + "\n"
            }
        }
    }

    private func painted(_ prompt: String) -> String {
        guard presenter.paintsOutput else { return prompt }
        return "\u{1}\u{1B}[1;34m\u{2}\(prompt.dropLast())\u{1}\u{1B}[0m\u{2} "
    }

    /// An input that was not typed, as it would stand there if it had been.
    private func shown(_ input: String) -> String {
        let lines = input.split(separator: "\n", omittingEmptySubsequences: false)
        return lines.enumerated().map { index, line in
            // Marks around colours are for readline alone.
            painted(index == 0 ? PastedText.prompt : PastedText.continuation).filter { $0 != "\u{1}" && $0 != "\u{2}" } + TerminalText.printable(String(line))
        }.joined(separator: "\n")
    }

    private func remember(_ input: String, _ reader: LineReader) {
        guard input != lastEntry else { return }
        reader.remember(input)
        if let history, !historyIsBroken, let reason = history.append(input, after: lastEntry) {
            historyIsBroken = true
            presenter.remark(
                Diagnostic(
                    "history-not-written", "the history cannot be written to '\(history.path)': \(reason.lowercased())", severity: .warning,
                    hint: "CNB_HISTORY names another file; empty, it keeps none"))
        }
        lastEntry = input
    }

    // Running

    private enum Ending {
        case done
        /// The person asked to leave.
        case left
        /// The person wrote another input in the editor; empty if it is not to be run.
        case edited(String)
    }

    private func run(_ text: String) throws(OutputError) -> Ending {
        let parsed = Parser.parse(SourceFile(name: "<input \(inputNumber)>", text: text), catalogue: session.catalogue)
        session.width = presenter.width
        let mistakes = session.mistakes(in: parsed)
        if let first = mistakes.first {
            try presenter.fail(mistakes)
            session.note(refused: text, for: first)
            lastInput = text
            return .done
        }
        progress.begin()
        defer { progress.end() }
        var edit: (all: Bool, statement: SourceSpan)?
        for statement in parsed.program.statements {
            var changes = false
            var edits = false
            var isShown = true
            journal.begin(statement.span.text, input: inputNumber)
            do {
                try session.run(statement) { result in
                    progress.end()
                    isShown = try presenter.show(result, hidesQuiet: true)
                    changes = changes || result.changesSession
                    for effect in result.effects {
                        if case .edit(let all) = effect { (edit, edits) = ((all, result.span), true) }
                    }
                    if result.effects.contains(where: \.isQuit) { throw Quit() }
                    progress.begin()
                }
                // What writes a file is not run again by itself: the file is there, or was changed since.
                journal.end(edits ? .dropped : changes && !statement.writesFile(session.catalogue) ? .made : .shown)
                // The statement is done all the same, and what it made is there.
                guard isShown else {
                    progress.end()
                    try fail(.interrupted(at: statement.span))
                    lastInput = text
                    return .done
                }
            } catch is Quit {
                return .left
            } catch let error as OutputError {
                throw error
            } catch {
                journal.end(.dropped)
                progress.end()
                try fail(Failure.diagnostic(error, at: statement.span))
                lastInput = text
                return .done
            }
        }
        progress.end()
        guard let edit else {
            lastInput = text
            return .done
        }
        return .edited(try edited(edit.all, at: edit.statement))
    }

    private func fail(_ failure: Diagnostic) throws(OutputError) {
        // The terminal has written ^C behind whatever stood there, a row of a table perhaps.
        if failure.category == .interrupted { Self.wipeLine() }
        try presenter.fail(failure)
    }

    private static func wipeLine() { ErrorStream.standard.write("\r\u{1B}[K") }

    /// What the person makes of the last input, or of the whole session, in their editor; empty if there is nothing to run.
    private func edited(_ all: Bool, at span: SourceSpan) throws(OutputError) -> String {
        let before = all ? journal.entries.filter { $0.outcome == .made || $0.outcome == .shown }.map(\.text).joined(separator: "\n") : lastInput
        let text: String
        do throws(Diagnostic) {
            guard let editor = Editor.chosen(environment: settings.environment) else { throw Editor.missing }
            text = try editor.edit(before, environment: settings.environment)
        } catch {
            try presenter.fail(error.placed(at: span))
            return ""
        }
        // What was pressed in the editor is not to stop what it left.
        session.cancellation.reset()
        if text != before, !text.allSatisfy(\.isWhitespace) { return text }
        try presenter.say(text == before ? "not changed, so nothing is run" : "empty, so nothing is run")
        return ""
    }

    // After a crash

    /// More crashes than these without a whole session between them, and the session begins anew.
    private static let mostCrashes = 3

    /// Tells what happened and runs again what made the session.
    private func rebuild(after crash: Journal.Crash) throws(OutputError) {
        inputNumber = journal.entries.last?.input ?? 0
        // A drawing of the progress may stand there, or a line that was being typed.
        Self.wipeLine()
        try presenter.fail(told(crash))
        let indices = journal.entries.indices.filter { journal.entries[$0].outcome == .made || journal.entries[$0].outcome == .running }
        guard crash.inARow <= Self.mostCrashes else {
            journal.clear()
            presenter.remark(Diagnostic("session-lost", "it crashed \(crash.inARow) times in a row, so the session begins empty", severity: .warning))
            return
        }
        if !indices.isEmpty, !settings.quiet { presenter.remark(Diagnostic("rebuilding", "the session is made again by \(indices.count) of its statements", severity: .note)) }
        for index in indices {
            let entry = journal.entries[index]
            let file = SourceFile(name: entry.input == 0 ? "<start-up file>" : "<input \(entry.input)>", text: entry.text)
            let parsed = Parser.parse(file, catalogue: session.catalogue)
            journal.repeated(index)
            do {
                for statement in parsed.program.statements { _ = try session.runQuietly(statement, presenter, progress) }
                journal.end(.made)
            } catch {
                journal.end(.dropped)
                let failure = Failure.diagnostic(error, at: file.wholeSpan)
                try presenter.fail(failure)
                if failure.category == .interrupted { break }
            }
        }
        session.cancellation.reset()
        journal.rebuilt()
        lastInput = journal.entries.last?.text ?? ""
        let names = session.values.map(\.name)
        if !settings.quiet { try presenter.say(names.isEmpty ? "the session is empty" : "the session is back: \(names.joined(separator: ", "))") }
    }

    private func told(_ crash: Journal.Crash) -> Diagnostic {
        let signal = Self.signalNames[crash.signal] ?? "signal \(crash.signal)"
        guard let index = crash.entry else {
            return Diagnostic("crash", "cnb crashed while it waited for input (\(signal)), which is a bug of ours", hint: "please report what you typed")
        }
        let entry = journal.entries[index]
        let file = SourceFile(name: entry.input == 0 ? "<start-up file>" : "<input \(entry.input)>", text: entry.text)
        return Diagnostic(
            "crash", "cnb crashed in this statement (\(signal)), which is a bug of ours", at: file.wholeSpan, label: "crashed",
            hint: "please report it with what stands above; it will not be run again by itself")
    }

    private static let signalNames: [Int32: String] = [SIGILL: "SIGILL", SIGTRAP: "SIGTRAP", SIGSEGV: "SIGSEGV", SIGBUS: "SIGBUS", SIGFPE: "SIGFPE", SIGABRT: "SIGABRT"]
}

extension Prompt: LineReader.Helper {
    // Lines of the same input that were accepted before are part of what is typed.

    func completion(of line: String, at cursor: Int) -> Completion {
        let shift = pendingText.utf8.count
        let completion = Completer.complete(line: pendingText + line, cursor: shift + cursor, session: view)
        guard completion.range.lowerBound >= shift else { return Completion(range: cursor..<cursor, candidates: []) }
        return Completion(range: completion.range.lowerBound - shift..<completion.range.upperBound - shift, candidates: completion.candidates)
    }

    func help(for line: String, at cursor: Int) -> [String] {
        let candidates = completion(of: line, at: cursor).candidates
        let width = presenter.width - 1
        let hint = Hint.line(pendingText + line, cursor: pendingText.utf8.count + cursor, session: view, width: width)
        return (candidates.count > 1 ? CandidateList.lines(candidates, width: width) : []) + (hint.map { [$0] } ?? [])
    }

    private var view: SessionView { SessionView(session, environment: settings.environment) }
}

extension Statement {
    /// Whether the statement changes a file, if it is no loop.
    fileprivate func writesFile(_ catalogue: Catalogue) -> Bool {
        guard case .call(let call) = node else { return false }
        return catalogue.signature(call.verb.text)?.hasSideEffects == true || call.arguments.contains { if case .path = $0.content { true } else { false } }
    }
}
