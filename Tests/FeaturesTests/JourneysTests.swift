import Events
import Runtime
import Tables
import Testing

@testable import Features

struct JourneysTests {
    /// Sessions 1 and 2 of user a overlap.
    private static func log() throws -> EventLog {
        let table = Table([
            Column("user", text: ["a", "b", "a", "a", "a", "b"]), Column("action", text: ["pv", "buy", nil, "pv", "cart", "pv"]), Column("time", times: [1, 2, 3, 4, 5, 6]),
            Column("session", text: ["1", "1", "2", "1", "2", "1"]), Column("price", numbers: [1.5, 2, 3, 4, 5, 6]), Column("size", integers: [7, 8, 7, 7, 9, 8]),
        ])
        return try EventLog(table, roles: [.user: "user", .action: "action", .time: "time", .session: "session"], work: Work())
    }

    private static func words(_ journeys: Journeys) -> [[String]] { (0..<journeys.count).map { journeys.words(of: $0) } }

    @Test func `users in the order of the log, with a missing word as one of its own`() throws {
        let journeys = try Journeys(of: Self.log(), for: "chains", work: Work(threads: 2))
        #expect(journeys.column == "action" && journeys.unit == "users" && journeys.names == ["a", "b"] && journeys.users == nil)
        #expect(journeys.vocabulary == ["pv", "(none)", "buy", "cart"])
        #expect(Self.words(journeys) == [["pv", "(none)", "pv", "cart"], ["buy", "pv"]])
        #expect(journeys.totalLength == 6 && journeys.length(0) == 4)
    }

    @Test func `sessions, also where they overlap`() throws {
        let journeys = try Journeys(of: Self.log(), per: .session, for: "chains", work: Work())
        #expect(Self.words(journeys) == [["pv", "pv"], ["(none)", "cart"], ["buy", "pv"]])
        #expect(journeys.names == ["1", "2", "1"] && journeys.users == ["a", "a", "b"] && journeys.unit == "sessions")
    }

    @Test func `whole numbers are words, others are not`() throws {
        #expect(Self.words(try Journeys(of: Self.log(), column: "size", for: "chains", work: Work())) == [["7", "7", "7", "9"], ["8", "8"]])
        #expect(throws: DataError.badOption(name: "of=", value: "price", wanted: "a column of texts, truth values or whole numbers")) {
            try Journeys(of: Self.log(), column: "price", for: "chains", work: Work())
        }
        #expect(throws: DataError.self) { try Journeys(of: Self.log(), column: "nope", for: "chains", work: Work()) }
    }

    @Test func `some journeys, and those of another vocabulary`() throws {
        let journeys = try Journeys(of: Self.log(), for: "chains", work: Work())
        #expect(Self.words(try journeys.selecting([1, 1, 0], work: Work())) == [["buy", "pv"], ["buy", "pv"], ["pv", "(none)", "pv", "cart"]])
        #expect(journeys.recoded(to: ["cart", "pv"])[0] == [1, -1, 1, 0])
        #expect(journeys.recoded(to: journeys.vocabulary)[0] == journeys[0])
    }

    @Test func `stops when asked to`() throws {
        let cancellation = Cancellation()
        cancellation.cancel()
        #expect(throws: Cancelled.self) { try Journeys(of: Self.log(), for: "chains", work: Work(cancellation: cancellation)) }
    }
}
