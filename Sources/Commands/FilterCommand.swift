import Diagnostics
import Events
import Expressions
import Language
import Runtime
import Tables

/// Keeps the events, sessions, users or rows for which a condition holds.
struct FilterCommand: Command {
    static let condition = Parameter<Expression>.expression("condition", "a condition over the columns, such as action == \"buy\" and hour(time) >= 18")
    static let group = Parameter<String>.named("per", default: "event", "what the condition decides about", oneOf: FilterUnit.allCases.map(\.rawValue))

    static let signature = Signature(
        "filter", group: .data, summary: "Keep the events, sessions or users for which a condition holds, or the rows of a table.",
        details: """
            With per=user or per=session the condition may look at all events of the group, any(action == "buy"), count() > 5, has(pv -> cart within 7d), and keeps or
            drops the group as a whole. Columns are named by their own names or by the role that they play. A comparison with a missing value is neither true nor false;
            only what is true is kept.
            """,
        prints: [
            .init("N of M events and N of M users are kept", "what the condition keeps of what was read; of a table, its rows"),
            .init("N events of M users, DAY to DAY", "events, different users, and the days of the first and the last event, in UTC or the zone that load was given"),
        ],
        memory: "the events that are left, in columns, beside those that were read; columns that nothing was dropped from are shared",
        reads: [.events, .table], gives: [.events, .table],
        examples: [
            Example("simulate shop users=100 days=20 seed=1 | filter action == \"buy\"", prints: "events of"),
            Example("simulate shop users=100 days=20 seed=1 | filter any(action == \"buy\") per=user", prints: "users"),
            Example("simulate shop users=100 days=20 seed=1 | rfm | filter frequency >= 3 and recency < 7", prints: "frequency"),
        ]
    ) {
        condition
        group
    }

    private static let whenEmpty = "'describe' and 'top COLUMN' show which values there are"

    static func outline(_ call: Call, on input: Outline?) throws(Diagnostic) -> Outline {
        let unit = FilterUnit(rawValue: try call[group]) ?? .event
        let schema = input?.schema ?? .unknown
        if input?.kinds == [.table], call.isGiven("per") { throw ungrouped(call) }
        _ = try EventSource.compiled(try call[condition], per: unit, schema: schema)
        guard var result = input else { return Outline(signature.gives, maker: signature.verb) }
        result.maker = signature.verb
        // Some values may stand in no event that is left.
        result.texts = [:]
        return result
    }

    private static func ungrouped(_ call: Call) -> Diagnostic {
        Diagnostic("wrong-value", "'per' groups events, and a table has none", category: .syntax, at: call.span(of: group), label: "not for a table")
    }

    func run(_ call: Call, on input: Input?) throws -> Outcome {
        let condition = try call[Self.condition]
        if let table = input?.value.asTable {
            guard !call.isGiven("per") else { throw Self.ungrouped(call) }
            let compiled = try CompiledExpression.condition(condition, of: "filter", schema: table.table.schema())
            let kept = table.table.filtered(try compiled.truths(over: table.table, work: call.context.work))
            guard kept.rowCount > 0 else {
                throw Diagnostic(
                    "no-rows", "no \(table.rowNoun) are left of \(NumberText.grouped(table.table.rowCount))", category: .data, at: call.span(of: Self.condition),
                    label: "true of none", hint: Self.whenEmpty)
            }
            let value = table.with(kept, after: .filter(rows: compiled))
            return Outcome(value, blocks: [.text("\(NumberText.rate(kept.rowCount, of: table.table.rowCount)) \(table.rowNoun) are kept")] + value.blocks)
        }
        let events = try EventsValue.read(input, call)
        let unit = FilterUnit(rawValue: try call[Self.group]) ?? .event
        return try events.following(try events.source.filtering(condition, per: unit), call: call, whenEmpty: Self.whenEmpty) { report in
            report.filters.last.map { EventsValue.kept($0.events, $0.users) }
        }
    }
}
