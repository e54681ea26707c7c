import Expressions
import Runtime
import Tables

extension EventLog {
    /// Recency, frequency and monetary value of each user with a purchase.
    ///
    /// - Parameters:
    ///   - purchase: which events are purchases; none takes the action that is known to be one, and every event where none is.
    ///   - monetary: the column of numbers that is summed; none takes the value's column, else counts different items bought, else purchases.
    ///   - bins: scores go from 1 to this, in 1...100.
    ///   - groups: for that many bins; none takes the usual ones.
    /// - Throws: `DataError` if the column is not there or holds no numbers, or nobody bought.
    public func rfm(purchase: CompiledExpression? = nil, monetary: String? = nil, bins: Int = 5, groups: RFMGroups? = nil, work: Work) throws -> RFM {
        guard (1...100).contains(bins) else { throw DataError.badOption(name: "bins=", value: "\(bins)", wanted: "a number from 1 to 100") }
        let (bought, words) = try purchases(purchase, work)
        let (kind, amounts) = try amounts(monetary, work)
        let times = try clock(for: "rfm")
        let end = report.lastTime ?? 0
        let items = kind == .distinctItems ? column(.item) : nil
        let shards = Self.shards(of: userGroups)
        let parts = try work.workers.map(shards: shards.count) { shard in
            var buyers = Buyers()
            var seen: Set<Int64> = []
            var rest = 0
            for user in shards[shard] {
                var last = -1
                var purchases = 0
                var sum = 0.0
                seen.removeAll(keepingCapacity: true)
                let rows = userOffsets[user]..<userOffsets[user + 1]
                rest -= rows.count
                if rest <= 0 {
                    try work.check()
                    rest = 1 << 15
                }
                for row in rows {
                    guard bought[row] else { continue }
                    purchases += 1
                    last = row
                    if let amounts, !amounts[row].isNaN { sum += amounts[row] }
                    if let items, !items.isMissing(row) { seen.insert(items.key(at: row)) }
                }
                guard last >= 0 else { continue }
                buyers.indices.append(user)
                buyers.recency.append(Double(end - times[last]) / Double(CivilTime.microsecondsPerDay))
                buyers.frequency.append(Double(purchases))
                switch kind {
                case .sum: buyers.money.append(sum)
                case .distinctItems: buyers.money.append(Double(seen.count))
                case .purchases: buyers.money.append(Double(purchases))
                }
            }
            return buyers
        }
        let (indices, recency) = (parts.flatMap(\.indices), parts.flatMap(\.recency))
        let (frequency, money) = (parts.flatMap(\.frequency), parts.flatMap(\.money))
        guard !indices.isEmpty else { throw DataError.noRowsLeft("no user has a purchase (\(words))") }
        let scored = [try work.map(rows: recency.count) { -recency[$0] }, frequency, money]
        let scores = try work.workers.map(shards: scored.count) { try quantileScores(scored[$0], bins: bins, work: work) }
        let (r, f, m) = (scores[0], scores[1], scores[2])
        let grouping = groups ?? RFMGroups(usual: bins)
        return try RFM(
            users: work.map(rows: indices.count) { user(indices[$0]) }, recency: recency, frequency: frequency, monetary: money, recencyScores: r, frequencyScores: f,
            monetaryScores: m, groups: work.map(rows: r.count) { grouping.place(recency: r[$0], frequency: f[$0], monetary: m[$0]) }, grouping: grouping, bins: bins, purchase: words,
            monetaryKind: kind, withoutPurchase: userCount - indices.count)
    }

    /// What some users with a purchase have.
    private struct Buyers {
        var indices: [Int] = []
        var recency: [Double] = []
        var frequency: [Double] = []
        var money: [Double] = []
    }

    /// Which events are purchases.
    enum Purchases: Sendable {
        case all
        case some([Bool])
        case action(TextCodes, code: Int32)

        @inline(__always)
        subscript(row: Int) -> Bool {
            switch self {
            case .all: true
            case .some(let truths): truths[row]
            case .action(let codes, let code): codes[row] == code
            }
        }
    }

    func purchases(_ condition: CompiledExpression?, _ work: Work) throws -> (Purchases, String) {
        if let condition { return (.some(try condition.truths(over: table, work: work)), "\(condition.expression)") }
        guard let action = try purchaseAction(work: work), let codes = try textCodes(of: .action, work: work), let wanted = codes.dictionary.names.firstIndex(of: action) else {
            return (.all, "every event counts, as no action is known to be a purchase")
        }
        return (.action(codes, code: Int32(wanted)), "action == \(Literal.quoted(action))")
    }

    func amounts(_ name: String?, _ work: Work) throws -> (RFM.Monetary, [Double]?) {
        if let name {
            guard let column = column(named: name) else { throw DataError.unknownColumn(name, known: knownNames) }
            guard column.kind == .number || column.kind == .integer, let numbers = try column.numbers(check: work.check) else {
                throw DataError.badOption(name: "monetary=", value: name, wanted: "a column of numbers")
            }
            return (.sum(column: column.name), numbers)
        }
        if let column = column(.value), column.kind == .number || column.kind == .integer, let numbers = try column.numbers(check: work.check) { return (.sum(column: column.name), numbers) }
        return (roles[.item] != nil ? .distinctItems : .purchases, nil)
    }
}
