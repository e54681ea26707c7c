/// Pairs of numbers, each once, numbered from 0 in the order in which they came: a hash table with open addressing.
struct PairTable: Sendable {
    /// The pairs in the order of their numbers, as keys.
    private(set) var keys: [UInt64] = []
    /// The number of the pair in each slot, -1 in an empty one; a power of two of slots, at least half of them empty.
    private var slots = [Int32](repeating: -1, count: 16)

    var count: Int { keys.count }

    /// Sorted, keys follow the first number, then the second; negative second numbers come last.
    static func key(_ first: Int32, _ second: Int32) -> UInt64 { UInt64(UInt32(bitPattern: first)) << 32 | UInt64(UInt32(bitPattern: second)) }

    /// The number of a pair, or -1.
    func number(of key: UInt64) -> Int32 { slots[slot(of: key)] }

    /// The number of a pair, which is added when it is not there.
    mutating func insert(_ key: UInt64) -> Int32 {
        let slot = slot(of: key)
        if slots[slot] >= 0 { return slots[slot] }
        let number = Int32(keys.count)
        slots[slot] = number
        keys.append(key)
        if keys.count * 2 > slots.count { grow() }
        return number
    }

    /// Where a pair lies, or the empty slot where it would.
    private func slot(of key: UInt64) -> Int {
        let mask = slots.count - 1
        // Fibonacci hashing: the high bits of the product depend on all bits of the key.
        var slot = Int(truncatingIfNeeded: (key &* 0x9E37_79B9_7F4A_7C15) >> 20) & mask
        while slots[slot] >= 0, keys[Int(slots[slot])] != key { slot = (slot + 1) & mask }
        return slot
    }

    private mutating func grow() {
        slots = [Int32](repeating: -1, count: slots.count * 4)
        for number in keys.indices { slots[slot(of: keys[number])] = Int32(number) }
    }
}
