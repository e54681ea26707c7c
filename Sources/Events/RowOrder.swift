import Runtime
import Tables

/// The order of rows by user, then time, then the order given: found by dealing the rows out to blocks of users that fit into a processor's cache, and sorting each block by
/// its digits.
struct RowOrder {
    let rearrangement: Rearrangement
    /// The keys of the users in their order, and where the rows of each begin; one more at the end.
    let users: [Int32]
    let offsets: [Int]
    /// Rows whose time lay before that of the user's row above.
    let late: Int

    /// Bits of a digit, at most.
    private static let digit = 11
    /// So many rows a block has or more, where they are as many for each user.
    private static let blockRows = 1 << 14

    /// - Parameter reusing: the memory of the keys, if it may be written anew.
    /// - Complexity: O(rows · bits of a user's place and the span of times).
    init(_ keys: TextOrder, _ times: TimeValues, reusing memory: PackedMemory?, _ work: Work) throws {
        let count = times.count
        let ranks = try UserRanks(keys, work)
        let spans = try work.workers.map(shards: Rearrangement.stretches) { index in
            try work.check()
            return Span(Rearrangement.stretch(index, of: count), of: times)
        }
        let first = spans.map(\.low).min() ?? 0
        // A log of whole seconds needs digits for these only.
        let isWholeSeconds = spans.allSatisfy(\.isWholeSeconds)
        let span = UInt64((spans.map(\.high).max() ?? 0) - first) / (isWholeSeconds ? 1_000_000 : 1)
        let timeBits = 64 - span.leadingZeroBitCount
        // No more users a block than fit beside the time into 64 bits.
        var blockBits = 0
        while blockBits < 31, blockBits + 1 + timeBits <= 64, (1 << blockBits) * count < ranks.count * Self.blockRows { blockBits += 1 }
        let deal = Deal(ranks: ranks, first: first, isWholeSeconds: isWholeSeconds, timeBits: timeBits, blockBits: blockBits)
        let sorted = try timeBits + blockBits <= 32 ? Self.sorted(UInt32.self, keys, times, deal, memory, work) : Self.sorted(UInt64.self, keys, times, deal, memory, work)
        (rearrangement, late) = (sorted.rearrangement, sorted.late)
        users = ranks.keys
        offsets = sorted.starts + [count]
    }

    /// How the place of a user and a time become a block and a key.
    private struct Deal: Sendable {
        let ranks: UserRanks
        let first: Int64
        let isWholeSeconds: Bool
        let timeBits: Int
        /// Bits of a user's place within its block.
        let blockBits: Int

        @inline(__always)
        func time(_ time: Int64) -> Int64 { isWholeSeconds ? (time - first) / 1_000_000 : time - first }

        var blocks: Int { (max(1, ranks.count) - 1) >> blockBits + 1 }
    }

