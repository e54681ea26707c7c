import Diagnostics
import Foundation
import Language
import Notebooks
import Runtime
import Store

/// What `cnb run` is asked to do.
public struct NotebookRequest: Sendable {
    /// The notebook's file.
    public var path: String
    /// Values of the command line.
    public var parameters: [ParameterAssignment] = []
    /// A YAML file of `name: value` lines; values of the command line go before it.
    public var parameterFile: String?
    /// Where the page goes; beside the notebook when none.
    public var html: String?
    /// Where the PDF goes; none is made when none.
    public var pdf: String?
    /// Whether each figure is written as `LABEL-1.svg`, `.csv` and `.gp` into the folder `NOTEBOOK_files` beside the page.
    public var writesFigures = false

    public init(path: String) { self.path = path }

    /// Where an output lies that was asked for without a path: beside the notebook, under its name with another ending.
    public static func path(beside notebook: String, ending: String) -> String {
        (notebook.hasSuffix(".cnb") ? String(notebook.dropLast(4)) : notebook) + ".\(ending)"
    }
}

/// What a run came to.
public struct NotebookOutcome: Sendable {
    /// 0 done, 1 a cell failed or an output could not be written, 2 command line or parameter, 3 does not parse or check, 4 data, 5 limit, 130 interrupted.
    public let exitCode: Int32
    /// Mistakes and failures for standard error, in their order.
    public let diagnostics: [Diagnostic]
    /// The run, if it came to one.
    public let executed: ExecutedNotebook?
    /// Paths of the files that were written.
    public let written: [String]
}

/// Checks notebooks, runs them and writes their reports: what the program's `run` and `check` call.
public struct NotebookRunner {
    /// Makes a session whose paths are relative to a folder.
    private let makeSession: (_ directory: String) -> Session
    private let facts: EngineFacts
    private let renderer: HTMLRenderer
    private let writer: PDFWriter
    private let environment: [String: String]

    public init(
        facts: EngineFacts, renderer: HTMLRenderer = HTMLRenderer(), writer: PDFWriter = PDFWriter(), environment: [String: String] = ProcessInfo.processInfo.environment,
        makeSession: @escaping (_ directory: String) -> Session
    ) {
        self.facts = facts
        self.renderer = renderer
        self.writer = writer
        self.environment = environment
        self.makeSession = makeSession
    }

    // Checking

    /// Finds every mistake of a notebook that can be found without running it.
    ///
    /// - Returns: the mistakes, none when there are none; `exitCode(of:)` gives their exit code.
    public func check(path: String, parameters: [ParameterAssignment] = [], parameterFile: String? = nil) -> [Diagnostic] {
        var request = NotebookRequest(path: path)
        request.parameters = parameters
        request.parameterFile = parameterFile
        switch prepare(request) {
        case .ready: return []
        case .lacking(_, _, let diagnostics), .mistaken(let diagnostics): return diagnostics
        }
    }

    /// The exit code of mistakes found before a run: 2 before 3 before 4.
    public static func exitCode(of diagnostics: [Diagnostic]) -> Int32 {
        let errors = diagnostics.filter { $0.severity == .error }
        for category in [Diagnostic.Category.usage, .syntax] where errors.contains(where: { $0.category == category }) { return category.exitCode }
        return errors.first?.category.exitCode ?? 0
    }

    private enum Preparation {
        case ready(PreparedNotebook, Session)
        /// The notebook is in order, and its data is not.
        case lacking(PreparedNotebook, Session, [Diagnostic])
        case mistaken([Diagnostic])
    }

    private func prepare(_ request: NotebookRequest) -> Preparation {
        do throws(Diagnostic) {
            let file = try NotebookText.read(request.path, as: request.path, category: .usage)
            let values = try request.parameterFile.map { path throws(Diagnostic) in try ParameterAssignment.read(fileAt: path) } ?? []
            let (notebook, form) = Notebook.parse(file)
            let session = makeSession(Self.folder(of: request.path))
            let name = URL(fileURLWithPath: request.path).lastPathComponent
            let (prepared, found) = PreparedNotebook.prepare(notebook, name: name, session: session, file: values, flags: request.parameters, form: form)
            guard let prepared else { return .mistaken(found) }
            return found.isEmpty ? .ready(prepared, session) : .lacking(prepared, session, found)
        } catch { return .mistaken([error]) }
    }

