import Runtime

#if canImport(Glibc)
    import Glibc
#endif

/// What a worker keeps from shard to shard: the texts that it has met, with its own codes, and a buffer.
///
/// Lent to one worker at a time.
final class ParserContext: @unchecked Sendable {
    let index: Int
    let interners: [TextInterner?]
    /// By the user's code, if users are sampled: bit 0 for users in the sample, bit 1 for users seen in rows that count.
    var flags: [UInt8] = []
    /// By the user's code: the shard in which the user was noted last.
    fileprivate var stamps: [Int32] = []
    /// Codes of texts that are not UTF-8, by plan.
    fileprivate var invalid: [Set<Int32>]
    fileprivate var scratch: UnsafeMutableBufferPointer<UInt8> = .allocate(capacity: 256)
    /// Holds the shard that is being read.
    private(set) var buffer: UnsafeMutableRawBufferPointer = .allocate(byteCount: 0, alignment: 16)

    init(index: Int, plans: [ColumnPlan]) {
        self.index = index
        interners = plans.map { $0.kind == .text ? TextInterner() : nil }
        invalid = Array(repeating: [], count: plans.count)
    }

    deinit {
        scratch.deallocate()
        buffer.deallocate()
    }

    /// A buffer of at least `count` bytes; what the old one held is kept.
    func reserve(_ count: Int) {
        guard count > buffer.count else { return }
        let grown = UnsafeMutableRawBufferPointer.allocate(byteCount: count, alignment: 16)
        grown.copyMemory(from: UnsafeRawBufferPointer(buffer))
        buffer.deallocate()
        buffer = grown
    }
}

/// What one shard holds: its columns in the worker's codes, and what was wrong.
final class ShardRows: @unchecked Sendable {
    // Written by one worker, read after all have ended.
    let sinks: UnsafeMutablePointer<ColumnSink>
    let columns: Int
    private(set) var capacity: Int
    var context = 0
    var rows = 0
    var records = 0
    /// Usable records, whether or not the user is in the sample.
    var usable = 0
    var lines = 0
    var bad: [Bad] = []
    var badCounts: [String: Int] = [:]
    /// The byte where the shard's first record was taken to start, if there was one, and where the first starts that is not its own.
    var start: Int?
    var next = 0
    /// Users seen, in the worker's codes, noted for a shard whose guessed start may prove wrong.
    var seenUsers: [Int32] = []
    let serial: Int32
    var notesUsers = false

    struct Bad {
        /// Counted from 0 at the shard's start.
        let line: Int
        let reason: String
        let bytes: [UInt8]
        let field: Range<Int>
    }

    /// - Parameter serial: another for each shard, from 1.
    init(_ plans: [ColumnPlan], capacity: Int, serial: Int32) {
        self.serial = serial
        self.capacity = max(16, capacity)
        columns = plans.count
        sinks = .allocate(capacity: max(1, plans.count))
        for (index, plan) in plans.enumerated() { (sinks + index).initialize(to: ColumnSink(plan, capacity: self.capacity)) }
    }

    func grow() {
        capacity *= 2
        for index in 0..<columns { sinks[index].grow(to: capacity, rows: rows) }
    }

    deinit {
        for index in 0..<columns { sinks[index].deallocate() }
        sinks.deallocate()
    }
}

/// Parses the records of a shard into columns.
struct ShardParser: Sendable {
    struct Draw: Sendable {
        let draw: UserDraw
        let share: Double
    }

    let plans: [ColumnPlan]
    let fieldCount: Int
    let separator: DelimitedFormat.Separator
    /// The plan of the user, if users are sampled.
    let sampledPlan: Int?
    /// The draws that a user must be in.
    let draws: [Draw]
    let keepsAllBadRows: Bool

    enum Ending { case done, incomplete(at: Int) }
    private enum Stored { case kept, dropped, bad(String, UnsafeBufferPointer<UInt8>) }

