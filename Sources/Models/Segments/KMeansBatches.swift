import Algebra
import Runtime

/// k-means by steps over a few drawn rows each, for tables that are too large to go over again and again.
///
/// Each step draws `size` rows, assigns them to the nearest centroids, and draws each centroid towards its rows by one over the number of rows that it has met so far. It ends
/// when the mean square of the distances in a step, smoothed over some ten steps, has not fallen for twenty.
///
/// ### References
/// D. Sculley. Web-Scale K-Means Clustering. WWW 2010.
struct KMeansBatches: Sendable {
    let matrix: DenseMatrix
    let blocks: RowBlocks
    let size: Int
    /// The most steps of a run.
    let steps: Int

    private static let smoothing = 0.1
    private static let patience = 20

    /// Runs from seeds of its own, found by greedy k-means++ among three times as many rows as a step draws.
    ///
    /// - Throws: `ClusteringError.tooFewDistinctRows`, `Cancelled`.
    func run(_ count: Int, seed: Int, name: String, restart: Int, work: Work) throws -> KMeansLloyd.Run {
        var stream = RandomStream(seed: seed, name: name, purpose: "batches \(restart)")
        var run = KMeansLloyd.Run(centroids: try seeds(count, from: &stream, work))
        let columns = matrix.columns
        var met = [Double](repeating: 0, count: count), labels = [Int32](repeating: 0, count: size)
        var smoothed = Double.infinity, least = Double.infinity, stale = 0
        while run.iterations < steps, stale < Self.patience {
            try work.check()
            run.iterations += 1
            let batch = drawn(size, from: &stream)
            var inertia = [Double](repeating: 0, count: RowBlocks.blockRows)
            let drawnBlocks = RowBlocks(batch)
            labels.withUnsafeMutableBufferPointer { labels in
                inertia.withUnsafeMutableBufferPointer { inertia in
                    run.centroids.withUnsafeBufferPointer { drawnBlocks.nearest(0..<size, centroids: $0, count: count, inertia: inertia, labels: labels) }
                }
            }
            run.centroids.withUnsafeMutableBufferPointer { centroids in
                for (row, label) in labels.enumerated() {
                    let cluster = Int(label)
                    met[cluster] += 1
                    for column in 0..<columns { centroids[cluster * columns + column] += (batch[row, column] - centroids[cluster * columns + column]) / met[cluster] }
                }
            }
            let mean = inertia.reduce(0, +) / Double(size)
            smoothed = smoothed.isInfinite ? mean : smoothed + Self.smoothing * (mean - smoothed)
            stale = smoothed < least ? 0 : stale + 1
            least = min(least, smoothed)
        }
        run.converged = stale >= Self.patience
        return run
    }

    private func seeds(_ count: Int, from stream: inout RandomStream, _ work: Work) throws -> [Double] {
        let some = RowBlocks(drawn(min(matrix.rows, 3 * max(size, count)), from: &stream))
        do { return try KMeansSeeds.draw(count, of: some, from: &stream, work: work) } catch ClusteringError.tooFewDistinctRows {
            // Among all rows there may be enough that differ.
            return try KMeansSeeds.draw(count, of: blocks, from: &stream, work: work)
        }
    }

    private func drawn(_ rows: Int, from stream: inout RandomStream) -> DenseMatrix {
        var values: [Double] = []
        values.reserveCapacity(rows * matrix.columns)
        for _ in 0..<rows { values += matrix[row: stream.below(matrix.rows)] }
        return DenseMatrix(rows: rows, columns: matrix.columns, values: values)
    }
}
