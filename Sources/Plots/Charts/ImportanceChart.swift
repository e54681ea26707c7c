/// How much each column counts in one model or several.
public struct ImportanceChart: Chart {
    public static let kind = "importance"
    public static let summary = "how much each column counts in models, with its deviation"
    public static let columnLimit = 20
    public static let modelLimit = 8

    /// What a model says of its columns.
    public struct Series: Sendable, Hashable {
        public let name: String
        public let columns: [String]
        public let values: [Double]
        /// How far each value scatters, where that is known.
        public let deviations: [Double]?

        public init(name: String, columns: [String], values: [Double], deviations: [Double]? = nil) {
            (self.name, self.columns, self.values, self.deviations) = (name, columns, values, deviations)
        }
    }

    public var title: String
    public let notes: [String]
    /// What is drawn: `impurity`.
    public let measure: String
    public let series: [Series]
    /// The columns that are drawn, those first that count most in the first model.
    public let columns: [String]
    /// How many are not.
    public let left: Int

    /// - Throws: `PlotError` without a model or a column, above `modelLimit` models, for lists of unlike length, a number that is not finite, or a deviation below 0.
    public init(title: String = "Importance of columns", measure: String, series: [Series], notes: [String] = []) throws(PlotError) {
        guard !series.isEmpty else { throw .empty(kind: Self.kind, what: "at least one model") }
        guard series.count <= Self.modelLimit else { throw .tooMany(kind: Self.kind, what: "models", limit: Self.modelLimit, found: series.count) }
        var order: [(name: String, value: Double)] = [], known: Set<String> = []
        for one in series {
            try Check.sameCount(Self.kind, "values of '\(one.name)'", one.columns.count, one.values.count)
            try Check.finite(Self.kind, "an importance", one.values)
            if let deviations = one.deviations {
                try Check.sameCount(Self.kind, "deviations of '\(one.name)'", one.columns.count, deviations.count)
                try Check.numbers(Self.kind, "a deviation", deviations, in: 0...Double.greatestFiniteMagnitude)
            }
            for (name, value) in zip(one.columns, one.values) where known.insert(name).inserted { order.append((name, value)) }
        }
        guard !order.isEmpty else { throw .empty(kind: Self.kind, what: "at least one column") }
        let sorted = order.enumerated().sorted { $0.element.value != $1.element.value ? $0.element.value > $1.element.value : $0.offset < $1.offset }.map(\.element.name)
        // What counts for nothing is not drawn beside what counts.
        let counting = sorted.filter { name in series.contains { one in zip(one.columns, one.values).contains { $0 == name && $1 != 0 } } }
        columns = Array((counting.isEmpty ? sorted : counting).prefix(Self.columnLimit))
        left = sorted.count - columns.count
        self.title = title
        self.measure = measure
        self.series = series
        self.notes = notes + (left == 0 ? [] : ["\(Format.counted(left, "more column")) \(left == 1 ? "is" : "are") not drawn" + (columns.count < Self.columnLimit ? ": nothing depends on \(left == 1 ? "it" : "them")" : "")])
    }

    private func value(_ column: String, _ one: Series) -> (value: Double, deviation: Double?)? {
        one.columns.firstIndex(of: column).map { (one.values[$0], one.deviations?[$0]) }
    }

    public var altText: String {
        let parts = series.map { one in
            let shown = columns.prefix(3).compactMap { column in value(column, one).map { "\(Format.name(column)) \(Format.significant($0.value))" } }
            return "\(Format.name(one.name)): \(Format.list(shown))"
        }
        return "Bar chart of the importance (\(measure)) of \(Format.counted(columns.count, "column")); \(parts.joined(separator: "; "))."
    }

    public var data: ChartTable {
        var table = ChartTable(["model", "column", measure, "deviation"])
        for one in series {
            for column in columns { if let found = value(column, one) { table.append([.text(one.name), .text(column), .number(found.value), found.deviation.map { .number($0) } ?? .missing]) } }
        }
        return table
    }

    private var barsHigh: Int { columns.count * (series.count == 1 ? 24 : 10 + 12 * series.count) }
    public var preferredSize: ChartSize { ChartSize(clamping: 720, 56 + barsHigh + (series.count > 1 ? 24 : 0)) }

