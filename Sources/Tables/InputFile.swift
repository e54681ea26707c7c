import CCompression
import Foundation
import Runtime
import Store

/// A file that is open for reading at any place, by any thread.
///
/// Reads copy out of the page cache instead of mapping the file, so that a file that shrinks meanwhile gives an error and not a signal.
final class InputFile: Sendable {
    enum Packing: String, Sendable { case none, gzip, zstd }

    let path: String
    /// Bytes on disk.
    let size: Int
    let packing: Packing
    private let descriptor: Int32
    /// What the file holds, where it is in memory already.
    private let memory: [UInt8]?

    /// - Throws: `DataError` if the file is missing, a directory, unreadable, empty, or not text.
    init(_ path: String) throws(DataError) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        self.descriptor = descriptor
        memory = nil
        guard descriptor >= 0 else { throw .file(FileError(path, errno == ENOENT ? .missing : .notReadable(String(cString: strerror(errno))))) }
        var status = stat()
        var failure: DataError?
        if fstat(descriptor, &status) != 0 {
            failure = .file(FileError(path, .notReadable(String(cString: strerror(errno)))))
        } else if status.st_mode & S_IFMT == S_IFDIR {
            failure = .file(FileError(path, .directory))
        } else if status.st_mode & S_IFMT != S_IFREG {
            failure = .file(FileError(path, .notReadable("it is a pipe or device, which can be read only once")))
        } else if status.st_size == 0 {
            failure = .emptyFile(path)
        }
        self.path = path
        size = Int(status.st_size)
        var magic = [UInt8](repeating: 0, count: 4)
        let count = magic.withUnsafeMutableBytes { pread(descriptor, $0.baseAddress, 4, 0) }
        packing =
            count >= 2 && magic[0] == 0x1F && magic[1] == 0x8B ? .gzip
            : count == 4 && magic == [0x28, 0xB5, 0x2F, 0xFD] ? .zstd : .none
        if let failure {
            close(descriptor)
            throw failure
        }
    }

    /// A plain file whose bytes are in memory.
    init(_ path: String, memory: [UInt8]) {
        self.path = path
        self.memory = memory
        size = memory.count
        packing = .none
        descriptor = -1
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    /// Fills the buffer from `offset` on and gives the bytes read: fewer than asked for only at the file's end.
    func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws(DataError) -> Int {
        if let memory {
            let count = max(0, min(buffer.count, memory.count - offset))
            memory.withUnsafeBytes { buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[min(offset, memory.count)..<min(offset, memory.count) + count])) }
            return count
        }
        var filled = 0
        while filled < buffer.count {
            let count = pread(descriptor, buffer.baseAddress! + filled, buffer.count - filled, off_t(offset + filled))
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw .file(FileError(path, .notReadable(String(cString: strerror(errno))))) }
            if count == 0 { break }
            filled += count
        }
        return filled
    }

    /// Pieces of the unpacked text for a look at what the file holds: its head, and for a plain file its middle from a line's start.
    func pieces(_ length: Int) throws(DataError) -> [[UInt8]] {
        if packing != .none {
            let stream = try UnpackedStream(self)
            var head = [UInt8](repeating: 0, count: 4 * length)
            let count = try stream.fill(&head)
            return [Array(head[..<count])]
        }
        var pieces = [try bytes(at: 0, length)]
        if size > 3 * length {
            let middle = try bytes(at: size / 2, length)
            if let line = middle.firstIndex(of: 0x0A) { pieces.append(Array(middle[(line + 1)...])) }
        }
        return pieces
    }

    func bytes(at offset: Int, _ length: Int) throws(DataError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: min(length, size - offset))
        var failure: DataError?
        let count = bytes.withUnsafeMutableBytes { buffer -> Int in
            do throws(DataError) { return try read(into: buffer, at: offset) } catch {
                failure = error
                return 0
            }
        }
        if let failure { throw failure }
        return Array(bytes[..<count])
    }
}

/// The text of a packed file, unpacked piece by piece; gzip may have several members, zstd several frames.
final class UnpackedStream {
    private let file: InputFile
    private let input: UnsafeMutableRawBufferPointer
    private var inputCount = 0
    private var inputUsed = 0
    /// Bytes of the packed file that have been read.
    private(set) var offset = 0
    private var digest = Digest.Stream()
    private var inflater = z_stream()
    private var zstd: OpaquePointer?
    private var isBetweenMembers = true
    private var isAtEnd = false

