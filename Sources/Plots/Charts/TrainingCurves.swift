/// What a model did in training: one number an epoch, from epoch 1. A number that is not finite is a gap.
public struct TrainingRun: Sendable, Hashable {
    public let name: String
    public let training: [Double]
    /// Empty when nothing was held back; else as long as `training`.
    public let validation: [Double]
    /// The epoch whose model was kept, from 1.
    public let bestEpoch: Int?

    public init(name: String, training: [Double], validation: [Double] = [], bestEpoch: Int? = nil) {
        self.name = name
        self.training = training
        self.validation = validation
        self.bestEpoch = bestEpoch
    }
}

/// What loss and accuracy by epoch share: the checks, the words and the drawing.
struct TrainingCurves: Sendable, Hashable {
    static let runLimit = 8

    let kind: String
    let runs: [TrainingRun]
    /// The name of the y axis.
    let measure: String
    let isShare: Bool
    /// A level to compare with, and its words.
    let baseline: Double?
    let baselineName: String
    /// What a step of training is called: an epoch, or a round.
    let step: String

    init(kind: String, runs: [TrainingRun], measure: String, isShare: Bool, baseline: Double? = nil, baselineName: String = "", step: String = "epoch") throws(PlotError) {
        guard !runs.isEmpty else { throw .empty(kind: kind, what: "a trained model") }
        guard runs.count <= Self.runLimit else { throw .tooMany(kind: kind, what: "models", limit: Self.runLimit, found: runs.count) }
        for run in runs {
            guard !run.training.isEmpty else { throw .empty(kind: kind, what: "at least one \(step) of '\(run.name)'") }
            if !run.validation.isEmpty { try Check.sameCount(kind, "validation values for '\(run.name)'", run.training.count, run.validation.count) }
            guard (run.training + run.validation).contains(where: \.isFinite) else {
                throw .empty(kind: kind, what: "a finite number of '\(run.name)'")
            }
            if isShare { try Check.numbers(kind, "a share", (run.training + run.validation).filter(\.isFinite), in: 0...1) }
            if let best = run.bestEpoch, !(1...run.training.count).contains(best) {
                throw .unusableNumber(kind: kind, what: "a best \(step)", value: "\(best)")
            }
        }
        if let baseline {
            try Check.numbers(kind, "a baseline", [baseline], in: isShare ? 0...1 : -Double.greatestFiniteMagnitude...Double.greatestFiniteMagnitude)
        }
        self.kind = kind
        self.runs = runs
        self.measure = measure
        self.isShare = isShare
        self.baseline = baseline
        self.baselineName = baselineName
        self.step = step
    }

    var notes: [String] {
        let gaps = runs.reduce(0) { $0 + ($1.training + $1.validation).count { !$0.isFinite } }
        return gaps == 0
            ? [] : ["\(Format.counted(gaps, "value")) that \(gaps == 1 ? "is" : "are") not a number \(gaps == 1 ? "is" : "are") left out"]
    }

    private var finite: [Double] { runs.flatMap { $0.training + $0.validation }.filter(\.isFinite) }

    /// Losses that start far above where they end are drawn on a logarithmic axis.
    private var isLogarithmic: Bool {
        guard !isShare, let low = finite.min(), let high = finite.max() else { return false }
        return low > 0 && high / low > 30
    }

    func say(_ value: Double) -> String { isShare ? Format.fixed(value * 100, 1) + "%" : Format.significant(value) }

    /// The series whose numbers matter most: validation where there is one.
    private func judged(_ run: TrainingRun) -> [Double] { run.validation.contains(where: \.isFinite) ? run.validation : run.training }

    private func best(_ run: TrainingRun) -> (epoch: Int, value: Double)? {
        guard let epoch = run.bestEpoch, judged(run)[epoch - 1].isFinite else { return nil }
        return (epoch, judged(run)[epoch - 1])
    }

    private func word(_ run: TrainingRun) -> String { run.validation.contains(where: \.isFinite) ? "validation" : "training" }

