import Foundation
import Runtime
import Testing

@testable import Tables

struct DelimitedReaderTests {
    static let plans = [ColumnPlan("user", field: 0, .text, required: "no user"), ColumnPlan("note", field: 1, .text), ColumnPlan("n", field: 2, .integer)]

    /// Rows with every sort of quoting; `notes` are the values that must come back.
    static func quoted(rows: Int) -> (text: String, notes: [String?]) {
        var stream = RandomStream(seed: 5, name: "test", purpose: "quotes")
        let values: [(written: String, value: String?)] = [
            ("plain", "plain"), ("\"two\nlines\"", "two\nlines"), ("\"a \"\"word\"\"\"", "a \"word\""), ("\"x,y\"", "x,y"), ("", nil), ("5\" screen", "5\" screen"),
            ("\"\r\n\"", "\r\n"), ("\"\n,\n\"\"\n\"", "\n,\n\"\n"), ("é", "é"),
        ]
        var text = "user,note,n\n"
        var notes: [String?] = []
        for row in 0..<rows {
            let value = values[stream.below(values.count)]
            text += "u\(stream.below(50)),\(value.written),\(row)\n"
            notes.append(value.value)
        }
        return (text, notes)
    }

    @Test(arguments: [7, 16, 64, 1000, 1 << 22], [1, 2, 3])
    func `quoted line ends across shard borders read as in one piece`(shard: Int, threads: Int) throws {
        let (text, notes) = Self.quoted(rows: 400)
        let (table, report) = try read(Array(text.utf8), columns: Self.plans, shard: shard, threads: threads)
        #expect(table.rowCount == 400)
        #expect((0..<400).map { table.columns[1].text(at: $0) } == notes)
        #expect((0..<400).map { table.columns[2].text(at: $0) } == (0..<400).map(String.init))
        #expect(report.rows == 400 && report.badRows == 0)
        #expect(report.files[0].digest == Array(text.utf8).withUnsafeBytes { Digest(of: $0) })
    }

    @Test(arguments: [9, 50, 1 << 22], [1, 3])
    func `a sampled read keeps the same rows and counts the same users as a full one`(shard: Int, threads: Int) throws {
        let (text, _) = Self.quoted(rows: 400)
        let full = try read(Array(text.utf8), columns: Self.plans)
        let draw = UserDraw(seed: 3, purpose: "sample")
        let kept = (0..<400).filter { draw.position(of: full.table.columns[0].text(at: $0) ?? "") < 0.3 }
        let (table, report) = try read(Array(text.utf8), columns: Self.plans, shard: shard, threads: threads, sample: ("user", [(draw, 0.3)]))
        #expect((0..<table.rowCount).map { table.columns[2].text(at: $0) } == kept.map(String.init))
        #expect(table.rowCount > 0 && table.rowCount < 400)
        #expect(report.usersSeen == 50)
        #expect(report.rows == 400)
    }

    static let plain = "user,note,n\na,x,1\nb,y,2\nc,z,3"
    static let packed: [(name: String, bytes: [UInt8])] = [
        ("no final line end", Array(plain.utf8)), ("final line end", Array("\(plain)\n".utf8)), ("CRLF", Array(plain.replacing("\n", with: "\r\n").utf8)),
        ("byte order mark", [0xEF, 0xBB, 0xBF] + Array(plain.utf8)), ("blank lines", Array(plain.replacing("\nb", with: "\n\n\r\nb").utf8)),
        ("gzip", gzipped(plain)), ("gzip of two members", gzipped("user,note,n\na,x,1\nb,") + gzipped("y,2\nc,z,3\n")), ("gzip with padding", gzipped(plain) + [0, 0, 0]),
        ("zstd", Packing.zstd(Array(plain.utf8))), ("zstd of two frames", Packing.zstd(Array("user,note,n\na,x,1\n".utf8)) + Packing.zstd(Array("b,y,2\nc,z,3\n".utf8))),
    ]

    @Test(arguments: packed.map(\.name), [5, 1 << 22])
    func `reads the same rows from every form of a file`(name: String, shard: Int) throws {
        let bytes = try #require(Self.packed.first { $0.name == name }).bytes
        let (table, report) = try read(bytes, columns: Self.plans, shard: shard, threads: 2)
        #expect(String(decoding: table.csv(), as: UTF8.self) == Self.plain + "\n")
        #expect(report.files[0].bytes == bytes.count)
        #expect(report.files[0].digest == bytes.withUnsafeBytes { Digest(of: $0) })
    }

    @Test func `packed text of many windows reads as plain`() throws {
        let (text, _) = Self.quoted(rows: 3000)
        let plain = try read(Array(text.utf8), columns: Self.plans)
        let packed = try read(gzipped(text), columns: Self.plans, shard: 512, threads: 2)
        #expect(packed.table.csv() == plain.table.csv())
        #expect(packed.report.rows == 3000)
    }

