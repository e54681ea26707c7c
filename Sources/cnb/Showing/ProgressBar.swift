import Language
import Runtime
import Synchronization

/// Shows how far long work is: on a terminal as one line that is redrawn, elsewhere as a plain line now and then.
///
/// Nothing is shown for the first half second. May be told from any thread, as often as work likes.
final class ProgressBar: ProgressReporting {
    private struct State {
        var started: ContinuousClock.Instant
        var nextDrawing: ContinuousClock.Instant
        var isRunning = false
        var isVisible = false
    }

    private let stream: ErrorStream
    private let isTerminal: Bool
    private let state: Mutex<State>
    private let clock = ContinuousClock()

    static let patience = Duration.milliseconds(500)
    private static let pace = Duration.milliseconds(100)
    /// Into a log: a line after five seconds, then ever fewer, and one a minute in the end.
    private static let plainPace = Duration.seconds(5)...Duration.seconds(60)

    init(stream: ErrorStream = .standard, isTerminal: Bool) {
        self.stream = stream
        self.isTerminal = isTerminal
        let now = ContinuousClock().now
        state = Mutex(State(started: now, nextDrawing: now))
    }

    /// A statement begins.
    func begin() {
        let now = clock.now
        state.withLock { $0 = State(started: now, nextDrawing: now + (isTerminal ? Self.patience : Self.plainPace.lowerBound), isRunning: true) }
    }

    /// The statement has ended, or something else is to be written: the line is wiped.
    func end() {
        state.withLock { state in
            state.isRunning = false
            if state.isVisible { stream.write("\r\u{1B}[K") }
            state.isVisible = false
        }
    }

    func update(stage: String, fraction: Double?, detail: String) {
        let now = clock.now
        state.withLock { state in
            guard state.isRunning, now >= state.nextDrawing else { return }
            state.nextDrawing = now + (isTerminal ? Self.pace : min(max(now - state.started, Self.plainPace.lowerBound), Self.plainPace.upperBound))
            if isTerminal {
                state.isVisible = true
                let width = Terminal.width(of: stream.descriptor) - 1
                stream.write("\r" + Self.line(stage: stage, fraction: fraction, detail: detail, width: width) + "\u{1B}[K")
            } else {
                stream.line(Self.plainLine(stage: stage, fraction: fraction, detail: detail))
            }
        }
    }

    /// `fit lstm  ━━━━━━━─────────  43 %  epoch 3 of 10`, in at most `width` columns.
    static func line(stage: String, fraction: Double?, detail: String, width: Int) -> String {
        var parts = [TerminalText.printable(stage)]
        if let share = share(fraction) {
            let cells = max(8, min(30, width / 4))
            let filled = Int((share * Double(cells)).rounded(.down))
            parts.append(String(repeating: "━", count: filled) + String(repeating: "─", count: cells - filled))
            parts.append(DisplayWidth.padded("\(percent(share)) %", to: 5, right: true))
        }
        if !detail.isEmpty { parts.append(TerminalText.printable(detail)) }
        return DisplayWidth.cut(parts.joined(separator: "  "), to: width)
    }

    static func plainLine(stage: String, fraction: Double?, detail: String) -> String {
        var parts = [TerminalText.printable(stage)]
        if let share = share(fraction) { parts.append("\(percent(share)) %") }
        if !detail.isEmpty { parts.append(TerminalText.printable(detail)) }
        return parts.joined(separator: "  ")
    }

    private static func share(_ fraction: Double?) -> Double? { fraction.flatMap { $0.isFinite ? min(max($0, 0), 1) : nil } }
    private static func percent(_ share: Double) -> Int { Int((share * 100).rounded(.down)) }
}
