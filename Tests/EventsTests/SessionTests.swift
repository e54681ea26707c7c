import Expressions
import Runtime
import Tables
import Testing

@testable import Events

struct SessionTests {
    static let minute: Int64 = 60_000_000

    @Test(arguments: [1, 2, 3, 4], [(false, false), (true, false), (false, true), (true, true)])
    func `sessions are those of the slow way, whatever the threads`(_ seed: Int, _ conditions: (start: Bool, end: Bool)) throws {
        let log = try LabelTests.log(seed: seed, users: 100)
        let start = conditions.start ? isEqual("action", "fav") : nil
        let end = conditions.end ? isEqual("action", "buy") : nil
        let rule = try SessionRule(gap: 20 * 3600, start: start, end: end, schema: log.schema)
        let made = try log.withSessions(rule)
        let actions = (0..<log.count).map { log.column(.action)?.text(at: $0) }
        var (number, expected, why): (Int, [String], [String: Int]) = (0, [], [:])
        for user in 0..<log.userCount {
            var last: Int?
            for row in log.userOffsets[user]..<log.userOffsets[user + 1] {
                let reason =
                    last.map { last -> String? in
                        if log.times[row] - log.times[last] > 20 * 60 * Self.minute { return "pause" }
                        if conditions.end, actions[last] == "buy" { return "end" }
                        return conditions.start && actions[row] == "fav" ? "start" : nil
                    } ?? "user"
                if let reason {
                    number += 1
                    why[reason, default: 0] += 1
                }
                expected.append("\(number)")
                last = row
            }
        }
        #expect((0..<log.count).map { made.column(.session)?.text(at: $0) } == expected, "seed \(seed)")
        let ends = try #require(made.report.sessionEnds)
        #expect(ends.pauses == why["pause"] ?? 0 && ends.ends == why["end"] ?? 0 && ends.starts == why["start"] ?? 0 && ends.lasts == log.userCount)
        #expect(try made.sessionCount() == number && ends.sessions == number)
        let again = try log.withSessions(rule, work: Work(threads: 2))
        #expect((0..<log.count).map { again.column(.session)?.text(at: $0) } == expected)
    }

    @Test func `a condition is checked before anything runs, and the recipe says it`() throws {
        let source = EventSource(try LabelTests.log(seed: 1))
        #expect(throws: (any Error).self) { try source.sessions(gap: 60, start: expression(.column("action"))) }
        #expect(throws: (any Error).self) { try source.sessions(gap: 60, end: isEqual("nothing", "x")) }
        #expect(throws: DataError.self) { try source.sessions(gap: 0) }
        let steps = try source.sessions(gap: 1800, end: isEqual("action", "buy")).steps
        #expect(steps.map(\.text) == ["sessions gap=30m end=action == \"buy\""] && steps.allSatisfy(\.isReplayedInScoring))
    }
}
