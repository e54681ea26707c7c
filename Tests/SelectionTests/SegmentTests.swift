import Algebra
import Features
import Models
import Runtime
import Scoring
import Selection
import Testing

struct SegmentTests {
    /// Four well separated clouds of unequal size.
    static let clouds: FeatureMatrix = {
        var stream = RandomStream(seed: 4, name: "test", purpose: "rows")
        let centres: [(Double, Double, Int)] = [(0, 0, 90), (12, 0, 60), (0, 12, 40), (12, 12, 20)]
        let rows = centres.flatMap { centre in (0..<centre.2).map { _ in [centre.0 + stream.normal(), centre.1 + stream.normal()] } }
        do { return try FeatureMatrix(columns: ["visits", "spend"], values: DenseMatrix(rows)) } catch { preconditionFailure("\(error)") }
    }()

    @Test func `the elbow of four clouds is at four, by inertia and by silhouette`() throws {
        let elbow = try Elbow(of: Self.clouds, counts: 2...9, silhouettes: true)
        #expect(elbow.best == 4 && elbow.bestBySilhouette == 4 && elbow.verdict == "the knee is at k=4" && elbow.leftOut.isEmpty)
        #expect(elbow.points.map(\.k) == Array(2...9))
        #expect(zip(elbow.points, elbow.points.dropFirst()).allSatisfy { $0.inertia > $1.inertia })
        #expect(elbow.points[2].sizes == [90, 60, 40, 20])
    }

    @Test func `an elbow repeats what k-means says of each k, at any number of threads`() throws {
        let elbow = try Elbow(of: Self.clouds, counts: [5, 3, 3], silhouettes: true)
        #expect(elbow.points.map(\.k) == [3, 5])
        for point in elbow.points {
            var kmeans = KMeans()
            kmeans.clusterCount = point.k
            let fit = try kmeans.fit(Self.clouds)
            #expect(fit.inertia == point.inertia && fit.sizes == point.sizes)
            #expect(try Silhouette(of: Self.clouds.values, labels: fit.labels).mean == point.silhouette?.mean)
        }
        #expect(try Elbow(of: Self.clouds, counts: [5, 3], silhouettes: true, work: Work(threads: 3)) == elbow)
    }

    @Test func `two numbers of clusters make no knee, and the elbow says so`() throws {
        var stream = RandomStream(seed: 9, name: "test", purpose: "rows")
        let rows = (0..<400).map { _ in [stream.uniform()] }
        let elbow = try Elbow(of: FeatureMatrix(columns: ["x"], values: DenseMatrix(rows)), counts: [2, 3])
        #expect(elbow.best == nil && elbow.verdict == "there is no knee: fewer than three points")
    }

    @Test func `numbers of clusters that the rows do not hold are left out`() throws {
        let few = try FeatureMatrix(columns: ["x"], values: DenseMatrix([[1], [2], [2], [7], [7], [7]]))
        let elbow = try Elbow(of: few, counts: 1...8, silhouettes: true)
        #expect(elbow.points.map(\.k) == [1, 2, 3] && elbow.leftOut == [4, 5, 6, 7, 8])
        #expect(elbow.points[0].silhouette == nil && elbow.points[2].inertia == 0)
        #expect(throws: ClusteringError.tooFewRows(needed: 7, found: 6)) { try Elbow(of: few, counts: 7...8) }
        #expect(throws: ElbowError.noCounts) { try Elbow(of: few, counts: [] as [Int]) }
    }

    @Test func `a profile ranks what sets a segment apart, by size, then by column`() throws {
        let features = try FeatureMatrix(
            columns: ["a", "b", "c", "same"], values: DenseMatrix([[0, 0, 1, 5], [0, 0, .nan, 5], [4, 4, 2, 5], [4, 4, 9, 5]]))
        let profile = try SegmentProfile(of: features, labels: [0, 0, 1, 1], names: ["low", "high", "none"])
        #expect(profile.segments.map(\.name) == ["low", "high", "none"] && profile.segments.map(\.share) == [0.5, 0.5, 0])
        #expect(profile.segments[0].traits.map(\.column) == ["a", "b", "c"])
        #expect(profile.segments[0].traits[0].difference == -1 && profile.segments[1].traits[0].difference == 1)
        #expect(profile.segments[0].summaries[2].known == 1 && profile.segments[0].summaries[2].mean == 1)
        #expect(profile.segments[1].summaries[2].median == 5.5 && profile.overall[2].median == 2)
        #expect(profile.segments[2].size == 0 && profile.segments[2].traits.isEmpty && profile.segments[2].summaries[0].mean == nil)
    }

