import Diagnostics
import Language
import Runtime
import Scoring
import Tables

/// The scores of a classifier on rows that it has not learnt from.
struct ScoresValue: KindValue {
    let modelName: String
    let scores: ClassificationScores
    /// The split, its sizes and what fell out; stands above every score.
    let splitLines: [String]
    /// How good the steps are that a model predicts after the next event.
    var continuation: ContinuationScores?

    var kind: Kind { .scores }
    var isBinary: Bool { scores.positive != nil }

    var summary: String {
        "\(modelName) on \(NumberText.grouped(scores.rows)) held-back rows: accuracy \(NumberText.decimal(scores.accuracy, 4)), baseline \(NumberText.decimal(scores.baseline.accuracy, 4))"
    }

    var blocks: [Block] { [.text(splitLines.joined(separator: "\n")), .table(measures)] + continuationBlocks + [.table(byClass)] }

    /// The measures beside what is reached by always guessing the commonest class of the training part.
    var measures: DisplayTable {
        let baselineName = "always '\(scores.classes[scores.baseline.label])'"
        func row(_ name: String, _ value: DisplayTable.Cell, _ baseline: DisplayTable.Cell = .undefined) -> [DisplayTable.Cell] { [.init(name), value, baseline] }
        var rows = [row("accuracy", .number(scores.accuracy, 4), .number(scores.baseline.accuracy, 4)), row("balanced accuracy", .number(scores.balancedAccuracy, 4), .number(1 / Double(max(1, scores.byClass.count { $0.support > 0 })), 4))]
        if let positive = scores.positive {
            let one = scores.byClass[positive]
            rows += [
                row("precision", Self.cell(one.precision)), row("recall", Self.cell(one.recall)), row("F1", Self.cell(one.f1)), row("AUC", Self.cell(one.auc), .number(0.5, 4)),
                row("PR-AUC", Self.cell(one.averagePrecision), .number(Double(one.support) / Double(scores.rows), 4)),
            ]
        } else {
            rows += [
                row("F1, macro", .number(scores.macro.f1, 4)), row("F1, weighted", .number(scores.weighted.f1, 4)), row("AUC, macro", Self.cell(scores.aucMacro), .number(0.5, 4)),
                row("AUC, weighted", Self.cell(scores.aucWeighted), .number(0.5, 4)),
            ]
        }
        rows += [row("log loss", .number(scores.logLoss, 4), .number(scores.baseline.logLoss, 4)), row("Brier", .number(scores.brier, 4))]
        var notes: [String] = []
        if let positive = scores.positive { notes.append("Positive class: \(scores.classes[positive]).") }
        if let reason = scores.auc.reason { notes.append("No AUC: \(reason.rawValue).") }
        return DisplayTable(
            title: "Scores of \(modelName) on \(NumberText.grouped(scores.rows)) held-back rows", columns: [.init("measure"), .init(modelName, .right), .init(baselineName, .right)], rows: rows,
            notes: notes)
    }

    var byClass: DisplayTable {
        DisplayTable(
            title: "Scores by class",
            columns: [.init("class"), .init("rows", .right), .init("predicted", .right), .init("precision", .right), .init("recall", .right), .init("F1", .right), .init("AUC", .right)],
            rows: scores.byClass.map { one in
                [.init(one.name), .count(one.support), .count(one.predictions), Self.cell(one.precision), Self.cell(one.recall), Self.cell(one.f1), Self.cell(one.auc)]
            })
    }

    var confusion: DisplayTable {
        DisplayTable(
            title: "Actual (rows) and predicted (columns) classes", columns: [.init("actual")] + scores.classes.map { .init($0, .right) },
            rows: scores.classes.indices.map { truth in [.init(scores.classes[truth])] + scores.classes.indices.map { .count(scores.confusion[truth: truth, predicted: $0]) } })
    }

    /// What the numbers mean, for help.
    static let terms: [Signature.Term] = [
        .init("accuracy", "rows whose likeliest class is the true one, of all held-back rows"), .init("balanced accuracy", "the mean recall over the classes that have rows"),
        .init("precision", "of the rows predicted as the class, those that are of it"), .init("recall", "of the rows of the class, those predicted as it"),
        .init("F1", "2 · precision · recall / (precision + recall)"), .init("AUC", "the area under the ROC curve: how often a row of the class is ranked above a row of another; 0.5 is by chance"),
        .init("PR-AUC", "average precision: the precisions at each threshold, weighted by the gain in recall, without interpolation"),
        .init("macro", "the mean over the classes, each counting the same"), .init("weighted", "the mean over the classes, each counting by its held-back rows"),
        .init("log loss", "the mean of -ln of the probability given to the true class"),
        .init("Brier", "the mean squared gap between probabilities and truth, added over the classes; halved for two"),
        .init("always ...", "the baseline: the commonest class of the training part, with the training shares as probabilities"),
        .init("rows, predicted", "held-back rows that are of the class, and those predicted as it"), .init("–", "not defined: nothing to divide by; 0 in macro and weighted means"),
    ]

