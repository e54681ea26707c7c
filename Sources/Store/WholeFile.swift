import Foundation
import Synchronization

/// A file could not be read or written.
public struct FileError: Error, Sendable {
    public enum Reason: Sendable { case missing, directory, notReadable(String), notWritable(String) }
    public let path: String
    public let reason: Reason

    public init(_ path: String, _ reason: Reason) {
        self.path = path
        self.reason = reason
    }
}

/// Files that are written whole or not at all.
public enum WholeFile {
    /// Writes `bytes` beside `path` and renames: a reader sees the old file or the new one, never a half.
    ///
    /// A device or pipe, such as `/dev/stdout`, is written in place, for it cannot be renamed over.
    /// - Throws: `FileError` with what the system said; nothing is left behind.
    public static func write(_ bytes: some Sequence<UInt8>, to path: String) throws(FileError) {
        let content = Array(bytes)
        if isDirectory(path) { throw FileError(path, .directory) }
        guard isRegularOrMissing(path) else {
            try put(content, into: path)
            return
        }
        let target = try resolved(path)
        // Two writers, in one program or in several, never share a file.
        let temporary = "\(target).part-\(getpid())-\(writes.wrappingAdd(1, ordering: .relaxed).newValue)"
        do { try put(content, into: temporary) } catch {
            unlink(temporary)
            throw FileError(path, error.reason)
        }
        guard rename(temporary, target) == 0 else {
            let reason = String(cString: strerror(errno))
            unlink(temporary)
            throw FileError(path, .notWritable(reason))
        }
    }

    public static func write(_ text: String, to path: String) throws(FileError) { try write(text.utf8, to: path) }

    private static let writes = Atomic<Int>(0)

    /// The file that a link names, also one that is not there yet: that file is written, and the link stays.
    private static func resolved(_ path: String) throws(FileError) -> String {
        var target = path
        for _ in 0..<40 {
            var buffer = [UInt8](repeating: 0, count: Int(PATH_MAX))
            let count = buffer.withUnsafeMutableBytes { bytes in bytes.baseAddress.map { readlink(target, $0, bytes.count) } ?? -1 }
            guard count >= 0 else { return target }
            let named = String(decoding: buffer[..<count], as: UTF8.self)
            target = named.hasPrefix("/") ? named : target.lastIndex(of: "/").map { target[...$0] + named } ?? named
        }
        throw FileError(path, .notWritable(String(cString: strerror(ELOOP))))
    }

    private static func put(_ content: [UInt8], into path: String) throws(FileError) {
        func failed() -> FileError { FileError(path, .notWritable(String(cString: strerror(errno)))) }
        let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw failed() }
        var written = 0
        while written < content.count {
            let count = content[written...].withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else {
                let error = failed()
                close(descriptor)
                throw error
            }
            written += count
        }
        guard close(descriptor) == 0 else { throw failed() }
    }

    public static func isDirectory(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    private static func isRegularOrMissing(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) != 0 || status.st_mode & S_IFMT == S_IFREG
    }

    /// The bytes of a file, pipe or device.
    public static func read(_ path: String) throws(FileError) -> [UInt8] {
        if isDirectory(path) { throw FileError(path, .directory) }
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw FileError(path, errno == ENOENT ? .missing : .notReadable(String(cString: strerror(errno)))) }
        defer { close(descriptor) }
        var status = stat()
        let expected = fstat(descriptor, &status) == 0 ? max(0, Int(status.st_size)) : 0
        var bytes: [UInt8] = []
        bytes.reserveCapacity(expected)
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = buffer.withUnsafeMutableBytes { Foundation.read(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw FileError(path, .notReadable(String(cString: strerror(errno)))) }
            if count == 0 { return bytes }
            bytes += buffer[..<count]
        }
    }
}
