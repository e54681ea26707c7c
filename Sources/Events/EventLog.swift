import Expressions
import Runtime
import Tables

/// Events in memory, by column: sorted by user (ids that are whole numbers by value, others by their bytes), then time, then the order in which they were read.
/// Sequences have that order only, and no times.
///
/// Columns are shared between logs that are made from one another.
public struct EventLog: Sendable {
    /// All columns; the user's codes rise from 0 and leave none out.
    public let table: Table
    public let roles: [Role: String]
    /// The events of user `u` are rows `userOffsets[u]..<userOffsets[u + 1]`.
    public let userOffsets: [Int]
    public var report: EventReport
    let userNames: TextDictionary

    public var count: Int { table.rowCount }
    public var userCount: Int { userOffsets.count - 1 }
    /// The users' ids, by user index.
    public var users: [String] { userNames.names }
    public func user(_ index: Int) -> String { userNames[index] }
    public var userGroups: Groups { Groups(offsets: userOffsets) }

    /// - Parameters:
    ///   - table: rows in any order. The column of the user is text, that of the time, if one plays it, holds times, and neither has gaps.
    ///   - roles: at least the user.
    /// - Throws: `DataError.missingRole` if that does not hold.
    /// - Complexity: O(rows).
    public init(_ table: Table, roles: [Role: String], read: ReadReport = ReadReport(), work: Work) throws {
        try self.init(EventSorting(table, roles, reusing: false, work), roles: roles, read: read, work: work)
    }

    /// As the other, of a table that was read for the log and that nobody else holds: its memory is written anew.
    init(read table: Table, roles: [Role: String], _ read: ReadReport, work: Work) throws {
        try self.init(EventSorting(table, roles, reusing: true, work), roles: roles, read: read, work: work)
    }

    private init(_ sorting: EventSorting, roles: [Role: String], read: ReadReport, work: Work) throws {
        try self.init(sorted: sorting.table, roles: roles, report: EventReport(read: read), work: work)
        report.outOfOrder = sorting.outOfOrder
        let ties = try ties(work: work)
        report.tiedTimes = ties.tied
        report.exactDuplicates = ties.duplicates.count
    }

    /// Events given as arrays, for logs that are made and not read. Times are microseconds since 1970.
    public init(users: [String], times: [Int64], actions: [String]? = nil, items: [String]? = nil, categories: [String]? = nil, values: [Double]? = nil, work: Work = Work()) throws {
        var columns = [Column("user", text: users), Column("time", times: times, format: .epochSeconds)]
        var roles: [Role: String] = [.user: "user", .time: "time"]
        for (role, texts) in [(Role.item, items), (.category, categories), (.action, actions)] {
            guard let texts else { continue }
            columns.append(Column(role.rawValue, text: texts))
            roles[role] = role.rawValue
        }
        if let values {
            columns.append(Column("value", numbers: values))
            roles[.value] = "value"
        }
        try self.init(Table(columns), roles: roles, work: work)
    }

    /// - Parameter table: sorted, with the user's codes rising; some may be missing.
    /// - Throws: `Cancelled`.
    init(sorted table: Table, roles: [Role: String], report: EventReport, work: Work) throws {
        var offsets = [0]
        var names = TextDictionary()
        var table = table
        if let name = roles[.user], let column = table.column(named: name) {
            if let packed = column.packed, case .runs(let known, let users) = packed.form {
                (offsets, names) = (known, users)
            } else {
                let users = try column.compacted(check: work.check)
                table = table.adding(users)
                if case .text(let codes, let dictionary) = users.storage {
                    names = dictionary
                    offsets.reserveCapacity(dictionary.count + 1)
                    try work.forEachStretch(of: 1..<max(1, codes.count)) { for row in $0 where codes[row] != codes[row - 1] { offsets.append(row) } }
                    if !codes.isEmpty { offsets.append(codes.count) }
                }
            }
        }
        self.table = table
        self.roles = roles
        userOffsets = offsets
        userNames = names
        self.report = report
        self.report.events = table.rowCount
        self.report.users = offsets.count - 1
        guard let times = clock, times.count > 0 else { return }
        let stretch = 1 << 18
        let spans = try work.workers.map(shards: (times.count + stretch - 1) / stretch) { index in
            try work.check()
            return (index * stretch..<min(times.count, (index + 1) * stretch)).reduce(into: (Int64.max, Int64.min)) { $0 = (min($0.0, times[$1]), max($0.1, times[$1])) }
        }
        self.report.firstTime = spans.map(\.0).min()
        self.report.lastTime = spans.map(\.1).max()
    }

