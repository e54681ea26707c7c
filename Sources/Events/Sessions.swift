import Tables

/// The sessions of a log, each by its length and duration.
public struct SessionSummary: Sendable, Hashable {
    public let sessions: Int
    public let users: Int
    /// Number of events, session by session in the order of the log.
    public let lengths: [Int]
    /// Seconds from the first to the last event, session by session.
    public let durations: [Double]

    public var perUser: Double { users > 0 ? Double(sessions) / Double(users) : 0 }
    public var length: Distribution { Distribution(lengths.map(Double.init)) }
    public var duration: Distribution { Distribution(durations) }
    /// Sessions of a single event.
    public var single: Proportion { Proportion(lengths.reduce(0) { $0 + ($1 == 1 ? 1 : 0) }, of: sessions) }
}

extension EventLog {
    /// The column that numbers the sessions made here.
    public static let sessionColumn = "session"

    /// Numbers the sessions from 1 in the order of the log: a new one begins with each user, and where a user did nothing for longer than `gap` microseconds.
    public func withSessions(gap: Int64) -> EventLog {
        let times = times
        var session: Int64 = 0
        var numbers = [Int64](repeating: 0, count: count)
        for user in 0..<userCount {
            for row in userOffsets[user]..<userOffsets[user + 1] {
                if row == userOffsets[user] || times[row] - times[row - 1] > gap { session += 1 }
                numbers[row] = session
            }
        }
        return adding(Column(Self.sessionColumn, integers: numbers), as: .session)
    }

    /// - Throws: `DataError.missingRole` if the log has no sessions.
    public func sessionSummary() throws(DataError) -> SessionSummary {
        guard let (table, groups, _) = sessionGroups(), let name = roles[.time], case .time(let times, _, _)? = table.column(named: name)?.storage else {
            throw EventStep.needsSessions("a summary of sessions")
        }
        return SessionSummary(
            sessions: groups.count, users: userCount, lengths: (0..<groups.count).map { groups[$0].count },
            durations: (0..<groups.count).map { Double(times[groups[$0].upperBound - 1] - times[groups[$0].lowerBound]) / 1e6 })
    }
}
