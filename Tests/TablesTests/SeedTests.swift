import Foundation
import Runtime
import Testing

@testable import Tables

/// What fuzzing begins with, and what it found once: every file reads the same however it is cut up, as each kind that it may be taken for.
struct SeedTests {
    static let folder = Bundle.module.url(forResource: "Seeds", withExtension: nil)
    static let files = folder.flatMap { try? FileManager.default.contentsOfDirectory(at: $0, includingPropertiesForKeys: nil) }?.map(\.path).sorted() ?? []

    @Test func `there are seeds`() { #expect(Self.files.count >= 10) }

    @Test(arguments: files, [FileLayout?.none, .delimited, .jsonLines, .combinedLog, .sequences])
    func `reads the same however it is cut up`(file: String, layout: FileLayout?) throws {
        let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: file)))
        func read(_ shard: Int, _ threads: Int) throws -> String? {
            do {
                let (_, table, report) = try MemoryReading.read(bytes, as: layout, shardBytes: shard, Work(threads: threads))
                #expect(report.rows - report.badRows == table.rowCount)
                return String(decoding: table.csv(), as: UTF8.self) + report.firstBadRows.map { "\($0.line) \($0.text)\n" }.joined()
            } catch is DataError { return nil }
        }
        let whole = try read(1 << 22, 1)
        for (shard, threads) in [(7, 1), (64, 2)] { #expect(try read(shard, threads) == whole) }
    }
}
