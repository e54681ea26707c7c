import Diagnostics
import Language
import Layers
import Models
import Plots
import Scoring

// Charts of models and their scores.

extension PlotCommand {
    /// The scores that `of` names, else those of the value read, each under its name.
    func scores(_ call: Call, _ input: Input) throws -> [(name: String, value: ScoresValue, scores: ClassificationScores)] {
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

    func confusionChart(_ call: Call, _ input: Input, _ title: String?) throws -> any Chart {
        let all = try scores(call, input)
        try Self.checkSingle(all.map(\.name), call)
        let scores = all[0].scores
        let counts = scores.classes.indices.map { truth in scores.classes.indices.map { scores.confusion[truth: truth, predicted: $0] } }
        return try ConfusionChart(title: title ?? "Confusion matrix of \(all[0].name)", classes: scores.classes, counts: counts)
    }

    static func checkSingle(_ names: [String], _ call: Call) throws(Diagnostic) {
        guard names.count > 1 else { return }
        throw Diagnostic("too-many-names", "'plot \(call.variant ?? "")' is of one model", category: .syntax, at: call.span(of: Self.models), label: "more than one", hint: "plot \(call.variant ?? "") of \(names[0])")
    }

    func models(_ call: Call, _ input: Input) throws -> [(name: String, model: ModelValue)] {
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

    /// What the columns count in the models that `of` names, by a measure that all of them have, if there is one.
    func importanceChart(_ call: Call, _ input: Input, _ title: String?) throws -> any Chart {
        let all = try models(call, input)
        for (name, model) in all where model.fitted.importances.isEmpty {
            throw Diagnostic(
                "no-importance", "'\(name)' does not say how much its columns count", category: .data, at: call.span, label: "nothing to draw", hint: "fit tree, fit forest or fit logistic says it")
        }
        let measures = all[0].model.fitted.importances.map(\.name)
        let common = measures.filter { measure in all.allSatisfy { $0.model.fitted.importances.contains { $0.name == measure } } }
        let asked = try call[Self.measure]
        if let asked, !common.contains(asked) {
            throw Diagnostic(
                "wrong-value", "\(all.map { "'\($0.name)'" }.joined(separator: " and ")) \(all.count == 1 ? "has" : "have") no importance by '\(asked)'", category: .data, at: call.span(of: Self.measure),
                label: "not measured", hint: common.isEmpty ? "leave it out" : "by=\(common.joined(separator: " or by="))")
        }
        let measure = asked ?? common.first, found = all.map { one in one.model.fitted.importances.first { $0.name == measure } ?? one.model.fitted.importances[0] }
        let series = zip(all, found).map { one, importance in
            let sum = measure == nil ? importance.values.reduce(0) { $0 + max(0, $1) } : 1, scale = sum > 0 ? 1 / sum : 1
            return ImportanceChart.Series(name: one.name, columns: importance.columns, values: importance.values.map { $0 * scale }, deviations: importance.deviations?.map { $0 * scale })
        }
        var meanings: [String] = []
        for (one, importance) in zip(all, found) {
            let meaning = (measure == nil ? "\(one.name): " : "") + importance.meaning
            if !meanings.contains(meaning) { meanings.append(measure == nil ? meaning : meaning.capitalisedFirst) }
        }
        return try ImportanceChart(
            title: title ?? "Importance of columns in \(all.map(\.name).joined(separator: ", "))", measure: measure ?? "share of the sum", series: series,
            notes: (measure == nil ? ["The models have no measure in common: shares of the sum of each"] : []) + meanings)
    }

    func treeChart(_ call: Call, _ input: Input, _ title: String?) throws -> any Chart {
        let all = try models(call, input)
        try Self.checkSingle(all.map(\.name), call)
        guard let model = all[0].model.fitted as? RowModel, let tree = model.predictor as? TreeModel else {
            throw Diagnostic("no-tree", "'\(all[0].name)' is no tree", category: .data, at: call.span, label: "nothing to draw", hint: "fit tree predict=..., or plot importance")
        }
        let positive = if case .success(let scores) = all[0].model.heldBack { scores.classification?.positive } else { Int?.none }
        let shown = tree.classes.count == 2 ? positive ?? 1 : nil, conditions = model.conditions
        let nodes = tree.nodes.enumerated().map { place, node in
            let shares = tree.shares(of: node), likeliest = shares.indices.max { (shares[$0], $1) < (shares[$1], $0) } ?? 0
            let test = node.column.map { conditions.text([.init(column: $0, threshold: node.threshold, gapsGoLeft: node.gapsGoLeft, isLeft: true)], isShort: true) }
            return TreeChart.Node(
                test: test, rows: node.rows, share: shares[shown ?? likeliest], likeliest: tree.classes[likeliest], yes: node.column == nil ? nil : place + 1, no: node.column == nil ? nil : node.right)
        }
        return try TreeChart(title: title ?? "Tree of \(model.targets[0].name)", nodes: nodes, positive: shown.map { tree.classes[$0] })
    }
}
