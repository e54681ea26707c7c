import Algebra
import Features
import Runtime

/// Partitions users into `clusterCount` groups by Lloyd's iteration from k-means++ seeds.
///
/// ### Shapes
/// `features` is `[users, features]`, on a common scale, without gaps; the fitted `centroids` are `[clusterCount, features]` in the same units.
/// Clusters are numbered by falling size, of equally large ones the one with the earlier first row comes first.
///
/// ### How
/// Each restart seeds with greedy k-means++ (2 + ⌊ln k⌋ candidates a centroid, the one that lowers the potential most is kept, of equal ones the
/// first), and iterates until no centroid moves, or the squares of their moves add up to at most `tolerance` times the mean variance of the
/// columns. A row goes to its nearest centroid, of equally near ones to the first. An emptied cluster gets the row farthest from its centroid.
/// Up to 20,000 rows single rows are moved between clusters then, where that lowers the inertia (`KMeansExchange`): in each restart, in at most `iterations`
/// passes, or, where rows · clusters · columns are more than 4 million, in the best of them alone, in at most as many passes as it had iterations.
/// Of more rows the best run goes on to a hundredth of `tolerance`.
/// The restart of lowest inertia is kept, of equal ones the first. Restart r draws from the stream (seed, `kmeans`, `seeds r`), so that more
/// restarts never change the earlier ones, and never give a higher inertia.
///
/// With `batch` an iteration draws that many rows instead (see `KMeansBatches`); the inertia is that of all rows all the same.
///
/// - Complexity: O(users · clusterCount · features) an iteration and restart, O(users · features) memory.
///
/// ### References
/// S. Lloyd. Least squares quantization in PCM. IEEE Transactions on Information Theory, 1982.
/// D. Arthur, S. Vassilvitskii. k-means++: The Advantages of Careful Seeding. SODA 2007.
/// J. Hartigan, M. Wong. Algorithm AS 136: A K-Means Clustering Algorithm. Applied Statistics, 1979.
/// D. Sculley. Web-Scale K-Means Clustering. WWW 2010.
public struct KMeans: Estimator {
    public var clusterCount = 8
    public var restarts = 10
    /// The most iterations of a restart, and of the passes after it.
    public var iterations = 300
    /// A share of the mean variance of the columns.
    public var tolerance = 1e-4
    /// How many rows a step draws (mini-batches); 0, or as many as there are, to go over all.
    public var batch = 0
    public var seed = 0
    /// The best run of a large table settles to this share of the tolerance, which takes few iterations and is worth some hundred-thousandths of the inertia.
    private static let closeness = 0.01

    public static let schema = Schema<Self>(
        "kmeans",
        "Partition users into k groups around their means (Lloyd's iteration from k-means++ seeds).",
        Hyperparameter("k", \.clusterCount, in: 1...1024, "number of clusters"),
        Hyperparameter("restarts", \.restarts, in: 1...1000, "runs from other seeds; the one of lowest inertia is kept"),
        Hyperparameter("iterations", \.iterations, in: 1...100_000, "most iterations of a run"),
        Hyperparameter("batch", \.batch, in: 0...1_000_000_000, "rows that a step draws, for tables too large to go over again and again; 0 goes over all rows"))

    public init() {}

    /// Finds the best of `restarts` partitions.
    ///
    /// - Throws: `ClusteringError.noRows`, `noColumns`, `tooFewRows`, `tooFewDistinctRows`, `notFinite`, `notPositive`; `Cancelled`.
    public func fit(_ features: FeatureMatrix, work: Work = Work()) throws -> Clustering {
        try check(features)
        let rows = features.values.rows
        guard rows >= clusterCount else { throw ClusteringError.tooFewRows(needed: clusterCount, found: rows) }
        let lloyd = KMeansLloyd(features.values, tolerance: tolerance, iterations: iterations)
        if batch > 0, batch < rows { return try clustering(of: features, lloyd, runsOfBatches(of: features.values, lloyd, work: work), work: work) }
        var starts: [[Double]] = []
        for restart in 0..<restarts {
            work.report("k-means", 0.3 * Double(restart) / Double(restarts), "k=\(clusterCount), seeds of restart \(restart + 1) of \(restarts)")
            var stream = RandomStream(seed: seed, name: Self.schema.name, purpose: "seeds \(restart)")
            starts.append(try KMeansSeeds.draw(clusterCount, of: lloyd.blocks, from: &stream, work: work))
        }
        return try clustering(of: features, lloyd, exchanged(lloyd.run(from: starts, work: work), features.values, lloyd, work: work), work: work)
    }

