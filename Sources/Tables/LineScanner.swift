import Runtime

#if canImport(Glibc)
    import Glibc
#endif

/// Finds the fields of the rows that one line holds, for formats in which a line end always ends a record.
///
/// As `RecordScanner` does for delimited text, it leaves a field for each column of the format; texts that are not in the file as they are meant (escapes)
/// lie in the scanner's own memory until the next row is asked for, and their `start` is counted from the same base.
protocol LineScanner {
    var cursor: LineCursor { get set }
    /// Whether a line may hold several rows, so that a bad one is no reason to show the whole line.
    static var hasManyRows: Bool { get }

    /// The cursor stands at the start of a line; `number` is counted from 1 in its file.
    mutating func beginLine(number: Int)
    mutating func next() -> LineRow
}

enum LineRow {
    case row
    case end
    /// What is wrong, and the bytes at fault.
    case bad(String, field: Range<Int>)
}

extension ShardParser {
    /// `parse` for the formats whose records are lines.
    func parseLines(_ base: UnsafePointer<UInt8>, from: Int, limit: Int, end: Int, isFinal: Bool, context: ParserContext, into shard: ShardRows) -> Ending {
        switch format.layout {
        case .delimited: preconditionFailure("delimited text is parsed record by record")
        case .jsonLines:
            var scanner = JSONLineScanner(format.names)
            defer { scanner.deallocate() }
            let ending = parseLines(&scanner, base, from: from, limit: limit, end: end, isFinal: isFinal, context, shard)
            shard.unknownKeys.merge(scanner.unknownKeys) { $0 + $1 }
            return ending
        case .combinedLog:
            var scanner = CombinedLogScanner()
            defer { scanner.deallocate() }
            return parseLines(&scanner, base, from: from, limit: limit, end: end, isFinal: isFinal, context, shard)
        case .sequences(let user):
            var scanner = SequenceScanner(user: user, filePrefix: shard.filePrefix)
            defer { scanner.deallocate() }
            return parseLines(&scanner, base, from: from, limit: limit, end: end, isFinal: isFinal, context, shard)
        }
    }

    private func parseLines<Scanner: LineScanner>(
        _ scanner: inout Scanner, _ base: UnsafePointer<UInt8>, from: Int, limit: Int, end: Int, isFinal: Bool, _ context: ParserContext, _ shard: ShardRows
    ) -> Ending {
        var position = from
        while position < limit {
            let found = memchr(base + position, 0x0A, end - position)
            guard found != nil || isFinal else { return .incomplete(at: position) }
            let lineEnd = found.map { UnsafePointer<UInt8>($0.assumingMemoryBound(to: UInt8.self)) - base } ?? end
            let line = position..<(lineEnd > position && base[lineEnd - 1] == 0x0D ? lineEnd - 1 : lineEnd)
            if line.contains(where: { base[$0] != 0x20 && base[$0] != 0x09 }) {
                scanner.begin(base, line, number: shard.firstLine + shard.lines)
                if let plan = parseRows(&scanner, base, line, context, shard) { return .textual(plan: plan) }
            }
            shard.lines += 1
            position = min(end, lineEnd + 1)
        }
        shard.next = position
        return .done
    }

    /// - Returns: the plan of a column that needs codes for its texts.
    private func parseRows<Scanner: LineScanner>(
        _ scanner: inout Scanner, _ base: UnsafePointer<UInt8>, _ line: Range<Int>, _ context: ParserContext, _ shard: ShardRows
    ) -> Int? {
        while true {
            shard.reserve(1)
            switch scanner.next() {
            case .end: return nil
            case .bad(let reason, let field): rejectRow(reason, field, base, Scanner.hasManyRows ? field : line, shard)
            case .row:
                switch store(base, scanner.fields, context, shard) {
                case .kept, .dropped: break
                case .textual(let plan): return plan
                case .bad(let reason, let text):
                    let start = text.baseAddress.map { $0 - base } ?? line.lowerBound
                    let field = line.contains(start) ? start..<min(line.upperBound, start + text.count) : line.lowerBound..<line.lowerBound
                    rejectRow(reason, field, base, Scanner.hasManyRows && !field.isEmpty ? field : line, shard)
                }
            }
        }
    }

    private func rejectRow(_ reason: String, _ field: Range<Int>, _ base: UnsafePointer<UInt8>, _ record: Range<Int>, _ shard: ShardRows) {
        reject(reason, field, base, record, shard)
        // The line is counted once, when all of its rows are done.
        shard.lines -= 1
    }
}

/// Memory for texts that are written with escapes; it is kept from row to row.
struct ScannerScratch {
    private(set) var memory: UnsafeMutableBufferPointer<UInt8> = .allocate(capacity: 4096)
    var count = 0

    /// Makes room for `capacity` bytes in all, and for what may be read after them; what it held is gone.
    mutating func reset(capacity: Int) {
        count = 0
        guard memory.count < capacity + RecordScanner.padding else { return }
        memory.deallocate()
        memory = .allocate(capacity: 2 * capacity + RecordScanner.padding)
    }

    mutating func append(_ byte: UInt8) {
        memory[count] = byte
        count += 1
    }

    mutating func append(_ text: String) { for byte in text.utf8 { append(byte) } }

    /// The bytes from `first` on as a field of a row whose fields are counted from `base`.
    func field(from first: Int, _ base: UnsafePointer<UInt8>, isQuoted: Bool) -> RecordScanner.Field {
        .init(start: UnsafePointer(memory.baseAddress!) + first - base, count: count - first, isQuoted: isQuoted, hasQuotes: false)
    }

    func deallocate() { memory.deallocate() }
}
