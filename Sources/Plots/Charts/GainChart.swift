/// Whom a model finds when the rows are taken by falling score: what gain and lift draw.
public struct GainCurve: Sendable, Hashable {
    public let name: String
    /// The share of all rows that is taken, rising from 0 to 1.
    public let targeted: [Double]
    /// The share of the positive rows that is among them, as long.
    public let found: [Double]
    /// The share of all rows that is positive, above 0.
    public let positiveShare: Double

    public init(name: String, targeted: [Double], found: [Double], positiveShare: Double) {
        self.name = name
        self.targeted = targeted
        self.found = found
        self.positiveShare = positiveShare
    }

    /// The share of the positive rows among the first `share` of the rows, on straight lines between the points.
    func found(at share: Double) -> Double {
        guard let next = targeted.firstIndex(where: { $0 >= share }) else { return 1 }
        guard next > 0, targeted[next] > targeted[next - 1] else { return found[next] }
        return found[next - 1] + (found[next] - found[next - 1]) * (share - targeted[next - 1]) / (targeted[next] - targeted[next - 1])
    }

    /// - Throws: `PlotError` without a curve, above `ROCChart.curveLimit` curves, or for curves that do not go from 0 to 1.
    static func check(_ kind: String, _ curves: [GainCurve]) throws(PlotError) {
        guard !curves.isEmpty else { throw .empty(kind: kind, what: "at least one curve") }
        guard curves.count <= ROCChart.curveLimit else { throw .tooMany(kind: kind, what: "curves", limit: ROCChart.curveLimit, found: curves.count) }
        for curve in curves {
            try Check.sameCount(kind, "shares found for '\(curve.name)'", curve.targeted.count, curve.found.count)
            guard curve.targeted.count >= 2 else { throw .empty(kind: kind, what: "two points or more for '\(curve.name)'") }
            try Check.numbers(kind, "a share of the rows", curve.targeted, in: 0...1)
            try Check.numbers(kind, "a share of the positives", curve.found, in: 0...1)
            try Check.numbers(kind, "a share of positives", [curve.positiveShare], in: Double.leastNonzeroMagnitude...1)
            for (before, after) in zip(curve.targeted, curve.targeted.dropFirst()) where after < before { throw .unusableNumber(kind: kind, what: "shares of the rows that fall, as \(before)", value: "\(after)") }
        }
    }

    /// By falling share found at `share`, then in the order given, with no more points than can be seen.
    static func sorted(_ curves: [GainCurve], at share: Double) -> [GainCurve] {
        curves.enumerated().sorted { ($1.element.found(at: share) / $1.element.positiveShare, $0.offset) < ($0.element.found(at: share) / $0.element.positiveShare, $1.offset) }.map { curve in
            let kept = Figure.corners(curve.element.targeted, curve.element.found)
            return GainCurve(name: curve.element.name, targeted: kept.map { curve.element.targeted[$0] }, found: kept.map { curve.element.found[$0] }, positiveShare: curve.element.positiveShare)
        }
    }
}

/// Cumulative gain: which share of the positives is found when a share of the rows is taken by falling score.
public struct GainChart: Chart {
    public static let kind = "gain"
    public static let summary = "share of positives found against share of rows taken by falling score"
    /// The share of the rows of which the key tells what is found.
    static let told = 0.2

    public var title: String
    public let notes: [String]
    public let curves: [GainCurve]

    /// - Throws: `PlotError` without a curve, above `ROCChart.curveLimit` curves, for lists of unlike length, shares that fall, or a number outside of 0...1.
    public init(title: String = "Cumulative gain", curves: [GainCurve], notes: [String] = []) throws(PlotError) {
        try GainCurve.check(Self.kind, curves)
        self.title = title
        self.notes = notes
        self.curves = GainCurve.sorted(curves, at: Self.told)
    }

    public var altText: String {
        let found = curves.map { "\(Format.name($0.name)) \(Format.percent($0.found(at: Self.told)))" }
        return "Gain curve\(curves.count == 1 ? "" : "s"): the first 20% of the rows hold, of the positives, \(Format.list(found)); at random they hold 20%."
    }

    public var data: ChartTable {
        var table = ChartTable(["curve", "share of rows", "share of positives found", "share of positives"])
        for curve in curves { for (x, y) in zip(curve.targeted, curve.found) { table.append([.text(curve.name), .number(x), .number(y), .number(curve.positiveShare)]) } }
        return table
    }

    public var preferredSize: ChartSize { Figure.size(beside: curves.map(\.name)) }

    public func commands(_ style: Style) -> [String] {
        var figure = Figure(style, title: title, notes: notes)
        let scale = Scale.percent(0, 1)
        let key = curves.map { CurveKey(name: $0.name, value: Format.percent($0.found(at: Self.told))) }
        let frame = figure.frame(beside: key, heading: "at 20%", x: ("rows taken, by falling score", scale), y: ("positives found", scale))
        var plots: [String] = []
        if !figure.isText {
            let diagonal = figure.block([0, 1], [0, 1])
            plots.append("\(diagonal) using 1:2 with lines \(figure.stroke(Theme.axis, width: 1, dash: "(4,4)"))")
            if curves.allSatisfy({ $0.positiveShare == curves[0].positiveShare }) {
                let perfect = figure.block([0, curves[0].positiveShare, 1], [0, 1, 1])
                plots.append("\(perfect) using 1:2 with lines \(figure.stroke(Theme.axis, width: 1.4))")
            }
            figure.segment(frame.left + frame.width * Self.told, frame.top, frame.left + frame.width * Self.told, frame.bottom, Theme.grid, behind: true)
            if frame.width > 220 {
                figure.text("at random", frame.left + frame.width * 0.72, frame.bottom - frame.height * 0.72 + 18, .start, size: Theme.smallSize, Theme.quiet)
            }
        }
        for (index, curve) in curves.enumerated().reversed() {
            let block = figure.block(curve.targeted, curve.found)
            plots.append("\(block) using 1:2 with lines \(figure.stroke(ofCurve: index))")
        }
        figure.panel(frame, x: scale, y: scale, plots)
        return figure.commands
    }
}
