import Runtime

/// Segments that several clusterings of the same rows agree on. They were found by what the clusterings say and not by columns, so further rows have no place in them.
public struct ConsensusSegments: SegmentModel {
    public let count: Int
    public var dissimilarity: Dissimilarity? { nil }

    public init(count: Int) { self.count = count }

    /// - Throws: `ClusteringError.assignsNothing`, always.
    public func segments(of rows: SegmentRows, work: Work) throws -> [Int] { throw ClusteringError.assignsNothing }
}
