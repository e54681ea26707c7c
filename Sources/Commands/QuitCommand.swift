import Language

/// Leaves the prompt.
struct QuitCommand: Command {
    static let signature = Signature(
        "quit", group: .keep, summary: "Leave; in a script, run nothing more.", isAboutSession: true, examples: [Example("let k = 5 | quit", prints: "k = 5")])

    func run(_ call: Call, on input: Input?) throws -> Outcome {
        var outcome = Outcome(nil)
        outcome.effects = [.quit]
        return outcome
    }
}
