import Algebra
import Diagnostics
import Features
import Models
import Runtime
import Scoring

/// The inertia of k-means over a range of k, with the knee of that curve, and what else helps to choose k.
///
/// Each k is fitted as `kmeans k=` fits it: same seed, same streams, same result. What costs more than the fits is computed only when asked for.
public struct Elbow: Sendable, Hashable, Codable {
    /// By rising k.
    public let points: [Point]
    public let knee: Knee
    /// Numbers of clusters that were asked for but left out, as there are fewer rows that differ.
    public let leftOut: [Int]
    /// Where they were asked for.
    public let gap: GapStatistic?
    public let stability: Stability?

    /// What was reached with one k.
    public struct Point: Sendable, Hashable, Codable {
        public let k: Int
        public let inertia: Double
        public let iterations: Int
        public let converged: Bool
        /// Rows in each cluster, falling.
        public let sizes: [Int]
        /// Where silhouettes were asked for and k is at least 2.
        public let silhouette: MeanSilhouette?
        /// Calinski-Harabasz and Davies-Bouldin, where silhouettes were asked for and k is at least 2.
        public let spread: ClusterSpread?
    }

    /// The mean silhouette, with its 95 % interval when it comes from a sample of rows.
    public struct MeanSilhouette: Sendable, Hashable, Codable {
        public let mean: Double
        public let interval: ClosedRange<Double>?
        public let measuredRows: Int
    }

    /// The k of the knee.
    public var best: Int? {
        if case .at(let place) = knee { points[place].k } else { nil }
    }

    /// The k of the highest mean silhouette, of equal ones the smallest.
    public var bestBySilhouette: Int? {
        var best: Point?
        for point in points where point.silhouette != nil {
            if let mean = point.silhouette?.mean, mean > best?.silhouette?.mean ?? -.infinity { best = point }
        }
        return best?.k
    }

    /// The k of the highest Calinski-Harabasz ratio, and that of the lowest Davies-Bouldin mean; of equal ones the smallest.
    public var bestByRatio: Int? { points.filter { $0.spread != nil }.max { ($0.spread?.calinskiHarabasz ?? 0, $1.k) < ($1.spread?.calinskiHarabasz ?? 0, $0.k) }?.k }
    public var bestByOverlap: Int? { points.filter { $0.spread != nil }.min { ($0.spread?.daviesBouldin ?? 0, $0.k) < ($1.spread?.daviesBouldin ?? 0, $1.k) }?.k }

    /// - Parameters:
    ///   - features: on a common scale, without gaps.
    ///   - counts: the numbers of clusters; taken once each, rising.
    ///   - estimator: restarts, iterations and seed; its `clusterCount` is not used.
    ///   - silhouettes: whether to measure them as well (O(rows²) up to `Silhouette.exactRows`, a sample above), and the spread of the clusters.
    ///   - references: of the gap statistic; 0 for none.
    ///   - pairs: of the stability under resampling; 0 for none.
    ///   - resampledRows: the most rows that the gap statistic and the stability take; a sample above.
    ///   - resampledRestarts: of each k-means of those two, which compare many runs with each other.
    /// - Throws: `ElbowError.noCounts`; as `KMeans.fit` for the smallest k. A larger k that has too few rows is left out.
    public init(
        of features: FeatureMatrix, counts: some Sequence<Int>, estimator: KMeans = KMeans(), silhouettes: Bool = false, references: Int = 0, pairs: Int = 0,
        resampledRows: Int = GapStatistic.mostRows, resampledRestarts: Int = 3, work: Work = Work()
    ) throws {
        let counts = Set(counts).sorted()
        guard !counts.isEmpty else { throw ElbowError.noCounts }
        var points: [Point] = []
        var leftOut: [Int] = []
        for (place, k) in counts.enumerated() {
            work.report("elbow", Double(place) / Double(counts.count), "k=\(k)")
            let quiet = Work(threads: work.workers.threads, cancellation: work.cancellation)
            var kmeans = estimator
            kmeans.clusterCount = k
            let fit: KMeans.Clustering
            do {
                fit = try kmeans.fit(features, work: quiet)
            } catch let error as ClusteringError where !points.isEmpty && error.isTooFewRows {
                leftOut.append(k)
                continue
            }
            var silhouette: MeanSilhouette?, spread: ClusterSpread?
            if silhouettes, (2..<features.rows).contains(fit.sizes.count) {
                let measured = try Silhouette(of: features.values, labels: fit.labels, seed: estimator.seed, work: quiet)
                silhouette = MeanSilhouette(mean: measured.mean, interval: measured.interval, measuredRows: measured.rows.count)
                spread = try ClusterSpread(of: features.values, labels: fit.labels, work: quiet)
            }
            points.append(
                Point(
                    k: k, inertia: fit.inertia, iterations: fit.iterations, converged: fit.converged, sizes: fit.sizes, silhouette: silhouette, spread: spread))
        }
        self.points = points
        self.leftOut = leftOut
        knee = Knee(x: points.map { Double($0.k) }, y: points.map(\.inertia))
        var resampled = estimator
        resampled.restarts = min(estimator.restarts, resampledRestarts)
        let found = points.map(\.k)
        gap = references > 0 ? try GapStatistic(of: features, counts: found, estimator: resampled, references: references, mostRows: resampledRows, work: work) : nil
        stability = pairs > 0 ? try Stability(of: features, counts: found, estimator: resampled, pairs: pairs, mostRows: resampledRows, work: work) : nil
    }

    /// The knee in words.
    public var verdict: String {
        switch knee {
        case .at(let place): "the knee is at k=\(points[place].k)"
        case .none(let reason): "there is no knee: \(reason.rawValue)"
        }
    }
}

extension ClusteringError {
    var isTooFewRows: Bool {
        switch self {
        case .tooFewRows, .tooFewDistinctRows: true
        default: false
        }
    }
}

/// Why no elbow was looked for.
public enum ElbowError: Error, Sendable, Hashable, Diagnosable {
    case noCounts

    public var diagnostic: Diagnostic {
        Diagnostic("empty-range", "an elbow needs numbers of clusters to try, found none", hint: "k=2..10")
    }
}
