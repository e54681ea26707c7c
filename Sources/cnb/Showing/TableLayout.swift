import Diagnostics
import Language
import Runtime

/// A table laid out for a terminal: columns apart by two blanks, numbers at the right, units or types under the titles, then a rule; never wider than the terminal.
///
/// What does not fit is shortened in steps: long texts are cut with `…`, then columns in the middle give way to one `…`, which a line below tells.
/// Numbers are never cut, for a cut number is another number.
struct TableLayout {
    let width: Int
    let paint: Paint

    /// Columns that hold text are not cut below this width while others are wider.
    private static let leastTextWidth = 12
    /// Nor below this before titles over numbers give way: most words fit.
    private static let fairTextWidth = 18
    private static let gap = "  "

    private struct Column {
        var title: String
        var unit: String
        var isRight: Bool
        var cells: [String]
        var width: Int
        /// The width of the widest cell.
        var widestCell = 0
    }

    /// Hands over the lines, the first to last.
    ///
    /// - Parameter check: is asked every few hundred rows while the columns are measured; what it throws ends the layout, as what `body` throws does.
    func forEachLine<Stop: Error>(of table: DisplayTable, check: () throws(Stop) -> Void, _ body: (String) throws(Stop) -> Void) throws(Stop) {
        if let title = table.title { try body(paint(DisplayWidth.cut(Diagnostic.printable(title), to: width), .strong)) }
        var all: [Column] = []
        for index in table.columns.indices { all.append(try column(index, of: table, check: check)) }
        let (columns, hidden) = fitted(all)
        if !columns.isEmpty {
            try body(paint(line(columns) { DisplayWidth.cutInside($0.title, to: $0.width) }, .strong))
            if columns.contains(where: { !$0.unit.isEmpty }) { try body(paint(line(columns) { DisplayWidth.cut($0.unit, to: $0.width) }, .faint)) }
            try body(paint(columns.map { String(repeating: "─", count: $0.width) }.joined(separator: Self.gap), .faint))
            for row in table.rows.indices {
                if row == table.gap { try body(paint(line(columns) { _ in "…" }, .faint)) }
                try body(line(columns) { DisplayWidth.cut($0.cells[row], to: $0.width) })
            }
        }
        var remarks: [String] = []
        if table.totalRows > table.rows.count {
            remarks.append("… \(NumberText.grouped(table.rows.count)) of \(NumberText.grouped(table.totalRows)) rows" + (table.more.map { "; \($0)" } ?? ""))
        }
        if hidden > 0 { remarks.append("… \(hidden) of \(all.count) columns hidden; a wider terminal, --plain or --json shows them") }
        for remark in remarks + table.notes {
            for line in TextFlow.wrapped(Diagnostic.printable(remark), to: width) { try body(paint(DisplayWidth.cut(line, to: width), .faint)) }
        }
    }

    private func column<Stop: Error>(_ index: Int, of table: DisplayTable, check: () throws(Stop) -> Void) throws(Stop) -> Column {
        let title = Diagnostic.printable(table.columns[index].title)
        let unit = Diagnostic.printable(table.columns[index].unit)
        var column = Column(title: title, unit: unit, isRight: table.columns[index].alignment == .right, cells: [], width: max(1, DisplayWidth.of(title), DisplayWidth.of(unit)))
        column.cells.reserveCapacity(table.rows.count)
        for (row, cells) in table.rows.enumerated() {
            if row & 0xFF == 0 { try check() }
            let text = Diagnostic.printable(cells[index].text)
            let cellWidth = DisplayWidth.of(text)
            column.cells.append(text)
            column.width = max(column.width, cellWidth)
            column.widestCell = max(column.widestCell, cellWidth)
        }
        return column
    }

    private func line(_ columns: [Column], _ text: (Column) -> String) -> String {
        let cells = columns.map { DisplayWidth.padded(text($0), to: $0.width, right: $0.isRight) }
        var line = cells.joined(separator: Self.gap)
        while line.last == " " { line.removeLast() }
        return line
    }

    /// The columns in at most `width`, and how many of them gave way.
    private func fitted(_ columns: [Column]) -> ([Column], hidden: Int) {
        var columns = columns
        shrinkTexts(&columns)
        if total(columns) <= width { return (columns, 0) }
        let marker = Column(title: "…", unit: "", isRight: false, cells: Array(repeating: "…", count: columns.first?.cells.count ?? 0), width: 1)
        // Grown from both ends, as the first column names the row and the last is often the result.
        var head: [Column] = []
        var tail: [Column] = []
        var low = 0
        var high = columns.count - 1
        while low <= high {
            let takesHead = head.count <= tail.count
            let next = takesHead ? columns[low] : columns[high]
            let candidate = takesHead ? head + [next, marker] + tail : head + [marker, next] + tail
            guard total(candidate) <= width else { break }
            if takesHead {
                head.append(next)
                low += 1
            } else {
                tail.insert(next, at: 0)
                high -= 1
            }
        }
        if head.isEmpty, var first = columns.first {
            // Not even the first column fits: it alone is shown, cut.
            first.width = columns.count == 1 ? width : max(1, width - 3)
            return (columns.count == 1 ? [first] : [first, marker], columns.count - 1)
        }
        let hidden = high - low + 1
        return hidden > 0 ? (head + [marker] + tail, hidden) : (head + tail, 0)
    }

    private func total(_ columns: [Column]) -> Int { columns.reduce(0) { $0 + $1.width } + Self.gap.count * max(0, columns.count - 1) }

    /// Narrows the widest texts, then titles over narrow numbers, then texts again, until the table fits or all are at their least.
    private func shrinkTexts(_ columns: inout [Column]) {
        var excess = total(columns) - width
        guard excess > 0 else { return }
        var least = columns.map { column in
            column.isRight
                ? max(1, column.widestCell, min(8, column.width))
                : min(column.width, Self.leastTextWidth)
        }
        for index in columns.indices where columns[index].isRight && columns[index].cells.isEmpty { least[index] = min(8, columns[index].width) }
        let fair = columns.indices.map { columns[$0].isRight ? columns[$0].width : max(least[$0], Self.fairTextWidth) }
        let fairTexts = columns.indices.map { columns[$0].isRight ? least[$0] : fair[$0] }
        for bound in [fair, fairTexts, least] {
            while excess > 0 {
                // The widest gives way, the last of equals.
                guard let widest = columns.indices.filter({ columns[$0].width > bound[$0] }).max(by: { (columns[$0].width, $0) < (columns[$1].width, $1) }) else { break }
                columns[widest].width -= 1
                excess -= 1
            }
        }
    }
}
