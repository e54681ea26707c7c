import Language
import Runtime
import Scoring

extension ClassificationScores: TargetScores {
    var isBinary: Bool { positive != nil }

    var headline: String { "accuracy \(NumberText.decimal(accuracy, 4)), baseline \(NumberText.decimal(baseline.accuracy, 4))" }

    var details: [DisplayTable] { [classTable, confusionTable] }

    /// The measures beside what is reached by always guessing the commonest class of the training part.
    func measures(_ model: String, title: String) -> DisplayTable {
        let baselineName = "always '\(classes[baseline.label])'"
        func row(_ name: String, _ value: DisplayTable.Cell, _ baseline: DisplayTable.Cell = .undefined) -> [DisplayTable.Cell] { [.init(name), value, baseline] }
        var lines = [row("accuracy", .number(accuracy, 4), .number(baseline.accuracy, 4)), row("balanced accuracy", .number(balancedAccuracy, 4), .number(1 / Double(max(1, byClass.count { $0.support > 0 })), 4))]
        if let positive = positive {
            let one = byClass[positive]
            lines += [
                row("precision", ScoresValue.cell(one.precision)), row("recall", ScoresValue.cell(one.recall)), row("F1", ScoresValue.cell(one.f1)), row("AUC", ScoresValue.cell(one.auc), .number(0.5, 4)),
                row("PR-AUC", ScoresValue.cell(one.averagePrecision), .number(Double(one.support) / Double(rows), 4)),
            ]
        } else {
            lines += [
                row("F1, macro", .number(macro.f1, 4)), row("F1, weighted", .number(weighted.f1, 4)), row("AUC, macro", ScoresValue.cell(aucMacro), .number(0.5, 4)),
                row("AUC, weighted", ScoresValue.cell(aucWeighted), .number(0.5, 4)),
            ]
        }
        lines += [row("log loss", .number(logLoss, 4), .number(baseline.logLoss, 4)), row("Brier", .number(brier, 4))]
        var notes: [String] = []
        if let positive = positive { notes.append("Positive class: \(classes[positive]).") }
        if let reason = auc.reason { notes.append("No AUC: \(reason.rawValue).") }
        return DisplayTable(title: title, columns: [.init("measure"), .init(model, .right), .init(baselineName, .right)], rows: lines, notes: notes)
    }

    private var classTable: DisplayTable {
        DisplayTable(
            title: "Scores by class",
            columns: [.init("class"), .init("rows", .right), .init("predicted", .right), .init("precision", .right), .init("recall", .right), .init("F1", .right), .init("AUC", .right)],
            rows: byClass.map { one in
                [.init(one.name), .count(one.support), .count(one.predictions), ScoresValue.cell(one.precision), ScoresValue.cell(one.recall), ScoresValue.cell(one.f1), ScoresValue.cell(one.auc)]
            })
    }

    private var confusionTable: DisplayTable {
        DisplayTable(
            title: "Actual (rows) and predicted (columns) classes", columns: [.init("actual")] + classes.map { .init($0, .right) },
            rows: classes.indices.map { truth in [.init(classes[truth])] + classes.indices.map { .count(confusion[truth: truth, predicted: $0]) } })
    }

    var json: [JSON.Member] {
        var members: [JSON.Member] = [
            .init("n", .integer(rows)), .init("classes", .array(classes.map { .string($0) })),
            .init("positive", positive.map { .string(classes[$0]) } ?? .null), .init("accuracy", .number(accuracy)),
            .init("balanced_accuracy", .number(balancedAccuracy)), .init("log_loss", .number(logLoss)), .init("brier", .number(brier)),
            .init("auc", ScoresValue.json(auc)),
        ]
        if let positive = positive {
            let one = byClass[positive]
            members += [
                .init("precision", ScoresValue.json(one.precision)), .init("recall", ScoresValue.json(one.recall)), .init("f1", ScoresValue.json(one.f1)),
                .init("pr_auc", ScoresValue.json(one.averagePrecision)),
            ]
        } else {
            members += [
                .init("precision_macro", .number(macro.precision)), .init("recall_macro", .number(macro.recall)), .init("f1_macro", .number(macro.f1)),
                .init("auc_macro", ScoresValue.json(aucMacro)), .init("precision_weighted", .number(weighted.precision)),
                .init("recall_weighted", .number(weighted.recall)), .init("f1_weighted", .number(weighted.f1)), .init("auc_weighted", ScoresValue.json(aucWeighted)),
            ]
        }
        members.append(
            .init(
                "by_class",
                .array(
                    byClass.map { one in
                        [
                            "class": .string(one.name), "n": .integer(one.support), "predicted": .integer(one.predictions), "precision": ScoresValue.json(one.precision),
                            "recall": ScoresValue.json(one.recall), "f1": ScoresValue.json(one.f1), "auc": ScoresValue.json(one.auc), "pr_auc": ScoresValue.json(one.averagePrecision),
                        ]
                    })))
        let count = classes.count
        members.append(
            .init("confusion", .array((0..<count).map { truth in .array((0..<count).map { .integer(confusion[truth: truth, predicted: $0]) }) })))
        members.append(
            .init(
                "baseline",
                ["class": .string(classes[baseline.label]), "accuracy": .number(baseline.accuracy), "log_loss": .number(baseline.logLoss)]))
        return members
    }

    var numbers: [(name: String, value: Double?)] {
        var all: [(name: String, value: Double?)] = [
            ("accuracy", accuracy), ("balanced_accuracy", balancedAccuracy), ("log_loss", logLoss), ("brier", brier), ("auc", auc.value),
            ("baseline", baseline.accuracy), ("baseline_log_loss", baseline.logLoss),
        ]
        if let positive = positive {
            let one = byClass[positive]
            all += [("precision", one.precision.value), ("recall", one.recall.value), ("f1", one.f1.value), ("pr_auc", one.averagePrecision.value)]
        } else {
            all += [
                ("f1", macro.f1), ("precision_macro", macro.precision), ("recall_macro", macro.recall), ("f1_macro", macro.f1),
                ("auc_macro", aucMacro.value), ("f1_weighted", weighted.f1), ("auc_weighted", aucWeighted.value),
            ]
        }
        return all
    }

    static let names = [
        "accuracy", "balanced_accuracy", "log_loss", "brier", "auc", "baseline", "baseline_log_loss", "precision", "recall", "f1", "pr_auc", "precision_macro", "recall_macro", "f1_macro", "auc_macro",
        "f1_weighted", "auc_weighted",
    ]
}
