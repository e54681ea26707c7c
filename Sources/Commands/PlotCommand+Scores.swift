import Diagnostics
import Language
import Plots
import Runtime
import Scoring

// Charts of scores, class by class.

extension PlotCommand {
    /// The curves of the positive class of each model, or of one model's classes, each against the rest.
    ///
    /// - Returns: with what each is called, what its scores say of it, and the share of the rows that are of its class; and what is to be said below the chart.
    /// - Throws: a `Diagnostic` where there are none.
    private func classCurves(_ call: Call, _ input: Input, chart: String) throws -> (curves: [(name: String, curves: ClassificationScores.ClassCurves, positiveShare: Double)], names: [String], notes: [String]) {
        let all = try scores(call, input)
        let found = all.flatMap { name, _, scores in
            scores.curves.filter { scores.positive ?? $0.label == $0.label }.map { curves in
                let ofClass = scores.classes[curves.label]
                let label = scores.isBinary ? name : all.count == 1 ? ofClass : "\(name): \(ofClass)"
                return (name: label, curves: curves, positiveShare: Double(scores.byClass[curves.label].support) / Double(max(1, scores.rows)))
            }
        }
        guard !found.isEmpty else {
            throw Diagnostic(
                "one-class", "\(chart) needs held-back rows of at least two classes", category: .data, at: call.span, label: all.first?.scores.auc.reason?.rawValue ?? "has no curve", hint: "sample more users")
        }
        return (found, all.map(\.name), Self.rows(all.map { ($0.name, $0.value, $0.scores) }) + (all[0].scores.isBinary ? [] : ["Each class against the rest"]))
    }

    /// What the charts are of: said once where it is the same for all.
    private static func rows(_ all: [(name: String, value: ScoresValue, scores: ClassificationScores)]) -> [String] {
        let said = all.map { "\(NumberText.grouped($0.scores.rows)) \($0.value.rowsName)" }
        return Set(said).count == 1 ? ["On \(said[0])"] : zip(all, said).map { "\($0.name) on \($1)" }
    }

    func rocChart(_ call: Call, _ input: Input, _ title: String?) throws -> any Chart {
        let (found, names, notes) = try classCurves(call, input, chart: "a ROC curve")
        let curves = found.map { ROCChart.Curve(name: $0.name, falsePositiveRates: $0.curves.roc.falsePositiveRates, truePositiveRates: $0.curves.roc.truePositiveRates, area: $0.curves.roc.area) }
        return try ROCChart(title: title ?? "ROC curves of \(names.joined(separator: ", "))", curves: curves, notes: notes)
    }

    func precisionRecallChart(_ call: Call, _ input: Input, _ title: String?) throws -> any Chart {
        let (found, names, notes) = try classCurves(call, input, chart: "a precision-recall curve")
        let curves = found.map {
            PrecisionRecallChart.Curve(
                name: $0.name, recalls: $0.curves.precisionRecall.recalls, precisions: $0.curves.precisionRecall.precisions, averagePrecision: $0.curves.precisionRecall.averagePrecision, positiveShare: $0.positiveShare)
        }
        return try PrecisionRecallChart(title: title ?? "Precision and recall of \(names.joined(separator: ", "))", curves: curves, notes: notes)
    }

    /// Gain or lift: the rows taken are the positives and the negatives that pass a threshold.
    func gainChart(_ call: Call, _ input: Input, _ title: String?, isLift: Bool) throws -> any Chart {
        let (found, names, notes) = try classCurves(call, input, chart: isLift ? "lift" : "a gain curve")
        let curves = found.map { name, curves, share in
            let roc = curves.roc
            let targeted = zip(roc.falsePositiveRates, roc.truePositiveRates).map { min(1, $0 * (1 - share) + $1 * share) }
            return GainCurve(name: name, targeted: targeted, found: roc.truePositiveRates, positiveShare: share)
        }
        let whose = names.joined(separator: ", ")
        return isLift ? try LiftChart(title: title ?? "Lift of \(whose)", curves: curves, notes: notes) : try GainChart(title: title ?? "Cumulative gain of \(whose)", curves: curves, notes: notes)
    }

    func calibrationChart(_ call: Call, _ input: Input, _ title: String?) throws -> any Chart {
        let all = try scores(call, input)
        let models = all.map { name, _, scores in
            CalibrationChart.Model(
                name: name, bins: scores.calibration.bins.map { .init(from: $0.range.lowerBound, to: $0.range.upperBound, count: $0.rows, meanPredicted: $0.predicted, observed: $0.share) })
        }
        let of = all[0].scores.positive.map { "Probability of '\(all[0].scores.classes[$0])'" } ?? "Probability of the class that a row is taken for"
        return try CalibrationChart(title: title ?? "Calibration of \(all.map(\.name).joined(separator: ", "))", models: models, notes: [of] + Self.rows(all))
    }

    /// Drawn on the validation part, where a threshold is chosen; the test part only says what became of it.
    func thresholdChart(_ call: Call, _ input: Input, _ title: String?) throws -> any Chart {
        let all = try models(call, input)
        try Self.checkSingle(all.map(\.name), call)
        let (name, model) = all[0]
        guard let predictions = model.predictions, let positive = predictions.positive else {
            throw Diagnostic("no-classes", "'\(name)' does not predict one of two classes, and a threshold lies between two", category: .data, at: call.span, label: "nothing to draw", hint: "plot roc")
        }
        guard let validation = predictions.validation, let line = try predictions.thresholds()?.lines.first(where: { $0.choice.aim == .f1 }) else {
            throw Diagnostic("no-validation-rows", "a threshold is chosen on the validation part, and '\(name)' has none with rows of both classes", category: .data, at: call.span, label: "nothing to choose on", hint: "split valid=10% before the model")
        }
        let isPositive = validation.labels.map { $0 == positive }, chances = validation.probabilities(of: positive)
        let curve = try PrecisionRecallCurve(isPositive: isPositive, scores: chances)
        let (choice, there) = (line.choice, line.scores)
        func said(_ score: Score) -> String { score.value.map { NumberText.decimal($0, 4) } ?? "–" }
        let f1 = zip(curve.precisions, curve.recalls).map { $0 + $1 > 0 ? 2 * $0 * $1 / ($0 + $1) : 0 }
        let count = curve.thresholds.count
        return try ThresholdChart(
            title: title ?? "Thresholds of \(name) for '\(validation.classes[positive])'", thresholds: curve.thresholds, precisions: Array(curve.precisions.prefix(count)), recalls: Array(curve.recalls.prefix(count)),
            f1: Array(f1.prefix(count)), chosen: choice.threshold, origin: "most F1 on the validation part",
            notes: ["On \(NumberText.counted(validation.rows, "validation rows")); at \(NumberText.decimal(choice.threshold, 4)) the test part has F1 \(said(there.f1)), precision \(said(there.precision)), recall \(said(there.recall))"])
    }
}
