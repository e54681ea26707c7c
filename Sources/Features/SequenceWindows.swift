import Runtime

/// Fixed-length windows of coded events with the code that came next.
public struct SequenceWindows: Sendable {
    /// The number of events that each window has room for.
    public let length: Int
    /// The number of windows.
    public let count: Int
    /// `[count, length]`, row after row, codes of `vocabulary`; shorter histories are padded at the front with -1, and a model's state stays
    /// zero until the first real event.
    public let codes: [Int32]
    /// The code in `classes` that came after each window.
    public let targets: [Int32]
    /// The user index of each window: windows of one user stay on one side of a split.
    public let groups: [Int32]
    public let vocabulary: [String]
    public let classes: [String]

    /// - Precondition: `codes` has `targets.count · length` members and `groups` one a window; what the codes are is checked where they are used.
    public init(length: Int, codes: [Int32], targets: [Int32], groups: [Int32], vocabulary: [String], classes: [String]) {
        precondition(length >= 0 && codes.count == targets.count * length, "SequenceWindows needs `length` codes for each target")
        precondition(groups.count == targets.count, "SequenceWindows needs one group for each target")
        self.length = length
        count = targets.count
        self.codes = codes
        self.targets = targets
        self.groups = groups
        self.vocabulary = vocabulary
        self.classes = classes
    }

    /// The windows at `rows`, in the order given.
    ///
    /// - Throws: `Cancelled`.
    public func subset(_ rows: [Int], work: Work = Work()) throws -> SequenceWindows {
        var chosen: [Int32] = []
        chosen.reserveCapacity(rows.count * length)
        try work.forEachStretch(of: rows.count) { for place in $0 { chosen.append(contentsOf: codes[rows[place] * length..<(rows[place] + 1) * length]) } }
        return SequenceWindows(
            length: length, codes: chosen, targets: try work.map(rows: rows.count) { targets[rows[$0]] }, groups: try work.map(rows: rows.count) { groups[rows[$0]] },
            vocabulary: vocabulary, classes: classes)
    }
}