    static func cell(_ score: Score) -> DisplayTable.Cell { score.value.map { .number($0, 4) } ?? .undefined }

    var json: JSON {
        var members: [JSON.Member] = [
            .init("n", .integer(scores.rows)), .init("classes", .array(scores.classes.map { .string($0) })),
            .init("positive", scores.positive.map { .string(scores.classes[$0]) } ?? .null), .init("accuracy", .number(scores.accuracy)),
            .init("balanced_accuracy", .number(scores.balancedAccuracy)), .init("log_loss", .number(scores.logLoss)), .init("brier", .number(scores.brier)),
            .init("auc", Self.json(scores.auc)),
        ]
        if let positive = scores.positive {
            let one = scores.byClass[positive]
            members += [
                .init("precision", Self.json(one.precision)), .init("recall", Self.json(one.recall)), .init("f1", Self.json(one.f1)),
                .init("pr_auc", Self.json(one.averagePrecision)),
            ]
        } else {
            members += [
                .init("precision_macro", .number(scores.macro.precision)), .init("recall_macro", .number(scores.macro.recall)), .init("f1_macro", .number(scores.macro.f1)),
                .init("auc_macro", Self.json(scores.aucMacro)), .init("precision_weighted", .number(scores.weighted.precision)),
                .init("recall_weighted", .number(scores.weighted.recall)), .init("f1_weighted", .number(scores.weighted.f1)), .init("auc_weighted", Self.json(scores.aucWeighted)),
            ]
        }
        members.append(
            .init(
                "by_class",
                .array(
                    scores.byClass.map { one in
                        [
                            "class": .string(one.name), "n": .integer(one.support), "predicted": .integer(one.predictions), "precision": Self.json(one.precision),
                            "recall": Self.json(one.recall), "f1": Self.json(one.f1), "auc": Self.json(one.auc), "pr_auc": Self.json(one.averagePrecision),
                        ]
                    })))
        let count = scores.classes.count
        members.append(
            .init("confusion", .array((0..<count).map { truth in .array((0..<count).map { .integer(scores.confusion[truth: truth, predicted: $0]) }) })))
        members.append(
            .init(
                "baseline",
                ["class": .string(scores.classes[scores.baseline.label]), "accuracy": .number(scores.baseline.accuracy), "log_loss": .number(scores.baseline.logLoss)]))
        return .object(members + continuationMembers)
    }

    private static func json(_ score: Score) -> JSON { score.value.map { .number($0) } ?? .null }

    private var numbers: [(name: String, value: Double?)] {
        var numbers: [(name: String, value: Double?)] = [
            ("accuracy", scores.accuracy), ("balanced_accuracy", scores.balancedAccuracy), ("log_loss", scores.logLoss), ("brier", scores.brier), ("auc", scores.auc.value),
            ("baseline", scores.baseline.accuracy), ("baseline_log_loss", scores.baseline.logLoss),
        ]
        if let positive = scores.positive {
            let one = scores.byClass[positive]
            numbers += [("precision", one.precision.value), ("recall", one.recall.value), ("f1", one.f1.value), ("pr_auc", one.averagePrecision.value)]
        } else {
            numbers += [
                ("f1", scores.macro.f1), ("precision_macro", scores.macro.precision), ("recall_macro", scores.macro.recall), ("f1_macro", scores.macro.f1),
                ("auc_macro", scores.aucMacro.value), ("f1_weighted", scores.weighted.f1), ("auc_weighted", scores.aucWeighted.value),
            ]
        }
        return numbers + continuationNumbers
    }

    func property(_ name: String, _ work: Work) -> Value? {
        if name == "n" { return .integer(scores.rows) }
        return numbers.first { $0.name == name }?.value.map { .number($0) }
    }

    var propertyNames: [String] { ["n"] + numbers.map(\.name) }

    /// The names of all measures, those of two classes and those of more.
    static let properties = [
        "n", "accuracy", "balanced_accuracy", "log_loss", "brier", "auc", "baseline", "baseline_log_loss", "precision", "recall", "f1", "pr_auc", "precision_macro",
        "recall_macro", "f1_macro", "auc_macro", "f1_weighted", "auc_weighted", "sequence_accuracy", "sequence_baseline",
    ]

    /// The measures as a table to write.
    var measureTable: Table {
        let defined = numbers.filter { $0.value != nil }
        return Table([Column("measure", text: ["n"] + defined.map(\.name)), Column("value", numbers: [Double(scores.rows)] + defined.map { $0.value ?? .nan })])
    }
}
