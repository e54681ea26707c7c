import CScanning

/// The fields of some neighbouring rows without quotes, found at once.
struct RowLot {
    /// Rows that are looked at together.
    static let most = 2048

    let base: UnsafePointer<UInt8>
    /// As `cnb_scan_rows` writes them.
    let ends: UnsafePointer<UInt32>
    let fields: Int
    let rows: Int

    @inline(__always)
    func text(row: Int, field: Int) -> UnsafeBufferPointer<UInt8> {
        let own = ends + row * fields + field
        let start = Int(own[0] &+ 1)
        var end = Int(own[1])
        if field == fields - 1, end > start, base[end - 1] == 0x0D { end -= 1 }
        return UnsafeBufferPointer(start: base + start, count: end - start)
    }

    /// Where the row begins; the row after the last begins where the lot ends.
    func start(of row: Int) -> Int { Int(ends[row * fields] &+ 1) }
}
