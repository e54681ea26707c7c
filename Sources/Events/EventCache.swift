import Foundation
import Runtime
import Store
import Tables

/// The log that a reading of files gives, kept in a cache so that the next reading is a map of memory.
///
/// The key says what the log follows from: the content of the files, what was found in them, the columns that are read, and the draws that users must be in.
struct EventCache {
    /// Smaller files are read in no time.
    static let leastBytes = 8 << 20
    /// Another for each change of what is kept, or of how files are read.
    private static let version = 1

    private let cache: ContentCache
    private let paths: [String]
    private let identities: [FileIdentity]
    private let reading: [String]
    private let subject: String

    /// - Parameters:
    ///   - files: names and sizes.
    ///   - draws: seeds and shares.
    /// - Returns: none if the files are small, or cannot be read twice.
    init?(_ cache: ContentCache?, files: [(name: String, bytes: Int)], detection: Detection, plans: [ColumnPlan], draws: [(seed: Int, share: Double)]) {
        let identities = files.compactMap { FileIdentity($0.name) }
        guard let cache, files.reduce(0, { $0 + $1.bytes }) >= Self.leastBytes, identities.count == files.count else { return nil }
        self.cache = cache
        self.identities = identities
        paths = files.map(\.name)
        let columns = plans.map { "\($0.field) \($0.name) \($0.kind.columnKind) \($0.required ?? "")" }
        let samples = draws.map { EventStep.sample($0.share, seed: $0.seed).text }
        reading = ["\(Self.version)", detection.line] + columns + samples
        let left = detection.plans.count == plans.count ? [] : ["\(plans.count) of \(detection.plans.count) columns"]
        subject = ([paths.map { URL(fileURLWithPath: $0).lastPathComponent }.joined(separator: ", ")] + left + samples).joined(separator: " | ")
    }

    private func key(_ digests: [Digest]) -> Digest { Digest(of: (reading + digests.map { "\($0)" }).joined(separator: "\n")) }

    /// The log, if the files were read before, are as they were, and the cache still has it.
    ///
    /// - Throws: `FileError` where a file cannot be read; `Cancelled`.
    func log(_ detection: Detection, _ work: Work) throws -> EventLog? {
        var digests: [Digest] = []
        for path in paths {
            try work.check()
            guard let digest = try cache.notedDigest(ofFileAt: path) else { return nil }
            digests.append(digest)
        }
        guard let content = try cache.open(key(digests), work.workers), let kept = try? JSONDecoder().decode(Kept.self, from: content.description) else { return nil }
        // The rows that could not be used lie beside the data; if that file is gone, it is made again.
        if let file = kept.badRowsFile, access(file, R_OK) != 0 { return nil }
        let formats = Dictionary(detection.plans.compactMap { plan in if case .time(let format) = plan.kind { (plan.name, format) } else { nil } }) { first, _ in first }
        guard let table = kept.table.table(content, formats: formats) else { return nil }
        let roles = detection.roles.filter { role in table.column(named: role.value) != nil }
        var log = try EventLog(sorted: table, roles: roles, report: EventReport(read: kept.read(zip(paths, digests).map { ($0, $1) })), work: work)
        log.report.outOfOrder = kept.outOfOrder
        log.report.exactDuplicates = kept.exactDuplicates
        log.report.tiedTimes = kept.tiedTimes
        return log
    }

    /// Keeps a log that was just read.
    ///
    /// - Returns: why it could not be kept, if that is so.
    func keep(_ log: EventLog) -> String? {
        let digests = log.report.read.files.map(\.digest)
        guard digests.count == paths.count else { return nil }
        for (index, path) in paths.enumerated() { cache.note(digests[index], of: path, since: identities[index]) }
        let key = key(digests)
        var runs = PackedTable.Runs()
        guard !cache.contains(key), let table = PackedTable(log.table, &runs) else { return nil }
        do {
            let description = try JSONEncoder().encode(Kept(log.report, table))
            try withExtendedLifetime(runs) { try cache.write(key, .init(subject: subject, sources: zip(paths, digests).map { ($0, $1) }, description: description, runs: runs.buffers)) }
            return nil
        } catch {
            let why = if let error = error as? FileError, case .notWritable(let why) = error.reason { why } else { "\(error)" }
            return "the columns could not be kept for the next time: \(why)"
        }
    }

    /// What is kept beside the columns.
    private struct Kept: Codable {
        struct Bad: Codable {
            let path: String
            let line: Int
            let reason: String
            let text: String
            let field: Range<Int>
        }

        struct Count: Codable {
            let name: String
            let count: Int
        }

        let table: PackedTable
        let bytes: [Int]
        let rows: Int, badRows: Int, rowsKept: Int, usersSeen: Int, usersKept: Int
        let reasons: [Count]
        let unknownKeys: [Count]
        let firstBadRows: [Bad]
        let badRowsFile: String?
        let outOfOrder: Int, exactDuplicates: Int, tiedTimes: Int

        init(_ report: EventReport, _ table: PackedTable) {
            let read = report.read
            self.table = table
            bytes = read.files.map(\.bytes)
            (rows, badRows, rowsKept, usersSeen, usersKept) = (read.rows, read.badRows, read.rowsKept, read.usersSeen, read.usersKept)
            reasons = read.badRowReasons.map { Count(name: $0.reason, count: $0.count) }
            unknownKeys = read.unknownKeys.map { Count(name: $0.key, count: $0.count) }
            firstBadRows = read.firstBadRows.map { Bad(path: $0.path, line: $0.line, reason: $0.reason, text: $0.text, field: $0.field) }
            badRowsFile = read.badRowsFile
            (outOfOrder, exactDuplicates, tiedTimes) = (report.outOfOrder, report.exactDuplicates, report.tiedTimes)
        }

        func read(_ files: [(path: String, digest: Digest)]) -> ReadReport {
            var read = ReadReport()
            read.files = zip(files, bytes).map { .init(path: $0.path, bytes: $1, digest: $0.digest) }
            (read.rows, read.badRows, read.rowsKept, read.usersSeen, read.usersKept) = (rows, badRows, rowsKept, usersSeen, usersKept)
            read.badRowReasons = reasons.map { ($0.name, $0.count) }
            read.unknownKeys = unknownKeys.map { ($0.name, $0.count) }
            read.firstBadRows = firstBadRows.map { BadRow(path: $0.path, line: $0.line, reason: $0.reason, text: $0.text, field: $0.field) }
            read.badRowsFile = badRowsFile
            return read
        }
    }
}
