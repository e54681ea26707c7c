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
    /// What the loop over rows touches, behind pointers, so that it counts no references and asks no leave of the runtime.
    let hot: UnsafeMutablePointer<Hot>
    /// Codes of texts that are not UTF-8, by plan.
    fileprivate var invalid: [Set<Int32>]
    fileprivate var scratch: UnsafeMutableBufferPointer<UInt8> = .allocate(capacity: 256)
    /// Holds the shard that is being read.
    private(set) var buffer: UnsafeMutableRawBufferPointer = .allocate(byteCount: 0, alignment: 16)

    struct Hot {
        /// The interner of each text plan; the context keeps them alive.
        let interners: UnsafeMutablePointer<Unmanaged<TextInterner>?>
        /// By the user's code, if users are sampled: bit 0 for users in the sample, bit 1 for users seen in rows that count.
        var flags: UnsafeMutablePointer<UInt8>
        /// By the user's code: the shard in which the user was noted last.
        var stamps: UnsafeMutablePointer<Int32>
        var users = 0
        var capacity = 1024
        var hasInvalid = false
    }

    init(index: Int, plans: [ColumnPlan]) {
        self.index = index
        interners = plans.map { $0.kind == .text ? TextInterner() : nil }
        invalid = Array(repeating: [], count: plans.count)
        let pointers = UnsafeMutablePointer<Unmanaged<TextInterner>?>.allocate(capacity: max(1, plans.count))
        for (plan, interner) in interners.enumerated() { (pointers + plan).initialize(to: interner.map(Unmanaged.passUnretained)) }
        hot = .allocate(capacity: 1)
        hot.initialize(to: Hot(interners: pointers, flags: .allocate(capacity: 1024), stamps: .allocate(capacity: 1024)))
    }

    deinit {
        hot.pointee.interners.deallocate()
        hot.pointee.flags.deallocate()
        hot.pointee.stamps.deallocate()
        hot.deallocate()
        scratch.deallocate()
        buffer.deallocate()
    }

    /// Notes the next new user.
    fileprivate func appendUser(isKept: Bool) {
        if hot.pointee.users == hot.pointee.capacity {
            let old = hot.pointee
            hot.pointee.capacity *= 2
            hot.pointee.flags = .allocate(capacity: 2 * old.capacity)
            hot.pointee.stamps = .allocate(capacity: 2 * old.capacity)
            hot.pointee.flags.update(from: old.flags, count: old.users)
            hot.pointee.stamps.update(from: old.stamps, count: old.users)
            old.flags.deallocate()
            old.stamps.deallocate()
        }
        hot.pointee.flags[hot.pointee.users] = isKept ? 1 : 0
        hot.pointee.stamps[hot.pointee.users] = 0
        hot.pointee.users += 1
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
        let fieldCount = self.fieldCount
        // The loop counts on its own and hands over at the end.
        var row = shard.rows
        var records = 0
        var lines = 0
        var capacity = shard.capacity
        func handOver() {
            shard.rows = row
            shard.records += records
            shard.usable += records
            shard.lines += lines
            records = 0
            lines = 0
        }
        defer { handOver() }
        let hasQuotes = memchr(base + from, 0x22, end - from) != nil
        let skims = sampledPlan != nil && !scanner.isWhitespace && !hasQuotes
        // Without quotes a shard longer than any quoted field starts where it was guessed to start.
        shard.notesUsers = shard.notesUsers || (sampledPlan != nil && (hasQuotes || limit - from < RecordScanner.longestQuotedField))
        let noting = shard.notesUsers
        let skimmer = skims ? Skimmer(self, context, shard) : nil
        while position < limit {
            if let skimmer, let next = skimmer.skim(base, position, end, self, context, shard) {
                position = next
                records += 1
                lines += 1
                continue
            }
            if row == capacity {
                shard.rows = row
                shard.grow()
                capacity = shard.capacity
            }
            switch scanner.scan(base, from: position, end: end, isFinal: isFinal) {
            case .incomplete: return .incomplete(at: position)
            case .blank(let next):
                lines += 1
                position = next
            case .bad(let reason, let field, let next):
                handOver()
                reject(reason, field, base, position..<next, shard)
                position = next
            case .record(let next):
                if scanner.count != fieldCount {
                    let reason = "\(scanner.count) field\(scanner.count == 1 ? "" : "s") instead of \(fieldCount)"
                    let last = scanner.fields[max(0, min(scanner.count, fieldCount) - 1)]
                    let lastEnd = last.start + last.count
                    handOver()
                    reject(reason, scanner.count > fieldCount ? lastEnd..<max(lastEnd, next) : last.start..<lastEnd, base, position..<next, shard)
                } else {
                    switch store(base, scanner.fields, row: row, noting: noting, context, shard) {
                    case .kept:
                        row += 1
                        records += 1
                        lines += 1
                    case .dropped:
                        records += 1
                        lines += 1
                    case .bad(let reason, let text):
                        let start = text.baseAddress.map { UnsafePointer($0) - base } ?? position
                        handOver()
                        let field = (position..<next).contains(start) ? start..<(start + text.count) : position..<position
                        reject(reason, field, base, position..<next, shard)
                    }
                }
                lines += scanner.innerLines
                position = next
            }
        }
        shard.next = position
        return .done
    }

    /// Notes that a user was seen in a row that counts.
    @inline(__always)
    private static func note(_ user: Int32, _ hot: UnsafeMutablePointer<ParserContext.Hot>, _ shard: ShardRows, noting: Bool) {
        if !noting {
            hot.pointee.flags[Int(user)] |= 2
        } else if hot.pointee.stamps[Int(user)] != shard.serial {
            hot.pointee.stamps[Int(user)] = shard.serial
            append(user, shard)
        }
    }

    // Kept apart, as are the other rare cases, so that the loop over rows does not guard their accesses.
    @inline(never)
    private static func append(_ user: Int32, _ shard: ShardRows) { shard.seenUsers.append(user) }

    @inline(never)
    private static func isInvalid(_ code: Int32, _ plan: Int, _ context: ParserContext) -> Bool { context.invalid[plan].contains(code) }

    /// Passes over rows of users outside the sample: the user is looked up, the separators are counted, and that is all.
    private struct Skimmer {
        let hot: UnsafeMutablePointer<ParserContext.Hot>
        let interner: Unmanaged<TextInterner>
        let plan: Int
        let field: Int
        let fieldCount: Int
        let separator: UInt8
        let noting: Bool

        init?(_ parser: ShardParser, _ context: ParserContext, _ shard: ShardRows) {
            guard let plan = parser.sampledPlan, case .byte(let separator) = parser.separator, let interner = context.hot.pointee.interners[plan] else { return nil }
            hot = context.hot
            self.interner = interner
            self.plan = plan
            field = parser.plans[plan].field
            fieldCount = parser.fieldCount
            self.separator = separator
            noting = shard.notesUsers
        }

        /// - Returns: where the next row starts, or none if the row must be scanned in full.
        @inline(__always)
        func skim(
            _ base: UnsafePointer<UInt8>, _ start: Int, _ end: Int, _ parser: borrowing ShardParser, _ context: ParserContext, _ shard: ShardRows
        ) -> Int? {
            var remaining = field
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
            guard !FieldText.isMissingText(text) else { return nil }
            let user = interner._withUnsafeGuaranteedRef { $0.code(of: base + first, last - first) }
            if user.isNew { parser.admit(user.code, text, plan, context) }
            guard hot.pointee.flags[Int(user.code)] & 1 == 0, let found = memchr(base + last, 0x0A, end - last) else { return nil }
            let lineEnd = UnsafePointer<UInt8>(found.assumingMemoryBound(to: UInt8.self)) - base
            guard RecordScanner.separators(base, start, lineEnd, separator) == fieldCount - 1 else { return nil }
            ShardParser.note(user.code, hot, shard, noting: noting)
            return lineEnd + 1
        }
    }

    /// Looks at a text that a worker meets for the first time.
    @inline(never)
    fileprivate func admit(_ code: Int32, _ text: UnsafeBufferPointer<UInt8>, _ plan: Int, _ context: ParserContext) {
        let isValid = text.allSatisfy { $0 < 0x80 } || String(validating: text, as: UTF8.self) != nil
        if !isValid {
            context.invalid[plan].insert(code)
            context.hot.pointee.hasInvalid = true
        }
        if plan == sampledPlan {
            // A name that is not UTF-8 is kept, so that its rows are looked at and found bad.
            let isKept = !isValid || draws.allSatisfy { $0.draw.position(of: UnsafeRawBufferPointer(text)) < $0.share }
            context.appendUser(isKept: isKept)
        }
    }

    @inline(__always)
    private func store(
        _ base: UnsafePointer<UInt8>, _ fields: UnsafeMutablePointer<RecordScanner.Field>, row: Int, noting: Bool, _ context: ParserContext,
        _ shard: ShardRows
    ) -> Stored {
        let sinks = shard.sinks
        let hot = context.hot
        var isDropped = false
        var user: Int32 = -1
        for index in 0..<shard.columns {
            let field = fields[sinks[index].field]
            var text = UnsafeBufferPointer(start: base + field.start, count: field.count)
            if case .text = sinks[index].kind {
                if !field.isQuoted ? FieldText.isMissingText(text) : text.isEmpty {
                    if sinks[index].isRequired { return .bad(plans[index].required ?? "", text) }
                    sinks[index].put(code: -1, row: row)
                    continue
                }
                if field.hasQuotes { text = unescape(text, context) }
                guard let interner = hot.pointee.interners[index], let start = text.baseAddress else { continue }
                let entry = interner._withUnsafeGuaranteedRef { $0.code(of: start, text.count) }
                if entry.isNew { admit(entry.code, text, index, context) }
                if hot.pointee.hasInvalid, Self.isInvalid(entry.code, index, context) {
                    return .bad("\(plans[index].name): bytes that are not UTF-8", UnsafeBufferPointer(start: base + field.start, count: field.count))
                }
                if index == sampledPlan {
                    user = entry.code
                    isDropped = hot.pointee.flags[Int(entry.code)] & 1 == 0
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
        if user >= 0 { Self.note(user, hot, shard, noting: noting) }
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
