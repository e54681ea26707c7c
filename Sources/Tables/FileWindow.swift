import CScanning

/// Some neighbouring bytes of a file, with a line feed that does not count and some zeros after them: mapped, or copied where the file cannot be mapped.
final class FileWindow {
    private(set) var bytes = UnsafeMutableRawBufferPointer(start: nil, count: 0)
    private var slot: Int32?
    private var copied = UnsafeMutableRawBufferPointer.allocate(byteCount: 0, alignment: 16)

    deinit {
        release()
        copied.deallocate()
    }

    /// Lets go of what is mapped.
    func release() {
        if let slot { cnb_unmap_window(slot) }
        slot = nil
    }

    /// Shows the bytes of a range of the file.
    ///
    /// - Throws: `DataError` if they cannot be read, or the file does not reach as far any more.
    func show(_ range: Range<Int>, of file: InputFile) throws(DataError) {
        release()
        let page = 1 << 16
        let first = range.lowerBound / page * page
        var slot: Int32 = 0
        if let descriptor = file.mappable, let start = cnb_map_window(descriptor, first, range.upperBound - first, RecordScanner.padding + 1, &slot) {
            self.slot = slot
            bytes = UnsafeMutableRawBufferPointer(start: start + (range.lowerBound - first), count: range.count)
        } else {
            if copied.count < range.count + RecordScanner.padding + 1 {
                copied.deallocate()
                copied = .allocate(byteCount: range.count + RecordScanner.padding + 1, alignment: 16)
            }
            bytes = UnsafeMutableRawBufferPointer(rebasing: copied[..<range.count])
            guard try file.read(into: bytes, at: range.lowerBound) == range.count else { throw Self.isCut(file) }
        }
        let end = bytes.baseAddress.unsafelyUnwrapped + range.count
        end.initializeMemory(as: UInt8.self, repeating: 0, count: RecordScanner.padding)
        end.storeBytes(of: 0x0A, as: UInt8.self)
        try check(file)
    }

    /// - Throws: `DataError` if the file became shorter than what was read of it.
    func check(_ file: InputFile) throws(DataError) { if let slot, cnb_window_is_cut(slot) != 0 { throw Self.isCut(file) } }

    private static func isCut(_ file: InputFile) -> DataError { .damaged(file.path, format: "text", what: "it became shorter while it was read") }
}
