import Diagnostics
import Events
import Language
import Runtime

/// Keeps a random share of the users, each with all of their events.
struct SampleCommand: Command {
    static let share = Parameter<Fraction>.required("share", "share of the users to keep: 5% or 0.05", check: { $0.value > 0 ? nil : "share above 0%, for 0% keeps nobody" })
    static let seed = Parameter<Int?>.optional("seed", "seed of the draw; the session's unless given", check: { $0 >= 0 ? nil : "whole number from 0" })

    static let signature = Signature(
        "sample", group: .data, summary: "Keep a random share of the users, each with all of their events.",
        details: """
            A user is kept if the hash of seed and user lies below the share, whatever the order of the rows: the same users on any machine, and 5 % lies inside
            10 %. Shares are of the source: a second sample of the same seed keeps the smaller share. The share kept carries a 95 % interval.
            """,
        prints: [
            .init("N of M events and N of M users are kept", "what is kept of the source"),
            .init("95 % interval of the share of users", "Wilson's interval of the users kept, of all"),
            .init("N events of M users, DAY to DAY", "events, different users, and the days of the first and the last event, in UTC or the zone that load was given"),
        ],
        memory: "the events that are kept; a file that was not read yet is read in one pass, and the users that are left out are never held",
        draws: "which users are kept: those whose hash with the seed lies below the share",
        reads: [.events], gives: [.events],
        examples: [
            Example("simulate shop users=200 days=20 seed=1 | sample 50%", prints: "of 200 users"),
        ]
    ) {
        share
        seed
    }

    static func outline(_ call: Call, on input: Outline?) throws(Diagnostic) -> Outline { EventsValue.outline(input?.schema) }

    func run(_ call: Call, on input: Input?) throws -> Outcome {
        let events = try EventsValue.read(input, call)
        let sampled = try events.source.sampling(share: try call[Self.share].value, seed: try call[Self.seed] ?? call.context.seed)
        return try events.following(sampled, call: call, whenEmpty: "take a larger share") { report in
            report.samples.last.map { sample in
                let interval = sample.users.interval
                return EventsValue.kept(sample.events, sample.users)
                    + "; 95 % interval of the share of users \(NumberText.decimal(interval.lowerBound * 100, 2)) to \(NumberText.percent(interval.upperBound, 2))"
            }
        }
    }
}
