import Foundation
import Runtime
import Tables
import Testing

@testable import Events

struct QuestionTests {
    /// a: pv pv buy | b: pv cart | c: buy, on 2020-01-01 and 2020-01-03.
    static func log() throws -> EventLog {
        let day: Int64 = 1_577_836_800_000_000
        let hour: Int64 = 3_600_000_000
        return try EventLog(
            users: ["a", "a", "a", "b", "b", "c"], times: [day, day + hour, day + 2 * hour, day + hour, day + 48 * hour, day + 49 * hour],
            actions: ["pv", "pv", "buy", "pv", "cart", "buy"], items: ["1", "2", "2", "1", "3", "4"])
    }

    @Test func `counts values by events and users`() throws {
        let top = try Self.log().top("action")
        #expect(top.map(\.value) == ["pv", "buy", "cart"] && top.map(\.events) == [3, 2, 1] && top.map(\.users) == [2, 2, 1])
        #expect(try Self.log().top("item", limit: 2).map(\.value) == ["1", "2"])
        #expect(throws: DataError.self) { try Self.log().top("nothing") }
    }

    @Test func `counts days and hours by action`() throws {
        let daily = try Self.log().dailyCounts()
        #expect(daily.labels == ["2020-01-01", "2020-01-02", "2020-01-03"] && daily.actions == ["pv", "buy", "cart"])
        #expect(daily.counts == [[3, 1, 0], [0, 0, 0], [0, 1, 1]])
        let hourly = try Self.log().hourlyCounts()
        #expect(hourly.counts[0] == [1, 0, 1] && hourly.counts[1] == [2, 1, 0] && hourly.counts[2] == [0, 1, 0])
        #expect(hourly.counts.flatMap { $0 }.reduce(0, +) == 6)
    }

    @Test func `counts transitions within users and sessions`() throws {
        let made = try Self.log().transitions()
        #expect(made.actions == ["pv", "buy", "cart"] && made.rows == (0..<3).map { Transitions.Row(from: [0], to: $0, count: 1, total: 3) })
        #expect(made.starts == [2, 1, 0] && made.ends == [0, 2, 1] && made.paths == 3 && made.count == 3)
        let sessions = try Self.log().withSessions(gap: 3_600_000_000)
        #expect(try sessions.transitions(per: .session).rows == (0..<2).map { Transitions.Row(from: [0], to: $0, count: 1, total: 2) })
        #expect(try sessions.sessionSummary().lengths == [3, 1, 1, 1] && sessions.sessionSummary().durations == [7200, 0, 0, 0])
        #expect(throws: DataError.self) { try Self.log().transitions(per: .session) }
    }

    @Test func `sums up a log`() throws {
        let overview = try Self.log().overview()
        #expect(overview.events == 6 && overview.users == 3 && overview.items == 4 && overview.categories == nil && overview.actions == 3)
        #expect(overview.purchaseAction == "buy" && overview.conversion == Proportion(2, of: 3))
        #expect(overview.eventsPerUser.mean == 2 && overview.eventsPerUser.median == 2 && overview.eventsPerUser.greatest == 3)
        #expect(overview.missing.allSatisfy { $0.share.count == 0 })
    }

    @Test func `the interval is Wilson's`() {
        // The formula in Python, z = 1.959963984540054.
        let interval = Proportion(412, of: 5000).interval
        #expect(abs(interval.lowerBound - 0.07509504921994331) < 1e-12 && abs(interval.upperBound - 0.0903461354445684) < 1e-12)
        #expect(Proportion(0, of: 10).interval.lowerBound == 0 && abs(Proportion(0, of: 10).interval.upperBound - 0.2775327998628892) < 1e-12)
        #expect(Proportion(0, of: 0).interval == 0...1)
    }

    @Test func `quantiles are those of NumPy`() throws {
        let values = try Distribution([4, 1, 3, 2])
        #expect(values.quantile(0.25) == 1.75 && values.median == 2.5 && values.quantile(1) == 4)
        #expect(values.histogram(bins: 3).map(\.count) == [1, 1, 2])
    }
}
