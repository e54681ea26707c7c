import Algebra
import Features
import Models
import Runtime
import TestSupport
import Testing

struct DBSCANTests {
    /// `DBSCAN` and `HDBSCAN` (where eps is 0) of scikit-learn.
    struct Case: Decodable, Sendable, CustomTestStringConvertible {
        let name: String
        let rows: [[Double]], eps: Double, points: Int, size: Int, cores: Int, labels: [Int]
        var testDescription: String { name }
    }

    static let cases = Fixture.read("densities", in: .module, as: [Case].self)

    @Test(arguments: cases)
    func `agrees with scikit-learn up to the numbers of segments`(_ c: Case) throws {
        var dbscan = DBSCAN()
        (dbscan.eps, dbscan.minimumPoints, dbscan.minimumSize) = (c.eps, c.points, c.size)
        let rows = try SegmentRows(KMeansTests.features(c.rows))
        let found = try dbscan.segmentation(of: rows, work: Work())
        #expect(zip(found.labels, c.labels).allSatisfy { ($0 < 0) == ($1 < 0) })
        #expect(HierarchicalTests.same(found.labels, c.labels))
        #expect(found.sizes == found.sizes.indices.map { segment in found.labels.count { $0 == segment } } && found.sizes == found.sizes.sorted(by: >))
        if c.eps > 0 { #expect(found.remarks[0].contains(NumberText.rate(c.cores, of: c.rows.count))) }
    }

    @Test(arguments: cases)
    func `threads change no label`(_ c: Case) throws {
        var dbscan = DBSCAN()
        (dbscan.eps, dbscan.minimumPoints, dbscan.minimumSize) = (c.eps, c.points, c.size)
        let rows = try SegmentRows(KMeansTests.features(c.rows))
        let one = try dbscan.segmentation(of: rows, work: Work())
        for threads in [2, 3, 8] { #expect(try dbscan.segmentation(of: rows, work: Work(threads: threads)).labels == one.labels) }
    }

    /// Core rows and their neighbours counted pair by pair, on more rows than a shard holds.
    @Test(arguments: [0.05, 0.2, 1.5])
    func `agrees with the definition on many rows`(_ eps: Double) throws {
        let points = Array(MixtureTests.large.numbers.values.values.prefix(2 * 2500)), count = 2500
        let inReach = (0..<count).map { a in
            (0..<count).filter { b in
                let x = points[2 * a] - points[2 * b], y = points[2 * a + 1] - points[2 * b + 1]
                return x * x + y * y <= eps * eps
            }
        }
        var expected = [Int](repeating: -1, count: count)
        var next = 0
        for row in 0..<count where inReach[row].count >= 5 && expected[row] < 0 {
            var open = [row]
            while let current = open.popLast() {
                if expected[current] >= 0 { continue }
                expected[current] = next
                if inReach[current].count >= 5 { open += inReach[current].filter { expected[$0] < 0 } }
            }
            next += 1
        }
        var dbscan = DBSCAN()
        dbscan.eps = eps
        let found = try dbscan.segmentation(of: MixtureTests.rows(points, columns: 2), work: Work(threads: 2))
        #expect(HierarchicalTests.same(found.labels, expected) && zip(found.labels, expected).allSatisfy { ($0 < 0) == ($1 < 0) })
    }

    @Test func `a new row belongs to the segment of the nearest core row in reach`() throws {
        var dbscan = DBSCAN()
        (dbscan.eps, dbscan.minimumPoints) = (1.1, 3)
        let found = try dbscan.segmentation(of: MixtureTests.rows([0, 1, 2, 3, 20, 21, 22], columns: 1), work: Work())
        #expect(found.labels == [0, 0, 0, 0, 1, 1, 1] && found.remarks[0].contains("3 of 7") == true)
        #expect(try found.model.segments(of: MixtureTests.rows([0.5, 3.05, 3.2, 10, 20.5], columns: 1), work: Work()) == [0, 0, -1, -1, 1])
    }

    @Test func `of many rows a sample is clustered, and the rest finds its place or none`() throws {
        var stream = RandomStream(seed: 4, name: "test", purpose: "rows")
        var values = (0..<1600).map { place -> Double in stream.normal() + 30 * Double(place / 2 % 2) }
        for row in 0..<20 { (values[80 * row], values[80 * row + 1]) = (15, 300 * Double(row + 1)) }
        let rows = MixtureTests.rows(values, columns: 2)
        var dbscan = DBSCAN()
        (dbscan.sampleRows, dbscan.minimumSize) = (300, 100)
        let found = try dbscan.segmentation(of: rows, work: Work())
        #expect(found.sizes.count == 2 && found.remarks[1].contains("a sample of 300 of 800 rows, in it min-size 38"))
        for row in 0..<20 { #expect(found.labels[40 * row] == -1) }
        // No segment has rows of both clouds.
        let sides = Set(found.labels.indices.filter { found.labels[$0] >= 0 }.map { [found.labels[$0], values[2 * $0] > 15 ? 1 : 0] })
        #expect(sides.count == 2)
        #expect(try dbscan.segmentation(of: rows, work: Work(threads: 3)).labels == found.labels)
    }

    @Test func `equal rows never split`() throws {
        var dbscan = DBSCAN()
        dbscan.minimumSize = 5
        let piles = MixtureTests.rows((0..<60).map { row -> Double in [0, 1, 50][row % 3] }, columns: 1)
        #expect(try dbscan.segmentation(of: piles, work: Work()).sizes == [20, 20, 20])
        let one = MixtureTests.rows(Array(repeating: 2, count: 30), columns: 1)
        #expect(throws: ClusteringError.noSegments(options: "min-points=5 and min-size=5", points: 5, reach: 0)) { try dbscan.segmentation(of: one, work: Work()) }
        dbscan.eps = 0.5
        #expect(try dbscan.segmentation(of: one, work: Work()).sizes == [30])
    }

    @Test func `nothing but noise is an error with a reach to try, which works`() throws {
        var dbscan = DBSCAN()
        dbscan.eps = 1e-6
        #expect { try dbscan.segmentation(of: MixtureTests.large, work: Work()) } throws: { error in
            guard case ClusteringError.noSegments(_, 5, let reach)? = error as? ClusteringError else { return false }
            dbscan.eps = reach
            return true
        }
        #expect(try dbscan.segmentation(of: MixtureTests.large, work: Work()).sizes.reduce(0, +) > 8000)
    }

    static let mistakes: [(values: [Double], eps: Double, error: ClusteringError)] = [
        ([], 1, .noRows), ([], 0, .noRows), ([1, .nan], 1, .notFinite(column: "c0", user: "2")), ([1], 0, .fewerThanPoints(needed: 5, found: 1)),
        ([1, 2, 3], 0, .fewerThanPoints(needed: 5, found: 3)), ([1], 2, .fewerThanPoints(needed: 5, found: 1)),
        ([1, 2, 3, 4, 5.3], 0.5, .noSegments(options: "eps=0.5 and min-points=5", points: 5, reach: 4.3)),
    ]

    @Test(arguments: mistakes)
    func `mistakes are named`(_ c: (values: [Double], eps: Double, error: ClusteringError)) {
        var dbscan = DBSCAN()
        dbscan.eps = c.eps
        #expect(throws: c.error) { try dbscan.segmentation(of: MixtureTests.rows(c.values, columns: 1), work: Work()) }
        #expect(!c.error.diagnostic.message.isEmpty && c.error.diagnostic.hint != nil)
    }

    @Test(arguments: [0.0, 0.3])
    func `a wish to stop is heard`(_ eps: Double) {
        var dbscan = DBSCAN()
        dbscan.eps = eps
        let work = Work()
        work.cancellation.cancel()
        #expect(throws: Cancelled.self) { try dbscan.segmentation(of: MixtureTests.large, work: work) }
    }
}
