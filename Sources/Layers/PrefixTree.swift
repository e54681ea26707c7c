import Algebra
import CKernels

/// The sequences of a shard as the levels of a prefix tree: level t holds each different beginning of t + 1 events once.
///
/// Level after level, a node names the node that it continues and the slot of its event; slots number the different codes of the shard. Nodes of a
/// level are in the order of the sequences, so parents ascend.
final class PrefixTree: @unchecked Sendable {
    /// The first node of each level, and the number of nodes as the last member.
    let offsets: UnsafeMutableBufferPointer<Int32>
    private(set) var levels = 0
    /// The node of the level before, counted from that level's first.
    let parents: UnsafeMutableBufferPointer<Int32>
    /// The slot of the node's event.
    let slots: UnsafeMutableBufferPointer<Int32>
    /// The code of each slot.
    let slotCodes: UnsafeMutableBufferPointer<Int32>
    private(set) var slotCount = 0
    /// The last nodes of the sequences, each once, -1 for a sequence without events; and which of them is whose.
    let ends: UnsafeMutableBufferPointer<Int32>
    private(set) var endCount = 0
    let endOfSequence: UnsafeMutableBufferPointer<Int32>
    /// The last node of each different sequence: the ends, unless events within are asked for.
    let paths: UnsafeMutableBufferPointer<Int32>
    private(set) var pathCount = 0
    /// Whether `choose` has said what is asked for; then the place of each end within its sequence, and where the ends of each path begin.
    private(set) var asksWithin = false
    let choices: UnsafeMutableBufferPointer<Int32>
    private let choiceStarts: UnsafeMutableBufferPointer<Int32>

    func endsOfPath(_ path: Int) -> Range<Int> { asksWithin ? Int(choiceStarts[path])..<Int(choiceStarts[path + 1]) : path..<path + 1 }

    var nodes: Int { Int(offsets[levels]) }
    func level(_ t: Int) -> Range<Int> { Int(offsets[t])..<Int(offsets[t + 1]) }
    /// Whether each node of the level before is continued by just one node of level t > 0, in the same order.
    func isStraight(_ t: Int) -> Bool { bends[t] == 0 && level(t).count == level(t - 1).count }

    private let slotOfCode: UnsafeMutableBufferPointer<Int32>
    private let path: UnsafeMutableBufferPointer<Int32>
    private let cursor: UnsafeMutableBufferPointer<Int32>
    /// For each level how many of its nodes are at another place in it than their parents are in theirs.
    private let bends: UnsafeMutableBufferPointer<Int32>
    private let memory: Workspace<Int32>

    /// - Parameter choices: how many events within sequences may be asked for.
    init(nodes: Int, sequences: Int, length: Int, vocabulary: Int, choices most: Int = 0) {
        let slotRoom = min(vocabulary, nodes), endRoom = max(sequences, most), pathRoom = most > 0 ? sequences : 0
        memory = Workspace(parts: [length + 2, nodes, nodes, slotRoom, endRoom, endRoom, vocabulary, length + 1, length + 1, length + 1, pathRoom, most, most > 0 ? sequences + 1 : 0])
        offsets = memory.next()
        parents = memory.next()
        slots = memory.next()
        slotCodes = memory.next()
        ends = memory.next()
        endOfSequence = memory.next()
        slotOfCode = memory.next()
        path = memory.next()
        cursor = memory.next()
        bends = memory.next()
        let own = memory.next()
        paths = most > 0 ? own : ends
        (choices, choiceStarts) = (memory.next(), memory.next())
        slotOfCode.update(repeating: -1)
    }

