import Foundation
import Runtime
import Store
import Synchronization

/// One run of a `DelimitedReader`: cuts files into shards, checks the guesses, and collects rows, bad rows and digests in file order.
///
/// Each worker reads and parses a shard on its own, then waits for its turn: in file order the guess is checked, the rows get their place, texts their codes, and bad rows are taken.
/// What is left, the copying of the values to their place, is done side by side again. So only the columns grow with the file.
final class ShardedReading: @unchecked Sendable {
    private let reader: DelimitedReader
    private let work: Work
    private let parser: ShardParser
    private let pool: [ParserContext]
    private let free: Mutex<[ParserContext]>
    // All of these are touched by whoever has the turn.
    private let builders: [ColumnBuilder]
    private var report = ReadReport()
    private var reasons: [String: Int] = [:]
    private var unknownKeys: [String: Int] = [:]
    private var badLines: [UInt8] = []
    private var rows = 0
    private var seenUsers = SeenUsers()
    /// Columns of texts that hold texts which are no ids.
    private let textual: [Flag]

    private static let slack = 1 << 12
    /// A record may not be longer.
    private static let longestRecord = 1 << 26
    /// What sorting takes for a row, beside the rows.
    private static let sortingBytes = 16
    /// Shards of unpacked text that are parsed at once.
    private static let batch = 4

    init(_ reader: DelimitedReader, _ work: Work) {
        self.reader = reader
        self.work = work
        let sampledPlan = reader.sample.flatMap { sample in reader.plans.firstIndex { $0.name == sample.column } }
        parser = ShardParser(
            plans: reader.plans, format: reader.format, fieldCount: reader.format.names.count, separator: reader.format.separator, sampledPlan: sampledPlan,
            draws: (reader.sample?.draws ?? []).map { .init(draw: $0.draw, share: $0.share) }, keepsAllBadRows: reader.badRows.file != nil)
        pool = (0..<work.workers.threads).map { ParserContext(index: $0, plans: reader.plans, fields: reader.format.names.count, sampledPlan: sampledPlan) }
        free = Mutex(pool)
        builders = reader.plans.map { ColumnBuilder($0, contexts: work.workers.threads) }
        textual = reader.plans.map { _ in Flag() }
    }

    func read(_ path: String) throws { try read(InputFile(path)) }

    func read(_ file: InputFile) throws {
        let format = try format(of: file)
        // Packed, to be converted or to come only once, or with lines that must be numbered: such a file is read from its start on.
        let isStream = file.packing != .none || file.pipe != nil || format.isConverted || format.layout == .sequences(.line)
        try isStream ? readStream(file, format) : readPlain(file)
    }

    /// The format, with the encoding and the line ends of a further file, which may be others than those of the first.
    private func format(of file: InputFile) throws -> DelimitedFormat {
        guard file.path != reader.paths.first, file.pipe == nil else { return reader.format }
        var format = reader.format
        let encoding = try FileSample.look(at: file).encoding
        (format.encoding, format.endsLinesWithCarriageReturns) = (encoding.encoding, encoding.endsLinesWithCarriageReturns)
        return format
    }

    func finish() throws -> (table: Table, report: ReadReport) {
        report.unknownKeys = unknownKeys.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { ($0.key, $0.value) }
        report.badRowReasons = reasons.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { ($0.key, $0.value) }
        if let path = reader.badRows.file, !badLines.isEmpty {
            do { try WholeFile.write(badLines, to: path) } catch { throw DataError.file(error) }
            report.badRowsFile = path
        }
        report.rowsKept = rows
        report.usersSeen = seenUsers.count
        return (Table(builders.map { $0.finish(rows: rows) }), report)
    }

    private func withContext<Result>(_ body: (ParserContext) throws -> Result) rethrows -> Result {
        let context = free.withLock { $0.removeLast() }
        defer { free.withLock { $0.append(context) } }
        return try body(context)
    }

    /// Parses what `parse` hands to the parser into a shard of the context's; anew where a text shows that a column needs codes.
    private func parsed(_ context: ParserContext, start: Int, _ parse: (ShardRows) throws -> ShardParser.Ending) throws -> ShardRows {
        while true {
            for plan in textual.indices where textual[plan].isRaised { context.code(plan) }
            let shard = context.spare ?? ShardRows(reader.plans, capacity: 1024)
            context.spare = nil
            shard.reset(for: context)
            shard.start = start
            switch try parse(shard) {
            case .done: break
            case .incomplete(let place): shard.next = place
            case .textual(let plan):
                discard(shard, context)
                textual[plan].raise()
                continue
            }
            shard.finish(context)
            return shard
        }
    }

    /// What was parsed from a wrong start is forgotten.
    private func discard(_ shard: ShardRows, _ context: ParserContext) {
        shard.discard(context)
        context.spare = shard
    }

    private func checkHeader(_ header: [String]?, _ path: String) throws {
        guard let header, path != reader.paths.first, let first = reader.paths.first else { return }
        let names = TypedHeader.plainNames(header)
        guard names == reader.format.names else { throw DataError.differentColumns(path, first: first, expected: reader.format.names, found: names) }
    }

