import Events
import Runtime
import Tables

extension Journeys {
    /// The column whose words journeys are made of unless told: the action's, else the item's.
    public static func usualColumn(of log: EventLog) -> String? { [Role.action, .item].first { log.roles[$0] != nil }?.rawValue }

    /// The journeys of a log's users or sessions, in its order.
    ///
    /// - Parameters:
    ///   - name: a column of texts, truth values or whole numbers, by its name or role; none takes the action's, else the item's.
    ///   - use: what needs them: `chains`.
    /// - Throws: `DataError.unknownColumn`, `.badOption` for a column of times or numbers with decimals, `.missingRole` where no column is named and none is usual, or the log has no sessions;
    ///   `.noRowsLeft` for a log without events; `Cancelled`.
    /// - Complexity: O(events); the words stay where they lie unless sessions overlap.
    public init(of log: EventLog, column name: String? = nil, per unit: FilterUnit = .user, for use: String, work: Work) throws {
        precondition(unit != .event, "journeys are those of users or sessions")
        guard let wanted = name ?? Self.usualColumn(of: log) else {
            throw DataError.missingRole("action", use: use, hint: "of=COLUMN says which column's words are the steps of a journey")
        }
        guard let column = log.column(named: wanted) else { throw DataError.unknownColumn(wanted, known: log.knownNames) }
        guard column.kind != .time, column.kind != .number else { throw DataError.badOption(name: "of=", value: wanted, wanted: "a column of texts, truth values or whole numbers") }
        guard log.count > 0 else { throw DataError.noRowsLeft("there are no events") }
        let (_, groups, places) = try log.grouping(per: unit, for: "\(use) per=session", work: work)
        let words: TextCodes
        if let codes = TextCodes(column) { words = codes } else {
            let made = try log.codes(of: wanted, work: work)
            words = TextCodes(codes: made.codes, dictionary: TextDictionary(made.names))
        }
        let firsts = try work.map(rows: groups.count) { group in places.map { Int($0[groups[group].lowerBound]) } ?? groups[group].lowerBound }
        var users: [String] = []
        users.reserveCapacity(groups.count)
        if unit == .user { users = log.users } else {
            var user = 0
            for (group, first) in firsts.enumerated() {
                if group & 0xFFF == 0 { try work.check() }
                while first >= log.userOffsets[user + 1] { user += 1 }
                users.append(log.user(user))
            }
        }
        var names = users
        if unit == .session, let sessions = log.column(.session) { names = try work.map(rows: groups.count) { sessions.text(at: firsts[$0]) ?? SequenceInputs.Variable.missingWord } }
        try self.init(
            column: column.name, unit: unit == .user ? "users" : "sessions", names: names, users: unit == .user ? nil : users, offsets: groups.offsets, words: words, places: places, work: work)
    }
}
