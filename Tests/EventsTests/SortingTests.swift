import Foundation
import Runtime
import Store
import Tables
import Testing

@testable import Events

/// The order of a log and what is asked of it, held against slow and obvious ways.
struct SortingTests {
    private struct Row {
        let user: String
        let time: Int64
        let action: String
        let place: Int
    }

    private static func random(_ seed: Int) -> [Row] {
        var stream = RandomStream(seed: seed, name: "test", purpose: "sorting")
        let areNumbers = stream.below(2) == 0
        let unit: Int64 = [1_000_000, 1, 86_400_000_000][stream.below(3)]
        let users = 1 + stream.below(200)
        return (0..<(1 + stream.below(4000))).map { place in
            let user = stream.below(users)
            return Row(
                user: areNumbers ? "\(user * (user % 3 == 0 ? 10_000_019 : 1))" : "u\(user)", time: Int64(stream.below(5000)) * unit - (seed % 4 == 0 ? 2000 * unit : 0),
                action: ["a", "b", "c"][stream.below(3)], place: place)
        }
    }

    private static func log(_ rows: [Row], threads: Int) throws -> EventLog {
        try EventLog(users: rows.map(\.user), times: rows.map(\.time), actions: rows.map(\.action), items: rows.map { "\($0.place)" }, work: Work(threads: threads))
    }

    @Test(arguments: 0..<16)
    func `rows stand by user, time and place, and late ones are counted`(seed: Int) throws {
        let rows = Self.random(seed)
        let areNumbers = rows.allSatisfy { Int($0.user) != nil }
        let expected = rows.sorted { a, b in
            if a.user != b.user { return areNumbers ? (Int(a.user) ?? 0) < (Int(b.user) ?? 0) : a.user.utf8.lexicographicallyPrecedes(b.user.utf8) }
            return (a.time, a.place) < (b.time, b.place)
        }
        var (last, late) = ([String: Int64](), 0)
        for row in rows {
            if let before = last[row.user], row.time < before { late += 1 }
            last[row.user] = row.time
        }
        for threads in [1, 2, 3] {
            let log = try Self.log(rows, threads: threads)
            #expect((0..<log.count).map { log.column(.item)?.text(at: $0) } == expected.map { "\($0.place)" })
            #expect((0..<log.count).map { log.column(.user)?.text(at: $0) } == expected.map(\.user))
            #expect(log.times == expected.map(\.time) && log.report.outOfOrder == late)
            #expect(log.userOffsets.count == Set(rows.map(\.user)).count + 1 && log.userOffsets.last == rows.count)
            #expect(log.report.tiedTimes == zip(expected, expected.dropFirst()).count { $0.user == $1.user && $0.time == $1.time })
        }
    }

    @Test(arguments: 0..<6)
    func `the order of rows changes nothing but ties`(seed: Int) throws {
        // A time for each row, so that there are no ties.
        let rows = Self.random(seed).enumerated().map { Row(user: $1.user, time: $1.time * 10_000 + Int64($0), action: $1.action, place: 0) }
        var shuffled = rows
        var stream = RandomStream(seed: seed, name: "test", purpose: "shuffle")
        stream.shuffle(&shuffled)
        let (one, other) = (try Self.log(rows, threads: 1), try Self.log(shuffled, threads: 2))
        #expect(one.table.csv() == other.table.csv())
        #expect(try one.transitions() == other.transitions())
        #expect(try one.codes(of: .action)?.codes == other.codes(of: .action)?.codes)
    }
}

/// Logs that come from the cache of columns.
struct EventCacheTests {
    private let scratch: Scratch
    private let path: String
    private let options: LoadOptions

    init() throws {
        scratch = try Scratch()
        // Above the least size that is kept: users, numbers with gaps, texts, truth values, and a row that is bad.
        var rows = ["user_id,item,event,price,promo,timestamp"]
        for row in 0..<200_000 {
            rows.append("\(row / 40),i\(row * 7919 % 5003),\(["pv", "cart", "buy"][row % 3]),\(row % 5 == 0 ? "" : "\(Double(row % 1000) / 4)"),\(row % 2 == 0 ? "true" : "false"),2019-11-\(10 + row % 19) 10:00:0\(row % 10).000250")
        }
        rows[700] = "bad"
        path = try scratch.write(rows.joined(separator: "\n"))
        var options = LoadOptions(badRows: BadRowPolicy(file: "\(scratch.folder)/bad"))
        options.cache = ContentCache(directory: scratch.folder + "/cache")
        self.options = options
    }