    /// The runs once single rows were moved between their clusters; of large tables once the best of them has settled more closely.
    private func exchanged(_ runs: [KMeansLloyd.Run], _ matrix: DenseMatrix, _ lloyd: KMeansLloyd, work: Work) throws -> [KMeansLloyd.Run] {
        guard clusterCount > 1 else { return runs }
        guard matrix.rows <= KMeansExchange.mostRows else {
            let best = Self.best(of: runs)
            work.report("k-means", nil, "k=\(clusterCount), settling")
            guard runs[best].converged, let closer = try lloyd.run(from: [runs[best].centroids], closeness: Self.closeness, work: work).first else { return runs }
            var runs = runs
            (runs[best].centroids, runs[best].inertia) = (closer.centroids, closer.inertia)
            return runs
        }
        let exchange = KMeansExchange(matrix: matrix, blocks: lloyd.blocks), alone = Work(cancellation: work.cancellation)
        work.report("k-means", nil, "k=\(clusterCount), moving single rows")
        if matrix.values.count * clusterCount <= KMeansExchange.smallPass {
            let refined = try work.workers.map(shards: runs.count) { place in
                var run = runs[place]
                let found = try exchange.refined(run.centroids, labels: lloyd.labels(run.centroids, work: alone).labels, passes: iterations, work: alone)
                run.centroids = found.centroids
                run.converged = run.converged && found.isSettled
                return run
            }
            return try lloyd.measured(refined, work: work)
        }
        let best = Self.best(of: runs)
        var runs = runs, run = runs[best]
        let found = try exchange.refined(run.centroids, labels: lloyd.labels(run.centroids, work: work).labels, passes: min(iterations, run.iterations), work: alone)
        run.centroids = found.centroids
        // Where rows would still move, the means settle as those of the other runs do.
        if !found.isSettled, let settled = try lloyd.run(from: [found.centroids], work: work).first { (run.centroids, run.converged) = (settled.centroids, settled.converged) }
        let measured = try lloyd.measured([run], work: work)
        if let run = measured.first, run.inertia < runs[best].inertia { runs[best] = run }
        return runs
    }

    /// The place of the run of lowest inertia, of equal ones the first.
    private static func best(of runs: [KMeansLloyd.Run]) -> Int {
        var best = 0
        for run in runs.indices where runs[run].inertia < runs[best].inertia { best = run }
        return best
    }

    /// Each restart by mini-batches on a thread of its own.
    private func runsOfBatches(of matrix: DenseMatrix, _ lloyd: KMeansLloyd, work: Work) throws -> [KMeansLloyd.Run] {
        let batches = KMeansBatches(matrix: matrix, blocks: lloyd.blocks, size: batch, steps: iterations), alone = Work(cancellation: work.cancellation)
        work.report("k-means", nil, "k=\(clusterCount), \(NumberText.counted(restarts, "restarts")) by batches of \(NumberText.counted(batch, "rows"))")
        let runs = try work.workers.map(shards: restarts) { restart in try batches.run(clusterCount, seed: seed, name: Self.schema.name, restart: restart, work: alone) }
        return try lloyd.measured(runs, work: work)
    }

