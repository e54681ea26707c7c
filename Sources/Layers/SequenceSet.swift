import Runtime

/// Coded sequences with their targets, checked, and sorted so that those with a common start lie together.
///
/// A network's state after some events follows from these events alone. Sorted, sequences that begin alike are neighbours, and what they have in
/// common is computed once. Padding at the front falls away here: a sequence begins at its first real event.
public struct SequenceSet: Sendable {
    /// Why sequences cannot be used.
    public enum Failure: Error, Equatable {
        /// An event that is no code of the vocabulary, or a gap after the first real event.
        case code(Int32, row: Int, position: Int, vocabulary: Int)
        case target(Int32, row: Int, classes: Int)
    }

    public let count: Int
    public let length: Int
    /// `[count, length]` in the caller's order.
    let codes: [Int32]
    /// One a sequence, in the caller's order; empty when there is nothing to learn from.
    let targets: [Int32]
    /// The rows in ascending order of their events, a shorter sequence before its continuations, equal ones in the caller's order.
    let order: [Int32]
    /// The position of the first real event of each row; `length` when there is none.
    let starts: [Int32]

    /// - Parameters:
    ///   - codes: `[count, length]`, each -1 or below `vocabulary`; -1 only at the front.
    ///   - targets: one a sequence, in `0..<classes`; or none.
    /// - Throws: `Failure`, or `Cancelled`.
    /// - Complexity: O(count · length) time; 8 bytes a sequence.
    public init(codes: [Int32], count: Int, length: Int, vocabulary: Int, targets: [Int32] = [], classes: Int = 0, work: Work = Work()) throws {
        precondition(codes.count == count * length, "SequenceSet needs count · length codes")
        precondition(targets.isEmpty || targets.count == count, "SequenceSet needs one target a sequence, or none")
        var starts = [Int32](repeating: 0, count: count)
        var wrong: (row: Int, position: Int)?
        try codes.withUnsafeBufferPointer { codes in
            for row in 0..<count {
                if row & 0xFFFF == 0 { try work.check() }
                let events = row * length
                var start = 0
                while start < length, codes[events + start] == -1 { start += 1 }
                starts[row] = Int32(truncatingIfNeeded: start)
                for position in start..<length where codes[events + position] < 0 || Int(codes[events + position]) >= vocabulary {
                    wrong = wrong ?? (row, position)
                }
            }
        }
        if let wrong { throw Failure.code(codes[wrong.row * length + wrong.position], row: wrong.row, position: wrong.position, vocabulary: vocabulary) }
        if let row = targets.firstIndex(where: { $0 < 0 || Int($0) >= classes }) { throw Failure.target(targets[row], row: row, classes: classes) }
        self.codes = codes
        self.targets = targets
        self.count = count
        self.length = length
        self.starts = starts
        order = try Self.sort(codes, starts, length: length, vocabulary: vocabulary, work)
    }

    /// A radix sort from the last event to the first, as many events a pass as keep the number of buckets small.
    private static func sort(_ codes: [Int32], _ starts: [Int32], length: Int, vocabulary: Int, _ work: Work) throws -> [Int32] {
        let count = starts.count
        var order = (0..<count).map { Int32(truncatingIfNeeded: $0) }
        guard count > 1, length > 0 else { return order }
        let digits = vocabulary + 1
        var together = 1, buckets = digits
        while together < length, buckets * digits <= min(65536, max(4 * count, digits)) {
            buckets *= digits
            together += 1
        }
        var sorted = order
        var keys = [Int32](repeating: 0, count: count)
        var ends = [Int32](repeating: 0, count: buckets + 1)
        try codes.withUnsafeBufferPointer { codes in
            var last = length
            while last > 0 {
                let first = max(0, last - together)
                for row in 0..<count {
                    if row & 0xFFFF == 0 { try work.check() }
                    // Past the end of a shorter sequence stands 0, before any event.
                    let start = Int(starts[row]), events = row * length + start
                    var key = 0
                    for position in first..<last { key = key * digits + (position < length - start ? Int(codes[events + position]) + 1 : 0) }
                    keys[row] = Int32(truncatingIfNeeded: key)
                }
                for bucket in 0...buckets { ends[bucket] = 0 }
                try work.forEachStretch(of: count) { for row in $0 { ends[Int(keys[row]) + 1] += 1 } }
                for bucket in 0..<buckets { ends[bucket + 1] += ends[bucket] }
                for place in 0..<count {
                    if place & 0xFFFF == 0 { try work.check() }
                    let row = order[place]
                    let key = Int(keys[Int(row)])
                    sorted[Int(ends[key])] = row
                    ends[key] += 1
                }
                swap(&order, &sorted)
                last = first
            }
        }
        return order
    }
}
