import CRecovery
import Foundation

/// The statements of a session, kept where a crash of the program does not reach: in memory that the program started in its place takes over.
/// Nothing of it is ever on a disk.
///
/// It is a file without a name to which events are appended, a line each; reading them again gives the entries.
final class Journal {
    struct Entry: Equatable {
        /// The number of its input; 0 for the start-up file.
        let input: Int
        let text: String
        var outcome: Outcome
    }

    enum Outcome: String {
        case running
        /// Made or changed something of the session.
        case made
        /// Only showed something, or did something outside the session.
        case shown
        /// Counts for nothing: it failed, or only opened the editor.
        case dropped
        /// Ended the program.
        case crashed
    }

    /// How the program before this one ended.
    struct Crash: Equatable {
        let signal: Int32
        /// The entry that ran; none when the prompt itself crashed.
        let entry: Int?
        /// How many crashes there were since the session was last whole, this one included.
        let inARow: Int
    }

    private(set) var entries: [Entry] = []
    private var running: Int?
    private var crashes = 0
    private var lastSignal: Int32?
    private var lastCrashed: Int?
    /// -1 without memory from the system.
    let descriptor: Int32

    static let variable = "CNB_JOURNAL"
    private static let heading = "cnb journal"

    /// An empty journal. Without memory from the system it keeps entries all the same, only not over a crash.
    init() {
        descriptor = cnb_recovery_memory()
        write("\(Self.heading) \(getpid())")
    }

    /// The journal that the program before this one left, if it did.
    init?(environment: [String: String]) {
        guard let number = environment[Self.variable].flatMap({ Int32($0) }), number > STDERR_FILENO else { return nil }
        unsetenv(Self.variable)
        // The process is the same, so a variable that somebody else has set is found out.
        guard let lines = Self.lines(of: number), lines.first == "\(Self.heading) \(getpid())" else { return nil }
        descriptor = number
        _ = fcntl(number, F_SETFD, FD_CLOEXEC)
        for line in lines.dropFirst() { apply(line) }
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    /// The crash that this program was started after; none when a person started it.
    var crash: Crash? { lastSignal.map { Crash(signal: $0, entry: lastCrashed, inARow: crashes) } }

    func begin(_ text: String, input: Int) { record("begin \(input) \(History.encoded(text))") }
    /// An entry is run once more, to rebuild the session.
    func repeated(_ index: Int) { record("again \(index)") }
    func end(_ outcome: Outcome) { record(outcome.rawValue) }
    /// The session is whole again.
    func rebuilt() { record("rebuilt") }
    /// Nothing of the session is kept.
    func clear() { record("clear") }

    /// From now on a crash starts the program anew with this journal.
    func surviveCrashes() {
        guard descriptor >= 0 else { return }
        var variables = ProcessInfo.processInfo.environment
        variables[Self.variable] = String(descriptor)
        cnb_recovery_install(descriptor, Self.cArray(CommandLine.arguments), Self.cArray(variables.map { "\($0.key)=\($0.value)" }))
    }

    // Lines

    private func record(_ line: String) {
        apply(line)
        write(line)
    }

    private func apply(_ line: String) {
        let words = line.split(separator: " ", maxSplits: 2, omittingEmptySubsequences: false).map(String.init)
        switch words[0] {
        case "begin" where words.count == 3:
            running = entries.count
            entries.append(Entry(input: Int(words[1]) ?? 0, text: History.decoded(words[2]), outcome: .running))
        case "again": running = words.last.flatMap { Int($0) }.flatMap { entries.indices.contains($0) ? $0 : nil }
        case "crash":
            crashes += 1
            lastSignal = words.last.flatMap { Int32($0) }
            lastCrashed = running
            if let running { entries[running].outcome = .crashed }
            running = nil
        case "rebuilt": crashes = 0
        case "clear":
            entries = []
            crashes = 0
            running = nil
            lastCrashed = nil
        default:
            if let running, let outcome = Outcome(rawValue: words[0]) { entries[running].outcome = outcome }
            running = nil
        }
    }

    private func write(_ line: String) {
        let bytes = Array((line + "\n").utf8)
        // Memory that is full keeps the entries before; there is nowhere else to put them.
        if descriptor >= 0 { _ = bytes.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) } }
    }

    private static func lines(of descriptor: Int32) -> [String]? {
        guard lseek(descriptor, 0, SEEK_SET) == 0 else { return nil }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = buffer.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { break }
            bytes += buffer.prefix(count)
        }
        return bytes.split(separator: 0x0A).map { String(decoding: $0, as: UTF8.self) }
    }

    /// Strings for C, which live as long as the program.
    private static func cArray(_ texts: [String]) -> UnsafePointer<UnsafeMutablePointer<CChar>?> {
        let array = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>.allocate(capacity: texts.count + 1)
        for (index, text) in texts.enumerated() { array[index] = strdup(text) }
        array[texts.count] = nil
        return UnsafePointer(array)
    }
}
