import Runtime
import Tables

/// How groups of users go through their events, and when they are active.
public struct GroupJourneys: Sendable, Hashable {
    /// In the order of their numbers.
    public let groups: [Group]
    /// The stretches of equal length that the span of the log is cut into, in microseconds since 1970: one bound more than stretches; empty where events have no times.
    public let bounds: [Int64]
    /// Users of any group with an event in each stretch.
    public let active: [Int]

    public struct Group: Sendable, Hashable {
        /// Users of the group that the log has, and their events.
        public let users: Int, events: Int
        /// How journeys begin: the first actions, the same one in a row once, with the number of users; the commonest first, of equals that of the earlier actions. Empty where events have no actions.
        public let starts: [Start]
        /// Its users with an event in each stretch.
        public let active: [Int]
    }

    public struct Start: Sendable, Hashable {
        public let actions: [String]
        public let users: Int
    }
}

extension EventLog {
    /// - Parameters:
    ///   - groups: for each user the number of a group below `count`, or -1 for none.
    ///   - steps: how many first actions are looked at, 1 to 4.
    ///   - stretches: into how many parts of equal length the span of the log is cut, 1 to 32.
    ///   - most: how many ways to begin are told.
    /// - Throws: `Cancelled`.
    /// - Complexity: O(events).
    public func journeys(ofGroups groups: [Int], count: Int, steps: Int = 3, stretches: Int = 4, most: Int = 2, work: Work = Work()) throws -> GroupJourneys {
        precondition(groups.count == userCount && (1...4).contains(steps) && (1...32).contains(stretches), "a group for each user, and few steps and stretches")
        let actions = try textCodes(of: .action, work: work), times = clock
        var bounds: [Int64] = []
        if let first = report.firstTime, let last = report.lastTime, last > first {
            bounds = (0...stretches).map { first + (last - first) / Int64(stretches) * Int64($0) }
            bounds[stretches] = last
        }
        func stretch(_ time: Int64) -> Int { min(stretches - 1, max(0, Int((time - bounds[0]) / max(1, bounds[1] - bounds[0])))) }

        var users = [Int](repeating: 0, count: count), events = users
        var starts = [[Opening: Int]](repeating: [:], count: count), active = [[Int]](repeating: [Int](repeating: 0, count: bounds.isEmpty ? 0 : stretches), count: count)
        let ranges = userGroups
        var rest = 0
        for user in 0..<userCount where groups[user] >= 0 {
            let (range, group) = (ranges[user], groups[user])
            rest -= range.count
            if rest <= 0 {
                try work.check()
                rest = 1 << 15
            }
            users[group] += 1
            events[group] += range.count
            if let actions {
                var opening = Opening()
                for place in range where opening.length < steps { opening.add(actions[place]) }
                if opening.length > 0 { starts[group][opening, default: 0] += 1 }
            }
            if !bounds.isEmpty, let times {
                var mask: UInt32 = 0
                for place in range { mask |= 1 << UInt32(stretch(times[place])) }
                for part in 0..<stretches where mask >> UInt32(part) & 1 == 1 { active[group][part] += 1 }
            }
        }
        return GroupJourneys(
            groups: (0..<count).map { group in
                let commonest = starts[group].sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(most)
                return GroupJourneys.Group(users: users[group], events: events[group], starts: commonest.map { GroupJourneys.Start(actions: $0.key.codes.compactMap { code in actions.map { $0.dictionary[Int(code)] } }, users: $0.value) }, active: active[group])
            },
            bounds: bounds, active: (0..<(bounds.isEmpty ? 0 : stretches)).map { part in active.reduce(0) { $0 + $1[part] } })
    }
}

/// The first different actions of a journey, at most four, in a form that is compared and hashed fast.
struct Opening: Sendable, Hashable, Comparable {
    private(set) var length = 0
    private var steps = SIMD4<Int32>(repeating: -1)

    /// The next action; one that is not known, or the same as the last, is no step.
    mutating func add(_ code: Int32) {
        guard code >= 0, length == 0 || steps[length - 1] != code else { return }
        steps[length] = code
        length += 1
    }

    var codes: [Int32] { (0..<length).map { steps[$0] } }

    /// Shorter ones first, then by the earlier actions.
    static func < (a: Opening, b: Opening) -> Bool {
        guard a.length == b.length else { return a.length < b.length }
        for step in 0..<a.length where a.steps[step] != b.steps[step] { return a.steps[step] < b.steps[step] }
        return false
    }
}
