/// How often each actual class was taken for each class.
public struct ConfusionChart: Chart {
    public static let kind = "confusion"
    public static let summary = "actual against predicted classes, with counts and the share of each row"
    public static let classLimit = 40

    public var title: String
    public let notes: [String]
    public let classes: [String]
    /// `counts[actual][predicted]`.
    public let counts: [[Int]]

    /// - Throws: `PlotError` for no class, above `classLimit` classes, a matrix that is not square, or a negative count.
    public init(title: String = "Confusion matrix", classes: [String], counts: [[Int]], notes: [String] = []) throws(PlotError) {
        guard !classes.isEmpty else { throw .empty(kind: Self.kind, what: "at least one class") }
        guard classes.count <= Self.classLimit else {
            throw .tooMany(kind: Self.kind, what: "classes", limit: Self.classLimit, found: classes.count)
        }
        try Check.sameCount(Self.kind, "rows of counts", classes.count, counts.count)
        for row in counts {
            try Check.sameCount(Self.kind, "counts in each row", classes.count, row.count)
            try Check.counts(Self.kind, "a count", row)
        }
        self.title = title
        self.notes = notes
        self.classes = classes
        self.counts = counts
    }

    private var total: Int { counts.reduce(0) { $0 + $1.reduce(0, +) } }
    private var right: Int { counts.indices.reduce(0) { $0 + counts[$1][$1] } }

    /// The share of a row, none for a class that never occurs.
    private func share(_ row: Int, _ column: Int) -> Double? {
        let sum = counts[row].reduce(0, +)
        return sum == 0 ? nil : Double(counts[row][column]) / Double(sum)
    }

    public var altText: String {
        guard total > 0 else { return "Confusion matrix of \(Format.list(classes.map(Format.name))) without any case." }
        var sentences = [
            "Confusion matrix of \(Format.counted(classes.count, "class").replacing("classs", with: "classes")): "
                + "\(Format.count(right)) of \(Format.counted(total, "case")) are on the diagonal (\(Format.percent(Double(right) / Double(total))))"
        ]
        let recalls = classes.indices.compactMap { row in share(row, row).map { (row, $0) } }
        if classes.count > 1, let best = recalls.max(by: { ($0.1, $1.0) < ($1.1, $0.0) }),
            let worst = recalls.min(by: { ($0.1, $0.0) < ($1.1, $1.0) })
        {
            sentences.append(
                "best recognised is \(Format.name(classes[best.0])) (\(Format.percent(best.1))), worst \(Format.name(classes[worst.0])) (\(Format.percent(worst.1)))"
            )
        }
        var confused: (row: Int, column: Int)?
        for row in classes.indices {
            for column in classes.indices where row != column && counts[row][column] > confused.map({ counts[$0.row][$0.column] }) ?? 0 {
                confused = (row, column)
            }
        }
        if let confused {
            let cases = Format.count(counts[confused.row][confused.column])
            sentences.append(
                "the commonest mistake is \(Format.name(classes[confused.row])) taken for \(Format.name(classes[confused.column])) (\(cases))")
        }
        return sentences.joined(separator: "; ") + "."
    }

    public var data: ChartTable {
        var table = ChartTable(["actual", "predicted", "count", "share of actual"])
        for row in classes.indices {
            for column in classes.indices {
                table.append([
                    .text(classes[row]), .text(classes[column]), .integer(counts[row][column]), share(row, column).map { .number($0) } ?? .missing,
                ])
            }
        }
        return table
    }

    public var preferredSize: ChartSize {
        HeatGrid.preferredSize(columns: classes.count, rows: classes.count, rowNames: classes, hasTotals: true)
    }

    public func commands(_ style: Style) -> [String] {
        var figure = Figure(style, title: title, notes: notes)
        let cells = classes.indices.map { row in
            classes.indices.map { column -> HeatGrid.Cell in
                let share = share(row, column)
                return .init(
                    heat: share ?? 0, count: counts[row][column], second: share.map(Format.percent) ?? "", isBold: row == column)
            }
        }
        HeatGrid(
            columnAxis: "predicted", rowAxis: "actual", columns: classes, rows: classes, cells: cells,
            totals: counts.map { Format.count($0.reduce(0, +)) }, totalsName: "cases"
        ).draw(&figure)
        return figure.commands
    }

    public func text(_ page: TextPage) -> [String]? {
        func table(_ rows: [String], _ columns: [String], shares: Bool) -> ([String], [[String]]) {
            let body = classes.indices.map { row in
                [rows[row]]
                    + classes.indices.map { column in
                        let percent = shares ? share(row, column).map { " " + page.pad(Format.percent($0), 5, right: true) } ?? "" : ""
                        return Format.count(counts[row][column]) + percent
                    } + [Format.count(counts[row].reduce(0, +))]
            }
            return (["actual \\ predicted"] + columns + ["cases"], body)
        }
        // Long names become numbers over the columns; then the shares give way.
        let short = classes.indices.map { String($0 + 1) }
        let numbered = classes.enumerated().map { "\($0.offset + 1) \($0.element)" }
        let candidates = [table(classes, classes, shares: true), table(numbered, short, shares: true), table(numbered, short, shares: false)]
        let chosen = candidates.first { page.fits($0.0, $0.1) } ?? candidates[2]
        return page.table(chosen.0, chosen.1)
    }
}
