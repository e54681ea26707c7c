import Expressions
import Runtime
import Tables

/// Recency, frequency and monetary value of the users who bought, with scores and a named group for each.
public struct RFM: Sendable {
    /// What stands for the money spent.
    public enum Monetary: Sendable, Hashable {
        /// Sum of a column over the purchases.
        case sum(column: String)
        /// Different items bought, where the log has no values.
        case distinctItems
        /// Number of purchases, where it has no items either.
        case purchases
    }

    /// Users without a purchase have no row.
    public let users: [String]
    /// Days from the user's last purchase to the last event of the log.
    public let recency: [Double]
    /// Number of purchases.
    public let frequency: [Double]
    public let monetary: [Double]
    /// From 1, the worst, to `bins`, the best.
    public let recencyScores: [Int], frequencyScores: [Int], monetaryScores: [Int]
    /// The place of each user's group among the names of `grouping`.
    public let groups: [Int32]
    public let grouping: RFMGroups
    public let bins: Int
    /// What counted as a purchase, in words.
    public let purchase: String
    public let monetaryKind: Monetary
    /// Users of the log without a purchase.
    public let withoutPurchase: Int

    /// The columns of `table`.
    public static let schema = ExpressionSchema(
        columns: [
            .init("user", .text), .init("recency", .number), .init("frequency", .number), .init("monetary", .number), .init("r", .number), .init("f", .number),
            .init("m", .number), .init("group", .text),
        ])

    /// As a table: user, recency, frequency, monetary, the three scores and the group.
    ///
    /// - Throws: `Cancelled`.
    public func table(work: Work = Work()) throws -> Table {
        func scores(_ name: String, _ scores: [Int]) throws -> Column { Column(name, integers: try work.map(rows: scores.count) { Int64(scores[$0]) }) }
        return Table([
            try Column("user", text: users, check: work.check), Column("recency", numbers: recency), Column("frequency", numbers: frequency), Column("monetary", numbers: monetary),
            try scores("r", recencyScores), try scores("f", frequencyScores), try scores("m", monetaryScores),
            try Column("group", text: work.map(rows: groups.count) { grouping.names[Int(groups[$0])] }, check: work.check),
        ])
    }
}

/// The usual groups of customers, by recency and frequency scores of five.
///
///     r\f   1 2                    3                     4 5
///     5     new, potential         potential loyalists   champions
///     4     promising, potential   potential loyalists   loyal
///     3     about to sleep         need attention        loyal
///     2     hibernating            at risk               at risk, can't lose them
///     1     lost                   at risk               at risk, can't lose them
public enum RFMGroup: String, Sendable, Hashable, CaseIterable {
    case champions, loyal
    case potentialLoyalists = "potential loyalists"
    case new, promising
    case needAttention = "need attention"
    case aboutToSleep = "about to sleep"
    case atRisk = "at risk"
    case cannotLose = "can't lose them"
    case hibernating, lost

    /// - Parameters: scores of `bins`, which are brought to five by `ceil(score · 5 / bins)`.
    public init(recency: Int, frequency: Int, bins: Int = 5) {
        let r = (recency * 5 + bins - 1) / bins
        let f = (frequency * 5 + bins - 1) / bins
        switch (r, f) {
        case (5, 4...): self = .champions
        case (3...4, 4...): self = .loyal
        case (4..., 2...3): self = .potentialLoyalists
        case (5, _): self = .new
        case (4, _): self = .promising
        case (3, 3): self = .needAttention
        case (3, _): self = .aboutToSleep
        case (_, 5): self = .cannotLose
        case (_, 3...4): self = .atRisk
        case (2, _): self = .hibernating
        default: self = .lost
        }
    }
}

/// Scores by quantile: `bins` parts of as equal size as ties allow, 1 for the least values; equal values have equal scores.
///
/// A value's average rank is held against the quantiles of all average ranks (with the straight line between neighbours): the score is one more than the
/// number of inner quantiles below it. Where no two quantiles fall together this is `pandas.qcut(values.rank(method="average"), bins, labels=False) + 1`; where they do,
/// `qcut` refuses, and the scores between are left out here. Worked out in whole numbers, so that no rounding moves a value over a border.
///
/// - Parameter bins: at least 1.
/// - Throws: `Cancelled`.
public func quantileScores(_ values: [Double], bins: Int, work: Work = Work()) throws -> [Int] {
    let n = values.count
    guard n > 0, bins > 1 else { return Array(repeating: 1, count: n) }
    var sorted = values.enumerated().map { (value: $0.element, place: $0.offset) }
    try work.sort(&sorted) { $0.value != $1.value ? $0.value < $1.value : $0.place < $1.place }
    // Twice the average rank from 1, in rising order of the values.
    var doubled = [Int](repeating: 0, count: n)
    var start = 0
    while start < n {
        var end = start + 1
        if end & 0xFFF == 0 { try work.check() }
        while end < n, sorted[end].value == sorted[start].value { end += 1 }
        for place in start..<end { doubled[place] = start + 1 + end }
        start = end
    }
    try work.check()
    // Inner quantile k lies at place (n - 1) · k / bins of the sorted ranks; times `bins` it is whole.
    let edges = (1..<bins).map { k -> Int in
        let low = (n - 1) * k / bins
        let rest = (n - 1) * k % bins
        return doubled[low] * bins + (rest > 0 ? (doubled[low + 1] - doubled[low]) * rest : 0)
    }
    var scores = [Int](repeating: 1, count: n)
    try work.forEachStretch(of: n) { for place in $0 { scores[sorted[place].place] = 1 + edges.reduce(0) { $0 + ($1 < doubled[place] * bins ? 1 : 0) } } }
    return scores
}
