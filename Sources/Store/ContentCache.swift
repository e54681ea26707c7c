import Foundation
import Runtime

/// Files that can be made again, under keys that say what they were made from.
///
/// An entry is written whole or not at all, so the folder may be used by several programs at once, and any of them killed at any time. What is read is held against the
/// digests that were written with it.
public struct ContentCache: Sendable {
    public let directory: String
    /// Bytes of all entries after a write; those that were not used for the longest time go first.
    public let limit: Int

    public init(directory: String, limit: Int = 16 << 30) {
        self.directory = directory
        self.limit = limit
    }

    /// Under `XDG_CACHE_HOME`, else under `~/.cache`; none without a home.
    public static func standard(_ environment: [String: String] = ProcessInfo.processInfo.environment) -> ContentCache? {
        if let folder = environment["XDG_CACHE_HOME"], folder.hasPrefix("/") { return ContentCache(directory: folder + "/cnb") }
        guard let home = environment["HOME"], home.hasPrefix("/") else { return nil }
        return ContentCache(directory: home + "/.cache/cnb")
    }

    public struct Entry: Sendable {
        public let path: String
        /// What it was made from, in words.
        public let subject: String
        /// Whether it can be of use: it is whole, and the files that it was made from are there and are not known to have changed.
        public let isAlive: Bool
        public let bytes: Int
        /// Seconds since 1970.
        public let lastUse: Double
    }

    private static let ending = ".columns"
    private var folder: String { directory + "/columns" }
    private func path(_ key: Digest) -> String { "\(folder)/\(key)\(Self.ending)" }

    public func contains(_ key: Digest) -> Bool { access(path(key), R_OK) == 0 }

    /// The content of an entry, mapped; none if there is none, or it is damaged, which also removes it.
    ///
    /// - Parameter workers: hold its runs against their digests side by side.
    public func open(_ key: Digest, _ workers: Workers) throws -> CachedContent? {
        let path = path(key)
        guard let content = try CachedContent(path, workers) else {
            unlink(path)
            return nil
        }
        // The time of the last use says what may go when room is short.
        utimensat(AT_FDCWD, path, nil, 0)
        return content
    }