    func altText(_ what: String) -> String {
        let sentences = runs.map { run -> String in
            let values = judged(run)
            let first = values.firstIndex(where: \.isFinite) ?? 0
            let last = values.lastIndex(where: \.isFinite) ?? 0
            var sentence = "\(Format.name(run.name)): \(word(run)) \(what) "
            sentence +=
                first == last
                ? "\(say(values[last])) in \(step) \(last + 1)"
                : "from \(say(values[first])) in \(step) \(first + 1) to \(say(values[last])) in \(step) \(last + 1)"
            if let best = best(run) { sentence += ", best \(say(best.value)) in \(step) \(best.epoch)" }
            return sentence
        }
        let level = baseline.map { " Baseline\(baselineName.isEmpty ? "" : ", \(baselineName)"): \(say($0))." } ?? ""
        return "Line chart of \(what) by \(step) of training. " + sentences.joined(separator: "; ") + "." + level
    }

    func data(_ what: String) -> ChartTable {
        var table = ChartTable(["model", step, "training \(what)", "validation \(what)", "best"])
        for run in runs {
            for (index, value) in run.training.enumerated() {
                table.append([
                    .text(run.name), .integer(index + 1), .init(value), run.validation.isEmpty ? .missing : .init(run.validation[index]),
                    .integer(run.bestEpoch == index + 1 ? 1 : 0),
                ])
            }
        }
        return table
    }

    func draw(_ figure: inout Figure) {
        let epochs = runs.map(\.training.count).max() ?? 1
        let values = finite + (baseline.map { [$0] } ?? [])
        let (low, high) = (values.min() ?? 0, values.max() ?? 1)
        let steps = max(2, Int(figure.area.height / (figure.isText ? 4 : 64)))
        let y = isShare ? Scale.percent(low, high, steps: steps) : isLogarithmic ? .logarithmic(low, high) : .linear(low, high, steps: steps)
        var x = Scale.linear(1, Double(max(epochs, 2)), steps: 8, whole: true, exact: true)
        if epochs <= 12 { x.tics = (1...epochs).map { Tic(value: Double($0), label: String($0)) } }
        if epochs == 1 {
            (x.lower, x.upper) = (0, 2)
        } else if !x.tics.contains(where: { $0.value == 1 }) {
            x.tics.insert(Tic(value: 1, label: "1"), at: 0)
        }

        let top = figure.area.top + figure.above
        let bottom = figure.area.bottom - figure.below
        var labels: [(words: String, value: Double, role: Theme.Role)] = []
        for (index, run) in runs.enumerated() {
            let prefix = runs.count == 1 ? "" : run.name + " "
            if let last = run.training.last(where: \.isFinite) {
                labels.append(("\(prefix)training \(say(last))", last, runs.count == 1 ? Theme.quiet : Theme.words[index]))
            }
            if let last = run.validation.last(where: \.isFinite) { labels.append(("\(prefix)validation \(say(last))", last, Theme.words[index])) }
        }
        if let baseline, !baselineName.isEmpty { labels.append(("\(baselineName) \(say(baseline))", baseline, Theme.quiet)) }
        let room = min(figure.widest(labels.map(\.words)), figure.area.width * 0.4)
        let left = figure.area.left + figure.axisWidth(y)
        let frame = Frame(left: left, top: top, right: figure.area.right - room - figure.across(20), bottom: bottom)
        x = thinnedEpochs(x, figure, frame.width)
        func px(_ epoch: Int) -> Double { frame.left + frame.width * x.position(Double(epoch)) }
        func py(_ value: Double) -> Double { frame.bottom - frame.height * y.position(value) }

        figure.nameY(measure + (isLogarithmic ? ", logarithmic axis" : ""), of: frame)
        figure.nameX(step, of: frame)
        figure.endLabels(
            labels.map { .init(words: $0.words, y: py($0.value), role: $0.role) }, x: frame.right + figure.across(14), limit: room, within: frame)

        var plots: [String] = []
        if let baseline {
            let block = figure.block([x.lower, x.upper], [baseline, baseline])
            plots.append("\(block) using 1:2 with lines \(figure.stroke(Theme.axis, width: 1, dash: "(4,4)", index: 6))")
        }
        for (index, run) in runs.enumerated() {
            let role = Theme.series[index]
            let steps = (1...run.training.count).map(Double.init)
            let hasValidation = run.validation.contains(where: \.isFinite)
            let block = figure.block(steps, run.training, hasValidation ? run.validation : run.training)
            // With two curves training stands back: what counts is the part that was not trained on.
            let back =
                hasValidation
                ? figure.stroke(runs.count == 1 ? Theme.axis : role, width: 1.6, dash: "(5,4)", index: index * 2)
                : figure.stroke(role, width: 2.4, index: index * 2)
            let with = run.training.count == 1 ? "points \(figure.mark(role, radius: 3, character: 1))" : "lines \(back)"
            plots.append("\(block) using 1:2 with \(with)")
            guard hasValidation else { continue }
            let front =
                run.training.count == 1
                ? "points \(figure.mark(role, radius: 4.5, hollow: true, character: 2))"
                : "lines \(figure.stroke(role, width: 2.4, index: index * 2 + 1))"
            plots.append("\(block) using 1:3 with \(front)")
        }
        let paths = runs.flatMap { [$0.training, $0.validation] }.map { values in
            values.enumerated().filter { $0.element.isFinite }.map { (x: px($0.offset + 1), y: py($0.element)) }
        }
        var taken: [(x: Double, y: Double, half: Double)] = []
        for (index, run) in runs.enumerated() {
            guard let best = best(run) else { continue }
            let (bx, by) = (px(best.epoch), py(best.value))
            if !figure.isText { figure.dot(bx, by, radius: 6.5, Theme.paper) }
            figure.dot(bx, by, radius: 4.5, Theme.series[index], character: 15)
            let words = runs.count == 1 ? "best: \(say(best.value)) in \(step) \(best.epoch)" : "\(step) \(best.epoch)"
            place(words, beside: (bx, by), in: frame, index: index, paths, &taken, &figure)
        }
        figure.panel(frame, x: x, y: y, plots)
    }

