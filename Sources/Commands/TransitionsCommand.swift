import Diagnostics
import Events
import Expressions
import Language
import Runtime
import Tables

/// Counts which action follows which.
struct TransitionsCommand: Command {
    static let order = Parameter<Int>.named("order", default: 1, in: 1...10, "how many actions are looked back at")

    static let signature = Signature(
        "transitions", group: .look, summary: "Which action follows which, and how often.",
        details: """
            Counts neighbouring events within each session where 'sessions' was called or the data has sessions, else within each user. With order=2 it is the last two actions
            that something follows, written pv => cart as in patterns. The beginning and the end of a path are no actions of their own: the share is of the events that
            something comes after, and how paths begin and end stands below. Events without an action are passed over.
            """,
        prints: [
            .init("from", "the action before, or with order= the last ones, the earliest first"),
            .init("to", "the action of the very next event"),
            .init("count", "how often 'to' comes right after 'from'"),
            .init("share", "of all events that come right after 'from': the shares of a 'from' sum up to 100 %"),
            .init("begin with, end with", "the commonest first and last actions of the users or sessions, with their share of them"),
        ],
        memory: "a counter for each transition that occurs, up to 64 times while they are counted",
        reads: [.events], gives: [.answer],
        examples: [
            Example("simulate shop users=100 days=20 seed=1 | sessions | transitions", prints: "from"),
            Example("simulate shop users=100 days=20 seed=1 | transitions order=2", prints: "pv => pv"),
        ]
    ) { order }

    static func outline(_ call: Call, on input: Outline?) throws(Diagnostic) -> Outline {
        if let schema = input?.schema, !schema.isOpen, schema.roles[Role.action.rawValue] == nil {
            throw DataError.missingRole("action", use: "transitions", hint: "action=COLUMN of load says which column it is").diagnostic.placed(at: call.span)
        }
        let schema = ExpressionSchema(columns: [.init("from", .text), .init("to", .text), .init("count", .number), .init("share", .number)])
        return TableValue.outline(schema, kind: .answer, properties: ["transitions", "paths"], maker: signature.verb)
    }

    func run(_ call: Call, on input: Input?) throws -> Outcome {
        let events = try EventsValue.read(input, call)
        let order = try call[Self.order]
        let log = try events.log(call.context.work)
        let unit: FilterUnit = log.roles[.session] == nil ? .user : .session
        let found: Transitions
        do { found = try log.transitions(order: order, per: unit, work: call.context.work) } catch let error as DataError {
            throw error.diagnostic.placed(at: call.isGiven("order") ? call.span(of: Self.order) : call.span)
        }
        guard !found.rows.isEmpty else {
            throw Diagnostic(
                "no-rows", "no \(unit.rawValue) has \(order + 1) events with an action", category: .data, at: call.span, label: "nothing follows anything",
                hint: order > 1 ? "transitions order=1" : "'describe' shows how many events users have")
        }
        let from = found.rows.map { row in row.from.map { found.actions[$0] }.joined(separator: " => ") }
        let table = Table([
            Column("from", text: from), Column("to", text: found.rows.map { found.actions[$0.to] }), Column("count", integers: found.rows.map { Int64($0.count) }),
            Column("share", numbers: found.rows.map(\.share)),
        ])
        let title = "Transitions within \(unit.rawValue)s" + (order > 1 ? ", order \(order)" : "")
        let notes = ["Paths of \(NumberText.counted(found.paths, "\(unit.rawValue)s")) begin with \(Self.commonest(found.starts, found)), end with \(Self.commonest(found.ends, found))."]
        let shown = 0..<min(TableValue.defaultRows, found.rows.count)
        let rows = shown.map { index -> [DisplayTable.Cell] in
            let row = found.rows[index]
            return [.init(from[index]), .init(found.actions[row.to]), .count(row.count), .percent(row.share)]
        }
        let display = DisplayTable(
            title: title, columns: [.init("from"), .init("to"), .init("count", .right), .init("share", .right)], rows: rows, totalRows: found.rows.count, more: "show n=all", notes: notes)
        return Outcome(
            TableValue(
                table, kind: .answer, title: title, rowNoun: "transitions", notes: notes, summaryBlocks: [.table(display)],
                properties: [("transitions", .integer(found.count)), ("paths", .integer(found.paths))]))
    }

    /// The three commonest of the first or last actions.
    private static func commonest(_ counts: [Int], _ found: Transitions) -> String {
        let order = counts.indices.filter { counts[$0] > 0 }.sorted { (counts[$1], $0) < (counts[$0], $1) }
        return order.prefix(3).map { "\(found.actions[$0]) (\(NumberText.percent(Double(counts[$0]) / Double(max(1, found.paths)), 1)))" }.joined(separator: ", ")
    }
}
