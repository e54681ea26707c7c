import Foundation
import Runtime
import Store
import Synchronization

/// One run of a `DelimitedReader`: cuts files into shards, checks the guesses, and collects rows, bad rows and digests in file order.
///
/// Workers use only what is constant; what varies is touched by the caller alone, between the parallel parts.
final class ShardedReading: @unchecked Sendable {
    private let reader: DelimitedReader
    private let work: Work
    private let parser: ShardParser
    private let pool: [ParserContext]
    private let free: Mutex<[ParserContext]>
    private var shards: [ShardRows] = []
    private var report = ReadReport()
    private var reasons: [String: Int] = [:]
    private var badLines: [UInt8] = []
    private var rows = 0
    private let serials = Atomic<Int>(0)

    private static let slack = 1 << 16
    /// A record may not be longer.
    private static let longestRecord = 1 << 26
    /// Shards of unpacked text that are parsed at once.
    private static let batch = 4

    init(_ reader: DelimitedReader, _ work: Work) {
        self.reader = reader
        self.work = work
        parser = ShardParser(
            plans: reader.plans, fieldCount: reader.format.names.count, separator: reader.format.separator,
            sampledPlan: reader.sample.flatMap { sample in reader.plans.firstIndex { $0.name == sample.column } },
            draws: (reader.sample?.draws ?? []).map { .init(draw: $0.draw, share: $0.share) },
            keepsAllBadRows: reader.badRows.file != nil)
        pool = (0..<work.workers.threads).map { ParserContext(index: $0, plans: reader.plans) }
        free = Mutex(pool)
    }

    func read(_ path: String) throws { try read(InputFile(path)) }

    func read(_ file: InputFile) throws {
        if file.packing == .none { try readPlain(file) } else { try readPacked(file) }
    }

    func finish() throws -> (table: Table, report: ReadReport) {
        report.badRowReasons = reasons.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { ($0.key, $0.value) }
        if let path = reader.badRows.file, !badLines.isEmpty {
            do { try WholeFile.write(badLines, to: path) } catch { throw DataError.file(error) }
            report.badRowsFile = path
        }
        report.rowsKept = rows
        let assembled = try ShardAssembly(plans: reader.plans, shards: shards, contexts: pool, rows: rows, sampledPlan: parser.sampledPlan).columns(work)
        report.usersSeen = assembled.usersSeen
        return (Table(assembled.columns), report)
    }

    private func withContext<Result>(_ body: (ParserContext) throws -> Result) rethrows -> Result {
        let context = free.withLock { $0.removeLast() }
        defer { free.withLock { $0.append(context) } }
        return try body(context)
    }

    private func newShard(bytes: Int, _ context: ParserContext) -> ShardRows {
        let share = parser.sampledPlan == nil ? 1 : parser.draws.map(\.share).min() ?? 1
        let serial = Int32(truncatingIfNeeded: serials.wrappingAdd(1, ordering: .relaxed).newValue)
        let shard = ShardRows(reader.plans, capacity: Int(Double(bytes) / 30 * share), serial: serial)
        shard.context = context.index
        return shard
    }

    private func checkHeader(_ header: [String]?, _ path: String) throws {
        guard let header, path != reader.paths.first, let first = reader.paths.first else { return }
        let names = TypedHeader.plainNames(header)
        guard names == reader.format.names else { throw DataError.differentColumns(path, first: first, expected: reader.format.names, found: names) }
    }

    /// Takes the shard's rows and bad rows in file order. `line` is that of the shard's first record.
    private func accept(_ shard: ShardRows, line: inout Int, path: String) throws {
        for bad in shard.bad {
            let row = Self.badRow(bad, path: path, line: line + bad.line)
            if reader.badRows.stops { throw DataError.badRow(row, hint: "bad-rows=skip leaves such rows out and counts them") }
            if report.firstBadRows.count < 3 { report.firstBadRows.append(row) }
            if reader.badRows.file != nil {
                let place = reader.paths.count > 1 ? "\(path):\(row.line)" : "\(row.line)"
                badLines.append(contentsOf: "\(place)\t\(bad.reason)\t".utf8)
                // A line end inside the row would break the side file's own lines.
                for byte in bad.bytes { byte == 0x0A ? badLines.append(contentsOf: [0x5C, 0x6E]) : badLines.append(byte) }
                badLines.append(0x0A)
            }
        }
        for (reason, count) in shard.badCounts {
            reasons[reason, default: 0] += count
            report.badRows += count
        }
        report.rows += shard.records
        rows += shard.rows
        line += shard.lines
        shard.bad = []
        for user in shard.seenUsers { pool[shard.context].hot.pointee.flags[Int(user)] |= 2 }
        shard.seenUsers = []
        guard rows < Int(Int32.max) else { throw DataError.tooManyRows(path) }
        shards.append(shard)
    }