    private static func folder(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    // Running

    /// Checks a notebook, runs it and writes its report; one that does not check writes none, one that fails while it runs or for want of data does.
    ///
    /// - Parameter onResult: is handed each statement's result as it is made.
    public func run(_ request: NotebookRequest, onResult: @escaping (StatementResult) -> Void = { _ in }) -> NotebookOutcome {
        let targets = Targets(request)
        let wrongTargets = targets.mistakes
        guard wrongTargets.isEmpty else { return NotebookOutcome(exitCode: Diagnostic.Category.usage.exitCode, diagnostics: wrongTargets, executed: nil, written: []) }
        switch prepare(request) {
        case .mistaken(let diagnostics): return NotebookOutcome(exitCode: Self.exitCode(of: diagnostics), diagnostics: diagnostics, executed: nil, written: [])
        case .lacking(let prepared, let session, let mistakes):
            guard let first = mistakes.first, let executed = prepared.ended(by: first, seed: session.seed, facts: facts, date: date) else {
                return NotebookOutcome(exitCode: Self.exitCode(of: mistakes), diagnostics: mistakes, executed: nil, written: [])
            }
            let outcome = write(executed, targets, session)
            return NotebookOutcome(exitCode: outcome.exitCode, diagnostics: outcome.diagnostics + mistakes.dropFirst(), executed: executed, written: outcome.written)
        case .ready(let prepared, let session):
            let executed = Executor(prepared, in: session, facts: facts, onResult: onResult).run(date: date)
            // Whoever stops a run keeps the report of the run before it.
            if let failure = executed.failure, failure.diagnostic.category == .interrupted {
                return NotebookOutcome(exitCode: executed.exitCode, diagnostics: [failure.diagnostic], executed: executed, written: [])
            }
            return write(executed, targets, session)
        }
    }

    private var date: CalendarDate? { environment["SOURCE_DATE_EPOCH"].flatMap { CalendarDate(secondsSince1970: $0) } }

    private func write(_ executed: ExecutedNotebook, _ targets: Targets, _ session: Session) -> NotebookOutcome {
        let report = renderer.render(executed)
        var diagnostics = executed.cells.flatMap(\.remarks) + (executed.failure.map { [$0.diagnostic] } ?? []) + report.diagnostics
        var written: [String] = []
        var exitCode = executed.exitCode
        func attempt(_ path: String, _ body: () throws -> Void) {
            do {
                try body()
                written.append(path)
            } catch {
                let diagnostic = Self.diagnostic(error, writing: path)
                diagnostics.append(diagnostic)
                if exitCode == 0 { exitCode = diagnostic.category.exitCode }
            }
        }
        if exitCode == 0, let category = report.diagnostics.first?.category { exitCode = category.exitCode }
        attempt(targets.html) { try WholeFile.write(report.html, to: targets.html) }
        if let folder = targets.figures {
            for figure in report.figures {
                let files = [("csv", figure.csv), ("gp", figure.script)] + (figure.svg.map { [("svg", $0)] } ?? [])
                for (ending, text) in files {
                    let path = "\(folder)/\(figure.file).\(ending)"
                    attempt(path) {
                        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
                        try WholeFile.write(text, to: path)
                    }
                }
            }
        }
        if let pdf = targets.pdf {
            session.progress.update(stage: "PDF", fraction: nil, detail: "")
            attempt(pdf) { try WholeFile.write(try writer.pdf(of: report.html, cancellation: session.cancellation), to: pdf) }
        }
        return NotebookOutcome(exitCode: exitCode, diagnostics: diagnostics, executed: executed, written: written)
    }

    private static func diagnostic(_ error: any Error, writing path: String) -> Diagnostic {
        switch error {
        case let file as FileError: Diagnostic("unwritable-output", "'\(file.path)' \(file.reason.words)")
        case let known as any Diagnosable: known.diagnostic
        case is Cancelled: .interrupted(at: nil)
        default: Diagnostic("unwritable-output", "'\(path)' cannot be written: \(error.localizedDescription)")
        }
    }
}

/// Where a run writes.
private struct Targets {
    let html: String
    let pdf: String?
    let figures: String?
    private let notebook: String

    init(_ request: NotebookRequest) {
        notebook = request.path
        let beside = NotebookRequest.path(beside: request.path, ending: "html")
        html = request.html ?? beside
        pdf = request.pdf
        if request.writesFigures {
            let page = html.hasPrefix("/dev/") ? beside : html
            let folder = page.lastIndex(of: "/").map { String(page[...$0]) } ?? ""
            figures = folder + URL(fileURLWithPath: beside).deletingPathExtension().lastPathComponent + "_files"
        } else {
            figures = nil
        }
    }

    /// What can be known to go wrong before an hour of computing: a folder that is missing, a page that would be written over its source.
    var mistakes: [Diagnostic] {
        [("--html", html), ("--pdf", pdf)].compactMap { option, path in
            guard let path else { return nil }
            func wrong(_ reason: String) -> Diagnostic { Diagnostic("unwritable-output", "'\(path)' \(reason)", category: .usage, hint: "\(option) names a file to write") }
            if Self.resolved(path) == Self.resolved(notebook) { return wrong("is the notebook itself") }
            if WholeFile.isDirectory(path) { return wrong("is a folder") }
            if option == "--pdf", Self.resolved(path) == Self.resolved(html) { return wrong("is the HTML report") }
            let folder = path.lastIndex(of: "/").map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
            if !WholeFile.isDirectory(folder) { return wrong("lies in a folder that does not exist") }
            return nil
        }
    }

    private static func resolved(_ path: String) -> String { URL(fileURLWithPath: path).resolvingSymlinksInPath().standardizedFileURL.path }
}
