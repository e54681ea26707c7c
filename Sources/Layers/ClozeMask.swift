import Algebra

/// Which events of a shard's sequences are hidden from the network, which then is to name them: one core's memory of them.
///
/// Whether an event is hidden follows from the step's key, its row and its place. A sequence of which none is hidden hides its last.
///
/// ### References
/// W. L. Taylor. Cloze Procedure: A New Tool for Measuring Readability. Journalism Quarterly 1953.
final class ClozeMask {
    private let share: Double
    /// The code that stands for a hidden event.
    private let mask: Int32
    /// The events of the shard's sequences with the hidden ones replaced; where each begins, and how long it is.
    private let codes: UnsafeMutableBufferPointer<Int32>, firsts: UnsafeMutableBufferPointer<Int32>, lengths: UnsafeMutableBufferPointer<Int32>
    /// Row i is sequence i of the shard, or hidden event i; and none of them has anything in common with another.
    let rows: UnsafeMutableBufferPointer<Int32>, common: UnsafeMutableBufferPointer<Int32>
    /// The places of the hidden events, where those of each sequence begin, and what they are.
    private let places: UnsafeMutableBufferPointer<Int32>, starts: UnsafeMutableBufferPointer<Int32>, hidden: UnsafeMutableBufferPointer<Int32>
    private let memory: Workspace<Int32>
    private(set) var count = 0

    static func parts(nodes: Int, sequences: Int) -> [Int] { [nodes, sequences, sequences, max(nodes, sequences), sequences, nodes, sequences + 1, nodes] }

    init(share: Double, mask: Int32, nodes: Int, sequences: Int) {
        self.share = share
        self.mask = mask
        memory = Workspace(parts: Self.parts(nodes: nodes, sequences: sequences))
        (codes, firsts, lengths) = (memory.next(), memory.next(), memory.next())
        (rows, common) = (memory.next(), memory.next())
        (places, starts, hidden) = (memory.next(), memory.next(), memory.next())
        for row in rows.indices { rows[row] = Int32(row) }
    }

    /// Whether an event is hidden (SplitMix64 of the key and its place).
    static func hides(_ key: UInt64, _ row: Int, _ place: Int, _ share: Double) -> Bool {
        var z = key &+ (UInt64(row) << 20 &+ UInt64(place) &+ 1) &* 0x9E37_79B9_7F4A_7C15
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        z ^= z >> 31
        return Double(z >> 11) * 0x1p-53 < share
    }

    /// How many events of some rows are hidden.
    static func count(_ rows: UnsafeBufferPointer<Int32>, _ set: SequenceReader, share: Double, key: UInt64) -> Int {
        var count = 0
        for row in rows {
            let length = set.length(Int(row))
            var own = 0
            for place in 0..<length where hides(key, Int(row), place, share) { own += 1 }
            count += length > 0 ? max(own, 1) : 0
        }
        return count
    }

    /// Hides events of some rows, builds the tree of what is left to see, and asks it for the hidden ones.
    ///
    /// - Returns: a set whose row i is hidden event i, with what it is as the target.
    func apply(_ all: UnsafeBufferPointer<Int32>, _ set: SequenceReader, key: UInt64, _ tree: PrefixTree) -> SequenceReader {
        var end = 0
        count = 0
        for (index, row) in all.enumerated() {
            let length = set.length(Int(row)), events = set.events(Int(row)), first = count
            firsts[index] = Int32(end)
            lengths[index] = Int32(length)
            starts[index] = Int32(first)
            for place in 0..<length {
                let isHidden = Self.hides(key, Int(row), place, share) || place == length - 1 && count == first
                codes[end + place] = isHidden ? mask : events[place]
                guard isHidden else { continue }
                places[count] = Int32(place)
                hidden[count] = events[place]
                count += 1
            }
            end += length
        }
        starts[all.count] = Int32(count)
        let seen = SequenceReader(
            codes: UnsafePointer(codes.baseAddress!), firsts: UnsafePointer(firsts.baseAddress!), lengths: UnsafePointer(lengths.baseAddress!), order: set.order,
            targetCodes: UnsafePointer(hidden.baseAddress!), targetNumbers: set.targetNumbers, targets: set.targets, targetStarts: [0], attributes: nil,
            sideInputs: set.sideInputs, length: set.length)
        tree.build(UnsafeBufferPointer(rebasing: rows[..<all.count]), common: UnsafeBufferPointer(rebasing: common[..<all.count]), seen, joinsEnds: false)
        tree.choose(UnsafeBufferPointer(rebasing: places[..<count]), starts: UnsafeBufferPointer(rebasing: starts[...all.count]))
        return seen
    }
}
