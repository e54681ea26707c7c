import Expressions
import Foundation
import Runtime
import Tables
import Testing

@testable import Events

/// Steps that change which columns a log has, pushed into the reader and done on a log in memory.
struct ColumnStepTests {
    static let header = "who,what,kind,did,at\n"

    private func whole(_ scratch: Scratch, rows: Int = 400) throws -> EventSource {
        try source(Self.header + randomRows(rows, users: 20).joined(separator: "\n") + "\n", LoadOptions(roles: [.user: "who", .item: "what", .action: "did", .time: "at"]), in: scratch)
    }

    private func text(_ log: EventLog) -> String { String(decoding: log.table.csv(), as: UTF8.self) }

    @Test func `what is pushed into the reader is what is done in memory, in any mixture`() throws {
        let scratch = try Scratch()
        var stream = RandomStream(seed: 4, name: "test", purpose: "steps")
        for round in 0..<25 {
            let lazy = try whole(scratch)
            var (pushed, stepped) = (lazy, EventSource(try whole(scratch).collect(Work())))
            for step in 0..<4 {
                let known = pushed.schema.columns.map(\.name)
                let chosen = known.filter { _ in stream.below(3) > 0 }
                switch stream.below(3) {
                case 0: (pushed, stepped) = (try pushed.selecting(chosen), try stepped.selecting(chosen))
                case 1:
                    let pairs = chosen.map { (from: $0, to: "\($0)\(step)") }
                    (pushed, stepped) = (try pushed.renaming(pairs), try stepped.renaming(pairs))
                default: (pushed, stepped) = (try pushed.sampling(share: 0.8, seed: 3), try stepped.sampling(share: 0.8, seed: 3))
                }
            }
            let (one, other) = (try pushed.collect(Work(threads: 2)), try stepped.collect(Work()))
            #expect(text(one) == text(other) && one.roles == other.roles && one.users == other.users, "round \(round): \(pushed.steps.map(\.text))")
            #expect(pushed.schema.columns.map(\.name) == one.table.names && pushed.roles == one.roles)
        }
    }

    @Test func `user and time always stay, and roles follow their columns`() throws {
        let scratch = try Scratch()
        let all = try whole(scratch)
        let few = try all.selecting(["action"])
        #expect(few.schema.columns.map(\.name) == ["who", "did", "at"] && few.roles == [.user: "who", .action: "did", .time: "at"])
        #expect(try all.selecting(["user", "did", "what"], except: true).schema.columns.map(\.name) == ["who", "kind", "at"])
        // A column of numbers is no role's that wants texts.
        let renamed = try all.renaming([("user", "what"), ("what", "who"), ("kind", "category"), ("did", "step")])
        #expect(renamed.roles == [.user: "what", .item: "who", .action: "step", .time: "at"])
        let log = try renamed.collect(Work())
        #expect(log.users == (try all.collect(Work())).users && log.table.names == ["what", "who", "category", "step", "at"])
        let plain = try EventLog(Table([Column("u", text: ["a"]), Column("t", times: [1]), Column("x", text: ["y"])]), roles: [.user: "u", .time: "t"], work: Work())
        #expect(try EventSource(plain).renaming([("x", "action")]).collect(Work()).roles[.action] == "action")
    }

    @Test func `a name that means another column is refused`() throws {
        let scratch = try Scratch()
        let all = try whole(scratch)
        for pairs in [[("what", "kind")], [("what", "x"), ("kind", "x")], [("what", "x"), ("item", "y")], [("kind", "action")], [("kind", "user")]] {
            #expect(throws: DataError.self) { try all.renaming(pairs.map { (from: $0.0, to: $0.1) }) }
        }
        #expect(throws: DataError.self) { try all.renaming([("nope", "x")]) }
        #expect(try all.renaming([("did", "action"), ("what", "what")]).roles[.action] == "action")
    }
}
