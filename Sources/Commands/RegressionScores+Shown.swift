import Language
import Runtime
import Scoring

extension RegressionScores: TargetScores {
    var headline: String { "RMSE \(NumberText.short(errors.rmse)), baseline \(NumberText.short(baseline.rmse))" }

    static let judge = "rmse"

    var baselineName: String { "always \(NumberText.short(baselineValue))" }

    func cell(_ value: Double) -> DisplayTable.Cell { .init(NumberText.short(value), .number(value)) }

    var notes: [String] { errors.r2.reason.map { ["No R²: \($0.rawValue)."] } ?? [] }

    var list: [ScoreMeasure] {
        [
            ScoreMeasure(shown: "RMSE", name: "rmse", value: errors.rmse, baseline: baseline.rmse, heading: "RMSE", isLoss: true),
            ScoreMeasure(shown: "MAE", name: "mae", value: errors.mae, baseline: baseline.mae, heading: "MAE", isLoss: true),
            ScoreMeasure(shown: "median absolute error", name: "median_error", value: errors.medianError, baseline: baseline.medianError, heading: "median error", isLoss: true),
            ScoreMeasure(shown: "R²", name: "r2", value: errors.r2.value, baseline: baseline.r2.value, heading: "R²"),
        ]
    }

    var details: [DisplayTable] { [] }

    var json: [JSON.Member] {
        func members(_ errors: Errors) -> [JSON.Member] {
            [.init("rmse", .number(errors.rmse)), .init("mae", .number(errors.mae)), .init("median_error", .number(errors.medianError)), .init("r2", ScoresValue.json(errors.r2))]
        }
        return [.init("n", .integer(rows))] + members(errors) + [.init("baseline", .object([.init("value", .number(baselineValue))] + members(baseline)))]
    }

    var numbers: [(name: String, value: Double?)] {
        [("rmse", errors.rmse), ("mae", errors.mae), ("median_error", errors.medianError), ("r2", errors.r2.value), ("baseline", baseline.rmse), ("baseline_mae", baseline.mae)]
    }

    static let names = ["rmse", "mae", "median_error", "r2", "baseline", "baseline_mae"]
}
