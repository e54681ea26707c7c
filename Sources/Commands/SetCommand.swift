import Language

/// Changes a setting of the session, or shows them all.
struct SetCommand: Command {
    static let seed = Parameter<Int?>.optional("seed", "seed of every random verb that is given none", check: { $0 >= 0 ? nil : "whole number from 0" })
    static let threads = Parameter<Int?>.optional(
        "threads", "threads to work on; results are the same at any number", check: { (1...1024).contains($0) ? nil : "whole number in 1...1024" })

    static let signature = Signature(
        "set", group: .keep, summary: "Set the seed or the number of threads; without options, show both.",
        prints: [
            .init("seed, threads", "the settings as they are from here on"),
        ],
        isAboutSession: true,
        examples: [Example("set seed=7", prints: "seed = 7")]
    ) {
        seed
        threads
    }

    func run(_ call: Call, on input: Input?) throws -> Outcome {
        var outcome = Outcome(nil)
        var lines: [String] = []
        if let seed = try call[Self.seed] {
            outcome.effects.append(.setSeed(seed))
            lines.append("seed = \(seed)")
        }
        if let threads = try call[Self.threads] {
            outcome.effects.append(.setThreads(threads))
            lines.append("threads = \(threads)")
        }
        if lines.isEmpty { lines = call.context.settings.map { "\($0.name) = \($0.text)" } }
        outcome.blocks = [.text(lines.joined(separator: "\n"))]
        return outcome
    }
}
