import Diagnostics
import Events
import Language
import Runtime

/// Drops what cannot be events of people, and says what and why.
struct CleanCommand: Command {
    static let duplicates = Parameter<Bool>.named("duplicates", default: true, "drop rows that repeat an earlier one in every column")
    static let outliers = Parameter<Bool>.named("outliers", default: true, "drop events at impossible times")
    static let missing = Parameter<Bool>.named("missing", default: true, "drop events without an action")
    static let bots = Parameter<BotLimit>.named("bots", default: .above(600), "drop users with more events than this within an hour, or no")

    static let signature = Signature(
        "clean", group: .data, summary: "Drop duplicates, impossible times, missing actions and bots, with a table of what was dropped and why.",
        details: """
            Impossible are times before 1990, after 2100, and those outside the hours that hold the log, where these are clear: the rule that was found
            is printed. Rules are applied in the order of the table, each on what the ones before have left. A model that was trained on a cleaned log
            is not cleaned again when it scores: cleaning is for training only.
            """,
        prints: [
            .init("N of M events and N of M users are kept", "what is left when all rules were applied"),
            .init("what, rule", "which rule dropped events, and how it was set or found"),
            .init("events, of, share", "events that the rule dropped, those it was applied to, and their ratio"),
            .init("users hit", "users who lost at least one event to the rule"),
        ],
        memory: "the events that are left, in columns, beside those that were read; columns that nothing was dropped from are shared",
        reads: [.events], gives: [.events],
        examples: [
            Example("simulate shop users=100 days=20 seed=1 | clean", prints: "exact duplicate"),
            Example("simulate shop users=100 days=20 seed=1 | clean bots=50 outliers=no", prints: "bot"),
        ]
    ) {
        duplicates
        outliers
        missing
        bots
    }

    static func outline(_ call: Call, on input: Outline?) throws(Diagnostic) -> Outline { EventsValue.outline(input?.schema) }

    func run(_ call: Call, on input: Input?) throws -> Outcome {
        let events = try EventsValue.read(input, call)
        let options = CleaningOptions(
            duplicates: try call[Self.duplicates], outliers: try call[Self.outliers], missing: try call[Self.missing], bots: try call[Self.bots].limit)
        let value = events.followed(by: events.source.cleaning(options))
        let log = try value.log(call.context.work)
        guard let report = log.report.cleanings.last else { return Outcome(value) }
        let table = DisplayTable(
            title: "What was dropped", columns: [.init("what"), .init("rule"), .init("events", .right), .init("of", .right), .init("share", .right), .init("users hit", .right)],
            rows: report.rows.map { row in
                [.init(row.what), .init(row.rule), .count(row.events.count), .count(row.events.total), .percent(row.events.share, 2), .count(row.users)]
            })
        let kept = EventsValue.kept(Proportion(report.eventsAfter, of: report.eventsBefore), Proportion(report.usersAfter, of: report.usersBefore))
        return Outcome(value, blocks: [.text(kept), .table(table)])
    }
}

/// The most events of a user within an hour, or no limit.
enum BotLimit: ValueConvertible, Hashable {
    case above(Int), none

    static let typeText = "whole number from 1, or no"
    static let placeholder = "N|no"

    init(value: Value) throws(ArgumentMismatch) {
        switch value {
        case .integer(let limit) where limit >= 1: self = .above(limit)
        case .word("no"), .word("none"): self = .none
        default: throw ArgumentMismatch(Self.typeText)
        }
    }

    var valueText: String { if case .above(let limit) = self { String(limit) } else { "no" } }
    var limit: Int? { if case .above(let limit) = self { limit } else { nil } }
}
