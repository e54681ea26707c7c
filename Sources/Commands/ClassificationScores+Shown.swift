import Language
import Runtime
import Scoring

extension ClassificationScores: TargetScores {
    var isBinary: Bool { positive != nil }

    var headline: String { "accuracy \(NumberText.decimal(accuracy, 4)), baseline \(NumberText.decimal(baseline.accuracy, 4))" }

    var details: [DisplayTable] { [classTable, confusionTable] }

    static let judge = "log_loss"

    var baselineName: String { "always '\(classes[baseline.label])'" }

    func cell(_ value: Double) -> DisplayTable.Cell { .number(value, 4) }

    var notes: [String] { (positive.map { ["Positive class: \(classes[$0])."] } ?? []) + (auc.reason.map { ["No AUC: \($0.rawValue)."] } ?? []) }

    /// The measures beside what is reached by always guessing the commonest class of the training part.
    var list: [ScoreMeasure] {
        func measure(_ kind: ClassMeasure, _ shown: String, name: String? = nil, baseline: Double? = nil, heading: String? = nil, unit: String = "") -> ScoreMeasure {
            ScoreMeasure(shown: shown, name: name ?? kind.rawValue, unit: unit, value: score(of: kind)?.value, baseline: baseline, heading: heading, isLoss: kind.isLoss, ofClasses: kind)
        }
        let whole = [
            measure(.accuracy, "accuracy", baseline: baseline.accuracy, heading: "accuracy"),
            measure(.balancedAccuracy, "balanced accuracy", baseline: 1 / Double(max(1, byClass.count { $0.support > 0 })), heading: "balanced"),
        ]
        let shares =
            positive.map { positive in
                [
                    measure(.precision, "precision"), measure(.recall, "recall"), measure(.f1, "F1", heading: "F1"), measure(.auc, "AUC", baseline: 0.5, heading: "AUC"),
                    measure(.averagePrecision, "PR-AUC", baseline: Double(byClass[positive].support) / Double(rows), heading: "PR-AUC"),
                ]
            } ?? [
                measure(.precisionMacro, "precision, macro"), measure(.recallMacro, "recall, macro"), measure(.f1Macro, "F1, macro", heading: "F1, macro"), measure(.f1Weighted, "F1, weighted"),
                measure(.auc, "AUC, macro", name: "auc_macro", baseline: 0.5, heading: "AUC, macro"), measure(.aucWeighted, "AUC, weighted", baseline: 0.5),
                measure(.averagePrecision, "PR-AUC, macro", name: "pr_auc_macro", heading: "PR-AUC, macro"),
            ]
        return whole + shares + [
            measure(.logLoss, "log loss", baseline: baseline.logLoss, heading: "log loss", unit: "nats"), measure(.brier, "Brier", baseline: baseline.brier, heading: "Brier"),
            measure(.calibrationError, "calibration error", heading: "calibration"), measure(.matthews, "MCC", heading: "MCC"),
        ]
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
            .init("calibration_error", .number(calibration.error)), .init("mcc", ScoresValue.json(confusion.matthews)),
            .init("auc", ScoresValue.json(auc)),
        ]
        if let positive = positive {
            let one = byClass[positive]
            members += [
                .init("precision", ScoresValue.json(one.precision)), .init("recall", ScoresValue.json(one.recall)), .init("f1", ScoresValue.json(one.f1)),
                .init("pr_auc", ScoresValue.json(one.averagePrecision)), .init("f1_macro", .number(macro.f1)), .init("f1_weighted", .number(weighted.f1)),
            ]
        } else {
            members += [
                .init("precision_macro", .number(macro.precision)), .init("recall_macro", .number(macro.recall)), .init("f1_macro", .number(macro.f1)),
                .init("auc_macro", ScoresValue.json(aucMacro)), .init("pr_auc_macro", ScoresValue.json(averagePrecisionMacro)), .init("precision_weighted", .number(weighted.precision)),
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
                ["class": .string(classes[baseline.label]), "accuracy": .number(baseline.accuracy), "log_loss": .number(baseline.logLoss), "brier": .number(baseline.brier)]))
        return members
    }

    var numbers: [(name: String, value: Double?)] {
        var all: [(name: String, value: Double?)] = [
            ("accuracy", accuracy), ("balanced_accuracy", balancedAccuracy), ("log_loss", logLoss), ("brier", brier), ("auc", auc.value),
            ("calibration_error", calibration.error), ("mcc", confusion.matthews.value), ("baseline", baseline.accuracy), ("baseline_log_loss", baseline.logLoss),
            ("f1_macro", macro.f1), ("f1_weighted", weighted.f1),
        ]
        if let positive = positive {
            let one = byClass[positive]
            all += [("precision", one.precision.value), ("recall", one.recall.value), ("f1", one.f1.value), ("pr_auc", one.averagePrecision.value)]
        } else {
            all += [
                ("f1", macro.f1), ("precision_macro", macro.precision), ("recall_macro", macro.recall),
                ("auc_macro", aucMacro.value), ("auc_weighted", aucWeighted.value), ("pr_auc_macro", averagePrecisionMacro.value),
            ]
        }
        return all
    }

    static let names = [
        "accuracy", "balanced_accuracy", "log_loss", "brier", "auc", "baseline", "baseline_log_loss", "precision", "recall", "f1", "pr_auc", "precision_macro", "recall_macro", "f1_macro", "auc_macro",
        "f1_weighted", "auc_weighted", "pr_auc_macro", "calibration_error", "mcc",
    ]
}
