import Expressions
import Runtime
import Testing

@testable import Tables

struct JoiningTests {
    /// A column of random whole numbers below `limit`, kept as one of the kinds, with gaps.
    private func column(_ name: String, _ values: [Int?], _ kind: Column.Kind) -> Column {
        let present = Mask(values.map { $0 != nil })
        return switch kind {
        case .text: Column(name, text: values.map { $0.map(String.init) })
        case .number: Column(name, numbers: values.map { $0.map(Double.init) })
        case .time: Column(name, .time(values.map { Int64($0 ?? 0) }, present: present, format: .iso))
        default: Column(name, .integer(values.map { Int64($0 ?? 0) }, present: present))
        }
    }

    @Test(arguments: [
        (Column.Kind.text, Column.Kind.text), (.text, .integer), (.integer, .text), (.integer, .integer), (.integer, .number), (.number, .integer), (.number, .number), (.time, .time),
    ])
    func `each row finds what the slow way finds`(_ left: Column.Kind, _ right: Column.Kind) throws {
        var stream = RandomStream(seed: 1, name: "test", purpose: "join")
        for _ in 0..<20 {
            let mine = (0..<200).map { _ in stream.below(9) == 0 ? nil : stream.below(40) }
            var theirs: [Int?] = (0..<40).filter { _ in stream.below(2) == 0 }
            stream.shuffle(&theirs)
            theirs.append(nil)
            theirs.append(nil)
            let other = Table([
                column("key", theirs, right), Column("name", text: theirs.map { $0.map { "n\($0)" } }), Column("size", numbers: theirs.map { $0.map { $0 % 3 == 0 ? nil : Double($0) } ?? 7 }),
                Column("big", booleans: theirs.map { ($0 ?? 0) > 20 }),
            ])
            let (joined, matched) = try Table([column("id", mine, left), column("row", Array(0..<200), .integer)]).joining(other, by: "id", "key", work: Work())
            #expect(joined.names == ["id", "row", "name", "size", "big"] && joined.rowCount == 200)
            #expect(matched == mine.count { $0 != nil && theirs.contains($0) })
            for row in 0..<200 {
                let found = mine[row].flatMap { key in theirs.firstIndex(of: key) }
                for name in ["name", "size", "big"] { #expect(joined.column(named: name)?.text(at: row) == found.flatMap { other.column(named: name)?.text(at: $0) }) }
            }
        }
    }

    @Test func `great ids differ in their last digit, a repeated key and a stop are told`() throws {
        let ids = Table([Column("id", integers: [9_007_199_254_740_993, 9_007_199_254_740_992])])
        let other = Table([Column("id", integers: [9_007_199_254_740_992, 5]), Column("x", text: ["a", "b"])])
        let joined = try ids.joining(other, by: "id", "id", work: Work())
        #expect(joined.matched == 1 && joined.table.column(named: "x")?.text(at: 1) == "a" && joined.table.column(named: "x")?.isMissing(0) == true)
        let twice = Table([Column("id", integers: [5, 5])])
        #expect(throws: DataError.self) { try ids.joining(twice, by: "id", "id", work: Work()) }
        let work = Work()
        work.cancellation.cancel()
        #expect(throws: Cancelled.self) { try ids.joining(other, by: "id", "id", work: work) }
    }

    @Test func `the key is found by name or role, and a clash is refused`() throws {
        let here = ExpressionSchema(columns: [.init("uid", .text), .init("what", .text), .init("n", .number)], roles: ["user": "uid", "item": "what"])
        func joined(_ columns: [(String, ExpressionType)], by name: String) throws -> (schema: ExpressionSchema, key: String, otherKey: String) {
            try here.joining(ExpressionSchema(columns: columns.map { .init($0.0, $0.1) }), by: name)
        }
        #expect(try joined([("user", .text), ("x", .time)], by: "user").schema.columns.map(\.name) == ["uid", "what", "n", "x"])
        #expect(try joined([("uid", .number)], by: "user").otherKey == "uid")
        #expect(throws: DataError.self) { try joined([("who", .text)], by: "user") }
        #expect(throws: DataError.self) { try joined([("user", .time)], by: "user") }
        #expect(throws: DataError.self) { try joined([("user", .text), ("n", .number)], by: "user") }
        #expect(throws: DataError.self) { try joined([("user", .text), ("item", .text)], by: "user") }
        #expect(throws: DataError.self) { try joined([("n", .number)], by: "m") }
    }

    @Test func `a table of which not all columns are known brings more than those`() throws {
        let here = ExpressionSchema(columns: [.init("user", .text)])
        #expect(try here.joining(ExpressionSchema(columns: [.init("user", .text), .init("n", .number)], isOpen: true), by: "user").schema.isOpen)
        #expect(try !here.joining(ExpressionSchema(columns: [.init("user", .text), .init("n", .number)]), by: "user").schema.isOpen)
    }
}