    /// The rows in order, with keys of a kind that holds a time and a user's place within a block; where the rows of each user begin; and the late ones.
    private static func sorted<Key: FixedWidthInteger & UnsignedInteger & BitwiseCopyable & Sendable>(
        _ type: Key.Type, _ keys: TextOrder, _ times: TimeValues, _ deal: Deal, _ memory: PackedMemory?, _ work: Work
    ) throws -> (rearrangement: Rearrangement, starts: [Int], late: Int) {
        let count = times.count
        let stretches = Rearrangement.stretches
        @Sendable func stretch(_ index: Int) -> Range<Int> { Rearrangement.stretch(index, of: count) }
        let (dealtRows, order, scratch) = (memory ?? PackedMemory(Int32.self, count: count), PackedMemory(Int32.self, count: count), PackedMemory(UInt64.self, count: count))
        defer { withExtendedLifetime((dealtRows, order, scratch)) {} }
        nonisolated(unsafe) let (dealt, sortedRows, dealtKeys) = (dealtRows.values(Int32.self), order.values(Int32.self), scratch.values(type))
        let ranks = deal.ranks
        let (blocks, blockBits) = (deal.blocks, deal.blockBits)
        let counts = try work.workers.map(shards: stretches) { index in
            try work.check()
            var counts = [Int](repeating: 0, count: blocks)
            for row in stretch(index) {
                // The place of the user now, that of the row later.
                let user = ranks[keys[row]]
                dealt[row] = user
                counts[Int(user) &>> blockBits] &+= 1
            }
            return counts
        }
        var starts = Array(repeating: [Int](repeating: 0, count: blocks), count: stretches)
        var borders = [0]
        var place = 0
        for block in 0..<blocks {
            for index in 0..<stretches {
                starts[index][block] = place
                place += counts[index][block]
            }
            borders.append(place)
        }
        let begin = starts
        try work.workers.forEach(shards: stretches) { index in
            try work.check()
            var next = begin[index]
            let mask = Int32(truncatingIfNeeded: (1 << blockBits) - 1)
            for row in stretch(index) {
                let user = dealt[row]
                let block = Int(user) &>> blockBits
                let place = next[block]
                next[block] = place &+ 1
                dealt[row] = Int32(truncatingIfNeeded: place)
                dealtKeys[place] = Key(truncatingIfNeeded: user & mask) << Key(deal.timeBits) | Key(truncatingIfNeeded: deal.time(times[row]))
            }
        }
        let edges = borders
        let parts = try work.workers.map(shards: blocks) { block in
            try work.check()
            return sort(dealtKeys, sortedRows, edges[block]..<edges[block + 1], timeBits: deal.timeBits, blockBits: blockBits)
        }
        let rearrangement = Rearrangement(count: count, dealt: dealtRows, order: order, borders: borders, scratch: scratch)
        return (rearrangement, parts.flatMap(\.starts), parts.reduce(0) { $0 + $1.late })
    }

    private struct Record<Key: BitwiseCopyable>: BitwiseCopyable {
        var key: Key
        /// Where the row was dealt to.
        var row: Int32
    }

    /// Puts the rows of a block in order, and gives where its users begin.
    private static func sort<Key: FixedWidthInteger & UnsignedInteger & BitwiseCopyable>(
        _ keys: UnsafeMutablePointer<Key>, _ rows: UnsafeMutablePointer<Int32>, _ range: Range<Int>, timeBits: Int, blockBits: Int
    ) -> (starts: [Int], late: Int) {
        guard !range.isEmpty else { return ([], 0) }
        let count = range.count
        // A smart shift by as many bits as a key has leaves none.
        let timeMask = ~(Key.max << Key(timeBits))
        func user(_ key: Key) -> Int { Int(truncatingIfNeeded: key >> Key(timeBits)) }
        // Digits of as many bits each, and how often each value of each occurs, counted at once.
        let digits = max(1, (timeBits + blockBits + digit - 1) / digit)
        let bits = max(1, (timeBits + blockBits + digits - 1) / digits)
        let values = 1 << bits
        let mask = Key(truncatingIfNeeded: values - 1)
        let places = UnsafeMutablePointer<Int32>.allocate(capacity: digits * values)
        places.initialize(repeating: 0, count: digits * values)
        let last = UnsafeMutablePointer<Key>.allocate(capacity: 1 << blockBits)
        last.initialize(repeating: 0, count: 1 << blockBits)
        var (source, target) = (UnsafeMutablePointer<Record<Key>>.allocate(capacity: count), UnsafeMutablePointer<Record<Key>>.allocate(capacity: count))
        defer {
            places.deallocate()
            last.deallocate()
            source.deallocate()
            target.deallocate()
        }
        // In the order of the file, before it is lost. What may be true of any other row is added and not branched upon.
        var late = 0
        for place in 0..<count {
            let key = keys[range.lowerBound &+ place]
            let (owner, time) = (user(key), key & timeMask)
            late &+= time < last[owner] ? 1 : 0
            last[owner] = time
            source[place] = Record(key: key, row: Int32(truncatingIfNeeded: range.lowerBound &+ place))
            var (rest, counts) = (key, places)
            for _ in 0..<digits {
                counts[Int(truncatingIfNeeded: rest & mask)] &+= 1
                rest = rest &>> Key(truncatingIfNeeded: bits)
                counts += values
            }
        }
        for step in 0..<digits {
            let places = places + step * values
            let shift = Key(truncatingIfNeeded: step * bits)
            // A digit that is the same everywhere moves nothing.
            if places[Int(truncatingIfNeeded: (source[0].key &>> shift) & mask)] == count { continue }
            var next: Int32 = 0
            for value in 0..<values { (places[value], next) = (next, next + places[value]) }
            for place in 0..<count {
                let record = source[place]
                let value = Int(truncatingIfNeeded: (record.key &>> shift) & mask)
                target[Int(places[value])] = record
                places[value] &+= 1
            }
            swap(&source, &target)
        }
        var starts: [Int] = []
        var before = -1
        for place in 0..<count {
            let owner = user(source[place].key)
            if owner != before { starts.append(range.lowerBound + place) }
            before = owner
            rows[range.lowerBound + place] = source[place].row
        }
        return (starts, late)
    }
}

