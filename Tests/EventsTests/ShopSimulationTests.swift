import Diagnostics
import Foundation
import Runtime
import Store
import Synchronization
import Tables
import Testing

@testable import Events

@Suite struct ShopSimulationTests {
    /// The shop of `datasets/shop.csv`.
    static let shop = try? ShopSimulation(users: 2_200, days: 28, segments: 5, seed: 1)

    static func bytes(_ simulation: ShopSimulation, prices: Bool = false, threads: Int = 1) throws -> [UInt8] {
        var bytes: [UInt8] = []
        _ = try EventSource(simulation, prices: prices).writeText(as: .csv(), work: Work(threads: threads)) { bytes += $0 }
        return bytes
    }

    static func events(_ simulation: ShopSimulation) -> [ShopSimulation.Event] {
        (0..<simulation.users).flatMap(simulation.user)
    }

    // MARK: Repeatable

    @Test(arguments: [false, true])
    func `the same seed writes the same bytes on one thread and on two`(prices: Bool) throws {
        let simulation = try ShopSimulation(users: 1_500, days: 10, segments: 8, seed: 7)
        let one = try Self.bytes(simulation, prices: prices)
        #expect(try Self.bytes(simulation, prices: prices, threads: 2) == one)
        #expect(try Self.bytes(ShopSimulation(users: 1_500, days: 10, segments: 8, seed: 7), prices: prices) == one)
        #expect(try Self.bytes(ShopSimulation(users: 1_500, days: 10, segments: 8, seed: 8), prices: prices) != one)
    }

    /// Whoever changes the engine writes both files anew, and measures again what their page states.
    @Test func `datasets/shop.csv and its truth are what the engine makes`() throws {
        let shop = try #require(Self.shop)
        let folder = String(#filePath.dropLast("Tests/EventsTests/ShopSimulationTests.swift".utf8.count)) + "datasets/"
        let written = try Self.bytes(shop, threads: 2).withUnsafeBytes(Digest.init(of:))
        #expect(try written == Digest(ofFileAt: folder + "shop.csv"))
        let truth = "user,segment\n" + shop.truth().map { "\($0.user),\(shop.segments[$0.segment].name)\n" }.joined()
        #expect(try Digest(of: truth) == Digest(ofFileAt: folder + "shop_truth.csv"))
    }

    @Test func `a user does not depend on how many others there are or on who was made before`() throws {
        let few = try ShopSimulation(users: 40, days: 14, seed: 3), many = try ShopSimulation(users: 4_000, days: 14, seed: 3)
        for index in (0..<40).reversed() {
            #expect(many.user(index) == few.user(index))
            #expect(many.truth(of: index) == few.truth(of: index))
        }
    }

    @Test func `shards cover every user once and hand over the log in its order`() throws {
        let simulation = try ShopSimulation(users: 700, days: 5, seed: 2)
        #expect((0..<simulation.shards).flatMap { Array(simulation.users(ofShard: $0)) } == Array(0..<700))
        var events: [ShopSimulation.Event] = []
        try simulation.forEachShard(work: Work(threads: 2)) { events += $0 }
        #expect(events == Self.events(simulation))
    }

    // MARK: Form

    @Test func `rows are in order of user and then of time, inside the days asked for`() throws {
        let simulation = try ShopSimulation(users: 600, days: 9, segments: 8, seed: 5)
        let events = Self.events(simulation)
        let inOrder = zip(events, events.dropFirst()).allSatisfy { $0.user < $1.user || $0.user == $1.user && $0.time < $1.time }
        #expect(inOrder)
        #expect(events.allSatisfy { (ShopSimulation.start..<ShopSimulation.start + 9 * 86_400).contains($0.time) })
        #expect(Set(events.map(\.user)).count == 600)
    }

    @Test func `an item has one category and one price`() throws {
        let events = Self.events(try ShopSimulation(users: 500, segments: 8))
        let items = Set(events.map(\.item)), kinds = Set(events.map { [$0.item, Int($0.category), $0.price] })
        #expect(kinds.count == items.count && items.count > 1_000)
        #expect(events.allSatisfy { $0.price > 0 })
    }

    @Test func `text has plain numbers, five columns, and prices and addresses only when asked`() throws {
        let simulation = try ShopSimulation(users: 1, days: 1)
        let event = ShopSimulation.Event(user: 100_007, item: 460_374, category: 1, action: .fav, time: 1_756_728_081, price: 12_909)
        func text(_ events: [ShopSimulation.Event], prices: Bool = false, urls: Bool = false) -> String {
            String(decoding: SimulatedEvents(shop: simulation, hasPrices: prices, hasURLs: urls).table(events).csv(header: false), as: UTF8.self)
        }
        #expect(text([event]) == "100007,460374,phones,fav,1756728081\n")
        #expect(text([event, event], prices: true) == "100007,460374,phones,fav,1756728081,129.09\n100007,460374,phones,fav,1756728081,129.09\n")
        let landing = ShopSimulation.Event(user: 0, item: 4, category: 0, action: .pv, time: 0, price: 5, campaign: .search)
        #expect(text([landing], prices: true) == "0,4,shoes,pv,0,0.05\n")
        #expect(
            text([landing, event], urls: true)
                == "0,4,shoes,pv,0,https://shop.example/shoes/4?utm_source=search&utm_medium=cpc&utm_campaign=brand\n"
                + "100007,460374,phones,fav,1756728081,https://shop.example/favourites/460374\n")
        let whole = try String(decoding: Self.bytes(simulation), as: UTF8.self)
        #expect(whole.hasPrefix("user,item,category,action,time\n") && whole.hasSuffix("\n"))
    }

