import Algebra
import Runtime

/// Partitions rows of categories into `clusterCount` groups around their modes.
///
/// A row lies from a mode as far as it has other levels. Each run begins with different rows (`start`), and moves row after row to the nearest mode,
/// while the modes follow at once, until a pass moves none; a row that is equally near to several ends in the largest of those clusters; of levels that are equally common the first is the mode. The run of lowest cost is kept, of equal ones that
/// whose clusters are purer (Gini), then the first.
/// Clusters are numbered by falling size, of equally large ones the one with the earlier first row comes first. Missing values are a level of their own.
///
/// - Complexity: O(rows · clusterCount · columns) a pass and restart; memory O(rows · columns + counts), the counts of a column of many levels at most a row each.
///
/// ### References
/// Z. Huang. Extensions to the k-Means Algorithm for Clustering Large Data Sets with Categorical Values. Data Mining and Knowledge Discovery, 1998.
/// F. Cao, J. Liang, L. Bai. A new initialization method for categorical data clustering. Expert Systems with Applications, 2009.
public struct KModes: Estimator {
    public var clusterCount = 8
    public var start = PrototypeStart.huang
    /// Runs from starts that are drawn; a start that is not drawn has one.
    public var restarts = 10
    /// The most passes of a run.
    public var passes = 100
    public var seed = 0

    public static let schema = Schema<Self>(
        "kmodes",
        "Partition rows of categories into k groups around their commonest values.",
        Hyperparameter("k", \.clusterCount, in: 1...1024, "how many clusters"),
        Hyperparameter("init", \.start, "first modes: huang draws them, cao takes the densest rows that lie far apart"),
        Hyperparameter("restarts", \.restarts, in: 1...1000, "runs from other first modes; the one of lowest cost is kept (init=cao draws none, so it has one run)"),
        Hyperparameter("iterations", \.passes, in: 1...100_000, "most passes of a run"))

    public init() {}

    /// Finds the best of `restarts` partitions.
    ///
    /// - Throws: `ClusteringError.noRows`, `noCategories`, `tooFewRows`, `tooFewDistinctRows`, `notPositive`; `Cancelled`.
    public func fit(_ categories: CategoryColumns, work: Work = Work()) throws -> PrototypeClustering<Fitted> {
        try check(categories, clusters: clusterCount)
        let search = PrototypeSearch(numbers: nil, categories: categories, gamma: 1)
        let result = try search.best(clusterCount, start: start, restarts: restarts, passes: passes, seed: seed, name: Self.schema.name, work: work)
        return clustering(result, search, categories)
    }

    /// Refines given modes, a code of each column for each cluster: one run, whatever `restarts` and `clusterCount` say.
    ///
    /// - Throws: as `fit`, and `ClusteringError.otherColumns` where a mode has not a code for each column.
    public func fit(_ categories: CategoryColumns, from modes: [[Int32]], work: Work = Work()) throws -> PrototypeClustering<Fitted> {
        try check(categories, clusters: modes.count)
        if let other = modes.first(where: { $0.count != categories.names.count }) { throw ClusteringError.otherColumns(expected: categories.names.count, found: other.count) }
        let search = PrototypeSearch(numbers: nil, categories: categories, gamma: 1)
        let result = try search.run(from: modes.map { Prototype(means: [], modes: $0) }, passes: passes, name: Self.schema.name, work: work)
        return clustering(result, search, categories)
    }

    private func check(_ categories: CategoryColumns, clusters: Int) throws(ClusteringError) {
        for (name, value) in [("k", clusters), ("restarts", restarts), ("iterations", passes)] where value < 1 { throw .notPositive(name, value) }
        guard categories.rows > 0 else { throw .noRows }
        guard !categories.names.isEmpty else { throw .noCategories }
        guard categories.rows >= clusters else { throw .tooFewRows(needed: clusters, found: categories.rows) }
    }

    private func clustering(_ result: PrototypeSearch.Result, _ search: PrototypeSearch, _ categories: CategoryColumns) -> PrototypeClustering<Fitted> {
        PrototypeClustering(result, search) { Fitted(names: categories.names, levels: categories.levels, modes: $0.map(\.modes), precedence: $1) }
    }

    /// What `fit` learns: all that further rows need, and nothing of the rows that it learnt from.
    public struct Fitted: Sendable, Hashable, Codable {
        public let names: [String]
        public let levels: [[String]]
        /// For each cluster, by falling size of those that were fitted, the place of the mode among the levels of each column.
        public let modes: [[Int32]]
        /// The clusters in the order in which they were refined: of equally near ones the first of these has a row.
        public let precedence: [Int]

        /// The nearest mode of each row; a level that was not met in fitting is no mode.
        ///
        /// - Throws: `ClusteringError.otherColumnNames`; `Cancelled`.
        public func predict(_ categories: CategoryColumns, work: Work = Work()) throws -> [Int] {
            let rows = MixedRows(numbers: nil, categories: try categories.recoded(names: names, levels: levels), gamma: 1)
            let prototypes = precedence.map { cluster in Prototype(means: [], modes: rows.order.map { modes[cluster][$0] }) }
            return try PrototypeDistances.nearest(rows, prototypes, work).labels.map { precedence[Int($0)] }
        }
    }
}
