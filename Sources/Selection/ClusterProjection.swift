import Algebra
import Diagnostics
import Features
import Runtime
import Scoring

/// Rows and centroids on a plane, for a picture of clusters: along the first two principal components, or two columns.
public struct ClusterProjection: Sendable, Hashable, Codable {
    public let horizontal: Axis
    public let vertical: Axis
    /// The shown rows, rising: all of them, or a random sample.
    public let rows: [Int]
    /// The place and cluster of each shown row, in the order of `rows`.
    public let x: [Double]
    public let y: [Double]
    public let labels: [Int]
    /// The place of each centroid.
    public let centroidX: [Double]
    public let centroidY: [Double]
    public let totalRows: Int

    public struct Axis: Sendable, Hashable, Codable {
        /// `component 1`, or the name of a column.
        public let name: String
        /// The share of the variance that a component explains; none for a column.
        public let explained: Double?
        /// The part that each column has in a component, by falling size, of equal ones the first; empty for a column.
        public let loadings: [Loading]
    }

    public struct Loading: Sendable, Hashable, Codable {
        public let column: String
        public let weight: Double
    }

    public var isSampled: Bool { rows.count < totalRows }

    /// - Parameters:
    ///   - features: on a common scale, without gaps.
    ///   - labels: the cluster of each row.
    ///   - centroids: in the same units, `[clusters, columns]`.
    ///   - axes: two columns to draw instead of components.
    ///   - mostRows: above that a random sample of rows is shown, drawn from the stream (seed, `clusters`, `sample`). Components are those of
    ///   all rows.
    /// - Throws: `ProjectionError`, `FeatureError.unknownColumn`, `DecompositionError`, `Cancelled`.
    public init(
        of features: FeatureMatrix, labels: [Int], centroids: DenseMatrix, axes: (String, String)? = nil, mostRows: Int = 5_000, seed: Int = 0,
        work: Work = Work()
    ) throws {
        guard labels.count == features.rows else { throw ProjectionError.labelCount(expected: features.rows, found: labels.count) }
        guard centroids.columns == features.columns.count else {
            throw ProjectionError.columnCount(expected: features.columns.count, found: centroids.columns)
        }
        var shown = Array(0..<features.rows)
        if features.rows > mostRows {
            var stream = RandomStream(seed: seed, name: "clusters", purpose: "sample")
            shown = stream.rows(max(0, mostRows), of: features.rows)
        }
        let points: DenseMatrix
        let centres: DenseMatrix
        if let axes {
            let chosen = [try features.index(of: axes.0), try features.index(of: axes.1)]
            points = features.values.selecting(rows: shown).selecting(columns: chosen)
            centres = centroids.selecting(columns: chosen)
            horizontal = Axis(name: axes.0, explained: nil, loadings: [])
            vertical = Axis(name: axes.1, explained: nil, loadings: [])
        } else {
            guard features.columns.count >= 2 else { throw ProjectionError.oneColumn(features.columns.first ?? "") }
            let components = try PrincipalComponents(of: features.values, count: 2, work: work)
            points = try components.project(features.values.selecting(rows: shown))
            centres = try components.project(centroids)
            horizontal = Self.axis(0, of: components, columns: features.columns)
            vertical = Self.axis(1, of: components, columns: features.columns)
        }
        rows = shown
        x = points.column(0)
        y = points.column(1)
        self.labels = shown.map { labels[$0] }
        centroidX = centres.column(0)
        centroidY = centres.column(1)
        totalRows = features.rows
    }

    private static func axis(_ component: Int, of components: PrincipalComponents, columns: [String]) -> Axis {
        let weights = columns.indices.map { components.loadings[component, $0] }
        let order = columns.indices.sorted { (weights[$1].magnitude, $0) < (weights[$0].magnitude, $1) }
        return Axis(
            name: "component \(component + 1)", explained: components.shares[component],
            loadings: order.map { Loading(column: columns[$0], weight: weights[$0]) })
    }
}

/// Why clusters cannot be drawn on a plane.
public enum ProjectionError: Error, Sendable, Hashable, Diagnosable {
    case labelCount(expected: Int, found: Int)
    case columnCount(expected: Int, found: Int)
    case oneColumn(String)

    public var diagnostic: Diagnostic {
        switch self {
        case .labelCount(let expected, let found):
            Diagnostic("wrong-count", "there are \(expected) users, but \(found) have a cluster", hint: "draw the users that were grouped")
        case .columnCount(let expected, let found):
            Diagnostic("wrong-columns", "centroids have \(found) columns, but rows \(expected)", hint: "draw the columns that were grouped by")
        case .oneColumn(let name):
            Diagnostic(
                "one-column", "a plane needs two columns, but there is only '\(name)'", category: .data, hint: "draw its histogram instead")
        }
    }
}
