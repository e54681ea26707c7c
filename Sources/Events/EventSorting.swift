import Runtime
import Tables

/// Puts rows in the order of a log: by user in order of first appearance, then time, then the order given.
struct EventSorting {
    let table: Table
    /// Rows whose time lay before that of the user's row above.
    let outOfOrder: Int

    init(_ table: Table, _ roles: [Role: String], _ work: Work) throws {
        guard let userName = roles[.user], let users = try table.column(named: userName)?.compacted(check: work.check), case .text(let codes, let dictionary) = users.storage,
            !codes.contains(-1)
        else { throw DataError.missingRole("user", use: "an event log", hint: "each event has the id of its user, as text") }
        guard let timeName = roles[.time], let time = table.column(named: timeName), case .time(let times, _, _) = time.storage, time.missingCount == 0 else {
            throw DataError.missingRole("time", use: "an event log", hint: "each event has its time")
        }
        var last = [Int64](repeating: .min, count: dictionary.count)
        var late = 0
        var isGrouped = true
        for row in codes.indices {
            if row & 0xFFFF == 0 { try work.check() }
            let user = Int(codes[row])
            if times[row] < last[user] { late += 1 }
            last[user] = times[row]
            if row > 0, codes[row] < codes[row - 1] { isGrouped = false }
        }
        outOfOrder = late
        let numbered = table.adding(users)
        if isGrouped, late == 0 {
            self.table = numbered
            return
        }
        let rows = try Self.order(codes, times, users: dictionary.count, work)
        let columns = try work.workers.map(shards: numbered.columns.count) { index in
            try work.check()
            return try numbered.columns[index].subset(rows: rows, check: work.check)
        }
        self.table = Table(columns)
    }

    private static func order(_ codes: [Int32], _ times: [Int64], users: Int, _ work: Work) throws -> [Int32] {
        var starts = [Int](repeating: 0, count: users + 1)
        try work.forEachStretch(of: codes.count) { for row in $0 { starts[Int(codes[row]) + 1] += 1 } }
        for user in 0..<users { starts[user + 1] += starts[user] }
        var next = starts
        var rows = [Int32](repeating: 0, count: codes.count)
        try work.forEachStretch(of: codes.count) {
            for row in $0 {
                let user = Int(codes[row])
                rows[next[user]] = Int32(row)
                next[user] += 1
            }
        }
        let shards = 64
        let offsets = starts
        try rows.withUnsafeMutableBufferPointer { rows in
            nonisolated(unsafe) let rows = rows
            try work.workers.forEach(shards: shards) { shard in
                try work.check()
                for user in (users * shard / shards)..<(users * (shard + 1) / shards) {
                    if user & 0xFF == 0 { try work.check() }
                    let slice = offsets[user]..<offsets[user + 1]
                    guard slice.dropFirst().contains(where: { times[Int(rows[$0])] < times[Int(rows[$0 - 1])] }) else { continue }
                    let sorted = slice.map { (time: times[Int(rows[$0])], row: rows[$0]) }.sorted { ($0.time, $0.row) < ($1.time, $1.row) }
                    for (place, entry) in zip(slice, sorted) { rows[place] = entry.row }
                }
            }
        }
        return rows
    }
}

extension EventLog {
    /// Events at the same user and time as the one before, and rows that repeat an earlier one in every column.
    func ties(work: Work) throws -> (tied: Int, duplicates: [Int32]) {
        let times = times
        var tied = 0
        var duplicates: [Int32] = []
        let columns = table.columns.filter { $0.name != roles[.user] && $0.name != roles[.time] }
        for user in 0..<userCount {
            if user & 0xFFF == 0 { try work.check() }
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
