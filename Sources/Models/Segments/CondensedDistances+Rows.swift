import Algebra
import Runtime

extension CondensedDistances {
    /// The Euclidean distances between the rows of a matrix.
    ///
    /// - Throws: `Cancelled`.
    /// - Complexity: O(rows² · columns), in a fixed number of shards; half of rows² numbers of memory.
    public init(of matrix: DenseMatrix, work: Work = Work()) throws {
        let rows = matrix.rows, shards = 64
        let blocks = RowBlocks(matrix)
        self.init(count: rows, values: [Double](repeating: 0, count: rows * max(0, rows - 1) / 2))
        try values.withUnsafeMutableBufferPointer { values in
            nonisolated(unsafe) let values = values  // each row has its own part
            try work.workers.forEach(shards: shards) { shard in
                // Every 64th row, so that shards have about as many pairs.
                for row in stride(from: shard, to: rows - 1, by: shards) {
                    try work.check()
                    let start = (row + 1) / RowBlocks.blockRows * RowBlocks.blockRows
                    let first = row * rows - row * (row + 1) / 2
                    withUnsafeTemporaryAllocation(of: Double.self, capacity: rows - start) { distances in
                        blocks.row(row).withUnsafeBufferPointer { blocks.distances(start..<rows, to: $0, into: distances) }
                        for other in row + 1..<rows { values[first + other - row - 1] = distances[other - start] }
                    }
                }
            }
        }
    }
}
