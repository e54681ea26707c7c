/// Counts of something by time: one action, or all of them together.
public struct CountSeries: Sendable, Hashable {
    public let name: String
    public let counts: [Int]

    public init(name: String, counts: [Int]) {
        self.name = name
        self.counts = counts
    }
}

/// What charts of counts by time share: the checks, and the choice between one pair of axes and a panel for each series.
struct CountLines: Sendable, Hashable {
    /// More lines than this are put together as one of others.
    static let seriesLimit = 8
    /// Series whose largest counts differ by more than this get a panel each, or the small ones would lie on the axis.
    static let panelRatio = 20.0

    let series: [CountSeries]
    let notes: [String]

    init(kind: String, series: [CountSeries], length: Int) throws(PlotError) {
        guard !series.isEmpty else { throw .empty(kind: kind, what: "at least one series") }
        for one in series {
            try Check.sameCount(kind, "counts for '\(one.name)'", length, one.counts.count)
            try Check.counts(kind, "a count", one.counts)
        }
        // By falling total, ties as given; the rest is one series.
        let sorted = series.enumerated().sorted {
            let (a, b) = ($0.element.counts.reduce(0, +), $1.element.counts.reduce(0, +))
            return a == b ? $0.offset < $1.offset : a > b
        }.map(\.element)
        guard sorted.count > Self.seriesLimit else {
            self.series = sorted
            notes = []
            return
        }
        let rest = sorted[(Self.seriesLimit - 1)...]
        let sums = (0..<length).map { index in rest.reduce(0) { $0 + $1.counts[index] } }
        self.series = sorted[..<(Self.seriesLimit - 1)] + [CountSeries(name: "\(rest.count) others", counts: sums)]
        notes = ["The \(rest.count) smallest of \(sorted.count) actions are drawn together"]
    }

    var hasPanels: Bool {
        let peaks = series.map { Double($0.counts.max() ?? 0) }.filter { $0 > 0 }
        guard series.count > 1, let high = peaks.max(), let low = peaks.min() else { return false }
        return high / low > Self.panelRatio
    }

    /// - Parameters:
    ///   - x: the axis of time; its tics are thinned to the room there is.
    ///   - at: the place of each count.
    ///   - bars: one series is drawn as bars, `barWidth` wide.
    func draw(
        _ figure: inout Figure, x axis: (Double) -> Scale, at: [Double], xName: String, yName: String, barWidth: Double? = nil
    ) {
        if hasPanels, let grid = PanelGrid(figure, count: series.count) {
            panels(&figure, grid, axis, at, xName, yName, barWidth)
        } else {
            together(&figure, axis, at, xName, yName, barWidth, isLogarithmic: hasPanels)
        }
    }

    /// All series in one pair of axes; on a logarithmic one where panels have no room.
    private func together(
        _ figure: inout Figure, _ axis: (Double) -> Scale, _ at: [Double], _ xName: String, _ yName: String, _ barWidth: Double?, isLogarithmic: Bool
    ) {
        let most = Double(max(1, series.flatMap(\.counts).max() ?? 1))
        let least = Double(series.flatMap(\.counts).filter { $0 > 0 }.min() ?? 1)
        let y =
            isLogarithmic
            ? Scale.logarithmic(least, most) : Scale.linear(0, most, steps: max(2, Int(figure.area.height / (figure.isText ? 4 : 64))), whole: true)
        let yName = isLogarithmic ? "\(yName), logarithmic axis (0 leaves a gap)" : yName
        let left = figure.area.left + figure.axisWidth(y)
        let room = series.count == 1 ? 0 : min(figure.widest(series.map(\.name)), figure.area.width * 0.3)
        let whole = Frame(
            left: left, top: figure.area.top + figure.above, right: figure.area.right - room - figure.across(series.count == 1 ? 16 : 20),
            bottom: figure.area.bottom - figure.below)
        let x = axis(whole.width)
        let frame = figure.inset(whole, for: x)
        // 'events per day' needs no 'events' behind it.
        figure.nameY(series.count == 1 && !yName.hasPrefix(series[0].name) ? "\(yName): \(series[0].name)" : yName, of: frame)
        figure.nameX(xName, of: frame)
        var plots: [String] = []
        for (index, one) in series.enumerated() {
            plots += lines(one, index, at, barWidth: series.count == 1 ? barWidth : nil, gapAtZero: isLogarithmic, &figure)
        }
        if series.count > 1 {
            figure.endLabels(
                series.enumerated().map { index, one in
                    .init(
                        words: one.name, y: frame.bottom - frame.height * max(0, y.position(Double(one.counts.last ?? 0))), role: Theme.words[index])
                }, x: frame.right + figure.across(14), limit: room, within: frame)
        }
        figure.panel(frame, x: x, y: y, plots)
    }

