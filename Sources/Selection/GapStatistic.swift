import Algebra
import Features
import Models
import Runtime
import Scoring

#if canImport(Glibc)
    import Glibc
#endif

/// The number of clusters beyond which k-means gains no more than it would on rows without clusters.
///
/// gap(k) is the mean of ln W over reference sets, less ln W of the rows, where W is the inertia of k-means. Each reference set has as many rows, drawn uniformly from the box that the
/// rows' columns span (the plain ranges, not those along principal components). s(k) is the standard deviation over the references times √(1 + 1/B). The best k is the smallest with
/// gap(k) ≥ gap(next k) − s(next k). Reference b is drawn from the stream (seed, `gap`, `reference b`), and shared by all k.
///
/// ### References
/// R. Tibshirani, G. Walther, T. Hastie. Estimating the number of clusters in a data set via the gap statistic. Journal of the Royal Statistical Society B, 2001.
public struct GapStatistic: Sendable, Hashable, Codable {
    /// By rising k. Those with fewer distinct rows than clusters, or an inertia of 0, have no gap and are not among them.
    public let points: [Point]
    public let references: Int
    /// The rows that were clustered, of all.
    public let rows: Int
    public let totalRows: Int

    public struct Point: Sendable, Hashable, Codable {
        public let k: Int
        public let gap: Double
        /// s(k).
        public let error: Double
    }

    /// More rows than this are not clustered, but a sample of as many.
    public static let mostRows = 5_000
    public static let defaultReferences = 10

    public var isSampled: Bool { rows < totalRows }

    /// The smallest k that passes the rule; none where none does, or a single k was tried.
    public var best: Int? { zip(points, points.dropFirst()).first { $0.gap >= $1.gap - $1.error }?.0.k }

    /// - Parameters:
    ///   - features: on a common scale, without gaps.
    ///   - counts: the numbers of clusters, each at least 1; taken once each, rising.
    ///   - estimator: restarts, iterations and seed, for the rows and for the references alike; its `clusterCount` is not used.
    ///   - references: B, at least 2 for an error above 0.
    ///   - mostRows: above that a random sample is clustered, drawn from the stream (seed, `gap`, `sample`).
    /// - Throws: as `KMeans.fit`, but that a k with too few rows is left out; `Cancelled`.
    public init(
        of features: FeatureMatrix, counts: some Sequence<Int>, estimator: KMeans = KMeans(), references: Int = defaultReferences, mostRows: Int = mostRows, work: Work = Work()
    ) throws {
        precondition(references >= 1, "a gap is to at least one reference")
        let counts = Set(counts).sorted()
        let sample = try Resampling.sample(features, mostRows: mostRows, seed: estimator.seed, purpose: "gap")
        let ranges = sample.columns.indices.map { column in
            (0..<sample.rows).reduce((low: Double.infinity, high: -Double.infinity)) { (min($0.low, sample.values[$1, column]), max($0.high, sample.values[$1, column])) }
        }
        // The rows themselves are the first shard.
        let logs = try work.workers.map(shards: references + 1) { shard -> [Double?] in
            let quiet = Work(cancellation: work.cancellation)
            work.report("gap statistic", Double(shard) / Double(references + 1), shard == 0 ? "the rows" : "reference \(shard) of \(references)")
            guard shard > 0 else { return try Self.logInertias(sample, counts, estimator, quiet) }
            var stream = RandomStream(seed: estimator.seed, name: "gap", purpose: "reference \(shard - 1)")
            var values: [Double] = []
            values.reserveCapacity(sample.rows * ranges.count)
            for _ in 0..<sample.rows { for range in ranges { values.append(range.low + stream.uniform() * (range.high - range.low)) } }
            let drawn = try FeatureMatrix(columns: sample.columns, values: DenseMatrix(rows: sample.rows, columns: ranges.count, values: values))
            return try Self.logInertias(drawn, counts, estimator, quiet)
        }
        points = counts.indices.compactMap { place in
            let drawn = logs.dropFirst().compactMap { $0[place] }
            guard let own = logs[0][place], drawn.count == references else { return nil }
            let mean = drawn.exactSum / Double(references)
            let variance = drawn.map { ($0 - mean) * ($0 - mean) }.exactSum / Double(references)
            return Point(k: counts[place], gap: mean - own, error: (variance * (1 + 1 / Double(references))).squareRoot())
        }
        self.references = references
        rows = sample.rows
        totalRows = features.rows
    }

    /// ln W for each k; none where there are too few rows or W is 0.
    private static func logInertias(_ features: FeatureMatrix, _ counts: [Int], _ estimator: KMeans, _ work: Work) throws -> [Double?] {
        try counts.map { k in
            guard let fit = try Resampling.fit(features, k, estimator, work), fit.inertia > 0 else { return nil }
            return log(fit.inertia)
        }
    }
}
