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
    /// - Throws: `DataError` if the column is not there or holds no numbers, or nobody bought.
    public func rfm(purchase: CompiledExpression? = nil, monetary: String? = nil, bins: Int = 5, work: Work) throws -> RFM {
        guard (1...100).contains(bins) else { throw DataError.badOption(name: "bins=", value: "\(bins)", wanted: "a number from 1 to 100") }
        let (bought, words) = try purchases(purchase, work)
        let (kind, amounts) = try amounts(monetary)
        let times = times
        let end = report.lastTime ?? 0
        var indices: [Int] = []
        var recency: [Double] = []
        var frequency: [Double] = []
        var money: [Double] = []
        let items = kind == .distinctItems ? try codes(of: .item, work: work)?.codes : nil
        for user in 0..<userCount {
            if user & 0xFFF == 0 { try work.check() }
            var last: Int64?
            var purchases = 0
            var sum = 0.0
            var seen: Set<Int32> = []
            for row in userOffsets[user]..<userOffsets[user + 1] where bought[row] {
                purchases += 1
                last = times[row]
                if let amounts, !amounts[row].isNaN { sum += amounts[row] }
                if let items, items[row] >= 0 { seen.insert(items[row]) }
            }
            guard let last else { continue }
            indices.append(user)
            recency.append(Double(end - last) / Double(CivilTime.microsecondsPerDay))
            frequency.append(Double(purchases))
            switch kind {
            case .sum: money.append(sum)
            case .distinctItems: money.append(Double(seen.count))
            case .purchases: money.append(Double(purchases))
            }
        }
        guard !indices.isEmpty else { throw DataError.noRowsLeft("no user has a purchase (\(words))") }
        let r = try quantileScores(recency.map { -$0 }, bins: bins, work: work)
        let f = try quantileScores(frequency, bins: bins, work: work)
        return try RFM(
            userIndices: indices, users: indices.map(user), recency: recency, frequency: frequency, monetary: money, recencyScores: r, frequencyScores: f,
            monetaryScores: quantileScores(money, bins: bins, work: work), groups: zip(r, f).map { RFMGroup(recency: $0, frequency: $1, bins: bins) }, bins: bins, purchase: words,
            monetaryKind: kind, withoutPurchase: userCount - indices.count)
    }

    private func purchases(_ condition: CompiledExpression?, _ work: Work) throws -> ([Bool], String) {
        if let condition { return (try condition.truths(over: table, work: work), "\(condition.expression)") }
        guard let action = try purchaseAction(work: work), let (codes, names) = try codes(of: .action, work: work), let wanted = names.firstIndex(of: action) else {
            return (Array(repeating: true, count: count), "every event counts, as no action is known to be a purchase")
        }
        return (try work.map(rows: codes.count) { codes[$0] == wanted }, "action == \(Literal.quoted(action))")
    }

    private func amounts(_ name: String?) throws(DataError) -> (RFM.Monetary, [Double]?) {
        if let name {
            guard let column = column(named: name) else { throw .unknownColumn(name, known: knownNames) }
            guard column.kind == .number || column.kind == .integer, let numbers = column.numbers else {
                throw .badOption(name: "monetary=", value: name, wanted: "a column of numbers")
            }
            return (.sum(column: column.name), numbers)
        }
        if let column = column(.value), column.kind == .number || column.kind == .integer, let numbers = column.numbers { return (.sum(column: column.name), numbers) }
        return (roles[.item] != nil ? .distinctItems : .purchases, nil)
    }
}
