import Expressions
import Runtime
import Tables

extension EventLog {
    /// The repeat purchases of each customer.
    ///
    /// - Parameters:
    ///   - purchase: which events are purchases; none takes the action that is known to be one, and every event where none is.
    ///   - monetary: the column of numbers that is summed; none takes the value's column, and nothing where there is none.
    ///   - unit: in what times are measured.
    ///   - until: the last day that is looked at, counted from 1970-01-01; none takes that of the last event.
    /// - Throws: `DataError` if the column is not there or holds no numbers, events have no times, nobody bought by then, or `until` lies after the last event; `Cancelled`.
    /// - Complexity: O(events) over `work`'s threads.
    public func repeatPurchases(purchase: CompiledExpression? = nil, monetary: String? = nil, unit: RepeatPurchases.Unit = .week, until: Int? = nil, work: Work) throws -> RepeatPurchases {
        let (bought, words) = try purchases(purchase, work)
        let (kind, amounts) = try amounts(monetary, work)
        let times = try clock(for: "lifetime")
        let zone = zone
        @Sendable func day(_ time: Int64) -> Int { CivilTime.day(of: zone?.local(time) ?? time) }
        let lastDay = day(report.lastTime ?? 0), end = until ?? lastDay
        // Days that nobody watched would count as days without purchases.
        guard end <= lastDay || report.lastTime == nil else { throw DataError.badOption(name: "until=", value: Gregorian.text(end), wanted: "a day up to the last of the events, \(Gregorian.text(lastDay))") }
        let shards = Self.shards(of: userGroups)
        let parts = try work.workers.map(shards: shards.count) { shard in
            var customers = Customers()
            var rest = 0
            for user in shards[shard] {
                let rows = userOffsets[user]..<userOffsets[user + 1]
                rest -= rows.count
                if rest <= 0 {
                    try work.check()
                    rest = 1 << 15
                }
                var (first, last, latest, days, later) = (0, 0, Int.min, 0, 0)
                var value = 0.0, priced = 0, latestPriced = Int.min
                for row in rows where bought[row] {
                    let today = day(times[row])
                    guard today <= end else {
                        if today != latest { later += 1 }
                        latest = today
                        continue
                    }
                    if days == 0 { first = today }
                    if days == 0 || today != latest { days += 1 }
                    latest = today
                    last = today
                    if days > 1, let amounts, !amounts[row].isNaN {
                        value += amounts[row]
                        if today != latestPriced { priced += 1 }
                        latestPriced = today
                    }
                }
                guard days > 0 else { continue }
                customers.add(user, repeats: days - 1, recency: Double(last - first), age: Double(end - first), mean: priced > 0 ? value / Double(priced) : 0, priced: priced, later: later)
            }
            return customers
        }
        let indices = parts.flatMap(\.indices)
        guard !indices.isEmpty else { throw DataError.noRowsLeft("no user has a purchase (\(words))" + (until.map { " by \(Gregorian.text($0))" } ?? "")) }
        var valueColumn: String?
        if case .sum(let column) = kind { valueColumn = column }
        let scale = unit.days
        return RepeatPurchases(
            unit: unit, end: end, daysAfter: max(0, lastDay - end), users: try work.map(rows: indices.count) { user(indices[$0]) }, repeats: parts.flatMap(\.repeats),
            recency: parts.flatMap(\.recency).map { $0 / scale }, age: parts.flatMap(\.age).map { $0 / scale }, meanValues: valueColumn == nil ? nil : parts.flatMap(\.means), priced: valueColumn == nil ? nil : parts.flatMap(\.priced),
            valueColumn: valueColumn, later: parts.flatMap(\.later), purchase: words, withoutPurchase: userCount - indices.count)
    }

    /// What some users with a purchase have, in days.
    private struct Customers {
        var indices: [Int] = [], repeats: [Int] = [], priced: [Int] = [], later: [Int] = []
        var recency: [Double] = [], age: [Double] = [], means: [Double] = []

        mutating func add(_ user: Int, repeats: Int, recency: Double, age: Double, mean: Double, priced: Int, later: Int) {
            indices.append(user)
            self.repeats.append(repeats)
            self.recency.append(recency)
            self.age.append(age)
            means.append(mean)
            self.priced.append(priced)
            self.later.append(later)
        }
    }
}
