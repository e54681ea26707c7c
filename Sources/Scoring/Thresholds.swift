/// From which probability on a row is taken for the positive class: chosen on rows that judge nothing else, and told with what it gives there.
public struct ThresholdChoice: Sendable, Hashable {
    /// What the best threshold is to have most of.
    public enum Aim: String, Sendable, Hashable, CaseIterable {
        /// F1 of the positive class.
        case f1
        /// The mean of both classes' recalls (Youden's index).
        case balanced
    }

    public let aim: Aim
    /// A row counts as positive from this probability on.
    public let threshold: Double
    /// The value of the aim on the rows that it was chosen on.
    public let value: Double

    /// The best of the probabilities that occur; of equally good ones the highest.
    ///
    /// - Throws: `ScoringError` where the rows are of one class.
    public init(_ aim: Aim, isPositive: [Bool], probabilities: [Double]) throws(ScoringError) {
        let counts = try RankedCounts(isPositive: isPositive, scores: probabilities)
        guard counts.positives > 0 else { throw .onlyNegatives }
        guard counts.negatives > 0 else { throw .onlyPositives }
        var best = 0, most = -1.0
        for point in counts.thresholds.indices {
            let hits = Double(counts.truePositives[point]), misses = Double(counts.falsePositives[point])
            let value = switch aim {
            case .f1: 2 * hits / (Double(counts.positives) + hits + misses)
            // One division of whole numbers, so that equals are equal.
            case .balanced: ((hits * Double(counts.negatives) - misses * Double(counts.positives)) / (Double(counts.positives) * Double(counts.negatives)) + 1) / 2
            }
            if value > most { (best, most) = (point, value) }
        }
        self.aim = aim
        threshold = counts.thresholds[best]
        value = most
    }
}

/// What comes of taking rows for positive from some probability on.
public struct ThresholdScores: Sendable, Hashable {
    public let threshold: Double
    /// `[2, 2]`: the classes are negative and positive.
    public let confusion: ConfusionMatrix

    /// - Throws: `noRows`, `wrongCount`.
    public init(at threshold: Double, isPositive: [Bool], probabilities: [Double]) throws(ScoringError) {
        self.threshold = threshold
        confusion = try ConfusionMatrix(classes: ["negative", "positive"], truth: isPositive.map { $0 ? 1 : 0 }, predicted: probabilities.map { $0 >= threshold ? 1 : 0 })
    }

    public var precision: Score { confusion.precision(of: 1) }
    public var recall: Score { confusion.recall(of: 1) }
    public var f1: Score { confusion.f1(of: 1) }
}