    /// Where the panels stand: above each other, or in two columns when they would be too flat.
    private struct PanelGrid {
        let columns: Int, rows: Int
        let height: Double, head: Double, gap: Double

        /// Nothing when there is too little room for panels.
        init?(_ figure: Figure, count: Int) {
            let whole = figure.area
            let heightEach = (whole.height - figure.below) / Double(count)
            columns = heightEach < (figure.isText ? 5 : 80) && whole.width >= (figure.isText ? 70 : 400) ? 2 : 1
            rows = (count + columns - 1) / columns
            head = figure.isText ? 1.0 : 30
            gap = figure.isText ? 1.0 : 12
            height = (whole.height - figure.below - (figure.isText ? 1 : 16) - head * Double(rows) - gap * Double(rows - 1)) / Double(rows)
            guard height >= (figure.isText ? 2 : 26) else { return nil }
        }
    }

    private func panels(
        _ figure: inout Figure, _ grid: PanelGrid, _ axis: (Double) -> Scale, _ at: [Double], _ xName: String, _ yName: String, _ barWidth: Double?
    ) {
        let whole = figure.area
        let (columns, height, head, gap) = (grid.columns, grid.height, grid.head, grid.gap)
        // The axes end just above the data: panels are low, and round ends would waste them.
        let scales = series.map { one -> Scale in
            let most = Double(max(1, one.counts.max() ?? 1))
            return Scale.linear(
                0, figure.isText ? most : most * 1.04, steps: max(1, min(4, Int(height / (figure.isText ? 3 : 22)))), whole: true,
                exact: !figure.isText)
        }
        let rough = axis(whole.width / Double(columns))
        let axisRoom = max(scales.map(figure.axisWidth).max() ?? 0, rough.tics.first.map { figure.measure($0.label) / 2 + figure.across(2) } ?? 0)
        let rightRoom = max(figure.across(16), rough.tics.last.map { figure.measure($0.label) / 2 + figure.across(2) } ?? 0)
        let width = (whole.width - axisRoom * Double(columns) - figure.across(24) * Double(columns - 1) - rightRoom) / Double(columns)
        let note = "\(yName); each panel has its own scale"
        figure.text(
            figure.fitted(note, whole.width, size: Theme.smallSize), whole.left, whole.top + (figure.isText ? 0.5 : 8), size: Theme.smallSize,
            Theme.quiet)
        for (index, one) in series.enumerated() {
            let (row, column) = (index / columns, index % columns)
            let left = whole.left + axisRoom + Double(column) * (width + axisRoom + figure.across(24))
            let top = whole.top + (figure.isText ? 1 : 16) + head + Double(row) * (height + head + gap)
            let frame = Frame(left: left, top: top, right: left + width, bottom: top + height)
            let x = axis(frame.width)
            let isLowest = index + columns >= series.count
            figure.text(
                figure.fitted(one.name, width + axisRoom, bold: true), left - axisRoom + figure.across(4), top - (figure.isText ? 0.5 : 17),
                bold: true, Theme.words[index])
            if isLowest { figure.nameX(xName, of: frame) }
            figure.panel(frame, x: x, y: scales[index], showsX: isLowest, lines(one, index, at, barWidth: barWidth, &figure))
        }
    }

    private func lines(_ one: CountSeries, _ index: Int, _ at: [Double], barWidth: Double?, gapAtZero: Bool = false, _ figure: inout Figure)
        -> [String]
    {
        let role = Theme.series[index]
        let block = figure.block(at, one.counts.map { $0 == 0 && gapAtZero ? Double.nan : Double($0) })
        if let barWidth, !figure.isText {
            return ["\(block) using 1:2:(\(barWidth)) with boxes fillstyle solid noborder fillcolor rgb '\(role.light)'"]
        }
        if at.count == 1 { return ["\(block) using 1:2 with points \(figure.mark(role, radius: 4, character: index + 1))"] }
        var plots = ["\(block) using 1:2 with lines \(figure.stroke(role, width: at.count > 400 ? 1.2 : 2.2, index: index))"]
        // Few values are marked one by one; many make a line of beads.
        if at.count <= 31, !figure.isText { plots.append("\(block) using 1:2 with points \(figure.mark(role, radius: 2.4))") }
        return plots
    }
}