    private static func badRow(_ bad: ShardRows.Bad, path: String, line: Int) -> BadRow {
        // Bytes that are not UTF-8 change their length when they are shown, so the field's place is counted in shown bytes.
        let before = String(decoding: bad.bytes[..<bad.field.lowerBound], as: UTF8.self)
        let inside = String(decoding: bad.bytes[bad.field], as: UTF8.self)
        let after = String(decoding: bad.bytes[bad.field.upperBound...], as: UTF8.self)
        let start = before.utf8.count
        return BadRow(path: path, line: line, reason: bad.reason, text: before + inside + after, field: start..<(start + inside.utf8.count))
    }

    // MARK: Plain files

    private func readPlain(_ file: InputFile) throws {
        var head = [UInt8](repeating: 0, count: min(file.size, 1 << 20))
        let headCount = try head.withUnsafeMutableBytes { try file.read(into: $0, at: 0) }
        let body = reader.bodyStart(Array(head[..<headCount]))
        try checkHeader(body.header, file.path)
        let shardBytes = reader.shardBytes
        let count = (file.size + shardBytes - 1) / shardBytes
        let digest = OrderedDigest()
        let done = Atomic<Int>(0)
        let guesses = try work.workers.map(shards: count) { index in
            do {
                try work.check()
                let shard = try withContext { context in
                    try parsePlain(file, index, start: index == 0 ? body.byte : nil, context: context, digest: digest)
                }
                let finished = done.wrappingAdd(1, ordering: .relaxed).newValue
                work.report("reading", Double(finished) / Double(count), "\(finished * shardBytes >> 20) of \(file.size >> 20) MiB")
                return shard
            } catch {
                digest.abort()
                throw error
            }
        }
        var position = body.byte
        var line = body.line
        for index in 0..<count {
            guard position < min(file.size, (index + 1) * shardBytes) else { continue }
            var shard = guesses[index]
            if shard.start != position {
                try work.check()
                shard = try withContext { try parsePlain(file, index, start: position, context: $0, digest: nil) }
            }
            try accept(shard, line: &line, path: file.path)
            position = shard.next
        }
        report.files.append(.init(path: file.path, bytes: file.size, digest: digest.finish()))
    }

    /// Parses shard `index`: from `start` if that is known, else from after the first line end.
    private func parsePlain(_ file: InputFile, _ index: Int, start: Int?, context: ParserContext, digest: OrderedDigest?) throws -> ShardRows {
        let border = index * reader.shardBytes
        let limit = min(file.size, border + reader.shardBytes)
        let isGuess = start == nil
        // With the byte before it, a record that starts right at the border is seen to.
        let origin = digest == nil ? start ?? border : max(0, border - 1)
        var loaded = 0
        func load(upTo end: Int) throws {
            let end = min(file.size, end)
            context.reserve(end - origin + RecordScanner.padding)
            let target = UnsafeMutableRawBufferPointer(rebasing: context.buffer[loaded..<(end - origin)])
            let count = try file.read(into: target, at: origin + loaded)
            guard count == target.count else { throw DataError.damaged(file.path, format: "text", what: "it became shorter while it was read") }
            loaded = end - origin
            UnsafeMutableRawBufferPointer(rebasing: context.buffer[loaded...]).initializeMemory(as: UInt8.self, repeating: 0)
            context.buffer[loaded] = 0x0A
        }
        try load(upTo: limit + Self.slack)
        digest?.add(UnsafeRawBufferPointer(rebasing: context.buffer[(border - origin)..<(limit - origin)]), part: index)
        let shard = newShard(bytes: limit - border, context)
        var from = (start ?? border) - origin
        if isGuess {
            guard let line = context.buffer[..<(limit - origin)].firstIndex(of: 0x0A), origin + line + 1 < limit else { return shard }
            from = line + 1
        } else if from >= limit - origin {
            return shard
        }
        shard.start = origin + from
        while true {
            let base = UnsafePointer(context.buffer.baseAddress!.assumingMemoryBound(to: UInt8.self))
            switch parser.parse(base, from: from, limit: limit - origin, end: loaded, isFinal: origin + loaded == file.size, context: context, into: shard) {
            case .done:
                shard.next += origin
                return shard
            case .incomplete(let place):
                if isGuess, loaded > limit - origin + RecordScanner.longestQuotedField {
                    // A guess that leads this far was most probably wrong; the truth will be known soon.
                    shard.start = nil
                    return shard
                }
                guard loaded - place < Self.longestRecord else {
                    throw DataError.damaged(file.path, format: "text", what: "a line is longer than \(Self.longestRecord >> 20) MiB")
                }
                from = place
                try load(upTo: origin + loaded + max(Self.slack, loaded - place))
            }
        }
    }

