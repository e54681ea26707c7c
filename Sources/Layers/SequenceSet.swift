import Runtime

/// What is to be learnt of sequences, a member each.
public enum SequenceTarget: Sendable, Hashable {
    /// `[count, steps]` codes below `classes`; -1 where there is none, and after the last of several.
    case codes([Int32], steps: Int = 1, classes: Int)
    /// A number each; NaN where there is none.
    case numbers([Float])
}

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
        /// What an event is described by: a code that its variable does not have, or a number that is not finite.
        case attribute(Int32, event: Int, variable: Int, vocabulary: Int)
        case number(event: Int, number: Int)
        /// A number of a whole sequence that is not finite.
        case sideInput(row: Int, column: Int)
        /// A number to be learnt that is infinite.
        case targetNumber(row: Int)
        /// A code to be learnt after a step that has none.
        case targetGap(row: Int)
    }

    public let count: Int
    public let length: Int
    /// What the sequences are stretches of; those of neighbours may overlap.
    let codes: [Int32]
    /// Where in `codes` each row's first event is, and how many it has.
    let firsts: [Int32], lengths: [Int32]
    /// The number of different events.
    let vocabulary: Int
    /// What the codes stand for; none if they are the codes of the only variable.
    let attributes: EventAttributes?
    /// `[count, sideInputCount]`, in the caller's order.
    let sideInputs: [Float]
    let sideInputCount: Int
    /// In the caller's order; empty when there is nothing to learn from.
    let targets: [SequenceTarget]
    /// The codes of all targets one after the other, then the numbers of all, and where each target's begin.
    let targetCodes: [Int32], targetNumbers: [Float], targetStarts: [Int]
    /// The rows in ascending order of their events, a shorter sequence before its continuations, equal ones in the order of the first target of several steps, else in the caller's.
    let order: [Int32]

    /// Sequences that are stretches of one array of events.
    ///
    /// - Parameters:
    ///   - events: each -1 or below `vocabulary`; -1 only at the front of a sequence.
    ///   - ends: the place in `events` after the last event of each sequence.
    ///   - known: how many events before that belong to it, at most `length`.
    ///   - attributes: what the codes stand for, `vocabulary` rows.
    ///   - sideInputs: `[count, n]` numbers of whole sequences, row after row, or none.
    ///   - targets: what is learnt: one an output of the network; or none.
    /// - Throws: `Failure`, or `Cancelled`.
    /// - Complexity: O(count · length) time; 12 bytes a sequence.
    public init(
        events: [Int32], ends: [Int32], known: [Int32], length: Int, vocabulary: Int, attributes: EventAttributes? = nil, sideInputs: [Float] = [], targets: [SequenceTarget] = [],
        work: Work = Work()
    ) throws {
        precondition(attributes == nil || attributes?.count == vocabulary, "SequenceSet needs a row of attributes for each event")
        precondition(ends.isEmpty ? sideInputs.isEmpty : sideInputs.count % ends.count == 0, "SequenceSet needs equally many side inputs for each sequence")
        precondition(known.count == ends.count, "SequenceSet needs an end and a number of events for each sequence")
        var wrong: (row: Int, code: Int32, position: Int)?
        var lengths: [Int32] = []
        lengths.reserveCapacity(ends.count)
        try events.withUnsafeBufferPointer { events in
            try work.forEachStretch(of: ends.count) { rows in
                for row in rows {
                    let end = Int(ends[row])
                    precondition(known[row] >= 0 && Int(known[row]) <= min(length, end) && end <= events.count, "a sequence lies within the events")
                    var place = end - Int(known[row])
                    while place < end, events[place] == -1 { place += 1 }
                    lengths.append(Int32(truncatingIfNeeded: end - place))
                    while place < end {
                        if events[place] < 0 || Int(events[place]) >= vocabulary { wrong = wrong ?? (row, events[place], length - (end - place)) }
                        place += 1
                    }
                }
            }
        }
        if let wrong { throw Failure.code(wrong.code, row: wrong.row, position: wrong.position, vocabulary: vocabulary) }
        var starts: [Int] = [], codes: [Int32] = [], numbers: [Float] = []
        for target in targets {
            switch target {
            case .codes(let own, let steps, let classes):
                precondition(own.count == ends.count * steps, "SequenceSet needs a target for each step of each sequence")
                if let place = own.firstIndex(where: { $0 < -1 || Int($0) >= classes }) { throw Failure.target(own[place], row: place / steps, classes: classes) }
                if steps > 1, let place = own.indices.first(where: { $0 % steps > 0 && own[$0] >= 0 && own[$0 - 1] < 0 }) { throw Failure.targetGap(row: place / steps) }
                starts.append(codes.count)
                codes += own
            case .numbers(let own):
                precondition(own.count == ends.count, "SequenceSet needs a target for each sequence")
                if let row = own.firstIndex(where: \.isInfinite) { throw Failure.targetNumber(row: row) }
                starts.append(numbers.count)
                numbers += own
            }
        }
        (targetStarts, targetCodes, targetNumbers) = (starts, codes, numbers)
        sideInputCount = ends.isEmpty ? 0 : sideInputs.count / ends.count
        if let place = sideInputs.firstIndex(where: { !$0.isFinite }) { throw Failure.sideInput(row: place / sideInputCount, column: place % sideInputCount) }
        self.vocabulary = vocabulary
        self.attributes = attributes
        self.sideInputs = sideInputs
        self.codes = events
        self.targets = targets
        self.length = length
        count = ends.count
        self.lengths = lengths
        firsts = try work.map(rows: ends.count) { ends[$0] - lengths[$0] }
        let rows = try work.map(rows: ends.count) { Int32(truncatingIfNeeded: $0) }
        order = try Self.sort(Self.sort(rows, byStepsOf: targets, work), events, firsts, lengths, length: length, vocabulary: vocabulary, work)
    }

    /// - Parameter codes: `[count, length]`, each -1 or below `vocabulary`; -1 only at the front.
    /// - Throws: as the other.
    public init(codes: [Int32], count: Int, length: Int, vocabulary: Int, targets: [SequenceTarget], work: Work = Work()) throws {
        precondition(codes.count == count * length && codes.count <= Int(Int32.max), "SequenceSet needs count · length codes, fewer than 2³¹")
        try self.init(
            events: codes, ends: work.map(rows: count) { Int32(($0 + 1) * length) }, known: Array(repeating: Int32(length), count: count), length: length, vocabulary: vocabulary,
            targets: targets, work: work)
    }

    /// Sequences of which one class is to be learnt, or nothing.
    ///
    /// - Parameter targets: one a sequence, in `0..<classes`; or none.
    public init(codes: [Int32], count: Int, length: Int, vocabulary: Int, targets: [Int32] = [], classes: Int = 0, work: Work = Work()) throws {
        if let row = targets.firstIndex(where: { $0 < 0 }) { throw Failure.target(targets[row], row: row, classes: classes) }
        try self.init(
            codes: codes, count: count, length: length, vocabulary: vocabulary, targets: targets.isEmpty ? [] : [.codes(targets, classes: classes)], work: work)
    }

    /// Of all that a training reads of it.
    public var digest: Digest {
        var stream = Digest.Stream()
        func add<Element: BitwiseCopyable>(_ values: [Element]) {
            values.withUnsafeBytes { stream.add($0) }
            withUnsafeBytes(of: values.count) { stream.add($0) }
        }
        add([count, length, vocabulary, sideInputCount])
        add(codes)
        add(firsts)
        add(lengths)
        add(targetCodes)
        add(targetNumbers)
        add(sideInputs)
        add(attributes?.codes ?? [])
        add(attributes?.numbers ?? [])
        return stream.finish()
    }

    /// A radix sort from the last event to the first, as many events a pass as keep the number of buckets small.
    private static func sort(_ rows: [Int32], _ codes: [Int32], _ firsts: [Int32], _ lengths: [Int32], length: Int, vocabulary: Int, _ work: Work) throws -> [Int32] {
        let count = firsts.count
        var order = rows
        guard count > 1, length > 0 else { return order }
        let digits = vocabulary + 1
        var together = 1, buckets = digits
        while together < length, buckets * digits <= min(65536, max(4 * count, digits)) {
            buckets *= digits
            together += 1
        }
        var sorting = CountingSort(rows: count, buckets: buckets)
        try codes.withUnsafeBufferPointer { codes in
            var last = length
            while last > 0 {
                let first = max(0, last - together)
                for row in 0..<count {
                    if row & 0xFFFF == 0 { try work.check() }
                    // Past the end of a shorter sequence stands 0, before any event.
                    let events = Int(firsts[row]), known = Int(lengths[row])
                    var key = 0
                    for position in first..<last { key = key * digits + (position < known ? Int(codes[events + position]) + 1 : 0) }
                    sorting.keys[row] = Int32(truncatingIfNeeded: key)
                }
                try sorting.sort(&order, work)
                last = first
            }
        }
        return order
    }
}

