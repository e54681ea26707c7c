import Algebra
import Runtime

extension DBSCAN {
    /// What a fit learns: rows with their segments and their reach.
    public struct Fitted: Sendable {
        public let columns: [String]
        /// Core rows, or without `eps` all that were clustered.
        let tree: PointTree
        /// By place in the tree; -1 for noise.
        let labels: [Int]
        let squaredReaches: [Double]
        public let count: Int

        /// The segment of the nearest row of the tree that each row lies in reach of, of equally near ones the first.
        func segments(of matrix: DenseMatrix, work: Work) throws -> [Int] {
            try DBSCAN.map(matrix, work) { point, _ in
                guard let nearest = tree.nearest(to: point), nearest.square <= squaredReaches[nearest.place] else { return -1 }
                return labels[nearest.place]
            }
        }
    }
}

extension DBSCAN.Fitted: SegmentModel {
    public var dissimilarity: Dissimilarity? { .euclidean }

    /// The segment of the nearest core row in reach, or without `eps` that of the nearest clustered row if it is no farther than its core distance; else -1.
    ///
    /// A fitted row that is no core row itself may come out elsewhere: fitting gives it to the first segment in reach, not to the nearest.
    public func segments(of rows: SegmentRows, work: Work) throws -> [Int] {
        let features = rows.numbers
        try features.checkAssignable(by: columns)
        return try segments(of: features.values, work: work)
    }
}
