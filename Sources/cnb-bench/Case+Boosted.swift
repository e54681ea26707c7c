import Algebra
import Models
import Runtime
import Scoring

extension Case {
    /// Boosted trees on the first four fifths of the peers' rows, 20 numbers each: 100 rounds of depth 6. The seconds are those of fitting, with the library's copy of the rows; the score is the AUC on the others.
    static let boosted = [
        Case(name: "xgboost-200k", needsData: true) { setting in
            let name = "xgboost-200k", columns = 20
            let x = try NumpyArray(path: setting.path("\(name).x.npy")), y = try NumpyArray(path: setting.path("\(name).y.npy")).codes
            let rows = DenseMatrix(rows: x.shape[0], columns: columns, values: x.doubles), count = rows.rows * 4 / 5
            let part = RowPart(rows.selecting(rows: 0..<count), columns: (0..<columns).map { "x\($0)" }, targets: Array(y[..<count]), classes: ["0", "1"])
            let (fit, seconds) = try Setting.seconds { try XGBoost().fitTrees(part, seed: setting.seed, work: setting.work) }
            let chances = try fit.model.probabilities(rows.selecting(rows: count..<rows.rows), work: setting.work)
            try NumpyArray.write(chances.values, columns: 2, to: setting.path("\(name).predictions.npy"))
            let scores = try ClassificationScores(
                classes: part.classes, labels: y[count...].map { Int($0) }, probabilities: chances.values.map { Double($0) }, trainingCounts: [part.targets.count { $0 == 0 }, part.targets.count { $0 == 1 }], work: setting.work)
            return Measured(seconds: seconds, samples: count, score: scores.auc.value)
        },
    ]
}
