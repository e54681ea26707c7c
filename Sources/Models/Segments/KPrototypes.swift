import Algebra
import Features
import Runtime

/// Partitions rows of numbers and categories into `clusterCount` groups around prototypes: the mean of each number, the mode of each category.
///
/// A row lies from a prototype as far as the squares of the gaps of its numbers add up to, and `gamma` for each category that differs. Everything else is as in `KModes`.
///
/// ### Shapes
/// Numbers are `[rows, columns]`, on a common scale, without gaps; missing categories are a level of their own.
///
/// - Complexity: O(rows · clusterCount · columns) a pass and restart; memory O(rows · columns).
///
/// ### References
/// Z. Huang. Extensions to the k-Means Algorithm for Clustering Large Data Sets with Categorical Values. Data Mining and Knowledge Discovery, 1998.
public struct KPrototypes: Estimator {
    public var clusterCount = 8
    /// What a category that differs weighs against squares of numbers; 0 to take half the mean deviation of the numbers.
    public var gamma = 0.0
    public var start = PrototypeStart.huang
    /// Runs from starts that are drawn; a start that is not drawn has one.
    public var restarts = 10
    /// The most passes of a run.
    public var passes = 100
    public var seed = 0

    public static let schema = Schema<Self>(
        "kprototypes",
        "Partition rows of numbers and categories into k groups around their means and commonest values.",
        Hyperparameter("k", \.clusterCount, in: 1...1024, "how many clusters"),
        Hyperparameter("gamma", \.gamma, in: 0...1e9, "what a category that differs weighs against squared gaps of numbers; 0 takes half their mean standard deviation"),
        Hyperparameter("init", \.start, "first prototypes: huang draws them, cao takes dense rows that lie far apart"),
        Hyperparameter("restarts", \.restarts, in: 1...1000, "runs from other first prototypes; the one of lowest cost is kept (init=cao draws none, so it has one run)"),
        Hyperparameter("iterations", \.passes, in: 1...100_000, "most passes of a run"))

    public init() {}

    /// Finds the best of `restarts` partitions.
    ///
    /// - Throws: `ClusteringError.noRows`, `noCategories`, `noNumbers`, `tooFewRows`, `tooFewDistinctRows`, `notFinite`, `notPositive`; `Cancelled`.
    public func fit(_ rows: SegmentRows, work: Work = Work()) throws -> PrototypeClustering<Fitted> {
        try check(rows, clusters: clusterCount)
        let weight = weight(of: rows)
        let search = PrototypeSearch(numbers: rows.numbers.values, categories: rows.categories, gamma: weight)
        let result = try search.best(clusterCount, start: start, restarts: restarts, passes: passes, seed: seed, name: Self.schema.name, work: work)
        return clustering(result, search, rows, weight)
    }

    /// Refines given prototypes, `[k, columns]` of numbers and for each a code of each category: one run, whatever `restarts` and `clusterCount` say.
    ///
    /// - Throws: as `fit`, and `ClusteringError.otherColumns` where a prototype has other columns than the rows.
    public func fit(_ rows: SegmentRows, from means: DenseMatrix, modes: [[Int32]], work: Work = Work()) throws -> PrototypeClustering<Fitted> {
        try check(rows, clusters: modes.count)
        for found in [means.columns + (modes.first?.count ?? 0)] + modes.map({ means.columns + $0.count }) where found != rows.columns.count || means.rows != modes.count {
            throw ClusteringError.otherColumns(expected: rows.columns.count, found: found)
        }
        if let place = means.firstUnusable { throw ClusteringError.notFinite(column: rows.numbers.columns[place.column], user: nil) }
        let weight = weight(of: rows)
        let search = PrototypeSearch(numbers: rows.numbers.values, categories: rows.categories, gamma: weight)
        let start = modes.enumerated().map { Prototype(means: Array(means[row: $0.offset]), modes: $0.element) }
        return clustering(try search.run(from: start, passes: passes, name: Self.schema.name, work: work), search, rows, weight)
    }

    private func check(_ rows: SegmentRows, clusters: Int) throws(ClusteringError) {
        for (name, value) in [("k", clusters), ("restarts", restarts), ("iterations", passes)] where value < 1 { throw .notPositive(name, value) }
        guard gamma >= 0, gamma.isFinite else { throw .noWeight(gamma) }
        guard rows.count > 0 else { throw .noRows }
        guard !rows.categories.names.isEmpty else { throw .noCategories }
        guard !rows.numbers.columns.isEmpty else { throw .noNumbers }
        try rows.numbers.checkFinite()
        guard rows.count >= clusters else { throw .tooFewRows(needed: clusters, found: rows.count) }
    }

    /// The weight of a category: as given, else half the mean deviation of the numbers (Huang), and 1 where those never change.
    private func weight(of rows: SegmentRows) -> Double {
        if gamma > 0 { return gamma }
        let deviations = rows.numbers.values.moments.deviations
        let mean = deviations.reduce(0, +) / Double(deviations.count)
        return mean > 0 ? mean / 2 : 1
    }

    private func clustering(_ result: PrototypeSearch.Result, _ search: PrototypeSearch, _ rows: SegmentRows, _ gamma: Double) -> PrototypeClustering<Fitted> {
        PrototypeClustering(result, search) { prototypes, precedence in
            let centroids = DenseMatrix(rows: prototypes.count, columns: rows.numbers.columns.count, values: prototypes.flatMap(\.means))
            return Fitted(
                columns: rows.numbers.columns, centroids: centroids, names: rows.categories.names, levels: rows.categories.levels, modes: prototypes.map(\.modes), gamma: gamma,
                precedence: precedence)
        }
    }

    /// What `fit` learns: all that further rows need, and nothing of the rows that it learnt from.
    public struct Fitted: Sendable, Hashable, Codable {
        public let columns: [String]
        /// `[clusters, columns]`, by falling size of the clusters that were fitted.
        public let centroids: DenseMatrix
        public let names: [String]
        public let levels: [[String]]
        /// For each cluster the place of the mode among the levels of each column of categories.
        public let modes: [[Int32]]
        /// What a category that differs weighs.
        public let gamma: Double
        /// The clusters in the order in which they were refined: of equally near ones the first of these has a row.
        public let precedence: [Int]

        /// The nearest prototype of each row; a level that was not met in fitting is no mode.
        ///
        /// - Throws: `ClusteringError.otherColumnNames`, `notFinite`; `Cancelled`.
        public func predict(_ rows: SegmentRows, work: Work = Work()) throws -> [Int] {
            try rows.numbers.checkAssignable(by: columns)
            let mixed = MixedRows(numbers: rows.numbers.values, categories: try rows.categories.recoded(names: names, levels: levels), gamma: gamma)
            let prototypes = precedence.map { cluster in Prototype(means: Array(centroids[row: cluster]), modes: mixed.order.map { modes[cluster][$0] }) }
            return try PrototypeDistances.nearest(mixed, prototypes, work).labels.map { precedence[Int($0)] }
        }
    }
}
