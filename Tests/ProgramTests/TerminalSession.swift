import Foundation
import Testing

/// The program in a pseudo-terminal, typed at and watched as a person would.
final class TerminalSession {
    struct TimedOut: Error, CustomStringConvertible {
        let wanted: String
        let seen: String
        var description: String { "waited in vain for \(wanted.debugDescription); the screen says:\n\(seen)" }
    }

    /// `POSIX_SPAWN_SETSID`, which Swift does not see.
    private static let newSession: Int16 = 0x80
    private let master: Int32
    private var child: pid_t = 0
    /// All that the program wrote, escape sequences taken out.
    private(set) var seen = ""
    private var raw: [UInt8] = []
    /// How much of `seen` earlier waits have used up.
    private var used = 0

    init(_ arguments: [String] = [], environment: [String: String] = [:], columns: UInt16 = 100, rows: UInt16 = 40) throws {
        var master: Int32 = -1
        var slave: Int32 = -1
        var size = winsize(ws_row: rows, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0)
        var name = [CChar](repeating: 0, count: 128)
        guard openpty(&master, &slave, &name, nil, &size) == 0 else { throw POSIXError(.EIO) }
        defer { close(slave) }
        self.master = master
        _ = fcntl(master, F_SETFD, FD_CLOEXEC)
        // The first terminal that the leader of a session opens is the one that signals it.
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, name, O_RDWR, 0)
        posix_spawn_file_actions_adddup2(&actions, 0, 1)
        posix_spawn_file_actions_adddup2(&actions, 0, 2)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        posix_spawnattr_setflags(&attributes, Self.newSession | Int16(POSIX_SPAWN_SETSIGMASK) | Int16(POSIX_SPAWN_SETSIGDEF))
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        var standard = sigset_t()
        sigemptyset(&standard)
        for signal in [SIGINT, SIGQUIT, SIGPIPE, SIGHUP] { sigaddset(&standard, signal) }
        posix_spawnattr_setsigdefault(&attributes, &standard)
        let variables = ProgramUnderTest.environment.merging(["TERM": "xterm", "NO_COLOR": "1", "CNB_HISTORY": "", "INPUTRC": "/dev/null"]) { $1 }.merging(environment) { $1 }
        let argv: [UnsafeMutablePointer<CChar>?] = ([ProgramUnderTest.path] + arguments).map { strdup($0) } + [nil]
        let envp: [UnsafeMutablePointer<CChar>?] = variables.sorted { $0.key < $1.key }.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for text in argv + envp { free(text) } }
        let code = posix_spawn(&child, ProgramUnderTest.path, &actions, &attributes, argv, envp)
        guard code == 0 else { throw POSIXError(POSIXErrorCode(rawValue: code) ?? .EIO) }
    }

    deinit {
        if child > 0 {
            kill(child, SIGKILL)
            var status: Int32 = 0
            waitpid(child, &status, 0)
        }
        close(master)
    }

    /// Whether the program has coloured anything.
    var isColoured: Bool { String(decoding: raw, as: UTF8.self).contains("\u{1B}[1;31m") }

    func type(_ text: String) {
        let bytes = Array(text.utf8)
        _ = bytes.withUnsafeBytes { write(master, $0.baseAddress, $0.count) }
    }

    /// Pastes as terminals do that bracket what is pasted.
    func paste(_ text: String) { type("\u{1B}[200~" + text.replacing("\n", with: "\r") + "\u{1B}[201~") }

    /// Sends the program a signal, as a crash would.
    func signal(_ number: Int32) { kill(child, number) }

    /// Makes the terminal another size, and the system tells the program.
    func resize(columns: UInt16, rows: UInt16 = 40) {
        var size = winsize(ws_row: rows, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0)
        _ = ioctl(master, UInt(TIOCSWINSZ), &size)
    }

    /// Waits until the program has written `text` after what earlier waits found, and gives what came up to it.
    @discardableResult
    func wait(for text: String, timeout: Double = 120) throws -> String {
        let end = Date(timeIntervalSinceNow: timeout)
        while true {
            let rest = seen.utf8.dropFirst(used)
            if let found = String(rest)?.range(of: text), let whole = String(rest) {
                let piece = String(whole[..<found.upperBound])
                used += piece.utf8.count
                return piece
            }
            guard Date() < end, readMore(until: end) else { throw TimedOut(wanted: text, seen: seen) }
        }
    }

    func waitForPrompt() throws { try wait(for: "cnb> ") }

    /// Waits for the end of the program and gives its exit code.
    func waitForExit(timeout: Double = 120) throws -> Int32 {
        let end = Date(timeIntervalSinceNow: timeout)
        while Date() < end {
            _ = readMore(until: Date(timeIntervalSinceNow: 0.05))
            var status: Int32 = 0
            if waitpid(child, &status, WNOHANG) == child {
                child = 0
                return status & 0x7F == 0 ? (status >> 8) & 0xFF : 128 + (status & 0x7F)
            }
        }
        throw TimedOut(wanted: "the end of the program", seen: seen)
    }

    /// Reads what the program writes for a moment; whether there may be more.
    private func readMore(until end: Date) -> Bool {
        var request = pollfd(fd: master, events: Int16(POLLIN), revents: 0)
        let left = max(1, min(100, Int32(end.timeIntervalSinceNow * 1000)))
        guard poll(&request, 1, left) > 0 else { return true }
        var buffer = [UInt8](repeating: 0, count: 1 << 14)
        let count = buffer.withUnsafeMutableBytes { read(master, $0.baseAddress, $0.count) }
        guard count > 0 else { return false }
        raw += buffer.prefix(count)
        seen = Self.withoutEscapes(raw)
        return true
    }

    /// Text without escape sequences and carriage returns.
    private static func withoutEscapes(_ bytes: [UInt8]) -> String {
        var result: [UInt8] = []
        var index = 0
        while index < bytes.count {
            if bytes[index] == 0x1B {
                guard index + 1 < bytes.count else { break }
                if bytes[index + 1] == 0x5B {
                    index += 2
                    while index < bytes.count, !(0x40...0x7E).contains(bytes[index]) { index += 1 }
                } else {
                    index += 1
                }
            } else if bytes[index] != 0x0D, bytes[index] != 0x07 {
                result.append(bytes[index])
            }
            index += 1
        }
        return String(decoding: result, as: UTF8.self)
    }
}
