/// Precision, recall and F1 of the positive class by the probability from which a row counts as positive.
public struct ThresholdChart: Chart {
    public static let kind = "threshold"
    public static let summary = "precision, recall and F1 by threshold, with the one that was chosen"

    public var title: String
    public let notes: [String]
    /// Rising.
    public let thresholds: [Double]
    /// As long; NaN where no row is predicted positive.
    public let precisions: [Double]
    public let recalls: [Double]
    public let f1: [Double]
    /// The threshold in use, and where it comes from: "chosen on the validation part".
    public let chosen: Double?
    public let origin: String

    /// - Throws: `PlotError` without a threshold, for lists of unlike length, thresholds that fall, or a number outside of 0...1.
    public init(
        title: String = "Precision, recall and F1 by threshold", thresholds: [Double], precisions: [Double], recalls: [Double], f1: [Double], chosen: Double? = nil, origin: String = "", notes: [String] = []
    ) throws(PlotError) {
        guard thresholds.count >= 2 else { throw .empty(kind: Self.kind, what: "two thresholds or more") }
        for (what, values) in [("precisions", precisions), ("recalls", recalls), ("values of F1", f1)] {
            try Check.sameCount(Self.kind, what, thresholds.count, values.count)
            try Check.numbers(Self.kind, "a share", values.filter { !$0.isNaN }, in: 0...1)
        }
        try Check.numbers(Self.kind, "a threshold", thresholds + (chosen.map { [$0] } ?? []), in: 0...1)
        for (before, after) in zip(thresholds, thresholds.dropFirst()) where after < before { throw .unusableNumber(kind: Self.kind, what: "thresholds that fall, as \(before)", value: "\(after)") }
        self.title = title
        self.notes = notes
        let kept = Self.kept(thresholds, [precisions, recalls, f1])
        (self.thresholds, self.precisions, self.recalls, self.f1) = (kept.map { thresholds[$0] }, kept.map { precisions[$0] }, kept.map { recalls[$0] }, kept.map { f1[$0] })
        self.chosen = chosen
        self.origin = origin
    }

    /// The points that any of the curves needs.
    private static func kept(_ thresholds: [Double], _ curves: [[Double]]) -> [Int] {
        Set(curves.flatMap { curve in Figure.corners(thresholds, curve.map { $0.isNaN ? 0 : $0 }) }).sorted()
    }

    private var curves: [(name: String, values: [Double])] { [("precision", precisions), ("recall", recalls), ("F1", f1)] }

    /// The value of a curve at a threshold: that of the first threshold which is no lower, as rows count from it on.
    private func value(_ values: [Double], at threshold: Double) -> Double { thresholds.firstIndex { $0 >= threshold }.map { values[$0] } ?? values[values.count - 1] }

    private static func say(_ value: Double) -> String { value.isNaN ? "–" : Format.fixed(value, 3) }

    public var altText: String {
        let best = f1.indices.filter { !f1[$0].isNaN }.max { (f1[$0], $1) < (f1[$1], $0) }
        let peak = best.map { "F1 is highest, \(Format.fixed(f1[$0], 3)), at \(Format.fixed(thresholds[$0], 3))" } ?? "F1 is nowhere defined"
        guard let chosen else { return "Precision, recall and F1 by threshold; \(peak)." }
        let there = curves.map { "\($0.name) \(Self.say(value($0.values, at: chosen)))" }
        return "Precision, recall and F1 by threshold; \(peak). At \(Format.fixed(chosen, 3))\(origin.isEmpty ? "" : ", \(origin),") there are \(Format.list(there))."
    }

    public var data: ChartTable {
        ChartTable(
            ["threshold", "precision", "recall", "f1"],
            rows: thresholds.indices.map { row in [.number(thresholds[row])] + curves.map { $0.values[row].isNaN ? .missing : .number($0.values[row]) } })
    }

    public func commands(_ style: Style) -> [String] {
        var figure = Figure(style, title: title, notes: notes)
        let scale = Scale.linear(0, 1)
        let labels = curves.map(\.name)
        let room = min(figure.widest(labels), figure.area.width * 0.4), left = figure.area.left + figure.axisWidth(scale)
        let frame = Frame(
            left: left, top: figure.area.top + figure.above + (chosen == nil ? 0 : figure.down(14)), right: figure.area.right - room - figure.across(20), bottom: figure.area.bottom - figure.below)
        figure.nameX("threshold: the probability from which a row counts as positive", of: frame)
        var ends: [Figure.EndLabel] = []
        for (index, curve) in curves.enumerated() {
            let known = curve.values.last { !$0.isNaN } ?? 0
            ends.append(.init(words: labels[index], y: frame.bottom - frame.height * scale.position(known), role: Theme.words[index]))
        }
        figure.endLabels(ends, x: frame.right + figure.across(14), limit: room, within: frame)
        var plots: [String] = []
        for (index, curve) in curves.enumerated() {
            let block = figure.block(thresholds, curve.values)
            plots.append("\(block) using 1:2 with lines \(figure.stroke(Theme.series[index], width: 2.2, index: index))")
        }
        if let chosen {
            let px = frame.left + frame.width * scale.position(chosen)
            figure.segment(px, frame.top - figure.down(4), px, frame.bottom, Theme.mark, width: 1.5, dash: "(5,4)", behind: true)
            let there = curves.map { "\($0.name) \(Self.say(value($0.values, at: chosen)))" }.joined(separator: ", ")
            let words = figure.fitted("\(Format.fixed(chosen, 3))\(origin.isEmpty ? "" : ", \(origin)"): \(there)", frame.width * 0.98, size: Theme.smallSize, bold: true)
            let half = figure.measure(words, size: Theme.smallSize, bold: true) / 2
            let x = min(max(px, frame.left + half), max(frame.left + half, frame.right - half))
            figure.text(words, x, frame.top - (figure.isText ? 0.5 : 13), .middle, size: Theme.smallSize, bold: true, Theme.mark)
            if !figure.isText { for (index, curve) in curves.enumerated() { mark(&figure, frame, px, value(curve.values, at: chosen), index) } }
        }
        figure.panel(frame, x: scale, y: scale, plots)
        return figure.commands
    }

    private func mark(_ figure: inout Figure, _ frame: Frame, _ px: Double, _ value: Double, _ index: Int) {
        guard !value.isNaN else { return }
        figure.dot(px, frame.bottom - frame.height * value, radius: 6, Theme.paper)
        figure.dot(px, frame.bottom - frame.height * value, radius: 4, Theme.series[index])
    }
}
