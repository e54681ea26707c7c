import Runtime
import Tables

/// Which events `clean` drops.
public struct CleaningOptions: Sendable, Hashable {
    /// Drop rows that repeat an earlier one in every column.
    public var duplicates: Bool
    /// Drop events at impossible times.
    public var outliers: Bool
    /// Drop events without an action, where there is a column of actions.
    public var missing: Bool
    /// Drop users with more events than this within some hour; none keeps all.
    public var bots: Int?

    public init(duplicates: Bool = true, outliers: Bool = true, missing: Bool = true, bots: Int? = 600) {
        self.duplicates = duplicates
        self.outliers = outliers
        self.missing = missing
        self.bots = bots
    }

    /// The options as they are typed.
    var text: String {
        func word(_ value: Bool) -> String { value ? "yes" : "no" }
        return "duplicates=\(word(duplicates)) outliers=\(word(outliers)) missing=\(word(missing)) bots=\(bots.map(String.init) ?? "no")"
    }
}

extension EventLog {
    /// Drops what cannot be events of people: in turn, missing actions, impossible times, exact duplicates and bots.
    ///
    /// Impossible are times before 1990, after 2100, and those outside the dense span of the log (see `denseSpan`).
    ///
    /// - Throws: `Cancelled`.
    public func cleaned(_ options: CleaningOptions = CleaningOptions(), work: Work = Work()) throws -> EventLog {
        var log = self
        var rows: [CleaningReport.Row] = []
        func drop(_ what: String, _ rule: String, _ dropped: [Bool]) throws {
            let keep = try work.map(rows: dropped.count) { !dropped[$0] }
            let lost = keep.count { !$0 }
            let users = try (0..<log.userCount).reduce(0) { sum, user in
                if user & 0xFFF == 0 { try work.check() }
                return sum + ((log.userOffsets[user]..<log.userOffsets[user + 1]).contains { dropped[$0] } ? 1 : 0)
            }
            rows.append(.init(what: what, rule: rule, events: Proportion(lost, of: log.count), users: users))
            if lost > 0 { log = try log.filtered(keep, work: work) }
        }
        if options.missing, let action = log.column(.action) {
            try drop("no action", "the action is missing", work.map(rows: log.count) { action.isMissing($0) })
        }
        if options.outliers {
            let span = try log.denseSpan(work: work)
            let times = try log.clock(for: "clean")
            try drop("impossible time", span.rule, work.map(rows: times.count) { !span.range.contains(times[$0]) })
        }
        if options.duplicates {
            var dropped = [Bool](repeating: false, count: log.count)
            for row in try log.ties(work: work).duplicates { dropped[Int(row)] = true }
            try drop("exact duplicate", "repeats an earlier row", dropped)
        }
        if let limit = options.bots {
            var dropped = [Bool](repeating: false, count: log.count)
            for user in try log.usersAbove(limit, within: CivilTime.microsecondsPerHour, work) {
                for row in log.userOffsets[user]..<log.userOffsets[user + 1] { dropped[row] = true }
            }
            try drop("bot", "over \(limit) events in an hour", dropped)
        }
        log.report.cleanings.append(
            CleaningReport(rows: rows, eventsBefore: count, eventsAfter: log.count, usersBefore: userCount, usersAfter: log.userCount))
        return log
    }

    /// Users with more than `limit` events in some window of `length` microseconds.
    private func usersAbove(_ limit: Int, within length: Int64, _ work: Work) throws -> [Int] {
        let times = try clock(for: "clean")
        return try (0..<userCount).filter { user in
            if user & 0xFFF == 0 { try work.check() }
            let rows = userOffsets[user]..<userOffsets[user + 1]
            return rows.count > limit && rows.dropFirst(limit).contains { times[$0] - times[$0 - limit] < length }
        }
    }

    /// The span of time in which the log is dense, in whole hours, and the rule in words.
    ///
    /// An hour is dense if it has at least a twentieth of the events of the median hour that has any. Events before the first dense hour or after the last
    /// are outside, if they are at most 0.5 % of the log on that side and the day that follows (or precedes) is a full one: at least a quarter of the median hour's
    /// events each hour. So a log that grows slowly, or has few events an hour, has nothing outside.
    ///
    /// - Throws: `Cancelled`.
    public func denseSpan(work: Work = Work()) throws -> (range: Range<Int64>, rule: String) {
        let floor: Int64 = 631_152_000_000_000  // 1990-01-01
        let ceiling: Int64 = 4_102_444_800_000_000  // 2100-01-01
        let always = "before 1990 or after 2100"
        var counts: [Int: Int] = [:]
        let times = try clock(for: "clean")
        try work.forEachStretch(of: times.count) {
            for row in $0 where (floor..<ceiling).contains(times[row]) { counts[Int(times[row] / CivilTime.microsecondsPerHour), default: 0] += 1 }
        }
        let hours = counts.sorted { $0.key < $1.key }
        guard hours.count >= 48 else { return (floor..<ceiling, always) }
        let sorted = hours.map(\.value).sorted()
        let median = Double(sorted[sorted.count / 2])
        func isDense(_ count: Int) -> Bool { Double(count) >= median / 20 }
        /// The first dense hour from one side, if what lies before it may be dropped.
        func border(_ hours: [(key: Int, value: Int)], _ step: Int) -> Int? {
            guard let first = hours.firstIndex(where: { isDense($0.value) }), first > 0 else { return nil }
            let outside = hours[..<first].reduce(0) { $0 + $1.value }
            let day = (0..<24).reduce(0) { $0 + (counts[hours[first].key + $1 * step] ?? 0) }
            guard outside * 200 <= count, Double(day) >= 24 * median / 4 else { return nil }
            return hours[first].key
        }
        let start = border(hours, 1).map { Int64($0) * CivilTime.microsecondsPerHour }
        let end = border(hours.reversed(), -1).map { Int64($0 + 1) * CivilTime.microsecondsPerHour }
        guard start != nil || end != nil else { return (floor..<ceiling, always) }
        let words = [start.map { "before \(CivilTime.text(local($0)))" }, end.map { "from \(CivilTime.text(local($0))) on" }].compactMap { $0 }
        return ((start ?? floor)..<(end ?? ceiling), "\(words.joined(separator: " or ")), outside the hours that hold the log (less than a twentieth of the median hour)")
    }
}
