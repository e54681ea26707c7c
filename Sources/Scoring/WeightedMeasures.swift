import Runtime

#if canImport(Glibc)
    import Glibc
#endif

/// The measures of predicted classes under any weights of their rows. All that takes long is done once, so that resampling costs a pass for each set of weights.
///
/// With weights of 1 they are those of `ClassificationScores`; with others those of scikit-learn's `sample_weight`.
public struct WeightedMeasures: Sendable {
    private let classes: Int, rows: Int
    private let positive: Int?
    private let labels: [Int], predicted: [Int]
    /// Of each row: -ln of the probability of its class, and the squared gaps.
    private let losses: [Double], gaps: [Double]
    /// Of each row: the bin and the probability of the class whose calibration is told, and whether it is of it.
    private let bins: [Int], confidences: [Double], isRight: [Bool]
    /// For each class that is ranked: rows by falling probability, and where a lower one begins.
    private let ranks: [Rank]

    private struct Rank: Sendable {
        let label: Int
        let order: [Int32]
        /// Whether a row has the probability of the one before it.
        let isTied: [Bool]
    }

    /// - Parameter positive: which of two classes is the positive one.
    /// - Throws: `ScoringError` for what are no probabilities; `Cancelled`.
    /// - Complexity: O(classes · rows · log rows).
    public init(_ predictions: ClassPredictions, positive: Int?, work: Work = Work()) throws {
        let given = try predictions.checked()
        let classes = given.classes, labels = predictions.labels, predicted = given.predicted
        self.classes = classes
        rows = labels.count
        self.positive = positive
        self.labels = labels
        self.predicted = predicted
        losses = try given.logLosses(labels: labels)
        gaps = labels.indices.map { row in
            var sum = 0.0
            for label in 0..<classes {
                let gap = given[row, label] - (label == labels[row] ? 1 : 0)
                sum += gap * gap
            }
            return classes == 2 ? sum / 2 : sum
        }
        let told = positive.map { Array(repeating: $0, count: labels.count) } ?? predicted
        confidences = labels.indices.map { given[$0, told[$0]] }
        isRight = labels.indices.map { labels[$0] == told[$0] }
        bins = confidences.map(CalibrationCurve.bin)
        let ranked = positive.map { [$0] } ?? Array(0..<classes)
        ranks = try work.workers.map(shards: ranked.count) { place in
            let label = ranked[place]
            try work.check()
            let order = (0..<Int32(labels.count)).sorted { (given[Int($1), label], $0) < (given[Int($0), label], $1) }
            return Rank(label: label, order: order, isTied: order.indices.map { $0 > 0 && given[Int(order[$0]), label] == given[Int(order[$0 - 1]), label] })
        }
    }

    /// The measures, in the order of `ClassMeasure.allCases`; none of what is not defined under the weights.
    ///
    /// - Parameter weights: one a row, at least 0, of a sum above 0.
    /// - Complexity: O(ranked classes · rows + classes²).
    public func values(weights: [Double]) -> [Double?] {
        precondition(weights.count == rows, "a weight for each row")
        var counts = [Double](repeating: 0, count: classes * classes)
        var total = 0.0, loss = 0.0, gap = 0.0
        var inBin = [Double](repeating: 0, count: CalibrationCurve.binCount), said = inBin, hits = inBin
        for row in 0..<rows {
            let weight = weights[row]
            guard weight > 0 else { continue }
            counts[labels[row] * classes + predicted[row]] += weight
            total += weight
            loss += weight * losses[row]
            gap += weight * gaps[row]
            inBin[bins[row]] += weight
            said[bins[row]] += weight * confidences[row]
            if isRight[row] { hits[bins[row]] += weight }
        }
        let support = (0..<classes).map { label in counts[label * classes..<(label + 1) * classes].reduce(0, +) }
        let taken = (0..<classes).map { label in (0..<classes).reduce(0) { $0 + counts[$1 * classes + label] } }
        let right = (0..<classes).map { counts[$0 * classes + $0] }
        func ratio(_ part: Double, _ whole: Double) -> Double? { whole > 0 ? part / whole : nil }
        let precision = (0..<classes).map { ratio(right[$0], taken[$0]) }, recall = (0..<classes).map { ratio(right[$0], support[$0]) }
        let f1 = (0..<classes).map { ratio(2 * right[$0], support[$0] + taken[$0]) }
        func mean(_ values: [Double?], _ weights: [Double]) -> Double? { ratio(zip(values, weights).reduce(0) { $0 + ($1.0 ?? 0) * $1.1 }, weights.reduce(0, +)) }
        let present = (0..<classes).map { support[$0] + taken[$0] > 0 ? 1.0 : 0 }, occurring = support.map { $0 > 0 ? 1.0 : 0 }
        let areas = ranks.map { area($0, weights) }
        func meanArea(_ values: [Double?], byRows: Bool) -> Double? {
            mean(values, ranks.indices.map { values[$0] == nil ? 0 : byRows ? support[ranks[$0].label] : 1 })
        }
        let correct = right.reduce(0, +)
        let chance = (0..<classes).reduce(0) { $0 + support[$1] * taken[$1] }
        let spread = (total * total - taken.reduce(0) { $0 + $1 * $1 }) * (total * total - support.reduce(0) { $0 + $1 * $1 })
        return ClassMeasure.allCases.map { measure -> Double? in
            switch measure {
            case .accuracy: ratio(correct, total)
            case .balancedAccuracy: mean(recall, occurring)
            case .precision: positive.flatMap { precision[$0] }
            case .recall: positive.flatMap { recall[$0] }
            case .f1: positive.flatMap { f1[$0] }
            case .precisionMacro: mean(precision, present)
            case .recallMacro: mean(recall, present)
            case .f1Macro: mean(f1, present)
            case .precisionWeighted: mean(precision, support)
            case .recallWeighted: mean(recall, support)
            case .f1Weighted: mean(f1, support)
            case .auc: meanArea(areas.map(\.roc), byRows: false)
            case .aucWeighted: positive == nil ? meanArea(areas.map(\.roc), byRows: true) : nil
            case .averagePrecision: meanArea(areas.map(\.precisionRecall), byRows: false)
            case .logLoss: ratio(loss, total)
            case .brier: ratio(gap, total)
            case .calibrationError: ratio(inBin.indices.reduce(0) { $0 + (hits[$1] - said[$1]).magnitude }, total)
            case .matthews: spread > 0 ? (correct * total - chance) / spread.squareRoot() : nil
            }
        }
    }

    /// Areas of a class against the rest: under the ROC curve, and average precision.
    private func area(_ rank: Rank, _ weights: [Double]) -> (roc: Double?, precisionRecall: Double?) {
        var hits = 0.0, misses = 0.0, pairs = 0.0, precision = 0.0, place = 0
        while place < rows {
            var newHits = 0.0, newMisses = 0.0
            repeat {
                let row = Int(rank.order[place])
                if labels[row] == rank.label { newHits += weights[row] } else { newMisses += weights[row] }
                place += 1
            } while place < rows && rank.isTied[place]
            pairs += newMisses * (hits + newHits / 2)
            hits += newHits
            misses += newMisses
            if newHits > 0 { precision += newHits * hits / (hits + misses) }
        }
        return (hits > 0 && misses > 0 ? pairs / (hits * misses) : nil, hits > 0 ? precision / hits : nil)
    }
}
