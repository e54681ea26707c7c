import Foundation
import Runtime
import Testing

@testable import Tables

/// Reads a file of lines as it is found to be written, with shards and threads of some number.
func readLines(
    _ bytes: [UInt8], layout: FileLayout? = nil, columns: [String]? = nil, user: String? = nil, shard: Int = 1 << 22, threads: Int = 1, badRows: BadRowPolicy = BadRowPolicy(),
    sample draw: (column: String, draws: [(draw: UserDraw, share: Double)])? = nil, name: String = "data", in scratch: Scratch? = nil
) throws -> (table: Table, report: ReadReport, sample: FileSample) {
    let scratch = try scratch ?? Scratch()
    let path = try scratch.write(bytes, name)
    let sample = try FileSample(path, columns: columns, layout: layout, user: user)
    let plans = zip(sample.format.names, sample.guesses).enumerated().map { ColumnPlan($1.0, field: $0, $1.1.kind) }
    let (table, report) = try DelimitedReader(paths: [path], format: sample.format, plans: plans, badRows: badRows, sample: draw, shardBytes: shard).read(Work(threads: threads))
    return (table, report, sample)
}

func csv(_ table: Table) -> String { String(decoding: table.csv(), as: UTF8.self) }

struct JSONLinesTests {
    @Test func `objects become rows, and what lies in objects becomes columns of its own`() throws {
        let text = """
            {"user":"a","t":1511544070,"ok":true,"geo":{"city":"Köln","at":{"x":1.5}},"tags":["p", {"q":1}]}
            { "t" : 1511544071 , "user" : "b" , "more" : null , "geo" : { } }\r

            {"user":"007","geo":{"city":"say \\"hi\\"\\n\\u00e9\\ud83d\\ude00\\/"},"ok":false}
            """
        let (table, report, sample) = try readLines(Array(text.utf8))
        #expect(table.names == ["user", "t", "ok", "geo.city", "geo.at.x", "tags", "more"])
        #expect(sample.guesses.map(\.kind) == [.text, .integer, .boolean, .text, .number, .text, .text])
        #expect(table.columns.map { $0.text(at: 0) } == ["a", "1511544070", "true", "Köln", "1.5", "[\"p\", {\"q\":1}]", nil])
        #expect(table.columns.map { $0.text(at: 1) } == ["b", "1511544071", nil, nil, nil, nil, nil])
        #expect(table.columns.map { $0.text(at: 2) } == ["007", nil, "false", "say \"hi\"\n\u{e9}\u{1F600}/", nil, nil, nil])
        #expect(report.rows == 3 && report.badRows == 0 && report.unknownKeys.isEmpty)
    }

    @Test func `numbers keep their digits, and texts that look like numbers stay texts`() throws {
        let text = """
            {"big":9223372036854775807,"small":-9223372036854775808,"huge":12345678901234567890,"x":0.1,"code":"1.50","day":"2020-02-29"}
            {"big":1,"small":0,"huge":1,"x":-2e-3,"code":"2","day":"2021-01-01"}
            """
        let (table, _, sample) = try readLines(Array(text.utf8))
        #expect(sample.guesses.map(\.kind) == [.integer, .integer, .text, .number, .text, .time(.calendar(.init(hasTime: false)))])
        #expect(csv(table) == "big,small,huge,x,code,day\n9223372036854775807,-9223372036854775808,12345678901234567890,0.1,1.50,2020-02-29\n1,0,1,-0.002,2,2021-01-01\n")
    }

