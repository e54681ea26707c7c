import Algebra
import Features
import Foundation
import Models
import Runtime
import Scoring
import Selection

extension Case {
    static let segments = [
        Case(name: "kmeans-1m") { setting in
            let features = try rows("kmeans-1m", 1_000_000, setting)
            let (fit, seconds) = try Setting.seconds { try kmeans(5, restarts: 10).fit(features, work: setting.work) }
            try write(fit.labels, "kmeans-1m", setting)
            return Measured(seconds: seconds, samples: features.rows, score: fit.inertia)
        },
        Case(name: "elbow-200k") { setting in
            let features = try rows("elbow-200k", 200_000, setting)
            let (elbow, seconds) = try Setting.seconds { try Elbow(of: features, counts: 2...10, estimator: kmeans(2, restarts: 3), work: setting.work) }
            return Measured(seconds: seconds, samples: features.rows, score: elbow.points.last?.inertia)
        },
        Case(name: "silhouette-20k") { setting in
            let features = try rows("silhouette-20k", 20_000, setting)
            let (silhouette, seconds) = try Setting.seconds {
                let fit = try kmeans(5, restarts: 1).fit(features, work: setting.work)
                return try Silhouette(of: features.values, labels: fit.labels, work: setting.work)
            }
            return Measured(seconds: seconds, samples: features.rows, score: silhouette.mean)
        },
        Case(name: "kprototypes-90k") { setting in
            let rows = try mixed("kprototypes-90k", numbers: 3, setting)
            var estimator = KPrototypes()
            estimator.clusterCount = 4
            let (fit, seconds) = try Setting.seconds { try estimator.fit(rows, work: setting.work) }
            try write(fit.labels, "kprototypes-90k", setting)
            return Measured(seconds: seconds, samples: rows.count, score: fit.cost)
        },
        Case(name: "kmodes-90k") { setting in
            let rows = try mixed("kmodes-90k", numbers: 0, setting)
            var estimator = KModes()
            estimator.clusterCount = 4
            let (fit, seconds) = try Setting.seconds { try estimator.fit(rows.categories, work: setting.work) }
            try write(fit.labels, "kmodes-90k", setting)
            return Measured(seconds: seconds, samples: rows.count, score: fit.cost)
        },
    ]

    /// The peers' rows, or as many of their kind: columns of normal numbers, then six columns of 5, 9 and 13 codes each as likely.
    private static func mixed(_ name: String, numbers: Int, _ setting: Setting) throws -> SegmentRows {
        let matrix: DenseMatrix
        if setting.folder != nil {
            let array = try NumpyArray(path: setting.path("\(name).x.npy"))
            matrix = DenseMatrix(rows: array.shape[0], columns: array.shape[1], values: array.doubles)
        } else {
            var stream = RandomStream(seed: 0, name: "bench", purpose: "mixed")
            let values = (0..<90_533).flatMap { _ in (0..<numbers).map { _ in stream.normal() } + (0..<6).map { Double(stream.below(5 + $0 % 3 * 4)) } }
            matrix = DenseMatrix(rows: 90_533, columns: numbers + 6, values: values)
        }
        let columns = (numbers..<matrix.columns).map { column in (0..<matrix.rows).map { Int32(matrix[$0, column]) } }
        let categories = CategoryColumns(
            names: columns.indices.map { "c\($0)" }, levels: columns.map { codes in (0...(codes.max() ?? 0)).map(String.init) }, codes: columns, rows: matrix.rows)
        let left = DenseMatrix(rows: matrix.rows, columns: numbers, values: (0..<matrix.rows).flatMap { row in (0..<numbers).map { matrix[row, $0] } })
        return SegmentRows(numbers: try FeatureMatrix(columns: (0..<numbers).map { "n\($0)" }, values: left), categories: categories)
    }

    private static func kmeans(_ k: Int, restarts: Int) -> KMeans {
        var estimator = KMeans()
        estimator.clusterCount = k
        estimator.restarts = restarts
        return estimator
    }

    /// The peers' rows, or as many standardised logarithms of log-normal numbers in three columns.
    private static func rows(_ name: String, _ count: Int, _ setting: Setting) throws -> FeatureMatrix {
        let columns = ["a", "b", "c"]
        if setting.folder != nil {
            let array = try NumpyArray(path: setting.path("\(name).x.npy"))
            return try FeatureMatrix(columns: columns, values: DenseMatrix(rows: array.shape[0], columns: array.shape[1], values: array.doubles))
        }
        var stream = RandomStream(seed: 0, name: "bench", purpose: "rows")
        let values = (0..<count * 3).map { _ in log1p(exp(stream.normal())) }
        let plain = try FeatureMatrix(columns: columns, values: DenseMatrix(rows: count, columns: 3, values: values))
        return try Scaling(learningFrom: plain, log: .never, work: setting.work).apply(to: plain)
    }

    private static func write(_ labels: [Int], _ name: String, _ setting: Setting) throws {
        if setting.folder != nil { try NumpyArray.write(labels, to: setting.path("\(name).labels.npy")) }
    }
}
