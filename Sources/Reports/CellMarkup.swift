import Diagnostics
import Language
import Notebooks

/// Cells as HTML. Figures and tables are numbered through the whole page, so one value walks all cells in their order.
struct CellMarkup {
    private let executed: ExecutedNotebook
    private var figureCount = 0
    private var tableCount = 0
    private(set) var figures: [RenderedFigure] = []
    private(set) var problems: [Diagnostic] = []

    /// Rows of a figure's own table that stand in the page; the linked CSV has all.
    private static let figureRows = 60

    init(_ executed: ExecutedNotebook) { self.executed = executed }

    private var isBeforeRun: Bool { executed.failure?.isBeforeRun == true }

    mutating func html(_ cell: ExecutedCell) -> String {
        let options = cell.cell.options
        var context: [String: Any] = ["id": Anchors.cell(cell.cell), "label": cell.label, "state": ""]
        if !options.tags.isEmpty { context["tags"] = [options.tags.joined(separator: " ")] }
        var outputs = ""
        if options.include, options.output {
            var number = 0
            for output in cell.outputs { outputs += html(output, cell, &number) }
        }
        for output in cell.outputs { if let failure = output.allowedFailure { outputs += self.failure("A cell of the included notebook failed.", failure, isAllowed: true) } }
        if options.include, options.warning { for note in cell.outputs.flatMap(\.notes) + cell.remarks { outputs += html(note) } }
        var status: [String] = []
        if options.error { status.append("A mistake in this cell does not stop the run (error: true).") }
        switch cell.status {
        case .done: break
        case .failed(let diagnostic): outputs += failure(isBeforeRun ? "This cell cannot run." : "This cell failed.", diagnostic, isAllowed: false)
        case .allowedFailure(let diagnostic): outputs += failure("This cell failed, and the run went on.", diagnostic, isAllowed: true)
        case .notRun:
            status.append(isBeforeRun ? "Not run." : "Not run: the run ended before this cell.")
            context["state"] = " not-run"
        case .notEvaluated: if options.echo != .hidden { status.append("Not evaluated (eval: false).") }
        }
        if options.include {
            let code = CodeMarkup.html(Self.code(executed.notebook, cell.cell))
            if !code.isEmpty, options.echo == .shown { context["code"] = [code] }
            if !code.isEmpty, options.echo == .folded { context["foldedCode"] = [code] }
        }
        if options.include || cell.failed { context["status"] = status }
        context["outputs"] = outputs
        // On paper a cell with a table too wide for a page stands on a page turned on its side.
        if outputs.contains("<div class=\"table wide") { context["state"] = " wide" }
        let isEmpty = outputs.isEmpty && context["code"] == nil && context["foldedCode"] == nil && (context["status"] as? [String])?.isEmpty != false
        return isEmpty ? "" : Templates.render(context, "cell")
    }

    private static func code(_ notebook: Notebook, _ cell: Notebook.Cell) -> String {
        var lines = notebook.file.text(in: cell.code).replacing("\r\n", with: "\n").split(separator: "\n", omittingEmptySubsequences: false)
        while let last = lines.last, last.allSatisfy(\.isWhitespace) { lines.removeLast() }
        while let first = lines.first, first.allSatisfy(\.isWhitespace) { lines.removeFirst() }
        return lines.joined(separator: "\n")
    }

    // Outputs

    private mutating func html(_ output: CellOutput, _ cell: ExecutedCell, _ number: inout Int) -> String {
        // What a `let` made stands in its code already.
        guard output.isShown, !output.blocks.isEmpty, output.verb != "let" else { return "" }
        var out = ""
        let origin = Self.origin(of: output, in: cell)
        if let origin, !output.blocks.contains(where: { if case .figure = $0 { true } else { false } }) { out += "<p class=\"took\">\(origin)</p>\n" }
        for block in output.blocks {
            switch block {
            case .text(let text): out += Self.html(text)
            case .table(let table): out += html(table)
            case .figure(let figure): out += html(figure, cell, origin: origin, &number)
            }
        }
        return out
    }

    /// What a result was made from: `from sample`, in a cell of several statements `profile from kmeans`. None where the code above says it already.
    private static func origin(of output: CellOutput, in cell: ExecutedCell) -> String? {
        guard let input = output.input, cell.cell.options.echo != .hidden else { return nil }
        let from = "from <code>\(HTML.escaped(input))</code>"
        if cell.outputs.count > 1, output.verb != "plot" { return "<code>\(HTML.escaped(output.verb))</code> \(from)" }
        let words = output.statement.split(whereSeparator: \.isWhitespace)
        return words.dropFirst().contains { $0 == input } ? nil : from
    }

