import Foundation
import Runtime
import Synchronization

/// Ctrl-C: raises a flag that long work looks at.
enum Interruption {
    /// Raised by SIGINT; the session's own flag.
    static let cancellation = Cancellation()
    /// Whether a second Ctrl-C ends the program at once, as in a script whose statement does not stop.
    private static let endsAtSecond = Atomic<Bool>(false)

    /// Catches SIGINT from now on. A script that was started with SIGINT ignored, as shells start what runs in the background, leaves it so.
    static func install(endsAtSecond ends: Bool) {
        var found = sigaction()
        if ends, sigaction(SIGINT, nil, &found) == 0, unsafeBitCast(found.__sigaction_handler.sa_handler, to: Int.self) == 1 { return }
        // Touched here, as a signal handler must not be the first to touch what is made on first use.
        _ = cancellation.isCancelled
        endsAtSecond.store(ends, ordering: .relaxed)
        var action = sigaction()
        action.__sigaction_handler.sa_handler = { _ in
            if Interruption.cancellation.isCancelled, Interruption.endsAtSecond.load(ordering: .relaxed) { _exit(130) }
            Interruption.cancellation.cancel()
        }
        sigemptyset(&action.sa_mask)
        sigaction(SIGINT, &action, nil)
        // The thread of a parent that started us may have blocked it.
        var interrupt = sigset_t()
        sigemptyset(&interrupt)
        sigaddset(&interrupt, SIGINT)
        pthread_sigmask(SIG_UNBLOCK, &interrupt, nil)
    }

    /// Lets a broken pipe be seen as an error of writing. A handler rather than ignoring, since programs that we start inherit what is ignored.
    static func catchBrokenPipes() {
        var action = sigaction()
        action.__sigaction_handler.sa_handler = { _ in }
        sigemptyset(&action.sa_mask)
        action.sa_flags = SA_RESTART
        sigaction(SIGPIPE, &action, nil)
    }

    /// Ends as a program does whose reader went away: quietly, by the signal for it.
    static func endByBrokenPipe() -> Never {
        signal(SIGPIPE, SIG_DFL)
        raise(SIGPIPE)
        _exit(0)
    }
}
