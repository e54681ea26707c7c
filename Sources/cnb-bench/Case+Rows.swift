import Algebra
import Foundation
import Models
import Runtime
import Scoring

extension Case {
    /// Of 200,000 rows with 20 columns and two classes: fitted to the first 160,000, scored by the AUC on the others.
    static let rows = [
        Case(name: "logistic-200k") { setting in
            try fit("logistic-200k", setting) { try LogisticRegression().fitCoefficients($0, work: setting.work) }
        },
        Case(name: "tree-200k") { setting in
            var tree = DecisionTree()
            tree.depth = 12
            return try fit("tree-200k", setting) { try tree.fitTree($0, seed: setting.seed, work: setting.work) }
        },
        // The peer neither scores out of bag nor shuffles columns; ours scores here too.
        Case(name: "forest-200k") { setting in
            var forest = RandomForest()
            forest.permutations = 0
            return try fit("forest-200k", setting) { try forest.fitForest($0, seed: setting.seed, work: setting.work) }
        },
    ]

    private static let training = 160_000

    private static func fit(_ name: String, _ setting: Setting, _ fitted: (RowPart) throws -> any RowPredictor) throws -> Measured {
        let (rows, targets) = try table(name, setting), columns = (1...rows.columns).map { "c\($0)" }
        let part = RowPart(rows.selecting(rows: 0..<training), columns: columns, targets: Array(targets.prefix(training)), classes: ["0", "1"])
        let (model, seconds) = try Setting.seconds { try fitted(part) }
        let chances = try model.probabilities(rows.selecting(rows: training..<rows.rows), work: setting.work)
        if setting.folder != nil { try NumpyArray.write(chances.values, columns: 2, to: setting.path("\(name).predictions.npy")) }
        let curve = try ROCCurve(isPositive: targets[training...].map { $0 == 1 }, scores: (0..<chances.rows).map { Double(chances[$0, 1]) }, dropIntermediate: true)
        return Measured(seconds: seconds, samples: training, score: curve.area)
    }

    /// The peers' rows, or as many of their kind: normal numbers, and a class by their weighted sum, a wave of the first, and noise.
    private static func table(_ name: String, _ setting: Setting) throws -> (DenseMatrix, [Int32]) {
        if setting.folder != nil {
            let array = try NumpyArray(path: setting.path("\(name).x.npy"))
            return (DenseMatrix(rows: array.shape[0], columns: array.shape[1], values: array.doubles), try NumpyArray(path: setting.path("\(name).y.npy")).codes)
        }
        var stream = RandomStream(seed: 0, name: "bench", purpose: "table")
        let weights = (0..<20).map { _ in stream.normal() }
        let rows = DenseMatrix(rows: 200_000, columns: 20, values: (0..<4_000_000).map { _ in Double(Float(stream.normal())) })
        let targets = (0..<rows.rows).map { row -> Int32 in
            let sum = zip(rows[row: row], weights).reduce(0) { $0 + $1.0 * $1.1 }
            return sum + sin(3 * rows[row, 0]) * 2 + 2 * stream.normal() > 0 ? 1 : 0
        }
        return (rows, targets)
    }
}
