import Expressions
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

/// Where a session ends: after a pause, after an event that closes it, and before one that opens another.
public struct SessionRule: Sendable {
    /// The longest pause within a session, in microseconds.
    let gap: Int64
    let start: CompiledExpression?, end: CompiledExpression?

    init(gap: Int64) { (self.gap, start, end) = (gap, nil, nil) }

    /// - Parameter gap: seconds, above 0.
    /// - Throws: `DataError.badOption` for a gap of no length; a `Diagnostic` at words of a condition that do not fit the columns.
    public init(gap: Double, start: Expression?, end: Expression?, schema: ExpressionSchema) throws {
        guard gap > 0, gap < 1e10 else { throw DataError.badOption(name: "gap=", value: "\(gap)s", wanted: "a time above 0, such as 30m") }
        self.gap = Int64((gap * 1e6).rounded())
        self.start = try start.map { try CompiledExpression.condition($0, of: "start", schema: schema) }
        self.end = try end.map { try CompiledExpression.condition($0, of: "end", schema: schema) }
    }

    /// As it is typed.
    var text: String {
        "sessions gap=\(EventStep.duration(gap))" + (start.map { " start=\($0.expression)" } ?? "") + (end.map { " end=\($0.expression)" } ?? "")
    }
}

/// What ended the sessions of a log. Where several things would have, the first of these counts: a pause, the condition `end`, the condition `start`.
public struct SessionEnds: Sendable, Hashable {
    /// The longest pause within a session, in microseconds.
    public let gap: Int64
    public internal(set) var pauses = 0, ends = 0, starts = 0
    /// Sessions that hold the last event of their user.
    public let lasts: Int

    init(gap: Int64, lasts: Int) {
        self.gap = gap
        self.lasts = lasts
    }

    public var sessions: Int { pauses + ends + starts + lasts }
}

extension EventLog {
    /// The column that numbers the sessions made here.
    public static let sessionColumn = "session"

    /// Numbers the sessions from 1 in the order of the log: a new one begins with each user, and where the rule ends one.
    ///
    /// - Throws: `Cancelled`.
    public func withSessions(_ rule: SessionRule, work: Work = Work()) throws -> EventLog {
        let (times, gap) = (try clock(for: "sessions"), rule.gap)
        let starts = try rule.start?.truths(over: table, work: work)
        let ends = try rule.end?.truths(over: table, work: work)
        var found = SessionEnds(gap: gap, lasts: userCount)
        var session: Int64 = 0
        var numbers: [Int64] = []
        numbers.reserveCapacity(count)
        var rest = 0
        for user in 0..<userCount {
            for row in userOffsets[user]..<userOffsets[user + 1] {
                if rest == 0 {
                    try work.check()
                    rest = 1 << 16
                }
                rest -= 1
                if row == userOffsets[user] {
                    session += 1
                } else if times[row] - times[row - 1] > gap {
                    session += 1
                    found.pauses += 1
                } else if ends?[row - 1] == true {
                    session += 1
                    found.ends += 1
                } else if starts?[row] == true {
                    session += 1
                    found.starts += 1
                }
                numbers.append(session)
            }
        }
        var log = try adding(Column(Self.sessionColumn, integers: numbers), as: .session, work: work)
        log.report.sessionEnds = found
        return log
    }

    /// The same for pauses alone.
    ///
    /// - Parameter gap: microseconds.
    public func withSessions(gap: Int64, work: Work = Work()) throws -> EventLog { try withSessions(SessionRule(gap: gap), work: work) }

    /// - Throws: `DataError.missingRole` if the log has no sessions; `Cancelled`.
    public func sessionSummary(work: Work = Work()) throws -> SessionSummary {
        guard let (table, groups, _) = try sessionGroups(work: work) else { throw EventStep.needsSessions("a summary of sessions") }
        guard let name = roles[.time], let times = table.column(named: name).flatMap(TimeValues.init) else { throw Self.needsTimes("a summary of sessions") }
        return try SessionSummary(
            sessions: groups.count, users: userCount, lengths: work.map(rows: groups.count) { groups[$0].count },
            durations: work.map(rows: groups.count) { Double(times[groups[$0].upperBound - 1] - times[groups[$0].lowerBound]) / 1e6 })
    }
}