extension SequenceSet {
    /// Rows in ascending order of what follows them, so that a decoder finds those together that have steps in common; as they are where nothing has several steps.
    private static func sort(_ rows: [Int32], byStepsOf targets: [SequenceTarget], _ work: Work) throws -> [Int32] {
        guard rows.count > 1, case .codes(let codes, let steps, let classes)? = targets.first, steps > 1 else { return rows }
        var order = rows, sorting = CountingSort(rows: rows.count, buckets: classes + 1)
        for step in (0..<steps).reversed() {
            try work.forEachStretch(of: rows.count) { for row in $0 { sorting.keys[row] = codes[row * steps + step] + 1 } }
            try sorting.sort(&order, work)
        }
        return order
    }
}

/// A stable sort of rows by small keys; its memory serves many passes.
private struct CountingSort {
    /// One a row, each below the number of buckets.
    var keys: [Int32]
    private var ends: [Int32], sorted: [Int32]

    init(rows: Int, buckets: Int) {
        keys = Array(repeating: 0, count: rows)
        sorted = keys
        ends = Array(repeating: 0, count: buckets + 1)
    }

    mutating func sort(_ order: inout [Int32], _ work: Work) throws {
        for bucket in ends.indices { ends[bucket] = 0 }
        try work.forEachStretch(of: keys.count) { for row in $0 { ends[Int(keys[row]) + 1] += 1 } }
        for bucket in ends.indices.dropLast() { ends[bucket + 1] += ends[bucket] }
        for place in order.indices {
            if place & 0xFFFF == 0 { try work.check() }
            let row = order[place], key = Int(keys[Int(row)])
            sorted[Int(ends[key])] = row
            ends[key] += 1
        }
        swap(&order, &sorted)
    }
}
