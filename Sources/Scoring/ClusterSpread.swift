import Algebra
import Runtime

/// How tight clusters are and how far apart: Calinski and Harabasz's ratio and Davies and Bouldin's mean, from one pass over centroids.
///
/// Rows of no cluster, -1, are left out, as if they were not there; clusters without rows do not count.
///
/// ### References
/// T. Caliński, J. Harabasz. A dendrite method for cluster analysis. Communications in Statistics, 1974.
/// D. Davies, D. Bouldin. A Cluster Separation Measure. IEEE Transactions on Pattern Analysis and Machine Intelligence, 1979.
public struct ClusterSpread: Sendable, Hashable, Codable {
    /// (B / (k − 1)) / (W / (n − k)), with B the sum of squared distances of the centroids to the mean of all rows, each as often as it has rows, and W that of the rows to their
    /// centroids: the higher, the better. 1 where W is 0, as scikit-learn has it.
    public let calinskiHarabasz: Double
    /// The mean over the clusters of the largest (sᵢ + sⱼ) / d(i, j), with s the mean distance of the rows of a cluster to its centroid and d that of two centroids: the lower, the better.
    /// Clusters at the same place do not count as a pair; 0 where all rows lie in their centroids or all centroids at one place.
    public let daviesBouldin: Double

    private static let shardRows = 8192

    /// - Parameters:
    ///   - matrix: `[rows, columns]`, finite.
    ///   - labels: the cluster of each row, from 0, or -1.
    ///   - clusters: how many clusters there are, empty ones included; one more than the largest label when not given.
    /// - Throws: `ScoringError.noRows`, `wrongCount`, `labelOutOfRange`, `notFinite`; `clusterCount` unless 2 to rows − 1 clusters hold rows; `Cancelled`.
    /// - Complexity: O(rows · columns + clusters² · columns).
    public init(of matrix: DenseMatrix, labels: [Int], clusters: Int? = nil, work: Work = Work()) throws {
        let held = try ClusterMembers(labels, clusters: clusters, rows: matrix.rows)
        if let place = matrix.firstUnusable { throw ScoringError.notFinite(row: place.row, column: place.column) }
        let count = held.members.count, width = matrix.columns, sizes = held.sizes, kept = sizes.indices.filter { sizes[$0] > 0 }

        var centroids = try Self.sums(matrix, labels, lanes: count * width, work) { sums, values, label in
            for column in 0..<width { sums[label * width + column] += values[column] }
        }
        var middle = [Double](repeating: 0, count: width)
        for column in 0..<width { middle[column] = (0..<count).map { centroids[$0 * width + column] }.exactSum / Double(held.held) }
        for cluster in kept { for column in 0..<width { centroids[cluster * width + column] /= Double(sizes[cluster]) } }

        // Of each cluster the sum of the distances and that of their squares.
        let spread = try Self.sums(matrix, labels, lanes: count * 2, work) { [centroids] sums, values, label in
            var square = 0.0
            for column in 0..<width {
                let gap = values[column] - centroids[label * width + column]
                square += gap * gap
            }
            sums[label * 2] += square.squareRoot()
            sums[label * 2 + 1] += square
        }
        let between = kept.map { cluster in Double(sizes[cluster]) * (0..<width).map { centroids[cluster * width + $0] - middle[$0] }.map { $0 * $0 }.reduce(0, +) }.exactSum
        let inside = kept.map { spread[$0 * 2 + 1] }.exactSum, groups = Double(kept.count)
        calinskiHarabasz = inside == 0 ? 1 : between / (groups - 1) / (inside / (Double(held.held) - groups))

        let means = kept.map { spread[$0 * 2] / Double(sizes[$0]) }
        let worst = try work.workers.map(shards: kept.count) { [centroids] own in
            try work.check()
            return centroids.withUnsafeBufferPointer { centroids in
                var worst = 0.0
                let here = kept[own] * width
                for other in kept.indices where other != own {
                    let there = kept[other] * width
                    var square = 0.0
                    for column in 0..<width {
                        let gap = centroids[here + column] - centroids[there + column]
                        square += gap * gap
                    }
                    let distance = square.squareRoot()
                    if distance > 0 { worst = max(worst, (means[own] + means[other]) / distance) }
                }
                return worst
            }
        }
        daviesBouldin = worst.exactSum / groups
    }

    /// Sums over the rows that have a cluster, in shards of fixed rows.
    private static func sums(
        _ matrix: DenseMatrix, _ labels: [Int], lanes: Int, _ work: Work, _ add: @Sendable (UnsafeMutableBufferPointer<Double>, UnsafePointer<Double>, Int) -> Void
    ) throws -> [Double] {
        guard matrix.columns > 0 else { return [Double](repeating: 0, count: lanes) }
        let shards = min(64, (matrix.rows + shardRows - 1) / shardRows)
        let parts = try work.workers.map(shards: shards) { shard in
            var sums = [Double](repeating: 0, count: lanes)
            let range = matrix.rows * shard / shards..<matrix.rows * (shard + 1) / shards
            try matrix.values.withUnsafeBufferPointer { values in
                try sums.withUnsafeMutableBufferPointer { sums in
                    guard let first = values.baseAddress else { return }
                    try work.forEachStretch(of: range) { for row in $0 where labels[row] >= 0 { add(sums, first + row * matrix.columns, labels[row]) } }
                }
            }
            return sums
        }
        var total = parts[0]
        for part in parts.dropFirst() { for lane in 0..<lanes { total[lane] += part[lane] } }
        return total
    }
}
