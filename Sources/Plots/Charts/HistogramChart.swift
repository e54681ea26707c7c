import Foundation
import Runtime

/// How the values of a numeric column are spread.
public struct HistogramChart: Chart {
    public static let kind = "histogram"
    public static let summary = "how a numeric column is spread, with its median"
    public static let binLimit = 500

    public var title: String
    public let notes: [String]
    /// The column, and in brackets its unit if it has one.
    public let name: String
    /// Rising, one more than there are bins; a bin holds its lower edge, the last one its upper edge too.
    public let edges: [Double]
    public let counts: [Int]
    public let median: Double?
    /// Whether the axis of values is logarithmic.
    public let isLogarithmic: Bool
    /// What is counted: `users`.
    public let unit: String

    /// - Throws: `PlotError` without a bin, above `binLimit` bins, for edges that do not rise, are not finite, or not above 0 on a logarithmic axis.
    public init(
        title: String? = nil, name: String, edges: [Double], counts: [Int], median: Double? = nil, isLogarithmic: Bool = false,
        unit: String = "values",
        notes: [String] = []
    ) throws(PlotError) {
        guard !counts.isEmpty else { throw .empty(kind: Self.kind, what: "at least one bin") }
        guard counts.count <= Self.binLimit else { throw .tooMany(kind: Self.kind, what: "bins", limit: Self.binLimit, found: counts.count) }
        try Check.sameCount(Self.kind, "edges", counts.count + 1, edges.count)
        try Check.finite(Self.kind, "an edge", edges)
        for (before, after) in zip(edges, edges.dropFirst()) where after <= before {
            throw .unusableNumber(kind: Self.kind, what: "edges that do not rise, as \(before)", value: "\(after)")
        }
        if isLogarithmic {
            try Check.numbers(Self.kind, "an edge on a logarithmic axis", edges, in: Double.leastNonzeroMagnitude...Double.greatestFiniteMagnitude)
        }
        try Check.counts(Self.kind, "a count", counts)
        if let median { try Check.numbers(Self.kind, "a median", [median], in: edges[0]...edges[edges.count - 1]) }
        self.title = title ?? "Distribution of \(name)"
        self.name = name
        self.edges = edges
        self.counts = counts
        self.median = median
        self.isLogarithmic = isLogarithmic
        self.unit = unit
        self.notes = notes
    }

    /// Bins values by the rule of Freedman and Diaconis: 2 · interquartile range / ∛n wide, between 1 and 200 of them.
    ///
    /// Whole numbers of a small range get a bin each. Values that are not finite, or not above 0 on a logarithmic axis, are left out and
    /// counted in the notes. With `isLogarithmic` the bins are as wide as each other in the logarithm.
    /// - Complexity: O(n log n).
    /// - Throws: `PlotError.empty` when no value can be shown; `Cancelled`.
    public init(
        title: String? = nil, name: String, values: [Double], isLogarithmic: Bool = false, unit: String = "values", notes: [String] = [], work: Work = Work()
    ) throws {
        var finite = 0
        var usable: [Double] = []
        usable.reserveCapacity(values.count)
        try work.forEachStretch(of: values.count) {
            for value in values[$0] where value.isFinite {
                finite += 1
                if !isLogarithmic || value > 0 { usable.append(value) }
            }
        }
        try work.sort(&usable, by: <)
        guard let low = usable.first, let high = usable.last else {
            throw PlotError.empty(kind: Self.kind, what: "values\(isLogarithmic ? " above 0" : "") in '\(name)'")
        }
        var remarks: [String] = []
        if finite < values.count { remarks.append("\(Format.counted(values.count - finite, "value")) missing or not a number left out") }
        if usable.count < finite {
            remarks.append("\(Format.counted(finite - usable.count, "value")) not above 0 left out, as the axis is logarithmic")
        }
        let edges = Self.edges(
            isLogarithmic ? usable.map { log10($0) } : usable, isWhole: !isLogarithmic && high - low <= 60 && usable.allSatisfy { $0 == $0.rounded() }
        )
        let shown = Self.rising(isLogarithmic ? edges.map { pow(10, $0) } : edges, low: low, high: high)
        var counts = Array(repeating: 0, count: shown.count - 1)
        var bin = 0
        try work.forEachStretch(of: usable.count) {
            for place in $0 {
                while bin < counts.count - 1, usable[place] >= shown[bin + 1] { bin += 1 }
                counts[bin] += 1
            }
        }
        let middle = usable.count / 2
        let median = usable.count % 2 == 1 ? usable[middle] : usable[middle - 1] / 2 + usable[middle] / 2
        try self.init(
            title: title, name: name, edges: shown, counts: counts, median: min(max(median, shown[0]), shown[shown.count - 1]),
            isLogarithmic: isLogarithmic,
            unit: unit, notes: notes + remarks)
    }

