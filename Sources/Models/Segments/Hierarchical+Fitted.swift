import Algebra
import Runtime

extension Hierarchical {
    /// What a fit learns: the tree, and the rows in it by cluster.
    public struct Fitted: TreeOfSegments {
        public let columns: [String]
        public let linkage: Linkage
        /// The rows that are in the tree, rising, among those that were fitted.
        public let rows: [Int]
        /// The cluster of each row in the tree.
        public let labels: [Int]
        public let count: Int
        /// The mean of the rows in the tree of each cluster, `[count, columns]`.
        public let centroids: DenseMatrix
        private let members: [RowBlocks]

        init(columns: [String], linkage: Linkage, rows: [Int], sample: DenseMatrix, labels: [Int], count: Int) {
            var places = [[Int]](repeating: [], count: count)
            for (place, label) in labels.enumerated() { places[label].append(place) }
            let parts = places.map { sample.selecting(rows: $0) }
            members = parts.map { RowBlocks($0) }
            centroids = DenseMatrix(rows: count, columns: columns.count, values: parts.flatMap { part in
                (0..<part.columns).map { column in part.column(column).reduce(0, +) / Double(part.rows) }
            })
            (self.columns, self.linkage, self.rows, self.labels, self.count) = (columns, linkage, rows, labels, count)
        }
    }
}

extension Hierarchical.Fitted: SegmentModel {
    public var dissimilarity: Dissimilarity? { .euclidean }

    /// The cluster of the nearest mean for Ward, of the least mean distance to its rows for average, of the least largest distance for complete; of equally near ones the first.
    ///
    /// A row of the tree itself may come out elsewhere than the tree put it.
    public func segments(of rows: SegmentRows, work: Work) throws -> [Int] {
        if linkage.method == .ward { return try KMeans.Fitted(columns: columns, centroids: centroids).predict(rows.numbers, work: work) }
        let features = rows.numbers
        try features.checkAssignable(by: columns)
        let shardRows = 256
        return try work.workers.map(shards: (features.rows + shardRows - 1) / shardRows) { shard in
            try (shard * shardRows..<min(features.rows, (shard + 1) * shardRows)).map { row in
                try work.check()
                return Array(features.values[row: row]).withUnsafeBufferPointer(nearest)
            }
        }.flatMap { $0 }
    }

    private func nearest(to point: UnsafeBufferPointer<Double>) -> Int {
        var best = 0, least = Double.infinity
        for (cluster, blocks) in members.enumerated() {
            let distance = linkage.method == .average ? blocks.distanceSum(from: point) / Double(blocks.rows) : blocks.largestDistance(from: point)
            if distance < least { (best, least) = (cluster, distance) }
        }
        return best
    }
}

extension RowBlocks {
    /// The distance of the row that lies farthest from a point.
    fileprivate func largestDistance(from point: UnsafeBufferPointer<Double>) -> Double {
        withUnsafeTemporaryAllocation(of: Double.self, capacity: rows) { distances in
            self.distances(0..<rows, to: point, into: distances)
            return distances.max() ?? 0
        }
    }
}
