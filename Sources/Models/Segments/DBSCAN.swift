import Algebra
import Features
import Runtime
import Scoring

/// Finds segments as dense places of any shape; rows that lie in none are noise.
///
/// ### Shapes
/// Rows are `[rows, columns]`, on a common scale, without gaps; distances are Euclidean. Segments are numbered by falling size; noise is -1.
///
/// ### How
/// With a reach `eps` (DBSCAN): a row with at least `minimumPoints` rows in that reach, itself included, is a core row; core rows in reach of each other share
/// a segment, and another row in reach of core rows belongs to that of their segments whose first core row comes first.
///
/// Without one (HDBSCAN): the core distance of a row is that to its `minimumPoints`-th nearest row, itself included; two rows are as far apart as the largest of
/// their core distances and their distance. The tree of single linkage over that is condensed: a split counts as one only if both parts have `minimumSize` rows, and
/// rows of smaller parts fall out. Of a segment and those inside it those are kept that hold more excess of mass, the sum over their rows of 1 / distance from
/// where the segment begins to where the row falls out. All rows as one segment is not an answer. Equal distances are taken in the order in which Prim's
/// algorithm, begun at the first row, meets them. Of more than `sampleRows` rows a sample is taken, drawn from the stream (seed, `dbscan`, `sample`), with
/// `minimumSize` reduced alike; the other rows are assigned as new ones.
///
/// A new row belongs to the segment of the nearest core row in reach; without `eps` to that of the nearest clustered row, if it is no farther than that row's core distance.
///
/// - Complexity: with `eps` about O(rows · log rows) for few columns, at worst O(rows²); without, O(sample² · columns) time and O(sample) memory.
///
/// ### References
/// M. Ester, H.-P. Kriegel, J. Sander, X. Xu. A Density-Based Algorithm for Discovering Clusters. KDD 1996.
/// R. Campello, D. Moulavi, J. Sander. Density-Based Clustering Based on Hierarchical Density Estimates. PAKDD 2013.
public struct DBSCAN: SegmentEstimator {
    /// The reach, in scaled units; 0 leaves it to the densities (HDBSCAN).
    public var eps = 0.0
    public var minimumPoints = 5
    /// The fewest rows of a segment without `eps`, 2 at least; 0 for one row in a hundred, but at least `minimumPoints`.
    public var minimumSize = 0
    /// Without `eps` at most so many rows are clustered themselves.
    public var sampleRows = 20_000
    public var seed = 0

    public static let schema = Schema<Self>(
        "dbscan",
        "Find dense places of any shape; rows that lie in none are noise.",
        Hyperparameter("eps", \.eps, in: 0...1e6, "reach of a row, in scaled units; 0 leaves it to the densities (HDBSCAN)"),
        Hyperparameter("min-points", \.minimumPoints, in: 1...10_000, "rows that make a place dense, the one in the middle included"),
        Hyperparameter("min-size", \.minimumSize, in: 0...1_000_000_000, "without eps: fewest rows of a segment, 2 at least; 0 for one row in a hundred, but at least min-points"),
        Hyperparameter("sample", \.sampleRows, in: 100...50_000, "without eps: most rows that are clustered; of more rows a sample is, and the rest is assigned"))

    public static var reads: SegmentColumns { .numbers }

    public init() {}

    public func segmentation(of rows: SegmentRows, work: Work) throws -> Segmentation {
        let features = rows.numbers
        try features.checkClusterable()
        guard minimumPoints >= 1 else { throw ClusteringError.notPositive("min-points", minimumPoints) }
        guard features.rows >= minimumPoints else { throw ClusteringError.fewerThanPoints(needed: minimumPoints, found: features.rows) }
        return eps > 0 ? try reaching(features, work) : try densest(features, work)
    }

    // MARK: With a reach

