import Diagnostics
import Events
import Language
import Runtime

/// Makes a clickstream of a shop whose truth is known.
struct SimulateCommand: Command {
    static let what = Parameter<String>.required("what", "what to simulate", oneOf: ["shop"])
    static let users = Parameter<Int>.named("users", default: 2000, in: ShopSimulation.userLimits, "number of users")
    static let days = Parameter<Int>.named("days", default: 28, in: ShopSimulation.dayLimits, "number of days, from Monday 2025-09-01 on")
    static let segments = Parameter<Int>.named("segments", default: 5, in: ShopSimulation.segmentLimits, "number of customer segments")
    static let prices = Parameter<Bool>.named("prices", default: false, "whether there is a column of prices")
    static let urls = Parameter<Bool>.named("urls", default: false, "whether there is a column of addresses, with the campaign that brought a session")
    static let seed = Parameter<Int?>.optional("seed", "seed; the session's unless given", check: { $0 >= 0 ? nil : "whole number from 0" })

    static let signature = Signature(
        "simulate", group: .data, summary: "Make the clickstream of a shop with planted segments, rhythm and intent.",
        details: """
            Users belong to segments of different habits; hidden intents show in the order of their actions before a purchase, so that a model of sequences has
            something to find and a shuffled copy has not. datasets/README.md states the planted truth. Users are generated one by one from their own streams: more
            users begin with the same ones. A shop of more than about 10 million events is made when it is first asked something; 'sample', 'filter', 'select',
            'rename' and 'derive' after it are then done user by user, and 'write' never holds more than some thousand users.
            """,
        prints: [
            .init("N events of M users, DAY to DAY", "events, different users, and the days of the first and the last event, in UTC or the zone that load was given"),
            .init("about N events of M users, not made yet", "events as estimated from the first thousand users, where the shop is large"),
        ],
        memory: "all its events, 24 bytes each and 4 to 8 more for a further column; of a large shop those that are left after the steps, and none while it is written",
        draws: "every user, from a stream of its own",
        gives: [.events],
        examples: [
            Example("simulate shop users=100 days=7 seed=1", prints: "of 100 users"),
            Example("simulate shop users=100 days=7 seed=1 prices=yes urls=yes | select item price url | show n=3", prints: "https://shop.example/"),
        ]
    ) {
        what
        users
        days
        segments
        prices
        urls
        seed
    }

    /// Shops of about more events are made when they are first asked for, and not at once: 400 MB in memory, some seconds.
    static let mostAtOnce = 10_000_000

    static func outline(_ call: Call, on input: Outline?) throws(Diagnostic) -> Outline {
        EventsValue.outline(EventSource.schemaOfShop(prices: try call[prices], urls: try call[urls]))
    }

    func source(_ call: Call) throws -> EventSource {
        let shop = try ShopSimulation(
            users: try call[Self.users], days: try call[Self.days], segments: try call[Self.segments], seed: try call[Self.seed] ?? call.context.seed)
        return EventSource(shop, prices: try call[Self.prices], urls: try call[Self.urls])
    }

    func run(_ call: Call, on input: Input?) throws -> Outcome {
        let value = EventsValue(try source(call))
        if let pending = value.source.pendingShop, pending.events > Self.mostAtOnce { return Outcome(value, blocks: [.text(value.summary)]) }
        return Outcome(value, blocks: [.text(EventsValue.size(try value.log(call.context.work)))])
    }
}
