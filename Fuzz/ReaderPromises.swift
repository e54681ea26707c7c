import Foundation
import Runtime
import Tables

/// What holds for any bytes that are read as data: `DataError` or rows, the same ones however the file is cut up, and every record is a row or a bad row.
struct ReaderPromises {
    /// The readers by the word that chooses one on the command line: `cnb-fuzz reader=json ...`.
    static let readers: [String: FileLayout?] = ["any": FileLayout?.none, "delimited": .delimited, "json": .jsonLines, "log": .combinedLog, "sequences": .sequences]

    let layout: FileLayout?

    func hold(_ bytes: [UInt8]) {
        guard let whole = read(bytes, shard: 1 << 22, threads: 1) else { return }
        for (shard, threads) in [(7, 1), (64, 2)] {
            guard let parts = read(bytes, shard: shard, threads: threads) else { fatalError("read in one piece and not in pieces of \(shard) bytes") }
            guard parts.csv == whole.csv, parts.bad == whole.bad else { fatalError("pieces of \(shard) bytes give other rows:\n\(whole.csv)\n---\n\(parts.csv)\n\(whole.bad)\n\(parts.bad)") }
        }
    }

    private func read(_ bytes: [UInt8], shard: Int, threads: Int) -> (csv: String, bad: [String])? {
        do {
            let (_, table, report) = try MemoryReading.read(bytes, as: layout, shardBytes: shard, Work(threads: threads))
            guard report.rows - report.badRows == table.rowCount else { fatalError("\(report.rows) records, \(report.badRows) of them bad, give \(table.rowCount) rows") }
            return (String(decoding: table.csv(), as: UTF8.self), report.badRowReasons.map { "\($0.count) \($0.reason)" } + report.firstBadRows.map { "\($0.line) \($0.text)" })
        } catch let error as DataError {
            guard !error.diagnostic.rendered().isEmpty else { fatalError("an error shows nothing") }
            return nil
        } catch { fatalError("\(error)") }
    }
}
