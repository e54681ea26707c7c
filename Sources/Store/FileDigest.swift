import Foundation
import Runtime

extension Digest {
    /// The digest of a file's content, read in pieces of 1 MiB.
    public init(ofFileAt path: String) throws(FileError) {
        if WholeFile.isDirectory(path) { throw FileError(path, .directory) }
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw FileError(path, errno == ENOENT ? .missing : .notReadable(String(cString: strerror(errno))))
        }
        defer { close(descriptor) }
        var stream = Digest.Stream()
        var buffer = [UInt8](repeating: 0, count: 1 << 20)
        while true {
            let count = buffer.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw FileError(path, .notReadable(String(cString: strerror(errno)))) }
            if count == 0 { break }
            buffer.withUnsafeBytes { stream.add(UnsafeRawBufferPointer(rebasing: $0[..<count])) }
        }
        self = stream.finish()
    }
}
