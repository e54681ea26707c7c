#if canImport(Glibc)
    import Glibc
#endif

/// What is reached without looking at a row: always the commonest class of the training part, with the training shares as probabilities.
public struct Baseline: Sendable, Hashable, Codable {
    /// The commonest class of the training part; of equally common ones the first.
    public let label: Int
    /// The share of each class in the training part.
    public let shares: [Double]
    /// The share of the scored rows that are of `label`.
    public let accuracy: Double
    /// The mean of −ln of the training share of the true class, clipped as log loss is.
    public let logLoss: Double
    /// The mean squared gap between the training shares and the truth, added over the classes; halved for two.
    public let brier: Double

    /// - Parameters:
    ///   - trainingCounts: training rows of each class.
    ///   - labels: the true classes of the scored rows.
    /// - Throws: `noClasses`, `noRows`, `noTrainingRows`, `negativeCount`, `labelOutOfRange`.
    public init(classes: [String], trainingCounts: [Int], labels: [Int]) throws(ScoringError) {
        guard !classes.isEmpty else { throw .noClasses }
        guard !labels.isEmpty else { throw .noRows }
        guard trainingCounts.count == classes.count else {
            throw .wrongCount(of: "training counts", expected: classes.count, found: trainingCounts.count)
        }
        if let label = trainingCounts.firstIndex(where: { $0 < 0 }) { throw .negativeCount(className: classes[label]) }
        let total = trainingCounts.reduce(0, +)
        guard total > 0 else { throw .noTrainingRows }
        var commonest = 0
        for label in trainingCounts.indices where trainingCounts[label] > trainingCounts[commonest] { commonest = label }

        var counts = [Int](repeating: 0, count: classes.count)
        for (row, label) in labels.enumerated() {
            guard classes.indices.contains(label) else { throw .labelOutOfRange(row: row, label: label, classes: classes.count) }
            counts[label] += 1
        }
        let shares = trainingCounts.map { Double($0) / Double(total) }
        let clip = ClassProbabilities.clip
        label = commonest
        self.shares = shares
        accuracy = Double(counts[commonest]) / Double(labels.count)
        logLoss = classes.indices.map { -Double(counts[$0]) * log(min(max(shares[$0], clip), 1 - clip)) }.exactSum / Double(labels.count)
        let squares = shares.map { $0 * $0 }.exactSum
        let gaps = classes.indices.map { Double(counts[$0]) * (squares - 2 * shares[$0] + 1) }.exactSum / Double(labels.count)
        brier = classes.count == 2 ? gaps / 2 : gaps
    }
}
