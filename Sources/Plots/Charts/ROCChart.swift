/// Receiver operating characteristics: how many true positives are bought with how many false ones, for models or classes.
public struct ROCChart: Chart {
    public static let kind = "roc"
    public static let summary = "true against false positive rate of models or classes, with the area under each curve"
    /// More curves than this cannot be told apart.
    public static let curveLimit = 24

    public struct Curve: Sendable, Hashable {
        public let name: String
        public let falsePositiveRates: [Double]
        public let truePositiveRates: [Double]
        /// The area under the curve, computed by the caller.
        public let area: Double

        public init(name: String, falsePositiveRates: [Double], truePositiveRates: [Double], area: Double) {
            self.name = name
            self.falsePositiveRates = falsePositiveRates
            self.truePositiveRates = truePositiveRates
            self.area = area
        }
    }

    public var title: String
    public let notes: [String]
    /// By falling area, then in the order given, with no more points than can be seen.
    public let curves: [Curve]

    /// - Throws: `PlotError` without a curve, above `curveLimit` curves, for rates of unlike length, or a number outside of 0...1.
    public init(title: String = "ROC curves", curves: [Curve], notes: [String] = []) throws(PlotError) {
        guard !curves.isEmpty else { throw .empty(kind: Self.kind, what: "at least one curve") }
        guard curves.count <= Self.curveLimit else {
            throw .tooMany(kind: Self.kind, what: "curves", limit: Self.curveLimit, found: curves.count)
        }
        for curve in curves {
            try Check.sameCount(Self.kind, "true positive rates for '\(curve.name)'", curve.falsePositiveRates.count, curve.truePositiveRates.count)
            guard curve.falsePositiveRates.count >= 2 else { throw .empty(kind: Self.kind, what: "two points or more for '\(curve.name)'") }
            try Check.numbers(Self.kind, "a false positive rate", curve.falsePositiveRates, in: 0...1)
            try Check.numbers(Self.kind, "a true positive rate", curve.truePositiveRates, in: 0...1)
            try Check.numbers(Self.kind, "an area", [curve.area], in: 0...1)
        }
        self.title = title
        self.notes = notes
        self.curves = curves.enumerated().sorted { ($1.element.area, $0.offset) < ($0.element.area, $1.offset) }.map { $0.element.thinned() }
    }

    public var altText: String {
        let areas = curves.map { "\(Format.name($0.name)) \(Format.fixed($0.area, 3))" }
        return "ROC curve\(curves.count == 1 ? "" : "s") of \(Format.list(areas)) (area under the curve; 0.5 is guessing, 1 is perfect)."
    }

    public var data: ChartTable {
        var table = ChartTable(["curve", "false positive rate", "true positive rate", "area"])
        for curve in curves {
            for (x, y) in zip(curve.falsePositiveRates, curve.truePositiveRates) {
                table.append([.text(curve.name), .number(x), .number(y), .number(curve.area)])
            }
        }
        return table
    }

    public var preferredSize: ChartSize {
        Figure.size(beside: curves.map(\.name))
    }

    /// Whether the words beside the diagonal would lie on a curve.
    private var hasCurveBelow: Bool {
        curves.contains { curve in zip(curve.falsePositiveRates, curve.truePositiveRates).contains { $0 > 0.7 && $1 < $0 + 0.01 && $0 < 0.999 } }
    }

    public func commands(_ style: Style) -> [String] {
        var figure = Figure(style, title: title, notes: notes)
        let scale = Scale.linear(0, 1)
        let key = curves.map { CurveKey(name: $0.name, value: Format.fixed($0.area, 3)) }
        let frame = figure.frame(beside: key, heading: "AUC", x: ("false positive rate", scale), y: ("true positive rate", scale))

        let diagonal = figure.block([0, 1], [0, 1])
        var plots = figure.isText ? [] : ["\(diagonal) using 1:2 with lines \(figure.stroke(Theme.axis, width: 1, dash: "(4,4)"))"]
        // The best curve lies on top.
        for (index, curve) in curves.enumerated().reversed() {
            let block = figure.block(curve.falsePositiveRates, curve.truePositiveRates)
            let role = Theme.series[index % Theme.series.count]
            plots.append("\(block) using 1:2 with lines \(figure.stroke(role, width: 2.2, dash: Theme.dash(index), index: index))")
        }
        if !figure.isText, frame.width > 220, !hasCurveBelow {
            figure.text("guessing", frame.left + frame.width * 0.8, frame.top + frame.height * 0.2 + 14, .start, size: Theme.smallSize, Theme.quiet)
        }
        figure.panel(frame, x: scale, y: scale, plots)
        return figure.commands
    }
}

extension ROCChart.Curve {
    /// Without points that move the curve by less than a third of a pixel of a large picture.
    fileprivate func thinned() -> Self {
        let kept = Figure.corners(falsePositiveRates, truePositiveRates)
        return Self(
            name: name, falsePositiveRates: kept.map { falsePositiveRates[$0] }, truePositiveRates: kept.map { truePositiveRates[$0] }, area: area)
    }
}
