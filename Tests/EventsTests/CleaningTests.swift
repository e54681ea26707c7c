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
}
