import Runtime
import Tables

/// How often a value comes.
public struct ValueCount: Sendable, Hashable {
    public let value: String
    public let events: Int
    /// Users with at least one such event.
    public let users: Int
    /// Of all events of the log, those without a value included.
    public let share: Proportion
}

/// Events by a stretch of time and action: a row of counts for each stretch, a column for each action.
public struct TimeCounts: Sendable, Hashable {
    /// `2017-11-25`, or the hour `0` to `23`.
    public let labels: [String]
    /// Actions, the commonest first; a single name `events` if the log has none.
    public let actions: [String]
    /// `[labels, actions]`.
    public let counts: [[Int]]
}

/// Actions by falling count, and the place of each event's action among them.
struct RankedActions: Sendable {
    let actions: [String]
    fileprivate let codes: TextCodes?
    fileprivate let ranks: [Int32]

    /// -1 for an event without an action.
    @inline(__always)
    subscript(row: Int) -> Int32 {
        guard let codes else { return 0 }
        let code = codes[row]
        return code < 0 ? -1 : ranks[Int(code)]
    }
}

extension EventLog {
    /// The values of a column, the commonest first, equal counts in the order of first appearance.
    ///
    /// - Parameters:
    ///   - name: a column or role.
    ///   - limit: how many at most.
    /// - Throws: `DataError.unknownColumn`, or `Cancelled`.
    public func top(_ name: String, limit: Int = .max, work: Work = Work()) throws -> [ValueCount] {
        let (codes, names) = try codes(of: name, work: work)
        var events = [Int](repeating: 0, count: names.count)
        var users = [Int](repeating: 0, count: names.count)
        var last = [Int](repeating: -1, count: names.count)
        for user in 0..<userCount {
            if user & 0xFFF == 0 { try work.check() }
            for row in userOffsets[user]..<userOffsets[user + 1] where codes[row] >= 0 {
                let code = Int(codes[row])
                events[code] += 1
                if last[code] != user {
                    last[code] = user
                    users[code] += 1
                }
            }
        }
        let places = try Self.byCount(events, work)
        return try work.map(rows: min(limit, places.count)) { index in
            let code = places[index]
            return ValueCount(value: names[code], events: events[code], users: users[code], share: Proportion(events[code], of: count))
        }
    }

    /// The places of counts above 0, the greatest first, equal ones in their order.
    static func byCount(_ counts: [Int], _ work: Work) throws -> [Int] {
        var places = counts.indices.filter { counts[$0] > 0 }
        try work.sort(&places) { (counts[$1], $0) < (counts[$0], $1) }
        return places
    }

    /// The actions by falling count, and for each event the place of its action among them; one action `events` where the log has no actions.
    func rankedActions(work: Work) throws -> RankedActions {
        guard let codes = try textCodes(of: .action, work: work) else { return RankedActions(actions: ["events"], codes: nil, ranks: []) }
        let stretch = 1 << 18
        let parts = try work.workers.map(shards: (codes.count + stretch - 1) / stretch) { index in
            try work.check()
            var events = [Int](repeating: 0, count: codes.dictionary.count)
            for row in index * stretch..<min(codes.count, (index + 1) * stretch) {
                let code = Int(codes[row])
                if code >= 0 { events[code] += 1 }
            }
            return events
        }
        let events = parts.reduce(into: [Int](repeating: 0, count: codes.dictionary.count)) { sum, part in for code in part.indices { sum[code] += part[code] } }
        let order = try Self.byCount(events, work)
        var ranks = [Int32](repeating: -1, count: codes.dictionary.count)
        for (rank, code) in order.enumerated() { ranks[code] = Int32(rank) }
        return RankedActions(actions: order.map { codes.dictionary[$0] }, codes: codes, ranks: ranks)
    }

    /// Events a calendar day (of the log's zone) and action; every day from the first to the last has a row, unless that were more than 36,600.
    ///
    /// - Throws: `Cancelled`.
    public func dailyCounts(work: Work = Work()) throws -> TimeCounts {
        let ranks = try rankedActions(work: work)
        let actions = ranks.actions
        // The events of a user follow one another, so the day seldom changes from one to the next.
        var slots: [Int: Int] = [:]
        var counts: [Int] = []
        var day = Int.min
        var slot = 0
        let times = try clock(for: "counts by day")
        let zone = zone
        for row in times.indices {
            if row & 0xFFFF == 0 { try work.check() }
            guard ranks[row] >= 0 else { continue }
            let today = CivilTime.day(of: zone?.local(times[row]) ?? times[row])
            if today != day {
                day = today
                if let known = slots[day] { slot = known } else {
                    slot = counts.count
                    slots[day] = slot
                    counts += Array(repeating: 0, count: actions.count)
                }
            }
            counts[slot + Int(ranks[row])] += 1
        }
        guard let first = slots.keys.min(), let last = slots.keys.max() else { return TimeCounts(labels: [], actions: actions, counts: []) }
        let days = last - first <= 36_600 ? Array(first...last) : slots.keys.sorted()
        return TimeCounts(labels: days.map(Gregorian.text), actions: actions, counts: days.map { day in slots[day].map { Array(counts[$0..<$0 + actions.count]) } ?? Array(repeating: 0, count: actions.count) })
    }

    /// Events an hour of the day (of the log's zone) and action.
    ///
    /// - Throws: `Cancelled`.
    public func hourlyCounts(work: Work = Work()) throws -> TimeCounts {
        let ranks = try rankedActions(work: work)
        let actions = ranks.actions
        let times = try clock(for: "counts by hour")
        let zone = zone
        var counts = Array(repeating: Array(repeating: 0, count: actions.count), count: 24)
        try work.forEachStretch(of: times.count) { for row in $0 where ranks[row] >= 0 { counts[CivilTime.hour(of: zone?.local(times[row]) ?? times[row])][Int(ranks[row])] += 1 } }
        return TimeCounts(labels: (0..<24).map(String.init), actions: actions, counts: counts)
    }

    /// Events per user, by user index.
    public func eventCounts() -> [Int] { (0..<userCount).map { userOffsets[$0 + 1] - userOffsets[$0] } }

    public func eventsPerUser(work: Work = Work()) throws -> Distribution { try Distribution(eventCounts().map(Double.init), work: work) }
}