    /// Lines of text; what is laid out with blanks keeps them.
    private static func html(_ text: String) -> String {
        guard !text.isEmpty else { return "" }
        let isLaidOut = text.split(separator: "\n").contains { line in line.contains("\t") || line.drop { $0 == " " }.contains("  ") }
        if isLaidOut { return "<pre class=\"result\">\(HTML.escaped(text))</pre>\n" }
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { "<span>\(HTML.escaped(String($0)))</span>" }
        return "<p class=\"result\">\(lines.joined(separator: "\n"))</p>\n"
    }

    private mutating func html(_ table: DisplayTable) -> String {
        guard table.title != nil else { return TableMarkup(table: table, identifier: nil, number: nil).html() }
        tableCount += 1
        return TableMarkup(table: table, identifier: "table-\(tableCount)", number: "Table \(tableCount).").html()
    }

    private mutating func html(_ figure: any Figure, _ cell: ExecutedCell, origin: String?, _ number: inout Int) -> String {
        let options = cell.cell.options
        let index = number
        number += 1
        figureCount += 1
        let file = "\(cell.label)-\(number)"
        let csv = CSVText.text(of: figure.table)
        let alt = options.figureAlternatives.indices.contains(index) ? options.figureAlternatives[index] : figure.alternativeText
        var table = figure.table
        table.title = nil
        var context: [String: Any] = [
            "id": "fig-\(file)", "file": file, "alt": alt, "number": "Figure \(figureCount).",
            "caption": figure.caption,
            "table": TableMarkup(table: table, identifier: nil, number: nil, rowLimit: Self.figureRows, isPrinted: false).html(),
            "csv": HTML.dataLink(csv, mediaType: "text/csv"), "script": HTML.dataLink(figure.script, mediaType: "text/plain"),
        ]
        if options.figureCaptions.indices.contains(index) {
            // The notebook's words stand for the chart's title, not for what was sampled or left out.
            let caption = options.figureCaptions[index]
            context["caption"] = figure.remarks.isEmpty || caption.last.map { ".!?…".contains($0) } == true ? caption : caption + "."
            if !figure.remarks.isEmpty { context["remarks"] = [figure.remarks] }
        }
        if let origin { context["origin"] = [origin] }
        var svg: String?
        do {
            let drawn = try figure.svg(identifier: "chart-\(file)", size: options.figureSize)
            svg = drawn
            context["svg"] = drawn.hasSuffix("\n") ? drawn : drawn + "\n"
            if let width = Self.width(ofSVG: drawn) { context["width"] = String(width) }
        } catch {
            let problem = Self.diagnostic(error, drawing: figure.chartKind)
            problems.append(problem)
            context["problem"] = "The chart could not be drawn: \(problem.message). Its data and script are below."
        }
        figures.append(RenderedFigure(file: file, svg: svg, csv: csv, script: figure.script))
        return Templates.render(context, "figure")
    }

    /// The width that a chart was drawn for, by its `viewBox`: shown larger, its letters would outgrow the text.
    private static func width(ofSVG svg: String) -> Int? {
        guard let start = svg.range(of: "viewBox=\""), let end = svg[start.upperBound...].firstIndex(of: "\"") else { return nil }
        let numbers = svg[start.upperBound..<end].split(separator: " ").compactMap { Double($0) }
        return numbers.count == 4 && (1...10_000).contains(numbers[2]) ? Int(numbers[2].rounded()) : nil
    }

    private static func diagnostic(_ error: any Error, drawing kind: String) -> Diagnostic {
        switch error {
        case let diagnostic as Diagnostic: diagnostic
        case let known as any Diagnosable: known.diagnostic
        default: Diagnostic("chart-failed", "the chart '\(kind)' could not be drawn: \(error)")
        }
    }

    // Notes

    private func html(_ note: Diagnostic) -> String {
        var context: [String: Any] = [
            "severity": note.severity.rawValue, "title": note.severity == .warning ? "Warning." : note.severity == .note ? "Note." : "Error.",
            "message": Self.sentence(note.message), "notes": note.notes.map(Self.sentence),
        ]
        if let hint = note.hint { context["hint"] = Self.sentence(hint) }
        return Templates.render(context, "note")
    }

    /// A message of the program, lower case and without a full stop, as a sentence on a page.
    private static func sentence(_ text: String) -> String {
        guard let first = text.first else { return text }
        let start = first.isLowercase && text.prefix(while: { $0 != " " }).allSatisfy({ $0.isLetter }) ? first.uppercased() + text.dropFirst() : text
        return start.hasSuffix(".") || start.hasSuffix("?") || start.hasSuffix("!") ? start : start + "."
    }

    private func failure(_ title: String, _ diagnostic: Diagnostic, isAllowed: Bool) -> String {
        var context: [String: Any] = ["title": title, "kind": isAllowed ? " allowed" : "", "message": "", "details": diagnostic.forReport.rendered()]
        if !isAllowed { context["id"] = "failure" }
        return Templates.render(context, "failure")
    }
}

extension ExecutedCell {
    fileprivate var failed: Bool {
        switch status {
        case .failed, .allowedFailure: true
        default: false
        }
    }
}