    /// - Parameters:
    ///   - rows: rows of the set, in ascending order of their events.
    ///   - common: for each row how many events it begins with in common with the row before, or 0 to keep its path its own; what stands for the
    ///     first is not looked at.
    ///   - joinsEnds: whether sequences of the same events are one end.
    func build(_ rows: UnsafeBufferPointer<Int32>, common: UnsafeBufferPointer<Int32>, _ set: borrowing SequenceReader, joinsEnds: Bool = true) {
        for slot in 0..<slotCount { slotOfCode[Int(slotCodes[slot])] = -1 }
        slotCount = 0
        endCount = 0
        asksWithin = false
        levels = 0
        // Nodes a level: a sequence adds one to each level from the end of what is shared to its own end.
        for t in 0...set.length { cursor[t] = 0 }
        for i in 0..<rows.count {
            let length = set.length(Int(rows[i]))
            levels = max(levels, length)
            let shared = i > 0 ? Int(common[i]) : 0
            cursor[shared] += 1
            cursor[length] -= 1
        }
        var node: Int32 = 0, width: Int32 = 0
        for t in 0..<levels {
            width += cursor[t]
            offsets[t] = node
            cursor[t] = node
            bends[t] = 0
            node += width
        }
        offsets[levels] = node
        var previousLength = -1
        for i in 0..<rows.count {
            let row = Int(rows[i])
            let length = set.length(row), events = set.events(row)
            let shared = i > 0 ? Int(common[i]) : 0
            for t in shared..<max(shared, length) {
                let code = Int(events[t]), node = Int(cursor[t])
                var slot = slotOfCode[code]
                if slot < 0 {
                    slot = Int32(slotCount)
                    slotOfCode[code] = slot
                    slotCodes[slotCount] = Int32(code)
                    slotCount += 1
                }
                slots[node] = slot
                let parent = t > 0 ? path[t - 1] - offsets[t - 1] : 0
                parents[node] = parent
                if parent != cursor[t] - offsets[t] { bends[t] += 1 }
                path[t] = cursor[t]
                cursor[t] += 1
            }
            if i == 0 || !joinsEnds || shared < length || length != previousLength {
                ends[endCount] = length > 0 ? path[length - 1] : -1
                endCount += 1
            }
            endOfSequence[i] = Int32(endCount - 1)
            previousLength = length
        }
        pathCount = endCount
        if !choices.isEmpty { for path in 0..<pathCount { paths[path] = ends[path] } }
    }

    /// Asks for events within the sequences in place of their ends; each then counts as a sequence of its own.
    ///
    /// - Parameters:
    ///   - places: of the events within their sequences, ascending, one sequence after the other.
    ///   - starts: where the places of each sequence begin, and the number of all as the last member.
    /// - Precondition: no node is shared, and the tree was made for so many choices.
    func choose(_ places: UnsafeBufferPointer<Int32>, starts: UnsafeBufferPointer<Int32>) {
        for path in 0...pathCount { choiceStarts[path] = starts[path] }
        asksWithin = true
        endCount = places.count
        for path in 0..<pathCount where paths[path] >= 0 {
            var node = paths[path], t = level(of: node), end = Int(starts[path + 1]) - 1
            while end >= Int(starts[path]) {
                while t > Int(places[end]) {
                    node = offsets[t - 1] + parents[Int(node)]
                    t -= 1
                }
                choices[end] = places[end]
                ends[end] = node
                endOfSequence[end] = Int32(end)
                end -= 1
            }
        }
    }

    /// The level of a node: the last that does not begin after it.
    func level(of node: Int32) -> Int {
        var low = 0, high = levels
        while high - low > 1 {
            let middle = (low + high) / 2
            if offsets[middle] <= node { low = middle } else { high = middle }
        }
        return low
    }
}

extension PrefixTree {
    /// The nodes of a sequence from its first event to the one that a node stands for; valid until the next call, or the next tree.
    ///
    /// - Complexity: O(events of the sequence).
    func path(to node: Int32) -> UnsafeBufferPointer<Int32> {
        // The level of the node: the last that does not begin after it.
        var last = 0, beyond = levels
        while beyond - last > 1 {
            let middle = (last + beyond) / 2
            if offsets[middle] <= node { last = middle } else { beyond = middle }
        }
        path[last] = node
        for t in stride(from: last, to: 0, by: -1) { path[t - 1] = offsets[t - 1] + parents[Int(path[t])] }
        return UnsafeBufferPointer(rebasing: path[...last])
    }

    /// Names for each node the one that is as far from its sequence's end as it is from the beginning, and the slot of that one.
    ///
    /// Where each sequence has a path of its own, a sequence of n events has one node in each of the first n levels. Read backwards it goes over the same nodes,
    /// with the same parents; only that node k then stands for the event of node `mirror[k]`. A mirror is its own inverse.
    ///
    /// - Precondition: no node is shared.
    func mirror(into mirror: UnsafeMutableBufferPointer<Int32>, slots mirrored: UnsafeMutableBufferPointer<Int32>) {
        for end in paths.prefix(pathCount) where end >= 0 {
            let path = path(to: end)
            for t in path.indices {
                let node = Int(path[t]), other = path[path.count - 1 - t]
                mirror[node] = other
                mirrored[node] = slots[Int(other)]
            }
        }
    }
}

