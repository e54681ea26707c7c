import Foundation
import Runtime
import Testing

@testable import Tables

/// Reading by lots and packed columns, held against a reading field by field that is plain to see.
struct PackedReadingTests {
    private static let plans: [ColumnPlan] = [
        .init("user", field: 0, .text, required: "no user"), .init("item", field: 1, .text), .init("n", field: 2, .integer), .init("x", field: 3, .number),
        .init("at", field: 4, .time(.epochSeconds), required: "no time"), .init("flag", field: 5, .boolean),
    ]

    /// Rows of fields, some of them bad, and the text of a file that holds them.
    private static func random(_ seed: Int, rows: Int) -> (rows: [[String]], text: String) {
        var stream = RandomStream(seed: seed, name: "test", purpose: "packed reading")
        // Files differ in how their ids look, in quotes and in line ends.
        let (style, quotes, end) = (stream.below(4), stream.below(3) == 0, stream.below(2) == 0 ? "\n" : "\r\n")
        func id(_ row: Int, _ different: Int) -> String {
            let number = stream.below(different)
            switch style {
            case 0: return "\(number)"
            case 1: return row == rows * 2 / 3 ? "guest" : "\(number)"
            case 2: return stream.below(50) == 0 ? "0\(number)" : "\(number * 30_000_001)"
            default: return stream.below(3) == 0 ? "ü\(number)" : "user-\(number)"
            }
        }
        var made: [[String]] = []
        for row in 0..<rows {
            var fields = [id(row, 40), stream.below(9) == 0 ? ["", "?", "\\N"][stream.below(3)] : id(row, 300), "\(stream.below(2000) - 1000)", "\(Double(stream.below(10_000)) / 8)"]
            fields.append(stream.below(300) == 0 ? "\(1_500_000_000 + stream.below(1000)).25" : "\(1_500_000_000 + stream.below(1_000_000))")
            fields.append(stream.below(2) == 0 ? "true" : "False")
            switch stream.below(120) {
            case 0: fields[0] = ""
            case 1: fields[4] = "soon"
            case 2: fields[2] = "007"
            case 3: fields.removeLast()
            case 4: fields[3] = "NA"
            default: break
            }
            made.append(fields)
        }
        let lines = made.map { fields in
            fields.map { quotes && stream.below(20) == 0 && $0 != "?" && $0 != "\\N" ? "\"\($0)\"" : $0 }.joined(separator: ",")
        }
        return (made, lines.joined(separator: end) + (stream.below(2) == 0 ? end : ""))
    }

    /// The values of a row, or none if it is bad.
    private static func reference(_ fields: [String]) -> [String?]? {
        guard fields.count == 6 else { return nil }
        func isMissing(_ text: String) -> Bool { ["", "?", "\\N"].contains(text) }
        guard !isMissing(fields[0]), let whole = Int(fields[2]), "\(whole)" == fields[2], let seconds = Double(fields[4]) else { return nil }
        return [
            fields[0], isMissing(fields[1]) ? nil : fields[1], fields[2], fields[3] == "NA" ? nil : FieldText.text(Double(fields[3]) ?? 0),
            FieldText.text(seconds), fields[5].lowercased(),
        ]
    }

    private static func values(_ table: Table) -> [[String?]] { (0..<table.rowCount).map { row in table.columns.map { $0.text(at: row) } } }

    @Test(arguments: 0..<12)
    func `any file reads as field by field, whatever the shards and threads`(seed: Int) throws {
        let (rows, text) = Self.random(seed, rows: 3000)
        let expected = rows.compactMap(Self.reference)
        for (shard, threads) in [(1 << 20, 1), (1000, 1), (777, 2), (64, 3)] {
            let (table, report) = try read(Array(text.utf8), columns: Self.plans, header: false, shard: shard, threads: threads)
            #expect(Self.values(table) == expected, "shards of \(shard) bytes, \(threads) threads")
            #expect(report.rows == rows.count && report.badRows == rows.count - expected.count)
            // The arrays say the same as the packed columns, and codes are numbered by first appearance.
            for (index, column) in table.columns.enumerated() {
                let plain = Column(column.name, column.storage)
                #expect((0..<table.rowCount).allSatisfy { plain.text(at: $0) == expected[$0][index] && plain.isMissing($0) == (expected[$0][index] == nil) })
                #expect(plain.missingCount == column.missingCount)
                guard case .text(let codes, let dictionary) = column.storage else { continue }
                var seen: Set<Int32> = []
                #expect(codes.filter { $0 >= 0 && seen.insert($0).inserted } == Array(0..<Int32(dictionary.count)))
            }
            #expect(String(decoding: table.csv(), as: UTF8.self) == String(decoding: Table(table.columns.map { Column($0.name, $0.storage) }).csv(), as: UTF8.self))
        }
    }