    /// The times of the events, read where they lie.
    public var clock: TimeValues? { column(.time).flatMap(TimeValues.init) }

    /// Whether events have times, and not an order only.
    public var isTimed: Bool { roles[.time] != nil }

    /// Microseconds since 1970, event by event, read where they lie.
    ///
    /// - Parameter use: what needs them: `rfm`.
    /// - Throws: `DataError.missingRole` where events have an order only.
    public func clock(for use: String) throws(DataError) -> TimeValues {
        guard let clock else { throw Self.needsTimes(use) }
        return clock
    }

    /// That events have an order only.
    public static func needsTimes(_ use: String) -> DataError {
        .missingRole(Role.time.rawValue, use: use, hint: "sequences have an order and no times; of other files time=COLUMN says which column it is")
    }

    /// In which days and hours are counted; none for UTC.
    public var zone: Zone? { column(.time)?.zone }

    /// What the clocks of the log's zone show at a time.
    public func local(_ time: Int64) -> Int64 { zone?.local(time) ?? time }

    public func column(_ role: Role) -> Column? { roles[role].flatMap { table.column(named: $0) } }

    /// The column that a person means: by its own name, or by a role.
    public func column(named name: String) -> Column? { table.column(named: name) ?? Role(rawValue: name).flatMap(column) }

    /// The codes of a column of texts, by role or name, and the text of each code; other columns are coded by their written values.
    ///
    /// Missing values have the code -1.
    /// - Throws: `DataError.unknownColumn`, or `Cancelled`.
    public func codes(of name: String, work: Work = Work()) throws -> (codes: [Int32], names: [String]) {
        guard let column = column(named: name) else { throw DataError.unknownColumn(name, known: knownNames) }
        try column.unpack(check: work.check)
        if case .text(let codes, let dictionary) = column.storage { return (codes, dictionary.names) }
        return try column.interned(work: work)
    }

    /// The same for the column that plays a role, if one does.
    public func codes(of role: Role, work: Work = Work()) throws -> (codes: [Int32], names: [String])? { try column(role) == nil ? nil : codes(of: role.rawValue, work: work) }

    /// The codes of the column that plays a role, read where they lie.
    ///
    /// - Throws: `Cancelled`.
    public func textCodes(of role: Role, work: Work = Work()) throws -> TextCodes? {
        guard let column = column(role) else { return nil }
        if let codes = TextCodes(column) { return codes }
        return try codes(of: role, work: work).map { TextCodes(codes: $0.codes, dictionary: TextDictionary($0.names)) }
    }

    public var knownNames: [String] { table.names + Role.allCases.filter { roles[$0] != nil }.map(\.rawValue) }

    public var schema: ExpressionSchema {
        table.schema(roles: Dictionary(uniqueKeysWithValues: roles.map { ($0.key.rawValue, $0.value) }))
    }

    // MARK: Parts

    /// The events for which `keep` is true; users without any are gone, and texts that no event holds any more.
    public func filtered(_ keep: [Bool], work: Work = Work()) throws -> EventLog {
        var chosen: [Int32] = []
        chosen.reserveCapacity(keep.count)
        try work.forEachStretch(of: keep.count) { for row in $0 where keep[row] { chosen.append(Int32(row)) } }
        if chosen.count == count { return self }
        let rows = chosen
        var (offsets, kept) = ([0], [Int32]())
        for user in 0..<userCount {
            if user & 0xFFF == 0 { try work.check() }
            var left = offsets[offsets.count - 1]
            for row in userOffsets[user]..<userOffsets[user + 1] where keep[row] { left += 1 }
            guard left > offsets[offsets.count - 1] else { continue }
            offsets.append(left)
            kept.append(Int32(user))
        }
        let users = PackedColumn.runs(offsets, userNames.subset(kept))
        let columns = try work.workers.map(shards: table.columns.count) { index in
            let column = table.columns[index]
            return column.name == roles[.user] ? Column(column.name, packed: users) : try column.subset(rows: rows, check: work.check).compacted(check: work.check)
        }
        return try EventLog(sorted: Table(columns), roles: roles, report: report, work: work)
    }

