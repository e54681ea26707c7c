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

    /// Neighbouring groups, at most 64 lots with about as many rows each, at least `least`, whatever the number of threads.
    package static func shards(of offsets: [Int], atLeast least: Int) -> [Range<Int>] {
        let count = offsets.count - 1, size = max(least, offsets[count] / 63 + 1)
        var shards: [Range<Int>] = [], start = 0
        for group in 0..<count where offsets[group + 1] - offsets[start] >= size || group == count - 1 {
            shards.append(start..<group + 1)
            start = group + 1
        }
        return shards
    }
}