    @Test(arguments: 0..<8)
    func `a sample keeps the rows of the users that are drawn`(seed: Int) throws {
        let (rows, text) = Self.random(seed, rows: 2000)
        let draw = UserDraw(seed: seed, purpose: "sample")
        func isDrawn(_ user: String) -> Bool { draw.position(of: user) < 0.4 }
        let expected = rows.compactMap(Self.reference).filter { isDrawn($0[0] ?? "") }
        var reports: [[Int]] = []
        for (shard, threads) in [(1 << 20, 1), (500, 2), (64, 3)] {
            let (table, report) = try read(Array(text.utf8), columns: Self.plans, header: false, shard: shard, threads: threads, sample: ("user", [(draw, 0.4)]))
            #expect(Self.values(table) == expected)
            reports.append([report.rows, report.badRows, report.usersSeen])
        }
        // Of users who are not drawn only the user and the number of fields count, wherever the file was cut.
        let fit = rows.filter { $0.count == 6 && !["", "?", "\\N"].contains($0[0]) && (!isDrawn($0[0]) || Self.reference($0) != nil) }
        #expect(reports.allSatisfy { $0 == [rows.count, rows.count - fit.count, Set(fit.map { $0[0] }).count] })
    }

    @Test(arguments: 0..<8)
    func `packed files read as plain ones, whatever the shards and threads`(seed: Int) throws {
        let (rows, text) = Self.random(seed, rows: 1500)
        let expected = rows.compactMap(Self.reference)
        let draw = UserDraw(seed: seed, purpose: "sample")
        let seen = try read(Array(text.utf8), columns: Self.plans, header: false, sample: ("user", [(draw, 0.4)])).report.usersSeen
        for (shard, threads) in [(1 << 20, 1), (900, 2), (64, 3), (333, 3)] {
            let packed = gzipped(text)
            #expect(try Self.values(read(packed, columns: Self.plans, header: false, shard: shard, threads: threads).table) == expected)
            let sample = try read(packed, columns: Self.plans, header: false, shard: shard, threads: threads, sample: ("user", [(draw, 0.4)]))
            #expect(Self.values(sample.table) == expected.filter { draw.position(of: $0[0] ?? "") < 0.4 } && sample.report.usersSeen == seen)
        }
    }

    @Test(arguments: [1, 3])
    func `users whose ids are numbers until a text comes, in a later part of what is unpacked, are each seen once`(threads: Int) throws {
        let users = (0..<300).map { String(1000 + $0 % 100) } + ["text"] + (0..<300).map { $0 % 2 == 0 ? "u\($0 % 50)" : String(1000 + $0 % 150) }
        let text = users.map { "\($0),pv" }.joined(separator: "\n")
        let plans: [ColumnPlan] = [.init("user", field: 0, .text), .init("action", field: 1, .text)]
        for shard in [64, 333] {
            let sample = try read(gzipped(text), columns: plans, header: false, shard: shard, threads: threads, sample: ("user", [(UserDraw(seed: 1, purpose: "sample"), 1.0)]))
            #expect(sample.report.usersSeen == Set(users).count && sample.table.rowCount == users.count)
        }
    }

    @Test func `ids take four bytes, actions one and seconds four`() throws {
        let text = (0..<5000).map { "\($0 / 100),\($0 * 7919 % 4000),\(["pv", "cart", "buy"][$0 % 3]),\(1_511_544_070 + $0)" }.joined(separator: "\n")
        let plans: [ColumnPlan] = [.init("user", field: 0, .text), .init("item", field: 1, .text), .init("action", field: 2, .text), .init("at", field: 3, .time(.epochSeconds))]
        let (table, _) = try read(Array(text.utf8), columns: plans, header: false)
        #expect(table.columns.map { $0.packed?.width } == [4, 4, 1, 4])
    }

    @Test func `codes grow with the number of texts`() throws {
        let text = (0..<70_000).map { "k\($0 < 200 ? $0 : $0 < 40_000 ? $0 % 60_000 : $0)" }.joined(separator: "\n")
        let (table, _) = try read(Array(text.utf8), columns: [.init("k", field: 0, .text)], header: false, shard: 4096, threads: 2)
        #expect(table.columns[0].packed?.width == 4)
        #expect(table.columns[0].text(at: 0) == "k0" && table.columns[0].text(at: 199) == "k199" && table.columns[0].text(at: 69_999) == "k69999")
    }

    @Test func `text order is by value of whole numbers, else by bytes`() {
        func order(_ texts: [String]) -> [String] {
            let order = TextOrder(Column("t", text: texts))
            return texts.indices.sorted { (order?[$0] ?? 0) < (order?[$1] ?? 0) }.map { texts[$0] }
        }
        #expect(order(["10", "9", "100"]) == ["9", "10", "100"])
        #expect(order(["10", "9", "x"]) == ["10", "9", "x"])
        #expect(order(["same-long-b", "same-long-a", "sam", "ü", "z"]) == ["sam", "same-long-a", "same-long-b", "z", "ü"])
        #expect(TextOrder(Column("t", text: ["a", nil])) == nil)
    }
}