    /// Refines given centroids, `[k, features]`: one run, whatever `restarts` and `clusterCount` say.
    ///
    /// - Throws: as `fit`, and `ClusteringError.otherColumns` when the centroids are not as wide as the rows.
    public func fit(_ features: FeatureMatrix, from centroids: DenseMatrix, work: Work = Work()) throws -> Clustering {
        try check(features)
        guard centroids.columns == features.columns.count else {
            throw ClusteringError.otherColumns(expected: features.columns.count, found: centroids.columns)
        }
        guard centroids.rows >= 1 else { throw ClusteringError.notPositive("k", centroids.rows) }
        if let place = centroids.firstUnusable { throw ClusteringError.notFinite(column: features.columns[place.column], user: nil) }
        let rows = features.values.rows
        guard rows >= centroids.rows else { throw ClusteringError.tooFewRows(needed: centroids.rows, found: rows) }
        let lloyd = KMeansLloyd(features.values, tolerance: tolerance, iterations: iterations)
        return try clustering(of: features, lloyd, lloyd.run(from: [centroids.values], work: work), work: work)
    }

    private func check(_ features: FeatureMatrix) throws(ClusteringError) {
        for (name, value) in [("k", clusterCount), ("restarts", restarts), ("iterations", iterations)] where value < 1 {
            throw .notPositive(name, value)
        }
        try features.checkClusterable()
    }

    private func clustering(of features: FeatureMatrix, _ lloyd: KMeansLloyd, _ runs: [KMeansLloyd.Run], work: Work) throws -> Clustering {
        let best = Self.best(of: runs), width = features.columns.count
        let (labels, inertia) = try lloyd.labels(runs[best].centroids, work: work)
        let order = SegmentOrder(labels.map(Int.init), count: runs[best].centroids.count / width)
        let centroids = DenseMatrix(
            rows: order.kept.count, columns: width, values: order.kept.flatMap { runs[best].centroids[$0 * width..<($0 + 1) * width] })
        return Clustering(
            model: Fitted(columns: features.columns, centroids: centroids), labels: order.labels, sizes: order.sizes,
            inertia: inertia, iterations: runs[best].iterations, converged: runs[best].converged, restart: best,
            restarts: runs.map { Clustering.Restart(inertia: $0.inertia, iterations: $0.iterations, converged: $0.converged) })
    }

    /// What `fit` learns: all that `predict` and the model file need, and nothing of the training data.
    public struct Fitted: Sendable, Hashable, Codable {
        public let columns: [String]
        /// `[clusters, columns]`, by falling size of the clusters that were fitted.
        public let centroids: DenseMatrix

        public init(columns: [String], centroids: DenseMatrix) {
            precondition(columns.count == centroids.columns, "a centroid has a value for each column")
            self.columns = columns
            self.centroids = centroids
        }

        /// The nearest centroid of each row; of equally near ones the first.
        ///
        /// - Throws: `ClusteringError.otherColumnNames`, `notFinite`; `Cancelled`.
        public func predict(_ features: FeatureMatrix, work: Work = Work()) throws -> [Int] {
            try features.checkAssignable(by: columns)
            return try KMeansLloyd(features.values, tolerance: 0, iterations: 1).labels(centroids.values, work: work).labels.map(Int.init)
        }
    }

    /// A fitted model, and where it put the rows that it was fitted on.
    public struct Clustering: Sendable, Hashable, Codable {
        public let model: Fitted
        /// The cluster of each row.
        public let labels: [Int]
        /// The rows of each cluster, falling. A cluster that ended without rows (possible only when iterations ran out) is not among them.
        public let sizes: [Int]
        /// The sum of the squared distances of the rows to their centroids.
        public let inertia: Double
        /// Of the kept restart.
        public let iterations: Int
        /// Whether it settled before its iterations, or the passes after them, ran out.
        public let converged: Bool
        /// Which restart was kept, counted from 0.
        public let restart: Int
        public let restarts: [Restart]

        public struct Restart: Sendable, Hashable, Codable {
            public let inertia: Double
            public let iterations: Int
            public let converged: Bool
        }
    }
}
