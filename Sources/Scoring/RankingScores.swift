import Runtime

#if canImport(Glibc)
    import Glibc
#endif

/// What is said of a classifier of very many classes, such as items: how far up the true one stands among all, with the baseline beside it: always the commonest of the training part first.
///
/// The rank of the true class is 1 + the number of others with as high a probability or a higher one: ties count against the model. All classes are ranked, none is sampled.
///
/// ### References
/// The mean reciprocal rank is scikit-learn's `label_ranking_average_precision_score` of one true label, which breaks ties alike. K. Järvelin, J. Kekäläinen. Cumulated Gain-Based
/// Evaluation of IR Techniques. TOIS 2002 (NDCG; of one true class 1 / log2(1 + rank)). W. Krichene, S. Rendle. On Sampled Metrics for Item Recommendation. KDD 2020.
public struct RankingScores: Sendable, Hashable, Codable {
    /// The means over the rows.
    public struct Measures: Sendable, Hashable, Codable {
        /// The share of the rows whose true class is first, among the first five, among the first ten.
        public let hr1: Double, hr5: Double, hr10: Double
        /// 1 / log2(1 + rank) where the rank is at most 10, else 0.
        public let ndcg10: Double
        /// 1 / rank.
        public let mrr: Double
        /// -ln of the probability of the true class, clipped as `ClassProbabilities` says.
        public let logLoss: Double

        /// - Parameters:
        ///   - ranks: none for a miss.
        ///   - probabilities: of the true classes.
        init(ranks: [Int?], probabilities: [Double]) {
            let count = Double(ranks.count)
            func mean(_ gain: (Int) -> Double) -> Double { ranks.map { $0.map(gain) ?? 0 }.exactSum / count }
            hr1 = mean { $0 <= 1 ? 1 : 0 }
            hr5 = mean { $0 <= 5 ? 1 : 0 }
            hr10 = mean { $0 <= 10 ? 1 : 0 }
            ndcg10 = mean { $0 <= 10 ? 1 / log2(1 + Double($0)) : 0 }
            mrr = mean { 1 / Double($0) }
            let clip = ClassProbabilities.clip
            logLoss = probabilities.lazy.map { -log(min(max($0, clip), 1 - clip)) }.exactSum / count
        }
    }

    public let rows: Int
    /// How many classes are ranked.
    public let classes: Int
    /// Rows whose true class the training part has none of: they are misses.
    public let unseen: Int
    public let measures: Measures
    public let baseline: Measures

    /// Takes the probabilities of some rows at a time, so that they need never be in memory together.
    public struct Collector: Sendable {
        private let trainingCounts: [Int]
        private let trainingRows: Int
        /// The rank of each class by its training count.
        private let popularity: [Int]
        private var ranks: [Int?] = [], probabilities: [Double] = []
        private var baselineRanks: [Int?] = [], shares: [Double] = []

        /// - Parameter trainingCounts: training rows of each class.
        /// - Throws: `ScoringError.noClasses`, `.noTrainingRows`, `.negativeCount`.
        public init(trainingCounts: [Int]) throws(ScoringError) {
            guard !trainingCounts.isEmpty else { throw .noClasses }
            if let label = trainingCounts.firstIndex(where: { $0 < 0 }) { throw .negativeCount(className: "\(label)") }
            trainingRows = trainingCounts.reduce(0, +)
            guard trainingRows > 0 else { throw .noTrainingRows }
            self.trainingCounts = trainingCounts
            // As many others are as common or more common as stand up to the last of the equals.
            let falling = trainingCounts.sorted(by: >)
            var last: [Int: Int] = [:]
            for (place, count) in falling.enumerated() { last[count] = place + 1 }
            popularity = trainingCounts.map { last[$0] ?? 0 }
        }

        /// Takes some rows.
        ///
        /// - Parameters:
        ///   - labels: the true class of each.
        ///   - values: `[rows, classes]` probabilities.
        /// - Throws: `ScoringError.wrongCount`, `.labelOutOfRange`, `.notAProbability`; `Cancelled`.
        public mutating func add(labels: [Int32], probabilities values: [Float], work: Work = Work()) throws {
            let classes = trainingCounts.count
            guard values.count == labels.count * classes else { throw ScoringError.wrongCount(of: "probabilities", expected: labels.count * classes, found: values.count) }
            if let row = labels.firstIndex(where: { $0 < 0 || Int($0) >= classes }) { throw ScoringError.labelOutOfRange(row: ranks.count + row, label: Int(labels[row]), classes: classes) }
            let run = 64
            let found = try work.workers.map(shards: (labels.count + run - 1) / run) { shard in
                try work.check()
                return values.withUnsafeBufferPointer { values in
                    (shard * run..<min(labels.count, (shard + 1) * run)).map { Self.rank(UnsafeBufferPointer(rebasing: values[$0 * classes..<($0 + 1) * classes]), Int(labels[$0])) }
                }
            }.flatMap { $0 }
            for (row, label) in labels.enumerated() {
                let own = values[row * classes + Int(label)]
                guard own >= 0, own <= 1 + 1e-6 else { throw ScoringError.notAProbability(row: ranks.count, className: "\(label)", value: "\(own)") }
                let isSeen = trainingCounts[Int(label)] > 0
                ranks.append(isSeen ? found[row] : nil)
                probabilities.append(Double(own))
                baselineRanks.append(isSeen ? popularity[Int(label)] : nil)
                shares.append(Double(trainingCounts[Int(label)]) / Double(trainingRows))
            }
        }

        /// 1 + the number of others that are no less likely.
        private static func rank(_ values: UnsafeBufferPointer<Float>, _ label: Int) -> Int {
            let own = values[label]
            var rank = 0
            for value in values where !(value < own) { rank += 1 }
            return rank
        }

        /// - Throws: `ScoringError.noRows`.
        public func scores() throws(ScoringError) -> RankingScores { try RankingScores(self) }

        fileprivate var rows: Int { ranks.count }
        fileprivate var classes: Int { trainingCounts.count }
        fileprivate var unseen: Int { ranks.count { $0 == nil } }
        fileprivate var measures: Measures { Measures(ranks: ranks, probabilities: probabilities) }
        fileprivate var baseline: Measures { Measures(ranks: baselineRanks, probabilities: shares) }
    }

    private init(_ collected: Collector) throws(ScoringError) {
        guard collected.rows > 0 else { throw .noRows }
        rows = collected.rows
        classes = collected.classes
        unseen = collected.unseen
        measures = collected.measures
        baseline = collected.baseline
    }
}
