import Diagnostics
import Foundation
import Language
import Notebooks

/// Writes an executed notebook as one self-contained HTML page: no network, no scripts, light and dark, fit for printing.
///
/// The page holds no clock, path, host or duration: the same run gives the same bytes. Texts of the notebook and of its data are escaped;
/// raw HTML in prose is shown as the text that it is, HTML comments are left out.
public struct HTMLRenderer: Sendable {
    /// Rules that go with the charts, such as their colours on a dark page.
    public var chartStyles: String

    public init(chartStyles: String = "") { self.chartStyles = chartStyles }

    /// - Complexity: O(text and outputs), and the drawing of each figure.
    public func render(_ executed: ExecutedNotebook) -> RenderedReport {
        var cells = CellMarkup(executed)
        let markup = executed.cells.map { cells.html($0) }
        let body = MarkdownPage(executed, cells: markup)
        let title = executed.notebook.frontMatter.title ?? body.title ?? Self.stem(executed.name)
        var context: [String: Any] = [
            "version": executed.facts.version, "title": title, "style": StyleSheet.text + chartStyles, "authors": executed.notebook.frontMatter.authors,
            "banners": banners(executed), "contents": contents(executed, body), "parameters": parameters(executed), "body": body.html, "dataCard": dataCard(executed),
        ]
        let byline = executed.notebook.frontMatter.authors
        if !byline.isEmpty || executed.date != nil { context["hasByline"] = true }
        context["byline"] = byline
        if let date = executed.date { context["date"] = ["iso": date.description, "long": date.longText] as [String: Any] }
        return RenderedReport(html: Templates.render(context, "page"), figures: cells.figures, diagnostics: cells.problems)
    }

    private static func stem(_ name: String) -> String { name.hasSuffix(".cnb") && name.count > 4 ? String(name.dropLast(4)) : name }

    private func contents(_ executed: ExecutedNotebook, _ body: MarkdownPage) -> String {
        let headings = body.headings.filter { $0.level <= 3 }
        guard headings.count >= 2 else { return "" }
        var entries: [[String: Any]] = headings.map { ["level": String($0.level), "id": $0.anchor, "title": $0.title] }
        if !executed.parameters.isEmpty { entries.insert(["level": "2", "id": "parameters", "title": "Parameters"], at: 0) }
        entries.append(["level": "2", "id": "data-card", "title": "Data card"])
        return Templates.render(["entries": entries], "contents")
    }

    private func parameters(_ executed: ExecutedNotebook) -> String {
        guard !executed.parameters.isEmpty else { return "" }
        let table = DisplayTable(columns: [.init("Name"), .init("Value")], rows: executed.parameters.map { [.init($0.name), .init($0.shownText)] })
        return Templates.render(["table": TableMarkup(table: table, identifier: nil, number: nil).html()], "parameters")
    }

    // Failures

    private func banners(_ executed: ExecutedNotebook) -> String {
        var out = ""
        if let failure = executed.failure {
            var context: [String: Any] = ["title": "This report is not complete.", "kind": "", "alert": true]
            switch failure.place {
            case .cell(let index):
                let cell = executed.cells[index]
                context["message"] = failure.isBeforeRun
                    ? "Cell ‘\(cell.label)’ cannot run: \(failure.diagnostic.message). This was found before the first cell, and nothing was run."
                    : "Cell ‘\(cell.label)’ failed: \(failure.diagnostic.message). The cells after it did not run."
                context["link"] = ["target": "failure", "text": "Go to the cell"] as [String: Any]
            case .inlineValue(let index):
                context["message"] = "A live value in the text failed: \(executed.notebook.inlineValues[index].span.text). The cells after it did not run."
                context["link"] = ["target": "failure", "text": "Go to the place"] as [String: Any]
                context["details"] = failure.diagnostic.forReport.rendered()
            }
            out += Templates.render(context, "failure")
        }
        for cell in executed.cells {
            let included = cell.outputs.compactMap(\.allowedFailure).first
            var diagnostic = included
            if case .allowedFailure(let own) = cell.status { diagnostic = own }
            guard let diagnostic else { continue }
            out += Templates.render(
                [
                    "title": "A failure was allowed.", "kind": " allowed",
                    "message": "Cell ‘\(cell.label)’ failed: \(diagnostic.message). Its option ‘error: true’ lets the run go on.",
                    "link": ["target": Anchors.cell(cell.cell), "text": "Go to the cell"] as [String: Any],
                ], "failure")
        }
        return out
    }

    // Data card

    private func dataCard(_ executed: ExecutedNotebook) -> String {
        let table = DisplayTable(
            columns: [.init("File"), .init("Rows", .right), .init("Users", .right), .init("From"), .init("To"), .init("Digest (XXH3-128)")],
            rows: executed.dataCard.map { entry in
                [
                    .init(entry.file), entry.rows.map { .count($0) } ?? .undefined, entry.users.map { .count($0) } ?? .undefined, .init(entry.span?.from ?? "–"),
                    .init(entry.span?.to ?? "–"), .init(entry.digest),
                ]
            })
        let facts: [[String: Any]] = [
            ["name": "Seed", "value": String(executed.seed)], ["name": "Program", "value": "cnb \(executed.facts.version)"],
            ["name": "Instruction set", "value": executed.facts.instructionSet],
        ]
        let markup = executed.dataCard.isEmpty ? "<p>No file was read.</p>\n" : TableMarkup(table: table, identifier: nil, number: nil).html()
        return Templates.render(["table": markup, "facts": facts], "data-card")
    }
}

/// A page, and what else came of writing it.
public struct RenderedReport: Sendable {
    public let html: String
    /// The page's charts with their data and scripts, in their order.
    public let figures: [RenderedFigure]
    /// Charts that could not be drawn; the page says so in their places.
    public let diagnostics: [Diagnostic]
}

/// A chart of a report as files that redraw it without us.
public struct RenderedFigure: Sendable {
    /// The cell's label and the number of the figure in it: `next-action-1`.
    public let file: String
    public let svg: String?
    public let csv: String
    public let script: String
}
