import Features
import Models
import Runtime
import Scoring

/// How far k-means finds the same clusters again when it sees other parts of the rows.
///
/// For each pair two random subsamples of a share of the rows are drawn and clustered, each by itself; the adjusted Rand index over the rows in both says how far they agree. Clusters that are
/// there come back (near 1); cuts through a cloud fall elsewhere each time. Pair p is drawn from the stream (seed, `stability`, `pair p`), and shared by all k.
///
/// ### References
/// A. Ben-Hur, A. Elisseeff, I. Guyon. A stability based method for discovering structure in clustered data. Pacific Symposium on Biocomputing 2002.
public struct Stability: Sendable, Hashable, Codable {
    /// By rising k. Those with fewer distinct rows than clusters are not among them.
    public let points: [Point]
    public let pairs: Int
    /// The rows that were drawn from, of all.
    public let rows: Int
    public let totalRows: Int

    public struct Point: Sendable, Hashable, Codable {
        public let k: Int
        /// The adjusted Rand index of each pair.
        public let agreements: [Double]
        public let mean: Double
        /// The standard deviation over the pairs.
        public let spread: Double
    }

    /// More rows than this are not drawn from, but a sample of as many.
    public static let mostRows = 5_000
    public static let defaultPairs = 10
    public static let share = 0.8

    public var isSampled: Bool { rows < totalRows }

    /// The largest k whose mean is at most `slack` below the highest; none without points. Few clusters come back easily, so that of those alike the most is told.
    public func best(slack: Double = 0.02) -> Int? {
        guard let highest = points.map(\.mean).max() else { return nil }
        return points.last { $0.mean >= highest - slack }?.k
    }

    /// - Parameters:
    ///   - features: on a common scale, without gaps.
    ///   - counts: the numbers of clusters, each at least 2; taken once each, rising.
    ///   - estimator: restarts, iterations and seed; its `clusterCount` is not used.
    ///   - mostRows: above that subsamples are of a random sample, drawn from the stream (seed, `stability`, `sample`).
    /// - Throws: as `KMeans.fit`, but that a k with too few rows is left out; `Cancelled`.
    public init(
        of features: FeatureMatrix, counts: some Sequence<Int>, estimator: KMeans = KMeans(), pairs: Int = defaultPairs, mostRows: Int = mostRows, work: Work = Work()
    ) throws {
        precondition(pairs >= 1, "stability is of at least one pair")
        let counts = Set(counts).sorted().filter { $0 >= 2 }
        let sample = try Resampling.sample(features, mostRows: mostRows, seed: estimator.seed, purpose: "stability")
        let size = max(1, Int((Self.share * Double(sample.rows)).rounded()))
        let agreements = try work.workers.map(shards: pairs) { pair -> [Double?] in
            let quiet = Work(cancellation: work.cancellation)
            work.report("stability", Double(pair) / Double(pairs), "pair \(pair + 1) of \(pairs)")
            var stream = RandomStream(seed: estimator.seed, name: "stability", purpose: "pair \(pair)")
            let (first, second) = (stream.rows(size, of: sample.rows), stream.rows(size, of: sample.rows))
            let parts = (try sample.selecting(rows: first), try sample.selecting(rows: second))
            let places = Self.common(first, second)
            return try counts.map { k in
                guard let one = try Resampling.fit(parts.0, k, estimator, quiet), let other = try Resampling.fit(parts.1, k, estimator, quiet), !places.isEmpty else { return nil }
                return try PartitionAgreement(places.map { one.labels[$0.first] }, places.map { other.labels[$0.second] }).adjustedRand
            }
        }
        points = counts.indices.compactMap { place in
            let values = agreements.compactMap { $0[place] }
            guard values.count == pairs else { return nil }
            let mean = values.exactSum / Double(pairs)
            let variance = values.map { ($0 - mean) * ($0 - mean) }.exactSum / Double(max(1, pairs - 1))
            return Point(k: counts[place], agreements: values, mean: mean, spread: variance.squareRoot())
        }
        self.pairs = pairs
        rows = sample.rows
        totalRows = features.rows
    }

    /// Where the rows that both rising lists name stand in each.
    private static func common(_ first: [Int], _ second: [Int]) -> [(first: Int, second: Int)] {
        var places: [(first: Int, second: Int)] = [], other = 0
        for (place, row) in first.enumerated() {
            while other < second.count, second[other] < row { other += 1 }
            if other < second.count, second[other] == row { places.append((place, other)) }
        }
        return places
    }
}
