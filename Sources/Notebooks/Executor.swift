import Diagnostics
import Foundation
import Language
import Runtime

/// Runs a checked notebook, cell after cell, in one session.
///
/// Live values in prose are read when the run comes to them, so a number is that of its place in the text.
/// Not for use from several threads at once.
public final class Executor {
    private let prepared: PreparedNotebook
    private let session: Session
    private let facts: EngineFacts
    private let onResult: (StatementResult) -> Void
    private let reader: IncludeReader
    private let cleaner: PathCleaner
    private var outputs: [CellOutput] = []
    private var dataCard: [DataCardEntry] = []
    /// Whether the results that come in now are shown: an included notebook's cells may hide theirs.
    private var isShown = true
    private var includeStack: [String] = []

    /// - Parameters:
    ///   - session: the one that the notebook was prepared with.
    ///   - onResult: is handed each statement's result as it is made.
    public init(_ prepared: PreparedNotebook, in session: Session, facts: EngineFacts, onResult: @escaping (StatementResult) -> Void = { _ in }) {
        self.prepared = prepared
        self.session = session
        self.facts = facts
        self.onResult = onResult
        reader = IncludeReader(directory: session.directory, catalogue: session.catalogue)
        cleaner = PathCleaner(directory: session.directory, parameters: prepared.parameters)
    }

    /// Runs all cells, or up to the first that fails.
    ///
    /// - Parameter date: the day that the report bears; the front matter's when none.
    public func run(date: CalendarDate? = nil) -> ExecutedNotebook {
        let notebook = prepared.notebook
        if let seed = notebook.frontMatter.seed { session.seed = seed }
        let seed = session.seed
        session.include = { [unowned self] path, span, handle in try runIncluded(path, at: span, handle) }
        defer { session.include = nil }

        var cells: [ExecutedCell] = []
        var texts = [InlineText](repeating: .notRun, count: notebook.inlineValues.count)
        var failure: RunFailure?
        for part in notebook.parts {
            switch part {
            case .frontMatter: break
            case .prose(let range):
                for (index, value) in notebook.inlineValues.enumerated() where failure == nil && range.contains(value.span.range.lowerBound) {
                    texts[index] = text(of: value)
                    if case .failed(let diagnostic) = texts[index] { failure = RunFailure(place: .inlineValue(index), diagnostic: diagnostic) }
                }
            case .cell(let cell):
                let index = cells.count
                guard failure == nil, cell.options.eval else {
                    cells.append(ExecutedCell(cell: cell, status: cell.options.eval ? .notRun : .notEvaluated, outputs: [], remarks: []))
                    continue
                }
                session.progress.update(stage: "cell \(index + 1) of \(prepared.cells.count)", fraction: Double(index) / Double(prepared.cells.count), detail: cell.label)
                let executed = run(cell, prepared.cells[index])
                cells.append(executed)
                if case .failed(let diagnostic) = executed.status { failure = RunFailure(place: .cell(index), diagnostic: diagnostic) }
            }
        }
        return ExecutedNotebook(
            notebook: notebook, name: URL(fileURLWithPath: prepared.name).lastPathComponent, parameters: prepared.parameters, cells: cells, inlineTexts: texts,
            images: prepared.images, dataCard: dataCard, seed: seed, facts: facts, date: date ?? notebook.frontMatter.date, failure: failure)
    }

    // Cells

    private func run(_ cell: Notebook.Cell, _ parsed: ParsedCell) -> ExecutedCell {
        outputs = []
        isShown = true
        var status = ExecutedCell.Status.done
        do throws(Diagnostic) { try runStatements(of: cell, parsed, isMain: true, in: prepared.notebook.file, handle) } catch {
            status = cell.options.error && error.category != .interrupted ? .allowedFailure(error) : .failed(error)
        }
        let executed = ExecutedCell(cell: cell, status: status, outputs: outputs, remarks: [])
        guard case .done = status, let remark = unusedFigureOption(executed) else { return executed }
        return ExecutedCell(cell: cell, status: status, outputs: outputs, remarks: [remark])
    }

    private func handle(_ result: StatementResult) {
        outputs.append(
            CellOutput(
                statement: result.statement, verb: result.verb, name: result.name, input: result.input, blocks: result.isQuiet ? [] : result.blocks.map(cleaner.clean),
                notes: result.notes.map(cleaner.clean), isShown: isShown, allowedFailure: nil))
        if let provider = result.value as? any DataCardProviding { for entry in provider.dataCard where !dataCard.contains(where: { $0.file == entry.file && $0.digest == entry.digest }) { dataCard.append(entry) } }
        onResult(result)
    }

    /// Runs a cell's statements in the order of the text, mistakes of a cell that may hold some included.
    private func runStatements(
        of cell: Notebook.Cell, _ parsed: ParsedCell, isMain: Bool, in file: SourceFile, _ handle: @escaping (StatementResult) throws -> Void
    ) throws(Diagnostic) {
        let span = SourceSpan(file, cell.range, cell: cell.label)
        let outerSeed = session.seed
        if let seed = cell.options.seed { session.seed = seed }
        // A cell's own seed ends with the cell, unless a statement in it set another for the rest.
        defer { if let seed = cell.options.seed, session.seed == seed { session.seed = outerSeed } }
        do {
            try Deadline.run(seconds: cell.options.timeout, cancellation: session.cancellation, at: span) {
                let firstMistake = parsed.mistakes.min { ($0.span?.range.lowerBound ?? 0) < ($1.span?.range.lowerBound ?? 0) }
                for statement in parsed.program.statements {
                    // A statement may itself be one that could not be read whole.
                    if let firstMistake, (firstMistake.span?.range.lowerBound ?? 0) < statement.span.range.upperBound { throw firstMistake }
                    try run(statement, isMain: isMain, handle)
                }
                if let firstMistake { throw firstMistake }
            }
        } catch { throw cleaner.clean(Self.diagnostic(error, at: span)) }
    }

