import Diagnostics
import Events
import Features
import Language
import Runtime

/// Says which rows a model learns from and which it is scored on.
struct SplitCommand: Command {
    static let by = Parameter<String>.named("by", default: "time-user", "what is held back", oneOf: ["time-user", "time", "user", "last", "random", "none"])
    static let test = Parameter<Fraction>.named("test", default: Fraction(0.2), "share for the scores")
    static let valid = Parameter<Fraction>.named("valid", default: Fraction(0.1), "share for early stopping, taken from the training part")

    static let signature = Signature(
        "split", group: .data, summary: "Choose which part of the events models are scored on; the models fitted after it follow.",
        details: """
            time-user: users drawn by hash are held back, and of them only what comes after a cut-off, while the others train on what comes before it: so neither the
            users nor the time of the scores were seen. time: everything after the cut-off. user: the held-back users with all their events. last: the last event of
            each user. random: single events at random. none: no scores. The split and its sizes stand above every score.
            """,
        reads: [.events], gives: [.events],
        examples: [Example("simulate shop users=100 days=20 seed=1 | split by=user test=25%", prints: "by=user")]
    ) {
        by
        test
        valid
    }
}
