import Language
import Runtime
import Scoring
import Tables

/// The scores of several models on the same rows, measure by measure, the baseline last.
struct ScoresComparison {
    /// A measure, of each model and of the baseline.
    private struct Measure {
        let shown: String, name: String
        var unit = ""
        /// None where it is not defined.
        let values: [Double?]
        let baseline: Double?
    }

    private let models: [String]
    private let baselineName: String
    private let measures: [Measure]
    /// How numbers are written.
    private let text: @Sendable (Double) -> DisplayTable.Cell
    /// The measure that says which model is best.
    private let judge: String
    /// The place of the best model.
    let best: Int?

    private init(_ models: [String], _ baselineName: String, _ measures: [Measure], judge: Int, isLess: Bool, text: @escaping @Sendable (Double) -> DisplayTable.Cell) {
        self.models = models
        self.baselineName = baselineName
        self.measures = measures
        self.text = text
        self.judge = measures[judge].shown
        let values = measures[judge].values.map { $0 ?? .infinity }
        best = values.indices.max { isLess ? values[$0] > values[$1] : values[$0] < values[$1] }
    }

    init(_ models: [String], _ scores: [ClassificationScores]) {
        let baseline = scores[0].baseline, isBinary = scores[0].isBinary
        let measures = [
            Measure(shown: "accuracy", name: "accuracy", values: scores.map(\.accuracy), baseline: baseline.accuracy),
            Measure(shown: "balanced", name: "balanced_accuracy", values: scores.map(\.balancedAccuracy), baseline: nil),
            Measure(shown: isBinary ? "F1" : "F1, macro", name: "f1", values: scores.map { scores in scores.positive.map { scores.byClass[$0].f1.value } ?? scores.macro.f1 }, baseline: nil),
            Measure(shown: isBinary ? "AUC" : "AUC, macro", name: "auc", values: scores.map(\.auc.value), baseline: 0.5),
            Measure(shown: "log loss", name: "log_loss", unit: "nats", values: scores.map(\.logLoss), baseline: baseline.logLoss),
            Measure(shown: "Brier", name: "brier", values: scores.map(\.brier), baseline: nil),
        ]
        self.init(models, "always '\(scores[0].classes[baseline.label])'", measures, judge: 4, isLess: true) { .number($0, 4) }
    }

    init(_ models: [String], _ scores: [RegressionScores]) {
        let baseline = scores[0].baseline
        let measures = [
            Measure(shown: "RMSE", name: "rmse", values: scores.map(\.errors.rmse), baseline: baseline.rmse), Measure(shown: "MAE", name: "mae", values: scores.map(\.errors.mae), baseline: baseline.mae),
            Measure(shown: "median error", name: "median_error", values: scores.map(\.errors.medianError), baseline: baseline.medianError),
            Measure(shown: "R²", name: "r2", values: scores.map(\.errors.r2.value), baseline: baseline.r2.value),
        ]
        self.init(models, "always \(NumberText.short(scores[0].baselineValue))", measures, judge: 0, isLess: true) { .init(NumberText.short($0), .number($0)) }
    }

    init(_ models: [String], _ scores: [RankingScores]) {
        let baseline = scores[0].baseline
        func measure(_ shown: String, _ name: String, _ path: KeyPath<RankingScores.Measures, Double>, unit: String = "") -> Measure {
            Measure(shown: shown, name: name, unit: unit, values: scores.map { $0.measures[keyPath: path] }, baseline: baseline[keyPath: path])
        }
        let measures = [
            measure("hr@1", "hr1", \.hr1), measure("hr@5", "hr5", \.hr5), measure("hr@10", "hr10", \.hr10), measure("ndcg@10", "ndcg10", \.ndcg10), measure("mrr", "mrr", \.mrr),
            measure("log loss", "log_loss", \.logLoss, unit: "nats"),
        ]
        self.init(models, "the commonest first", measures, judge: 3, isLess: false) { .number($0, 4) }
    }

    func display(title: String) -> DisplayTable {
        func cell(_ value: Double?) -> DisplayTable.Cell { value.map(text) ?? .undefined }
        let rows = models.enumerated().map { index, name in
            [DisplayTable.Cell(name + (index == best && models.count > 1 ? " (best)" : ""), .string(name))] + measures.map { cell($0.values[index]) }
        }
        return DisplayTable(
            title: title, columns: [.init("model")] + measures.map { .init($0.shown, .right, unit: $0.unit) },
            rows: rows + [[DisplayTable.Cell(baselineName, .string("baseline"))] + measures.map { cell($0.baseline) }], notes: models.count > 1 ? ["Best by \(judge)."] : [])
    }

    var table: Table { Table([Column("model", text: models + ["baseline"])] + measures.map { Column($0.name, numbers: $0.values + [$0.baseline]) }) }
}
