import Algebra
import Runtime

/// How well rows lie in their clusters: (b − a) / max(a, b), where a is the mean distance of a row to the others of its cluster and b the mean
/// distance to the rows of the nearest other cluster; 1 is well inside, 0 on the border, below 0 rather in another cluster.
///
/// A row alone in its cluster has 0, as has one with a = b = 0. Rows of no cluster, -1, take no part. Distances are Euclidean, each computed from the differences in double
/// precision, unless they are given or of numbers and categories.
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
    ///   - labels: the cluster of each row, a number in `0..<clusters`; -1 for noise.
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
        let held = try ClusterMembers(labels, clusters: clusters, rows: matrix.rows)
        if let place = matrix.firstUnusable { throw ScoringError.notFinite(row: place.row, column: place.column) }
        var measured = held.held == matrix.rows ? Array(0..<matrix.rows) : labels.indices.filter { labels[$0] >= 0 }
        if measured.count > exactRows {
            var stream = RandomStream(seed: seed, name: "silhouette", purpose: "sample")
            let all = measured
            measured = stream.rows(min(all.count, max(1_000, exactRows * exactRows / all.count)), of: all.count).map { all[$0] }
        }
        let blocks = held.members.map { RowBlocks(matrix.selecting(rows: $0)) }
        try self.init(held, measured: measured, shardRows: 64, work: work) { row, sums in
            matrix.values.withUnsafeBufferPointer { all in
                let point = UnsafeBufferPointer(rebasing: all[row * matrix.columns..<(row + 1) * matrix.columns])
                for cluster in blocks.indices where blocks[cluster].rows > 0 { sums[cluster] = blocks[cluster].distanceSum(from: point) }
            }
        }
    }

    /// Measures rows by what gives the sums of their distances to the rows of each cluster.
    ///
    /// - Parameter sums: of a row, written to one place a cluster; those of clusters without rows are not read.
    init(
        _ held: ClusterMembers, measured: [Int], shardRows: Int, work: Work, sums: @Sendable (_ row: Int, _ sums: UnsafeMutableBufferPointer<Double>) throws -> Void
    ) throws {
        let (labels, sizes) = (held.labels, held.sizes), clusters = sizes.count
        let shards = (measured.count + shardRows - 1) / shardRows
        let parts = try work.workers.map(shards: shards) { shard in
            work.report("silhouette", Double(shard) / Double(shards))
            var room = [Double](repeating: 0, count: clusters)
            return try room.withUnsafeMutableBufferPointer { room in
                try measured[shard * shardRows..<min(measured.count, (shard + 1) * shardRows)].map { row in
                    try work.check()
                    if sizes[labels[row]] == 1 { return 0.0 }
                    try sums(row, room)
                    var inside = 0.0
                    var outside = Double.infinity
                    for cluster in 0..<clusters where sizes[cluster] > 0 {
                        if cluster == labels[row] {
                            inside = room[cluster] / Double(sizes[cluster] - 1)
                        } else {
                            outside = min(outside, room[cluster] / Double(sizes[cluster]))
                        }
                    }
                    let larger = max(inside, outside)
                    return larger > 0 ? (outside - inside) / larger : 0
                }
            }
        }

        let values = parts.flatMap { $0 }
        let measuredLabels = measured.map { labels[$0] }
        var totals = [ExactSum](repeating: ExactSum(), count: clusters)
        var counts = [Int](repeating: 0, count: clusters)
        for (value, label) in zip(values, measuredLabels) {
            totals[label].add(value)
            counts[label] += 1
        }
        let mean = values.exactSum / Double(values.count)
        rows = measured
        self.values = values
        self.labels = measuredLabels
        total = held.held
        self.mean = mean
        clusterMeans = (0..<clusters).map { cluster in
            counts[cluster] > 0
                ? .value(totals[cluster].total / Double(counts[cluster])) : .undefined(sizes[cluster] == 0 ? .emptyCluster : .noneSampled)
        }
        interval = measured.count < held.held ? Self.interval(of: values, mean: mean, total: held.held) : nil
    }

    private static func interval(of values: [Double], mean: Double, total: Int) -> ClosedRange<Double> {
        let count = Double(values.count)
        let variance = values.map { ($0 - mean) * ($0 - mean) }.exactSum / max(1, count - 1)
        let half = 1.959963984540054 * (variance / count * (Double(total) - count) / (Double(total) - 1)).squareRoot()
        return mean - half...mean + half
    }
}
