import Foundation

/// What was typed at the prompt, kept in a private file: an entry a line, with `\n` and `\\` for line ends and backslashes.
///
/// An entry is appended at once and in one piece, under a lock, so that neither a crash nor a second prompt loses any.
struct History {
    static let capacity = 10_000
    /// The file is cut down to `capacity` only when it has grown by so much, as cutting writes it anew.
    static let slack = 1_000

    let path: String

    /// Where the history lies: `CNB_HISTORY` (none when empty), else under `XDG_STATE_HOME`, else under `~/.local/state`.
    static func path(environment: [String: String]) -> String? {
        if let override = environment["CNB_HISTORY"] { return override.isEmpty ? nil : override }
        // The specification has relative paths ignored.
        if let state = environment["XDG_STATE_HOME"], state.hasPrefix("/") { return state + "/cnb/history" }
        guard let home = environment["HOME"], !home.isEmpty else { return nil }
        return home + "/.local/state/cnb/history"
    }

    /// The entries, oldest first, at most `capacity` of them; none when there is no file yet.
    func load() -> [String] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return [] }
        defer { close(descriptor) }
        return Self.entries(of: Self.contents(of: descriptor))
    }

    /// Adds an entry, unless it is the same as the last or empty.
    ///
    /// - Returns: what the system said if the file could not be written.
    func append(_ entry: String, after last: String?) -> String? {
        guard entry != last, !entry.isEmpty else { return nil }
        Self.makeFolder(of: path)
        let descriptor = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { return String(cString: strerror(errno)) }
        defer { close(descriptor) }
        var status = stat()
        let isRegular = fstat(descriptor, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
        if isRegular {
            if status.st_mode & 0o077 != 0 { fchmod(descriptor, 0o600) }
            flock(descriptor, LOCK_EX)
        }
        let line = Array((Self.encoded(entry) + "\n").utf8)
        guard line.withUnsafeBytes({ write(descriptor, $0.baseAddress, $0.count) }) == line.count else { return String(cString: strerror(errno)) }
        if isRegular { trim(descriptor) }
        return nil
    }

    /// Rewrites a file that has grown too long, in place and under the lock that is held.
    private func trim(_ descriptor: Int32) {
        // Short entries are counted only when the file is large enough to hold too many.
        guard lseek(descriptor, 0, SEEK_END) > off_t(2 * (Self.capacity + Self.slack)), lseek(descriptor, 0, SEEK_SET) == 0 else { return }
        let bytes = Self.contents(of: descriptor)
        guard bytes.count(where: { $0 == 0x0A }) > Self.capacity + Self.slack else { return }
        let kept = Self.entries(of: bytes).map { Self.encoded($0) + "\n" }.joined()
        let temporary = "\(path).part-\(getpid())"
        let other = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard other >= 0 else { return }
        let content = Array(kept.utf8)
        let isWhole = content.withUnsafeBytes { write(other, $0.baseAddress, $0.count) } == content.count
        // A prompt that waits for the lock on the old file writes one entry there that is lost; the file itself is never half.
        if close(other) != 0 || !isWhole || rename(temporary, path) != 0 { unlink(temporary) }
    }

    static func entries(of bytes: [UInt8]) -> [String] {
        bytes.split(separator: 0x0A).suffix(capacity).map { decoded(String(decoding: $0, as: UTF8.self)) }
    }

    static func encoded(_ entry: String) -> String {
        entry.unicodeScalars.reduce(into: "") { result, scalar in
            switch scalar {
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            default: result.unicodeScalars.append(scalar)
            }
        }
    }

    static func decoded(_ line: String) -> String {
        // Most entries are one line, and the file is read whole at each start.
        guard line.utf8.contains(UInt8(ascii: "\\")) else { return line }
        var result = String.UnicodeScalarView()
        var isEscaped = false
        for scalar in line.unicodeScalars {
            if isEscaped {
                result.append(scalar == "n" ? "\n" : scalar == "r" ? "\r" : scalar)
                isEscaped = false
            } else if scalar == "\\" {
                isEscaped = true
            } else {
                result.append(scalar)
            }
        }
        return String(result)
    }

    private static func contents(of descriptor: Int32) -> [UInt8] {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = buffer.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return bytes }
            bytes += buffer.prefix(count)
        }
    }

    /// Makes the folders above a path that are missing, for their owner alone.
    private static func makeFolder(of path: String) {
        guard let slash = path.lastIndex(of: "/"), slash > path.startIndex else { return }
        let folder = String(path[..<slash])
        if mkdir(folder, 0o700) == 0 || errno != ENOENT { return }
        makeFolder(of: folder)
        mkdir(folder, 0o700)
    }
}