    /// - Throws: `FileError` if the folder or file cannot be written; nothing is left behind.
    public func write(_ key: Digest, _ content: CachedContent.Parts) throws(FileError) {
        do { try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700]) } catch {
            throw FileError(folder, .notWritable(error.localizedDescription))
        }
        do { try WholeFile.write(to: path(key)) { try content.write(to: $0) } } catch let error as FileError { throw error } catch { throw FileError(folder, .notWritable("\(error)")) }
        shrink(to: limit)
    }

    /// All entries, the last used first.
    public var entries: [Entry] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return names.filter { $0.hasSuffix(Self.ending) }.compactMap { name in
            let path = "\(folder)/\(name)"
            var status = stat()
            guard stat(path, &status) == 0 else { return nil }
            let head = CachedContent.head(of: path)
            return Entry(
                path: path, subject: head?.subject ?? "damaged", isAlive: head?.sources.allSatisfy(isUnchanged) ?? false, bytes: Int(status.st_size),
                lastUse: Double(status.st_mtim.tv_sec) + Double(status.st_mtim.tv_nsec) / 1e9)
        }.sorted { ($1.lastUse, $0.path) < ($0.lastUse, $1.path) }
    }

    private func isUnchanged(_ source: CachedContent.Head.Source) -> Bool {
        guard let identity = FileIdentity(source.path) else { return false }
        guard let known = noted(identity) else { return true }
        return known.digest != Digest(source.digest) ? known.identity != identity.text : true
    }

    /// Removes entries that were not used for the longest time, and what killed writers left, until no more than `limit` bytes are left.
    ///
    /// - Parameter dead: remove also those that can be of no use any more.
    /// - Returns: how many entries, and bytes of them.
    @discardableResult public func shrink(to limit: Int, dead: Bool = false) -> (entries: Int, bytes: Int) {
        removeLeftovers()
        var (left, removed) = (0, (entries: 0, bytes: 0))
        for entry in entries {
            let mayStay = entry.isAlive || !dead
            if mayStay, left + entry.bytes <= limit {
                left += entry.bytes
            } else if unlink(entry.path) == 0 {
                removed = (removed.entries + 1, removed.bytes + entry.bytes)
            }
        }
        return removed
    }

    /// Halves of entries whose writer is gone.
    private func removeLeftovers() {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        for name in names {
            guard let mark = name.range(of: "\(Self.ending).part-"), let process = name[mark.upperBound...].split(separator: "-").first.flatMap({ pid_t($0) }) else { continue }
            if kill(process, 0) != 0, errno == ESRCH { unlink("\(folder)/\(name)") }
        }
    }

    // MARK: Digests of files

    /// The digest of a file that was noted before: found anew unless the file is known to be as it was then.
    ///
    /// A file is taken for unchanged if device, inode, size and the times of the last change of its content and of its state are all as they were, and these times lay at least two
    /// seconds back then: a change within the clock's step would not show.
    /// - Returns: none if the file was never noted.
    /// - Throws: `FileError`.
    public func notedDigest(ofFileAt path: String) throws(FileError) -> Digest? {
        guard let identity = FileIdentity(path), let known = noted(identity) else { return nil }
        if known.identity == identity.text, known.isSettled { return known.digest }
        let fresh = try Digest(ofFileAt: path)
        note(fresh, of: path, since: identity)
        return fresh
    }

    /// Notes the digest of a file that was read whole, if it did not change since `identity` was taken.
    public func note(_ digest: Digest, of path: String, since identity: FileIdentity) {
        guard FileIdentity(path) == identity else { return }
        // A note that cannot be written is made again the next time.
        try? FileManager.default.createDirectory(atPath: directory + "/files", withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        try? WholeFile.write("\(identity.text)\n\(digest)\n\(identity.isSettled ? "settled" : "fresh")", to: note(identity))
    }

    /// What was noted of the file in this place, which may have changed since.
    private func noted(_ identity: FileIdentity) -> (identity: String, digest: Digest, isSettled: Bool)? {
        guard let text = try? WholeFile.read(note(identity)) else { return nil }
        let lines = String(decoding: text, as: UTF8.self).split(separator: "\n").map(String.init)
        guard lines.count == 3, let digest = Digest(lines[1]) else { return nil }
        return (lines[0], digest, lines[2] == "settled")
    }

    private func note(_ identity: FileIdentity) -> String { "\(directory)/files/\(Digest(of: identity.place))" }

    /// Removes everything.
    ///
    /// - Returns: how many entries, and bytes of them.
    @discardableResult public func clear() -> (entries: Int, bytes: Int) {
        let removed = shrink(to: -1)
        try? FileManager.default.removeItem(atPath: directory + "/files")
        return removed
    }
}

/// Which file a path names, and in what state it is.
public struct FileIdentity: Sendable, Hashable {
    /// Device and inode.
    let place: String
    let text: String
    /// Whether its last change lies so far back that another would show.
    let isSettled: Bool

    /// - Returns: none if there is no such file, or it is no regular one.
    public init?(_ path: String) {
        var status = stat()
        guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        place = "\(status.st_dev) \(status.st_ino)"
        text = "\(place) \(status.st_size) \(status.st_mtim.tv_sec).\(status.st_mtim.tv_nsec) \(status.st_ctim.tv_sec).\(status.st_ctim.tv_nsec)"
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        isSettled = max(status.st_mtim.tv_sec, status.st_ctim.tv_sec) + 2 <= now.tv_sec
    }

    public static func == (a: FileIdentity, b: FileIdentity) -> Bool { a.text == b.text }
    public func hash(into hasher: inout Hasher) { hasher.combine(text) }
}
