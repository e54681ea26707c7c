import Algebra
import Features
import Runtime
import Scoring

/// Merges the two nearest clusters, again and again, from single rows to one cluster of all, and cuts the tree into `clusterCount`.
///
/// ### Shapes
/// Rows are `[rows, columns]`, on a common scale, without gaps; distances are Euclidean. Clusters are numbered by falling size.
///
/// ### How
/// Up to `sampleRows` rows are clustered themselves. Of more rows a sample is, drawn from the stream (seed, `hierarchical`, `sample`), and each other row is
/// assigned as a new one is: for Ward to the cluster of the nearest mean, for average to that of the least mean distance, for complete to that of the least largest
/// distance; of equally near ones to the first.
///
/// - Complexity: O(sample² · columns) time, half of sample² distances of memory; assigning a row takes O(clusters · columns) for Ward, else O(sample · columns).
///
/// ### References
/// J. Ward. Hierarchical Grouping to Optimize an Objective Function. Journal of the American Statistical Association, 1963.
public struct Hierarchical: SegmentEstimator {
    public var clusterCount = 4
    public var linkage = Linkage.Method.ward
    /// At most so many rows are in the tree.
    public var sampleRows = 5_000
    public var seed = 0

    public static let schema = Schema<Self>(
        "hierarchical",
        "Merge the nearest clusters from single rows on, and cut the tree into k.",
        Hyperparameter("k", \.clusterCount, in: 1...1024, "number of clusters"),
        Hyperparameter("linkage", \.linkage, "how far two clusters lie apart: ward: how much merging widens them; average: the mean distance of their rows; complete: the largest"),
        Hyperparameter("sample", \.sampleRows, in: 2...20_000, "most rows in the tree; of more rows a sample is, and the rest is assigned"))

    public static var reads: SegmentColumns { .numbers }

    public init() {}

    public func segmentation(of rows: SegmentRows, work: Work) throws -> Segmentation {
        let features = rows.numbers
        try features.checkClusterable()
        guard clusterCount >= 1 else { throw ClusteringError.notPositive("k", clusterCount) }
        guard min(features.rows, sampleRows) >= clusterCount else { throw ClusteringError.tooFewRows(needed: clusterCount, found: min(features.rows, sampleRows)) }

        var stream = RandomStream(seed: seed, name: Self.schema.name, purpose: "sample")
        let sampled = features.rows <= sampleRows ? Array(0..<features.rows) : stream.rows(sampleRows, of: features.rows)
        let isSampled = sampled.count < features.rows
        let sample = isSampled ? features.values.selecting(rows: sampled) : features.values
        let tree = try Linkage(CondensedDistances(of: sample, work: work), method: linkage, work: work)
        let cut = tree.cut(into: clusterCount)

        var labels = cut
        if isSampled {
            labels = try Fitted(columns: features.columns, linkage: tree, rows: sampled, sample: sample, labels: cut, count: clusterCount)
                .segments(of: rows, work: work)
            for (place, row) in sampled.enumerated() { labels[row] = cut[place] }
        }
        let order = SegmentOrder(labels, count: clusterCount)
        let model = Fitted(
            columns: features.columns, linkage: tree, rows: sampled, sample: sample, labels: sampled.map { order.labels[$0] }, count: clusterCount)
        var remarks = ["\(linkage.rawValue) linkage; the tree joins \(isSampled ? "a sample of \(NumberText.grouped(sampled.count)) of \(NumberText.grouped(features.rows))" : "all \(NumberText.grouped(sampled.count))") rows"]
        if isSampled { remarks.append("the rest belongs to \(Self.nearest[linkage] ?? "the nearest segment")") }
        return Segmentation(
            model: model, labels: order.labels, sizes: order.sizes, measures: tree.heights(at: clusterCount), remarks: remarks, tables: tree.merges.isEmpty ? [] : [mergeTable(tree)])
    }

    /// What a row that is not in the tree belongs to.
    private static let nearest: [Linkage.Method: String] = [
        .ward: "the segment of the nearest mean", .average: "the segment of the least mean distance", .complete: "the segment whose farthest row is nearest",
    ]

    /// A jump of heights tells of a number of clusters that is there in the rows.
    private func mergeTable(_ tree: Linkage) -> ModelTable {
        func size(_ node: Int) -> String { NumberText.grouped(node < tree.rows ? 1 : tree.merges[node - tree.rows].size) }
        let rows = tree.merges.suffix(max(10, min(clusterCount, 20))).reversed().enumerated().map { place, merge -> [ModelTable.Cell] in
            [.text("\(place + 2) to \(place + 1)"), .number(merge.height, digits: 3), .text("\(size(merge.first)) + \(size(merge.second))")]
        }
        return ModelTable(
            "The last merges", columns: ["segments", "height", "rows"], rows: rows,
            notes: ["a height far above the next one down says that the merge joined what is apart"])
    }
}