    /// The users for whom `keep` is true, with all of their events.
    public func filteredUsers(_ keep: [Bool], work: Work = Work()) throws -> EventLog {
        var rows = [Bool](repeating: false, count: count)
        for user in 0..<userCount {
            if user & 0xFFF == 0 { try work.check() }
            guard keep[user] else { continue }
            for row in userOffsets[user]..<userOffsets[user + 1] { rows[row] = true }
        }
        return try filtered(rows, work: work)
    }

    /// The log with another column; a role may be given to it.
    func adding(_ column: Column, as role: Role? = nil, work: Work) throws -> EventLog {
        var roles = roles
        if let role { roles[role] = column.name }
        return try EventLog(sorted: table.adding(column), roles: roles, report: report, work: work)
    }

    // MARK: Groups

    /// How many sessions the log has, if it has any; the same id of two users is two sessions.
    public func sessionCount(work: Work = Work()) throws -> Int? { try sessionGroups(work: work)?.groups.count }

    /// The sessions where each is a run of rows whose keys rise within a user, as those made by `withSessions` are; none for any others.
    private func adjacentSessions(_ keys: [Int64], _ work: Work) throws -> Groups? {
        var offsets = [0]
        for user in 0..<userCount {
            if user & 0xFFF == 0 { try work.check() }
            let rows = userOffsets[user]..<userOffsets[user + 1]
            for row in rows.dropFirst() where keys[row] != keys[row - 1] {
                guard keys[row] > keys[row - 1] else { return nil }
                offsets.append(row)
            }
            offsets.append(rows.upperBound)
        }
        return Groups(offsets: offsets)
    }

    /// The sessions as neighbouring rows: the table in that order and, where it differs from the log's own, the log's row at each place.
    ///
    /// Sessions come in the order of their first event; the same session id of two users is two sessions.
    func sessionGroups(work: Work) throws -> (table: Table, groups: Groups, rows: [Int32]?)? {
        guard let column = column(.session) else { return nil }
        let keys: [Int64]
        switch column.storage {
        case .text(let codes, _): keys = try work.map(rows: codes.count) { Int64(codes[$0]) }
        case .integer(let numbers, nil): keys = numbers
        default:
            guard let made = try codes(of: .session, work: work) else { return nil }
            keys = try work.map(rows: made.codes.count) { Int64(made.codes[$0]) }
        }
        if let groups = try adjacentSessions(keys, work) { return (table, groups, nil) }
        var offsets = [0]
        var order: [Int32] = []
        var isReordered = false
        for user in 0..<userCount {
            if user & 0xFF == 0 { try work.check() }
            let rows = userOffsets[user]..<userOffsets[user + 1]
            var places: [Int64: Int] = [:]
            var sessions: [[Int32]] = []
            for row in rows {
                if let place = places[keys[row]] {
                    if place != sessions.count - 1 { isReordered = true }
                    // An event that comes back to an earlier session shows that sessions overlap.
                    sessions[place].append(Int32(row))
                } else {
                    places[keys[row]] = sessions.count
                    sessions.append([Int32(row)])
                }
            }
            for session in sessions {
                order.append(contentsOf: session)
                offsets.append(order.count)
            }
        }
        if !isReordered { isReordered = zip(order, order.dropFirst()).contains { $0 > $1 } }
        let groups = Groups(offsets: offsets)
        guard isReordered else { return (table, groups, nil) }
        let columns = try table.columns.map { try $0.subset(rows: order, check: work.check) }
        return (Table(columns), groups, order)
    }
}