    /// Takes the shard's bad rows and gives its rows their place, in file order. `line` is that of the shard's first record.
    ///
    /// - Parameter alone: waits until nobody copies.
    /// - Returns: where its rows begin.
    private func place(_ shard: ShardRows, line: inout Int, path: String, alone: () -> Void) throws -> Int {
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
        for (key, count) in shard.unknownKeys { unknownKeys[key, default: 0] += count }
        report.rows += shard.records
        line += shard.lines
        // What a shard noted are ids until its worker met a text, which may have been in a later shard.
        if let plan = parser.sampledPlan, !shard.seenUsers.isEmpty { seenUsers.add(shard.seenUsers, shard.sinks[plan].isCoded ? pool[shard.context].interners[plan] : nil) }
        let first = rows
        rows += shard.rows
        guard rows < Int(Int32.max) else { throw DataError.tooManyRows(path) }
        for index in builders.indices { builders[index].place(shard, index, at: first, context: pool[shard.context], alone: alone) }
        if let memory = reader.memory {
            let (width, texts) = builders.reduce((0, 0)) { ($0.0 + $1.width, $0.1 + $1.textBytes) }
            guard rows * (2 * width + Self.sortingBytes) + texts <= memory else { throw DataError.overBudget(path, rows: rows, memory: memory) }
        }
        return first
    }

