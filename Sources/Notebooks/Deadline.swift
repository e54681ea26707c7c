import Diagnostics
import Dispatch
import Runtime
import Synchronization

/// A limit of time for some work that can be cancelled.
final class Deadline: Sendable {
    private enum State: Sendable { case running, ended, expired }
    private let state = Mutex(State.running)
    private let cancellation: Cancellation

    private init(_ cancellation: Cancellation) { self.cancellation = cancellation }

    /// Runs `body`, and cancels it after `seconds`.
    ///
    /// - Throws: what `body` throws; `timeout`, category limit, when it was stopped by the limit.
    static func run(seconds: Double?, cancellation: Cancellation, at span: SourceSpan, _ body: () throws -> Void) throws {
        guard let seconds else { return try body() }
        let deadline = Deadline(cancellation)
        let timer = DispatchSource.makeTimerSource(queue: .global())
        timer.setEventHandler { deadline.expire() }
        timer.schedule(deadline: .now() + seconds)
        timer.resume()
        defer { timer.cancel() }
        do { try body() } catch {
            guard deadline.end() else { throw error }
            cancellation.reset()
            throw Diagnostic(
                "timeout", "the cell did not end within its time limit", category: .limit, at: (error as? Diagnostic)?.span ?? span, label: "stopped here",
                hint: "'#| timeout:' sets the limit")
        }
        // It ended in the very moment in which the limit came: what it made is whole, and the next cell is not to be stopped.
        if deadline.end() { cancellation.reset() }
    }

    private func expire() {
        state.withLock { state in
            guard state == .running else { return }
            state = .expired
            cancellation.cancel()
        }
    }

    /// Ends the limit; whether it had come.
    private func end() -> Bool {
        state.withLock { state in
            if state == .running { state = .ended }
            return state == .expired
        }
    }
}
