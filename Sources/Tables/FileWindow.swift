/// Some neighbouring bytes of a file, with a line feed that does not count and some zeros after them.
///
/// Copied out of the system's cache: a window that is used again and again stays in the processor's, which costs less than mapping the file page by page and letting go of the
/// pages again, and a file that becomes shorter meanwhile gives an error and no signal.
final class FileWindow {
    private(set) var bytes = UnsafeMutableRawBufferPointer(start: nil, count: 0)
    private var memory = UnsafeMutableRawBufferPointer.allocate(byteCount: 0, alignment: 64)

    deinit { memory.deallocate() }

    /// Shows the bytes of a range of the file.
    ///
    /// - Throws: `DataError` if they cannot be read, or the file does not reach as far any more.
    func show(_ range: Range<Int>, of file: InputFile) throws(DataError) {
        let needed = range.count + RecordScanner.padding + 1
        if memory.count < needed {
            memory.deallocate()
            memory = .allocate(byteCount: needed, alignment: 64)
        }
        bytes = UnsafeMutableRawBufferPointer(rebasing: memory[..<range.count])
        guard try file.read(into: bytes, at: range.lowerBound) == range.count else {
            throw .damaged(file.path, format: "text", what: "it became shorter while it was read")
        }
        let end = UnsafeMutableRawBufferPointer(rebasing: memory[range.count..<needed])
        end.initializeMemory(as: UInt8.self, repeating: 0)
        end[0] = 0x0A
    }
}