    public func commands(_ style: Style) -> [String] {
        var figure = Figure(style, title: title, notes: notes)
        let area = figure.area
        let ends = series.flatMap { one in columns.compactMap { value($0, one) } }
        let low = ends.reduce(0) { min($0, $1.value - ($1.deviation ?? 0)) }, high = ends.reduce(0) { max($0, $1.value + ($1.deviation ?? 0)) }
        let scale = Scale.linear(low, max(high, low + 1e-12), steps: 5, exact: true)
        let words = columns.map { column in value(column, series[0]).map { Format.significant($0.value) } ?? "" }
        let hasValues = series.count == 1
        let top = area.top + (hasValues ? 4 : 24), bottom = area.bottom - 42
        let step = (bottom - top) / Double(columns.count), size = min(Theme.textSize, max(6, step * 0.8))
        let nameRoom = min(figure.widest(columns, size: size), area.width * 0.4)
        let valueRoom = hasValues ? figure.widest(words, size: size) + 12 : 8
        let left = area.left + nameRoom + 12
        var frame = Frame(left: left, top: top, right: max(left + 20, area.right - valueRoom), bottom: bottom)
        frame = figure.inset(frame, for: scale)
        let shown = figure.thinned(scale, width: frame.width)
        func x(_ value: Double) -> Double { frame.left + frame.width * scale.position(value) }
        let bar = 0.72 / Double(series.count)
        var plots: [String] = []
        for (index, one) in series.enumerated() {
            let role = hasValues ? Theme.bar : Theme.series[index % Theme.series.count]
            var rows: [[Double]] = []
            for (place, column) in columns.enumerated() {
                guard let found = value(column, one) else { continue }
                let level = Double(columns.count - place) - 0.5 + 0.36 - bar * (Double(index) + 0.5)
                let middle = frame.top + (Double(columns.count) - level) * step
                if found.value != 0 { rows.append([found.value / 2, level, min(0, found.value), max(0, found.value), level - bar * 0.46, level + bar * 0.46]) }
                if let deviation = found.deviation, deviation > 0 {
                    figure.segment(x(found.value - deviation), middle, x(found.value + deviation), middle, Theme.ink, width: 1)
                    let tip = min(4, step * bar * 0.35)
                    for end in [found.value - deviation, found.value + deviation] { figure.segment(x(end), middle - tip, x(end), middle + tip, Theme.ink, width: 1) }
                }
            }
            if !rows.isEmpty { plots.append("\(figure.block(rows: rows)) using 1:2:3:4:5:6 with boxxyerror fillstyle solid noborder fillcolor rgb '\(role.light)'") }
        }
        for (place, column) in columns.enumerated() {
            let middle = frame.top + (Double(place) + 0.5) * step
            figure.text(figure.fitted(column, nameRoom, size: size), left - 10, middle, .end, size: size)
            if hasValues { figure.text(words[place], area.right, middle, .end, size: size, Theme.quiet) }
        }
        if !hasValues {
            var place = left
            for (index, one) in series.enumerated() {
                let room = (area.right - left) / Double(series.count) - 26, name = figure.fitted(one.name, room, size: Theme.smallSize)
                figure.rectangle(Frame(left: place, top: area.top + 4, right: place + 10, bottom: area.top + 14), Theme.series[index % Theme.series.count])
                figure.text(name, place + 15, area.top + 9, size: Theme.smallSize, Theme.ink)
                place += figure.measure(name, size: Theme.smallSize) + 30
            }
        }
        figure.segment(x(0), frame.top, x(0), frame.bottom, Theme.axis)
        figure.nameX(measure, of: frame)
        figure.panel(frame, x: shown, y: Scale(lower: 0, upper: Double(columns.count), tics: []), grid: false, plots)
        return figure.commands
    }

    public func text(_ page: TextPage) -> [String]? {
        let cells = series.map { one in
            columns.map { column in value(column, one).map { found in Format.significant(found.value) + (found.deviation.map { " ± " + Format.significant($0) } ?? "") } ?? "" }
        }
        guard series.count == 1 else {
            return page.table(["column"] + series.map { page.fitted($0.name, 16) }, columns.indices.map { row in [columns[row]] + cells.map { $0[row] } })
        }
        let most = columns.reduce(0) { max($0, value($1, series[0])?.value ?? 0) }, values = cells[0]
        let valueRoom = values.reduce(0) { max($0, Letters.cells($1)) }
        let wide = min(columns.reduce(0) { max($0, Letters.cells(GnuplotText.printable($1))) }, max(6, min(page.columns * 2 / 5, page.columns - valueRoom - 10)))
        let room = max(4, page.columns - wide - valueRoom - 4)
        return columns.indices.map { index in
            let share = most > 0 ? (value(columns[index], series[0])?.value ?? 0) / most : 0
            return page.pad(page.fitted(columns[index], wide), wide) + "  " + page.pad(values[index], valueRoom, right: true) + "  " + page.bar(share, width: room)
        }
    }
}
