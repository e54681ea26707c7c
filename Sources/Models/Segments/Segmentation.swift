import Features
import Runtime

/// A partition of rows, and the model that made it, which puts further rows into the same segments.
public struct Segmentation: Sendable {
    public let model: any SegmentModel
    /// The segment of each row, from 0 by falling size, of equally large ones that of the earlier first row first; -1 where a row is in none (noise).
    public let labels: [Int]
    /// Rows of each segment, falling; noise is not counted.
    public let sizes: [Int]
    /// What was made small or likely: `inertia`, `cost`, `log likelihood`, `BIC`, the one that decides first; none where nothing was. Names are lower case but for abbreviations.
    public let measures: [(name: String, value: Double)]
    /// How it went, a line each, as a person reads it: `the best of 10 restarts`, `4 components of full covariance`.
    public let remarks: [String]
    /// What the segments are, for people: modes, centroids, chains.
    public let tables: [ModelTable]

    public init(
        model: any SegmentModel, labels: [Int], sizes: [Int], measures: [(name: String, value: Double)], remarks: [String] = [], tables: [ModelTable] = []
    ) {
        (self.model, self.labels, self.sizes, self.measures, self.remarks, self.tables) = (model, labels, sizes, measures, remarks, tables)
    }
}

/// What a clustering of rows has learnt.
public protocol SegmentModel: Sendable {
    var count: Int { get }
    /// How far rows lie from each other, as the clustering saw it; none where it knows no distances between rows.
    var dissimilarity: Dissimilarity? { get }
    /// The segment of each row of the same columns, on the same scale; -1 where a row belongs to none.
    ///
    /// - Throws: `ClusteringError.otherColumnNames`, `notFinite`; `Cancelled`.
    func segments(of rows: SegmentRows, work: Work) throws -> [Int]
}

/// How far two rows lie from each other.
public enum Dissimilarity: Sendable, Hashable {
    /// The Euclidean distance of their numbers.
    case euclidean
    /// The squared Euclidean distance of their numbers, and `gamma` for each category in which they differ (Huang). Without numbers the count of those categories times gamma.
    case mixed(gamma: Double)
}

/// A clustering that is not fitted yet.
public protocol SegmentEstimator: Estimator {
    /// What it reads of a row.
    static var reads: SegmentColumns { get }
    var seed: Int { get set }

    /// - Throws: `ClusteringError`, or `Cancelled`.
    func segmentation(of rows: SegmentRows, work: Work) throws -> Segmentation
}

/// Which columns of a table a clustering reads.
public enum SegmentColumns: Sendable, Hashable {
    case numbers
    case categories
    /// Both, and at least one category.
    case mixed
}
