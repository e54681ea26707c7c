import Runtime
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
    public func length(work: Work = Work()) throws -> Distribution { try Distribution(lengths.map(Double.init), work: work) }
    public func duration(work: Work = Work()) throws -> Distribution { try Distribution(durations, work: work) }
    /// Sessions of a single event.
    public var single: Proportion { Proportion(lengths.reduce(0) { $0 + ($1 == 1 ? 1 : 0) }, of: sessions) }
}

extension EventLog {
    /// The column that numbers the sessions made here.
    public static let sessionColumn = "session"

    /// Numbers the sessions from 1 in the order of the log: a new one begins with each user, and where a user did nothing for longer than `gap` microseconds.
    ///
    /// - Throws: `Cancelled`.
    public func withSessions(gap: Int64, work: Work = Work()) throws -> EventLog {
        let times = times
        var session: Int64 = 0
        var numbers: [Int64] = []
        numbers.reserveCapacity(count)
        for user in 0..<userCount {
            if user & 0xFFF == 0 { try work.check() }
            for row in userOffsets[user]..<userOffsets[user + 1] {
                if row == userOffsets[user] || times[row] - times[row - 1] > gap { session += 1 }
                numbers.append(session)
            }
        }
        return try adding(Column(Self.sessionColumn, integers: numbers), as: .session, work: work)
    }

    /// - Throws: `DataError.missingRole` if the log has no sessions; `Cancelled`.
    public func sessionSummary(work: Work = Work()) throws -> SessionSummary {
        guard let (table, groups, _) = try sessionGroups(work: work), let name = roles[.time], case .time(let times, _, _)? = table.column(named: name)?.storage else {
            throw EventStep.needsSessions("a summary of sessions")
        }
        return try SessionSummary(
            sessions: groups.count, users: userCount, lengths: work.map(rows: groups.count) { groups[$0].count },
            durations: work.map(rows: groups.count) { Double(times[groups[$0].upperBound - 1] - times[groups[$0].lowerBound]) / 1e6 })
    }
}