    private func run(_ statement: Statement, isMain: Bool, _ handle: @escaping (StatementResult) throws -> Void) throws {
        guard isMain, case .assignment(let name, _) = statement.node, let given = prepared.parameters.first(where: { $0.name == name.text && $0.isGiven }) else {
            return try session.run(statement, handle)
        }
        // The value that was given takes the place of the `let`: what is told is what was typed, what statements see may be a path made relative.
        try session.run(ValueReader.assignment(name.text, given.shown, catalogue: session.catalogue), handle)
        session.setParameter(given.name, given.value)
    }

    private static func diagnostic(_ error: any Error, at span: SourceSpan) -> Diagnostic {
        switch error {
        case let diagnostic as Diagnostic: diagnostic.placed(at: span)
        case let known as any Diagnosable: known.diagnostic.placed(at: span)
        case is Cancelled: .interrupted(at: span)
        default: Diagnostic("failure", "\(error)", at: span)
        }
    }

    /// Figure options of a cell that drew fewer figures than they speak of.
    private func unusedFigureOption(_ executed: ExecutedCell) -> Diagnostic? {
        let options = executed.cell.options
        let count = executed.outputs.flatMap(\.blocks).count { if case .figure = $0 { true } else { false } }
        let key: String
        if options.given.contains("fig-cap"), options.figureCaptions.count > count { key = "fig-cap" }
        else if options.given.contains("fig-alt"), options.figureAlternatives.count > count { key = "fig-alt" }
        else if options.given.contains("fig-width"), count == 0 { key = "fig-width" }
        else if options.given.contains("fig-height"), count == 0 { key = "fig-height" }
        else { return nil }
        let figures = count == 0 ? "no figure" : count == 1 ? "one figure" : "\(count) figures"
        return Diagnostic(
            "unused-option", "'\(key)' speaks of more than the cell drew: \(figures)", severity: .warning,
            at: SourceSpan(prepared.notebook.file, executed.cell.range.lowerBound..<executed.cell.range.lowerBound, cell: executed.label))
    }

    // Included notebooks

    private func runIncluded(_ path: String, at span: SourceSpan, _ handle: (StatementResult) throws -> Void) throws {
        let key = reader.key(path)
        guard !includeStack.contains(key) else { throw Diagnostic("include-cycle", "'\(path)' includes itself", category: .syntax, at: span, label: "comes round again") }
        let included: IncludedNotebook
        if let known = prepared.includes[key] { included = known } else {
            // Only a cell that may fail comes here with a notebook that the check could not read.
            do throws(NotebookMistakes) { included = try reader.read(path, at: span) } catch { throw error.diagnostics[0] }
        }
        includeStack.append(key)
        let outer = isShown
        defer {
            includeStack.removeLast()
            isShown = outer
        }
        for declaration in included.notebook.frontMatter.parameters where session.parameters[declaration.name] == nil {
            session.setParameter(declaration.name, declaration.fallback)
        }
        try withoutActuallyEscaping(handle) { handle in
            for (cell, parsed) in zip(included.notebook.cells, included.cells) where cell.options.eval {
                isShown = outer && cell.options.include && cell.options.output
                do throws(Diagnostic) { try runStatements(of: cell, parsed, isMain: false, in: included.notebook.file, handle) } catch {
                    guard cell.options.error, error.category != .interrupted else { throw error }
                    outputs.append(CellOutput(statement: "", verb: "", name: nil, input: nil, blocks: [], notes: [], isShown: outer, allowedFailure: error))
                }
            }
        }
    }

    // Prose

    private func text(of inline: InlineValue) -> InlineText {
        func fail(_ code: String, _ message: String, _ label: String, _ hint: String?) -> InlineText {
            .failed(Diagnostic(code, message, at: inline.span, label: label, hint: hint))
        }
        let plain: Value
        // A parameter is shown as it was given: what statements see may be a path made relative.
        if inline.property == nil, let parameter = prepared.parameters.first(where: { $0.name == inline.name && $0.value == session.parameters[inline.name] }) {
            plain = parameter.shown
        } else if let value = session.value(named: inline.name) {
            if let property = inline.property {
                let found: Value?
                do { found = try value.property(property, session.work) } catch { return .failed(placed(error, at: inline.span)) }
                guard let found else { return .failed(.unknownProperty(property, of: inline, among: value.propertyNames)) }
                plain = found
            } else if let value = value as? PlainValue {
                plain = value.value
            } else if inline.format != nil {
                return .failed(.unformattable(inline, value.kind, properties: value.propertyNames))
            } else {
                return .text(value.summary, isNumber: false)
            }
        } else if inline.property == nil, let value = session.parameters[inline.name] {
            plain = value
        } else {
            let names = session.values.map(\.name) + session.parameters.keys.sorted()
            return fail("unknown-name", "nothing is named '\(inline.name)' up to here", "not a name yet", nearest(to: inline.name, in: names).map { "did you mean '\($0)'?" })
        }
        guard let format = inline.format else { return .text(plain.displayText, isNumber: plain.asDouble != nil) }
        guard let text = format.text(of: plain) else {
            let what = plain.asDouble == nil ? "a \(plain.typeName) and no number" : "not a whole number"
            return fail("wrong-format", "'\(inline.phrase)' is \(what)", "cannot be formatted", plain.asDouble == nil ? nil : "write .0f to round it")
        }
        return .text(text, isNumber: true)
    }
}
