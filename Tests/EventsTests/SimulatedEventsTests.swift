import Expressions
import Runtime
import Tables
import Testing

@testable import Events

/// Events of a shop that are made user by user are those of the shop made as a whole.
struct SimulatedEventsTests {
    static let shop = try? ShopSimulation(users: 1_500, days: 6, segments: 8, seed: 5)

    struct Recipe: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let isLocal: Bool
        let steps: @Sendable (EventSource) throws -> EventSource

        init(_ name: String, isLocal: Bool = true, _ steps: @escaping @Sendable (EventSource) throws -> EventSource) {
            testDescription = name
            self.isLocal = isLocal
            self.steps = steps
        }
    }

    private static let hour = expression(.call("hour", [expression(.column("time"))]))
    private static let lower = expression(.call("lower", [expression(.column("category"))]))

    static let recipes = [
        Recipe("no step") { $0 },
        Recipe("a filter of events") { try $0.filtering(isEqual("action", "buy")).filtering(isOver(expression(.column("price")), 20)) },
        Recipe("a filter of users, then columns") { try $0.filtering(expression(.call("any", [isEqual("action", "buy")])), per: .user).deriving("h", hour).deriving("kind", lower) },
        Recipe("two samples") { try $0.sampling(share: 0.5, seed: 1).sampling(share: 0.2, seed: 1) },
        Recipe("columns chosen and renamed") { try $0.selecting(["price"], except: true).renaming([("item", "thing")]) },
        Recipe("few users are left") { try $0.sampling(share: 0.01, seed: 3).filtering(isEqual("action", "fav")) },
        Recipe("sessions, numbered through all users", isLocal: false) { try $0.sampling(share: 0.3, seed: 2).sessions(gap: 1800) },
        Recipe("events cleaned", isLocal: false) { $0.cleaning() },
        Recipe("another user", isLocal: false) { try $0.deriving("user", expression(.column("category"))) },
    ]

    @Test(arguments: recipes, [1, 2, 3])
    func `steps over blocks of users give what they give over all`(_ recipe: Recipe, threads: Int) throws {
        let shop = try #require(Self.shop)
        let work = Work(threads: threads)
        let made = EventSource(try EventSource(shop, prices: true, urls: true).collect(Work()))
        let wanted = try recipe.steps(made).collect(Work())
        let source = try recipe.steps(EventSource(shop, prices: true, urls: true))
        #expect(source.isStreamed == recipe.isLocal && source.isPending)
        if recipe.isLocal {
            for format in [TextFormat.csv(), .json] {
                var text: [UInt8] = [], all: [UInt8] = []
                #expect(try source.writeText(as: format, work: work) { text += $0 } == wanted.count)
                try wanted.table.writeText(as: format, work: Work()) { all += $0 }
                #expect(text == all)
            }
            #expect(source.remembered == nil)
        }
        let log = try source.collect(work)
        #expect(log.table.csv() == wanted.table.csv())
        #expect(log.roles == wanted.roles && log.userOffsets == wanted.userOffsets && log.users == wanted.users)
        #expect(log.report.samples == wanted.report.samples && log.report.filters == wanted.report.filters && log.report.notes == wanted.report.notes)
        #expect(log.report.events == wanted.report.events && log.report.firstTime == wanted.report.firstTime && log.report.lastTime == wanted.report.lastTime)
        #expect(!source.isPending && !source.isStreamed)
    }

    @Test func `a log in memory is the shop's users one after the other`() throws {
        let shop = try #require(Self.shop)
        let log = try EventSource(shop).collect(Work(threads: 2))
        let events = (0..<shop.users).flatMap(shop.user)
        let whole = try EventLog(SimulatedEvents(shop: shop, hasPrices: false, hasURLs: false).table(events), roles: log.roles, work: Work())
        #expect(log.table.csv() == whole.table.csv() && log.users == whole.users)
        #expect(log.report.outOfOrder == 0 && whole.report.outOfOrder == 0 && whole.report.tiedTimes == 0)
    }

    @Test func `the step that leaves nothing is named, whether held or written`() throws {
        let shop = try #require(Self.shop)
        let source = try EventSource(shop).filtering(isEqual("action", "buy")).filtering(isEqual("action", "pv")).deriving("h", Self.hour)
        let bought = try EventSource(shop).filtering(isEqual("action", "buy")).collect(Work()).count
        for ask in [{ _ = try source.collect(Work()) }, { _ = try source.writeText(as: .csv(), work: Work()) { _ in } }] {
            let error = #expect(throws: DataError.self) { try ask() }
            #expect(error?.diagnostic.message == "no events are left of \(NumberText.grouped(bought)) after 'filter action == \"pv\"'")
        }
    }

    @Test func `how many events there are is known about before they are made`() throws {
        let source = EventSource(try ShopSimulation(users: 4_000, days: 10, seed: 2), urls: true)
        let pending = try #require(source.pendingShop)
        let count = try source.collect(Work(threads: 2)).count
        #expect(abs(Double(pending.events) / Double(count) - 1) < 0.1 && pending.bytes == pending.events * 28)
        #expect(source.pendingShop == nil)
    }
}
