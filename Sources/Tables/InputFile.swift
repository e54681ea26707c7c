import CCompression
import Foundation
import Runtime
import Store

/// A file that is open for reading at any place, by any thread.
///
/// Reads copy out of the page cache instead of mapping the file, so that a file that shrinks meanwhile gives an error and not a signal.
final class InputFile: Sendable {
    enum Packing: String, Sendable {
        case none, gzip, zstd

        /// From the first bytes of a file.
        init(magic: some Sequence<UInt8>) {
            let magic = Array(magic)
            self = magic.starts(with: [0x1F, 0x8B]) ? .gzip : magic.starts(with: [0x28, 0xB5, 0x2F, 0xFD]) ? .zstd : .none
        }
    }

    let path: String
    /// Bytes on disk.
    let size: Int
    let packing: Packing
    private let descriptor: Int32
    /// What the file holds, where it is in memory already.
    private let memory: [UInt8]?
    /// Where the bytes come from if they come only once.
    let pipe: InputPipe?

    /// - Throws: `DataError` if the file is missing, a directory, unreadable, empty, or not text.
    init(_ path: String) throws(DataError) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        self.descriptor = descriptor
        memory = nil
        pipe = nil
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
        packing = Packing(magic: magic.prefix(max(0, count)))
        if let failure {
            close(descriptor)
            throw failure
        }
    }

    /// A file whose bytes are in memory.
    init(_ path: String, memory: [UInt8], packing: Packing = .none) {
        self.path = path
        self.memory = memory
        size = memory.count
        self.packing = packing
        descriptor = -1
        pipe = nil
    }

    /// A pipe, to be read from its start to its end; its size is not known.
    ///
    /// - Throws: `DataError` if nothing comes of it.
    init(_ pipe: InputPipe) throws(DataError) {
        path = pipe.path
        memory = nil
        size = 0
        packing = Packing(magic: try pipe.peek(4))
        descriptor = -1
        self.pipe = pipe
        if try pipe.peek(1).isEmpty { throw .emptyFile(path) }
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    /// Fills the buffer from `offset` on and gives the bytes read: fewer than asked for only at the file's end.
    func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws(DataError) -> Int {
        if let memory {
            let count = max(0, min(buffer.count, memory.count - offset))
            memory.withUnsafeBytes { buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[min(offset, memory.count)..<min(offset, memory.count) + count])) }
            return count
        }
        if let pipe {
            precondition(offset == pipe.offset, "a pipe is read from its start to its end")
            return try pipe.read(into: buffer)
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

    /// Pieces of the unpacked bytes for a look at what the file holds: its head, and for a plain file its middle from a line's start; and whether they are all there is.
    func pieces(_ length: Int) throws(DataError) -> (pieces: [[UInt8]], isWhole: Bool) {
        if let pipe {
            let raw = try pipe.peek(4 * length + 1)
            let isAll = raw.count <= 4 * length
            guard packing != .none else { return ([Array(raw.prefix(4 * length))], isAll) }
            let head = try InputFile(path, memory: raw, packing: packing).unpackedHead(4 * length, isCutOff: !isAll)
            return ([head], isAll && head.count < 4 * length)
        }
        guard packing == .none else {
            let head = try unpackedHead(4 * length)
            return ([head], head.count < 4 * length)
        }
        var pieces = [try bytes(at: 0, length)]
        if size > 3 * length {
            let middle = try bytes(at: size / 2, length)
            if let line = middle.firstIndex(of: 0x0A) { pieces.append(Array(middle[(line + 1)...])) }
        }
        return (pieces, pieces[0].count == size)
    }

    private func unpackedHead(_ length: Int, isCutOff: Bool = false) throws(DataError) -> [UInt8] {
        let stream = try UnpackedStream(self, isCutOff: isCutOff)
        var head = [UInt8](repeating: 0, count: length)
        let count = try stream.fill(&head)
        return Array(head[..<count])
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

/// The bytes of a file, unpacked piece by piece if it is packed; gzip may have several members, zstd several frames.
final class UnpackedStream {
    private let file: InputFile
    /// Whether the file may end anywhere, as the head of a longer one does.
    private let isCutOff: Bool
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

    init(_ file: InputFile, isCutOff: Bool = false) throws(DataError) {
        self.file = file
        self.isCutOff = isCutOff
        input = .allocate(byteCount: 1 << 18, alignment: 16)
        switch file.packing {
        case .none: break
        case .gzip:
            guard inflateInit2_(&inflater, 15 + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
                throw .damaged(file.path, format: "gzip", what: "zlib could not start")
            }
        case .zstd: zstd = ZSTD_createDStream()
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
                    guard isBetweenMembers || isCutOff else { throw damaged("it ends too early, as a download that was cut off does") }
                    isAtEnd = true
                    break
                }
                digest.add(UnsafeRawBufferPointer(rebasing: input[..<inputCount]))
            }
            let target = UnsafeMutableRawBufferPointer(rebasing: buffer[filled...])
            switch file.packing {
            case .none: filled += pass(into: target)
            case .gzip: filled += try inflate(into: target)
            case .zstd: filled += try decompress(into: target)
            }
        }
        return filled
    }

    private func pass(into target: UnsafeMutableRawBufferPointer) -> Int {
        let count = min(target.count, inputCount - inputUsed)
        target.copyMemory(from: UnsafeRawBufferPointer(rebasing: input[inputUsed..<(inputUsed + count)]))
        inputUsed += count
        return count
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
