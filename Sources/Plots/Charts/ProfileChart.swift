/// How far each segment lies from everybody in each column, as a heat map with a colour for above and one for below.
public struct ProfileChart: Chart {
    public static let kind = "profile"
    public static let summary = "what sets each segment apart, in standard deviations from everybody"
    public static let segmentLimit = 24
    public static let columnLimit = 40
    /// From here on a cell has the full colour.
    static let fullColour = 2.0

    public struct Cell: Sendable, Hashable {
        /// In standard deviations of everybody; none where it is not known.
        public let difference: Double?
        /// What the segment has, in the column's own units: `34.5`, `12%`; may be empty.
        public let value: String
        /// Whether the difference holds after the correction for many tests.
        public let holds: Bool

        public init(difference: Double?, value: String = "", holds: Bool = true) {
            self.difference = difference
            self.value = value
            self.holds = holds
        }
    }

    public var title: String
    public let notes: [String]
    public let segments: [String]
    public let sizes: [Int]
    public let columns: [String]
    /// `cells[segment][column]`.
    public let cells: [[Cell]]
    public let rowNoun: String

    /// - Throws: `PlotError` for no segment or column, above their limits, lists of unlike length, or differences that are not finite.
    public init(
        title: String = "What sets the segments apart", segments: [String], sizes: [Int], columns: [String], cells: [[Cell]], rowNoun: String = "users", notes: [String] = []
    ) throws(PlotError) {
        guard !segments.isEmpty, !columns.isEmpty else { throw .empty(kind: Self.kind, what: "at least one segment and one column") }
        guard segments.count <= Self.segmentLimit else { throw .tooMany(kind: Self.kind, what: "segments", limit: Self.segmentLimit, found: segments.count) }
        guard columns.count <= Self.columnLimit else { throw .tooMany(kind: Self.kind, what: "columns", limit: Self.columnLimit, found: columns.count) }
        try Check.sameCount(Self.kind, "sizes", segments.count, sizes.count)
        try Check.sameCount(Self.kind, "rows of cells", segments.count, cells.count)
        try Check.counts(Self.kind, "a size", sizes)
        for row in cells {
            try Check.sameCount(Self.kind, "cells in each row", columns.count, row.count)
            try Check.finite(Self.kind, "a difference", row.compactMap(\.difference))
        }
        self.title = title
        self.segments = segments
        self.sizes = sizes
        self.columns = columns
        self.cells = cells
        self.rowNoun = rowNoun
        self.notes = notes
    }

    static func words(_ difference: Double?) -> String { difference.map { ($0 > 0.05 ? "+" : "") + Format.fixed($0, 1) } ?? "–" }

    public var altText: String {
        let each = segments.indices.map { segment -> String in
            let known = cells[segment].indices.filter { cells[segment][$0].holds && cells[segment][$0].difference != nil }
            let strongest = known.max { abs(cells[segment][$0].difference ?? 0) < abs(cells[segment][$1].difference ?? 0) }
            let what = strongest.map { "\(Format.name(columns[$0])) \(Self.words(cells[segment][$0].difference))" } ?? "nothing that holds"
            return "\(Format.name(segments[segment])) (\(Format.count(sizes[segment])) \(rowNoun)) \(what)"
        }
        return "Heat map of \(Format.counted(segments.count, "segment")) and \(Format.counted(columns.count, "column")), in standard deviations from everybody. Furthest out: \(Format.list(each))."
    }

    public var data: ChartTable {
        var table = ChartTable(["segment", "size", "column", "difference", "value", "holds"])
        for (row, segment) in segments.enumerated() {
            for (column, cell) in cells[row].enumerated() {
                table.append([.text(segment), .integer(sizes[row]), .text(columns[column]), cell.difference.map { .number($0) } ?? .missing, .text(cell.value), .integer(cell.holds ? 1 : 0)])
            }
        }
        return table
    }

    public var preferredSize: ChartSize {
        let names = min(200, segments.reduce(0) { max($0, Letters.width($1, size: Theme.textSize)) })
        let head = columns.count > 8 || columns.contains { Letters.width($0, size: Theme.textSize) > 84 } ? 100 : 0
        return ChartSize(clamping: max(420, 16 + Int(Letters.width(title, size: Theme.titleSize, bold: true)), Int(names) + columns.count * (columns.count > 12 ? 56 : 92) + 110), 90 + head + segments.count * 46)
    }

    public func commands(_ style: Style) -> [String] {
        var figure = Figure(style, title: title, notes: notes)
        let grid = cells.map { row in
            row.map { cell in
                let difference = cell.difference ?? 0
                return HeatGrid.Cell(
                    heat: cell.holds ? min(1, abs(difference) / Self.fullColour) * 0.95 : 0, count: 0, second: cell.value, isBold: cell.holds && abs(difference) >= 0.5, words: Self.words(cell.difference),
                    isBelow: difference < 0)
            }
        }
        HeatGrid(
            columnAxis: "standard deviations from everybody", rowAxis: "segment", columns: columns, rows: segments, cells: grid, totals: sizes.map { Format.count($0) }, totalsName: rowNoun
        ).draw(&figure)
        return figure.commands
    }

    public func text(_ page: TextPage) -> [String]? {
        let head = ["segment", rowNoun] + columns
        let body = segments.indices.map { row in [segments[row], Format.count(sizes[row])] + cells[row].map { Self.words($0.difference) + ($0.holds ? "" : "?") } }
        let legend = cells.joined().contains { !$0.holds } ? page.wrapped("standard deviations from everybody; ? where the difference may be chance") : page.wrapped("standard deviations from everybody")
        if page.fits(head, body) { return page.table(head, body) + legend }
        // A line a column, segments side by side.
        let turned = columns.indices.map { column in [columns[column]] + cells.map { Self.words($0[column].difference) + ($0[column].holds ? "" : "?") } }
        return page.table(["column \\ segment"] + segments.map { page.fitted($0, 16) }, [[rowNoun] + sizes.map { Format.count($0) }] + turned) + legend
    }
}
