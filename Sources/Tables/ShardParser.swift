import CScanning
import Runtime

#if canImport(Glibc)
    import Glibc
#endif

/// What a worker keeps from shard to shard: the texts that it has met, with its own codes, and a buffer.
///
/// Lent to one worker at a time.
final class ParserContext: @unchecked Sendable {
    let index: Int
    /// For the columns of texts whose texts are not all whole numbers.
    private(set) var interners: [TextInterner?]
    /// What the loop over rows touches, behind pointers, so that it counts no references and asks no leave of the runtime.
    let hot: UnsafeMutablePointer<Hot>
    /// Codes of texts that are not UTF-8, by plan.
    fileprivate var invalid: [Set<Int32>]
    fileprivate var scratch: UnsafeMutableBufferPointer<UInt8> = .allocate(capacity: 256)
    /// Holds the shard that is being read.
    let window = FileWindow()
    /// Where the fields of a lot of rows end, or its rows begin.
    let ends: UnsafeMutablePointer<UInt32>
    /// Of a lot of rows whose users are sampled: the users, which rows are kept, and where the fields of these end.
    let users: UnsafeMutablePointer<Int32>
    let kept: UnsafeMutablePointer<UInt32>
    let keptEnds: UnsafeMutablePointer<UInt32>
    /// The rows of a shard that were put away, for the next.
    var spare: ShardRows?
    private let sampledPlan: Int?

    struct Hot {
        /// The interner of each text plan that has codes; the context keeps them alive.
        let interners: UnsafeMutablePointer<Unmanaged<TextInterner>?>
        /// By the user's code or id, if users are sampled; and a bit for each that is known not to be in the sample and was noted as seen.
        var flags: UnsafeMutablePointer<UInt8>
        var passed: UnsafeMutablePointer<UInt64>
        /// Users, a multiple of 64.
        var capacity = 1024
        var hasInvalid = false
    }

    /// What is known of a user: whether the draws were asked, what they said, and that the user was noted as seen.
    enum Flag {
        static let known: UInt8 = 1
        static let kept: UInt8 = 2
        static let seen: UInt8 = 4
    }

    init(index: Int, plans: [ColumnPlan], fields: Int, sampledPlan: Int?) {
        self.index = index
        self.sampledPlan = sampledPlan
        interners = Array(repeating: nil, count: plans.count)
        invalid = Array(repeating: [], count: plans.count)
        let pointers = UnsafeMutablePointer<Unmanaged<TextInterner>?>.allocate(capacity: max(1, plans.count))
        pointers.initialize(repeating: nil, count: max(1, plans.count))
        hot = .allocate(capacity: 1)
        hot.initialize(to: Hot(interners: pointers, flags: Self.zeros(1024), passed: Self.zeros(1024 / 64)))
        ends = .allocate(capacity: 1 + RowLot.most * fields + 64)
        users = .allocate(capacity: RowLot.most)
        kept = .allocate(capacity: RowLot.most)
        keptEnds = .allocate(capacity: RowLot.most * (fields + 1) + 64)
    }

    deinit {
        hot.pointee.interners.deallocate()
        free(hot.pointee.flags)
        free(hot.pointee.passed)
        hot.deallocate()
        scratch.deallocate()
        ends.deallocate()
        users.deallocate()
        kept.deallocate()
        keptEnds.deallocate()
    }

    /// From now on the worker gives codes to the texts of a column.
    func code(_ plan: Int) {
        guard interners[plan] == nil else { return }
        let interner = TextInterner()
        interners[plan] = interner
        hot.pointee.interners[plan] = Unmanaged.passUnretained(interner)
        spare = nil
        // What was known of users by their ids is known no more.
        if plan == sampledPlan {
            hot.pointee.flags.update(repeating: 0, count: hot.pointee.capacity)
            hot.pointee.passed.update(repeating: 0, count: hot.pointee.capacity / 64)
        }
    }

    func isCoded(_ plan: Int) -> Bool { interners[plan] != nil }

    /// Makes room for what is known of users with a code or id up to `user`.
    @inline(never)
    func reserveFlags(_ user: Int) {
        let capacity = (max(2 * hot.pointee.capacity, user + 1) + 63) / 64 * 64
        hot.pointee.flags = Self.grown(hot.pointee.flags, from: hot.pointee.capacity, to: capacity)
        hot.pointee.passed = Self.grown(hot.pointee.passed, from: hot.pointee.capacity / 64, to: capacity / 64)
        hot.pointee.capacity = capacity
    }