    /// Parses the records that start in `from..<limit` of a buffer whose first `end` bytes are valid.
    ///
    /// - Parameter isFinal: whether the file ends with the buffer.
    /// - Returns: `.incomplete` with the place of a record that needs more bytes; parsing can go on there.
    func parse(
        _ base: UnsafePointer<UInt8>, from: Int, limit: Int, end: Int, isFinal: Bool, context: ParserContext, into shard: ShardRows
    ) -> Ending {
        var scanner = RecordScanner(separator, expected: fieldCount)
        defer { scanner.deallocate() }
        var position = from
        let hasQuotes = memchr(base + from, 0x22, end - from) != nil
        let skims = sampledPlan != nil && !scanner.isWhitespace && !hasQuotes
        // Without quotes a shard longer than any quoted field starts where it was guessed to start.
        shard.notesUsers = shard.notesUsers || (sampledPlan != nil && (hasQuotes || limit - from < RecordScanner.longestQuotedField))
        while position < limit {
            if skims, let next = skim(base, position, end, context, shard) {
                position = next
                shard.records += 1
                shard.usable += 1
                shard.lines += 1
                continue
            }
            if shard.rows == shard.capacity { shard.grow() }
            switch scanner.scan(base, from: position, end: end, isFinal: isFinal) {
            case .incomplete: return .incomplete(at: position)
            case .blank(let next):
                shard.lines += 1
                position = next
            case .bad(let reason, let field, let next):
                reject(reason, field, base, position..<next, shard)
                position = next
            case .record(let next):
                if scanner.count != fieldCount {
                    let reason = "\(scanner.count) field\(scanner.count == 1 ? "" : "s") instead of \(fieldCount)"
                    let last = scanner.fields[max(0, min(scanner.count, fieldCount) - 1)]
                    let lastEnd = last.start + last.count
                    reject(reason, scanner.count > fieldCount ? lastEnd..<max(lastEnd, next) : last.start..<lastEnd, base, position..<next, shard)
                } else {
                    switch store(base, scanner.fields, context, shard) {
                    case .kept:
                        shard.rows += 1
                        shard.usable += 1
                        shard.records += 1
                        shard.lines += 1
                    case .dropped:
                        shard.usable += 1
                        shard.records += 1
                        shard.lines += 1
                    case .bad(let reason, let text):
                        let start = text.baseAddress.map { UnsafePointer($0) - base } ?? position
                        let field = (position..<next).contains(start) ? start..<(start + text.count) : position..<position
                        reject(reason, field, base, position..<next, shard)
                    }
                }
                shard.lines += scanner.innerLines
                position = next
            }
        }
        shard.next = position
        return .done
    }

    /// Passes over a row of a user outside the sample: its user is looked up, its separators are counted, and that is all.
    ///
    /// - Returns: where the next row starts, or none if the row must be scanned in full.
    @inline(__always)
    private func skim(_ base: UnsafePointer<UInt8>, _ start: Int, _ end: Int, _ context: ParserContext, _ shard: ShardRows) -> Int? {
        guard let plan = sampledPlan, case .byte(let separator) = separator, let interner = context.interners[plan] else { return nil }
        var remaining = plans[plan].field
        var first = start
        while remaining > 0 {
            guard base[first] != 0x0A else { return nil }
            if base[first] == separator { remaining -= 1 }
            first += 1
        }
        var last = first
        while base[last] != separator {
            guard base[last] != 0x0A else { return nil }
            last += 1
        }
        let text = UnsafeBufferPointer(start: base + first, count: last - first)
        guard !NumberText.isMissingText(text) else { return nil }
        let user = interner.code(of: base + first, last - first)
        if user.isNew { admit(user.code, text, plan, context) }
        guard context.flags[Int(user.code)] & 1 == 0, let found = memchr(base + last, 0x0A, end - last) else { return nil }
        let lineEnd = UnsafePointer<UInt8>(found.assumingMemoryBound(to: UInt8.self)) - base
        guard RecordScanner.separators(base, start, lineEnd, separator) == fieldCount - 1 else { return nil }
        note(user.code, context, shard)
        return lineEnd + 1
    }

    /// Notes that a user was seen in a row that counts.
    @inline(__always)
    private func note(_ user: Int32, _ context: ParserContext, _ shard: ShardRows) {
        if !shard.notesUsers {
            context.flags[Int(user)] |= 2
        } else if context.stamps[Int(user)] != shard.serial {
            context.stamps[Int(user)] = shard.serial
            shard.seenUsers.append(user)
        }
    }

    /// Looks at a text that a worker meets for the first time.
    @inline(never)
    private func admit(_ code: Int32, _ text: UnsafeBufferPointer<UInt8>, _ plan: Int, _ context: ParserContext) {
        let isValid = text.allSatisfy { $0 < 0x80 } || String(validating: text, as: UTF8.self) != nil
        if !isValid { context.invalid[plan].insert(code) }
        if plan == sampledPlan {
            // A name that is not UTF-8 is kept, so that its rows are looked at and found bad.
            let isKept = !isValid || draws.allSatisfy { $0.draw.position(of: UnsafeRawBufferPointer(text)) < $0.share }
            context.flags.append(isKept ? 1 : 0)
            context.stamps.append(0)
        }
    }

