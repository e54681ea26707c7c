import Algebra
import Runtime

/// Moves single rows between clusters where that lowers the inertia: what Lloyd's iteration settles on is often not yet the best that is near.
///
/// Each pass goes over the rows in their order; a row goes where it lowers the inertia most, of equals to the first, and both means move at once. Where it settles is
/// one of Lloyd's ends as well, for no row is nearer to another mean than to its own.
///
/// - Complexity: O(rows · clusters · columns) a pass, on one thread: about one of Lloyd's iterations.
///
/// ### References
/// J. Hartigan, M. Wong. Algorithm AS 136: A K-Means Clustering Algorithm. Applied Statistics, 1979.
/// M. Telgarsky, A. Vattani. Hartigan's Method: k-means Clustering without Voronoi. AISTATS 2010.
struct KMeansExchange: Sendable {
    /// Up to so many rows runs are refined: with more of them a single row weighs little, and passes take long.
    static let mostRows = 20_000
    /// Up to so many rows · clusters · columns, half a millisecond a pass, all runs are refined till no row moves; of more only the best run, in as many passes as it had iterations.
    static let smallPass = 1 << 22

    let matrix: DenseMatrix
    let blocks: RowBlocks

    /// The means once no row moves any more, or after so many passes.
    ///
    /// - Parameters:
    ///   - centroids: `[k, columns]`, row-major.
    ///   - labels: the nearest of them for each row.
    /// - Returns: the means, and whether the last pass moved no row.
    /// - Throws: `Cancelled`.
    func refined(_ centroids: [Double], labels: [Int32], passes: Int, work: Work) throws -> (centroids: [Double], isSettled: Bool) {
        let columns = matrix.columns, count = centroids.count / columns
        // Some ten milliseconds each, in whole blocks.
        let stretch = max(1, (1 << 26) / (count * columns * RowBlocks.blockRows)) * RowBlocks.blockRows
        var labels = labels, centroids = centroids
        var scratch = [Double](repeating: 0, count: RowBlocks.exchangeScratch(clusters: count))
        for _ in 0..<passes {
            // Means are made anew, so that rounding does not add up.
            var (sums, sizes) = try sums(labels, count, work)
            for place in sums.indices where sizes[place / columns] > 0 { centroids[place] = sums[place] / sizes[place / columns] }
            var moves = 0
            for first in stride(from: 0, to: matrix.rows, by: stretch) {
                try work.check()
                moves += centroids.withUnsafeMutableBufferPointer { centroids in
                    sizes.withUnsafeMutableBufferPointer { sizes in
                        labels.withUnsafeMutableBufferPointer { labels in
                            scratch.withUnsafeMutableBufferPointer { scratch in
                                blocks.exchange(first..<min(matrix.rows, first + stretch), centroids: centroids, sizes: sizes, labels: labels, scratch: scratch)
                            }
                        }
                    }
                }
            }
            if moves == 0 { return (centroids, true) }
        }
        return (centroids, false)
    }

    private func sums(_ labels: [Int32], _ count: Int, _ work: Work) throws -> (sums: [Double], sizes: [Double]) {
        let columns = matrix.columns
        var sums = [Double](repeating: 0, count: count * columns), sizes = [Double](repeating: 0, count: count)
        try matrix.values.withUnsafeBufferPointer { values in
            try work.forEachStretch(of: matrix.rows) { rows in
                for row in rows {
                    let label = Int(labels[row])
                    sizes[label] += 1
                    for column in 0..<columns { sums[label * columns + column] += values[row * columns + column] }
                }
            }
        }
        return (sums, sizes)
    }
}
