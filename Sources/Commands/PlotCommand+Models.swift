import Diagnostics
import Language
import Layers
import Plots
import Scoring

// Charts of models and their scores.

extension PlotCommand {
    /// The scores that `of` names, else those of the value read, each under its name.
    private func scores(_ call: Call, _ input: Input) throws -> [(name: String, value: ScoresValue, scores: ClassificationScores)] {
        try chosen(call, input).map { chosen in
            if let scores = chosen.value as? ScoresValue { return (scores.modelName, scores, try Self.ofClasses(scores, scores.modelName, call)) }
            guard let model = chosen.value as? ModelValue else { throw Diagnostic.unexpected(chosen, wanted: .model, at: call.span(of: Self.models)) }
            let scores = try model.heldBackScores(at: call.span)
            return (chosen.name, scores, try Self.ofClasses(scores, chosen.name, call))
        }
    }

    /// The scores of the first target, which must be of classes one by one.
    private static func ofClasses(_ value: ScoresValue, _ name: String, _ call: Call) throws(Diagnostic) -> ClassificationScores {
        if let scores = value.classification { return scores }
        let isNumber = value.targets[0].scores is RegressionScores
        throw Diagnostic(
            "no-classes", isNumber ? "'\(name)' predicts a number, '\(value.targets[0].name)', and this chart is of classes" : "'\(name)' ranks very many values of '\(value.targets[0].name)', and this chart is of classes one by one",
            category: .data, at: call.span, label: "nothing to draw", hint: "plot loss, or 'evaluate' for the scores")
    }

    private func chosen(_ call: Call, _ input: Input) throws -> [Input] {
        let names = try call[Self.models]
        return names.isEmpty ? [input] : try names.map { try call.context.value(named: $0, at: call.span(of: Self.models)) }
    }

    func rocChart(_ call: Call, _ input: Input, _ title: String?) throws -> any Chart {
        let all = try scores(call, input)
        var curves: [ROCChart.Curve] = []
        for (name, _, scores) in all {
            for curve in scores.curves where scores.positive.map({ $0 == curve.label }) ?? true {
                let ofClass = scores.classes[curve.label]
                let label = scores.isBinary ? name : all.count == 1 ? ofClass : "\(name): \(ofClass)"
                curves.append(
                    .init(name: label, falsePositiveRates: curve.roc.falsePositiveRates, truePositiveRates: curve.roc.truePositiveRates, area: curve.roc.area))
            }
        }
        guard !curves.isEmpty else {
            throw Diagnostic(
                "one-class", "a ROC curve needs held-back rows of at least two classes", category: .data, at: call.span, label: all.first?.scores.auc.reason?.rawValue ?? "has no curve",
                hint: "sample more users")
        }
        var notes = all.map(\.value.summary)
        if !all[0].scores.isBinary { notes.append("Each class against the rest") }
        return try ROCChart(title: title ?? "ROC curves of \(all.map(\.name).joined(separator: ", "))", curves: curves, notes: notes)
    }

    func confusionChart(_ call: Call, _ input: Input, _ title: String?) throws -> any Chart {
        let all = try scores(call, input)
        try Self.checkSingle(all.map(\.name), call)
        let scores = all[0].scores
        let counts = scores.classes.indices.map { truth in scores.classes.indices.map { scores.confusion[truth: truth, predicted: $0] } }
        return try ConfusionChart(title: title ?? "Confusion matrix of \(all[0].name)", classes: scores.classes, counts: counts)
    }

    static func checkSingle(_ names: [String], _ call: Call) throws(Diagnostic) {
        guard names.count > 1 else { return }
        throw Diagnostic("too-many-names", "a confusion matrix is of one model", category: .syntax, at: call.span(of: Self.models), label: "more than one", hint: "plot confusion of \(names[0])")
    }

    private func models(_ call: Call, _ input: Input) throws -> [(name: String, model: ModelValue)] {
        try chosen(call, input).map { chosen in
            guard let model = chosen.value as? ModelValue else { throw Diagnostic.unexpected(chosen, wanted: .model, at: call.span(of: Self.models)) }
            return (chosen.name, model)
        }
    }

    /// - Parameter values: what is drawn of an epoch: of the training part, and of the validation part where there is one.
    func trainingChart<Measure: TrainingMeasure>(
        _: Measure.Type, _ call: Call, _ input: Input, _ title: String?, _ values: (TrainingHistory.Epoch) -> (training: Double?, validation: Double?)
    ) throws -> any Chart {
        let all = try models(call, input)
        if let counted = all.first(where: { $0.model.history.epochs.isEmpty }) {
            throw Diagnostic(
                "no-epochs", "'\(counted.name)' was not trained in epochs, so it has no \(Measure.name) by epoch", category: .data, at: call.span, label: "nothing to draw",
                hint: "plot roc, or plot \(Measure.name) of a network")
        }
        let units = Set(all.map { $0.model.fitted.targets.count == 1 ? $0.model.fitted.targets[0].classes.isEmpty ? "squared standard deviations" : Measure.unit : "" })
        if let numeric = all.first(where: { $0.model.history.epochs.contains { values($0).training == nil } }) {
            throw Diagnostic("no-classes", "'\(numeric.name)' predicts a number, so no answer is right or wrong", category: .data, at: call.span, label: "nothing to draw", hint: "plot loss")
        }
        let step = Set(all.map(\.model.fitted.step)).count == 1 ? all[0].model.fitted.step : "epoch or round"
        let runs = all.map { name, model in
            let epochs = model.history.epochs.map(values)
            return TrainingRun(name: name, training: epochs.compactMap(\.training), validation: epochs.compactMap(\.validation), bestEpoch: model.history.bestEpoch)
        }
        return try TrainingChart<Measure>(title: title ?? "\(Measure.name.capitalisedFirst) of \(all.map(\.name).joined(separator: ", ")) by \(step)", runs: runs, unit: Measure.isShare ? Measure.unit : units.count == 1 ? units.first ?? "" : "", step: step)
    }
}
