import Diagnostics
import Events
import Expressions
import Language
import Runtime
import Tables

/// Makes a clickstream of a shop whose truth is known.
struct SimulateCommand: Command {
    static let what = Parameter<String>.required("what", "what to simulate", oneOf: ["shop"])
    static let users = Parameter<Int>.named("users", default: 2000, in: ShopSimulation.userLimits, "number of users")
    static let days = Parameter<Int>.named("days", default: 28, in: ShopSimulation.dayLimits, "number of days, from Monday 2025-09-01 on")
    static let segments = Parameter<Int>.named("segments", default: 5, in: ShopSimulation.segmentLimits, "number of customer segments")
    static let seed = Parameter<Int?>.optional("seed", "seed; the session's unless given", check: { $0 >= 0 ? nil : "whole number from 0" })

    static let signature = Signature(
        "simulate", group: .data, summary: "Make the clickstream of a shop with planted segments, rhythm and intent.",
        details: """
            Users belong to segments of different habits; hidden intents show in the order of their actions before a purchase, so that a model of sequences has
            something to find and a shuffled copy has not. datasets/README.md states the planted truth. Users are generated one by one from their own streams: more
            users begin with the same ones.
            """,
        prints: [
            .init("N events of M users, DAY to DAY", "events, different users, and the days of the first and the last event, in UTC or the zone that load was given"),
        ],
        memory: "all its events",
        draws: "every user, from a stream of its own",
        gives: [.events],
        examples: [
            Example("simulate shop users=100 days=7 seed=1", prints: "of 100 users"),
        ]
    ) {
        what
        users
        days
        segments
        seed
    }

    static func outline(_ call: Call, on input: Outline?) throws(Diagnostic) -> Outline {
        let columns = [("user", ExpressionType.text), ("item", .text), ("category", .text), ("action", .text), ("time", .time)]
        return EventsValue.outline(ExpressionSchema(columns: columns.map { .init($0, $1) }, roles: Dictionary(uniqueKeysWithValues: columns.map { ($0.0, $0.0) })))
    }

    func run(_ call: Call, on input: Input?) throws -> Outcome {
        let work = call.context.work
        let shop = try ShopSimulation(
            users: try call[Self.users], days: try call[Self.days], segments: try call[Self.segments], seed: try call[Self.seed] ?? call.context.seed)
        // Coded as they come: the texts themselves would be many times as large.
        var users = CodedTexts()
        var items = CodedTexts()
        var categories = CodedTexts()
        var actions = CodedTexts()
        var times: [Int64] = []
        let names = ShopSimulation.categories
        try shop.forEachShard(work: work) { events in
            try work.check()
            for event in events {
                users.append(String(event.user))
                items.append(String(event.item))
                categories.append(names[Int(event.category)])
                actions.append(event.action.name)
                times.append(Int64(event.time) * 1_000_000)
            }
        }
        // In the order of the file that 'write' makes of it.
        let table = Table([
            users.column("user"), items.column("item"), categories.column("category"), actions.column("action"),
            Column("time", times: times, format: .epochSeconds),
        ])
        let roles = Dictionary(uniqueKeysWithValues: [Role.user, .item, .category, .action, .time].map { ($0, $0.rawValue) })
        let value = EventsValue(EventSource(try EventLog(table, roles: roles, work: work)))
        return Outcome(value, blocks: [.text(EventsValue.size(try value.log(work)))])
    }
}

/// A column of texts in the making, each text kept once.
private struct CodedTexts {
    private var codes: [Int32] = []
    private var interning = TextInterning()

    mutating func append(_ text: String) { codes.append(interning.code(of: text)) }
    func column(_ name: String) -> Column { Column(name, .text(codes: codes, dictionary: interning.dictionary)) }
}
