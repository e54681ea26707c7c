/// Calibration: whether of the rows with a predicted probability of 0.3 three in ten are positive.
public struct CalibrationChart: Chart {
    public static let kind = "calibration"
    public static let summary = "predicted probability against the share that came true, bin by bin"

    /// The rows whose predicted probability lies from `from` to `to`.
    public struct Bin: Sendable, Hashable {
        public let from: Double, to: Double
        public let count: Int
        /// Of the rows of the bin; whatever it is where there are none.
        public let meanPredicted: Double
        public let observed: Double

        public init(from: Double, to: Double, count: Int, meanPredicted: Double, observed: Double) {
            self.from = from
            self.to = to
            self.count = count
            self.meanPredicted = meanPredicted
            self.observed = observed
        }
    }

    public struct Model: Sendable, Hashable {
        public let name: String
        public let bins: [Bin]

        public init(name: String, bins: [Bin]) {
            self.name = name
            self.bins = bins
        }

        fileprivate var filled: [Bin] { bins.filter { $0.count > 0 } }

        /// The mean gap between what was predicted and what came true, each bin by its rows.
        public var error: Double {
            let all = Double(bins.reduce(0) { $0 + $1.count })
            return filled.reduce(0) { $0 + Double($1.count) / all * abs($1.meanPredicted - $1.observed) }
        }
    }

    public var title: String
    public let notes: [String]
    /// In the order given.
    public let models: [Model]

    /// - Throws: `PlotError` without a model or a row, above eight models, or for a number outside of 0...1.
    public init(title: String = "Calibration", models: [Model], notes: [String] = []) throws(PlotError) {
        guard !models.isEmpty else { throw .empty(kind: Self.kind, what: "at least one model") }
        guard models.count <= TrainingCurves.runLimit else { throw .tooMany(kind: Self.kind, what: "models", limit: TrainingCurves.runLimit, found: models.count) }
        for model in models {
            try Check.counts(Self.kind, "a count", model.bins.map(\.count))
            guard !model.filled.isEmpty else { throw .empty(kind: Self.kind, what: "a row of '\(model.name)'") }
            try Check.numbers(Self.kind, "the end of a bin", model.bins.flatMap { [$0.from, $0.to] }, in: 0...1)
            try Check.numbers(Self.kind, "a probability", model.filled.map(\.meanPredicted), in: 0...1)
            try Check.numbers(Self.kind, "a share", model.filled.map(\.observed), in: 0...1)
        }
        self.title = title
        self.notes = notes
        self.models = models
    }

    public var altText: String {
        let errors = models.map { "\(Format.name($0.name)) \(Format.fixed($0.error, 3))" }
        let first = models[0].filled, low = first[0], high = first[first.count - 1]
        return "Calibration curve\(models.count == 1 ? "" : "s"): predicted and true shares are apart by \(Format.list(errors)) on average. "
            + "\(Format.name(models[0].name)): of rows predicted \(Format.percent(low.meanPredicted)) come true \(Format.percent(low.observed)), of rows predicted \(Format.percent(high.meanPredicted)) come true \(Format.percent(high.observed))."
    }

    public var data: ChartTable {
        var table = ChartTable(["model", "from", "to", "rows", "mean predicted", "share positive"])
        for model in models {
            for bin in model.bins {
                table.append([.text(model.name), .number(bin.from), .number(bin.to), .integer(bin.count), bin.count > 0 ? .number(bin.meanPredicted) : .missing, bin.count > 0 ? .number(bin.observed) : .missing])
            }
        }
        return table
    }

    public var preferredSize: ChartSize { Figure.size(beside: models.map(\.name)).taller(by: 60) }

    public func commands(_ style: Style) -> [String] {
        var figure = Figure(style, title: title, notes: notes)
        let scale = Scale.linear(0, 1)
        let key = models.map { CurveKey(name: $0.name, value: Format.fixed($0.error, 3)) }
        // Below the curves stand the rows of the bins, but not in a terminal, where there is no room.
        let hasCounts = !figure.isText && figure.area.height > 240
        let frame = figure.frame(beside: key, heading: "mean gap", x: ("predicted probability", scale), y: ("share that came true", scale), share: hasCounts ? 0.8 : 1)
        var plots: [String] = []
        if !figure.isText {
            let diagonal = figure.block([0, 1], [0, 1])
            plots.append("\(diagonal) using 1:2 with lines \(figure.stroke(Theme.axis, width: 1, dash: "(4,4)"))")
        }
        for (index, model) in models.enumerated().reversed() {
            let block = figure.block(model.filled.map(\.meanPredicted), model.filled.map(\.observed))
            if model.filled.count > 1 { plots.append("\(block) using 1:2 with lines \(figure.stroke(ofCurve: index))") }
            if !figure.isText || model.filled.count == 1 { plots.append("\(block) using 1:2 with points \(figure.mark(Theme.series[index], radius: 3.4))") }
        }
        var upper = scale
        if hasCounts { upper.tics = scale.tics.map { Tic(value: $0.value, label: "") } }
        figure.panel(frame, x: upper, y: scale, showsX: !hasCounts, plots)
        if hasCounts { drawCounts(&figure, below: frame, scale) }
        return figure.commands
    }

    /// The rows of each bin as bars, those of several models side by side.
    private func drawCounts(_ figure: inout Figure, below frame: Frame, _ x: Scale) {
        let strip = Frame(left: frame.left, top: frame.bottom + 26, right: frame.right, bottom: figure.area.bottom - figure.below)
        let most = models.flatMap(\.bins).map(\.count).max() ?? 1
        let y = Scale(lower: 0, upper: Double(most), tics: [Tic(value: Double(most), label: Format.short(most))])
        var plots: [String] = []
        for (index, model) in models.enumerated() {
            let rows = model.filled.map { bin -> [Double] in
                let step = (bin.to - bin.from) / Double(models.count), gap = min(0.003, step * 0.1)
                let (left, right) = (bin.from + step * Double(index) + gap, bin.from + step * Double(index + 1) - gap)
                return [(left + right) / 2, Double(bin.count) / 2, left, right, 0, Double(bin.count)].map { ($0 * 1e6).rounded() / 1e6 }
            }
            let block = figure.block(rows: rows)
            plots.append("\(block) using 1:2:3:4:5:6 with boxxyerror fillstyle solid noborder fillcolor rgb '\(Figure.colour(Theme.series[index], opacity: 0.75))'")
        }
        figure.text("rows", strip.left + 2, strip.top - 9, .start, size: Theme.smallSize, Theme.quiet)
        figure.nameX("predicted probability", of: strip)
        figure.panel(strip, x: x, y: y, grid: false, plots)
    }
}
