import Foundation

/// The terminal that the program talks to, if it does.
enum Terminal {
    static func isTerminal(_ descriptor: Int32) -> Bool { isatty(descriptor) == 1 }

    /// Columns and rows, and the size in pixels if the terminal tells it; none when the descriptor is no terminal.
    static func size(of descriptor: Int32) -> (columns: Int, rows: Int, pixels: (width: Int, height: Int)?)? {
        var size = winsize()
        guard isTerminal(descriptor), ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
        let pixels = size.ws_xpixel > 0 && size.ws_ypixel > 0 ? (Int(size.ws_xpixel), Int(size.ws_ypixel)) : nil
        return (Int(size.ws_col), max(1, Int(size.ws_row)), pixels)
    }

    /// The width that tables may take: the terminal's, but at least 20; 80 elsewhere.
    static func width(of descriptor: Int32) -> Int { size(of: descriptor).map { max(20, $0.columns) } ?? 80 }

    /// Gives a terminal that a crash left in another state back its lines, its echo and its Ctrl-C.
    static func makeSane(_ descriptor: Int32) {
        var state = termios()
        guard tcgetattr(descriptor, &state) == 0 else { return }
        state.c_iflag |= tcflag_t(ICRNL | IXON)
        state.c_oflag |= tcflag_t(OPOST | ONLCR)
        state.c_lflag |= tcflag_t(ICANON | ECHO | ECHOE | ECHOK | ISIG | IEXTEN)
        tcsetattr(descriptor, TCSADRAIN, &state)
    }

    static func waitUntilWritable(_ descriptor: Int32) {
        var request = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        _ = poll(&request, 1, 1000)
    }

    // Sixel

    /// What the terminal answered to the question for its attributes.
    struct Attributes: Equatable {
        let showsSixel: Bool
        /// Keys that were typed meanwhile and read along; the prompt is to get them.
        let typed: [UInt8]
    }

    /// Asks the terminal for its attributes (DA1) and waits at most 100 ms for the answer.
    static func askAttributes(input: Int32 = STDIN_FILENO, output: Int32 = STDOUT_FILENO, timeout: Double = 0.1) -> Attributes {
        let silent = Attributes(showsSixel: false, typed: [])
        var before = termios()
        guard isTerminal(input), isTerminal(output), tcgetattr(input, &before) == 0 else { return silent }
        var raw = before
        raw.c_lflag &= ~tcflag_t(ICANON | ECHO)
        guard tcsetattr(input, TCSANOW, &raw) == 0 else { return silent }
        defer { tcsetattr(input, TCSANOW, &before) }
        let question: [UInt8] = [0x1B, 0x5B, 0x63]
        guard question.withUnsafeBytes({ write(output, $0.baseAddress, $0.count) }) == question.count else { return silent }
        var received: [UInt8] = []
        let clock = ContinuousClock()
        let end = clock.now + .seconds(timeout)
        while clock.now < end {
            let left = max(1, Int32((end - clock.now) / .milliseconds(1)))
            var request = pollfd(fd: input, events: Int16(POLLIN), revents: 0)
            guard poll(&request, 1, left) > 0 else { continue }
            var buffer = [UInt8](repeating: 0, count: 256)
            let count = buffer.withUnsafeMutableBytes { read(input, $0.baseAddress, $0.count) }
            guard count > 0 else { break }
            received += buffer.prefix(count)
            if let attributes = attributes(in: received) { return attributes }
        }
        return Attributes(showsSixel: false, typed: received)
    }

    /// Finds the answer `ESC [ ? 6 2 ; 4 c` in what was read; attribute 4 says that sixel images are shown.
    static func attributes(in bytes: [UInt8]) -> Attributes? {
        let start: [UInt8] = [0x1B, 0x5B, 0x3F]
        for index in bytes.indices where bytes[index...].starts(with: start) {
            var end = index + start.count
            while end < bytes.count, (0x30...0x39).contains(bytes[end]) || bytes[end] == 0x3B { end += 1 }
            guard end < bytes.count, bytes[end] == 0x63 else { continue }
            let numbers = bytes[(index + start.count)..<end].split(separator: 0x3B).map { String(decoding: $0, as: UTF8.self) }
            // The first number is the terminal's class, not an attribute.
            return Attributes(showsSixel: numbers.dropFirst().contains("4"), typed: Array(bytes[..<index] + bytes[(end + 1)...]))
        }
        return nil
    }
}

/// What the terminal can draw, asked once and only when the first figure is to be drawn.
final class TerminalAbilities {
    private var answer: Terminal.Attributes?
    private var typed: [UInt8] = []
    private let environment: [String: String]

    init(environment: [String: String]) { self.environment = environment }

    var showsSixel: Bool {
        if let answer { return answer.showsSixel }
        let terminal = environment["TERM"] ?? "dumb"
        let answer = terminal == "dumb" || terminal.isEmpty ? Terminal.Attributes(showsSixel: false, typed: []) : Terminal.askAttributes()
        self.answer = answer
        typed += answer.typed
        return answer.showsSixel
    }

    /// Keys that were read along with the answer, given once.
    func takeTyped() -> [UInt8] {
        defer { typed = [] }
        return typed
    }
}
