import Runtime
import Tables

/// Puts rows in the order of a log: by user (ids that are whole numbers by value, others by their bytes), then time if there is one, then the order given.
///
/// So a log does not depend on the order in which its file was written, but for events of a user at the same time.
struct EventSorting {
    /// The rows in order; the column of the user is made anew.
    let table: Table
    /// Rows whose time lay before that of the user's row above.
    let outOfOrder: Int

    /// - Parameter reusing: whether nobody else holds the columns, so that their memory may be written anew: fresh memory is a third of the time.
    /// - Complexity: O(rows), also where they are in no order.
    init(_ table: Table, _ roles: [Role: String], reusing: Bool, _ work: Work) throws {
        func noUser() -> DataError { DataError.missingRole("user", use: "an event log", hint: "each event has the id of its user, as text") }
        guard let userName = roles[.user], let users = table.column(named: userName) else { throw noUser() }
        // Without times every row is as early as any other, and the order given decides.
        let time = roles[.time].map(table.column) ?? Column("", times: Array(repeating: 0, count: table.rowCount))
        guard let time, time.missingCount == 0, let times = TimeValues(time) else {
            throw DataError.missingRole("time", use: "an event log", hint: "each event has its time")
        }
        if case .runs(let offsets, let names) = users.packed?.form, names.isRising, try Self.areInOrder(times, offsets, work) {
            (self.table, outOfOrder) = (table, 0)
            return
        }
        guard let keys = TextOrder(users) else { throw noUser() }
        let stretch = 1 << 16
        let count = table.rowCount
        let stretches = try work.workers.map(shards: (count + stretch - 1) / stretch) { index in
            try work.check()
            return Stretch(index * stretch..<min(count, (index + 1) * stretch), keys, times)
        }
        if stretches.allSatisfy(\.isSorted) {
            let starts = stretches.flatMap(\.starts)
            outOfOrder = 0
            self.table = table.adding(Self.users(userName, keys, starts.map { keys[$0] }, starts + [count]))
            return
        }
        let order = try RowOrder(keys, times, reusing: reusing ? users.idMemory : nil, work)
        outOfOrder = order.late
        var rows: [Int32] = []
        let sorted = try table.columns.filter { $0.name != userName }.map { column in
            if let sorted = try order.rearrangement.rearranged(column, reusing: reusing, work) { return sorted }
            if rows.isEmpty { rows = try order.rearrangement.rows(work) }
            return try column.subset(rows: rows, check: work.check)
        }
        let compact = try work.workers.map(shards: sorted.count) { try sorted[$0].compacted(check: work.check) }
        let user = Self.users(userName, keys, order.users, order.offsets)
        self.table = Table(table.columns.map { column in column.name == userName ? user : compact.first { $0.name == column.name } ?? column })
    }

    /// Whether the times of no user go back.
    private static func areInOrder(_ times: TimeValues, _ offsets: [Int], _ work: Work) throws -> Bool {
        let users = offsets.count - 1
        let some = 1 << 10
        return try work.workers.map(shards: (users + some - 1) / some) { index in
            try work.check()
            return (index * some..<min(users, (index + 1) * some)).allSatisfy { user in
                (offsets[user]..<offsets[user + 1]).dropFirst().allSatisfy { times[$0 - 1] <= times[$0] }
            }
        }.allSatisfy { $0 }
    }

    /// The column of users, by where the rows of each begin.
    private static func users(_ name: String, _ keys: TextOrder, _ users: [Int32], _ offsets: [Int]) -> Column {
        Column(name, packed: .runs(offsets, keys.texts(of: users)))
    }

    /// What a look at some neighbouring rows shows.
    private struct Stretch {
        var isSorted = true
        /// Rows at which another user begins.
        var starts: [Int] = []

        init(_ rows: Range<Int>, _ keys: TextOrder, _ times: TimeValues) {
            for row in rows {
                guard row > 0 else {
                    starts.append(0)
                    continue
                }
                let (key, before) = (keys[row], keys[row - 1])
                if key == before {
                    if times[row] < times[row - 1] { isSorted = false }
                } else {
                    if key < before { isSorted = false }
                    starts.append(row)
                }
                if !isSorted { return }
            }
        }
    }
}

extension EventLog {
    /// Events at the same user and time as the one before, and rows that repeat an earlier one in every column.
    func ties(work: Work) throws -> (tied: Int, duplicates: [Int32]) {
        guard let times = clock else { return (0, []) }
        let columns = table.columns.filter { $0.name != roles[.user] && $0.name != roles[.time] }
        let shards = Self.shards(of: userGroups)
        let parts = try work.workers.map(shards: shards.count) { shard in
            var tied = 0
            var duplicates: [Int32] = []
            var rest = 0
            for user in shards[shard] {
                rest -= userOffsets[user + 1] - userOffsets[user]
                if rest <= 0 {
                    try work.check()
                    rest = 1 << 15
                }
                var row = userOffsets[user]
                let end = userOffsets[user + 1]
                while row < end {
                    var next = row + 1
                    while next < end, times[next] == times[row] { next += 1 }
                    if next - row > 1 {
                        tied += next - row - 1
                        appendDuplicates(row..<next, columns, &duplicates)
                    }
                    row = next
                }
            }
            return (tied, duplicates)
        }
        return (parts.reduce(0) { $0 + $1.0 }, parts.flatMap(\.1))
    }

    private func appendDuplicates(_ run: Range<Int>, _ columns: [Column], _ duplicates: inout [Int32]) {
        if run.count <= 16 {
            for row in run.dropFirst() where (run.lowerBound..<row).contains(where: { earlier in columns.allSatisfy { $0.isSame(earlier, row) } }) {
                duplicates.append(Int32(row))
            }
            return
        }
        var seen: Set<[String?]> = []
        for row in run where !seen.insert(columns.map { $0.text(at: row) }).inserted { duplicates.append(Int32(row)) }
    }
}