    static let faults: [(line: String, reason: String)] = [
        (#"{"a":1"#, "the JSON object is cut off"), (#"{"a":1} x"#, "text follows the JSON object"), (#"[1]"#, "a JSON object was expected"), (#"{"a" 1}"#, "a colon was expected"),
        (#"{"a":1,}"#, "a key in quotes was expected"), (#"{"a":01}"#, "a comma or a closing brace was expected"), (#"{"a":1.}"#, "a digit was expected"), (#"{"a":tru}"#, "a JSON value was expected"),
        (#"{"a":"\x"}"#, "an unknown escape"), (#"{"a":"\ud800"}"#, "half of a surrogate pair"), (#"{"a":"\udc00"}"#, "half of a surrogate pair"),
        ("{\"a\":\"\t\"}", "a control character stands in a string"), (#"{"a":[1,]}"#, "a JSON value was expected"), (#"{"a":1,"a":2}"#, "key 'a' stands twice"), (#"{"":1}"#, "a key is empty"),
        (#"{"a":NaN}"#, "a JSON value was expected"), (#"{"a":"x"#, "the JSON object is cut off"), (#"{"a":\#(String(repeating: "[", count: 80))1\#(String(repeating: "]", count: 80))}"#, "lists lie more than 64 deep"),
        (#"\#(String(repeating: "{\"a\":", count: 80))1\#(String(repeating: "}", count: 80))"#, "objects lie more than 64 deep"), (#"{"a":"\u12g4"}"#, "four hexadecimal digits were expected"),
    ]

    @Test(arguments: faults.indices)
    func `what is no JSON object is a bad row`(index: Int) throws {
        let c = Self.faults[index]
        let (table, report, _) = try readLines(Array("{\"a\":\"x\"}\n\(c.line)\n{\"a\":\"y\"}\n".utf8), layout: .jsonLines)
        #expect(csv(table) == "a\nx\ny\n")
        #expect(report.badRowReasons.map(\.reason) == [c.reason])
        #expect(report.firstBadRows.map(\.line) == [2] && report.firstBadRows[0].text == c.line)
    }

    @Test func `keys that come later are counted, and can be asked for`() throws {
        var text = (0..<9000).map { "{\"user\":\"u\($0)\",\"n\":\($0)}" }.joined(separator: "\n")
        text += "\n{\"user\":\"z\",\"late\":{\"x\":1},\"n\":5}\n{\"late\":{\"x\":2,\"y\":3}}\n"
        // Neither in the head nor in the middle.
        let (table, report, _) = try readLines(Array(text.utf8), shard: 1000, threads: 2)
        #expect(table.names == ["user", "n"])
        #expect(report.unknownKeys.map(\.key) == ["late.x", "late.y"] && report.unknownKeys.map(\.count) == [2, 1])
        let (asked, rest, _) = try readLines(Array(text.utf8), columns: ["late.x", "user"])
        #expect(asked.rowCount == 9002 && asked.column(named: "late.x")?.text(at: 9001) == "2" && asked.column(named: "late.x")?.text(at: 0) == nil)
        #expect(rest.unknownKeys.map(\.key) == ["n", "late.y"])
    }

    @Test(arguments: [40, 333, 1 << 22], [1, 3])
    func `random objects read back, whatever the shards and threads`(shard: Int, threads: Int) throws {
        var stream = RandomStream(seed: 11, name: "test", purpose: "json")
        let texts = ["plain", "a \"quoted\" one", "line\nend", "\\back", "é€😀", "\u{7f}", "a\ttab", "1", "null"]
        var lines: [String] = []
        var expected = "s,n,o.s,o.n\n"
        for _ in 0..<500 {
            let s = texts[stream.below(texts.count)], n = Int(truncatingIfNeeded: stream.next()), inner = texts[stream.below(texts.count)], m = stream.below(1000)
            // A slow and obvious writer of the same object, its keys in any order.
            func quoted(_ text: String) throws -> String { String(decoding: try JSONEncoder().encode(text), as: UTF8.self) }
            var parts = [try "\"s\":\(quoted(s))", "\"n\": \(n)", try "\"o\" : {\"n\":\(m), \"s\":\(quoted(inner))}"]
            stream.shuffle(&parts)
            lines.append("{\(parts.joined(separator: ", "))}")
            func field(_ text: String) -> String { text.contains { ",\"\n\r".contains($0) } ? "\"\(text.replacing("\"", with: "\"\""))\"" : text }
            expected += "\(field(s)),\(n),\(field(inner)),\(m)\n"
        }
        let (table, report, _) = try readLines(Array(lines.joined(separator: "\n").utf8), columns: ["s", "n", "o.s", "o.n"], shard: shard, threads: threads)
        let made = csv(table)
        #expect(made == expected, "first difference: \(zip(made.split(separator: "\n"), expected.split(separator: "\n")).first { $0 != $1 }.map { "\($0) | \($1)" } ?? "")")
        #expect(report.badRows == 0)
    }

    @Test func `JSON that is not lines of objects is refused`() throws {
        for text in ["[\n{\"a\":1},\n{\"a\":2}\n]\n", "[{\"a\":1},{\"a\":2}]", "{\n \"a\": 1\n}\n"] {
            let error = #expect(throws: DataError.self) { try readLines(Array(text.utf8)) }
            #expect(error?.diagnostic.code == "unread-format")
        }
    }
}

struct CombinedLogTests {
    static let text = #"""
        83.149.9.216 - - [17/May/2015:10:05:03 +0000] "GET /a.png?x=1 HTTP/1.1" 200 203023 "http://x.org/" "Mozilla/5.0 (X; \"Y\")"
        ::1 - bob [17/May/2015:12:05:03 +0200] "POST /b c HTTP/1.0" 404 - "-" "-"
        1.2.3.4 - - [01/Jun/2015:00:00:00 -0330] "\x16\x03\x22" 400 0 "-" "\\ \t."
        1.2.3.4 - - [01/Jun/2015:00:00:00 +0000] "-" 408 -
        1.2.3.4 - - [01/Jun/2015:00:00:00 +0000] "GET /cut
        1.2.3.4 - - [01/Jun/2015:00:00:00 +0000] "GET /old" 200 7 "r" "a" more
        1.2.3.4 - - [01/Jun/2015:00:00:00 +0000] "GET /old" 200 7 "r" "a"
        """#

    @Test(arguments: [64, 1 << 22])
    func `requests are cut into their parts`(shard: Int) throws {
        let (table, report, sample) = try readLines(Array(Self.text.utf8), layout: .combinedLog, shard: shard, threads: 2)
        #expect(sample.format.layout == .combinedLog && table.names == CombinedLogScanner.names)
        #expect(sample.guesses[3].kind == .time(.combinedLog) && sample.guesses[7].kind == .integer && sample.guesses[8].kind == .integer)
        func row(_ index: Int) -> [String?] { table.columns.map { $0.text(at: index) } }
        #expect(row(0) == ["83.149.9.216", nil, nil, "17/May/2015:10:05:03 +0000", "GET", "/a.png?x=1", "HTTP/1.1", "200", "203023", "http://x.org/", "Mozilla/5.0 (X; \"Y\")"])
        #expect(row(1) == ["::1", nil, "bob", "17/May/2015:10:05:03 +0000", "POST", "/b c", "HTTP/1.0", "404", nil, nil, nil])
        #expect(row(2) == ["1.2.3.4", nil, nil, "01/Jun/2015:03:30:00 +0000", nil, #"\x16\x03""#, nil, "400", "0", nil, "\\ \t."])
        #expect(row(3) == ["1.2.3.4", nil, nil, "01/Jun/2015:00:00:00 +0000", nil, nil, nil, "408", nil, nil, nil])
        #expect(row(4)[4...6] == ["GET", "/old", nil] && table.rowCount == 5)
        #expect(report.badRowReasons.map(\.reason).sorted() == ["a text in quotes is not closed", "text follows the agent"])
        #expect(report.firstBadRows.map(\.line) == [5, 6])
    }

    @Test func `logs are recognised, and other texts are not`() throws {
        let log = Self.text.split(separator: "\n").prefix(4).joined(separator: "\n")
        #expect(try readLines(Array(log.utf8)).sample.format.layout == .combinedLog)
        #expect(try readLines(Array("a b c [d] \"e\" 1 2\nf g h [i] \"j\" 3 4\n".utf8)).sample.format.layout == .delimited)
    }
}

struct SequenceFileTests {
    @Test(arguments: [8, 1 << 22], [1, 3])
    func `a line gives a row for each item`(shard: Int, threads: Int) throws {
        let text = "7 1 2 3\n\n8 4\r\n7\t5  6 \n9\n10 1 1"
        let (table, report, sample) = try readLines(Array(text.utf8), layout: .sequences, shard: shard, threads: threads)
        #expect(sample.format.layout == .sequences(.first) && sample.notes.isEmpty)
        #expect(csv(table) == "user,item\n7,1\n7,2\n7,3\n8,4\n7,5\n7,6\n10,1\n10,1\n")
        #expect(report.rows == 9 && report.badRowReasons.map(\.reason) == ["a user without items"] && report.firstBadRows.map(\.line) == [5])
    }

    @Test(arguments: [8, 1 << 22], [1, 3])
    func `lines without users are users themselves`(shard: Int, threads: Int) throws {
        let text = "1 2 1\n\n2 2\n1\n"
        let (table, _, _) = try readLines(Array(text.utf8), layout: .sequences, user: "line", shard: shard, threads: threads)
        #expect(csv(table) == "line,item\n1,1\n1,2\n1,1\n3,2\n3,2\n4,1\n")
        let draw = UserDraw(seed: 1, purpose: "sample")
        let kept = ["1", "3", "4"].filter { draw.position(of: $0) < 0.5 }
        let sampled = try readLines(Array(text.utf8), layout: .sequences, user: "line", shard: shard, threads: threads, sample: ("line", [(draw, 0.5)]))
        #expect(Set((0..<sampled.table.rowCount).compactMap { sampled.table.columns[0].text(at: $0) }) == Set(kept) && sampled.report.usersSeen == 3)
    }

    @Test func `lines of several files are told apart`() throws {
        let scratch = try Scratch()
        let paths = [try scratch.write("1 2\n", "a"), try scratch.write("3\n4\n", "b")]
        let sample = try FileSample(paths[0], layout: .sequences, user: "line")
        let plans = sample.format.names.enumerated().map { ColumnPlan($1, field: $0, .text) }
        #expect(csv(try DelimitedReader(paths: paths, format: sample.format, plans: plans).read(Work()).table) == "line,item\n1:1,1\n1:1,2\n2:1,3\n2:2,4\n")
    }

    @Test func `users stand in one line, and first words that come again and again are none`() throws {
        let users = (1...40).map { user in "\(user) " + (0...(user % 9)).map { item in "\(item * 7 % 30 + 1)" }.joined(separator: " ") }.joined(separator: "\n")
        #expect(try readLines(Array(users.utf8)).sample.format.layout == .sequences(.first))
        func page(_ line: Int, _ place: Int) -> String { "\((place + line * 7) % 5 + 1)" }
        let pages = (1...40).map { line in (0...(line % 9)).map { page(line, $0) }.joined(separator: " ") }.joined(separator: "\n")
        let sample = try readLines(Array(pages.utf8)).sample
        #expect(sample.format.layout == .sequences(.line) && sample.notes.count == 1)
        #expect(try readLines(Array("1 2 3\n4 5 6\n7 8 9\n".utf8)).sample.format.layout == .delimited)
    }
}

struct TextEncodingTests {
    static let plans = [ColumnPlan("user", field: 0, .text), ColumnPlan("note", field: 1, .text)]

    @Test(arguments: [16, 1 << 22])
    func `Latin-1 and Windows letters become UTF-8`(shard: Int) throws {
        let text = "user,note\nJos\u{e9},M\u{fc}nchen\nb,\u{93}quote\u{94} \u{80}5\nc,plain\n"
        let bytes = text.unicodeScalars.map { UInt8($0.value) }
        let (table, report, sample) = try readLines(bytes, shard: shard, threads: 2)
        #expect(sample.format.encoding == .windows1252 && sample.notes == ["the file is not in UTF-8; it is read as Windows-1252 (Latin-1)"])
        #expect(csv(table) == "user,note\nJosé,München\nb,“quote” €5\nc,plain\n")
        #expect(report.files[0].digest == bytes.withUnsafeBytes { Digest(of: $0) } && report.files[0].bytes == bytes.count)
    }

    @Test func `every Latin-1 letter is the letter that Foundation reads`() {
        var encoding = TextEncoding(of: DelimitedFormat(names: []))
        encoding.encoding = .windows1252
        for byte in UInt8(0x80)...0xFF where ![0x81, 0x8D, 0x8F, 0x90, 0x9D].contains(byte) {
            var text: [UInt8] = []
            encoding.convert([byte], into: &text)
            #expect(String(decoding: text, as: UTF8.self) == String(data: Data([byte]), encoding: .windowsCP1252))
        }
    }

    @Test func `stray bytes in UTF-8 stay bad rows`() throws {
        for bytes in [Array("user,note\né,x\n".utf8) + [0x62, 0x2C, 0xE9, 0x0A], Array("user,note\na,x\n".utf8) + [0x62, 0x2C, 0xFF, 0x0A]] {
            let (table, report, sample) = try readLines(bytes)
            #expect(sample.format.encoding == .utf8 && table.rowCount == 1 && report.badRowReasons.map(\.reason) == ["note: bytes that are not UTF-8"])
        }
    }

    @Test(arguments: [8, 1 << 22])
    func `carriage returns alone end lines where nothing else does`(shard: Int) throws {
        let (table, report, sample) = try readLines(Array("user,note\ra,\"x\ry\"\r\rb,z".utf8), shard: shard)
        #expect(sample.format.endsLinesWithCarriageReturns && csv(table) == "user,note\na,\"x\ny\"\nb,z\n")
        #expect(report.badRows == 0)
        let mixed = "a,b\n" + String(repeating: "1,2\r", count: 50) + "3,4\n"
        #expect(#expect(throws: DataError.self) { try readLines(Array(mixed.utf8)) }?.diagnostic.code == "unread-format")
    }

    @Test func `a dictionary written as one object is refused with what helps`() throws {
        let scratch = try Scratch()
        let path = try scratch.write("{" + (0..<5000).map { "\"\($0)\": [1, \($0)]" }.joined(separator: ", ") + "}", "items.json")
        let error = #expect(throws: DataError.self) { try FileSample(path) }
        #expect(error?.diagnostic.message.hasSuffix("it is one JSON object of more than 4096 keys") == true && error?.diagnostic.hint?.contains("to_entries[]") == true)
    }
}
