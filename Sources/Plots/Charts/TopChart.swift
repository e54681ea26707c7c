/// The commonest values of a column.
public struct TopChart: Chart {
    public static let kind = "top"
    public static let summary = "the commonest values of a column, with counts and shares"
    public static let barLimit = 60

    public var title: String
    public let notes: [String]
    /// What the values are: `category`.
    public let name: String
    /// What is counted: `events`.
    public let unit: String
    public let values: [String]
    public let counts: [Int]
    /// All that was counted, in the bars or not.
    public let total: Int

    /// - Throws: `PlotError` without a bar, above `barLimit` bars, for lists of unlike length, a negative count or a total below the sum of the bars.
    public init(title: String? = nil, name: String, values: [String], counts: [Int], total: Int, unit: String = "events", notes: [String] = [])
        throws(PlotError)
    {
        guard !values.isEmpty else { throw .empty(kind: Self.kind, what: "at least one value") }
        guard values.count <= Self.barLimit else { throw .tooMany(kind: Self.kind, what: "values", limit: Self.barLimit, found: values.count) }
        try Check.sameCount(Self.kind, "counts", values.count, counts.count)
        try Check.counts(Self.kind, "a count", counts)
        let sum = counts.reduce(0, +)
        guard total >= sum, total <= Check.largestCount * Self.barLimit else {
            throw .unusableNumber(kind: Self.kind, what: "a total", value: "\(total)")
        }
        self.title = title ?? "Commonest values of \(name)"
        self.name = name
        self.unit = unit
        self.values = values
        self.counts = counts
        self.total = total
        self.notes = notes
    }

    private func share(_ count: Int) -> Double { total == 0 ? 0 : Double(count) / Double(total) }

    public var altText: String {
        let shown = zip(values, counts).prefix(5).map { "\(Format.name($0)) \(Format.count($1)) (\(Format.percent(share($1))))" }
        let sum = counts.reduce(0, +)
        return
            "Bar chart of the \(values.count == 1 ? "commonest value" : "\(values.count) commonest values") of \(Format.name(name)) by \(unit): \(Format.list(shown))"
            + (values.count > 5 ? " lead" : "") + "; together \(Format.percent(share(sum))) of \(Format.count(total))."
    }

    public var data: ChartTable {
        ChartTable([name, unit, "share"], rows: zip(values, counts).map { [.text($0), .integer($1), .number(share($1))] })
    }

    public var preferredSize: ChartSize { ChartSize(clamping: 720, 34 + values.count * (values.count <= 12 ? 30 : 22)) }

    public func commands(_ style: Style) -> [String] {
        var figure = Figure(style, title: title, notes: notes)
        let area = figure.area
        let most = Double(max(1, counts.max() ?? 1))
        let step = (area.height - 24) / Double(values.count)
        let size = min(Theme.textSize, max(6, step * 0.8))
        let words = counts.map { Format.count($0) }
        let shares = counts.map { Format.percent(share($0)) }
        let countRoom = figure.widest(words, size: size, bold: true)
        let shareRoom = max(figure.widest(shares, size: size), figure.measure("share", size: Theme.smallSize))
        let nameRoom = min(max(figure.widest(values, size: size), figure.measure(name, size: Theme.smallSize)), area.width * 0.36)
        let left = area.left + nameRoom + 12
        let right = max(left + 20, area.right - countRoom - shareRoom - 34)
        let frame = Frame(left: left, top: area.top + 22, right: right, bottom: area.bottom - 2)
        figure.text(figure.fitted(name, nameRoom, size: Theme.smallSize), left - 10, area.top + 9, .end, size: Theme.smallSize, Theme.quiet)
        figure.text(figure.fitted(unit, frame.width, size: Theme.smallSize), left, area.top + 9, size: Theme.smallSize, Theme.quiet)
        figure.text("share", area.right, area.top + 9, .end, size: Theme.smallSize, Theme.quiet)
        var rows: [[Double]] = []
        for (index, count) in counts.enumerated() {
            let middle = frame.top + (Double(index) + 0.5) * step
            let end = left + frame.width * Double(count) / most
            figure.text(figure.fitted(values[index], nameRoom, size: size), left - 10, middle, .end, size: size)
            figure.text(words[index], end + 7, middle, size: size, bold: true)
            figure.text(shares[index], area.right, middle, .end, size: size, Theme.quiet)
            let level = Double(counts.count - index) - 0.5
            if count > 0 { rows.append([Double(count) / 2, level, 0, Double(count), level - 0.34, level + 0.34].map { ($0 * 1e4).rounded() / 1e4 }) }
        }
        let block = figure.block(rows: rows)
        figure.segment(left, frame.top, left, frame.bottom, Theme.axis)
        let plots = rows.isEmpty ? [] : ["\(block) using 1:2:3:4:5:6 with boxxyerror fillstyle solid noborder fillcolor rgb '\(Theme.bar.light)'"]
        figure.panel(
            frame, x: Scale(lower: 0, upper: most, tics: []), y: Scale(lower: 0, upper: Double(values.count), tics: []), grid: false, baseline: false,
            plots)
        return figure.commands
    }

    public func text(_ page: TextPage) -> [String]? {
        let words = counts.map { Format.count($0) }
        let shares = counts.map { Format.percent(share($0)) }
        let countRoom = words.map(\.count).max() ?? 0
        let shareRoom = shares.map(\.count).max() ?? 0
        let nameLimit = min(page.columns * 2 / 5, max(6, page.columns - countRoom - shareRoom - 10))
        let wide = min(values.reduce(0) { max($0, Letters.cells(GnuplotText.printable($1))) }, nameLimit)
        let most = Double(max(1, counts.max() ?? 1))
        let room = max(4, page.columns - wide - countRoom - shareRoom - 6)
        let lines = values.indices.map { index in
            page.pad(page.fitted(values[index], wide), wide) + "  " + page.pad(words[index], countRoom, right: true) + "  "
                + page.pad(shares[index], shareRoom, right: true) + "  " + page.bar(Double(counts[index]) / most, width: room)
        }
        return lines
    }
}
