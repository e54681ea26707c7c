#if canImport(Glibc)
    import Glibc
#endif

/// Probabilities of classes, checked: each row finite, in 0...1, and adding up to 1.
public struct ClassProbabilities: Sendable {
    /// Row sums may be off by this much, as those of single precision are; they are not normalised.
    public static let sumTolerance = 1e-3
    /// Log loss takes probabilities into `clip...1-clip`, scikit-learn's bounds for doubles, so that one sure mistake does not cost infinity.
    public static let clip = Double.ulpOfOne

    public let classes: Int
    public let rows: Int
    /// `[rows, classes]`, row after row.
    public let values: [Double]

    /// - Throws: `noClasses`, `noRows`, `wrongCount`, `notAProbability`, `sumIsNotOne`.
    public init(classes names: [String], rows: Int, values: [Double]) throws(ScoringError) {
        guard !names.isEmpty else { throw .noClasses }
        guard rows > 0 else { throw .noRows }
        guard values.count == rows * names.count else { throw .wrongCount(of: "probabilities", expected: rows * names.count, found: values.count) }
        for row in 0..<rows {
            var sum = 0.0
            for label in names.indices {
                let value = values[row * names.count + label]
                // Softmax of single precision may exceed 1 by a rounding.
                guard value >= 0, value <= 1 + 1e-6 else { throw .notAProbability(row: row, className: names[label], value: "\(value)") }
                sum += value
            }
            guard (sum - 1).magnitude <= Self.sumTolerance else { throw .sumIsNotOne(row: row, sum: sum) }
        }
        classes = names.count
        self.rows = rows
        self.values = values
    }

    public subscript(row: Int, label: Int) -> Double { values[row * classes + label] }

    /// The likeliest class of each row; of equally likely ones the first.
    public var predicted: [Int] {
        (0..<rows).map { row in
            var best = 0
            for label in 1..<max(1, classes) where self[row, label] > self[row, best] { best = label }
            return best
        }
    }

    /// The mean of −ln of the probability given to the true class, clipped to `clip...1-clip`.
    public func logLoss(labels: [Int]) throws(ScoringError) -> Double {
        try logLosses(labels: labels).exactSum / Double(rows)
    }

    /// The same of each row.
    public func logLosses(labels: [Int]) throws(ScoringError) -> [Double] {
        try check(labels)
        return labels.indices.map { -log(min(max(self[$0, labels[$0]], Self.clip), 1 - Self.clip)) }
    }

    /// The mean squared gap between the probabilities and the truth, added over classes (0...2); halved for two classes, the usual Brier score
    /// (0...1).
    public func brier(labels: [Int]) throws(ScoringError) -> Double {
        try check(labels)
        var sum = ExactSum()
        for row in 0..<rows {
            for label in 0..<classes {
                let gap = self[row, label] - (label == labels[row] ? 1 : 0)
                sum.add(gap * gap)
            }
        }
        return sum.total / Double(rows) / (classes == 2 ? 2 : 1)
    }

    private func check(_ labels: [Int]) throws(ScoringError) {
        guard labels.count == rows else { throw .wrongCount(of: "labels", expected: rows, found: labels.count) }
        for row in labels.indices where !(0..<classes).contains(labels[row]) {
            throw .labelOutOfRange(row: row, label: labels[row], classes: classes)
        }
    }
}
