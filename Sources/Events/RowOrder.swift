import Runtime
import Tables

/// The order of rows by user, then time, then the order given: found by dealing the rows out to blocks of users that fit into a processor's cache, and sorting each block by
/// its digits.
struct RowOrder {
    /// The rows in their order.
    let rows: [Int32]
    /// Where the rows of each user begin; one more at the end.
    let offsets: [Int]
    /// Rows whose time lay before that of the user's row above.
    let late: Int

    /// Rows are counted and dealt out in this many stretches, whatever the number of threads.
    private static let stretches = 32
    private static let digit = 11

    /// - Complexity: O(rows · bits of a user's place and the span of times).
    init(_ keys: TextOrder, _ times: TimeValues, _ work: Work) throws {
        let count = times.count
        let users = try UserRanks(keys, count, work)
        @Sendable func stretch(_ index: Int) -> Range<Int> { count * index / Self.stretches..<count * (index + 1) / Self.stretches }
        let spans = try work.workers.map(shards: Self.stretches) { index in
            try work.check()
            return stretch(index).reduce(into: (Int64.max, Int64.min)) { $0 = (min($0.0, times[$1]), max($0.1, times[$1])) }
        }
        let first = spans.map(\.0).min() ?? 0
        // A log of whole seconds needs digits for these only.
        let isWhole = try work.workers.map(shards: Self.stretches) { index in stretch(index).allSatisfy { (times[$0] - first) % 1_000_000 == 0 } }.allSatisfy { $0 }
        let unit: Int64 = isWhole ? 1_000_000 : 1
        let span = UInt64((spans.map(\.1).max() ?? 0) - first) / UInt64(unit)
        let timeBits = 64 - span.leadingZeroBitCount
        // As many users a block as give it some ten thousand rows, and no more than fit beside the time into 64 bits.
        var blockBits = 0
        while blockBits < 31, blockBits + 1 + timeBits <= 64, (2 << blockBits) * count <= users.count << 16 { blockBits += 1 }
        let shift = blockBits
        let blocks = (max(1, users.count) - 1) >> shift + 1

        let counts = try work.workers.map(shards: Self.stretches) { index in
            try work.check()
            var counts = [Int](repeating: 0, count: blocks)
            for row in stretch(index) { counts[Int(users[keys[row]]) >> shift] += 1 }
            return counts
        }
        var starts = Array(repeating: [Int](repeating: 0, count: blocks), count: Self.stretches)
        var borders = [0]
        var place = 0
        for block in 0..<blocks {
            for index in 0..<Self.stretches {
                starts[index][block] = place
                place += counts[index][block]
            }
            borders.append(place)
        }
        let dealt = Records(count)
        let begin = starts
        try work.workers.forEach(shards: Self.stretches) { index in
            try work.check()
            var next = begin[index]
            let mask = Int32(truncatingIfNeeded: (1 << shift) - 1)
            for row in stretch(index) {
                let user = users[keys[row]]
                let block = Int(user) >> shift
                let place = next[block]
                next[block] = place + 1
                dealt.keys[place] = (timeBits < 64 ? UInt64(user & mask) << UInt64(timeBits) : 0) | UInt64((times[row] - first) / unit)
                dealt.rows[place] = Int32(truncatingIfNeeded: row)
            }
        }
        let edges = borders
        let parts = try work.workers.map(shards: blocks) { block in
            try work.check()
            return Self.sort(dealt, edges[block]..<edges[block + 1], timeBits: timeBits, blockBits: shift)
        }
        late = parts.reduce(0) { $0 + $1.late }
        offsets = parts.flatMap(\.starts) + [count]
        rows = dealt.takeRows(count)
    }

