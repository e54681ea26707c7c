import Runtime
import Tables
import Testing

@testable import Events

struct CleaningTests {
    static let start: Int64 = 1_511_539_200  // 2017-11-24T16:00

    /// Nine days of a hundred events an hour, and a few that lie before.
    static func log(strays: [Int64]) throws -> EventLog {
        var users: [String] = []
        var times: [Int64] = []
        for hour in 0..<216 { for event in 0..<100 { users.append("u\(event)"); times.append((start + Int64(hour * 3600 + event * 30)) * 1_000_000) } }
        for stray in strays { users.append("u1"); times.append((start + stray) * 1_000_000) }
        return try EventLog(users: users, times: times, actions: users.map { _ in "pv" })
    }

    @Test func `times outside the dense span are impossible`() throws {
        let log = try Self.log(strays: [-1, -3000, -86_400, -6_000_000, 300 * 3600])
        let cleaned = try log.cleaned()
        let row = try #require(cleaned.report.cleanings[0].rows.first { $0.what == "impossible time" })
        #expect(row.events == Proportion(5, of: 21_605) && row.users == 1)
        #expect(row.rule.hasPrefix("before 2017-11-24T16:00:00 or from 2017-12-03T16:00:00 on"))
        #expect(cleaned.count == 21_600 && cleaned.report.cleanings[0].eventsBefore == 21_605)
    }

    @Test func `a log that grows slowly has no impossible times`() throws {
        var users: [String] = []
        var times: [Int64] = []
        for hour in 0..<1000 { for event in 0...(hour / 8) { users.append("u\(event)"); times.append((Self.start + Int64(hour * 3600 + event)) * 1_000_000) } }
        let log = try EventLog(users: users, times: times)
        #expect(try log.cleaned().count == log.count)
    }

    @Test func `times before 1990 are impossible anywhere`() throws {
        let log = try EventLog(users: ["a", "a", "b"], times: [0, 1_600_000_000_000_000, 5_000_000_000_000_000])
        #expect(try log.cleaned().times == [1_600_000_000_000_000])
        #expect(try log.cleaned(CleaningOptions(outliers: false)).count == 3)
    }

    @Test func `drops repeats, gaps and bots, each with what it was counted in`() throws {
        let bot = (0..<30).map { Int64($0) * 1_000_000 + 1_600_000_000_000_000 }
        let users = ["a", "a", "a", "b"] + bot.map { _ in "robot" }
        let times = [1_600_000_000_000_000, 1_600_000_000_000_000, 1_600_000_000_000_000, 1_600_000_000_000_000] + bot
        let table = Table([
            Column("user", text: users), Column("action", text: ["pv", "pv", "buy", nil] + bot.map { _ in "pv" }), Column("time", times: times),
        ])
        let log = try EventLog(table, roles: [.user: "user", .action: "action", .time: "time"], work: Work())
        let cleaned = try log.cleaned(CleaningOptions(bots: 20))
        #expect(cleaned.users == ["a"] && cleaned.count == 2)
        let rows = cleaned.report.cleanings[0].rows
        #expect(rows.map(\.what) == ["no action", "impossible time", "exact duplicate", "bot"])
        #expect(rows.map(\.events) == [Proportion(1, of: 34), Proportion(0, of: 33), Proportion(1, of: 33), Proportion(30, of: 32)])
        #expect(rows.map(\.users) == [1, 0, 1, 1])
        #expect(try log.cleaned(CleaningOptions(duplicates: false, outliers: false, missing: false, bots: nil)).count == log.count)
    }

    @Test func `long runs of tied times find the same repeats`() throws {
        let actions = (0..<60).map { "a\($0 % 40)" }
        let log = try EventLog(users: actions.map { _ in "u" }, times: actions.map { _ in 1_600_000_000_000_000 }, actions: actions)
        #expect(log.report.exactDuplicates == 20 && log.report.tiedTimes == 59)
        #expect(try log.cleaned().count == 40)
    }

    @Test(arguments: [41, 42, 43, 44, 45])
    func `drops what the slow way drops, whatever the threads and the order of rows`(_ seed: Int) throws {
        struct Row: Hashable {
            let user: String, time: Int64, action: String?, price: Double?
        }
        var stream = RandomStream(seed: seed, name: "test", purpose: "cleaning")
        var rows: [Row] = []
        for user in 0..<40 {
            // Some users are busy for an hour.
            let spread = stream.below(4) == 0 ? 90 : 3000
            for _ in 0..<(1 + stream.below(30)) {
                rows.append(
                    Row(
                        user: "u\(user)", time: (Self.start + Int64(stream.below(spread) * 60)) * 1_000_000, action: stream.below(7) == 0 ? nil : ["pv", "buy"][stream.below(2)],
                        price: stream.below(2) == 0 ? nil : Double(stream.below(2))))
            }
        }
        rows += rows.filter { _ in stream.below(5) == 0 }
        let limit = 12
        let acted = rows.filter { $0.action != nil }
        var seen: Set<Row> = []
        let unique = acted.filter { seen.insert($0).inserted }
        let bots = Set(unique.filter { row in unique.count { $0.user == row.user && $0.time >= row.time && $0.time < row.time + 3_600_000_000 } > limit }.map(\.user))
        let kept = unique.filter { !bots.contains($0.user) }
        func text(_ row: Row) -> String { "\(row.user),\(row.time),\(row.action ?? ""),\(row.price.map { "\(Int($0))" } ?? "")" }
        for order in 0..<3 {
            if order > 0 { stream.shuffle(&rows) }
            let table = Table([Column("u", text: rows.map(\.user)), Column("t", times: rows.map(\.time)), Column("a", text: rows.map(\.action)), Column("price", numbers: rows.map(\.price))])
            let log = try EventLog(table, roles: [.user: "u", .time: "t", .action: "a"], work: Work())
            let cleaned = try log.cleaned(CleaningOptions(outliers: false, bots: limit), work: Work(threads: 1 + order))
            let prices = try #require(cleaned.table.column(named: "price"))
            let found = (0..<cleaned.count).map { row in
                text(Row(user: cleaned.table.columns[0].text(at: row) ?? "", time: cleaned.times[row], action: cleaned.column(.action)?.text(at: row), price: prices.isMissing(row) ? nil : prices.numbers?[row]))
            }
            #expect(found.sorted() == kept.map(text).sorted(), "seed \(seed), order \(order)")
            let report = try #require(cleaned.report.cleanings.first)
            #expect(report.rows.map(\.events.count) == [rows.count - acted.count, acted.count - unique.count, unique.count - kept.count], "seed \(seed)")
            #expect(report.rows.last?.users == bots.count && report.eventsBefore == rows.count && report.eventsAfter == kept.count)
        }
    }
}
