/// The inertia of clusterings by their number of clusters, and in panels beside it what else helps to choose one.
public struct ElbowChart: Chart {
    public static let kind = "elbow"
    public static let summary = "inertia and other scores by number of clusters, with the knee when there is one"
    public static let measureLimit = 8

    /// A score of each number of clusters, drawn in a panel of its own.
    public struct Measure: Sendable, Hashable {
        public let name: String
        /// What is good: `higher is better`.
        public let hint: String
        /// One a number of clusters; none where it is not known.
        public let values: [Double?]
        /// The lower and upper end of what each may be; empty where that is not known.
        public let bounds: [ClosedRange<Double>?]
        /// The number of clusters that it speaks for.
        public let best: Int?

        public init(name: String, hint: String, values: [Double?], bounds: [ClosedRange<Double>?] = [], best: Int?) {
            self.name = name
            self.hint = hint
            self.values = values
            self.bounds = bounds
            self.best = best
        }
    }

    public var title: String
    public let notes: [String]
    /// Rising.
    public let clusterCounts: [Int]
    /// Sums of squared distances to the nearest centroid.
    public let inertias: [Double]
    /// The number of clusters at the knee; none says that there is none.
    public let knee: Int?
    public let measures: [Measure]

    /// - Throws: `PlotError` for nothing, lists of unlike length, counts that do not rise, inertias below 0 or not finite, scores that are not finite, above `measureLimit`, or a knee or a best that was not tried.
    public init(
        title: String = "Inertia by number of clusters", clusterCounts: [Int], inertias: [Double], knee: Int?, measures: [Measure] = [], notes: [String] = []
    ) throws(PlotError) {
        guard !clusterCounts.isEmpty else { throw .empty(kind: Self.kind, what: "at least one number of clusters") }
        try Check.sameCount(Self.kind, "inertias", clusterCounts.count, inertias.count)
        try Check.counts(Self.kind, "a number of clusters", clusterCounts)
        for (before, after) in zip(clusterCounts, clusterCounts.dropFirst()) where after <= before {
            throw .unusableNumber(kind: Self.kind, what: "numbers of clusters that do not rise, as \(before)", value: "\(after)")
        }
        try Check.numbers(Self.kind, "an inertia", inertias, in: 0...Double.greatestFiniteMagnitude)
        if let knee, !clusterCounts.contains(knee) { throw .unusableNumber(kind: Self.kind, what: "a knee", value: "\(knee)") }
        guard measures.count <= Self.measureLimit else { throw .tooMany(kind: Self.kind, what: "scores", limit: Self.measureLimit, found: measures.count) }
        for measure in measures {
            try Check.sameCount(Self.kind, "values of '\(measure.name)'", clusterCounts.count, measure.values.count)
            if !measure.bounds.isEmpty { try Check.sameCount(Self.kind, "bounds of '\(measure.name)'", clusterCounts.count, measure.bounds.count) }
            try Check.finite(Self.kind, "a score", measure.values.compactMap { $0 } + measure.bounds.compactMap { $0 }.flatMap { [$0.lowerBound, $0.upperBound] })
            if let best = measure.best, !clusterCounts.contains(best) { throw .unusableNumber(kind: Self.kind, what: "a best number of clusters", value: "\(best)") }
        }
        self.measures = measures
        self.title = title
        self.notes = notes
        self.clusterCounts = clusterCounts
        self.inertias = inertias
        self.knee = knee
    }

    public var altText: String {
        let last = clusterCounts.count - 1
        let course =
            last == 0
            ? "Inertia is \(Format.significant(inertias[0])) with \(Format.counted(clusterCounts[0], "cluster"))"
            : "Inertia goes from \(Format.significant(inertias[0])) with \(Format.counted(clusterCounts[0], "cluster")) to "
                + "\(Format.significant(inertias[last])) with \(clusterCounts[last])"
        let others = measures.compactMap { measure in measure.best.map { "\(measure.name) \($0)" } }
        return course + (knee.map { "; the knee is at \(Format.counted($0, "cluster"))." } ?? "; there is no clear knee.")
            + (others.isEmpty ? "" : " Numbers of clusters that other scores speak for: \(Format.list(others)).")
    }

