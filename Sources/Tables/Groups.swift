/// Rows that belong together, as neighbouring ranges: group `g` is `offsets[g]..<offsets[g + 1]`.
public struct Groups: Sendable {
    /// From 0 to the number of rows; one more than there are groups.
    public let offsets: [Int]

    public init(offsets: [Int]) {
        precondition(offsets.first == 0 && zip(offsets, offsets.dropFirst()).allSatisfy { $0 <= $1 }, "group offsets rise from 0")
        self.offsets = offsets
    }

    public var count: Int { offsets.count - 1 }
    public subscript(group: Int) -> Range<Int> { offsets[group]..<offsets[group + 1] }
}
