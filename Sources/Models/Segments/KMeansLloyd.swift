import Algebra
import Runtime

/// Lloyd's iteration from several starts side by side: a piece of the rows is read once for all of them.
///
/// All distances are measured, eight rows at once. Bounds (Elkan, Hamerly) would spare 77 to 91 in 100 rows their distances, but all eight of a block only in 19 (normal numbers in
/// 20 columns, k=32) to 60 (3 columns, k=5), where reading two bounds a row takes as long as reading the row.
struct KMeansLloyd: Sendable {
    let blocks: RowBlocks
    private let matrix: DenseMatrix
    private let iterations: Int
    /// Once the squares of the moves of the centroids add up to no more, a run has converged.
    private let smallMove: Double

    /// Where a run ended.
    struct Run: Sendable {
        /// `[k, columns]`, row-major.
        var centroids: [Double]
        var iterations = 0
        var converged = false
        var inertia = Double.infinity
    }

    init(_ matrix: DenseMatrix, tolerance: Double, iterations: Int) {
        self.matrix = matrix
        self.iterations = iterations
        blocks = RowBlocks(matrix)
        smallMove = tolerance > 0 ? tolerance * Self.meanVariance(of: matrix) : 0
    }

    private static func meanVariance(of matrix: DenseMatrix) -> Double {
        var means = [Double](repeating: 0, count: matrix.columns)
        var variances = means
        matrix.values.withUnsafeBufferPointer { values in
            for row in 0..<matrix.rows { for j in 0..<matrix.columns { means[j] += values[row * matrix.columns + j] } }
            for j in means.indices { means[j] /= Double(matrix.rows) }
            for row in 0..<matrix.rows {
                for j in 0..<matrix.columns {
                    let gap = values[row * matrix.columns + j] - means[j]
                    variances[j] += gap * gap
                }
            }
        }
        return variances.reduce(0) { $0 + $1 / Double(matrix.rows) } / Double(matrix.columns)
    }

    /// Runs from each start, `[k, columns]`; all starts have the same k.
    ///
    /// - Parameter closeness: the share of the tolerance at which a run has converged.
    func run(from starts: [[Double]], closeness: Double = 1, work: Work) throws -> [Run] {
        var runs = starts.map { Run(centroids: $0) }
        // As many at a time as keep the sums of all shards within 64 MB.
        let size = max(1, (starts.first?.count ?? 1) * 2 * blocks.shards * MemoryLayout<Double>.stride)
        let together = max(1, (64 << 20) / size)
        for first in stride(from: 0, to: runs.count, by: together) {
            try refine(&runs, first..<min(runs.count, first + together), smallMove: smallMove * closeness, work: work)
        }
        return try measured(runs, work: work)
    }

    /// The same runs with their inertias.
    func measured(_ runs: [Run], work: Work) throws -> [Run] {
        let inertias = try inertias(of: runs.map(\.centroids), work: work)
        return zip(runs, inertias).map { run, inertia in
            var run = run
            run.inertia = inertia
            return run
        }
    }

    private func refine(_ runs: inout [Run], _ batch: Range<Int>, smallMove: Double, work: Work) throws {
        var active = Array(batch)
        var iteration = 0
        while !active.isEmpty, iteration < iterations {
            iteration += 1
            let sums = try sums(around: active.map { runs[$0].centroids }, work: work)
            for (place, run) in active.enumerated() {
                let moved = try step(&runs[run].centroids, sums[place], work: work)
                runs[run].iterations = iteration
                runs[run].converged = moved <= smallMove
            }
            active.removeAll { runs[$0].converged }
            let done = runs.count { $0.converged }
            work.report(
                "k-means", 0.3 + 0.7 * Double(done) / Double(runs.count), "iteration \(iteration), \(done) of \(runs.count) restarts have converged")
        }
    }

    /// For each run the sums of the rows of each cluster, and their number: `[k, columns + 1]`.
    private func sums(around centroids: [[Double]], work: Work) throws -> [[Double]] {
        let columns = blocks.columns
        let count = centroids[0].count / columns
        let lanes = RowBlocks.lloydLanes(centroids: count)
        let size = count * (columns + 1)
        let parts = try work.workers.map(shards: blocks.shards) { shard in
            var sums = [Double](repeating: 0, count: centroids.count * size * lanes)
            try sums.withUnsafeMutableBufferPointer { sums in
                for range in blocks.range(ofShard: shard).chunks {
                    for (run, centroids) in centroids.enumerated() {
                        try work.check()
                        let own = UnsafeMutableBufferPointer(rebasing: sums[run * size * lanes..<(run + 1) * size * lanes])
                        centroids.withUnsafeBufferPointer { blocks.addLloydSums(range, centroids: $0, count: count, to: own) }
                    }
                }
            }
            if lanes == 1 { return sums }
            return (0..<centroids.count * size).map { index in
                var sum = 0.0
                for lane in 0..<lanes { sum += sums[index * lanes + lane] }
                return sum
            }
        }
        return centroids.indices.map { run in
            var total = [Double](repeating: 0, count: size)
            for part in parts { for index in 0..<size { total[index] += part[run * size + index] } }
            return total
        }
    }

