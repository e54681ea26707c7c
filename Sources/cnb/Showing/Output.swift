import Foundation

/// A stream could not be written to, or was not to be any more.
struct OutputError: Error {
    enum Reason: Equatable {
        /// The reader went away, as `head` does: no mistake, but nothing more to do.
        case closed
        case failed(String)
        /// The person asked to stop what is shown; the stream itself is as good as before.
        case interrupted
    }
    let reason: Reason
}

/// A buffered stream of bytes to a file descriptor. For one thread.
final class Output {
    let descriptor: Int32
    private let isTerminal: Bool
    private var buffer: [UInt8] = []

    init(descriptor: Int32) {
        self.descriptor = descriptor
        isTerminal = Terminal.isTerminal(descriptor)
    }

    func write(_ text: String) throws(OutputError) { try write(bytes: Array(text.utf8)) }

    /// - Parameter mustStop: as `flush` asks it.
    func write(_ text: String, mustStop: () -> Bool) throws(OutputError) {
        buffer += text.utf8
        if buffer.count >= (isTerminal ? Self.piece : 1 << 16) { try flush(mustStop: mustStop) }
    }

    func write(bytes: [UInt8]) throws(OutputError) {
        buffer += bytes
        if buffer.count >= 1 << 16 { try flush() }
    }

    /// Writes what is held back. What could not be written is dropped, so that a later flush does not fail again.
    ///
    /// - Parameter mustStop: asked before each line or few that a terminal gets; true drops the rest.
    /// - Throws: also `interrupted`, once `mustStop` is true.
    func flush(mustStop: () -> Bool = { false }) throws(OutputError) {
        let bytes = buffer
        buffer.removeAll(keepingCapacity: true)
        var written = 0
        var end = 0
        while written < bytes.count {
            if written == end {
                if mustStop() { throw OutputError(reason: .interrupted) }
                end = endOfPiece(bytes, from: written)
            }
            let count = bytes[written..<end].withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
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

    /// A terminal gets little at a time, for what it has got it shows, whatever the person wants by then.
    private static let piece = 1 << 12

    /// Where the piece that begins at `start` ends: on a terminal behind the last line end within its size, where there is one.
    private func endOfPiece(_ bytes: [UInt8], from start: Int) -> Int {
        guard isTerminal, bytes.count - start > Self.piece else { return bytes.count }
        return bytes[start..<start + Self.piece].lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? start + Self.piece
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