    @Test(arguments: [10, 1 << 22])
    func `bad rows are counted by reason and kept with their line`(shard: Int) throws {
        let scratch = try Scratch()
        let text = "user,note,n\na,x,1\nb,y\n,q,3\nc,\"two\nlines\",4\nd,w,many\ne,v,6,7\nf,\"open,8\ng,u,9\nh,\"z\"x,10\n"
        var bytes = Array(text.utf8)
        bytes += [0x69, 0x2C, 0xFF, 0x2C, 0x31, 0x0A]
        let side = scratch.path("bad.txt")
        let (table, report) = try read(bytes, columns: Self.plans, shard: shard, threads: 2, badRows: BadRowPolicy(file: side), in: scratch)
        #expect((0..<table.rowCount).map { table.columns[0].text(at: $0) } == ["a", "c", "g"])
        #expect(report.rows == 10 && report.badRows == 7)
        let reasons = Dictionary(uniqueKeysWithValues: report.badRowReasons.map { ($0.reason, $0.count) })
        #expect(
            reasons == [
                "2 fields instead of 3": 1, "no user": 1, "n: not a whole number": 1, "4 fields instead of 3": 1, "text follows a closing quote": 2,
                "note: bytes that are not UTF-8": 1,
            ])
        #expect(report.firstBadRows.map(\.line) == [3, 4, 7])
        let third = report.firstBadRows[2]
        let span = try #require(third.diagnostic().span)
        #expect(span.file.name == third.path && span.file.place(of: span.range.lowerBound).line == 7)
        #expect(third.text == "d,w,many" && Array(third.text.utf8)[third.field] == Array("many".utf8)[...])
        #expect(report.badRowsFile == side)
        let lines = try String(decoding: WholeFileText.read(side), as: UTF8.self).split(separator: "\n")
        #expect(lines.map { $0.split(separator: "\t")[0] } == ["3", "4", "7", "8", "9", "11", "12"])
        #expect(lines[2] == "7\tn: not a whole number\td,w,many")
    }

    /// The second of two like it stands in the table of texts that were met.
    @Test(arguments: [10, 1 << 22])
    func `bytes that are not UTF-8 are refused in each row that has them`(shard: Int) throws {
        let rows = (0..<100).map { row -> [UInt8] in Array("u\(row),".utf8) + (row % 3 == 1 ? [0x4A, 0xE9] : Array("J\(row)".utf8)) + Array(",\(row)\n".utf8) }
        let (table, report) = try read(Array("user,note,n\n".utf8) + rows.flatMap { $0 }, columns: Self.plans, shard: shard, threads: 1)
        #expect(report.badRows == 33 && table.rowCount == 67)
        #expect(report.badRowReasons.map(\.reason) == ["note: bytes that are not UTF-8"])
    }

    @Test func `reading stops at the first bad row if asked to`() throws {
        let text = "user,note,n\na,x,1\nb,y,2.5\nc\n"
        let error = #expect(throws: DataError.self) { try read(Array(text.utf8), columns: Self.plans, badRows: BadRowPolicy(stops: true)) }
        let diagnostic = try #require(error).diagnostic
        #expect(diagnostic.code == "bad-row" && diagnostic.category == .data)
        #expect(diagnostic.message.contains("line 3"))
        #expect(diagnostic.span?.text == "2.5")
    }

    @Test func `a packed file that was cut off is damaged`() throws {
        let whole = gzipped(Self.quoted(rows: 2000).text)
        for bytes in [Array(whole[..<(whole.count / 2)]), whole + [1, 2, 3], Array(Packing.zstd(Array(Self.plain.utf8)).dropLast(3))] {
            let error = #expect(throws: DataError.self) { try read(bytes, columns: Self.plans) }
            #expect(error?.diagnostic.code == "damaged-file")
            #expect(error?.diagnostic.category == .data)
        }
    }

    @Test func `values survive to the last digit`() throws {
        let plans: [ColumnPlan] = [
            .init("id", field: 0, .text), .init("big", field: 1, .integer), .init("x", field: 2, .number), .init("b", field: 3, .boolean), .init("t", field: 4, .time(.epochSeconds)),
        ]
        let text = "id,big,x,b,t\n00123,9223372036854775807,0.1,true,1396860669.277\n,-9223372036854775808,1e-300,false,0\n007,,NA,,12.5\n"
        let (table, _) = try read(Array(text.utf8), columns: plans)
        #expect(String(decoding: table.csv(), as: UTF8.self) == "id,big,x,b,t\n00123,9223372036854775807,0.1,true,1396860669.277\n,-9223372036854775808,1e-300,false,0\n007,,,,12.5\n")
    }

    @Test func `blanks between columns separate them`() throws {
        let text = "  user  note n\r\n 0001 x  1\r\n 0002  y 2 \r\n"
        let (table, report) = try read(Array(text.utf8), columns: Self.plans, separator: .whitespace, shard: 8)
        #expect(String(decoding: table.csv(), as: UTF8.self) == "user,note,n\n0001,x,1\n0002,y,2\n")
        #expect(report.badRows == 0)
    }

    @Test func `work stops when it is cancelled`() throws {
        let cancellation = Cancellation()
        cancellation.cancel()
        let scratch = try Scratch()
        let path = try scratch.write(Self.plain)
        let reader = DelimitedReader(paths: [path], format: DelimitedFormat(separator: .byte(0x2C), hasHeader: true, names: ["user", "note", "n"]), plans: Self.plans)
        #expect(throws: Cancelled.self) { try reader.read(Work(threads: 2, cancellation: cancellation)) }
    }
}

enum WholeFileText {
    static func read(_ path: String) throws -> [UInt8] { Array(try Data(contentsOf: URL(fileURLWithPath: path))) }
}
