import Algebra
import Runtime

/// How well rows lie in their clusters: (b − a) / max(a, b), where a is the mean distance of a row to the others of its cluster and b the mean
/// distance to the rows of the nearest other cluster; 1 is well inside, 0 on the border, below 0 rather in another cluster.
///
/// A row alone in its cluster has 0, as has one with a = b = 0. Distances are Euclidean, each computed from the differences in double precision.
///
/// Up to `exactRows` rows every row is measured. Above that a random sample of rows is, each still against all rows, so that each value is exact
/// and their mean is right on average; the interval of the mean is then mean ± 1.96 · s/√m · √((n − m)/(n − 1)), with s the standard deviation
/// of the m sampled values of n rows (95 %, normal approximation with the correction for a finite population).
///
/// ### References
/// P. Rousseeuw. Silhouettes: a graphical aid to the interpretation and validation of cluster analysis. Journal of Computational and Applied
/// Mathematics, 1987.
public struct Silhouette: Sendable, Hashable, Codable {
    /// Up to so many rows all are measured, unless told otherwise.
    public static let exactRows = 20_000

    /// The measured rows, rising: all of them, or the sample.
    public let rows: [Int]
    /// The silhouette of each measured row, in the order of `rows`.
    public let values: [Double]
    /// The cluster of each measured row.
    public let labels: [Int]
    /// All rows that the clusters hold.
    public let total: Int
    /// The mean over the measured rows.
    public let mean: Double
    /// The mean of each cluster over its measured rows.
    public let clusterMeans: [Score]
    /// The 95 % interval of `mean` when it comes from a sample.
    public let interval: ClosedRange<Double>?

    public var isSampled: Bool { rows.count < total }

    /// - Parameters:
    ///   - matrix: `[rows, columns]`, finite.
    ///   - labels: the cluster of each row, a number in `0..<clusters`.
    ///   - clusters: how many clusters there are, empty ones included; one more than the largest label when not given.
    ///   - exactRows: the largest number of rows at which all are measured.
    ///   - seed: of the sample, drawn from the stream (seed, `silhouette`, `sample`).
    /// - Throws: `ScoringError.noRows`, `wrongCount`, `labelOutOfRange`, `notFinite`; `clusterCount` unless 2 to rows − 1 clusters hold rows;
    ///   `Cancelled`.
    /// - Complexity: O(measured rows · rows · columns) time, O(rows · columns) memory. The sample has as many rows as keep the number of distances at
    ///   `exactRows²`, but at least 1,000.
    public init(
        of matrix: DenseMatrix, labels: [Int], clusters: Int? = nil, exactRows: Int = Silhouette.exactRows, seed: Int = 0, work: Work = Work()
    ) throws {
        guard matrix.rows > 0 else { throw ScoringError.noRows }
        guard labels.count == matrix.rows else { throw ScoringError.wrongCount(of: "labels", expected: matrix.rows, found: labels.count) }
        let clusters = clusters ?? (labels.max() ?? 0) + 1
        for (row, label) in labels.enumerated() where label < 0 || label >= clusters {
            throw ScoringError.labelOutOfRange(row: row, label: label, classes: clusters)
        }
        if let place = matrix.firstUnusable { throw ScoringError.notFinite(row: place.row, column: place.column) }
        var members = [[Int]](repeating: [], count: clusters)
        for (row, label) in labels.enumerated() { members[label].append(row) }
        let sizes = members.map(\.count)
        let found = sizes.count { $0 > 0 }
        guard (2..<max(3, matrix.rows)).contains(found), found < matrix.rows else {
            throw ScoringError.clusterCount(found: found, rows: matrix.rows)
        }

        let measured: [Int]
        if matrix.rows <= exactRows {
            measured = Array(0..<matrix.rows)
        } else {
            var stream = RandomStream(seed: seed, name: "silhouette", purpose: "sample")
            measured = stream.rows(min(matrix.rows, max(1_000, exactRows * exactRows / matrix.rows)), of: matrix.rows)
        }
        let blocks = members.map { RowBlocks(matrix.selecting(rows: $0)) }

        let shardRows = 64
        let shards = (measured.count + shardRows - 1) / shardRows
        let parts = try work.workers.map(shards: shards) { shard in
            work.report("silhouette", Double(shard) / Double(shards))
            return try matrix.values.withUnsafeBufferPointer { all in
                try measured[shard * shardRows..<min(measured.count, (shard + 1) * shardRows)].map { row in
                    try work.check()
                    if sizes[labels[row]] == 1 { return 0.0 }
                    let point = UnsafeBufferPointer(rebasing: all[row * matrix.columns..<(row + 1) * matrix.columns])
                    var inside = 0.0
                    var outside = Double.infinity
                    for cluster in 0..<clusters where sizes[cluster] > 0 {
                        let sum = blocks[cluster].distanceSum(from: point)
                        if cluster == labels[row] {
                            inside = sum / Double(sizes[cluster] - 1)
                        } else {
                            outside = min(outside, sum / Double(sizes[cluster]))
                        }
                    }
                    let larger = max(inside, outside)
                    return larger > 0 ? (outside - inside) / larger : 0
                }
            }
        }

        let values = parts.flatMap { $0 }
        let measuredLabels = measured.map { labels[$0] }
        var sums = [ExactSum](repeating: ExactSum(), count: clusters)
        var counts = [Int](repeating: 0, count: clusters)
        for (value, label) in zip(values, measuredLabels) {
            sums[label].add(value)
            counts[label] += 1
        }
        let mean = values.exactSum / Double(values.count)
        rows = measured
        self.values = values
        self.labels = measuredLabels
        total = matrix.rows
        self.mean = mean
        clusterMeans = (0..<clusters).map { cluster in
            counts[cluster] > 0
                ? .value(sums[cluster].total / Double(counts[cluster])) : .undefined(sizes[cluster] == 0 ? .emptyCluster : .noneSampled)
        }
        interval = measured.count < matrix.rows ? Self.interval(of: values, mean: mean, total: matrix.rows) : nil
    }

    private static func interval(of values: [Double], mean: Double, total: Int) -> ClosedRange<Double> {
        let count = Double(values.count)
        let variance = values.map { ($0 - mean) * ($0 - mean) }.exactSum / max(1, count - 1)
        let half = 1.959963984540054 * (variance / count * (Double(total) - count) / (Double(total) - 1)).squareRoot()
        return mean - half...mean + half
    }
}
