import Foundation
import Runtime
import Tables
import Testing

@testable import Events

struct RFMTests {
    static let fixtures = Bundle.module.bundleURL.appendingPathComponent("Fixtures").path

    /// `Fixtures/make_rfm.py` wrote both files with pandas.
    @Test func `agrees with pandas`() throws {
        guard case .events(let source) = try Loaded(paths: ["\(Self.fixtures)/rfm_events.csv"], work: Work()),
            case .table(let wanted, _, _) = try Loaded(paths: ["\(Self.fixtures)/rfm.csv"], options: LoadOptions(kind: .table), work: Work())
        else {
            Issue.record("expected events and a table")
            return
        }
        let log = try source.collect(Work(threads: 2))
        #expect(log.roles[.value] == "price")
        let rfm = try log.rfm(work: Work())
        #expect(rfm.purchase == "action == \"buy\"" && rfm.monetaryKind == .sum(column: "price"))
        let place = Dictionary(uniqueKeysWithValues: rfm.users.enumerated().map { ($1, $0) })
        func column(_ name: String) throws -> [Double] { try #require(wanted.column(named: name)?.numbers) }
        #expect(wanted.rowCount == rfm.users.count && rfm.withoutPurchase == log.userCount - wanted.rowCount)
        let users = try column("user_id")
        let items = try log.selecting(["user_id", "item_id", "event", "timestamp"], work: Work()).rfm(work: Work())
        #expect(items.monetaryKind == .distinctItems)
        for row in 0..<wanted.rowCount {
            let user = try #require(place[String(Int(users[row]))])
            #expect(abs(rfm.recency[user] - (try column("recency")[row])) <= 1e-9)
            #expect(rfm.frequency[user] == (try column("frequency")[row]))
            #expect(abs(rfm.monetary[user] - (try column("money")[row])) <= 1e-9)
            #expect(items.monetary[user] == (try column("items")[row]))
            #expect(Double(rfm.recencyScores[user]) == (try column("r")[row]))
            #expect(Double(rfm.frequencyScores[user]) == (try column("f")[row]))
            #expect(Double(rfm.monetaryScores[user]) == (try column("m")[row]))
        }
    }

    @Test func `equal values have equal scores`() throws {
        // pandas.qcut(pd.Series(v).rank(), 5, labels=False) + 1
        #expect(try quantileScores([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], bins: 5) == [1, 1, 2, 2, 3, 3, 4, 4, 5, 5])
        #expect(try quantileScores([30, 10, 10, 20, 20, 20, 40, 50], bins: 3) == [3, 1, 1, 1, 1, 1, 3, 3])
        #expect(try Set(quantileScores([7, 7, 7], bins: 5)) == [1])
        #expect(try quantileScores([], bins: 5) == [] && quantileScores([3], bins: 5) == [1])
    }

    struct Groups: Sendable, CustomTestStringConvertible {
        let rows: [[String]], error: RFMGroupsError
        var testDescription: String { "\(error)" }
        var made: RFMGroups { get throws(RFMGroupsError) { try RFMGroups(rows.map { .init(recency: $0[0], frequency: $0[1], monetary: $0.count > 3 ? $0[2] : nil, group: $0[$0.count - 1]) }, bins: 2) } }
    }

    static let mistakes = [
        Groups(rows: [["1-2", "1", "few"], ["2", "2", "many"]], error: .noGroup("r=1, f=2", count: 1)),
        Groups(rows: [["1-2", "1-2", "all"], ["2", "2", "many"]], error: .twoGroups("r=2, f=2", first: "all", second: "many")),
        Groups(rows: [["1-3", "1-2", "all"]], error: .badScores("1-3", column: "r", bins: 2)),
        Groups(rows: [["1-2", "2-1", "all"]], error: .badScores("2-1", column: "f", bins: 2)),
        Groups(rows: [["1-2", "", "all"]], error: .badScores("", column: "f", bins: 2)),
        Groups(rows: [["1-2", "1-2", "1", "poor"]], error: .noGroup("r=1, f=1, m=2", count: 4)),
        Groups(rows: [], error: .noGroup("r=1, f=1", count: 4)),
        Groups(rows: [["1-2", "1", "few"], ["1-2", "2", " "]], error: .noName(row: 2)),
    ]

    @Test(arguments: mistakes)
    func `groups of one's own leave nobody out`(_ c: Groups) { #expect(throws: c.error) { _ = try c.made } }

    @Test func `groups of one's own by ranges, with the monetary score or without`() throws {
        let pairs = try RFMGroups([.init(recency: "2", frequency: "1 - 2", group: "here"), .init(recency: "1", frequency: "1-2", group: "gone"), .init(recency: "2", frequency: "2", group: "here")], bins: 2)
        #expect(pairs.names == ["here", "gone"] && !pairs.readsMonetary)
        #expect(pairs.place(recency: 2, frequency: 1, monetary: 2) == 0 && pairs.place(recency: 1, frequency: 2, monetary: 1) == 1)
        let triples = try RFMGroups([.init(recency: "1-2", frequency: "1-2", monetary: "1", group: "poor"), .init(recency: "1-2", frequency: "1-2", monetary: "2", group: "rich")], bins: 2)
        #expect(triples.place(recency: 1, frequency: 2, monetary: 2) == 1 && triples.place(recency: 2, frequency: 1, monetary: 1) == 0)
        let usual = RFMGroups(usual: 3)
        #expect((1...3).allSatisfy { r in (1...3).allSatisfy { f in usual.names[Int(usual.place(recency: r, frequency: f, monetary: 1))] == RFMGroup(recency: r, frequency: f, bins: 3).rawValue } })
    }

    @Test func `repeat purchases are days after the first`() throws {
        func hour(_ day: Int, _ hour: Int) -> Int64 { Int64(day * 24 + hour) * 3_600_000_000 }
        let log = try EventLog(
            users: ["a", "a", "a", "a", "a", "b", "b", "c", "d"],
            times: [hour(0, 1), hour(0, 23), hour(14, 2), hour(14, 3), hour(21, 5), hour(7, 1), hour(21, 2), hour(3, 3), hour(20, 0)],
            actions: ["buy", "buy", "buy", "buy", "buy", "buy", "pv", "pv", "buy"], values: [1, 2, 3, 4, 5, 6, 7, 8, 9])
        let whole = try log.repeatPurchases(work: Work(threads: 2))
        #expect(whole.users == ["a", "b", "d"] && whole.repeats == [2, 0, 0] && whole.recency == [3, 0, 0] && whole.withoutPurchase == 1 && whole.daysAfter == 0)
        #expect(whole.age == [3, 2, 1.0 / 7] && whole.meanValues == [6, 0, 0] && whole.valueColumn == "value")
        // Later purchases check a forecast; who had not bought by then is no customer yet.
        let early = try log.repeatPurchases(unit: .day, until: 14, work: Work())
        #expect(early.users == ["a", "b"] && early.repeats == [1, 0] && early.recency == [14, 0] && early.age == [14, 7] && early.later == [1, 0] && early.daysAfter == 7)
        #expect(throws: DataError.self) { try log.repeatPurchases(until: -5, work: Work()) }
        // Nobody was watched after the last event.
        #expect(try log.repeatPurchases(until: 21, work: Work()).age == whole.age)
        #expect(throws: DataError.self) { try log.repeatPurchases(until: 22, work: Work()) }
    }

    @Test func `the mean value is of the repeat purchases that have one`() throws {
        let day: Int64 = 86_400_000_000
        let log = try EventLog(
            users: ["a", "a", "a", "a", "a", "b", "b", "c", "c"], times: [0, 1, 2, 2, 3, 0, 1, 0, 1].map { $0 * day }, values: [.nan, 100, .nan, 100, .nan, 100, .nan, .nan, 100])
        let found = try log.repeatPurchases(work: Work())
        #expect(found.repeats == [3, 1, 1] && found.meanValues == [100, 0, 100] && found.priced == [2, 0, 1] && found.withoutValue == 2)
    }

    @Test func `every pair of scores has a group`() {
        let table = (1...5).reversed().map { r in (1...5).map { f in RFMGroup(recency: r, frequency: f).rawValue } }
        #expect(table == [
            ["new", "potential loyalists", "potential loyalists", "champions", "champions"],
            ["promising", "potential loyalists", "potential loyalists", "loyal", "loyal"],
            ["about to sleep", "about to sleep", "need attention", "loyal", "loyal"],
            ["hibernating", "hibernating", "at risk", "at risk", "can't lose them"],
            ["lost", "lost", "at risk", "at risk", "can't lose them"],
        ])
        #expect(RFMGroup(recency: 10, frequency: 10, bins: 10) == .champions && RFMGroup(recency: 1, frequency: 1, bins: 3) == .hibernating)
    }

