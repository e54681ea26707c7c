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

/// A file that is being written.
public struct FileSink {
    private let descriptor: Int32
    private let path: String

    /// Opens a file, lets `body` write to it, and closes it.
    ///
    /// - Parameters:
    ///   - shown: what errors call it.
    ///   - isTemporary: whether nothing of it is left behind when that fails.
    fileprivate static func filling(_ path: String, shown: String, isTemporary: Bool, _ body: (FileSink) throws -> Void) throws {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        let sink = FileSink(descriptor: descriptor, path: shown)
        guard descriptor >= 0 else { throw sink.failure }
        do { try body(sink) } catch {
            if isTemporary { unlink(path) }
            // The system frees what was written once the file is closed: of gigabytes that takes a while, for which nobody who stopped the writing should wait.
            DispatchQueue.global(qos: .utility).async { close(descriptor) }
            throw error
        }
        guard close(descriptor) == 0 else {
            let failure = sink.failure
            if isTemporary { unlink(path) }
            throw failure
        }
    }

    private var failure: FileError { FileError(path, .notWritable(String(cString: strerror(errno)))) }

    /// - Throws: `FileError` with what the system said.
    public func append(_ bytes: ArraySlice<UInt8>) throws(FileError) {
        var error: FileError?
        bytes.withUnsafeBytes { buffer in do throws(FileError) { try append(buffer) } catch let failure { error = failure } }
        if let error { throw error }
    }

    public func append(_ bytes: UnsafeRawBufferPointer) throws(FileError) {
        var rest = bytes
        while !rest.isEmpty {
            let count = Foundation.write(descriptor, rest.baseAddress, rest.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw failure }
            rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(count))
        }
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
        do { try write(to: path) { try $0.append(content[...]) } } catch let error as FileError { throw error } catch { throw FileError(path, .notWritable("\(error)")) }
    }

    /// Writes what `body` hands over piece by piece, whole or not at all, as the other does.
    ///
    /// - Throws: `FileError`, or what `body` throws; nothing is left behind.
    public static func write(to path: String, _ body: (FileSink) throws -> Void) throws {
        if isDirectory(path) { throw FileError(path, .directory) }
        guard isRegularOrMissing(path) else {
            try FileSink.filling(path, shown: path, isTemporary: false, body)
            return
        }
        let target = try resolved(path)
        // Two writers, in one program or in several, never share a file.
        let temporary = "\(target).part-\(getpid())-\(writes.wrappingAdd(1, ordering: .relaxed).newValue)"
        try FileSink.filling(temporary, shown: path, isTemporary: true, body)
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
