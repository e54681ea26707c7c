import Events
import Runtime
import Tables
import Testing

@testable import Features

struct StretchTests {
    private static func log() throws -> EventLog {
        let table = Table([
            Column("user", text: ["a", "a", "a", "a", "a", "b", "c"]), Column("action", text: ["pv", "cart", nil, "buy", "fav", "pv", nil]), Column("size", numbers: [1, 2, 3, 4, 5, 6, 7]),
            Column("time", times: [1, 2, 3, 4, 5, 6, 7]),
        ])
        return try EventLog(table, roles: [.user: "user", .action: "action", .time: "time"], work: Work())
    }

    @Test func `stretches follow one another back from the last event, and are to be told from the last on`() throws {
        let made = try EventWindows(stretchesOf: Self.log(), length: 3)
        // pv 0, cart 1, buy 2, fav 3; user a has four events with an action, b one and c none.
        #expect((0..<3).map { made.windows[$0] } == [[-1, -1, 0], [1, 2, 3], [-1, -1, 0]])
        #expect(made.windows.ahead == 3 && made.windows.continuations == [0, -1, -1, 3, 2, 1, 0, -1, -1])
        #expect(made.windows.targets == [0, 3, 0] && made.windows.groups == [0, 0, 1] && made.times == [1, 5, 6] && made.lastOfUsers == [1, 2])
        #expect(try made.windows.stepCounts() == [[2, 0, 0, 1], [0, 0, 1, 0], [0, 1, 0, 0]])
        #expect(try EventWindows(stretchesOf: Self.log(), length: 1).windows.continuations.isEmpty)
    }

    @Test func `numbers, times and lengths that cannot be are refused`() throws {
        let log = try Self.log()
        for column in ["size", "time", "nothing"] { #expect(throws: DataError.self) { try EventWindows(stretchesOf: log, column: column, length: 3) } }
        #expect(throws: DataError.self) { try EventWindows(stretchesOf: log, length: 0) }
    }
}
