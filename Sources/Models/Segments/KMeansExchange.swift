import Algebra
import CKernels
import Runtime

/// Moves single rows between clusters where that lowers the inertia: what Lloyd's iteration settles on is often not yet the best that is near.
///
/// Each pass goes over the rows in their order; a row goes where it lowers the inertia most, of equals to the first, and both means move at once. The end is
/// one of Lloyd's as well, for no row is nearer to another mean than to its own.
///
/// - Complexity: O(rows · clusters · columns) a pass.
///
/// ### References
/// J. Hartigan, M. Wong. Algorithm AS 136: A K-Means Clustering Algorithm. Applied Statistics, 1979.
/// M. Telgarsky, A. Vattani. Hartigan's Method: k-means Clustering without Voronoi. AISTATS 2010.
struct KMeansExchange {
    /// Up to so many rows runs are refined: with more of them a single row weighs little, and passes take long.
    static let mostRows = 20_000
    private static let mostPasses = 100

    let matrix: DenseMatrix

    /// The means once no row moves any more, or after 100 passes.
    ///
    /// - Parameters:
    ///   - centroids: `[k, columns]`, row-major.
    ///   - labels: the nearest of them for each row.
    func refined(_ centroids: [Double], labels: [Int32], work: Work) throws -> [Double] {
        let columns = matrix.columns, count = centroids.count / columns
        var labels = labels, centroids = centroids
        for _ in 0..<Self.mostPasses {
            try work.check()
            var sizes = [Double](repeating: 0, count: count)
            // Means are made anew, so that rounding does not add up.
            var sums = [Double](repeating: 0, count: centroids.count)
            for row in 0..<matrix.rows {
                let label = Int(labels[row])
                sizes[label] += 1
                for column in 0..<columns { sums[label * columns + column] += matrix.values[row * columns + column] }
            }
            for place in sums.indices where sizes[place / columns] > 0 { centroids[place] = sums[place] / sizes[place / columns] }
            let moves = cnb_exchange(matrix.values, Int64(matrix.rows), Int64(columns), &centroids, &sizes, Int64(count), &labels)
            if moves == 0 { break }
        }
        return centroids
    }
}
