/// Segments that were joined step by step: a tree over rows, cut where `count` segments are left.
public protocol TreeOfSegments: Sendable {
    var linkage: Linkage { get }
    /// The rows that are in the tree, rising, among those that were fitted.
    var rows: [Int] { get }
    /// The segment of each row in the tree.
    var labels: [Int] { get }
    var count: Int { get }
}

extension TreeOfSegments {
    /// For each node of the tree the segment that all of its rows are in; none where they are of several.
    public var segmentsOfNodes: [Int?] {
        var segments: [Int?] = labels
        for merge in linkage.merges { segments.append(segments[merge.first] == segments[merge.second] ? segments[merge.first] : nil) }
        return segments
    }
}
