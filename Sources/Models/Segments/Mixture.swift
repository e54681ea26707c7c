import Algebra
import Features
import Runtime

/// A mixture of normal distributions, fitted by expectation-maximisation; a row belongs to its likeliest component.
///
/// ### Shapes
/// Rows are `[rows, columns]`, on a common scale, without gaps. Components are numbered by the falling number of rows of which they are the likeliest.
///
/// ### How
/// A run starts from one k-means partition (greedy k-means++ seeds and Lloyd's iteration), each row wholly in its cluster. Expectation and maximisation
/// take turns until the mean log-likelihood of a row changes by less than `tolerance`. Of `restarts` runs the likeliest is kept, of equal ones the first.
/// The ridge is added to each variance, so that a component of equal rows keeps a width. Of several numbers of components the one of least
/// BIC = parameters · ln(rows) − 2 · log-likelihood is kept, of equal ones the first; AIC = 2 · parameters − 2 · log-likelihood stands beside it.
///
/// - Complexity: O(rows · components · columns²) an iteration and run (columns, not their square, where covariances are diagonal), O(rows · columns) memory.
///
/// ### References
/// A. Dempster, N. Laird, D. Rubin. Maximum Likelihood from Incomplete Data via the EM Algorithm. Journal of the Royal Statistical Society B, 1977.
/// G. Schwarz. Estimating the Dimension of a Model. Annals of Statistics, 1978.
public struct Mixture: SegmentEstimator {
    /// What the components may differ in besides place and weight.
    public enum Covariance: String, Sendable, Hashable, Codable, CaseIterable {
        /// Each has a matrix of its own.
        case full
        /// Each has variances of its own, and no covariances.
        case diagonal
        /// All share one matrix.
        case tied
    }

    /// The numbers of components to try.
    public var counts = Array(2...6)
    public var covariance = Covariance.full
    public var restarts = 3
    /// The most iterations of a run.
    public var iterations = 200
    /// Of the mean log-likelihood of a row.
    public var tolerance = 1e-3
    /// Added to each variance, in scaled units.
    public var ridge = 1e-6
    public var seed = 0

    public static let schema = Schema<Self>(
        "mixture",
        "Describe rows by a mixture of normal distributions; each row belongs to its likeliest component.",
        Hyperparameter("k", \.counts, countsIn: 1...mostComponents, "numbers of components to try; the one of least BIC is kept"),
        Hyperparameter("covariance", \.covariance, "full: each component has its own; diagonal: its own variances alone; tied: all share one"),
        Hyperparameter("restarts", \.restarts, in: 1...1000, "runs from other seeds; the likeliest is kept"),
        Hyperparameter("iterations", \.iterations, in: 1...100_000, "most iterations of a run"),
        Hyperparameter("tolerance", \.tolerance, in: 0...1, "a run ends once the mean log-likelihood of a row changes by less"),
        Hyperparameter("ridge", \.ridge, in: 0...1, "added to each variance, so that equal rows keep a width"))

    static let mostComponents = 256

    public static var reads: SegmentColumns { .numbers }

    public init() {}

    /// The best run of a number of components.
    public struct Fit: Sendable, Hashable {
        public let model: Fitted
        /// Of all rows.
        public let logLikelihood: Double
        public let rows: Int
        public let iterations: Int
        public let converged: Bool

        public var bic: Double { Double(model.parameterCount) * logarithm(Double(rows)) - 2 * logLikelihood }
        public var aic: Double { 2 * Double(model.parameterCount) - 2 * logLikelihood }
    }

    /// The best run for each of `counts` for which there are rows enough, in their order.
    ///
    /// - Throws: `ClusteringError.noRows`, `noColumns`, `notFinite`; `tooFewRows` and `tooFewDistinctRows` when there are too few for each of them;
    ///   `collapsed` when no run came to an end; `Cancelled`.
    public func fits(_ features: FeatureMatrix, work: Work = Work()) throws -> [Fit] { try attempts(features, work: work).fits }

    /// What came of each of `counts`, in their order.
    struct Attempts {
        var fits: [Fit] = []
        /// Numbers of components for which there are too few rows that differ.
        var wanting: [Int] = []
        /// And those of which every run collapsed.
        var collapsed: [Int] = []
    }

    func attempts(_ features: FeatureMatrix, work: Work) throws -> Attempts {
        try features.checkClusterable()
        let enough = counts.filter { $0 <= features.rows }
        guard !enough.isEmpty else { throw ClusteringError.tooFewRows(needed: counts.min() ?? 1, found: features.rows) }
        let lloyd = KMeansLloyd(features.values, tolerance: 1e-4, iterations: 300)
        let maximisation = MixtureRun(lloyd.blocks, columns: features.columns, self)
        let tasks = enough.flatMap { count in (0..<restarts).map { (count: count, restart: $0) } }
        let runs = try work.workers.map(shards: tasks.count) { task -> Result<Fit, ClusteringError> in
            work.report("mixture", Double(task) / Double(tasks.count), "k=\(tasks[task].count), restart \(tasks[task].restart + 1) of \(restarts)")
            var stream = RandomStream(seed: seed, name: Self.schema.name, purpose: "seeds \(tasks[task].restart)")
            do {
                let start = try KMeansSeeds.draw(tasks[task].count, of: lloyd.blocks, from: &stream, work: work)
                let centroids = try lloyd.run(from: [start], work: work)[0].centroids
                let labels = try lloyd.labels(centroids, work: work).labels
                return .success(try maximisation.run(from: labels, count: tasks[task].count, work: work))
            } catch let error as ClusteringError { return .failure(error) }
        }
        var attempts = Attempts(wanting: counts.filter { $0 > features.rows })
        for (place, count) in enough.enumerated() {
            let own = runs[place * restarts..<(place + 1) * restarts]
            let found = own.compactMap { run -> Fit? in if case .success(let fit) = run { fit } else { nil } }
            guard var likeliest = found.first else {
                let hasCollapsed = own.contains { if case .failure(.collapsed) = $0 { true } else { false } }
                if hasCollapsed { attempts.collapsed.append(count) } else { attempts.wanting.append(count) }
                continue
            }
            for fit in found where fit.logLikelihood > likeliest.logLikelihood { likeliest = fit }
            attempts.fits.append(likeliest)
        }
        if attempts.fits.isEmpty, case .failure(let error) = runs[0] { throw error }
        attempts.wanting.sort()
        return attempts
    }

    /// One run from a given partition, whatever `restarts` and `counts` say.
    ///
    /// - Parameter labels: the component of each row, at first; those from 0 to the largest.
    /// - Throws: as `fits`.
    public func fit(_ features: FeatureMatrix, from labels: [Int], work: Work = Work()) throws -> Fit {
        try features.checkClusterable()
        precondition(labels.count == features.rows && labels.allSatisfy { $0 >= 0 }, "a component for each row")
        let run = MixtureRun(RowBlocks(features.values), columns: features.columns, self)
        return try run.run(from: labels.map(Int32.init), count: (labels.max() ?? 0) + 1, work: work)
    }
}
