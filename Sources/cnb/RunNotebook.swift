import Algebra
import Diagnostics
import Foundation
import Language
import Notebooks
import Plots
import Reports
import Runtime

/// A parameter as the command line gives it: `name=value`, or Quarto's `name:value`.
struct NotebookParameter: Sendable, Equatable {
    let name: String
    /// In the language's VALUE grammar, unread.
    let text: String

    /// Reads `name=value`; none when there is no name or no sign.
    init?(written: String) {
        guard let sign = written.firstIndex(where: { $0 == "=" || $0 == ":" }), sign > written.startIndex else { return nil }
        let name = written[..<sign].trimmingBlanks
        guard !name.isEmpty, !name.contains(" ") else { return nil }
        self.name = name
        text = String(written[written.index(after: sign)...])
    }
}

extension Substring {
    fileprivate var trimmingBlanks: String {
        var text = self
        while text.first == " " { text.removeFirst() }
        while text.last == " " { text.removeLast() }
        return String(text)
    }
}

/// What `cnb run` was asked for.
struct RunRequest: Sendable {
    enum Place: Sendable, Equatable {
        /// The notebook's own path with another ending.
        case besideNotebook
        case file(String)
    }
    let notebook: String
    let html: Place
    /// None when no PDF is wanted.
    let pdf: Place?
    let parameters: [NotebookParameter]
    let parametersFile: String?
    let settings: CommonSettings
}

/// What `cnb check` was asked for.
struct CheckRequest: Sendable {
    let notebooks: [String]
    let settings: CommonSettings
}

/// Runs a notebook, writes its report, and gives the exit code.
func runNotebook(_ request: RunRequest) -> Int32 {
    Interruption.install(endsAtSecond: true)
    let settings = request.settings
    let presenter = Presenter(form: settings.form, options: settings)
    let progress = ProgressBar(isTerminal: Terminal.isTerminal(STDERR_FILENO))
    var notebook = NotebookRequest(path: request.notebook)
    notebook.parameterFile = request.parametersFile
    notebook.html = request.html.path(beside: request.notebook, ending: "html")
    notebook.pdf = request.pdf?.path(beside: request.notebook, ending: "pdf")
    var broken: OutputError?
    do {
        for parameter in request.parameters { notebook.parameters.append(try ParameterAssignment(parsing: "\(parameter.name)=\(parameter.text)")) }
    } catch { return report([Failure.diagnostic(error)], presenter, settings) ?? Diagnostic.Category.usage.exitCode }
    progress.begin()
    let outcome = runner(settings, progress).run(notebook) { result in
        guard settings.form == .json, broken == nil else { return }
        progress.end()
        do throws(OutputError) { try presenter.show(result) } catch { broken = error }
        progress.begin()
    }
    progress.end()
    if let broken { return ScriptRunner.outputFailed(broken, settings: settings) }
    if let code = report(outcome.diagnostics, presenter, settings) { return code }
    if settings.form != .json, !settings.quiet {
        let output = Output(descriptor: STDOUT_FILENO)
        do throws(OutputError) {
            for path in outcome.written { try output.write(path + "\n") }
            try output.flush()
        } catch { return ScriptRunner.outputFailed(error, settings: settings) }
    }
    return outcome.exitCode
}

/// Checks notebooks without running them, and gives the exit code.
func checkNotebooks(_ request: CheckRequest) -> Int32 {
    let presenter = Presenter(form: request.settings.form, options: request.settings)
    let runner = runner(request.settings, SilentProgress())
    let output = Output(descriptor: STDOUT_FILENO)
    var found: [Diagnostic] = []
    for notebook in request.notebooks {
        let mistakes = runner.check(path: notebook)
        found += mistakes
        if let code = report(mistakes, presenter, request.settings) { return code }
        guard request.settings.form != .json, !request.settings.quiet, !mistakes.contains(where: { $0.severity == .error }) else { continue }
        do throws(OutputError) {
            try output.write("\(notebook): no mistakes found\n")
            try output.flush()
        } catch { return ScriptRunner.outputFailed(error, settings: request.settings) }
    }
    return NotebookRunner.exitCode(of: found)
}

private func runner(_ settings: CommonSettings, _ progress: any Runtime.ProgressReporting) -> NotebookRunner {
    let facts = EngineFacts(version: Version.text, instructionSet: instructionSet)
    return NotebookRunner(facts: facts, renderer: HTMLRenderer(chartStyles: darkStyleSheet)) { folder in
        let session = Session(
            catalogue: programCatalogue, directory: folder, threads: settings.threads, cancellation: Interruption.cancellation,
            progress: settings.quiet ? SilentProgress() : progress)
        if let seed = settings.seed { session.seed = seed }
        return session
    }
}

/// Shows mistakes, failures and warnings.
///
/// - Returns: the exit code if they cannot be shown, which ends the run.
private func report(_ diagnostics: [Diagnostic], _ presenter: Presenter, _ settings: CommonSettings) -> Int32? {
    do throws(OutputError) {
        if !settings.quiet { for diagnostic in diagnostics where diagnostic.severity != .error { presenter.remark(diagnostic) } }
        try presenter.fail(diagnostics.filter { $0.severity == .error })
        return nil
    } catch { return ScriptRunner.outputFailed(error, settings: settings) }
}

extension RunRequest.Place {
    fileprivate func path(beside notebook: String, ending: String) -> String {
        switch self {
        case .besideNotebook: NotebookRequest.path(beside: notebook, ending: ending)
        case .file(let path): path
        }
    }
}