    @inline(__always)
    private func store(
        _ base: UnsafePointer<UInt8>, _ fields: UnsafeMutablePointer<RecordScanner.Field>, _ context: ParserContext,
        _ shard: ShardRows
    ) -> Stored {
        let row = shard.rows
        let sinks = shard.sinks
        var isDropped = false
        var user: Int32 = -1
        for index in 0..<plans.count {
            let field = fields[sinks[index].field]
            var text = UnsafeBufferPointer(start: base + field.start, count: field.count)
            if case .text = sinks[index].kind {
                if !field.isQuoted ? NumberText.isMissingText(text) : text.isEmpty {
                    if sinks[index].isRequired { return .bad(plans[index].required ?? "", text) }
                    sinks[index].put(code: -1, row: row)
                    continue
                }
                if field.hasQuotes { text = unescape(text, context) }
                guard let interner = context.interners[index], let start = text.baseAddress else { continue }
                let entry = interner.code(of: start, text.count)
                if entry.isNew { admit(entry.code, text, index, context) }
                if !context.invalid[index].isEmpty, context.invalid[index].contains(entry.code) {
                    return .bad("\(plans[index].name): bytes that are not UTF-8", UnsafeBufferPointer(start: base + field.start, count: field.count))
                }
                if index == sampledPlan {
                    user = entry.code
                    isDropped = context.flags[Int(entry.code)] & 1 == 0
                }
                sinks[index].put(code: entry.code, row: row)
            } else {
                if field.hasQuotes { text = unescape(text, context) }
                switch sinks[index].put(Self.trimmed(text), row: row) {
                case nil: break
                case .missing: return .bad(plans[index].required ?? "", UnsafeBufferPointer(start: base + field.start, count: field.count))
                case .notA(let what):
                    return .bad("\(plans[index].name): not a \(what)", UnsafeBufferPointer(start: base + field.start, count: field.count))
                }
            }
        }
        if user >= 0 { note(user, context, shard) }
        return isDropped ? .dropped : .kept
    }

    @inline(__always)
    private static func trimmed(_ text: UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8> {
        guard let first = text.first, let last = text.last, first <= 0x20 || last <= 0x20 else { return text }
        var start = 0
        var end = text.count
        while start < end, text[start] == 0x20 || text[start] == 0x09 { start += 1 }
        while end > start, text[end - 1] == 0x20 || text[end - 1] == 0x09 { end -= 1 }
        return UnsafeBufferPointer(rebasing: text[start..<end])
    }

    /// The field with doubled quotes made single, in the worker's scratch memory.
    @inline(never)
    private func unescape(_ text: UnsafeBufferPointer<UInt8>, _ context: ParserContext) -> UnsafeBufferPointer<UInt8> {
        if context.scratch.count < text.count + RecordScanner.padding {
            context.scratch.deallocate()
            context.scratch = .allocate(capacity: 2 * text.count + RecordScanner.padding)
        }
        var count = 0
        var index = 0
        while index < text.count {
            context.scratch[count] = text[index]
            count += 1
            index += text[index] == 0x22 ? 2 : 1
        }
        return UnsafeBufferPointer(rebasing: context.scratch[..<count])
    }

    @inline(never)
    private func reject(_ reason: String, _ field: Range<Int>, _ base: UnsafePointer<UInt8>, _ record: Range<Int>, _ shard: ShardRows) {
        shard.records += 1
        shard.badCounts[reason, default: 0] += 1
        if keepsAllBadRows || shard.bad.count < 3 {
            var end = record.upperBound
            while end > record.lowerBound, base[end - 1] == 0x0A || base[end - 1] == 0x0D { end -= 1 }
            let bytes = Array(UnsafeBufferPointer(start: base + record.lowerBound, count: end - record.lowerBound))
            let inside = field.clamped(to: record.lowerBound..<end)
            let relative = (inside.lowerBound - record.lowerBound)..<(inside.upperBound - record.lowerBound)
            shard.bad.append(.init(line: shard.lines, reason: reason, bytes: bytes, field: relative))
        }
        shard.lines += 1
    }
}
