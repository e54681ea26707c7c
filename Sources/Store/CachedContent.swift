import Foundation
import Runtime

/// The content of a cache entry: a description and some runs of bytes, mapped from its file.
///
/// The file: `cnb-columns 1`, the length of the description, the description as JSON, and the runs, each at a multiple of 64 bytes. The description holds the digest of each run.
public final class CachedContent: Sendable {
    private static let magic = Array("cnb-columns 1\n\0\0".utf8)
    private static let alignment = 64

    struct Head: Codable {
        let subject: String
        let sources: [Source]
        let description: Data
        let runs: [Run]

        /// A file that the entry was made from, as it was then.
        struct Source: Codable {
            let path: String
            let digest: String
        }

        struct Run: Codable {
            let offset: Int
            let count: Int
            let digest: String
        }
    }

    /// What an entry is made of.
    public struct Parts {
        let subject: String
        let sources: [Head.Source]
        let description: Data
        let runs: [UnsafeRawBufferPointer]

        /// - Parameters:
        ///   - subject: what it was made from, in words.
        ///   - sources: the files that it was made from, and their digests.
        ///   - runs: must stay valid until they are written.
        public init(subject: String, sources: [(path: String, digest: Digest)], description: Data, runs: [UnsafeRawBufferPointer]) {
            self.subject = subject
            self.sources = sources.map { .init(path: URL(fileURLWithPath: $0.path).path, digest: "\($0.digest)") }
            self.description = description
            self.runs = runs
        }

        func write(to sink: FileSink) throws {
            func padding(_ count: Int) -> [UInt8] { Array(repeating: 0, count: (alignment - count % alignment) % alignment) }
            // The places of the runs count from the first, so that the length of the description does not matter.
            var offset = 0
            let places = runs.map { run in
                defer { offset += run.count + padding(run.count).count }
                return Head.Run(offset: offset, count: run.count, digest: "\(Digest(of: run))")
            }
            let head = try JSONEncoder().encode(Head(subject: subject, sources: sources, description: description, runs: places))
            var length = UInt64(head.count).littleEndian
            var start = magic + withUnsafeBytes(of: &length) { Array($0) } + head
            start += padding(start.count)
            try sink.append(start[...])
            for run in runs {
                try sink.append(run)
                try sink.append(padding(run.count)[...])
            }
        }
    }

    public let description: Data
    nonisolated(unsafe) private let map: UnsafeMutableRawBufferPointer
    public let runs: [Range<Int>]

    /// - Returns: none if there is no such file, or it is not as it was written.
    init?(_ path: String, _ workers: Workers) throws {
        let descriptor = Foundation.open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_size > 0, let start = mmap(nil, Int(status.st_size), PROT_READ, MAP_PRIVATE, descriptor, 0), start != MAP_FAILED else { return nil }
        let map = UnsafeMutableRawBufferPointer(start: start, count: Int(status.st_size))
        guard let (head, body) = Self.head(UnsafeRawBufferPointer(map)) else {
            munmap(start, map.count)
            return nil
        }
        let ranges = head.runs.map { body + max(0, $0.offset)..<body + max(0, $0.offset) + max(0, $0.count) }
        // From here on whoever lets go of this unmaps it.
        self.map = map
        runs = ranges
        description = head.description
        nonisolated(unsafe) let bytes = UnsafeRawBufferPointer(map)
        // Side by side, for the columns of a large log are some hundred megabytes.
        @Sendable func isTrue(_ run: Int) -> Bool { "\(Digest(of: UnsafeRawBufferPointer(rebasing: bytes[ranges[run]])))" == head.runs[run].digest }
        guard ranges.allSatisfy({ $0.upperBound <= map.count }), try workers.map(shards: ranges.count, isTrue).allSatisfy({ $0 }) else { return nil }
    }

    deinit { munmap(map.baseAddress, map.count) }

    /// The bytes of a run, which stay where they are as long as this lives.
    public func bytes(of run: Int) -> UnsafeMutableRawBufferPointer { UnsafeMutableRawBufferPointer(rebasing: map[runs[run]]) }

    private static func head(_ bytes: UnsafeRawBufferPointer) -> (Head, body: Int)? {
        guard bytes.count >= magic.count + 8, bytes.prefix(magic.count).elementsEqual(magic) else { return nil }
        let count = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: magic.count, as: UInt64.self))
        let first = magic.count + 8
        guard count <= UInt64(bytes.count - first), let head = try? JSONDecoder().decode(Head.self, from: Data(bytes[first..<first + Int(count)])) else { return nil }
        let end = first + Int(count)
        return (head, end + (alignment - end % alignment) % alignment)
    }

    /// What the entry in a file says of itself; none if it is no entry.
    static func head(of path: String) -> Head? {
        guard let file = FileHandle(forReadingAtPath: path), let start = try? file.read(upToCount: 1 << 20) else { return nil }
        return start.withUnsafeBytes { head($0)?.0 }
    }
}
