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
    private var lastEntry: String?
    private var historyIsBroken = false
    private var inputNumber = 0

    private init(settings: CommonSettings, catalogue: Catalogue) {
        self.settings = settings
        presenter = Presenter(form: settings.form, options: settings)
        progress = ProgressBar(isTerminal: Terminal.isTerminal(STDERR_FILENO))
        session = Session(
            catalogue: catalogue, threads: settings.threads, cancellation: Interruption.cancellation, progress: settings.quiet ? SilentProgress() : progress)
        if let seed = settings.seed { session.seed = seed }
        history = History.path(environment: settings.environment).map(History.init(path:))
    }

    /// Runs the prompt until the person leaves, and gives the exit code.
    static func run(settings: CommonSettings, catalogue: Catalogue = programCatalogue) -> Int32 {
        Interruption.install(endsAtSecond: false)
        do {
            try Prompt(settings: settings, catalogue: catalogue).loop()
            return 0
        } catch { return ScriptRunner.outputFailed(error, settings: settings) }
    }

    private func loop() throws(OutputError) {
        if !settings.quiet { try presenter.say("cnb \(Version.text) · help lists the verbs, Ctrl-D leaves · seed \(session.seed)") }
        let reader = LineReader(helper: self)
        let entries = history?.load() ?? []
        for entry in entries { reader.remember(entry) }
        lastEntry = entries.last
        while let input = read(with: reader) {
            guard !input.allSatisfy(\.isWhitespace) else { continue }
            remember(input, reader)
            inputNumber += 1
            presenter.beginInput()
            guard try run(input) else { return }
            try presenter.endInput()
        }
        try presenter.say("")
    }

    // Reading

    /// The lines of an unfinished input, each with its line end.
    private var pendingText = ""

    /// Reads lines until they make a whole input; none when the person leaves.
    private func read(with reader: LineReader) -> String? {
        pendingText = ""
        // What stopped the statement before is not to clear the line after it.
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

    /// Runs an input; whether the session goes on.
    private func run(_ text: String) throws(OutputError) -> Bool {
        let parsed = Parser.parse(SourceFile(name: "<input \(inputNumber)>", text: text), catalogue: session.catalogue)
        session.cancellation.reset()
        session.width = presenter.width
        let mistakes = session.mistakes(in: parsed)
        for mistake in mistakes { try presenter.fail(mistake) }
        guard mistakes.isEmpty else { return true }
        progress.begin()
        defer { progress.end() }
        for statement in parsed.program.statements {
            do {
                try session.run(statement) { result in
                    progress.end()
                    try presenter.show(result, hidesQuiet: true)
                    if result.effects.contains(where: \.isQuit) { throw Quit() }
                    progress.begin()
                }
            } catch is Quit {
                return false
            } catch let error as OutputError {
                throw error
            } catch {
                progress.end()
                try presenter.fail(Failure.diagnostic(error, at: statement.span))
                return true
            }
        }
        return true
    }
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
