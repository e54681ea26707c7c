import Runtime
import Tables
import Testing

@testable import Events

struct GroupJourneyTests {
    /// Four users: how they begin, and in which quarter of 0...80 seconds they are active.
    private func log(timed: Bool = true) throws -> EventLog {
        let rows: [(who: String, at: Int64, did: String?)] = [
            ("a", 0, "pv"), ("a", 1, "pv"), ("a", 2, nil), ("a", 3, "cart"), ("a", 70, "buy"), ("b", 10, "pv"), ("b", 25, "cart"), ("b", 26, "fav"), ("c", 80, "pv"), ("d", 45, "fav"), ("d", 46, "fav"),
        ]
        let table = Table([Column("u", text: rows.map(\.who)), Column("t", times: rows.map { $0.at * 1_000_000 }), Column("a", text: rows.map(\.did))])
        return try EventLog(table, roles: [.user: "u", .time: "t", .action: "a"], work: Work())
    }

    @Test func `first steps are the first actions, one in a row once`() throws {
        let found = try log().journeys(ofGroups: [0, 0, 1, -1], count: 2)
        #expect(found.groups[0].users == 2 && found.groups[0].events == 8 && found.groups[1].users == 1)
        #expect(found.groups[0].starts == [.init(actions: ["pv", "cart", "buy"], users: 1), .init(actions: ["pv", "cart", "fav"], users: 1)])
        #expect(found.groups[1].starts == [.init(actions: ["pv"], users: 1)])
        let short = try log().journeys(ofGroups: [0, 0, 1, -1], count: 2, steps: 2, most: 1)
        #expect(short.groups[0].starts == [.init(actions: ["pv", "cart"], users: 2)])
    }

    @Test func `openings are told apart however many actions there are`() {
        func opening(_ codes: [Int32]) -> Opening { codes.reduce(into: Opening()) { $0.add($1) } }
        let last = Int32.max - 1
        #expect(opening([last, last, -1, last - 1, 7]).codes == [last, last - 1, 7])
        #expect(Set([opening([last, 0, last]), opening([last, 0, last - 1]), opening([last, 0])]).count == 3)
        #expect([opening([0, 1]), opening([last]), opening([last, 0, 2]), opening([last, 0, 1])].sorted().map(\.codes) == [[last], [0, 1], [last, 0, 1], [last, 0, 2]])
    }

    @Test func `who is active is counted by stretch of the span, without users of no group`() throws {
        let found = try log().journeys(ofGroups: [0, 0, 1, -1], count: 2)
        #expect(found.bounds == [0, 20, 40, 60, 80].map { $0 * 1_000_000 })
        #expect(found.groups.map(\.active) == [[2, 1, 0, 1], [0, 0, 0, 1]] && found.active == [2, 1, 0, 2])
        #expect(try log().journeys(ofGroups: [0, 0, 0, 0], count: 1, stretches: 2).groups[0].active == [2, 3])
    }

    @Test func `events without times or actions have neither`() throws {
        let table = Table([Column("u", text: ["a", "a", "b"]), Column("i", text: ["x", "y", "x"])])
        let found = try EventLog(table, roles: [.user: "u", .item: "i"], work: Work()).journeys(ofGroups: [0, 1], count: 2)
        #expect(found.bounds.isEmpty && found.active.isEmpty && found.groups.allSatisfy { $0.starts.isEmpty && $0.active.isEmpty } && found.groups.map(\.events) == [2, 1])
    }

    @Test func `a wish to stop is heard`() throws {
        let work = Work()
        work.cancellation.cancel()
        #expect(throws: Cancelled.self) { try log().journeys(ofGroups: [0, 0, 0, 0], count: 1, work: work) }
    }
}