    /// Zeros from `calloc`, which take no memory until somebody writes among them.
    private static func zeros<Value: FixedWidthInteger>(_ count: Int) -> UnsafeMutablePointer<Value> {
        guard let zeros = calloc(count, MemoryLayout<Value>.stride) else { PackedMemory.outOfMemory() }
        return zeros.bindMemory(to: Value.self, capacity: count)
    }

    private static func grown<Value: FixedWidthInteger>(_ old: UnsafeMutablePointer<Value>, from count: Int, to capacity: Int) -> UnsafeMutablePointer<Value> {
        let grown: UnsafeMutablePointer<Value> = zeros(capacity)
        grown.update(from: old, count: count)
        free(old)
        return grown
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
    /// Users that the worker has met here for the first time in rows that count, by code or id.
    var seenUsers: [Int32] = []
    /// The worker's codes that came with this shard, by plan.
    var newCodes: [Range<Int>] = []
    /// The number of the shard's first line, counted from 1, where lines are read one after the other; and what tells the lines of several files apart.
    var firstLine = 1
    var filePrefix = ""
    /// Keys of JSON objects that no column was made of, with the number of lines that have them.
    var unknownKeys: [String: Int] = [:]

    struct Bad {
        /// Counted from 0 at the shard's start.
        let line: Int
        let reason: String
        let bytes: [UInt8]
        let field: Range<Int>
    }

    init(_ plans: [ColumnPlan], capacity: Int) {
        self.capacity = max(16, capacity)
        columns = plans.count
        sinks = .allocate(capacity: max(1, plans.count))
        for (index, plan) in plans.enumerated() { (sinks + index).initialize(to: ColumnSink(plan, capacity: self.capacity)) }
    }

    /// Empties everything for another shard of a worker.
    func reset(for context: ParserContext) {
        self.context = context.index
        (rows, records, usable, lines) = (0, 0, 0, 0)
        (bad, badCounts, start, next, seenUsers, unknownKeys) = ([], [:], nil, 0, [], [:])
        newCodes = context.interners.map { let count = $0?.count ?? 0; return count..<count }
        for index in 0..<columns {
            sinks[index].reset()
            sinks[index].isCoded = context.isCoded(index)
        }
    }

    /// Looks over what was parsed, once it is all there.
    func finish(_ context: ParserContext) {
        newCodes = zip(newCodes, context.interners).map { $0.lowerBound..<($1?.count ?? 0) }
        for index in 0..<columns { sinks[index].finish(rows: rows) }
    }

    /// Takes back what the worker remembers of the users that were noted from the given one on.
    func discard(_ context: ParserContext, from first: Int = 0) {
        for user in seenUsers[first...] where Int(user) < context.hot.pointee.capacity {
            context.hot.pointee.flags[Int(user)] &= ~ParserContext.Flag.seen
            context.hot.pointee.passed[Int(user) >> 6] &= ~(1 << UInt64(user & 63))
        }
        seenUsers.removeSubrange(first...)
    }

    /// Makes room for some more rows.
    func reserve(_ more: Int) {
        guard rows + more > capacity else { return }
        capacity = max(2 * capacity, rows + more)
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
    let format: DelimitedFormat
    let fieldCount: Int
    let separator: DelimitedFormat.Separator
    /// The plan of the user, if users are sampled.
    let sampledPlan: Int?
    /// The draws that a user must be in.
    let draws: [Draw]
    let keepsAllBadRows: Bool

    enum Ending {
        case done
        case incomplete(at: Int)
        /// A text of the column is no whole number: the shard must be parsed anew with codes for it.
        case textual(plan: Int)
    }

    enum Stored { case kept, dropped, bad(String, UnsafeBufferPointer<UInt8>), textual(plan: Int) }

    /// Ids up to this are looked up by their value when users are sampled.
    static let mostSampledID: Int32 = 1 << 24

    /// Parses the records that start in `from..<limit` of a buffer whose first `end` bytes are valid.
    ///
    /// Rows without quotes and with the right number of fields are taken in lots, column by column; all others one by one.
    ///
    /// - Parameter isFinal: whether the file ends with the buffer.
    /// - Returns: `.incomplete` with the place of a record that needs more bytes; parsing can go on there.
    func parse(
        _ base: UnsafePointer<UInt8>, from: Int, limit: Int, end: Int, isFinal: Bool, context: ParserContext, into shard: ShardRows
    ) -> Ending {
        if format.layout != .delimited { return parseLines(base, from: from, limit: limit, end: end, isFinal: isFinal, context: context, into: shard) }
        var scanner = RecordScanner(separator, expected: fieldCount)
        defer { scanner.deallocate() }
        var position = from
        // How many rows the next lot has at most, and how many are taken one by one before it.
        var wanted = RowLot.most
        var single = 0
        var pause = 0
        while position < limit {
            if single > 0 {
                single -= 1
            } else if case .byte(let separator) = separator, fieldCount > 1 {
                // Of one field, an empty line would be a row.
                let lot = sampledPlan.map { takeSampled(base, position, limit, end, separator, wanted, plan: $0, context, shard) }
                    ?? takeAll(base, position, limit, end, separator, wanted, context, shard)
                position = lot.next
                if lot.isWhole {
                    wanted = min(RowLot.most, 2 * wanted)
                    pause = 0
                    continue
                }
                let taken = lot.rows
                wanted = max(16, min(RowLot.most, 2 * taken))
                // Where lots come to nothing, as among quotes, they are tried less and less often.
                pause = taken > 0 ? 0 : min(64, 2 * pause + 1)
                single = pause
            }
            shard.reserve(1)
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
                    case .kept, .dropped: shard.lines += 1
                    case .bad(let reason, let text):
                        let start = text.baseAddress.map { UnsafePointer($0) - base } ?? position
                        let field = (position..<next).contains(start) ? start..<(start + text.count) : position..<position
                        reject(reason, field, base, position..<next, shard)
                    case .textual(let plan): return .textual(plan: plan)
                    }
                }
                shard.lines += scanner.innerLines
                position = next
            }
        }
        shard.next = position
        return .done
    }

    // MARK: Lots

    /// What was taken of the rows from some place on.
    struct Taken {
        let rows: Int
        /// Where the row begins that follows them.
        let next: Int
        /// Whether that row may be looked at with others.
        let isWhole: Bool
    }

    private func takeAll(
        _ base: UnsafePointer<UInt8>, _ position: Int, _ limit: Int, _ end: Int, _ separator: UInt8, _ wanted: Int, _ context: ParserContext, _ shard: ShardRows
    ) -> Taken {
        var next = position
        let found = cnb_scan_rows(base, position, limit, end, separator, UInt32(fieldCount), wanted, context.ends, &next)
        let lot = RowLot(base: base, ends: context.ends, fields: fieldCount, stride: fieldCount, rows: found)
        let taken = take(lot, context, shard)
        return Taken(rows: taken, next: taken == found ? next : lot.start(of: taken), isWhole: taken == found && found > 0)
    }

    /// Takes the rows of a lot, column by column.
    ///
    /// - Returns: the number of rows before the first that must be looked at alone.
    func take(_ lot: RowLot, _ context: ParserContext, _ shard: ShardRows) -> Int {
        shard.reserve(lot.rows)
        var rows = lot.rows
        for plan in 0..<shard.columns where rows > 0 {
            if case .text = shard.sinks[plan].kind {
                rows = texts(lot, rows, plan, shard.sinks[plan].codes.unsafelyUnwrapped + shard.rows, context)
            } else {
                rows = shard.sinks[plan].put(lot, rows: rows, row: shard.rows)
            }
        }
        shard.rows += rows
        shard.records += rows
        shard.usable += rows
        shard.lines += rows
        return rows
    }

    /// The ids or codes of a column of texts; -1 where missing.
    ///
    /// - Returns: the number of rows before the first whose text is at fault, or is the first that is no id.
    func texts(_ lot: RowLot, _ rows: Int, _ plan: Int, _ codes: UnsafeMutablePointer<Int32>, _ context: ParserContext) -> Int {
        let field = plans[plan].field
        let isRequired = plans[plan].required != nil
        var done = 0
        guard let interner = context.hot.pointee.interners[plan] else {
            while done < rows {
                done += cnb_read_ids(lot.base, lot.entry(done, field), UInt32(lot.stride), lot.isLast(field), rows - done, codes + done)
                guard done < rows, !isRequired, FieldText.isMissingText(lot.text(row: done, field: field)) else { break }
                codes[done] = -1
                done += 1
            }
            return done
        }
        while done < rows {
            // Texts that the worker has met, which a missing one never is, but one that is not UTF-8 may be.
            if !context.hot.pointee.hasInvalid { done += interner._withUnsafeGuaranteedRef { $0.codes(of: lot, field, rows: done..<rows, to: codes) } }
            guard done < rows else { break }
            let text = lot.text(row: done, field: field)
            if FieldText.isMissingText(text) {
                if isRequired { break }
                codes[done] = -1
            } else {
                let entry = interner._withUnsafeGuaranteedRef { $0.code(of: text.baseAddress.unsafelyUnwrapped, text.count) }
                if entry.isNew { admit(entry.code, text, plan, context) }
                if context.hot.pointee.hasInvalid, Self.isInvalid(entry.code, plan, context) { break }
                codes[done] = entry.code
            }
            done += 1
        }
        return done
    }

    // MARK: Single rows

    @inline(never)
    private static func isInvalid(_ code: Int32, _ plan: Int, _ context: ParserContext) -> Bool { context.invalid[plan].contains(code) }

    /// Looks at a text that a worker meets for the first time.
    @inline(never)
    private func admit(_ code: Int32, _ text: UnsafeBufferPointer<UInt8>, _ plan: Int, _ context: ParserContext) {
        guard !text.allSatisfy({ $0 < 0x80 }), String(validating: text, as: UTF8.self) == nil else { return }
        context.invalid[plan].insert(code)
        context.hot.pointee.hasInvalid = true
    }

    /// Reads the fields of a record into the next row. Of a user outside the sample nothing but the user is looked at.
    func store(_ base: UnsafePointer<UInt8>, _ fields: UnsafeMutablePointer<RecordScanner.Field>, _ context: ParserContext, _ shard: ShardRows) -> Stored {
        var user: Int32?
        if let plan = sampledPlan {
            let field = fields[plans[plan].field]
            let text = text(base, field, context)
            if let fault = put(text, field, base, plan, context, shard) { return fault }
            let code = shard.sinks[plan].codes.unsafelyUnwrapped[shard.rows]
            let flags = flags(of: code, text, context)
            let isNew = flags & ParserContext.Flag.seen == 0
            if flags & ParserContext.Flag.kept == 0 {
                if isNew { Self.note(code, context, shard) }
                shard.records += 1
                shard.usable += 1
                return .dropped
            }
            if isNew { user = code }
        }
        for plan in 0..<shard.columns where plan != sampledPlan {
            let field = fields[plans[plan].field]
            let text = text(base, field, context)
            if case .text = shard.sinks[plan].kind {
                if let fault = put(text, field, base, plan, context, shard) { return fault }
            } else {
                switch shard.sinks[plan].put(FieldText.trimmed(text), row: shard.rows) {
                case nil: break
                case .missing: return .bad(plans[plan].required ?? "", field.raw(base))
                case .notA(let what): return .bad("\(plans[plan].name): not a \(what)", field.raw(base))
                }
            }
        }
        if let user { Self.note(user, context, shard) }
        shard.records += 1
        shard.usable += 1
        shard.rows += 1
        return .kept
    }

    /// What a field says, without the quotes around and doubled inside.
    private func text(_ base: UnsafePointer<UInt8>, _ field: RecordScanner.Field, _ context: ParserContext) -> UnsafeBufferPointer<UInt8> {
        field.hasQuotes ? unescape(field.raw(base), context) : field.raw(base)
    }

    /// Reads a field of a column of texts into the next row.
    ///
    /// - Returns: what is wrong with it, if anything is.
    private func put(
        _ text: UnsafeBufferPointer<UInt8>, _ field: RecordScanner.Field, _ base: UnsafePointer<UInt8>, _ plan: Int, _ context: ParserContext, _ shard: ShardRows
    ) -> Stored? {
        let isMissing = field.isQuoted ? text.isEmpty : FieldText.isMissingText(text)
        guard !isMissing, let start = text.baseAddress else {
            if shard.sinks[plan].isRequired { return .bad(plans[plan].required ?? "", field.raw(base)) }
            shard.sinks[plan].put(code: -1, row: shard.rows)
            return nil
        }
        let code: Int32
        if let interner = context.hot.pointee.interners[plan] {
            let entry = interner._withUnsafeGuaranteedRef { $0.code(of: start, text.count) }
            if entry.isNew { admit(entry.code, text, plan, context) }
            if context.hot.pointee.hasInvalid, Self.isInvalid(entry.code, plan, context) { return .bad("\(plans[plan].name): bytes that are not UTF-8", field.raw(base)) }
            code = entry.code
        } else {
            guard let id = FieldText.id(text), plan != sampledPlan || id < Self.mostSampledID else { return .textual(plan: plan) }
            code = id
        }
        shard.sinks[plan].put(code: code, row: shard.rows)
        return nil
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
    func reject(_ reason: String, _ field: Range<Int>, _ base: UnsafePointer<UInt8>, _ record: Range<Int>, _ shard: ShardRows) {
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
