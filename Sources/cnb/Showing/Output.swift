import Foundation

/// A stream could not be written to.
struct OutputError: Error {
    enum Reason: Equatable {
        /// The reader went away, as `head` does: no mistake, but nothing more to do.
        case closed
        case failed(String)
    }
    let reason: Reason
}

/// A buffered stream of bytes to a file descriptor. For one thread.
final class Output {
    let descriptor: Int32
    private var buffer: [UInt8] = []

    init(descriptor: Int32) { self.descriptor = descriptor }

    func write(_ text: String) throws(OutputError) { try write(bytes: Array(text.utf8)) }

    func write(bytes: [UInt8]) throws(OutputError) {
        buffer += bytes
        if buffer.count >= 1 << 16 { try flush() }
    }

    /// Writes what is held back. What could not be written is dropped, so that a later flush does not fail again.
    func flush() throws(OutputError) {
        let bytes = buffer
        buffer.removeAll(keepingCapacity: true)
        var written = 0
        while written < bytes.count {
            let count = bytes[written...].withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
            if count >= 0 {
                written += count
                continue
            }
            switch errno {
            case EINTR: continue
            case EAGAIN: Terminal.waitUntilWritable(descriptor)
            case EPIPE: throw OutputError(reason: .closed)
            default: throw OutputError(reason: .failed(String(cString: strerror(errno))))
            }
        }
    }
}

/// Standard error. A message that cannot be written there has no other place to go, so writing never fails.
struct ErrorStream: Sendable {
    static let standard = ErrorStream(descriptor: STDERR_FILENO)
    let descriptor: Int32

    func write(_ text: String) {
        let bytes = Array(text.utf8)
        var written = 0
        while written < bytes.count {
            let count = bytes[written...].withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
            if count > 0 { written += count } else if errno == EAGAIN { Terminal.waitUntilWritable(descriptor) } else if errno != EINTR { return }
        }
    }

    func line(_ text: String) { write(text + "\n") }
}