    /// - Parameter sorted: rising and not empty.
    static func edges(_ sorted: [Double], isWhole: Bool) -> [Double] {
        let (low, high) = (sorted[0], sorted[sorted.count - 1])
        if isWhole { return (0...Int(high - low) + 1).map { low - 0.5 + Double($0) } }
        let span = high / 2 - low / 2
        guard span > 0 else {
            let room = low == 0 ? 0.5 : abs(low) * 0.05
            return [low - room, low + room]
        }
        let range = quantile(sorted, 0.75) / 2 - quantile(sorted, 0.25) / 2
        let width = 2 * range / cbrt(Double(sorted.count))
        // Half of the values are the same: Sturges' rule knows no spread.
        let wanted = width > 0 ? span / width : log2(Double(sorted.count)) + 1
        let bins = min(200, max(1, Int(min(wanted, 200).rounded(.up))))
        return (0...bins).map { $0 == bins ? high : low + span * (Double($0) / Double(bins)) * 2 }
    }

    /// Edges that hold all values though powers and sums were rounded.
    private static func rising(_ edges: [Double], low: Double, high: Double) -> [Double] {
        var edges = edges
        edges[0] = min(edges[0], low)
        edges[edges.count - 1] = max(edges[edges.count - 1], high)
        var kept = [edges[0]]
        for edge in edges.dropFirst() where edge > kept[kept.count - 1] { kept.append(edge) }
        return kept.count > 1 ? kept : [kept[0], kept[0].nextUp]
    }

    /// Linear between neighbours, as numpy has it.
    static func quantile(_ sorted: [Double], _ share: Double) -> Double {
        let place = share * Double(sorted.count - 1)
        let below = Int(place)
        guard below + 1 < sorted.count else { return sorted[sorted.count - 1] }
        let part = place - Double(below)
        return sorted[below] * (1 - part) + sorted[below + 1] * part
    }

    private var total: Int { counts.reduce(0, +) }

    public var altText: String {
        let most = counts.indices.max { (counts[$0], $1) < (counts[$1], $0) } ?? 0
        let range = "\(Format.significant(edges[0])) to \(Format.significant(edges[edges.count - 1]))"
        let middle = median.map { "; the median is \(Format.significant($0))" } ?? ""
        return "Histogram of \(Format.name(name)) over \(Format.count(total)) \(unit), \(range) in \(Format.counted(counts.count, "bin"))\(middle); "
            + "most lie from \(Format.significant(edges[most])) to \(Format.significant(edges[most + 1])) (\(Format.count(counts[most])))."
    }

    public var data: ChartTable {
        ChartTable(["from", "to", "count"], rows: counts.indices.map { [.number(edges[$0]), .number(edges[$0 + 1]), .integer(counts[$0])] })
    }

    public var preferredSize: ChartSize { ChartSize(clamping: 720, 380) }

