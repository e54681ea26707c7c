/// Precision against recall: how many of the rows that are picked are right, by how many of the right ones are picked, for models or classes.
public struct PrecisionRecallChart: Chart {
    public static let kind = "pr"
    public static let summary = "precision against recall of models or classes, with the average precision of each"

    public struct Curve: Sendable, Hashable {
        public let name: String
        /// Falling, as the threshold rises; the last is 0.
        public let recalls: [Double]
        public let precisions: [Double]
        /// Computed by the caller.
        public let averagePrecision: Double
        /// What guessing reaches: the share of the rows that are of the class.
        public let positiveShare: Double

        public init(name: String, recalls: [Double], precisions: [Double], averagePrecision: Double, positiveShare: Double) {
            self.name = name
            self.recalls = recalls
            self.precisions = precisions
            self.averagePrecision = averagePrecision
            self.positiveShare = positiveShare
        }
    }

    public var title: String
    public let notes: [String]
    /// By falling average precision, then in the order given, with no more points than can be seen.
    public let curves: [Curve]

    /// - Throws: `PlotError` without a curve, above `ROCChart.curveLimit` curves, for lists of unlike length, or a number outside of 0...1.
    public init(title: String = "Precision and recall", curves: [Curve], notes: [String] = []) throws(PlotError) {
        guard !curves.isEmpty else { throw .empty(kind: Self.kind, what: "at least one curve") }
        guard curves.count <= ROCChart.curveLimit else { throw .tooMany(kind: Self.kind, what: "curves", limit: ROCChart.curveLimit, found: curves.count) }
        for curve in curves {
            try Check.sameCount(Self.kind, "precisions for '\(curve.name)'", curve.recalls.count, curve.precisions.count)
            guard curve.recalls.count >= 2 else { throw .empty(kind: Self.kind, what: "two points or more for '\(curve.name)'") }
            try Check.numbers(Self.kind, "a recall", curve.recalls, in: 0...1)
            try Check.numbers(Self.kind, "a precision", curve.precisions, in: 0...1)
            try Check.numbers(Self.kind, "an average precision", [curve.averagePrecision], in: 0...1)
            try Check.numbers(Self.kind, "a share of positives", [curve.positiveShare], in: 0...1)
        }
        self.title = title
        self.notes = notes
        self.curves = curves.enumerated().sorted { ($1.element.averagePrecision, $0.offset) < ($0.element.averagePrecision, $1.offset) }.map { $0.element.thinned() }
    }

    /// What guessing reaches, where it is the same for all curves.
    private var guessing: Double? { curves.allSatisfy { $0.positiveShare == curves[0].positiveShare } ? curves[0].positiveShare : nil }

    public var altText: String {
        let averages = curves.map { "\(Format.name($0.name)) \(Format.fixed($0.averagePrecision, 3))" + (guessing == nil ? " (guessing \(Format.fixed($0.positiveShare, 3)))" : "") }
        return "Precision-recall curve\(curves.count == 1 ? "" : "s") of \(Format.list(averages)) (average precision; \(guessing.map { "guessing reaches \(Format.fixed($0, 3)), 1 is perfect" } ?? "1 is perfect"))."
    }

    public var data: ChartTable {
        var table = ChartTable(["curve", "recall", "precision", "average precision", "share of positives"])
        for curve in curves {
            for (x, y) in zip(curve.recalls, curve.precisions) { table.append([.text(curve.name), .number(x), .number(y), .number(curve.averagePrecision), .number(curve.positiveShare)]) }
        }
        return table
    }

    public var preferredSize: ChartSize { Figure.size(beside: curves.map(\.name)) }

    public func commands(_ style: Style) -> [String] {
        var figure = Figure(style, title: title, notes: notes)
        let scale = Scale.linear(0, 1)
        let key = curves.map { CurveKey(name: $0.name, value: Format.fixed($0.averagePrecision, 3)) }
        let frame = figure.frame(beside: key, heading: "AP", x: ("recall", scale), y: ("precision", scale))
        var plots: [String] = []
        if !figure.isText {
            // Of many classes lines of chance would be a grid.
            for (index, curve) in curves.enumerated() where guessing == nil ? curves.count <= 4 : index == 0 {
                let level = figure.block([0, 1], [curve.positiveShare, curve.positiveShare])
                plots.append("\(level) using 1:2 with lines \(figure.stroke(guessing == nil ? Theme.series[index] : Theme.axis, width: 1, dash: "(4,4)"))")
            }
        }
        // The best curve lies on top; a precision holds from its recall down to the next.
        for (index, curve) in curves.enumerated().reversed() {
            let block = figure.block(curve.recalls, curve.precisions)
            plots.append("\(block) using 1:2 with \(figure.isText ? "lines" : "steps") \(figure.stroke(ofCurve: index))")
        }
        if let guessing, !figure.isText, frame.width > 220 {
            // Below its line, where curves do not go, unless there is no room.
            let y = frame.bottom - frame.height * guessing
            figure.text("guessing \(Format.fixed(guessing, 3))", frame.left + 6, y + (guessing > 0.07 ? 10 : -9), .start, size: Theme.smallSize, Theme.quiet)
        }
        figure.panel(frame, x: scale, y: scale, plots)
        return figure.commands
    }
}

extension PrecisionRecallChart.Curve {
    fileprivate func thinned() -> Self {
        let kept = Figure.corners(recalls, precisions)
        return Self(name: name, recalls: kept.map { recalls[$0] }, precisions: kept.map { precisions[$0] }, averagePrecision: averagePrecision, positiveShare: positiveShare)
    }
}