    static let mistakes: [(labels: [Int], names: [String]?, error: ProfileError)] = [
        ([], nil, .noRows), ([0], nil, .labelCount(expected: 2, found: 1)), ([0, 1], ["a"], .unknownSegment(1, segments: 1)),
        ([0, -2], nil, .unknownSegment(-2, segments: 1)), ([0, 0], nil, .infinite(column: "y", user: "2")),
    ]

    @Test(arguments: mistakes)
    func `mistakes are named`(_ c: (labels: [Int], names: [String]?, error: ProfileError)) throws {
        let features = try FeatureMatrix(columns: ["x", "y"], values: DenseMatrix([[1, 2], [3, .infinity]]))
        #expect(throws: c.error) { try SegmentProfile(of: features, labels: c.labels, names: c.names) }
        #expect(!c.error.diagnostic.message.isEmpty && c.error.diagnostic.hint != nil)
    }

    @Test func `a projection shows rows and centroids along components`() throws {
        let fit = try KMeans().fit(Self.clouds, from: DenseMatrix([[0, 0], [12, 0], [0, 12], [12, 12]]))
        let plane = try ClusterProjection(of: Self.clouds, labels: fit.labels, centroids: fit.model.centroids)
        #expect(plane.rows.count == 210 && !plane.isSampled && plane.labels == fit.labels && plane.centroidX.count == 4)
        #expect(plane.horizontal.name == "component 1" && plane.horizontal.loadings.first.map { $0.weight > 0 } == true)
        let shares = (plane.horizontal.explained ?? 0) + (plane.vertical.explained ?? 0)
        #expect(abs(shares - 1) < 1e-12)
        // A centroid is drawn in the middle of its rows.
        for cluster in 0..<4 {
            let own = plane.x.indices.filter { plane.labels[$0] == cluster }
            #expect(abs(own.map { plane.x[$0] }.reduce(0, +) / Double(own.count) - plane.centroidX[cluster]) < 1e-9)
        }
    }

    @Test func `a projection takes two columns by name, and a sample of many rows`() throws {
        let labels = Array(repeating: 0, count: 210)
        let plane = try ClusterProjection(
            of: Self.clouds, labels: labels, centroids: DenseMatrix([[1, 2]]), axes: ("spend", "visits"), mostRows: 50, seed: 3)
        #expect(plane.rows.count == 50 && plane.isSampled && plane.totalRows == 210 && plane.rows == plane.rows.sorted())
        #expect(plane.x == plane.rows.map { Self.clouds.values[$0, 1] } && plane.centroidX == [2] && plane.centroidY == [1])
        #expect(plane.horizontal.name == "spend" && plane.horizontal.explained == nil && plane.horizontal.loadings.isEmpty)
        #expect(throws: FeatureError.unknownColumn("spent", known: ["visits", "spend"])) {
            try ClusterProjection(of: Self.clouds, labels: labels, centroids: DenseMatrix([[1, 2]]), axes: ("spent", "visits"))
        }
    }

    @Test func `a projection needs two columns, and labels and centroids that fit`() throws {
        let one = try FeatureMatrix(columns: ["x"], values: DenseMatrix([[1], [2]]))
        #expect(throws: ProjectionError.oneColumn("x")) { try ClusterProjection(of: one, labels: [0, 0], centroids: DenseMatrix([[1]])) }
        #expect(throws: ProjectionError.labelCount(expected: 2, found: 1)) { try ClusterProjection(of: one, labels: [0], centroids: DenseMatrix([[1]])) }
        #expect(throws: ProjectionError.columnCount(expected: 1, found: 2)) { try ClusterProjection(of: one, labels: [0, 0], centroids: DenseMatrix([[1, 2]])) }
    }
}
