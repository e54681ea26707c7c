import Foundation
import Runtime
import Testing

@testable import Tables

/// Files that are not what they should be end in a clear error or in bad rows that are told, never in a crash or a silent loss.
struct DamagedFileTests {
    @Test func `a line that is too long ends reading, in bounded memory`() throws {
        let scratch = try Scratch()
        let path = try scratch.write("user,note\na,x\n", "long.csv")
        // A line of 2 GB of NULs that takes no room on the disk.
        try #require(truncate(path, 2_200_000_000) == 0)
        let plans = [ColumnPlan("user", field: 0, .text), ColumnPlan("note", field: 1, .text)]
        let format = DelimitedFormat(separator: .byte(0x2C), hasHeader: true, names: ["user", "note"])
        let error = #expect(throws: DataError.self) { try DelimitedReader(paths: [path], format: format, plans: plans).read(Work()) }
        #expect(error?.diagnostic.message.contains("a line is longer than 64 MiB") == true)
        let jsonFormat = DelimitedFormat(layout: .jsonLines, names: ["user", "note"])
        #expect(throws: DataError.self) { try DelimitedReader(paths: [path], format: jsonFormat, plans: plans).read(Work()) }
        let first = #expect(throws: DataError.self) { try FileSample(scratch.write(Array(repeating: 0x61, count: 40_000_000), "first.csv")) }
        #expect(first?.diagnostic.message.contains("its first line is longer than 1 MiB") == true)
    }

    @Test func `a file that becomes shorter while it is read is damaged`() throws {
        let scratch = try Scratch()
        let path = try scratch.write(String(repeating: "{\"a\":1}\n", count: 100_000), "data")
        let file = try InputFile(path)
        try #require(truncate(path, 1000) == 0)
        let reader = DelimitedReader(paths: [path], format: DelimitedFormat(layout: .jsonLines, names: ["a"]), plans: [ColumnPlan("a", field: 0, .integer)])
        let error = #expect(throws: DataError.self) { try ShardedReading(reader, Work()).read(file) }
        #expect(error?.diagnostic.message.contains("became shorter") == true)
    }

    static let forms: [(name: String, bytes: [UInt8])] = [
        ("plain", Array("{\"a\":1}\n{\"a\":2}\n".utf8)), ("no final line end", Array("{\"a\":1}\n{\"a\":2}".utf8)), ("CRLF", Array("{\"a\":1}\r\n{\"a\":2}\r\n".utf8)),
        ("byte order mark", [0xEF, 0xBB, 0xBF] + Array("{\"a\":1}\n{\"a\":2}\n".utf8)), ("gzip", gzipped("{\"a\":1}\n{\"a\":2}\n")), ("zstd", Packing.zstd(Array("{\"a\":1}\n{\"a\":2}\n".utf8))),
        ("carriage returns", Array("{\"a\":1}\r{\"a\":2}\r".utf8)), ("blank lines", Array("\n{\"a\":1}\n \n{\"a\":2}\n\n".utf8)),
    ]

    @Test(arguments: forms.indices, [4, 1 << 22])
    func `every form of a file of lines gives the same rows`(index: Int, shard: Int) throws {
        let c = Self.forms[index]
        let (table, report, sample) = try readLines(c.bytes, shard: shard, threads: 2)
        #expect(sample.format.layout == .jsonLines && csv(table) == "a\n1\n2\n", "\(c.name)")
        #expect(report.badRows == 0 && report.files[0].digest == c.bytes.withUnsafeBytes { Digest(of: $0) })
    }

    @Test func `a cut-off gzip of lines is damaged, and NULs in it are bad rows`() throws {
        let whole = gzipped((0..<5000).map { "{\"a\":\($0 * 7919 % 10007)}\n" }.joined())
        #expect(#expect(throws: DataError.self) { try readLines(Array(whole.dropLast(900))) }?.diagnostic.code == "damaged-file")
        let nuls = Array(String(repeating: "{\"a\":1}\n", count: 100_000).utf8) + [UInt8](repeating: 0, count: 50_000) + Array("\n{\"a\":2}\n".utf8)
        let (table, report, _) = try readLines(nuls)
        #expect(table.rowCount == 100_001 && report.badRowReasons.map(\.reason) == ["a JSON object was expected"])
    }

    @Test(arguments: [1, 3])
    func `each of several files is read in its own encoding`(threads: Int) throws {
        let scratch = try Scratch()
        let paths = [try scratch.write("user,note\na,é\n", "utf8.csv"), try scratch.write(Array("user,note\nb,".utf8) + [0x4D, 0xFC, 0x6C, 0x6C, 0x65, 0x72, 0x0A], "latin.csv")]
        let plans = [ColumnPlan("user", field: 0, .text), ColumnPlan("note", field: 1, .text)]
        for order in [paths, paths.reversed()] {
            let sample = try FileSample(order[0])
            let (table, report) = try DelimitedReader(paths: order, format: sample.format, plans: plans).read(Work(threads: threads))
            #expect(Set((0..<2).map { table.columns[1].text(at: $0) }) == ["é", "Müller"] && report.badRows == 0)
        }
    }

    @Test func `a folder, an empty file and a header alone are told`() throws {
        let scratch = try Scratch()
        func code(_ path: String) -> String? { #expect(throws: DataError.self) { try FileSample(path) }?.diagnostic.code }
        #expect(code(scratch.folder) == "directory" && code(scratch.folder + "/nothing.csv") == "missing-file")
        #expect(try code(scratch.write("", "empty.csv")) == "empty-file" && code(scratch.write("user,time\n", "head.csv")) == "no-rows")
    }

    @Test(.enabled(if: geteuid() != 0, "root may read everything"))
    func `a file that may not be read is told`() throws {
        let scratch = try Scratch()
        let path = try scratch.write("user,time\na,1\n", "secret.csv")
        try #require(chmod(path, 0) == 0)
        #expect(#expect(throws: DataError.self) { try FileSample(path) }?.diagnostic.code == "unreadable-file")
    }
}
