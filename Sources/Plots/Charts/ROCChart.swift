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
        let names = curves.reduce(0) { max($0, Letters.width($1.name, size: Theme.textSize)) }
        return ChartSize(clamping: 520 + Int(min(names, 200)), 440)
    }

    /// Whether the words beside the diagonal would lie on a curve.
    private var hasCurveBelow: Bool {
        curves.contains { curve in zip(curve.falsePositiveRates, curve.truePositiveRates).contains { $0 > 0.7 && $1 < $0 + 0.01 && $0 < 0.999 } }
    }

    public func commands(_ style: Style) -> [String] {
        var figure = Figure(style, title: title, notes: notes)
        let scale = Scale.linear(0, 1)
        let left = figure.area.left + figure.axisWidth(scale)
        let top = figure.area.top + figure.above
        let height = figure.area.bottom - figure.below - top
        let swatch = figure.across(18)
        let gap = figure.across(8)
        let valueWidth = figure.measure("0.000", bold: true)
        let names = curves.map(\.name)
        let wanted = figure.across(24) + swatch + gap + figure.widest(names) + gap * 2 + valueWidth
        let free = figure.area.right - left
        let listWidth = min(wanted, free * 0.5)
        // Rates have one unit: the plot is square, two cells of a terminal being about as wide as one is high.
        let side = min(figure.isText ? height * 2.2 : height, free - listWidth)
        let frame = Frame(left: left, top: top, right: left + side, bottom: figure.isText ? top + height : top + min(side, height))

        figure.nameY("true positive rate", of: frame)
        figure.nameX("false positive rate", of: frame)
        let x = frame.right + figure.across(24)
        let nameLimit = min(figure.widest(names), max(figure.across(24), figure.area.right - x - swatch - gap * 3 - valueWidth))
        let right = x + swatch + gap + nameLimit + gap * 2 + valueWidth
        let step = min(figure.line() * (figure.isText ? 1 : 1.25), frame.height / Double(curves.count + 1))
        let size = min(Theme.textSize, max(5, step * 0.85))
        var y = frame.top + step / 2
        figure.text("AUC", right, y, .end, size: min(Theme.smallSize, size), Theme.quiet)
        for (index, curve) in curves.enumerated() {
            y += step
            let role = Theme.series[index % Theme.series.count]
            figure.sample(x, y, length: swatch, role, dash: Theme.dash(index), width: 2.5, index: index)
            figure.text(figure.fitted(curve.name, nameLimit, size: size), x + swatch + gap, y, size: size)
            figure.text(Format.fixed(curve.area, 3), right, y, .end, size: size, bold: true)
        }

        let diagonal = figure.block([0, 1], [0, 1])
        var plots = figure.isText ? [] : ["\(diagonal) using 1:2 with lines \(figure.stroke(Theme.axis, width: 1, dash: "(4,4)"))"]
        // The best curve lies on top.
        for (index, curve) in curves.enumerated().reversed() {
            let block = figure.block(curve.falsePositiveRates, curve.truePositiveRates)
            let role = Theme.series[index % Theme.series.count]
            plots.append("\(block) using 1:2 with lines \(figure.stroke(role, width: 2.2, dash: Theme.dash(index), index: index))")
        }
        if !figure.isText, side > 220, !hasCurveBelow {
            figure.text("guessing", frame.left + side * 0.8, frame.top + frame.height * 0.2 + 14, .start, size: Theme.smallSize, Theme.quiet)
        }
        figure.panel(frame, x: scale, y: scale, plots)
        return figure.commands
    }
}

extension ROCChart.Curve {
    /// Without points that move the curve by less than a third of a pixel of a large picture.
    fileprivate func thinned() -> Self {
        let limit = 0.0006
        guard falsePositiveRates.count > 400 else { return self }
        var kept = [0]
        var turning: Int?
        for index in 1..<falsePositiveRates.count {
            let last = kept[kept.count - 1]
            let dx = falsePositiveRates[index] - falsePositiveRates[last]
            let dy = truePositiveRates[index] - truePositiveRates[last]
            if abs(dx) > limit || abs(dy) > limit {
                // The point before a long step is a corner.
                if let corner = turning, abs(dx) > 2 * limit || abs(dy) > 2 * limit { kept.append(corner) }
                kept.append(index)
                turning = nil
            } else {
                turning = index
            }
        }
        if kept.last != falsePositiveRates.count - 1 { kept.append(falsePositiveRates.count - 1) }
        return Self(
            name: name, falsePositiveRates: kept.map { falsePositiveRates[$0] }, truePositiveRates: kept.map { truePositiveRates[$0] }, area: area)
    }
}
