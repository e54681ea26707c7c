import Foundation
import Store
import Synchronization

/// Standard input, a named pipe or a device: bytes that come once, one after the other.
///
/// The head can be looked at before it is read. Used by one thread at a time.
public final class InputPipe: @unchecked Sendable {
    public let path: String
    private let descriptor: Int32
    private let isCancelled: @Sendable () -> Bool
    // Whoever reads is alone, so nothing guards these.
    private var head: [UInt8] = []
    private var headUsed = 0
    private var isAtEnd = false
    /// Bytes given out so far.
    private(set) var offset = 0

    private static let hasStandardInput = Mutex(true)

    /// Whether a path leads to something that can be read only once; `-` is standard input.
    public static func isPipe(_ path: String) -> Bool {
        if path == "-" { return true }
        var status = stat()
        guard stat(path, &status) == 0 else { return false }
        return ![S_IFREG, S_IFDIR].contains(status.st_mode & S_IFMT)
    }

    /// - Parameter isCancelled: asked while nothing comes; true ends a read with an error.
    /// - Throws: `DataError` if the pipe cannot be opened, or standard input was read before.
    public init(_ path: String, isCancelled: @escaping @Sendable () -> Bool) throws(DataError) {
        self.path = path
        self.isCancelled = isCancelled
        if path == "-" {
            let isFirst = Self.hasStandardInput.withLock { has in
                defer { has = false }
                return has
            }
            guard isFirst else { throw .readBefore(path) }
            descriptor = dup(STDIN_FILENO)
        } else {
            // Without waiting for a writer, so that the wait for one can be ended.
            descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        }
        guard descriptor >= 0 else { throw .file(FileError(path, errno == ENOENT ? .missing : .notReadable(String(cString: strerror(errno))))) }
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    /// The first bytes, which stay to be read: fewer than `count` only if no more come.
    func peek(_ count: Int) throws(DataError) -> [UInt8] {
        try fillHead(count)
        return Array(head.prefix(count))
    }

    /// Whether no more than so many bytes come, which is known once they have come.
    func holds(atMost count: Int) throws(DataError) -> Bool {
        try fillHead(count + 1)
        return head.count <= count
    }

    private func fillHead(_ count: Int) throws(DataError) {
        precondition(offset == 0, "the head of a pipe is looked at before it is read")
        while head.count < count, !isAtEnd {
            var block = [UInt8](repeating: 0, count: min(1 << 16, count - head.count))
            var failure: DataError?
            let got = block.withUnsafeMutableBytes { buffer -> Int in
                do throws(DataError) { return try receive(into: buffer) } catch {
                    failure = error
                    return 0
                }
            }
            if let failure { throw failure }
            head += block[..<got]
        }
    }

    /// Fills the buffer and gives the number of bytes: fewer than asked for only at the end.
    func read(into buffer: UnsafeMutableRawBufferPointer) throws(DataError) -> Int {
        var filled = min(buffer.count, head.count - headUsed)
        head.withUnsafeBytes { buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[headUsed..<(headUsed + filled)])) }
        headUsed += filled
        if headUsed == head.count, !head.isEmpty {
            head = []
            headUsed = 0
        }
        while filled < buffer.count, !isAtEnd { filled += try receive(into: UnsafeMutableRawBufferPointer(rebasing: buffer[filled...])) }
        offset += filled
        return filled
    }

    /// What has come, after waiting for it; none at the end.
    private func receive(into buffer: UnsafeMutableRawBufferPointer) throws(DataError) -> Int {
        while true {
            guard !isCancelled() else { throw .file(FileError(path, .notReadable("reading was interrupted"))) }
            var wait = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            let ready = poll(&wait, 1, 50)
            if ready == 0 || (ready < 0 && errno == EINTR) { continue }
            let count = Foundation.read(descriptor, buffer.baseAddress, buffer.count)
            if count > 0 { return count }
            if count == 0 {
                isAtEnd = true
                return 0
            }
            guard errno == EINTR || errno == EAGAIN else { throw .file(FileError(path, .notReadable(String(cString: strerror(errno))))) }
        }
    }
}
