import Foundation
import Language
import Runtime

/// A table as HTML.
struct TableMarkup {
    /// How tightly a table must be set so that it fits a printed page, by the widest words of its columns.
    private enum Fit: String { case narrow = " narrow", plain = "", dense = " dense", wide = " wide", widest = " wide widest" }

    let table: DisplayTable
    let identifier: String?
    /// `Table 3`; none for a table without a title.
    let number: String?
    /// Rows that are shown; all when none.
    var rowLimit: Int?
    /// Whether it stands on paper too, and must fit it.
    var isPrinted = true

    func html() -> String {
        let rows = rowLimit.map { Array(table.rows.prefix($0)) } ?? table.rows
        var notes = table.notes
        if rows.count < table.totalRows { notes.insert(Self.part(rows.count, of: table), at: 0) }
        if table.totalRows == 0 { notes.insert("No rows.", at: 0) }
        let letters = isPrinted ? width(rows) : 0
        var context: [String: Any] = [
            "fit": (isPrinted ? fit(rows, letters, beside: notes) : .plain).rawValue + (rows.count > Self.unbrokenRows ? " long" : ""),
            "columns": table.columns.map { ["title": $0.title, "unit": $0.unit, "hasUnit": !$0.unit.isEmpty, "class": $0.alignment == .right ? " class=\"num\"" : ""] as [String: Any] },
            "rows": body(rows),
            "notes": notes,
            "label": table.title ?? table.columns.prefix(3).map(\.title).joined(separator: ", "),
        ]
        if isPrinted, let points = points(letters) { context["points"] = points }
        if let identifier { context["id"] = identifier }
        if let number { context["number"] = number }
        if let title = table.title { context["caption"] = title }
        return Templates.render(context, "table")
    }

    /// Which rows of the table are shown.
    private static func part(_ count: Int, of table: DisplayTable) -> String {
        let total = NumberText.grouped(table.totalRows)
        guard let gap = table.gap, gap < count else { return "The first \(NumberText.grouped(count)) of \(total) rows." }
        return "The first \(NumberText.grouped(gap)) and the last \(NumberText.grouped(count - gap)) of \(total) rows."
    }

    /// The rows, written at once: a template called for each of many cells is slow.
    private func body(_ rows: [[DisplayTable.Cell]]) -> String {
        var out = ""
        for row in rows {
            out += "<tr>"
            for (index, cell) in row.enumerated() {
                let text = HTML.escaped(cell.text)
                if table.columns[index].alignment == .right { out += "<td class=\"num\">\(text)</td>" }
                else if index == 0 { out += "<th scope=\"row\">\(text)</th>" }
                else { out += "<td>\(text)</td>" }
            }
            out += "</tr>\n"
        }
        return out
    }

    /// More rows than these may go over a page's end; and only fewer stand beside another table.
    private static let unbrokenRows = 24

    /// The widest words of all columns together.
    private func width(_ rows: [[DisplayTable.Cell]]) -> Int {
        table.columns.indices.reduce(0) { sum, column in
            let widest = rows.prefix(500).reduce(max(table.columns[column].title.count, table.columns[column].unit.count)) { max($0, $1[column].text.count) }
            return sum + min(widest, 40) + 3
        }
    }

    /// So many letters fit a wide page at the size of the widest tables.
    private static let widestLetters = 240, widestPoints = 5.6, leastPoints = 3.2

    /// The size of print of a table that is too wide even for the smallest usual one; smaller than `leastPoints` nobody reads.
    private func points(_ width: Int) -> String? {
        guard width > Self.widestLetters else { return nil }
        return NumberText.decimal(max(Self.leastPoints, Self.widestPoints * Double(Self.widestLetters) / Double(width)), 2)
    }

    /// - Parameter notes: the lines below it, which widen a table that stands beside another.
    private func fit(_ rows: [[DisplayTable.Cell]], _ width: Int, beside notes: [String]) -> Fit {
        let words = notes.map(\.count) + [(table.title?.count ?? 0) + (number?.count ?? 0)]
        if width <= 52, rows.count <= Self.unbrokenRows, words.allSatisfy({ $0 <= 56 }) { return .narrow }
        return width <= 95 ? .plain : width <= 125 ? .dense : width <= 185 ? .wide : .widest
    }
}
