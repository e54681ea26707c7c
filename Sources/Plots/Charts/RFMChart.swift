/// Users by how recently and how often they bought, and what they spent.
public struct RFMChart: Chart {
    public static let kind = "rfm"
    public static let summary = "users by recency and frequency score, with their mean spend"
    public static let scoreLimit = 10

    public struct Cell: Sendable, Hashable {
        public let users: Int
        /// The mean of what the users of the cell spent; none when it holds nobody or money is not known.
        public let meanMonetary: Double?

        public init(users: Int, meanMonetary: Double? = nil) {
            self.users = users
            self.meanMonetary = meanMonetary
        }
    }

    public var title: String
    public let notes: [String]
    /// `cells[recency - 1][frequency - 1]`; a higher score is better.
    public let cells: [[Cell]]
    /// What the mean is of, as words after the number: `spent`, `EUR`.
    public let monetaryUnit: String

    /// - Throws: `PlotError` for no cell, more than `scoreLimit` scores, rows of unlike length, a negative count or a mean that is not finite.
    public init(title: String = "Users by recency and frequency", cells: [[Cell]], monetaryUnit: String = "", notes: [String] = []) throws(PlotError)
    {
        guard let first = cells.first, !first.isEmpty else { throw .empty(kind: Self.kind, what: "at least one score") }
        guard max(cells.count, first.count) <= Self.scoreLimit else {
            throw .tooMany(kind: Self.kind, what: "scores", limit: Self.scoreLimit, found: max(cells.count, first.count))
        }
        for row in cells {
            try Check.sameCount(Self.kind, "frequency scores in each row", first.count, row.count)
            try Check.counts(Self.kind, "a number of users", row.map(\.users))
            try Check.finite(Self.kind, "a mean", row.compactMap(\.meanMonetary))
        }
        self.title = title
        self.cells = cells
        self.monetaryUnit = monetaryUnit
        let hasMoney = cells.joined().contains { $0.meanMonetary != nil }
        self.notes =
            notes
            + (hasMoney ? ["In each cell, the number of users and their mean monetary value" + (monetaryUnit.isEmpty ? "" : " (\(monetaryUnit))")] : [])
    }

    private var total: Int { cells.joined().reduce(0) { $0 + $1.users } }

    public var altText: String {
        let total = total
        guard total > 0 else { return "Grid of recency and frequency scores without any user." }
        func share(_ users: Int) -> String { "\(Format.counted(users, "user")) (\(Format.percent(Double(users) / Double(total))))" }
        var best: (row: Int, column: Int) = (0, 0)
        for row in cells.indices {
            for column in cells[row].indices where cells[row][column].users > cells[best.row][best.column].users { best = (row, column) }
        }
        let top = cells[cells.count - 1][cells[0].count - 1]
        let low = cells[0][0]
        return "Grid of \(Format.counted(total, "user")) by recency score (1 to \(cells.count)) and frequency score (1 to \(cells[0].count)). "
            + "The fullest cell is recency \(best.row + 1), frequency \(best.column + 1) with \(share(cells[best.row][best.column].users)). "
            + "Best in both scores: \(share(top.users))\(top.meanMonetary.map { ", mean \(Format.significant($0))" } ?? ""); lowest in both: \(share(low.users))."
    }

    public var data: ChartTable {
        var table = ChartTable(["recency score", "frequency score", "users", "mean monetary"])
        for (row, line) in cells.enumerated() {
            for (column, cell) in line.enumerated() {
                table.append([.integer(row + 1), .integer(column + 1), .integer(cell.users), cell.meanMonetary.map { .number($0) } ?? .missing])
            }
        }
        return table
    }

    public var preferredSize: ChartSize { ChartSize(clamping: 130 + cells[0].count * 104, 84 + cells.count * 64) }

    private func word(_ score: Int, of count: Int, low: String, high: String) -> String {
        count > 1 && score == 1 ? "\(score) \(low)" : count > 1 && score == count ? "\(score) \(high)" : String(score)
    }

    private var columnNames: [String] { (1...cells[0].count).map { word($0, of: cells[0].count, low: "seldom", high: "often") } }
    /// From the top: the most recent first.
    private var rowNames: [String] { (1...cells.count).reversed().map { word($0, of: cells.count, low: "long ago", high: "recent") } }

    public func commands(_ style: Style) -> [String] {
        var figure = Figure(style, title: title, notes: notes)
        let most = max(1, cells.joined().map(\.users).max() ?? 1)
        let grid = cells.reversed().map { line in
            line.map { cell in
                // Roots spread the many cells that hold few.
                HeatGrid.Cell(
                    heat: (Double(cell.users) / Double(most)).squareRoot() * 0.95, count: cell.users,
                    second: cell.users == 0 ? "" : cell.meanMonetary.map(Format.significant) ?? "", isBold: true)
            }
        }
        HeatGrid(columnAxis: "frequency score", rowAxis: "recency score", columns: columnNames, rows: rowNames, cells: grid).draw(&figure)
        return figure.commands
    }

    public func text(_ page: TextPage) -> [String]? {
        func body(_ names: [String], money: Bool) -> [[String]] {
            zip(names, cells.reversed()).map { name, line in
                [name] + line.map { cell in Format.count(cell.users) + (money ? cell.meanMonetary.map { " (\(Format.significant($0)))" } ?? "" : "") }
            }
        }
        let head = ["recency \\ frequency"] + columnNames
        let full = body(rowNames, money: true)
        // The means give way to the numbers of users, and words to scores.
        if page.fits(head, full) { return page.table(head, full) }
        let scores = (1...cells[0].count).map(String.init)
        let plain = body((1...cells.count).reversed().map(String.init), money: false)
        let leftOut = cells.joined().contains { $0.meanMonetary != nil } ? page.wrapped("the means are left out for want of room") : []
        return page.table(["R \\ F"] + scores, plain) + leftOut
    }
}