/// The events of a `SequenceSet` as the inner loops read them; lives inside `SequenceSet.read`.
struct SequenceReader {
    let codes: UnsafePointer<Int32>
    let firsts: UnsafePointer<Int32>
    let lengths: UnsafePointer<Int32>
    let order: UnsafePointer<Int32>
    let targetCodes: UnsafePointer<Int32>
    let targetNumbers: UnsafePointer<Float>
    let targets: [SequenceTarget], targetStarts: [Int]
    /// What the codes stand for, if not for themselves.
    let attributes: EventAttributes.Reader?
    /// `[count, side inputs]`.
    let sideInputs: UnsafePointer<Float>
    let length: Int

    /// What is learnt by an output, row after row: codes, `[count, steps]`; or numbers.
    func codes(_ output: Int) -> UnsafePointer<Int32> { targetCodes + targetStarts[output] }
    func numbers(_ output: Int) -> UnsafePointer<Float> { targetNumbers + targetStarts[output] }

    /// What the targets of an output count for that some rows have.
    ///
    /// - Parameter row: the row at a place.
    func weight(_ output: Int, _ places: Range<Int>, _ row: (Int) -> Int, _ options: LossOptions) -> Double {
        var sum = 0.0
        switch targets[output] {
        case .codes(_, let steps, _):
            let codes = codes(output)
            for place in places {
                for step in 0..<steps {
                    let code = codes[row(place) * steps + step]
                    if code >= 0 { sum += Double(options.weight(code)) }
                }
            }
        case .numbers:
            let numbers = numbers(output)
            for place in places where !numbers[row(place)].isNaN { sum += 1 }
        }
        return sum
    }

    /// The number of real events of a row.
    func length(_ row: Int) -> Int { Int(lengths[row]) }
    /// The first real event of a row.
    func events(_ row: Int) -> UnsafePointer<Int32> { codes + Int(firsts[row]) }

    /// For each row how many events it begins with in common with the row before; 0 for the first.
    func common(_ rows: UnsafeBufferPointer<Int32>, into common: UnsafeMutableBufferPointer<Int32>) {
        guard let first = rows.baseAddress, let into = common.baseAddress else { return }
        cnb_common_starts(rows.count, first, codes, firsts, lengths, into)
    }
}

extension SequenceSet {
    func read<Result>(_ body: (SequenceReader) throws -> Result) rethrows -> Result {
        // Empty arrays have no memory of their own; nothing is read through the stand-ins.
        try withUnsafeTemporaryAllocation(of: Int32.self, capacity: 1) { none in
            try withUnsafeTemporaryAllocation(of: Float.self, capacity: 1) { noNumber in
                let nothing = UnsafePointer(none.baseAddress!), noNumbers = UnsafePointer(noNumber.baseAddress!)
                return try codes.withUnsafeBufferPointer { codes in
                    try firsts.withUnsafeBufferPointer { firsts in
                        try lengths.withUnsafeBufferPointer { lengths in
                            try order.withUnsafeBufferPointer { order in
                                try targetCodes.withUnsafeBufferPointer { targetCodes in
                                    try targetNumbers.withUnsafeBufferPointer { targetNumbers in
                                        try sideInputs.withUnsafeBufferPointer { sideInputs in
                                            func reader(_ attributes: EventAttributes.Reader?) -> SequenceReader {
                                                SequenceReader(
                                                    codes: codes.baseAddress ?? nothing, firsts: firsts.baseAddress ?? nothing, lengths: lengths.baseAddress ?? nothing,
                                                    order: order.baseAddress ?? nothing, targetCodes: targetCodes.baseAddress ?? nothing,
                                                    targetNumbers: targetNumbers.baseAddress ?? noNumbers, targets: targets, targetStarts: targetStarts, attributes: attributes,
                                                    sideInputs: sideInputs.baseAddress ?? noNumbers, length: length)
                                            }
                                            guard let attributes else { return try body(reader(nil)) }
                                            return try attributes.codes.withUnsafeBufferPointer { codes in
                                                try attributes.numbers.withUnsafeBufferPointer { numbers in
                                                    try body(
                                                        reader(
                                                            EventAttributes.Reader(
                                                                codes: codes.baseAddress ?? nothing, numbersStart: numbers.baseAddress ?? noNumbers, variables: attributes.variables,
                                                                numberCount: attributes.numberCount)))
                                                }
                                            }
                                        }
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}
