import Runtime
import Tables

/// How often an action follows the ones before it, within users or sessions.
///
/// The beginning and the end of a path are no actions: an event counts where at least `order` events of its path come before it, and shares are of those. How paths
/// begin and end is told beside.
public struct Transitions: Sendable, Hashable {
    /// One that occurs.
    public struct Row: Sendable, Hashable {
        /// The places of `order` neighbouring actions among `actions`, the earliest first.
        public let from: [Int]
        /// The place of the action that comes next.
        public let to: Int
        public let count: Int
        /// How often anything comes after `from`.
        public let total: Int
        public var share: Double { Double(count) / Double(total) }
    }

    public let order: Int
    /// Actions, the commonest first.
    public let actions: [String]
    /// The most frequent first, equal ones in the order of their actions.
    public let rows: [Row]
    /// `starts[a]`, `ends[a]`: users (or sessions) that begin and end with `a`.
    public let starts: [Int], ends: [Int]
    /// Users (or sessions) with an action.
    public var paths: Int { starts.reduce(0, +) }
    /// All transitions together.
    public var count: Int { rows.reduce(0) { $0 + $1.count } }
}

extension EventLog {
    /// How often each action follows the `order` actions before it among the events of a user or session, in the order of the log. Events without an action are passed over.
    ///
    /// - Parameter order: from 1; so small that different actions to the power of `order + 1` is a whole number of 63 bits.
    /// - Throws: `DataError.missingRole` if the log has no actions, or no sessions to count in; `badOption` for another order; or `Cancelled`.
    /// - Complexity: O(events) over `work`'s threads; memory for a counter for each transition that occurs, in each of at most 64 shards.
    public func transitions(order: Int = 1, per unit: FilterUnit = .user, work: Work = Work()) throws -> Transitions {
        guard roles[.action] != nil else { throw DataError.missingRole("action", use: "transitions", hint: "action=COLUMN of load says which column it is") }
        let ranks = try rankedActions(work: work)
        let actions = ranks.actions
        let sessions = unit == .session ? try sessionGroups(work: work) : nil
        if unit == .session, sessions == nil { throw EventStep.needsSessions("transitions per=session") }
        let (groups, places) = (sessions?.groups ?? userGroups, sessions?.rows)
        // A transition is a number with an action as each digit, the earliest first.
        let (width, most) = (max(1, actions.count), Self.mostOrder(actions.count))
        guard order >= 1, order <= most else { throw DataError.badOption(name: "order=", value: "\(order)", wanted: "1 to \(most) for \(NumberText.counted(actions.count, "actions"))") }
        let base = (0..<order).reduce(1) { product, _ in product * width }
        let shards = Self.shards(of: groups)
        let parts = try work.workers.map(shards: shards.count) { shard in
            var counts = TransitionCounts(different: base * width, actions: actions.count)
            var rest = 0
            for group in shards[shard] {
                rest -= groups[group].count
                if rest <= 0 {
                    try work.check()
                    rest = 1 << 15
                }
                var key = 0
                var length = 0
                for place in groups[group] {
                    let rank = Int(ranks[places.map { Int($0[place]) } ?? place])
                    guard rank >= 0 else { continue }
                    if length == 0 { counts.starts[rank] += 1 }
                    length += 1
                    if length > order { counts.add(key * width + rank) }
                    // The last `order` actions.
                    key = order == 1 ? rank : (key * width + rank) % base
                }
                if length > 0 { counts.ends[key % width] += 1 }
            }
            return counts
        }
        var sum = TransitionCounts(different: base * width, actions: actions.count)
        for part in parts { sum.add(part) }
        let found = sum.found
        var totals: [Int: Int] = [:]
        for (key, count) in found { totals[key / width, default: 0] += count }
        let rows = found.sorted { ($1.count, $0.key) < ($0.count, $1.key) }.map { key, count in
            var digits = [Int](repeating: 0, count: order)
            var from = key / width
            for place in digits.indices.reversed() {
                digits[place] = from % width
                from /= width
            }
            return Transitions.Row(from: digits, to: key % width, count: count, total: totals[key / width] ?? count)
        }
        return Transitions(order: order, actions: actions, rows: rows, starts: sum.starts, ends: sum.ends)
    }

    /// The greatest order whose transitions can be numbered.
    private static func mostOrder(_ actions: Int) -> Int {
        var (power, order) = (max(2, actions), 0)
        while order < 20 {
            let (next, overflows) = power.multipliedReportingOverflow(by: max(2, actions))
            if overflows { break }
            power = next
            order += 1
        }
        return order
    }

    /// Neighbouring groups, at most 64 lots with about as many rows each, whatever the number of threads.
    static func shards(of groups: Groups) -> [Range<Int>] { Groups.shards(of: groups.offsets, atLeast: 1 << 14) }
}

/// Counters by transition: in a row for all of them where those are few, else only for those that occur.
private struct TransitionCounts {
    private var dense: [Int]
    private var sparse: [Int: Int] = [:]
    var starts: [Int], ends: [Int]

    init(different: Int, actions: Int) {
        dense = Array(repeating: 0, count: different <= 1 << 16 ? different : 0)
        starts = Array(repeating: 0, count: actions)
        ends = starts
    }

    mutating func add(_ key: Int) { if dense.isEmpty { sparse[key, default: 0] += 1 } else { dense[key] += 1 } }

    mutating func add(_ other: TransitionCounts) {
        for key in dense.indices { dense[key] += other.dense[key] }
        sparse.merge(other.sparse, uniquingKeysWith: +)
        for action in starts.indices {
            starts[action] += other.starts[action]
            ends[action] += other.ends[action]
        }
    }

    var found: [(key: Int, count: Int)] { dense.isEmpty ? sparse.map { ($0.key, $0.value) } : dense.indices.filter { dense[$0] > 0 }.map { ($0, dense[$0]) } }
}
