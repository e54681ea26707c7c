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
            let parts = read(bytes, shard: shard, threads: threads)
            promise(parts?.csv == whole.csv && parts?.bad == whole.bad, "pieces of \(shard) bytes give other rows:\n\(whole)\n---\n\(parts.map { "\($0)" } ?? "none")")
        }
    }

    private func read(_ bytes: [UInt8], shard: Int, threads: Int) -> (csv: String, bad: [String])? {
        do {
            let (_, table, report) = try MemoryReading.read(bytes, as: layout, shardBytes: shard, Work(threads: threads))
            promise(report.rows - report.badRows == table.rowCount, "\(report.rows) records, \(report.badRows) of them bad, give \(table.rowCount) rows")
            return (String(decoding: table.csv(), as: UTF8.self), report.badRowReasons.map { "\($0.count) \($0.reason)" } + report.firstBadRows.map { "\($0.line) \($0.text)" })
        } catch let error as DataError {
            promise(!error.diagnostic.rendered().isEmpty, "an error shows nothing")
        } catch { promise(false, "\(error)") }
        return nil
    }
}
