/// The room that a chart made of characters has, and the tools to fill it.
public struct TextPage: Sendable {
    public let columns: Int, rows: Int
    public let colour: Bool

    public init(columns: Int, rows: Int, colour: Bool) {
        self.columns = max(30, columns)
        self.rows = max(10, rows)
        self.colour = colour
    }

    /// Whether a table has room for all of its columns beside names of at least a dozen letters.
    func fits(_ head: [String], _ body: [[String]]) -> Bool {
        let rows = [head] + body
        let widths = head.indices.map { column in rows.reduce(0) { max($0, Letters.cells($1[column])) } }
        return min(widths[0], 12) + widths.dropFirst().reduce(0) { $0 + $1 + 2 } <= columns
    }

    /// A table whose first column is words and whose others are numbers, set right. Columns that do not fit are named below it.
    func table(_ head: [String], _ body: [[String]]) -> [String] {
        let rows = ([head] + body).map { $0.map(GnuplotText.printable) }
        let count = head.count
        var widths = (0..<count).map { column in rows.reduce(0) { max($0, Letters.cells($1[column])) } }
        let others = widths.dropFirst().reduce(0) { $0 + $1 + 2 }
        widths[0] = min(widths[0], max(8, columns - others))
        var shown = count
        while shown > 2, widths[..<shown].reduce(0, +) + 2 * (shown - 1) > columns { shown -= 1 }
        var lines = rows.map { row in
            (0..<shown).map { pad(fitted(row[$0], widths[$0]), widths[$0], right: $0 > 0) }.joined(separator: "  ")
        }
        if shown < count { lines += wrapped("not shown for want of room: " + head[shown...].joined(separator: ", ")) }
        return lines
    }

    /// Prose in as many lines as it needs.
    func wrapped(_ text: String) -> [String] {
        guard Letters.cells(text) > columns else { return [GnuplotText.printable(text)] }
        var lines: [String] = []
        var line = ""
        for word in GnuplotText.printable(text).split(separator: " ") {
            let longer = line.isEmpty ? String(word) : line + " " + word
            if line.isEmpty || Letters.cells(longer) <= columns {
                line = longer
            } else {
                lines.append(line)
                line = String(word)
            }
        }
        return (lines + [line]).map { fitted($0, columns) }
    }

    func fitted(_ text: String, _ cells: Int) -> String {
        Letters.elided(GnuplotText.printable(text), to: Double(cells)) { Double(Letters.cells($0)) }
    }

    func pad(_ text: String, _ width: Int, right: Bool = false) -> String {
        let blank = String(repeating: " ", count: max(0, width - Letters.cells(text)))
        return right ? blank + text : text + blank
    }

    /// A bar of `share` of `width` cells, in eighths of a cell.
    func bar(_ share: Double, width: Int, series: Int? = nil) -> String {
        let eighths = Int((min(max(share, 0), 1) * Double(width) * 8).rounded())
        let full = String(repeating: "█", count: eighths / 8)
        let rest = eighths % 8 == 0 ? (eighths == 0 && share > 0 ? "▏" : "") : ["▏", "▎", "▍", "▌", "▋", "▊", "▉"][eighths % 8 - 1]
        return paint(full + rest, series.map { Theme.series[$0 % Theme.series.count] } ?? Theme.bar)
    }

    func paint(_ text: String, _ role: Theme.Role) -> String {
        guard colour, !text.isEmpty else { return text }
        let channels = Theme.channels(role.light).map { Int(($0 / 255 * 5).rounded()) }
        return "\u{1B}[38;5;\(16 + 36 * channels[0] + 6 * channels[1] + channels[2])m\(text)\u{1B}[0m"
    }

    /// The title and the notes, as they stand over a chart.
    func head(title: String, notes: [String]) -> [String] { (title.isEmpty ? [] : [fitted(title, columns)]) + notes.flatMap(wrapped) }

    static func trimmed(_ line: String) -> String { String(line.reversed().drop { $0 == " " }.reversed()) }
}
