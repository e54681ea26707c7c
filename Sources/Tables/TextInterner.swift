import Runtime

/// Numbers the texts that one worker meets: a hash table over bytes, made for short ids.
///
/// A text of up to seven bytes is its own key, so that most look-ups touch one slot and nothing else.
final class TextInterner {
    /// Behind a pointer, so that a look-up asks no leave of the runtime.
    private let table: UnsafeMutablePointer<Slots>
    private(set) var arena: [UInt8] = []
    private(set) var starts: [Int] = [0]
    private var entries = 0

    private struct Slots {
        var slots: UnsafeMutablePointer<Slot>
        var mask: Int
    }

    private struct Slot {
        var key: UInt64
        /// The code and one, so that 0 is an empty slot.
        var tag: UInt32
    }

    init(capacity: Int = 1 << 10) {
        let size = max(16, capacity.nextPowerOf2)
        table = .allocate(capacity: 1)
        table.initialize(to: Slots(slots: .allocate(capacity: size), mask: size - 1))
        table.pointee.slots.initialize(repeating: Slot(key: 0, tag: 0), count: size)
    }

    deinit {
        table.pointee.slots.deallocate()
        table.deallocate()
    }

    var count: Int { entries }

    /// Bytes that it takes.
    var bytes: Int { arena.count + starts.count * MemoryLayout<Int>.stride + (table.pointee.mask + 1) * MemoryLayout<Slot>.stride }
    var dictionary: TextDictionary { TextDictionary(bytes: arena, starts: starts) }

    func withText<Result>(of code: Int, _ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        arena.withUnsafeBytes { body(UnsafeRawBufferPointer(rebasing: $0[starts[code]..<starts[code + 1]])) }
    }

    /// The code of the text, and whether it is new.
    ///
    /// - Precondition: eight bytes may be read at `text`, whatever its length.
    @inline(__always)
    func code(of text: UnsafePointer<UInt8>, _ length: Int) -> (code: Int32, isNew: Bool) {
        let key = Self.key(text, length)
        let slots = table.pointee.slots
        let mask = table.pointee.mask
        var index = Self.index(key, mask)
        while true {
            let slot = slots[index]
            if slot.tag == 0 { break }
            if slot.key == key, length < 8 || matches(Int(slot.tag) - 1, text, length) { return (Int32(bitPattern: slot.tag &- 1), false) }
            index = (index + 1) & mask
        }
        return (insert(text, length, key, index), true)
    }

    /// Writes the codes of a lot's texts of up to seven bytes.
    ///
    /// - Returns: the number of rows before the first whose text is longer, or new.
    func codes(of lot: RowLot, _ field: Int, rows: Range<Int>, to codes: UnsafeMutablePointer<Int32>) -> Int {
        let (slots, mask) = (table.pointee.slots, table.pointee.mask)
        for row in rows {
            let text = lot.text(row: row, field: field)
            guard text.count < 8 else { return row - rows.lowerBound }
            let key = Self.key(text.baseAddress.unsafelyUnwrapped, text.count)
            var index = Self.index(key, mask)
            // No key is that of an empty slot, which is 0.
            while slots[index].key != key, slots[index].tag != 0 { index = (index + 1) & mask }
            guard slots[index].tag != 0 else { return row - rows.lowerBound }
            codes[row] = Int32(bitPattern: slots[index].tag &- 1)
        }
        return rows.count
    }

    func code(of text: UnsafeRawBufferPointer) -> (code: Int32, isNew: Bool) {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: text.count + 8) { padded in
            guard let base = padded.baseAddress else { return (0, false) }
            UnsafeMutableRawPointer(base).initializeMemory(as: UInt8.self, repeating: 0, count: text.count + 8)
            if let source = text.baseAddress { UnsafeMutableRawPointer(base).copyMemory(from: source, byteCount: text.count) }
            return code(of: UnsafePointer(base), text.count)
        }
    }

    @inline(__always)
    private static func index(_ key: UInt64, _ mask: Int) -> Int { Int(truncatingIfNeeded: (key &* 0x9E37_79B9_7F4A_7C15) &>> 20) & mask }

    @inline(__always)
    private static func key(_ text: UnsafePointer<UInt8>, _ length: Int) -> UInt64 {
        if length < 8 {
            let word = UnsafeRawPointer(text).loadUnaligned(as: UInt64.self).littleEndian
            return (length == 0 ? 0 : word & (UInt64.max &>> UInt64(64 - 8 * length))) | UInt64(length + 1) << 56
        }
        return xxh64(UnsafeRawBufferPointer(start: text, count: length)) | 0xFF << 56
    }

    // Not inlined: its accesses would be guarded for every look-up, and few come here.
    @inline(never)
    private func matches(_ code: Int, _ text: UnsafePointer<UInt8>, _ length: Int) -> Bool {
        let start = starts[code]
        guard starts[code + 1] - start == length else { return false }
        return arena.withUnsafeBufferPointer { own in
            for offset in 0..<length where own[start + offset] != text[offset] { return false }
            return true
        }
    }

    @inline(never)
    private func insert(_ text: UnsafePointer<UInt8>, _ length: Int, _ key: UInt64, _ index: Int) -> Int32 {
        let code = entries
        table.pointee.slots[index] = Slot(key: key, tag: UInt32(code + 1))
        entries += 1
        arena.append(contentsOf: UnsafeBufferPointer(start: text, count: length))
        starts.append(arena.count)
        if entries * 2 > table.pointee.mask { grow() }
        return Int32(truncatingIfNeeded: code)
    }

    private func grow() {
        let oldSize = table.pointee.mask + 1
        let old = table.pointee.slots
        let size = oldSize * 2
        let slots = UnsafeMutablePointer<Slot>.allocate(capacity: size)
        slots.initialize(repeating: Slot(key: 0, tag: 0), count: size)
        let mask = size - 1
        for position in 0..<oldSize where old[position].tag != 0 {
            var index = Self.index(old[position].key, mask)
            while slots[index].tag != 0 { index = (index + 1) & mask }
            slots[index] = old[position]
        }
        old.deallocate()
        table.pointee = Slots(slots: slots, mask: mask)
    }
}

extension Int {
    fileprivate var nextPowerOf2: Int { self <= 1 ? 1 : 1 << (Int.bitWidth - (self - 1).leadingZeroBitCount) }
}
