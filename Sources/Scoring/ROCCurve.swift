/// The receiver operating characteristic: which share of the positives passes a threshold, against the share of the negatives.
///
/// The first threshold is infinity, which nothing passes; the following ones are the scores that occur, falling. Rows of equal score pass together.
///
/// ### References
/// T. Fawcett. An introduction to ROC analysis. Pattern Recognition Letters, 2006.
public struct ROCCurve: Sendable, Hashable, Codable {
    public let falsePositiveRates: [Double]
    public let truePositiveRates: [Double]
    public let thresholds: [Double]
    /// The chance that a positive row scores higher than a negative one, where equal scores count half. Exact, also if points were dropped.
    public let area: Double

    /// - Parameters:
    ///   - isPositive: whether a row is of the positive class.
    ///   - scores: higher means rather positive; not NaN.
    ///   - dropIntermediate: leaves out points on a straight line between their neighbours.
    /// - Throws: `noRows`, `wrongCount`, `notANumber`; `onlyPositives` or `onlyNegatives` as one of the axes is undefined then.
    /// - Complexity: O(rows · log rows).
    public init(isPositive: [Bool], scores: [Double], dropIntermediate: Bool = false) throws(ScoringError) {
        try self.init(RankedCounts(isPositive: isPositive, scores: scores), dropIntermediate: dropIntermediate)
    }

    init(_ ranked: RankedCounts, dropIntermediate: Bool) throws(ScoringError) {
        let positives = ranked.positives
        let negatives = ranked.negatives
        guard positives > 0 else { throw .onlyNegatives }
        guard negatives > 0 else { throw .onlyPositives }
        area = Self.area(ranked)

        var counts = ranked
        let last = ranked.thresholds.count - 1
        if dropIntermediate, last >= 2 {
            let hits = ranked.truePositives
            let misses = ranked.falsePositives
            func bends(_ counts: [Int], at place: Int) -> Bool { counts[place + 1] - counts[place] != counts[place] - counts[place - 1] }
            let bends = (1..<last).filter { bends(hits, at: $0) || bends(misses, at: $0) }
            counts = ranked.keeping([0] + bends + [last])
        }
        falsePositiveRates = [0] + counts.falsePositives.map { Double($0) / Double(negatives) }
        truePositiveRates = [0] + counts.truePositives.map { Double($0) / Double(positives) }
        thresholds = [.infinity] + counts.thresholds
    }

    private init(_ curve: ROCCurve, keeping kept: [Int]) {
        falsePositiveRates = kept.map { curve.falsePositiveRates[$0] }
        truePositiveRates = kept.map { curve.truePositiveRates[$0] }
        thresholds = kept.map { curve.thresholds[$0] }
        area = curve.area
    }

    /// At most about `count` points of the curve, evenly along its way, for drawing.
    public func thinned(to count: Int) -> ROCCurve {
        ROCCurve(self, keeping: thinning(falsePositiveRates, truePositiveRates, to: count))
    }

    /// The trapezoids, added as whole and half pairs, so that the area is exact up to one division.
    private static func area(_ ranked: RankedCounts) -> Double {
        var pairs = 0.0
        var hits = 0
        var misses = 0
        for point in ranked.thresholds.indices {
            let newHits = ranked.truePositives[point] - hits
            let newMisses = ranked.falsePositives[point] - misses
            pairs += Double(newMisses) * (Double(hits) + Double(newHits) / 2)
            hits += newHits
            misses += newMisses
        }
        return pairs / (Double(hits) * Double(misses))
    }
}

/// The area under the ROC curve: the chance that a positive row scores higher than a negative one, where equal scores count half.
///
/// - Throws: as `ROCCurve`.
public func areaUnderROC(isPositive: [Bool], scores: [Double]) throws(ScoringError) -> Double {
    try ROCCurve(RankedCounts(isPositive: isPositive, scores: scores), dropIntermediate: true).area
}