    init(_ file: InputFile) throws(DataError) {
        self.file = file
        input = .allocate(byteCount: 1 << 18, alignment: 16)
        if file.packing == .gzip {
            guard inflateInit2_(&inflater, 15 + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
                throw .damaged(file.path, format: "gzip", what: "zlib could not start")
            }
        } else {
            zstd = ZSTD_createDStream()
        }
    }

    deinit {
        if file.packing == .gzip { inflateEnd(&inflater) }
        if let zstd { ZSTD_freeDStream(zstd) }
        input.deallocate()
    }

    /// Bytes of the packed file that have been unpacked.
    var used: Int { offset - inputCount + inputUsed }

    /// The digest of the packed file, once it was read to its end.
    func finishDigest() -> Digest { digest.finish() }

    func fill(_ bytes: inout [UInt8]) throws(DataError) -> Int {
        var failure: DataError?
        let count = bytes.withUnsafeMutableBytes { buffer -> Int in
            do throws(DataError) { return try read(into: buffer) } catch {
                failure = error
                return 0
            }
        }
        if let failure { throw failure }
        return count
    }

    /// Fills the buffer with unpacked bytes and gives their number: fewer than asked for only at the end.
    ///
    /// - Throws: `DataError.damaged` if the file ends too early or does not unpack.
    func read(into buffer: UnsafeMutableRawBufferPointer) throws(DataError) -> Int {
        var filled = 0
        while filled < buffer.count, !isAtEnd {
            if inputUsed == inputCount {
                inputCount = try file.read(into: input, at: offset)
                inputUsed = 0
                offset += inputCount
                if inputCount == 0 {
                    guard isBetweenMembers else { throw damaged("it ends too early, as a download that was cut off does") }
                    isAtEnd = true
                    break
                }
                digest.add(UnsafeRawBufferPointer(rebasing: input[..<inputCount]))
            }
            let target = UnsafeMutableRawBufferPointer(rebasing: buffer[filled...])
            filled += file.packing == .gzip ? try inflate(into: target) : try decompress(into: target)
        }
        return filled
    }

    private func damaged(_ what: String) -> DataError { .damaged(file.path, format: file.packing.rawValue, what: what) }

    private func inflate(into target: UnsafeMutableRawBufferPointer) throws(DataError) -> Int {
        if isBetweenMembers {
            // Zeros may pad the end of a gzip file (tapes); anything else must be a further member.
            while inputUsed < inputCount, offset > inputCount || inputUsed > 0, input[inputUsed] == 0 { inputUsed += 1 }
            if inputUsed == inputCount { return 0 }
            inflateReset(&inflater)
            isBetweenMembers = false
        }
        inflater.next_in = input.baseAddress!.assumingMemoryBound(to: UInt8.self) + inputUsed
        inflater.avail_in = UInt32(inputCount - inputUsed)
        inflater.next_out = target.baseAddress!.assumingMemoryBound(to: UInt8.self)
        inflater.avail_out = UInt32(min(target.count, 1 << 30))
        let room = Int(inflater.avail_out)
        let status = CCompression.inflate(&inflater, Z_NO_FLUSH)
        inputUsed = inputCount - Int(inflater.avail_in)
        switch status {
        case Z_OK, Z_BUF_ERROR: break
        case Z_STREAM_END: isBetweenMembers = true
        default: throw damaged(inflater.msg.map { String(cString: $0) } ?? "zlib error \(status)")
        }
        return room - Int(inflater.avail_out)
    }

    private func decompress(into target: UnsafeMutableRawBufferPointer) throws(DataError) -> Int {
        var source = ZSTD_inBuffer(src: input.baseAddress, size: inputCount, pos: inputUsed)
        var sink = ZSTD_outBuffer(dst: target.baseAddress, size: target.count, pos: 0)
        let status = ZSTD_decompressStream(zstd, &sink, &source)
        if ZSTD_isError(status) != 0 { throw damaged(String(cString: ZSTD_getErrorName(status)).lowercased()) }
        inputUsed = source.pos
        isBetweenMembers = status == 0
        return sink.pos
    }
}
