import Foundation
import Runtime

@testable import Tables

/// A folder that goes with the test.
final class Scratch {
    let folder: String

    init() throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("cnb-tables-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    func path(_ name: String) -> String { "\(folder)/\(name)" }

    func write(_ text: String, _ name: String = "data.csv") throws -> String { try write(Array(text.utf8), name) }

    func write(_ bytes: [UInt8], _ name: String) throws -> String {
        try Data(bytes).write(to: URL(fileURLWithPath: path(name)))
        return path(name)
    }
}

/// Packs by gzip in one member, as a writer would.
func gzipped(_ text: String) -> [UInt8] { Packing.gzip(Array(text.utf8)) }

/// Reads text through a file with the shard size and threads given.
func read(
    _ bytes: [UInt8], columns: [ColumnPlan], header: Bool = true, separator: DelimitedFormat.Separator = .byte(0x2C), shard: Int = 1 << 22, threads: Int = 1,
    names: [String]? = nil, badRows: BadRowPolicy = BadRowPolicy(), sample: (column: String, draws: [(draw: UserDraw, share: Double)])? = nil,
    in scratch: Scratch? = nil, name: String = "data.csv"
) throws -> (table: Table, report: ReadReport) {
    let scratch = try scratch ?? Scratch()
    let path = try scratch.write(bytes, name)
    let format = DelimitedFormat(separator: separator, hasHeader: header, names: names ?? columns.map(\.name))
    return try DelimitedReader(paths: [path], format: format, plans: columns, badRows: badRows, sample: sample, shardBytes: shard).read(Work(threads: threads))
}