    private func reaching(_ features: FeatureMatrix, _ work: Work) throws -> Segmentation {
        let matrix = features.values, square = eps * eps, minimumPoints = minimumPoints
        work.report("dbscan", 0, "core rows")
        let all = try PointTree(matrix, rows: Array(0..<features.rows), work: work)
        let isCore = try Self.map(matrix, work) { point, _ in all.count(around: point, square: square, enough: minimumPoints) >= minimumPoints }
        let cores = isCore.indices.filter { isCore[$0] }
        guard !cores.isEmpty else { throw try noSegments("eps=\(eps) and min-points=\(minimumPoints)", matrix, work) }
        work.report("dbscan", 0.4, "segments of \(NumberText.grouped(cores.count)) core rows")
        let components = try DensityComponents.components(of: matrix, rows: cores, square: square, work: work)

        work.report("dbscan", 0.8, "rows in reach of a core row")
        let tree = try PointTree(matrix, rows: cores, work: work)
        var componentOf = [Int](repeating: -1, count: features.rows)
        for (place, row) in cores.enumerated() { componentOf[row] = components[place] }
        let known = componentOf
        let labels = try Self.map(matrix, work) { point, row in
            if isCore[row] { return known[row] }
            var lowest = Int.max
            tree.forEach(around: point, square: square) { lowest = min(lowest, known[tree.rows[$0]]) }
            return lowest == .max ? -1 : lowest
        }
        let order = SegmentOrder(labels, count: (components.max() ?? -1) + 1)
        let model = Fitted(
            columns: features.columns, tree: tree, labels: tree.rows.map { order.labels[$0] }, squaredReaches: Array(repeating: square, count: cores.count),
            count: order.sizes.count)
        var remarks = ["eps \(eps), min-points \(minimumPoints): \(NumberText.rate(cores.count, of: features.rows)) rows are core rows"]
        let small = order.sizes.count { $0 * 100 < features.rows }
        if order.sizes.count > 20, small > 10 {
            remarks.append("\(NumberText.grouped(small)) of the segments hold less than 1 % of the rows each: a larger eps joins them, more min-points make noise of them")
        }
        return Segmentation(model: model, labels: order.labels, sizes: order.sizes, measures: [], remarks: remarks)
    }

    // MARK: Without one

    private func densest(_ features: FeatureMatrix, _ work: Work) throws -> Segmentation {
        var stream = RandomStream(seed: seed, name: Self.schema.name, purpose: "sample")
        let rows = features.rows
        let sampled = rows <= sampleRows ? Array(0..<rows) : stream.rows(sampleRows, of: rows)
        let wanted = max(2, minimumSize > 0 ? minimumSize : max(minimumPoints, rows / 100))
        let size = sampled.count < rows ? max(2, Int((Double(wanted) * Double(sampled.count) / Double(rows)).rounded())) : wanted
        guard sampled.count >= minimumPoints, sampled.count > 1 else { throw ClusteringError.fewerThanPoints(needed: max(2, minimumPoints), found: sampled.count) }

        let sample = sampled.count < rows ? features.values.selecting(rows: sampled) : features.values
        let tree = try ReachabilityTree(sample, points: minimumPoints, work: work)
        let (found, count) = CondensedTree(tree, minimumSize: size).labels()
        guard count > 0 else { throw try noSegments("min-points=\(minimumPoints) and min-size=\(wanted)", features.values, work) }
        let points = try PointTree(sample, rows: Array(0..<sampled.count), work: work)
        func model(_ labels: [Int]) -> Fitted {
            Fitted(
                columns: features.columns, tree: points, labels: points.rows.map { labels[$0] },
                squaredReaches: points.rows.map { tree.coreDistances[$0] * tree.coreDistances[$0] }, count: count)
        }
        var labels = found
        if sampled.count < rows {
            labels = try model(found).segments(of: features.values, work: work)
            for (place, row) in sampled.enumerated() { labels[row] = found[place] }
        }
        let order = SegmentOrder(labels, count: count)
        var remarks = ["no eps: segments by density (HDBSCAN), min-points \(minimumPoints), min-size \(NumberText.grouped(wanted))"]
        if sampled.count < rows {
            remarks.append("clustered are a sample of \(NumberText.grouped(sampled.count)) of \(NumberText.grouped(rows)) rows, in it min-size \(size); the rest belongs to the segment of the nearest of them, where that is in its reach")
        }
        return Segmentation(model: model(sampled.map { order.labels[$0] }), labels: order.labels, sizes: order.sizes, measures: [], remarks: remarks)
    }

    /// The error of nothing but noise, with a reach in which nine of ten rows (of at most 2,000, evenly spread) have points enough.
    private func noSegments(_ options: String, _ matrix: DenseMatrix, _ work: Work) throws -> ClusteringError {
        let count = min(matrix.rows, 2_000)
        let looked = (0..<count).map { $0 * matrix.rows / count }
        let reaches = try ReachabilityTree.coreDistances(of: looked, among: matrix, points: min(minimumPoints, matrix.rows), work: work).sorted()
        return .noSegments(options: options, points: minimumPoints, reach: reaches[min(count - 1, count * 9 / 10)])
    }

    /// `transform` of each row and its number, in a fixed number of shards.
    static func map<Result: Sendable>(_ matrix: DenseMatrix, _ work: Work, _ transform: @Sendable (UnsafeBufferPointer<Double>, Int) -> Result) throws -> [Result] {
        let shardRows = 1024
        return try work.workers.map(shards: (matrix.rows + shardRows - 1) / shardRows) { shard in
            try matrix.values.withUnsafeBufferPointer { values in
                try (shard * shardRows..<min(matrix.rows, (shard + 1) * shardRows)).map { row in
                    // A row may have to be held against all others.
                    if row & 0xF == 0 { try work.check() }
                    return transform(UnsafeBufferPointer(rebasing: values[row * matrix.columns..<(row + 1) * matrix.columns]), row)
                }
            }
        }.flatMap { $0 }
    }
}