    @Test func `says what it counts where there is no purchase, item or value`() throws {
        let log = try EventLog(users: ["a", "a", "b"], times: [0, 86_400_000_000, 0])
        let rfm = try log.rfm(work: Work())
        #expect(rfm.frequency == [2, 1] && rfm.recency == [0, 1] && rfm.monetaryKind == .purchases && rfm.monetary == [2, 1])
        #expect(rfm.purchase.hasPrefix("every event counts"))
        #expect(throws: DataError.self) { try log.rfm(monetary: "user", work: Work()) }
        #expect(throws: DataError.self) { try log.rfm(bins: 0, work: Work()) }
    }

    @Test(arguments: [51, 52, 53, 54])
    func `is that of the slow way, whatever the threads and the order of rows`(_ seed: Int) throws {
        let log = try LabelTests.log(seed: seed)
        let last = try #require(log.times.max())
        let price = try #require(log.table.column(named: "price"))
        var expected: [String: [Double]] = [:]
        for user in 0..<log.userCount {
            let buys = (log.userOffsets[user]..<log.userOffsets[user + 1]).filter { log.column(.action)?.text(at: $0) == "buy" }
            guard let latest = buys.last else { continue }
            let money = buys.reduce(0) { $0 + (price.isMissing($1) ? 0 : price.numbers?[$1] ?? 0) }
            expected[log.user(user)] = [Double(last - log.times[latest]) / 86_400_000_000, Double(buys.count), money]
        }
        /// How many of the inner quantiles of the average ranks lie below that of a value; ranks and quantiles are kept as whole numbers.
        func score(_ value: Double, among values: [Double], bins: Int) -> Int {
            func doubledRank(_ value: Double) -> Int { 2 * values.count { $0 < value } + values.count { $0 == value } + 1 }
            let ranks = values.map(doubledRank).sorted()
            let edges = (1..<bins).map { k in
                let (low, rest) = ((values.count - 1) * k / bins, (values.count - 1) * k % bins)
                return ranks[low] * bins + (rest > 0 ? (ranks[low + 1] - ranks[low]) * rest : 0)
            }
            return 1 + edges.count { $0 < doubledRank(value) * bins }
        }
        var stream = RandomStream(seed: seed, name: "test", purpose: "order")
        for bins in 2...4 {
            var order = (0..<Int32(log.count)).map { $0 }
            stream.shuffle(&order)
            let rfm = try EventLog(log.table.subset(rows: order), roles: log.roles, work: Work()).rfm(monetary: "price", bins: bins, work: Work(threads: bins - 1))
            #expect(Set(rfm.users) == Set(expected.keys) && rfm.withoutPurchase == log.userCount - expected.count, "seed \(seed)")
            for (place, user) in rfm.users.enumerated() {
                let wanted = try #require(expected[user])
                #expect([rfm.recency[place], rfm.frequency[place], rfm.monetary[place]] == wanted, "seed \(seed), \(user)")
                let all = Array(expected.values)
                #expect(rfm.recencyScores[place] == score(-wanted[0], among: all.map { -$0[0] }, bins: bins), "seed \(seed), \(user)")
                #expect(rfm.frequencyScores[place] == score(wanted[1], among: all.map { $0[1] }, bins: bins) && rfm.monetaryScores[place] == score(wanted[2], among: all.map { $0[2] }, bins: bins))
            }
        }
    }
}
