import Diagnostics
import Language
import Runtime
import Scoring

/// What thresholds that the validation part chose give on the test part: of two classes.
struct ChosenThresholds: Sendable {
    /// The rule, what it was worth on the validation part, and what it gives on the test part.
    struct Line: Sendable {
        let choice: ThresholdChoice
        let scores: ThresholdScores
    }

    /// The positive class.
    let positive: String
    let lines: [Line]
    let validationRows: Int

    /// - Throws: `ScoringError` where the validation part is of one class.
    init(_ validation: ClassPredictions, _ test: ClassPredictions, positive: Int) throws(ScoringError) {
        let truth = validation.labels.map { $0 == positive }, chances = validation.probabilities(of: positive)
        let tests = test.labels.map { $0 == positive }, testChances = test.probabilities(of: positive)
        var lines: [Line] = []
        for aim in ThresholdChoice.Aim.allCases {
            let choice = try ThresholdChoice(aim, isPositive: truth, probabilities: chances)
            lines.append(Line(choice: choice, scores: try ThresholdScores(at: choice.threshold, isPositive: tests, probabilities: testChances)))
        }
        self.lines = lines
        self.positive = test.classes[positive]
        validationRows = validation.rows
    }

    var table: DisplayTable {
        func row(_ name: String, _ cell: (Line) -> DisplayTable.Cell) -> [DisplayTable.Cell] { [.init(name)] + lines.map(cell) }
        return DisplayTable(
            title: "Thresholds chosen on the validation part", columns: [.init("measure")] + lines.map { .init("for \($0.choice.aim.shown)", .right) },
            rows: [
                row("threshold") { .number($0.choice.threshold, 4) }, row("on the validation part") { .number($0.choice.value, 4) }, row("precision") { ScoresValue.cell($0.scores.precision) },
                row("recall") { ScoresValue.cell($0.scores.recall) }, row("F1") { ScoresValue.cell($0.scores.f1) }, row("balanced accuracy") { .number($0.scores.confusion.balancedAccuracy, 4) },
                row("accuracy") { .number($0.scores.confusion.accuracy, 4) }, row("MCC") { ScoresValue.cell($0.scores.confusion.matthews) },
            ], notes: ["From the threshold on a row counts as '\(positive)'; the scores above take 0.5. Chosen on \(NumberText.counted(validationRows, "validation rows")), the other measures are of the scored rows."])
    }

    var members: [JSON.Member] {
        let all = lines.map { line in
            JSON.object([
                .init("chosen_for", .string(line.choice.aim.rawValue)), .init("threshold", .number(line.choice.threshold)), .init("validation", .number(line.choice.value)),
                .init("precision", ScoresValue.json(line.scores.precision)), .init("recall", ScoresValue.json(line.scores.recall)), .init("f1", ScoresValue.json(line.scores.f1)),
                .init("balanced_accuracy", .number(line.scores.confusion.balancedAccuracy)), .init("accuracy", .number(line.scores.confusion.accuracy)), .init("mcc", ScoresValue.json(line.scores.confusion.matthews)),
            ])
        }
        return [.init("thresholds", .array(all))]
    }

    /// Those of the threshold that was chosen for F1.
    static let names = ["threshold", "threshold_precision", "threshold_recall", "threshold_f1"]

    var numbers: [(name: String, value: Double?)] {
        let line = lines[0]
        return Array(zip(Self.names, [line.choice.threshold, line.scores.precision.value, line.scores.recall.value, line.scores.f1.value]))
    }
}

extension ThresholdChoice.Aim {
    var shown: String {
        switch self {
        case .f1: "F1"
        case .balanced: "balanced accuracy"
        }
    }
}
