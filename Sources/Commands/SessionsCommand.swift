import Diagnostics
import Events
import Expressions
import Language
import Runtime
import Tables

/// Cuts each user's events into sessions.
struct SessionsCommand: Command {
    static let gap = Parameter<Seconds>.named("gap", default: Seconds(1800, written: "30m"), "the longest pause within a session", check: { $0.seconds > 0 ? nil : "duration above 0" })
    static let start = Parameter<Expression?>.optionalExpression("start", "a condition: an event for which it is true begins a session")
    static let end = Parameter<Expression?>.optionalExpression("end", "a condition: an event for which it is true is the last of its session")

    static let signature = Signature(
        "sessions", group: .data, summary: "Cut each user's events into sessions wherever they pause.",
        details: """
            A session ends where the next event of the user comes more than gap later, after an event for which end is true, and before one for which start is true. What
            is missing is not true. The log gets a column 'session' that numbers the sessions from 1 and plays that role; one that was there is replaced. A model does the
            same to the events that it scores.
            """,
        prints: [
            .init("sessions ended", "by what: a pause above gap; where there was none, by end; else by start; or with the last event of the user"),
            .init("N events of M users, DAY to DAY", "events, different users, and the days of the first and the last event, in UTC or the zone that load was given"),
            .init("N sessions", "sessions of all users together"),
        ],
        memory: "one number an event beside the events, which are shared",
        reads: [.events], gives: [.events],
        examples: [
            Example("simulate shop users=100 days=20 seed=1 | sessions gap=30m", prints: "sessions"),
            Example("simulate shop users=100 days=20 seed=1 | sessions gap=1h end=action == \"buy\"", prints: "by end"),
        ]
    ) {
        gap
        start
        end
    }

    static func outline(_ call: Call, on input: Outline?) throws(Diagnostic) -> Outline {
        for (condition, name) in [(try call[start], "start"), (try call[end], "end")] {
            guard let condition else { continue }
            _ = try CompiledExpression.condition(condition, of: name, schema: input?.schema ?? .unknown)
        }
        return EventsValue.outline(input?.schema.map(EventSource.schemaWithSessions), texts: input?.texts ?? [:])
    }

    func run(_ call: Call, on input: Input?) throws -> Outcome {
        let events = try EventsValue.read(input, call)
        let source = try events.source.sessions(gap: try call[Self.gap].seconds, start: try call[Self.start], end: try call[Self.end])
        let gap = try call[Self.gap].valueText
        return try events.following(source, call: call) { $0.sessionEnds.map { Self.line($0, gap: gap, hasStart: call.isGiven("start"), hasEnd: call.isGiven("end")) } }
    }

    /// What ended the sessions.
    private static func line(_ ends: SessionEnds, gap: String, hasStart: Bool, hasEnd: Bool) -> String {
        var parts = ["\(NumberText.rate(ends.pauses, of: ends.sessions)) by a pause above \(gap)"]
        if hasEnd { parts.append("\(NumberText.grouped(ends.ends)) by end") }
        if hasStart { parts.append("\(NumberText.grouped(ends.starts)) by start") }
        return "sessions ended: \(parts.joined(separator: ", ")), \(NumberText.grouped(ends.lasts)) with the last event of their user"
    }
}