    /// Moves the centroids to the means of their rows, and gives the sum of the squares of the moves.
    private func step(_ centroids: inout [Double], _ sums: [Double], work: Work) throws -> Double {
        let columns = blocks.columns
        var sums = sums
        let count = centroids.count / columns
        let empty = (0..<count).filter { sums[$0 * (columns + 1) + columns] == 0 }
        if !empty.isEmpty { try relocate(empty, &sums, around: centroids, work: work) }
        var moved = 0.0
        for cluster in 0..<count {
            let rows = sums[cluster * (columns + 1) + columns]
            guard rows > 0 else { continue }
            for j in 0..<columns {
                let mean = sums[cluster * (columns + 1) + j] / rows
                let gap = mean - centroids[cluster * columns + j]
                moved += gap * gap
                centroids[cluster * columns + j] = mean
            }
        }
        return moved
    }

    /// Gives each empty cluster the row that lies farthest from its centroid, of equally far ones the first, and takes it from the cluster that
    /// it was in.
    ///
    /// A cluster never gives its last row, a row at distance 0 is never taken, and two clusters never get equal rows: they would share them again.
    private func relocate(_ empty: [Int], _ sums: inout [Double], around centroids: [Double], work: Work) throws {
        let columns = blocks.columns
        var squares = [Double](repeating: 0, count: blocks.rows)
        let (labels, _) = try squares.withUnsafeMutableBufferPointer { try self.labels(centroids, squares: $0, work: work) }
        var far = squares.indices.filter { squares[$0] > 0 }.sorted { (squares[$1], $0) < (squares[$0], $1) }[...]
        var given: [ArraySlice<Double>] = []
        for cluster in empty {
            while let row = far.popFirst() {
                let old = Int(labels[row])
                let values = matrix[row: row]
                if sums[old * (columns + 1) + columns] < 2 || given.contains(where: { $0.elementsEqual(values) }) { continue }
                given.append(values)
                for (j, value) in values.enumerated() {
                    sums[old * (columns + 1) + j] -= value
                    sums[cluster * (columns + 1) + j] = value
                }
                sums[old * (columns + 1) + columns] -= 1
                sums[cluster * (columns + 1) + columns] = 1
                break
            }
        }
    }

    /// The inertia around each of several sets of centroids.
    private func inertias(of centroids: [[Double]], work: Work) throws -> [Double] {
        let parts = try work.workers.map(shards: blocks.shards) { shard in
            var lanes = [Double](repeating: 0, count: centroids.count * RowBlocks.blockRows)
            try lanes.withUnsafeMutableBufferPointer { lanes in
                for range in blocks.range(ofShard: shard).chunks {
                    for (run, centroids) in centroids.enumerated() {
                        try work.check()
                        let own = UnsafeMutableBufferPointer(rebasing: lanes[run * RowBlocks.blockRows..<(run + 1) * RowBlocks.blockRows])
                        centroids.withUnsafeBufferPointer { blocks.nearest(range, centroids: $0, count: $0.count / blocks.columns, inertia: own) }
                    }
                }
            }
            return centroids.indices.map { lanes[$0 * RowBlocks.blockRows..<($0 + 1) * RowBlocks.blockRows].reduce(0, +) }
        }
        return centroids.indices.map { run in parts.reduce(0) { $0 + $1[run] } }
    }

    /// The nearest centroid of each row, of equally near ones the first, and the inertia.
    func labels(
        _ centroids: [Double], squares: UnsafeMutableBufferPointer<Double>? = nil, work: Work
    ) throws -> (labels: [Int32], inertia: Double) {
        var labels = [Int32](repeating: 0, count: blocks.rows)
        let parts = try labels.withUnsafeMutableBufferPointer { labels in
            nonisolated(unsafe) let labels = labels  // each shard has its own part
            nonisolated(unsafe) let squares = squares
            return try work.workers.map(shards: blocks.shards) { shard in
                var inertia = [Double](repeating: 0, count: RowBlocks.blockRows)
                for range in blocks.range(ofShard: shard).chunks {
                    try work.check()
                    centroids.withUnsafeBufferPointer { centroids in
                        inertia.withUnsafeMutableBufferPointer { inertia in
                            blocks.nearest(
                                range, centroids: centroids, count: centroids.count / blocks.columns, inertia: inertia,
                                labels: UnsafeMutableBufferPointer(rebasing: labels[range]),
                                squares: squares.map { UnsafeMutableBufferPointer(rebasing: $0[range]) })
                        }
                    }
                }
                return inertia.reduce(0, +)
            }
        }
        return (labels, parts.reduce(0, +))
    }
}
