import Language
import Runtime
import Scoring

extension RegressionScores: TargetScores {
    var headline: String { "RMSE \(NumberText.short(errors.rmse)), baseline \(NumberText.short(baseline.rmse))" }

    func measures(_ model: String, title: String) -> DisplayTable {
        func cell(_ value: Double) -> DisplayTable.Cell { .init(NumberText.short(value), .number(value)) }
        let rows: [[DisplayTable.Cell]] = [
            [.init("RMSE"), cell(errors.rmse), cell(baseline.rmse)], [.init("MAE"), cell(errors.mae), cell(baseline.mae)],
            [.init("median absolute error"), cell(errors.medianError), cell(baseline.medianError)], [.init("R²"), ScoresValue.cell(errors.r2), ScoresValue.cell(baseline.r2)],
        ]
        return DisplayTable(
            title: title, columns: [.init("measure"), .init(model, .right), .init("always \(NumberText.short(baselineValue))", .right)], rows: rows,
            notes: errors.r2.reason.map { ["No R²: \($0.rawValue)."] } ?? [])
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
