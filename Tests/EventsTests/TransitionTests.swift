import Diagnostics
import Expressions
import Runtime
import Tables
import Testing

@testable import Events

struct TransitionTests {
    /// Users with up to `length` random events, some without an action.
    private func log(actions: Int, users: Int, length: Int, seed: Int) throws -> EventLog {
        var stream = RandomStream(seed: seed, name: "test", purpose: "transitions")
        var (who, when, did): ([String], [Int64], [String?]) = ([], [], [])
        for user in 0..<users {
            for step in 0..<stream.below(length + 1) {
                who.append("u\(user)")
                when.append(Int64(step * 600 + stream.below(3600)) * 1_000_000)
                did.append(stream.below(9) == 0 ? nil : "a\(stream.below(actions))")
            }
        }
        return try EventLog(Table([Column("u", text: who), Column("t", times: when), Column("a", text: did)]), roles: [.user: "u", .time: "t", .action: "a"], work: Work())
    }

    /// The slow way: each path's actions as texts, each window as a key.
    private func reference(_ log: EventLog, order: Int, per unit: FilterUnit) -> [[String]: Int] {
        var paths: [String: [String]] = [:]
        let (action, session) = (log.column(.action)!, log.column(.session))
        for user in 0..<log.userCount {
            for row in log.userOffsets[user]..<log.userOffsets[user + 1] {
                guard let text = action.text(at: row) else { continue }
                paths["\(user) \(unit == .session ? session?.text(at: row) ?? "" : "")", default: []].append(text)
            }
        }
        var counts: [[String]: Int] = [:]
        for path in paths.values where path.count > order { for start in 0..<(path.count - order) { counts[Array(path[start...(start + order)]), default: 0] += 1 } }
        return counts
    }

    @Test(arguments: [(1, 4), (2, 3), (3, 5), (1, 300), (4, 40)])
    func `counts what the slow way counts, at any thread count`(_ order: Int, _ actions: Int) throws {
        let log = try log(actions: actions, users: 400, length: 120, seed: order * 1000 + actions).withSessions(gap: 1_200_000_000)
        for unit in [FilterUnit.user, .session] {
            let found = try log.transitions(order: order, per: unit)
            let counts = reference(log, order: order, per: unit)
            #expect(found.rows.count == counts.count)
            #expect(found.rows.allSatisfy { row in counts[(row.from + [row.to]).map { found.actions[$0] }] == row.count })
            let totals = Dictionary(grouping: found.rows, by: \.from).mapValues { rows in rows.reduce(0) { $0 + $1.count } }
            #expect(found.rows.allSatisfy { $0.total == totals[$0.from] })
            #expect(zip(found.rows, found.rows.dropFirst()).allSatisfy { $0.count >= $1.count })
            #expect(try log.transitions(order: order, per: unit, work: Work(threads: 3)) == found)
        }
    }

    @Test func `an order whose transitions cannot be numbered is refused`() throws {
        let log = try log(actions: 300, users: 50, length: 100, seed: 1)
        #expect(throws: DataError.self) { try log.transitions(order: 8) }
        #expect(throws: DataError.self) { try log.transitions(order: 0) }
        #expect(try log.transitions(order: 6).order == 6)
    }

    @Test func `stops when asked to`() throws {
        let log = try log(actions: 3, users: 20, length: 20, seed: 2)
        let work = Work()
        work.cancellation.cancel()
        #expect(throws: Cancelled.self) { try log.transitions(work: work) }
    }
}

struct DerivingTests {
    private func number(_ value: Int) -> Expressions.Expression { expression(.literal(.integer(value))) }
    private func column(_ name: String) -> Expressions.Expression { expression(.column(name)) }

    @Test func `a column is worked out event by event, with gaps where a value is missing`() throws {
        let log = try EventLog(
            Table([Column("u", text: ["b", "a", "b"]), Column("t", times: [3, 2, 1]), Column("x", numbers: [1, nil, 4])]), roles: [.user: "u", .time: "t"], work: Work())
        let made = try EventSource(log).deriving("value", expression(.binary(.multiply, column("x"), number(2)))).collect(Work())
        #expect(made.table.names == ["u", "t", "x", "value"] && made.roles[.value] == "value")
        #expect((0..<3).map { made.table.column(named: "value")?.text(at: $0) } == [nil, "8", "2"])
    }

    @Test func `another user or time sorts the events anew`() throws {
        let log = try EventLog(users: ["A", "b", "a", "b"], times: [3_000_000, 1_000_000, 1_000_000, 2_000_000], actions: ["x", "y", "z", "w"])
        let made = try EventSource(log).deriving("user", expression(.call("lower", [column("user")]))).collect(Work())
        #expect(made.users == ["a", "b"] && made.userOffsets == [0, 2, 4])
        #expect((0..<4).map { made.column(.action)?.text(at: $0) } == ["z", "x", "y", "w"])
    }

    @Test func `a role keeps its type and no event loses its user`() throws {
        let log = try EventLog(users: ["a", "b"], times: [1, 2], actions: ["x", "y"], values: [1, 2])
        #expect(throws: (any Error).self) { try EventSource(log).deriving("time", number(3)) }
        #expect(throws: (any Error).self) { try EventSource(log).deriving("action", column("value")) }
        let gaps = expression(.conditional(condition: isEqual("action", "x"), then: column("user"), otherwise: expression(.literal(.missing))))
        #expect(throws: (any Error).self) { try EventSource(log).deriving("user", gaps).collect(Work()) }
        let renamed = try EventSource(log).renaming([("action", "did")])
        #expect(throws: Diagnostic.self) { try renamed.deriving("action", column("user")) }
    }
}