    /// Words over or under the best point where no curve and no other words run: first on the side away from the curves, below for a loss.
    ///
    /// Where several models crowd so that there is no such place, the mark says enough.
    private func place(
        _ words: String, beside point: (x: Double, y: Double), in frame: Frame, index: Int, _ paths: [[(x: Double, y: Double)]],
        _ taken: inout [(x: Double, y: Double, half: Double)], _ figure: inout Figure
    ) {
        let half = figure.measure(words, size: Theme.smallSize) / 2
        let x = min(max(point.x, frame.left + half), frame.right - half)
        let unit = figure.isText ? 1.0 : 17
        let needed = figure.isText ? 0.9 : 11.0
        let away: Double = isShare ? -1 : 1
        var best: (y: Double, room: Double)?
        for steps in [1, -1, 1.7, -1.7] {
            let y = point.y + away * steps * unit
            guard y > frame.top + needed * 0.5, y < frame.bottom - needed * 0.8 else { continue }
            var room = paths.reduce(Double.infinity) { min($0, Self.distance(from: y, of: $1, between: x - half, and: x + half)) }
            for other in taken where abs(other.x - x) < other.half + half { room = min(room, abs(other.y - y) - needed * 0.4) }
            if room > best?.room ?? -1 { best = (y, room) }
            if room >= needed { break }
        }
        guard let best, best.room >= needed || runs.count == 1 else { return }
        taken.append((x, best.y, half))
        figure.text(words, x, best.y, .middle, size: Theme.smallSize, Theme.words[index])
    }

    /// How near a path comes to the height `y` from `left` to `right`.
    private static func distance(from y: Double, of path: [(x: Double, y: Double)], between left: Double, and right: Double) -> Double {
        var least = Double.infinity
        for (a, b) in zip(path, path.dropFirst()) where b.x >= left && a.x <= right && b.x > a.x {
            func height(_ x: Double) -> Double { a.y + (b.y - a.y) * (x - a.x) / (b.x - a.x) }
            let (start, end) = (height(max(a.x, left)), height(min(b.x, right)))
            least = min(least, (start - y) * (end - y) <= 0 ? 0 : min(abs(start - y), abs(end - y)))
        }
        return least
    }

    private func thinnedEpochs(_ scale: Scale, _ figure: Figure, _ width: Double) -> Scale {
        var result = scale
        var lastEnd = -Double.infinity
        result.tics = scale.tics.filter { tic in
            let middle = width * scale.position(tic.value)
            let half = figure.measure(tic.label) / 2 + figure.across(4)
            guard middle - half >= lastEnd else { return false }
            lastEnd = middle + half
            return true
        }
        return result
    }
}
