import Algebra
import Runtime
import Scoring
import TestSupport
import Testing

struct ClusterScoresTests {
    /// `adjusted_rand_score`, `normalized_mutual_info_score` and `contingency_matrix` of scikit-learn.
    struct Agreement: Decodable, Sendable, CustomTestStringConvertible {
        let name: String
        let first: [Int], second: [Int], adjustedRand: Double, mutualInformation: Double, counts: [[Int]]
        var testDescription: String { name }
    }

    static let agreements = Fixture.read("agreement", in: .module, as: [Agreement].self)

    @Test(arguments: agreements)
    func `agreement of partitions is that of scikit-learn`(_ c: Agreement) throws {
        let ours = try PartitionAgreement(c.first, c.second)
        #expect(agree(ours.adjustedRand, c.adjustedRand, within: 1e-12) && agree(ours.mutualInformation, c.mutualInformation, within: 1e-12))
        #expect(ours.counts == c.counts && ours.first == Set(c.first).sorted() && ours.rows == c.first.count)
        let turned = try PartitionAgreement(c.second, c.first)
        #expect(agree(turned.adjustedRand, ours.adjustedRand, within: 1e-12) && agree(turned.mutualInformation, ours.mutualInformation, within: 1e-12))
    }

    @Test func `a million rows do not overflow, and the same partition agrees fully`() throws {
        let labels = (0..<1_000_000).map { $0 * 7 % 5 }
        let ours = try PartitionAgreement(labels, labels.map { 4 - $0 })
        #expect(ours.adjustedRand == 1 && agree(ours.mutualInformation, 1, within: 1e-12))
    }

    static let mistakes: [(first: [Int], second: [Int], error: ScoringError)] = [
        ([], [], .noRows), ([1, 2], [1], .wrongCount(of: "labels", expected: 2, found: 1)),
        (Array(0..<5000), Array(0..<5000), .tooManyParts(first: 5000, second: 5000)),
    ]

    @Test(arguments: mistakes)
    func `mistakes are named`(_ c: (first: [Int], second: [Int], error: ScoringError)) {
        #expect(throws: c.error) { try PartitionAgreement(c.first, c.second) }
        #expect(!c.error.diagnostic.message.isEmpty && c.error.diagnostic.hint != nil)
    }

    /// `calinski_harabasz_score` and `davies_bouldin_score` of scikit-learn.
    struct Spread: Decodable, Sendable, CustomTestStringConvertible {
        let name: String
        let rows: [[Double]], labels: [Int], calinskiHarabasz: Double, daviesBouldin: Double
        var testDescription: String { name }
    }

    static let spreads = Fixture.read("spread", in: .module, as: [Spread].self)

    @Test(arguments: spreads)
    func `spread of clusters is that of scikit-learn, without noise`(_ c: Spread) throws {
        let ours = try ClusterSpread(of: DenseMatrix(c.rows), labels: c.labels)
        #expect(agree(ours.calinskiHarabasz, c.calinskiHarabasz, within: 1e-9) && agree(ours.daviesBouldin, c.daviesBouldin, within: 1e-9))
    }

    @Test func `spread does not depend on threads, and names what it cannot read`() throws {
        var stream = RandomStream(seed: 2, name: "test", purpose: "rows")
        let rows = DenseMatrix(rows: 30_000, columns: 2, values: (0..<60_000).map { _ in stream.normal() })
        let labels = (0..<30_000).map { $0 % 3 }
        #expect(try ClusterSpread(of: rows, labels: labels) == ClusterSpread(of: rows, labels: labels, work: Work(threads: 3)))
        #expect(throws: ScoringError.clusterCount(found: 1, rows: 3)) { try ClusterSpread(of: DenseMatrix([[1], [2], [3], [4]]), labels: [0, 0, 0, -1]) }
        #expect(throws: ScoringError.notFinite(row: 1, column: 0)) { try ClusterSpread(of: DenseMatrix([[1], [.nan], [3]]), labels: [0, 1, 1]) }
    }

    /// `silhouette_samples` of scikit-learn over given distances.
    struct Mixed: Decodable, Sendable, CustomTestStringConvertible {
        let name: String
        let numbers: [[Double]], categories: [[Int32]], gamma: Double, labels: [Int], condensed: [Double], values: [Double], mean: Double
        var testDescription: String { name }
    }

    static let mixtures = Fixture.read("mixed", in: .module, as: [Mixed].self)

    @Test(arguments: mixtures)
    func `silhouettes of numbers and categories are those of their distances`(_ c: Mixed) throws {
        let numbers = DenseMatrix(rows: c.labels.count, columns: c.numbers[0].count, values: c.numbers.flatMap { $0 })
        let ours = try Silhouette(numbers: numbers, categories: c.categories, gamma: c.gamma, labels: c.labels)
        #expect(agree(ours.values, c.values, within: 1e-9) && agree(ours.mean, c.mean, within: 1e-9))
        #expect(!ours.isSampled && ours.rows == c.labels.indices.filter { c.labels[$0] >= 0 })
        let given = try Silhouette(condensed: c.condensed, labels: c.labels)
        #expect(agree(given.values, c.values, within: 1e-9) && agree(given.mean, c.mean, within: 1e-9))
    }

    @Test func `noise takes no part in Euclidean silhouettes, sampled ones included`() throws {
        let (matrix, labels) = SilhouetteTests.large
        let noisy = labels.indices.map { $0 % 3 == 0 ? -1 : labels[$0] }, held = labels.indices.filter { noisy[$0] >= 0 }
        let ours = try Silhouette(of: matrix, labels: noisy), without = try Silhouette(of: matrix.selecting(rows: held), labels: held.map { labels[$0] })
        #expect(ours.values == without.values && ours.total == held.count && ours.rows == held && ours.interval == nil)
        let sampled = try Silhouette(of: matrix, labels: noisy, exactRows: 1500)
        #expect(sampled.isSampled && sampled.rows.allSatisfy { noisy[$0] >= 0 } && sampled.total == held.count)
        #expect(zip(sampled.rows, sampled.values).allSatisfy { row, value in held.firstIndex(of: row).map { ours.values[$0] == value } == true })
    }

    @Test func `distances must be numbers, one a pair`() {
        #expect(throws: ScoringError.wrongCount(of: "distances", expected: 3, found: 2)) { try Silhouette(condensed: [1, 2], labels: [0, 0, 1]) }
        #expect(throws: ScoringError.notANumber(row: 0)) { try Silhouette(condensed: [1, .nan, 2], labels: [0, 0, 1]) }
        #expect(throws: ScoringError.wrongCount(of: "levels", expected: 3, found: 1)) { try Silhouette(numbers: DenseMatrix([[1], [2], [3]]), categories: [[1]], gamma: 1, labels: [0, 0, 1]) }
    }
}
