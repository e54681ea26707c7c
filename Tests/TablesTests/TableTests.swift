import Runtime
import Testing

@testable import Tables

struct TableTests {
    static let table = Table([
        Column("name", text: ["b,1", "a", nil, "say \"hi\"\nthere", "?"]),
        Column("n", .integer([2, 1, 3, 0, 2], present: Mask([true, true, true, false, true]))),
        Column("x", numbers: [0.1, 1e21, 3, nil, -0.5]),
    ])

    @Test func `writes CSV that reads back the same`() throws {
        let text = "name,n,x\n\"b,1\",2,0.1\na,1,1e+21\n,3,3\n\"say \"\"hi\"\"\nthere\",,\n\"?\",2,-0.5\n"
        #expect(String(decoding: Self.table.csv(), as: UTF8.self) == text)
        let plans: [ColumnPlan] = [.init("name", field: 0, .text), .init("n", field: 1, .integer), .init("x", field: 2, .number)]
        #expect(try read(Array(text.utf8), columns: plans).table.csv() == Self.table.csv())
    }

    @Test(arguments: [TextFormat.csv(), .csv(separator: 0x3B, header: false), .json], [0, 1, 8_191, 8_192, 40_000])
    func `pieces of text are the text, on any number of threads`(_ format: TextFormat, rows: Int) throws {
        let table = Self.table.subset(rows: (0..<rows).map { Int32($0 * 7 % 5) })
        let whole = switch format {
        case .csv(let separator, let header): table.csv(separator: separator, header: header)
        case .json: Array(table.jsonText.utf8)
        }
        for threads in [1, 3] {
            var text: [UInt8] = []
            try table.writeText(as: format, work: Work(threads: threads)) { text += $0 }
            #expect(text == whole)
        }
        let work = Work()
        work.cancellation.cancel()
        #expect(throws: Cancelled.self) { try Self.table.writeText(as: format, work: work) { _ in } }
    }

    @Test func `tables stacked are the rows one after the other, texts numbered as they come`() throws {
        let stack = TableStack()
        let parts = [[1, 3], [], [0, 2, 4, 4], [3]].map { rows in Self.table.subset(rows: rows.map { Int32($0) }) }
        for part in parts { try stack.append(part) }
        let wanted = Self.table.subset(rows: [1, 3, 0, 2, 4, 4, 3])
        #expect(stack.table.csv() == wanted.csv() && stack.rowCount == 7)
        guard case .text(let codes, _) = stack.table.columns[0].storage, case .text(let others, _) = wanted.columns[0].compacted().storage else { throw Failure() }
        #expect(codes == others)
    }

    private struct Failure: Error {}

    @Test func `writes JSON`() {
        #expect(
            Self.table.prefix(2).jsonText == """
                [
                {"name": "b,1", "n": 2, "x": 0.1},
                {"name": "a", "n": 1, "x": 1e+21}
                ]

                """)
        #expect(Self.table.prefix(0).jsonText == "[]\n")
    }

    @Test func `sorts with gaps last and ties in their order`() throws {
        func order(_ name: String, descending: Bool = false) throws -> [String?] {
            let sorted = try Self.table.sorted(by: name, descending: descending)
            return (0..<5).map { sorted.columns[0].text(at: $0) }
        }
        #expect(try order("n") == ["a", "b,1", "?", nil, "say \"hi\"\nthere"])
        #expect(try order("n", descending: true) == [nil, "b,1", "?", "a", "say \"hi\"\nthere"])
        #expect(try order("name") == ["?", "a", "b,1", "say \"hi\"\nthere", nil])
    }

    @Test func `names the nearest column`() {
        let error = #expect(throws: DataError.self) { try Self.table.selecting(["nmae"]) }
        #expect(error?.diagnostic.hint == "did you mean 'name'?")
    }

    @Test func `subsets keep values and gaps`() {
        let part = Self.table.subset(rows: [4, 3, 0])
        #expect((0..<3).map { part.columns[1].text(at: $0) } == ["2", nil, "2"])
        #expect(part.columns[1].missingCount == 1)
        #expect(Self.table.filtered([false, true, false, false, true]).columns[0].compacted().text(at: 1) == "?")
    }
}