    private func copy(_ shard: ShardRows, at row: Int) { for index in builders.indices { builders[index].copy(shard, index, at: row) } }

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
        reserve(file, head)
        let shardBytes = reader.shardBytes
        let count = (file.size + shardBytes - 1) / shardBytes
        let turns = Turns()
        let progress = FileProgress(position: body.byte, line: body.line)
        try work.workers.forEach(shards: count) { index in
            do {
                try work.check()
                try withContext { context in
                    var shard = try parsePlain(file, index, start: index == 0 ? body.byte : nil, context: context)
                    var first: Int?
                    try turns.take(index) { alone in
                        progress.digest.add(bytes(of: index, file, context))
                        let isOwn = progress.position < min(file.size, (index + 1) * shardBytes)
                        if !isOwn || shard?.start != progress.position {
                            if let wrong = shard { discard(wrong, context) }
                            shard = isOwn ? try parsePlain(file, index, start: progress.position, context: context) : nil
                        }
                        if let shard {
                            first = try place(shard, line: &progress.line, path: file.path, alone: alone)
                            progress.position = shard.next
                        }
                        work.report("reading", Double(index + 1) / Double(count), "\((index + 1) * shardBytes >> 20) of \(file.size >> 20) MiB")
                    }
                    if let shard, let first {
                        copy(shard, at: first)
                        context.spare = shard
                    }
                    turns.leave()
                }
            } catch {
                turns.abort()
                throw error
            }
        }
        report.files.append(.init(path: file.path, bytes: file.size, digest: progress.digest.finish()))
    }

    /// Makes room for as many rows as the file has if all are like those of its head.
    private func reserve(_ file: InputFile, _ head: [UInt8]) {
        let lines = head.reduce(1) { $0 + ($1 == 0x0A ? 1 : 0) }
        let share = parser.sampledPlan == nil ? 1 : parser.draws.map(\.share).min() ?? 1
        let expected = Double(file.size) / Double(head.count) * Double(lines) * share
        for builder in builders { builder.reserve(min(rows + Int(expected * 1.1) + 1024, Int(Int32.max))) }
    }

    private func origin(of index: Int) -> Int {
        // With the byte before it, a record that starts right at the border is seen to.
        max(0, index * reader.shardBytes - 1)
    }

    /// The bytes of a shard, which the context holds.
    private func bytes(of index: Int, _ file: InputFile, _ context: ParserContext) -> UnsafeRawBufferPointer {
        let border = index * reader.shardBytes
        return UnsafeRawBufferPointer(rebasing: context.window.bytes[(border - origin(of: index))..<(min(file.size, border + reader.shardBytes) - origin(of: index))])
    }

    /// Parses shard `index`: from `start` if that is known, else from after the first line end; none if no record starts in it, or the guess leads too far.
    private func parsePlain(_ file: InputFile, _ index: Int, start: Int?, context: ParserContext) throws -> ShardRows? {
        let border = index * reader.shardBytes
        let limit = min(file.size, border + reader.shardBytes)
        let origin = origin(of: index)
        var loaded = 0
        func load(upTo end: Int) throws {
            let end = min(file.size, end)
            try context.window.show(origin..<end, of: file)
            loaded = end - origin
        }
        try load(upTo: limit + Self.slack)
        var first = (start ?? border) - origin
        if start == nil {
            guard let line = memchr(context.window.bytes.baseAddress.unsafelyUnwrapped, 0x0A, limit - origin), case let place = line - context.window.bytes.baseAddress.unsafelyUnwrapped, origin + place + 1 < limit
            else { return nil }
            first = place + 1
        }
        guard first < limit - origin else { return nil }
        var isLost = false
        let shard = try parsed(context, start: origin + first) { shard in
            var from = first
            while true {
                let base = UnsafePointer(context.window.bytes.baseAddress.unsafelyUnwrapped.assumingMemoryBound(to: UInt8.self))
                let ending = parser.parse(base, from: from, limit: limit - origin, end: loaded, isFinal: origin + loaded == file.size, context: context, into: shard)
                guard case .incomplete(let place) = ending else { return ending }
                if start == nil, loaded > limit - origin + RecordScanner.longestQuotedField {
                    // A guess that leads this far was most probably wrong; the truth will be known soon.
                    isLost = true
                    return .done
                }
                guard loaded - place < Self.longestRecord else {
                    throw DataError.damaged(file.path, format: "text", what: "a line is longer than \(Self.longestRecord >> 20) MiB")
                }
                from = place
                try load(upTo: origin + loaded + max(Self.slack, loaded - place))
            }
        }
        shard.next += origin
        guard isLost else { return shard }
        discard(shard, context)
        return nil
    }

    // MARK: Streams

    private func readStream(_ file: InputFile, _ format: DelimitedFormat) throws {
        let stream = try TextStream(file, format)
        let shardBytes = min(reader.shardBytes, 1 << 21)
        // Where lines are numbered, a shard must know how many come before it.
        let isNumbered = reader.format.layout == .sequences(.line)
        var capacity = (isNumbered ? 1 : Self.batch) * shardBytes
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
            let amount = file.pipe == nil ? " of \(file.size >> 20) MiB\(file.packing == .none ? "" : " packed")" : " MiB"
            work.report("reading", file.pipe == nil ? Double(stream.offset) / Double(max(1, file.size)) : nil, "\(stream.offset >> 20)\(amount)")
            UnsafeMutableRawBufferPointer(rebasing: window[filled..<(filled + RecordScanner.padding)]).initializeMemory(as: UInt8.self, repeating: 0)
            window[filled] = 0x0A
            var position = 0
            if isFirst {
                let body = reader.bodyStart(Array(window[..<filled]), isWhole: isFinal)
                // A window that is too small for the header must grow.
                isFirst = body.header == nil && reader.format.layout == .delimited && reader.format.hasHeader && !isFinal
                if !isFirst {
                    try checkHeader(body.header, file.path)
                    position = body.byte
                    line = body.line
                }
            }
            if !isFirst {
                position = try parseWindow(
                    window, from: position, filled: filled, isFinal: isFinal, shardBytes: isNumbered ? max(1, filled) : shardBytes, line: &line, path: file.path)
            }
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
        report.files.append(.init(path: file.path, bytes: stream.offset, digest: stream.finishDigest()))
    }

    /// Parses the records of a window of unpacked text.
    ///
    /// - Returns: the place of the first record that goes on after the window.
    private func parseWindow(
        _ window: UnsafeMutableRawBufferPointer, from start: Int, filled: Int, isFinal: Bool, shardBytes: Int, line: inout Int, path: String
    ) throws -> Int {
        nonisolated(unsafe) let base = UnsafePointer(window.baseAddress!.assumingMemoryBound(to: UInt8.self))
        let count = (filled + shardBytes - 1) / shardBytes
        let firstLine = line
        let filePrefix = reader.paths.count > 1 ? "\(report.files.count + 1):" : ""
        @Sendable func parse(_ index: Int, from known: Int?) throws -> ShardRows? {
            try withContext { context in
                let border = index * shardBytes
                let limit = min(filled, border + shardBytes)
                var from = known ?? border
                if known == nil {
                    var place = max(0, border - 1)
                    while place < limit, base[place] != 0x0A { place += 1 }
                    from = place + 1
                }
                guard from < limit else { return nil }
                return try parsed(context, start: from) { shard in
                    (shard.firstLine, shard.filePrefix) = (firstLine, filePrefix)
                    return parser.parse(base, from: from, limit: limit, end: filled, isFinal: isFinal, context: context, into: shard)
                }
            }
        }
        let guesses = try work.workers.map(shards: count) { index in
            try work.check()
            return try parse(index, from: index == 0 ? start : nil)
        }
        var position = start
        var areGuessesRight = true
        for index in 0..<count {
            let limit = min(filled, (index + 1) * shardBytes)
            if areGuessesRight, position >= limit ? guesses[index] != nil : guesses[index]?.start != position {
                // What the workers remember of one guess the next ones build on.
                areGuessesRight = false
                for guess in guesses[index...] { if let guess { discard(guess, pool[guess.context]) } }
            }
            let shard = areGuessesRight ? guesses[index] : position < limit ? try parse(index, from: position) : nil
            guard let shard else { continue }
            copy(shard, at: try place(shard, line: &line, path: path) {})
            pool[shard.context].spare = shard
            position = shard.next
            // The record here goes on after the window.
            if position < limit {
                if areGuessesRight { for guess in guesses[(index + 1)...] { if let guess { discard(guess, pool[guess.context]) } } }
                break
            }
        }
        return position
    }
}

/// How far a file was taken; touched by whoever has the turn.
private final class FileProgress: @unchecked Sendable {
    var digest = Digest.Stream()
    /// Where the next record starts, and on which line.
    var position: Int
    var line: Int

    init(position: Int, line: Int) {
        self.position = position
        self.line = line
    }
}
