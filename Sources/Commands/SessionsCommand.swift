import Diagnostics
import Events
import Language

/// Cuts each user's events into sessions.
struct SessionsCommand: Command {
    static let gap = Parameter<Seconds>.named("gap", default: Seconds(1800, written: "30m"), "the longest pause within a session", check: { $0.seconds > 0 ? nil : "duration above 0" })

    static let signature = Signature(
        "sessions", group: .data, summary: "Cut each user's events into sessions wherever they pause.",
        details: "A session ends where the next event of the user comes more than gap later. The log gets a column 'session' that plays that role.",
        prints: [
            .init("N events of M users, DAY to DAY", "events, different users, and the days of the first and the last event, in UTC or the zone that load was given"),
            .init("N sessions", "sessions of all users together"),
        ],
        memory: "one number an event beside the events, which are shared",
        reads: [.events], gives: [.events],
        examples: [Example("simulate shop users=100 days=20 seed=1 | sessions gap=30m", prints: "sessions")]
    ) { gap }

    static func outline(_ call: Call, on input: Outline?) throws(Diagnostic) -> Outline { EventsValue.outline(input?.schema.map(EventSource.schemaWithSessions)) }

    func run(_ call: Call, on input: Input?) throws -> Outcome {
        let events = try EventsValue.read(input, call)
        let gap = try call[Self.gap].seconds
        return try events.following(try events.source.sessions(gap: gap), call: call)
    }
}