    private func load(_ share: Double? = nil) throws -> EventLog {
        guard case .events(let source) = try Loaded(paths: [path], options: options, work: Work()) else { throw DataError.emptyFile(path) }
        return try (share.map { try source.sampling(share: $0, seed: 1) } ?? source).collect(Work(threads: 2))
    }

    private func facts(_ log: EventLog) -> [String] {
        let read = log.report.read
        return [
            "\(read.rows) \(read.badRows) \(read.badRowReasons) \(read.usersSeen) \(read.usersKept) \(read.rowsKept) \(read.files)", "\(read.firstBadRows)", "\(log.report.outOfOrder)",
            "\(log.report.tiedTimes) \(log.report.exactDuplicates) \(log.report.samples) \(log.report.notes)", String(decoding: log.table.csv(), as: UTF8.self),
        ]
    }

    private var entries: Int { options.cache?.entries.count ?? 0 }

    @Test func `a log from the cache is the log`() throws {
        let first = try load()
        #expect(entries == 1)
        let second = try load()
        #expect(facts(second) == facts(first) && entries == 1)
        // A sample of it is taken from it, and is that of the file.
        let sample = try load(0.2)
        #expect(entries == 1)
        options.cache?.clear()
        let read = try load(0.2)
        #expect(entries == 1 && read.table.csv() == sample.table.csv() && read.report.samples == sample.report.samples && read.report.samples.count == 1)
    }

    @Test func `a file that changed is read again`() throws {
        _ = try load()
        var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        let count = bytes.count
        // One byte, so that the size stays, and the times of the last change put back.
        bytes[count - 1] = UInt8(ascii: "7")
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        try bytes.write(to: URL(fileURLWithPath: path))
        try FileManager.default.setAttributes([.modificationDate: attributes[.modificationDate] ?? Date()], ofItemAtPath: path)
        let changed = try load()
        #expect(changed.times.count { $0 % 10 == 7 } == 1)
        #expect(entries == 2)
    }

    @Test func `damaged and half written entries are of no use and go`() throws {
        let expected = facts(try load())
        let entry = try #require(options.cache?.entries.first?.path)
        var bytes = try Data(contentsOf: URL(fileURLWithPath: entry))
        bytes[bytes.count - 200] ^= 1
        try bytes.write(to: URL(fileURLWithPath: entry))
        #expect(facts(try load()) == expected)
        try bytes.prefix(1000).write(to: URL(fileURLWithPath: entry))
        #expect(options.cache?.entries.map(\.isAlive) == [false])
        #expect(facts(try load()) == expected)
        // What a killed writer leaves: the number of a process that is gone.
        try Data([1]).write(to: URL(fileURLWithPath: entry + ".part-4194303-1"))
        options.cache?.shrink(to: .max)
        #expect(try FileManager.default.contentsOfDirectory(atPath: URL(fileURLWithPath: entry).deletingLastPathComponent().path).count == 1)
    }

    @Test func `what is of no use any more goes first, and bad rows are written again`() throws {
        _ = try load()
        try FileManager.default.removeItem(atPath: "\(scratch.folder)/bad")
        _ = try load()
        #expect(FileManager.default.fileExists(atPath: "\(scratch.folder)/bad"))
        try FileManager.default.removeItem(atPath: path)
        #expect(options.cache?.entries.map(\.isAlive) == [false])
        #expect(options.cache?.shrink(to: .max, dead: true).entries == 1)
    }

    @Test func `a cache that cannot be written is a note`() throws {
        var options = options
        options.cache = ContentCache(directory: "/proc/none")
        guard case .events(let source) = try Loaded(paths: [path], options: options, work: Work()) else { throw DataError.emptyFile(path) }
        #expect(try source.collect(Work()).report.notes.contains { $0.hasPrefix("the columns could not be kept for the next time") })
    }
}
