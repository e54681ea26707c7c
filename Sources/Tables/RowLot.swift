import CScanning

/// The fields of some rows without quotes, found at once.
struct RowLot {
    /// Rows that are looked at together.
    static let most = 2048

    let base: UnsafePointer<UInt8>
    /// The place before each row, then the ends of its fields; the last of which is also the place before the next row, if the rows are neighbours.
    let ends: UnsafePointer<UInt32>
    let fields: Int
    /// Entries from a row to the next.
    let stride: Int
    let rows: Int

    @inline(__always)
    func text(row: Int, field: Int) -> UnsafeBufferPointer<UInt8> {
        let own = entry(row, field)
        let start = Int(own[0] &+ 1)
        var end = Int(own[1])
        if isLast(field) != 0, end > start, base[end - 1] == 0x0D { end -= 1 }
        return UnsafeBufferPointer(start: base + start, count: end - start)
    }

    /// The entry before the field's end.
    @inline(__always)
    func entry(_ row: Int, _ field: Int) -> UnsafePointer<UInt32> { ends + row * stride + field }

    /// 1 for the last field of a row, which a carriage return may follow.
    @inline(__always)
    func isLast(_ field: Int) -> UInt32 { field == fields - 1 ? 1 : 0 }

    /// Where the row begins; among neighbours, the row after the last begins where the lot ends.
    func start(of row: Int) -> Int { Int(ends[row * stride] &+ 1) }
}