    public var data: ChartTable {
        let names = measures.flatMap { measure in [measure.name] + (measure.bounds.isEmpty ? [] : ["\(measure.name), lower", "\(measure.name), upper"]) }
        return ChartTable(
            ["clusters", "inertia", "knee"] + names,
            rows: clusterCounts.indices.map { place in
                let values = measures.flatMap { measure -> [ChartTable.Value] in
                    let own: [ChartTable.Value] = [measure.values[place].map { .number($0) } ?? .missing]
                    guard !measure.bounds.isEmpty else { return own }
                    return own + [measure.bounds[place].map { .number($0.lowerBound) } ?? .missing, measure.bounds[place].map { .number($0.upperBound) } ?? .missing]
                }
                return [.integer(clusterCounts[place]), .number(inertias[place]), .integer(clusterCounts[place] == knee ? 1 : 0)] + values
            })
    }

    public var preferredSize: ChartSize { measures.isEmpty ? .standard : ChartSize(clamping: 720, 30 + (measures.count + 2) / 2 * 205) }

    public func commands(_ style: Style) -> [String] {
        guard measures.isEmpty || style.format.isText else { return panels(style) }
        var figure = Figure(style, title: title, notes: notes)
        let steps = max(2, Int(figure.area.height / (figure.isText ? 4 : 64)))
        let y = Scale.linear(0, inertias.max() ?? 1, steps: steps)
        let (first, last) = (Double(clusterCounts[0]), Double(clusterCounts[clusterCounts.count - 1]))
        var x = Scale.linear(first, last, steps: 12, whole: true, exact: true)
        if clusterCounts.count <= 24 { x.tics = clusterCounts.map { Tic(value: Double($0), label: Format.count($0)) } }
        let room = max(0.25, (last - first) * 0.02)
        (x.lower, x.upper) = (first - room, last + room)
        let left = figure.area.left + figure.axisWidth(y)
        let frame = figure.inset(
            Frame(
                left: left, top: figure.area.top + figure.above, right: figure.area.right - figure.across(10),
                bottom: figure.area.bottom - figure.below), for: x)
        figure.nameY("inertia (sum of squared distances to the nearest centroid)", of: frame)
        figure.nameX("number of clusters", of: frame)

        let block = figure.block(clusterCounts.map(Double.init), inertias)
        var plots = ["\(block) using 1:2 with lines \(figure.stroke(Theme.series[0], width: 2.4))"]
        if !figure.isText || clusterCounts.count == 1 { plots.append("\(block) using 1:2 with points \(figure.mark(Theme.series[0], radius: 3.2))") }
        if let knee, let index = clusterCounts.firstIndex(of: knee) {
            let px = frame.left + frame.width * x.position(Double(knee))
            let py = frame.bottom - frame.height * y.position(inertias[index])
            if !figure.isText {
                figure.dot(px, py, radius: 8, Theme.paper)
                figure.dot(px, py, radius: 8, Theme.series[1], hollow: true)
            }
            figure.dot(px, py, radius: 4, Theme.series[1], character: 15)
            let words = "knee at \(knee)"
            let fits = px + figure.across(14) + figure.measure(words, bold: true) < frame.right
            let x = px + figure.across(fits ? 12 : -12)
            // The curve falls: over and right of a point there is room.
            figure.text(words, x, max(frame.top, py - (figure.isText ? 1 : 14)), fits ? .start : .end, bold: true, Theme.words[1])
        } else {
            figure.text("no clear knee", frame.right, frame.top + (figure.isText ? 0.5 : 10), .end, Theme.quiet)
        }
        figure.panel(frame, x: figure.thinned(x, width: frame.width), y: y, plots)
        return figure.commands
    }
}