    public func commands(_ style: Style) -> [String] {
        var figure = Figure(style, title: title, notes: notes)
        let y = Scale.linear(0, Double(max(1, counts.max() ?? 1)), steps: max(2, Int(figure.area.height / 64)), whole: true)
        let (low, high) = (edges[0], edges[edges.count - 1])
        // Counts and sums start at 0, and so does the axis when the first bin nearly does.
        let start = low > 0 && low < high * 0.1 ? 0 : low
        let x =
            isLogarithmic
            ? Scale.logarithmic(low, high, exact: true, isRoomy: figure.area.width > 420) : Scale.linear(start, high, steps: 8, exact: true)
        let left = figure.area.left + figure.axisWidth(y)
        let frame = figure.inset(
            Frame(left: left, top: figure.area.top + figure.above + 12, right: figure.area.right - 16, bottom: figure.area.bottom - figure.below),
            for: x)
        figure.nameY(unit, of: Frame(left: left, top: figure.area.top + figure.above, right: frame.right, bottom: frame.bottom))
        figure.nameX(isLogarithmic ? "\(name), logarithmic axis" : name, of: frame)
        // A pixel of the page between bars, unless bars are hardly wider than that.
        let gap = frame.width / Double(counts.count) > 5 ? 0.5 : 0.0
        let rows = counts.indices.filter { counts[$0] > 0 }.map { bin -> [Double] in
            let (a, b) = (x.position(edges[bin]) + gap / frame.width, x.position(edges[bin + 1]) - gap / frame.width)
            return [(a + b) / 2, Double(counts[bin]) / 2, a, b, 0, Double(counts[bin])].map { ($0 * 1e6).rounded() / 1e6 }
        }
        let block = figure.block(rows: rows)
        if let median {
            let px = frame.left + frame.width * x.position(median)
            figure.segment(px, frame.top - 4, px, frame.bottom, Theme.mark, width: 1.5, dash: "(5,4)")
            let words = "median \(Format.significant(median))"
            let isLeft = px < (frame.left + frame.right) / 2
            figure.text(words, px + (isLeft ? -3 : 3), frame.top - 13, isLeft ? .start : .end, size: Theme.smallSize, bold: true, Theme.mark)
        }
        // The bars stand on places 0...1, so that a logarithmic axis needs nothing of gnuplot but its words.
        var unitX = figure.thinned(x, width: frame.width)
        unitX.tics = unitX.tics.map { Tic(value: x.position($0.value), label: $0.label) }
        (unitX.lower, unitX.upper, unitX.isLogarithmic) = (0, 1, false)
        let plots = rows.isEmpty ? [] : ["\(block) using 1:2:3:4:5:6 with boxxyerror fillstyle solid noborder fillcolor rgb '\(Theme.bar.light)'"]
        figure.panel(frame, x: unitX, y: y, plots)
        return figure.commands
    }

    public func text(_ page: TextPage) -> [String]? {
        // Neighbouring bins are put together until they fit the page.
        let free = max(5, page.rows - 3 - notes.count)
        let each = max(1, (counts.count + free - 1) / free)
        let groups = stride(from: 0, to: counts.count, by: each).map { ($0, min($0 + each, counts.count)) }
        let sums = groups.map { counts[$0.0..<$0.1].reduce(0, +) }
        let names = groups.map { "\(Format.significant(edges[$0.0])) to \(Format.significant(edges[$0.1]))" }
        let (wide, most) = (names.map(\.count).max() ?? 0, max(1, sums.max() ?? 1))
        let digits = Format.count(most).count
        var lines = page.wrapped(
            page.fitted(name, page.columns) + (median.map { ", median \(Format.significant($0))" } ?? "")
                + (isLogarithmic ? ", logarithmic bins" : ""))
        lines += groups.indices.map { index in
            page.pad(names[index], wide, right: true) + "  " + page.pad(Format.count(sums[index]), digits, right: true) + "  "
                + page.bar(Double(sums[index]) / Double(most), width: max(8, page.columns - wide - digits - 4))
        }
        return lines
    }
}
