/// Lift: how many times as many positives as at random are among the rows that are taken by falling score.
public struct LiftChart: Chart {
    public static let kind = "lift"
    public static let summary = "positives among the rows taken by falling score, as a multiple of chance"
    /// The share of the rows of which the key tells the lift.
    static let told = 0.1
    /// Among fewer rows than these a lift is mostly luck.
    static let least = 0.01

    public var title: String
    public let notes: [String]
    public let curves: [GainCurve]

    /// - Throws: `PlotError` without a curve, above `ROCChart.curveLimit` curves, for lists of unlike length, shares that fall, or a number outside of 0...1.
    public init(title: String = "Lift", curves: [GainCurve], notes: [String] = []) throws(PlotError) {
        try GainCurve.check(Self.kind, curves)
        self.title = title
        self.notes = notes
        self.curves = GainCurve.sorted(curves, at: Self.told)
    }

    /// The lifts of a curve: from a hundredth of the rows on, and at all points behind.
    private static func lifts(_ curve: GainCurve) -> [(share: Double, lift: Double)] {
        [(least, curve.found(at: least) / least)] + zip(curve.targeted, curve.found).filter { $0.0 > least }.map { (share: $0.0, lift: $0.1 / $0.0) }
    }

    public var altText: String {
        let lifts = curves.map { "\(Format.name($0.name)) \(Format.fixed($0.found(at: Self.told) / Self.told, 2))" }
        return "Lift curve\(curves.count == 1 ? "" : "s"): among the first 10% of the rows there are, as a multiple of the positives at random, \(Format.list(lifts))."
    }

    public var data: ChartTable {
        var table = ChartTable(["curve", "share of rows", "lift", "share of positives"])
        for curve in curves { for (share, lift) in Self.lifts(curve) { table.append([.text(curve.name), .number(share), .number(lift), .number(curve.positiveShare)]) } }
        return table
    }

    public var preferredSize: ChartSize { Figure.size(beside: curves.map(\.name)) }

    public func commands(_ style: Style) -> [String] {
        var figure = Figure(style, title: title, notes: notes)
        let lifts = curves.map(Self.lifts), most = lifts.joined().reduce(1) { max($0, $1.lift) }
        let x = Scale.percent(0, 1), y = Scale.linear(0, most * 1.02)
        let key = curves.map { CurveKey(name: $0.name, value: Format.fixed($0.found(at: Self.told) / Self.told, 2)) }
        let frame = figure.frame(beside: key, heading: "at 10%", x: ("rows taken, by falling score", x), y: ("lift: times as many positives as at random", y))
        var plots: [String] = []
        if !figure.isText {
            let level = figure.block([0, 1], [1, 1])
            plots.append("\(level) using 1:2 with lines \(figure.stroke(Theme.axis, width: 1, dash: "(4,4)"))")
            figure.segment(frame.left + frame.width * Self.told, frame.top, frame.left + frame.width * Self.told, frame.bottom, Theme.grid, behind: true)
            if frame.width > 220 { figure.text("at random", frame.left + frame.width * Self.told + 6, frame.bottom - frame.height * y.position(1) + 10, .start, size: Theme.smallSize, Theme.quiet) }
        }
        for (index, points) in lifts.enumerated().reversed() {
            let block = figure.block(points.map(\.share), points.map(\.lift))
            plots.append("\(block) using 1:2 with lines \(figure.stroke(ofCurve: index))")
        }
        figure.panel(frame, x: x, y: y, plots)
        return figure.commands
    }
}
