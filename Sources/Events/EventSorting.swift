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

    /// - Complexity: O(rows), also where they are in no order.
    init(_ table: Table, _ roles: [Role: String], _ work: Work) throws {
        guard let userName = roles[.user], let users = table.column(named: userName), let keys = TextOrder(users) else {
            throw DataError.missingRole("user", use: "an event log", hint: "each event has the id of its user, as text")
        }
        // Without times every row is as early as any other, and the order given decides.
        let time = roles[.time].map(table.column) ?? Column("", times: Array(repeating: 0, count: table.rowCount))
        guard let time, time.missingCount == 0, let times = TimeValues(time) else {
            throw DataError.missingRole("time", use: "an event log", hint: "each event has its time")
        }
        let stretch = 1 << 16
        let count = table.rowCount
        let stretches = try work.workers.map(shards: (count + stretch - 1) / stretch) { index in
            try work.check()
            return Stretch(index * stretch..<min(count, (index + 1) * stretch), keys, times)
        }
        if stretches.allSatisfy(\.isSorted) {
            let offsets = stretches.flatMap(\.starts) + [count]
            outOfOrder = 0
            self.table = table.adding(Self.users(userName, users, offsets, rows: nil))
            return
        }
        let order = try RowOrder(keys, times, work)
        outOfOrder = order.late
        let rows = order.rows
        let others = table.columns.filter { $0.name != userName }
        let sorted = try work.workers.map(shards: others.count) { try others[$0].subset(rows: rows, check: work.check).compacted(check: work.check) }
        let user = Self.users(userName, users, order.offsets, rows: rows)
        self.table = Table(table.columns.map { column in column.name == userName ? user : sorted.first { $0.name == column.name } ?? column })
    }

    /// The column of users, by where the rows of each begin.
    private static func users(_ name: String, _ column: Column, _ offsets: [Int], rows: [Int32]?) -> Column {
        let first = offsets.dropLast().map { rows?[$0] ?? Int32($0) }
        guard !first.isEmpty, case .text(let codes, let dictionary) = column.subset(rows: first).storage else { return column }
        // A user each: the codes of the first rows are all different, so compacted they count the users.
        guard case .text(_, let names) = Column(name, .text(codes: codes, dictionary: dictionary)).compacted().storage else { return column }
        return Column(name, packed: .runs(offsets, names))
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