    /// Sorts a block, and gives where its users begin.
    private static func sort(_ records: Records, _ range: Range<Int>, timeBits: Int, blockBits: Int) -> (starts: [Int], late: Int) {
        guard !range.isEmpty else { return ([], 0) }
        let count = range.count
        let (keys, rows) = (records.keys + range.lowerBound, records.rows + range.lowerBound)
        let timeMask: UInt64 = timeBits < 64 ? (1 << UInt64(timeBits)) - 1 : .max
        func user(_ key: UInt64) -> Int { timeBits < 64 ? Int(key >> UInt64(timeBits)) : 0 }
        // In the order of the file, before it is lost.
        var late = 0
        var last = [UInt64](repeating: 0, count: 1 << blockBits)
        for place in 0..<count {
            let (owner, time) = (user(keys[place]), keys[place] & timeMask)
            if time < last[owner] { late += 1 }
            last[owner] = time
        }
        let spare = Records(count)
        var (source, target) = ((keys, rows), (spare.keys, spare.rows))
        var shift = 0
        while shift < min(64, timeBits + blockBits) {
            let mask = (1 << digit) - 1
            var places = [Int](repeating: 0, count: mask + 2)
            for place in 0..<count { places[(Int(truncatingIfNeeded: source.0[place] >> UInt64(shift)) & mask) + 1] += 1 }
            shift += digit
            // A digit that is the same everywhere moves nothing.
            if places.contains(count) { continue }
            for value in 0...mask { places[value + 1] += places[value] }
            for place in 0..<count {
                let key = source.0[place]
                let value = Int(truncatingIfNeeded: key >> UInt64(shift - digit)) & mask
                let to = places[value]
                places[value] = to + 1
                target.0[to] = key
                target.1[to] = source.1[place]
            }
            swap(&source, &target)
        }
        var starts: [Int] = []
        var before = -1
        for place in 0..<count {
            let owner = user(source.0[place])
            if owner != before { starts.append(range.lowerBound + place) }
            before = owner
        }
        if source.1 != rows { rows.update(from: source.1, count: count) }
        return (starts, late)
    }

    /// Keys, and the rows that they belong to.
    private final class Records: @unchecked Sendable {
        // Workers write to places of their own.
        let keys: UnsafeMutablePointer<UInt64>
        let rows: UnsafeMutablePointer<Int32>

        init(_ count: Int) {
            keys = .allocate(capacity: max(1, count))
            rows = .allocate(capacity: max(1, count))
        }

        func takeRows(_ count: Int) -> [Int32] { Array(UnsafeBufferPointer(start: rows, count: count)) }

        deinit {
            keys.deallocate()
            rows.deallocate()
        }
    }
}

/// Numbers users from 0 in the order of their keys.
private struct UserRanks: Sendable {
    let count: Int
    /// A bit for each key that occurs, and how many lie before each word of bits; where keys are too great for that, all of them in order.
    private let bits: [UInt64]
    private let before: [Int32]
    private let sorted: [Int32]

    init(_ keys: TextOrder, _ count: Int, _ work: Work) throws {
        var most: Int32 = 0
        try work.forEachStretch(of: count) { for row in $0 { most = max(most, keys[row]) } }
        guard Int(most) / 64 <= max(1 << 20, count) else {
            var seen: Set<Int32> = []
            try work.forEachStretch(of: count) { for row in $0 { seen.insert(keys[row]) } }
            sorted = seen.sorted()
            self.count = sorted.count
            (bits, before) = ([], [])
            return
        }
        var bits = [UInt64](repeating: 0, count: Int(most) / 64 + 1)
        try work.forEachStretch(of: count) { for row in $0 { bits[Int(keys[row] >> 6)] |= 1 << UInt64(keys[row] & 63) } }
        var before: [Int32] = []
        before.reserveCapacity(bits.count)
        var sum: Int32 = 0
        for word in bits {
            before.append(sum)
            sum += Int32(word.nonzeroBitCount)
        }
        self.count = Int(sum)
        self.bits = bits
        self.before = before
        sorted = []
    }

    @inline(__always)
    subscript(key: Int32) -> Int32 {
        guard sorted.isEmpty else { return rank(key) }
        let word = Int(key >> 6)
        return before[word] + Int32((bits[word] & ((1 << UInt64(key & 63)) - 1)).nonzeroBitCount)
    }

    private func rank(_ key: Int32) -> Int32 {
        var (low, high) = (0, sorted.count)
        while high - low > 1 {
            let middle = (low + high) / 2
            if sorted[middle] <= key { low = middle } else { high = middle }
        }
        return Int32(low)
    }
}
