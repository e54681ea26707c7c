import Foundation
import Testing

@testable import Tables

struct FileSampleTests {
    static let cases: [(name: String, text: String, format: DelimitedFormat, kinds: [ColumnPlan.Kind])] = [
        ("comma", "a,b\nx,1\ny,2\n", .init(separator: .byte(0x2C), hasHeader: true, names: ["a", "b"]), [.text, .integer]),
        ("no header", "x,1.5\ny,2\n", .init(separator: .byte(0x2C), hasHeader: false, names: ["c1", "c2"]), [.text, .number]),
        ("tab", "a\tb,c\nx\t1\ny\t2\n", .init(separator: .byte(0x09), hasHeader: true, names: ["a", "b,c"]), [.text, .integer]),
        ("semicolon with commas inside", "p;q\n1;a,b,c\n2;d,e,f\n", .init(separator: .byte(0x3B), hasHeader: true, names: ["p", "q"]), [.integer, .text]),
        ("pipe", "a|b\ntrue|007\nfalse|010\n", .init(separator: .byte(0x7C), hasHeader: true, names: ["a", "b"]), [.boolean, .text]),
        ("blanks", " id   when\n 01  19970101\n 02  19970102\n", .init(separator: .whitespace, hasHeader: true, names: ["id", "when"]), [.text, .integer]),
        ("typed header", "user_id:token\tx:float\n1\t2\n", .init(separator: .byte(0x09), hasHeader: true, names: ["user_id", "x"]), [.integer, .integer]),
        ("words over words", "colour,size\nred,big\nblue,small\n", .init(separator: .byte(0x2C), hasHeader: true, names: ["colour", "size"]), [.text, .text]),
        ("words that come again", "red,big\nblue,big\nred,small\n", .init(separator: .byte(0x2C), hasHeader: false, names: ["c1", "c2"]), [.text, .text]),
        ("dates", "d,v\n2020-01-01 10:00:00.25,\n2020-01-02 10:00:00.5,1\n", .init(separator: .byte(0x2C), hasHeader: true, names: ["d", "v"]), [.time(.calendar(.init(separator: .space, fractionDigits: 2))), .integer]),
        ("long ids", "a,b\nx,12345678901234567890\n", .init(separator: .byte(0x2C), hasHeader: true, names: ["a", "b"]), [.text, .text]),
        ("words twice over words", "a,a\nb,c\n", .init(separator: .byte(0x2C), hasHeader: false, names: ["c1", "c2"]), [.text, .text]),
        ("gaps in the first line", "NA,NA\n1,2\n", .init(separator: .byte(0x2C), hasHeader: false, names: ["c1", "c2"]), [.integer, .integer]),
        ("one column", "n\n1\n2\n", .init(separator: .byte(0x2C), hasHeader: true, names: ["n"]), [.integer]),
    ]

    @Test(arguments: cases.indices)
    func `finds separator, header and types`(index: Int) throws {
        let c = Self.cases[index]
        let scratch = try Scratch()
        let sample = try FileSample(scratch.write(c.text))
        #expect(sample.format == c.format, "\(c.name)")
        #expect(sample.guesses.map(\.kind) == c.kinds, "\(c.name)")
    }

    static let failures: [(name: String, bytes: [UInt8], code: String)] = [
        ("empty", [], "empty-file"), ("NUL bytes", [0x61, 0, 0, 0x0A], "binary-file"), ("UTF-16", [0xFF, 0xFE, 0x61, 0x00], "binary-file"),
        ("header only", Array("user,item\n".utf8), "no-rows"), ("blank lines only", Array("\n\n\n".utf8), "empty-file"),
        ("a name twice", Array("user,user,time\nana,1,2020-01-01\nben,2,2020-01-02\n".utf8), "repeated-column"),
    ]

    @Test(arguments: failures.indices)
    func `says what is wrong with a file`(index: Int) throws {
        let c = Self.failures[index]
        let scratch = try Scratch()
        let path = try scratch.write(c.bytes, "x.csv")
        let error = #expect(throws: DataError.self) { try FileSample(path) }
        #expect(error?.diagnostic.code == c.code, "\(c.name)")
        #expect(error?.diagnostic.category == .data)
    }

    @Test func `names missing files, directories and pipes`() throws {
        let scratch = try Scratch()
        #expect(#expect(throws: DataError.self) { try FileSample(scratch.path("none.csv")) }?.diagnostic.code == "missing-file")
        #expect(#expect(throws: DataError.self) { try FileSample(scratch.folder) }?.diagnostic.code == "directory")
        let pipe = scratch.path("pipe")
        #expect(mkfifo(pipe, 0o600) == 0)
        #expect(#expect(throws: DataError.self) { try FileSample(pipe) }?.diagnostic.code == "unreadable-file")
    }

    @Test func `the user's word goes before what is found`() throws {
        let scratch = try Scratch()
        let path = try scratch.write("a,b\nx,1\n")
        let sample = try FileSample(path, hasHeader: false, columns: ["p", "q"])
        #expect(sample.format == DelimitedFormat(separator: .byte(0x2C), hasHeader: false, names: ["p", "q"]))
        #expect(sample.rows.count == 2)
        #expect(#expect(throws: DataError.self) { try FileSample(path, columns: ["p"]) }?.diagnostic.code == "bad-option")
        #expect(#expect(throws: DataError.self) { try FileSample(path, columns: ["p", "p"]) }?.diagnostic.code == "bad-option")
    }
}