/// The earliest and the latest of some times, and whether all are whole seconds.
private struct Span {
    var low = Int64.max
    var high = Int64.min
    var isWholeSeconds = true

    init(_ rows: Range<Int>, of times: TimeValues) {
        for row in rows {
            let time = times[row]
            low = min(low, time)
            high = max(high, time)
            if time % 1_000_000 != 0 { isWholeSeconds = false }
        }
    }
}

/// Numbers users from 0 in the order of their keys.
private struct UserRanks: Sendable {
    /// The keys in order.
    let keys: [Int32]
    var count: Int { keys.count }
    /// A bit for each key that occurs, and how many lie before each word of bits; empty where keys are too great for that.
    private let bits: [UInt64]
    private let before: [Int32]

    /// Words of bits that each stretch of rows may have of its own.
    private static let mostOwnWords = 1 << 16

    init(_ keys: TextOrder, _ work: Work) throws {
        let count = keys.count
        let stretches = Rearrangement.stretches
        @Sendable func stretch(_ index: Int) -> Range<Int> { Rearrangement.stretch(index, of: count) }
        let greatest = try work.workers.map(shards: stretches) { index in
            try work.check()
            return stretch(index).reduce(Int32(0)) { max($0, keys[$1]) }
        }
        let most = greatest.max() ?? 0
        let words = Int(most) / 64 + 1
        guard words <= max(1 << 20, count) else {
            var seen: Set<Int32> = []
            try work.forEachStretch(of: count) { for row in $0 { seen.insert(keys[row]) } }
            self.keys = seen.sorted()
            (bits, before) = ([], [])
            return
        }
        @Sendable func mark(_ rows: Range<Int>) throws -> [UInt64] {
            var bits = [UInt64](repeating: 0, count: words)
            try bits.withUnsafeMutableBufferPointer { bits in
                try work.forEachStretch(of: rows) { for row in $0 { bits[Int(keys[row] &>> 6)] |= 1 &<< UInt64(truncatingIfNeeded: keys[row]) } }
            }
            return bits
        }
        var bits: [UInt64]
        if words <= Self.mostOwnWords {
            bits = [UInt64](repeating: 0, count: words)
            for own in try work.workers.map(shards: stretches, { try mark(stretch($0)) }) { for word in 0..<words { bits[word] |= own[word] } }
        } else {
            bits = try mark(0..<count)
        }
        var before: [Int32] = []
        before.reserveCapacity(words)
        var inOrder: [Int32] = []
        for (index, word) in bits.enumerated() {
            before.append(Int32(inOrder.count))
            var rest = word
            while rest != 0 {
                inOrder.append(Int32(truncatingIfNeeded: index << 6 | rest.trailingZeroBitCount))
                rest &= rest - 1
            }
        }
        self.keys = inOrder
        self.bits = bits
        self.before = before
    }

    @inline(__always)
    subscript(key: Int32) -> Int32 {
        guard !bits.isEmpty else { return rank(key) }
        let word = Int(key >> 6)
        return before[word] + Int32((bits[word] & ((1 &<< UInt64(truncatingIfNeeded: key)) &- 1)).nonzeroBitCount)
    }

    private func rank(_ key: Int32) -> Int32 {
        var (low, high) = (0, keys.count)
        while high - low > 1 {
            let middle = (low + high) / 2
            if keys[middle] <= key { low = middle } else { high = middle }
        }
        return Int32(low)
    }
}
