import Expressions
import Runtime
import Tables

extension EventSource {
    /// A source over the events of a simulated shop. They are made when they are first asked for.
    public init(_ shop: ShopSimulation, prices: Bool = false, urls: Bool = false) { self.init(SimulatedEvents(shop: shop, hasPrices: prices, hasURLs: urls)) }

    /// The columns of a simulated shop.
    public static func schemaOfShop(prices: Bool, urls: Bool) -> ExpressionSchema { SimulatedEvents.schema(prices: prices, urls: urls) }

    /// Whether the events are still to be read or made.
    public var isPending: Bool { remembered == nil && detection != nil || simulation != nil && !isBegun }

    /// The shop whose events are still to be made, and how many events it has in all before any step, estimated; none for other sources.
    public var pendingShop: (shop: ShopSimulation, events: Int, bytes: Int)? {
        guard let simulation, !isBegun else { return nil }
        let events = simulation.estimatedCount
        return (simulation.shop, events, events * simulation.bytesPerEvent)
    }

    /// Whether the events can be handed over user by user, without all of them in memory: those of a shop, after steps that look at one user alone.
    public var isStreamed: Bool {
        guard let simulation, !isBegun else { return false }
        return simulation.localSteps(steps) == steps.count
    }

    /// Hands over the text of all events piece by piece, as `Table.writeText` does of a log in memory; the events themselves are not kept.
    ///
    /// - Precondition: `isStreamed`.
    /// - Returns: how many events were written.
    /// - Throws: as `collect`, or what `sink` throws.
    public func writeText(as format: TextFormat, work: Work, to sink: (ArraySlice<UInt8>) throws -> Void) throws -> Int {
        guard let simulation, isStreamed else { preconditionFailure("only events that can be streamed are written without being held") }
        var (rows, pieces) = (0, 0)
        try sink(format.head(schema.columns.map(\.name))[...])
        _ = try simulation.forEachBlock(steps, work: work) { table in
            try TableText(table, as: format, check: work.check).rows(0..<table.rowCount)
        } _: { text, count in
            try sink(format.following(text, after: pieces))
            pieces += 1
            rows += count
        }
        try sink(format.end(rows: rows)[...])
        return rows
    }

    /// The events of a shop's first users, to measure on: made on all threads as all of them would be, after all steps; and how many of all users that are.
    ///
    /// - Throws: as `collect`, but for an empty result.
    public func part(users: Int, work: Work) throws -> (log: EventLog, share: Double)? {
        guard let simulation else { return nil }
        let shop = simulation.shop
        let count = min(users, shop.users)
        let first = SimulatedEvents(
            shop: try ShopSimulation(users: count, days: shop.days, segments: shop.segments.count, seed: shop.seed), hasPrices: simulation.hasPrices, hasURLs: simulation.hasURLs)
        let log = try steps.reduce(try first.collect([], work).log) { try $1.run(on: $0, work) }
        return (log, Double(count) / Double(shop.users))
    }

    /// How many users keep so many threads busy.
    public static func usersFilling(threads: Int) -> Int { 4 * threads * ShopSimulation.usersPerShard }
}
