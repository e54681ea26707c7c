/// Precision against recall for each threshold.
///
/// Thresholds are the scores that occur, rising; the curves have one more point at the end, precision 1 at recall 0, that has no threshold.
public struct PrecisionRecallCurve: Sendable, Hashable, Codable {
    public let precisions: [Double]
    public let recalls: [Double]
    public let thresholds: [Double]
    /// The mean of the precisions, weighted by the gain in recall at each threshold: Σ (Rₙ − Rₙ₋₁) · Pₙ, without interpolation.
    public let averagePrecision: Double

    /// - Parameters:
    ///   - isPositive: whether a row is of the positive class.
    ///   - scores: higher means rather positive; not NaN.
    ///   - dropIntermediate: leaves out points between others of the same recall.
    /// - Throws: `noRows`, `wrongCount`, `notANumber`; `onlyNegatives` as recall is undefined then.
    /// - Complexity: O(rows · log rows).
    public init(isPositive: [Bool], scores: [Double], dropIntermediate: Bool = false) throws(ScoringError) {
        try self.init(RankedCounts(isPositive: isPositive, scores: scores), dropIntermediate: dropIntermediate)
    }

    init(_ ranked: RankedCounts, dropIntermediate: Bool) throws(ScoringError) {
        let positives = ranked.positives
        guard positives > 0 else { throw .onlyNegatives }
        var sum = ExactSum()
        var earlier = 0
        for point in ranked.thresholds.indices {
            let hits = ranked.truePositives[point]
            sum.add(Double(hits - earlier) / Double(positives) * Double(hits) / Double(hits + ranked.falsePositives[point]))
            earlier = hits
        }
        averagePrecision = sum.total

        var counts = ranked
        let last = ranked.thresholds.count - 1
        if dropIntermediate, last >= 2 {
            let hits = ranked.truePositives
            counts = ranked.keeping([0] + (1..<last).filter { hits[$0] != hits[$0 - 1] || hits[$0 + 1] != hits[$0] } + [last])
        }
        let points = counts.thresholds.indices.reversed()
        precisions = points.map { Double(counts.truePositives[$0]) / Double(counts.truePositives[$0] + counts.falsePositives[$0]) } + [1]
        recalls = points.map { Double(counts.truePositives[$0]) / Double(positives) } + [0]
        thresholds = points.map { counts.thresholds[$0] }
    }

    private init(_ curve: PrecisionRecallCurve, keeping kept: [Int]) {
        precisions = kept.map { curve.precisions[$0] }
        recalls = kept.map { curve.recalls[$0] }
        thresholds = kept.dropLast().map { curve.thresholds[$0] }
        averagePrecision = curve.averagePrecision
    }

    /// Points of the curve without a wide gap between them, for drawing; about `count` when precision changes evenly, never more than there are.
    public func thinned(to count: Int) -> PrecisionRecallCurve {
        PrecisionRecallCurve(self, keeping: thinning(recalls, precisions, to: count))
    }
}