    @Test func `campaigns stand where sessions begin, as the segments' weights say`() throws {
        let simulation = try ShopSimulation(users: 3_000, days: 28, segments: 5, seed: 4)
        var landings = [[Int]](repeating: Array(repeating: 0, count: ShopSimulation.Campaign.allCases.count), count: 5)
        for index in 0..<simulation.users {
            let events = simulation.user(index), segment = simulation.truth(of: index).segment
            for (place, event) in events.enumerated() {
                // No gap within a session is longer than 1,500 seconds, and none between two shorter than half an hour.
                let begins = place == 0 || event.time - events[place - 1].time > 1_500
                #expect(begins || event.campaign == .none)
                if begins { landings[segment][Int(event.campaign.rawValue)] += 1 }
            }
        }
        for (segment, counts) in zip(simulation.segments, landings) {
            let (weights, landed) = (segment.campaigns.reduce(0, +), counts.reduce(0, +))
            for (weight, count) in zip(segment.campaigns, counts) {
                let expected = weight / weights
                #expect(abs(Double(count) / Double(landed) - expected) < 5 * (expected * (1 - expected) / Double(landed)).squareRoot() + 1e-9, "\(segment.name)")
            }
        }
    }

    @Test(arguments: [(1, 1, 1), (3, 1, 8), (2, 3_650, 2)])
    func `the smallest and the longest shops have events for everybody`(users: Int, days: Int, segments: Int) throws {
        let simulation = try ShopSimulation(users: users, days: days, segments: segments, seed: -1)
        for index in 0..<users { #expect(!simulation.user(index).isEmpty) }
    }

    // MARK: Truth

    @Test(arguments: ShopSimulation.Segment.all)
    func `a segment is whole`(segment: ShopSimulation.Segment) {
        #expect(segment.hours.count == 24 && segment.weekdays.count == 7 && segment.tiers.count == 3)
        #expect((segment.hours + segment.weekdays + segment.tiers).allSatisfy { $0 > 0 })
        #expect(!segment.categories.isEmpty && Set(segment.categories).isSubset(of: ShopSimulation.categories))
        #expect(!segment.summary.isEmpty && !segment.name.contains(" "))
    }

    @Test(arguments: 1...8)
    func `segments have the shares they state`(count: Int) throws {
        let simulation = try ShopSimulation(users: 20_000, segments: count, seed: count)
        var users = [Int](repeating: 0, count: count)
        for truth in simulation.truth() { users[truth.segment] += 1 }
        #expect(abs(simulation.segments.reduce(0) { $0 + $1.share } - 1) < 1e-12)
        for (found, segment) in zip(users, simulation.segments) {
            // Five standard deviations of a binomial share.
            let tolerance = 5 * (segment.share * (1 - segment.share) / 20_000).squareRoot()
            #expect(abs(Double(found) / 20_000 - segment.share) <= tolerance, "\(segment.name)")
        }
    }

    @Test func `base rates are those of a shop`() throws {
        let events = Self.events(try #require(Self.shop))
        func share(_ action: ShopSimulation.Action) -> Double {
            Double(events.count { $0.action == action }) / Double(events.count)
        }
        #expect((0.83...0.88).contains(share(.pv)))
        #expect((0.06...0.08).contains(share(.cart)))
        #expect((0.035...0.05).contains(share(.fav)))
        #expect((0.03...0.042).contains(share(.buy)))
    }

    @Test func `evenings and weekends are the busiest, and nights are quiet`() throws {
        var hours = [Int](repeating: 0, count: 24), weekdays = [Int](repeating: 0, count: 7)
        for event in Self.events(try #require(Self.shop)) {
            let seconds = event.time - ShopSimulation.start
            hours[seconds / 3_600 % 24] += 1
            weekdays[seconds / 86_400 % 7] += 1
        }
        #expect(hours.indices.max { hours[$0] < hours[$1] } == 21)
        #expect((hours[20] + hours[21]) > 10 * (hours[3] + hours[4]))
        #expect(min(weekdays[5], weekdays[6]) * 10 > 12 * (weekdays[..<5].max() ?? 0))
    }

    @Test func `segments differ in what RFM sees`() throws {
        let simulation = try #require(Self.shop)
        var buyers = [Int](repeating: 0, count: 5), users = buyers, buys = buyers, quiet = [Double](repeating: 0, count: 5)
        let end = ShopSimulation.start + 28 * 86_400
        for index in 0..<simulation.users {
            let events = simulation.user(index), segment = simulation.truth(of: index).segment
            let count = events.count { $0.action == .buy }
            users[segment] += 1
            buys[segment] += count
            buyers[segment] += count > 0 ? 1 : 0
            quiet[segment] += Double(end - (events.last?.time ?? end)) / 86_400
        }
        let names = simulation.segments.map(\.name)
        let loyal = try #require(names.firstIndex(of: "loyal")), browsers = try #require(names.firstIndex(of: "browsers"))
        let oneTimers = try #require(names.firstIndex(of: "one-timers")), gifts = try #require(names.firstIndex(of: "gift-givers"))
        #expect(Double(buys[loyal]) / Double(users[loyal]) > 6)
        #expect(Double(buys[browsers]) / Double(users[browsers]) < 0.4)
        #expect(Double(buys[gifts]) / Double(buyers[gifts]) > 2.5)
        #expect(Double(buys[oneTimers]) / Double(buyers[oneTimers]) < 2)
        #expect(quiet[loyal] / Double(users[loyal]) < 3)
        #expect(quiet[oneTimers] / Double(users[oneTimers]) > 10)
    }

    // MARK: Order

    @Test func `order tells the next action, and a shuffled copy holds nothing of it`() throws {
        let simulation = try #require(Self.shop)
        var stream = RandomStream(seed: 1, name: "test", purpose: "shuffle")
        let journeys = (0..<simulation.users).map { simulation.user($0).map { Int($0.action.rawValue) } }
        let shuffled = journeys.map { journey in
            var journey = journey
            stream.shuffle(&journey)
            return journey
        }
        let loss = (0...3).map { MarkovLoss(order: $0).heldBack(journeys) }
        let none = (0...3).map { MarkovLoss(order: $0).heldBack(shuffled) }
        #expect(loss[1] < loss[0] - 0.02)
        #expect(loss[2] < loss[1] - 0.03)
        #expect(loss[3] < loss[2] - 0.005)
        for order in 1...3 { #expect(abs(none[order] - none[0]) < 0.01) }
    }

    @Test func `a cart after a favourite is bought and a cart before one is not`() throws {
        var bought = (after: 0, before: 0), seen = (after: 0, before: 0)
        for event in (0..<2_200).map(try #require(Self.shop).user) {
            let actions = event.map(\.action)
            guard actions.count > 4 else { continue }
            for index in 4..<actions.count {
                let bought1 = actions[index] == .buy ? 1 : 0
                if Array(actions[index - 4..<index]) == [.pv, .fav, .pv, .cart] { seen.after += 1; bought.after += bought1 }
                if Array(actions[index - 4..<index]) == [.cart, .pv, .fav, .pv] { seen.before += 1; bought.before += bought1 }
            }
        }
        #expect(seen.after > 500 && seen.before > 500)
        #expect(Double(bought.after) / Double(seen.after) > 0.3)
        #expect(Double(bought.before) / Double(seen.before) < 0.05)
    }

    // MARK: Mistakes

    @Test(arguments: [
        (0, 1, 1, "users"), (-5, 1, 1, "users"), (100_000_001, 1, 1, "users"), (1, 0, 1, "days"), (1, 3_651, 1, "days"),
        (1, 1, 0, "segments"), (1, 1, 9, "segments"),
    ])
    func `a number outside its limits is named`(users: Int, days: Int, segments: Int, parameter: String) throws {
        let error = try #require(throws: ShopSimulationError.self) {
            try ShopSimulation(users: users, days: days, segments: segments)
        }
        #expect(error.parameter == parameter)
        #expect(error.diagnostic.code == "out-of-range")
        #expect(error.diagnostic.message.hasPrefix("'\(parameter)' of a simulated shop is 1 to "))
    }

    @Test(arguments: [1, 2])
    func `cancelling stops it, and the sink's own error passes through`(threads: Int) throws {
        let simulation = try ShopSimulation(users: 5_000), work = Work(threads: threads)
        #expect(throws: Full.self) { try EventSource(simulation).writeText(as: .csv(), work: work) { _ in throw Full() } }
        work.cancellation.cancel()
        #expect(throws: Cancelled.self) { try EventSource(simulation).writeText(as: .csv(), work: work) { _ in } }
    }

    private struct Full: Error {}

    @Test func `progress rises to the end`() throws {
        let progress = Progress()
        let simulation = try ShopSimulation(users: 3_000, days: 2)
        _ = try EventSource(simulation).writeText(as: .csv(), work: Work(threads: 2, progress: progress)) { _ in }
        let fractions = progress.fractions.withLock { $0 }
        #expect(fractions == fractions.sorted() && fractions.last == 1 && fractions.count == 2)
    }

    private final class Progress: Runtime.ProgressReporting {
        let fractions = Mutex<[Double]>([])
        func update(stage: String, fraction: Double?, detail: String) { fractions.withLock { $0.append(fraction ?? -1) } }
    }
}

/// Log loss of the next action on every fifth journey, by counts of the last `order` actions in the others.
private struct MarkovLoss {
    let order: Int

    func heldBack(_ journeys: [[Int]]) -> Double {
        let contexts = (0..<order).reduce(1) { product, _ in product * 4 }
        var counts = [Double](repeating: 1, count: contexts * 4), loss = 0.0, rows = 0
        for held in [false, true] {
            for (user, journey) in journeys.enumerated() where (user % 5 == 0) == held && journey.count > 3 {
                for index in 3..<journey.count {
                    let context = journey[index - order..<index].reduce(0) { $0 * 4 + $1 } * 4
                    if held {
                        loss -= log(counts[context + journey[index]] / counts[context..<context + 4].reduce(0, +))
                        rows += 1
                    } else {
                        counts[context + journey[index]] += 1
                    }
                }
            }
        }
        return loss / Double(rows)
    }
}
