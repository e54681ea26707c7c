import CScanning
import Runtime

/// The rows of some users: of all others nothing but the user is read.
extension ShardParser {
    /// Takes the rows from `position` on whose users are in the sample, and passes over the others.
    func takeSampled(
        _ base: UnsafePointer<UInt8>, _ position: Int, _ limit: Int, _ end: Int, _ separator: UInt8, _ wanted: Int, plan: Int, _ context: ParserContext, _ shard: ShardRows
    ) -> Taken {
        let lot = UserLot(base, position, limit, end, separator, fieldCount, wanted, field: plans[plan].field, hasCodes: context.isCoded(plan), context) { texts($0, $0.rows, plan, context.users, context) }
        let (noted, records) = (shard.seenUsers.count, shard.records)
        let isCoded = context.isCoded(plan)
        // Which rows are kept; of each user the first is noted.
        func pass(over rows: Int) -> (rows: Int, kept: Int) {
            var (row, kept) = (0, 0)
            while row < rows {
                let user = context.users[row]
                if isPassed(user, context) {
                    row += 1
                    continue
                }
                guard user >= 0, isCoded || user < Self.mostSampledID else { break }
                let flags = flags(of: user, lot.user(row), context)
                if flags & ParserContext.Flag.seen == 0 { Self.note(user, context, shard) }
                if flags & ParserContext.Flag.kept != 0 {
                    context.kept[kept] = UInt32(row)
                    kept += 1
                }
                row += 1
            }
            return (row, kept)
        }
        var (done, kept) = pass(over: lot.users)
        let taken = take(lot.rows(kept, separator, context), context, shard)
        if taken < kept {
            // A row that must be looked at alone, and before which the passing ends.
            shard.discard(context, from: noted)
            (done, _) = pass(over: Int(context.kept[taken]))
        }
        shard.records = records + done
        shard.usable += done - taken
        shard.lines += done - taken
        return Taken(rows: done, next: done == lot.found ? lot.next : lot.start(of: done), isWhole: done == lot.found && done > 0)
    }

    // MARK: Users

    /// Whether the user is known not to be in the sample, and was noted.
    @inline(__always)
    private func isPassed(_ user: Int32, _ context: ParserContext) -> Bool {
        // Of a negative one the bits are those of a greater number than any user's.
        let place = Int(UInt32(bitPattern: user))
        return place < context.hot.pointee.capacity && context.hot.pointee.passed[place &>> 6] & (1 &<< UInt64(place & 63)) != 0
    }

    /// What is known of a user.
    @inline(__always)
    func flags(of user: Int32, _ text: @autoclosure () -> UnsafeBufferPointer<UInt8>, _ context: ParserContext) -> UInt8 {
        if Int(user) < context.hot.pointee.capacity {
            let flags = context.hot.pointee.flags[Int(user)]
            if flags & ParserContext.Flag.known != 0 { return flags }
        }
        return draw(user, text(), context)
    }

    /// Asks the draws about a user who is not known yet.
    @inline(never)
    private func draw(_ user: Int32, _ text: UnsafeBufferPointer<UInt8>, _ context: ParserContext) -> UInt8 {
        if Int(user) >= context.hot.pointee.capacity { context.reserveFlags(Int(user)) }
        let isKept = draws.allSatisfy { $0.draw.position(of: UnsafeRawBufferPointer(text)) < $0.share }
        context.hot.pointee.flags[Int(user)] |= ParserContext.Flag.known | (isKept ? ParserContext.Flag.kept : 0)
        return context.hot.pointee.flags[Int(user)]
    }

    @inline(never)
    static func note(_ user: Int32, _ context: ParserContext, _ shard: ShardRows) {
        context.hot.pointee.flags[Int(user)] |= ParserContext.Flag.seen
        if context.hot.pointee.flags[Int(user)] & ParserContext.Flag.kept == 0 { context.hot.pointee.passed[Int(user) >> 6] |= 1 << UInt64(user & 63) }
        shard.seenUsers.append(user)
    }
}

/// Some neighbouring rows with their users.
private struct UserLot {
    let base: UnsafePointer<UInt8>
    let fields: Int
    let field: Int
    /// The user is a whole number in the first field, and nothing else was looked for; else all fields are known.
    let isQuick: Bool
    /// Rows, and those of them whose user is known.
    let found: Int
    let users: Int
    let next: Int
    private let ends: UnsafePointer<UInt32>

    /// - Parameter readUsers: fills the context's users from a lot of rows, and gives the number of rows before the first whose user is at fault.
    init(
        _ base: UnsafePointer<UInt8>, _ position: Int, _ limit: Int, _ end: Int, _ separator: UInt8, _ fields: Int, _ wanted: Int, field: Int, hasCodes: Bool,
        _ context: ParserContext, readUsers: (RowLot) -> Int
    ) {
        var next = position
        isQuick = field == 0 && fields > 1 && !hasCodes
        if isQuick {
            found = cnb_scan_ids(base, position, limit, end, separator, UInt32(fields), wanted, context.ends, context.users, &next)
            users = found
        } else {
            found = cnb_scan_rows(base, position, limit, end, separator, UInt32(fields), wanted, context.ends, &next)
            users = readUsers(RowLot(base: base, ends: context.ends, fields: fields, stride: fields, rows: found))
        }
        (self.base, self.fields, self.field, self.next, ends) = (base, fields, field, next, UnsafePointer(context.ends))
    }

    private var all: RowLot { RowLot(base: base, ends: ends, fields: fields, stride: fields, rows: found) }

    func start(of row: Int) -> Int { isQuick ? Int(ends[row]) : all.start(of: row) }

    func user(_ row: Int) -> UnsafeBufferPointer<UInt8> {
        guard isQuick else { return all.text(row: row, field: field) }
        let start = base + Int(ends[row])
        var count = 0
        while start[count] &- 0x30 < 10 { count += 1 }
        return UnsafeBufferPointer(start: start, count: count)
    }

    /// The first `count` rows that the context keeps, with their fields.
    func rows(_ count: Int, _ separator: UInt8, _ context: ParserContext) -> RowLot {
        if isQuick {
            cnb_find_fields(base, ends, context.kept, count, separator, UInt32(fields), context.keptEnds)
        } else {
            for row in 0..<count { (context.keptEnds + row * (fields + 1)).update(from: ends + Int(context.kept[row]) * fields, count: fields + 1) }
        }
        return RowLot(base: base, ends: UnsafePointer(context.keptEnds), fields: fields, stride: fields + 1, rows: count)
    }
}
