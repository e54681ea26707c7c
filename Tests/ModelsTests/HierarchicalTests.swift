import Algebra
import Features
import Models
import Runtime
import TestSupport
import Testing

struct HierarchicalTests {
    /// `linkage` and `fcluster` of SciPy, the flat clusters also those of scikit-learn's `AgglomerativeClustering`.
    struct Case: Decodable, Sendable, CustomTestStringConvertible {
        struct Cut: Decodable, Sendable {
            let k: Int, labels: [Int]
            init(from decoder: any Decoder) throws {
                var container = try decoder.unkeyedContainer()
                k = try container.decode(Int.self)
                labels = try container.decode([Int].self)
            }
        }

        let name: String
        let rows: [[Double]], method: String, merges: [[Double]], cuts: [Cut]
        var testDescription: String { name }
        var linkage: Linkage { get throws { try Linkage(CondensedDistances(of: DenseMatrix(rows)), method: #require(Linkage.Method(rawValue: method))) } }
    }

    static let cases = Fixture.read("linkages", in: .module, as: [Case].self)

    /// Whether two numberings are of the same partition.
    static func same(_ a: [Int], _ b: [Int]) -> Bool {
        let pairs = Set(zip(a, b).map { [$0, $1] })
        return a.count == b.count && pairs.count == Set(a).count && pairs.count == Set(b).count
    }

    @Test(arguments: cases)
    func `merges are those of SciPy`(_ c: Case) throws {
        let tree = try c.linkage
        #expect(tree.merges.map(\.first) == c.merges.map { Int($0[0]) } && tree.merges.map(\.second) == c.merges.map { Int($0[1]) })
        #expect(tree.merges.map(\.size) == c.merges.map { Int($0[3]) })
        #expect(agree(tree.merges.map(\.height), c.merges.map { $0[2] }, within: 1e-9))
    }

    @Test(arguments: cases)
    func `cuts are those of SciPy and of scikit-learn`(_ c: Case) throws {
        let tree = try c.linkage
        for cut in c.cuts { #expect(Self.same(tree.cut(into: cut.k), cut.labels)) }
        // Equal heights or not, a cut has as many clusters as are asked for.
        for count in 1...c.rows.count { #expect(Set(tree.cut(into: count)).count == count) }
    }

    @Test(arguments: cases)
    func `the top of a tree holds all rows, and its merges stand on its leaves`(_ c: Case) throws {
        let tree = try c.linkage
        for count in [1, 2, 7, c.rows.count, c.rows.count + 5] {
            let top = tree.top(count)
            #expect(top.leaves.count == min(count, c.rows.count) && top.merges.count == top.leaves.count - 1)
            #expect(top.leaves.map(\.size).reduce(0, +) == c.rows.count)
            #expect(top.merges.last?.size ?? c.rows.count == c.rows.count)
            // No lines cross: what a merge joins lies side by side.
            var spans = top.leaves.indices.map { $0...$0 }
            for merge in top.merges {
                #expect(spans[merge.first].upperBound + 1 == spans[merge.second].lowerBound)
                spans.append(spans[merge.first].lowerBound...spans[merge.second].upperBound)
            }
        }
        #expect(tree.top(c.rows.count).leaves.map(\.node).sorted() == Array(c.rows.indices))
    }

    @Test(arguments: Linkage.Method.allCases)
    func `threads change no bit, with a sample and without`(_ method: Linkage.Method) throws {
        var estimator = Hierarchical()
        estimator.linkage = method
        for sample in [200, 5000] {
            estimator.sampleRows = sample
            let rows = MixtureTests.rows(Array(MixtureTests.large.numbers.values.values.prefix(1400)), columns: 2)
            let one = try estimator.segmentation(of: rows, work: Work())
            for threads in [2, 3, 8] {
                let other = try estimator.segmentation(of: rows, work: Work(threads: threads))
                #expect(other.labels == one.labels && other.measures.map(\.value) == one.measures.map(\.value))
            }
        }
    }

    @Test(arguments: Linkage.Method.allCases)
    func `the rest of a sample finds its cloud`(_ method: Linkage.Method) throws {
        var estimator = Hierarchical()
        estimator.linkage = method
        estimator.clusterCount = 3
        estimator.sampleRows = 150
        var stream = RandomStream(seed: 2, name: "test", purpose: "rows")
        let clouds = MixtureTests.rows((0..<1200).map { place -> Double in stream.normal() + 20 * Double(place / 2 % 3) }, columns: 2)
        let found = try estimator.segmentation(of: clouds, work: Work())
        #expect(Self.same(found.labels, (0..<600).map { $0 % 3 }) && found.sizes == [200, 200, 200])
        #expect(found.remarks[0] == "\(method.rawValue) linkage; the tree joins a sample of 150 of 600 rows")
        let model = try #require(found.model as? Hierarchical.Fitted)
        #expect(model.linkage.rows == 150 && model.rows.count == 150 && model.labels == model.rows.map { found.labels[$0] })
        #expect(try model.segments(of: clouds, work: Work(threads: 2)) == found.labels)
    }

    @Test func `one row, equal rows and constants make a tree`() throws {
        var estimator = Hierarchical()
        estimator.clusterCount = 1
        #expect(try estimator.segmentation(of: MixtureTests.rows([3], columns: 1), work: Work()).sizes == [1])
        estimator.clusterCount = 2
        let equal = try estimator.segmentation(of: MixtureTests.rows([1, 1, 1, 1], columns: 1), work: Work())
        #expect(equal.sizes.reduce(0, +) == 4 && equal.sizes.count == 2 && equal.measures[0].value == 0)
        let constant = try estimator.segmentation(of: MixtureTests.rows([0, 1, 0, 2, 0, 8], columns: 2), work: Work())
        #expect(constant.labels == [0, 0, 1])
    }

    static let mistakes: [(values: [Double], k: Int, error: ClusteringError)] = [
        ([], 2, .noRows), ([1, 2], 3, .tooFewRows(needed: 3, found: 2)), ([1, .infinity], 1, .notFinite(column: "c0", user: "2")), ([1], 0, .notPositive("k", 0)),
    ]

    @Test(arguments: mistakes)
    func `mistakes are named`(_ c: (values: [Double], k: Int, error: ClusteringError)) {
        var estimator = Hierarchical()
        estimator.clusterCount = c.k
        #expect(throws: c.error) { try estimator.segmentation(of: MixtureTests.rows(c.values, columns: 1), work: Work()) }
    }

    @Test func `a wish to stop is heard`() {
        let work = Work()
        work.cancellation.cancel()
        #expect(throws: Cancelled.self) { try Hierarchical().segmentation(of: MixtureTests.large, work: work) }
    }
}