    // MARK: Packed files

    private func readPacked(_ file: InputFile) throws {
        let stream = try UnpackedStream(file)
        let shardBytes = min(reader.shardBytes, 1 << 21)
        var capacity = Self.batch * shardBytes
        var window = UnsafeMutableRawBufferPointer.allocate(byteCount: capacity + RecordScanner.padding, alignment: 16)
        defer { window.deallocate() }
        var carried = 0
        var line = 1
        var isFirst = true
        while true {
            try work.check()
            let count = try stream.read(into: UnsafeMutableRawBufferPointer(rebasing: window[carried..<capacity]))
            let filled = carried + count
            let isFinal = filled < capacity
            work.report("reading", Double(stream.offset) / Double(max(1, file.size)), "\(stream.offset >> 20) of \(file.size >> 20) MiB packed")
            UnsafeMutableRawBufferPointer(rebasing: window[filled..<(filled + RecordScanner.padding)]).initializeMemory(as: UInt8.self, repeating: 0)
            window[filled] = 0x0A
            var position = 0
            if isFirst {
                let body = reader.bodyStart(Array(window[..<min(filled, 1 << 20)]))
                try checkHeader(body.header, file.path)
                position = body.byte
                line = body.line
                isFirst = false
            }
            position = try parseWindow(window, from: position, filled: filled, isFinal: isFinal, shardBytes: shardBytes, line: &line, path: file.path)
            if isFinal { break }
            carried = filled - position
            if carried == filled {
                guard capacity < Self.longestRecord else {
                    throw DataError.damaged(file.path, format: "text", what: "a line is longer than \(Self.longestRecord >> 20) MiB")
                }
                capacity *= 2
            }
            let next = UnsafeMutableRawBufferPointer.allocate(byteCount: capacity + RecordScanner.padding, alignment: 16)
            next.copyMemory(from: UnsafeRawBufferPointer(rebasing: window[position..<filled]))
            window.deallocate()
            window = next
        }
        report.files.append(.init(path: file.path, bytes: file.size, digest: stream.finishDigest()))
    }

    /// Parses the records of a window of unpacked text.
    ///
    /// - Returns: the place of the first record that goes on after the window.
    private func parseWindow(
        _ window: UnsafeMutableRawBufferPointer, from start: Int, filled: Int, isFinal: Bool, shardBytes: Int, line: inout Int, path: String
    ) throws -> Int {
        nonisolated(unsafe) let base = UnsafePointer(window.baseAddress!.assumingMemoryBound(to: UInt8.self))
        let count = (filled + shardBytes - 1) / shardBytes
        @Sendable func parse(_ index: Int, from known: Int?) -> ShardRows {
            withContext { context in
                let border = index * shardBytes
                let limit = min(filled, border + shardBytes)
                let shard = newShard(bytes: shardBytes, context)
                var from = known ?? border
                if known == nil {
                    var place = max(0, border - 1)
                    while place < limit, base[place] != 0x0A { place += 1 }
                    from = place + 1
                }
                guard from < limit else { return shard }
                shard.start = from
                if case .incomplete(let place) = parser.parse(base, from: from, limit: limit, end: filled, isFinal: isFinal, context: context, into: shard) {
                    shard.next = place
                }
                return shard
            }
        }
        let guesses = try work.workers.map(shards: count) { index in
            try work.check()
            return parse(index, from: index == 0 ? start : nil)
        }
        var position = start
        for index in 0..<count {
            let limit = min(filled, (index + 1) * shardBytes)
            guard position < limit else { continue }
            let shard = guesses[index].start == position ? guesses[index] : parse(index, from: position)
            try accept(shard, line: &line, path: path)
            position = shard.next
            // The record here goes on after the window.
            if position < limit { break }
        }
        return position
    }
}
