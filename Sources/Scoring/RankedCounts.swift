/// How many positives and negatives score at least each threshold: what both curves are drawn from.
///
/// Rows with equal scores fall together: they pass a threshold all or none.
struct RankedCounts {
    /// The scores that occur, falling.
    var thresholds: [Double] = []
    /// Positives and negatives that score at least the threshold.
    var truePositives: [Int] = []
    var falsePositives: [Int] = []

    var positives: Int { truePositives.last ?? 0 }
    var negatives: Int { falsePositives.last ?? 0 }

    /// - Complexity: O(rows · log rows).
    init(isPositive: [Bool], scores: [Double]) throws(ScoringError) {
        guard !scores.isEmpty else { throw .noRows }
        guard isPositive.count == scores.count else { throw .wrongCount(of: "scores", expected: isPositive.count, found: scores.count) }
        if let row = scores.firstIndex(where: \.isNaN) { throw .notANumber(row: row) }
        var order: [(score: Double, isPositive: Bool)] = []
        order.reserveCapacity(scores.count)
        for row in scores.indices { order.append((scores[row], isPositive[row])) }
        order.sort { $0.score > $1.score }
        var hits = 0
        for (index, row) in order.enumerated() {
            if row.isPositive { hits += 1 }
            if index + 1 == order.count || order[index + 1].score != row.score {
                thresholds.append(row.score)
                truePositives.append(hits)
                falsePositives.append(index + 1 - hits)
            }
        }
    }

    /// The same counts with only the thresholds at `kept`.
    func keeping(_ kept: [Int]) -> RankedCounts {
        var copy = self
        copy.thresholds = kept.map { thresholds[$0] }
        copy.truePositives = kept.map { truePositives[$0] }
        copy.falsePositives = kept.map { falsePositives[$0] }
        return copy
    }
}

/// Indices of points of a curve that leave no gap wider than a `count`-th of its way (2, for both axes go from 0 to 1), first and last included.
func thinning(_ x: [Double], _ y: [Double], to count: Int) -> [Int] {
    guard x.count > max(2, count) else { return Array(x.indices) }
    let step = 2 / Double(max(1, count - 2))
    var kept = [0]
    for index in 1..<x.count - 1 {
        let last = kept[kept.count - 1]
        if (x[index] - x[last]).magnitude + (y[index] - y[last]).magnitude >= step { kept.append(index) }
    }
    return kept + [x.count - 1]
}
