import Algebra
import Foundation
import Runtime
import Scoring
import TestSupport
import Testing

struct SilhouetteTests {
    /// `silhouette_samples` of scikit-learn over exact distances.
    struct Case: Decodable, Sendable, CustomTestStringConvertible {
        let name: String
        let rows: [[Double]], labels: [Int], values: [Double], mean: Double, clusters: [Double?]
        var testDescription: String { name }
    }

    static let cases = Fixture.read("silhouette", in: .module, as: [Case].self)

    @Test(arguments: cases)
    func `agrees with scikit-learn`(_ c: Case) throws {
        let silhouette = try Silhouette(of: DenseMatrix(c.rows), labels: c.labels)
        #expect(agree(silhouette.values, c.values, within: 1e-12) && agree(silhouette.mean, c.mean, within: 1e-12))
        #expect(silhouette.clusterMeans.map { $0.value == nil } == c.clusters.map { $0 == nil })
        #expect(agree(silhouette.clusterMeans.map { $0.value ?? 0 }, c.clusters.map { $0 ?? 0 }, within: 1e-12))
        #expect(silhouette.interval == nil && !silhouette.isSampled && silhouette.labels == c.labels)
    }

    /// Two clouds and a small one, by a fixed rule.
    static let large: (matrix: DenseMatrix, labels: [Int]) = {
        var stream = RandomStream(seed: 5, name: "test", purpose: "rows")
        var rows: [[Double]] = []
        var labels: [Int] = []
        for row in 0..<3000 {
            let label = row % 20 == 0 ? 2 : row % 2
            rows.append([stream.normal() + 4 * Double(label), stream.normal()])
            labels.append(label)
        }
        return (DenseMatrix(rows), labels)
    }()

    @Test func `threads change no bit`() throws {
        let one = try Silhouette(of: Self.large.matrix, labels: Self.large.labels)
        #expect(try Silhouette(of: Self.large.matrix, labels: Self.large.labels, work: Work(threads: 3)) == one)
    }

    @Test func `a sample holds exact values, and its interval mostly the true mean`() throws {
        let exact = try Silhouette(of: Self.large.matrix, labels: Self.large.labels)
        var hits = 0
        for seed in 0..<20 {
            let sampled = try Silhouette(of: Self.large.matrix, labels: Self.large.labels, exactRows: 1800, seed: seed)
            #expect(sampled.isSampled && sampled.rows.count == 1080 && sampled.total == 3000)
            #expect(zip(sampled.rows, sampled.values).allSatisfy { exact.values[$0] == $1 })
            #expect(sampled.rows == sampled.rows.sorted())
            let interval = try #require(sampled.interval)
            if interval.contains(exact.mean) { hits += 1 }
        }
        // 95 % of 20 is 19; fewer than 16 has a chance below 0.003.
        #expect(hits >= 16)
        let again = try Silhouette(of: Self.large.matrix, labels: Self.large.labels, exactRows: 1800, seed: 3)
        #expect(again == (try Silhouette(of: Self.large.matrix, labels: Self.large.labels, exactRows: 1800, seed: 3)))
        #expect(again.rows != (try Silhouette(of: Self.large.matrix, labels: Self.large.labels, exactRows: 1800, seed: 4)).rows)
    }

    // Counts of many levels are kept as lists: the same numbers as in a table.
    @Test func `categories of a million levels have the silhouettes of few`() throws {
        var stream = RandomStream(seed: 6, name: "test", purpose: "rows")
        let labels = (0..<300).map { _ in stream.below(4) - 1 }
        let codes = labels.map { Int32(stream.below(4) == 0 ? -1 : (stream.below(3) + max(0, $0)) % 5) }, numbers = DenseMatrix(rows: 300, columns: 0)
        let few = try Silhouette(numbers: numbers, categories: [codes, codes.reversed()], gamma: 1, labels: labels)
        let many = try Silhouette(numbers: numbers, categories: [codes.map { $0 < 0 ? -1 : $0 * 360_000 }, codes.reversed()], gamma: 1, labels: labels)
        #expect(many == few && Set(few.values).count > 10)
    }

    static let mistakes: [(rows: [[Double]], labels: [Int], error: ScoringError)] = [
        ([], [], .noRows), ([[1], [2]], [0], .wrongCount(of: "labels", expected: 2, found: 1)),
        ([[1], [2], [3]], [0, 0, 0], .clusterCount(found: 1, rows: 3)), ([[1], [2], [3]], [0, 1, 2], .clusterCount(found: 3, rows: 3)),
        ([[1], [2]], [0, 1], .clusterCount(found: 2, rows: 2)), ([[1]], [0], .clusterCount(found: 1, rows: 1)),
        ([[1], [.nan], [3]], [0, 1, 1], .notFinite(row: 1, column: 0)), ([[1], [2], [3]], [0, -2, 1], .labelOutOfRange(row: 1, label: -2, classes: 2)),
    ]

    @Test(arguments: mistakes)
    func `mistakes are named`(_ c: (rows: [[Double]], labels: [Int], error: ScoringError)) {
        #expect(throws: c.error) { try Silhouette(of: DenseMatrix(c.rows), labels: c.labels) }
        #expect(!c.error.diagnostic.message.isEmpty && c.error.diagnostic.hint != nil)
    }

    @Test func `a wish to stop is heard`() {
        let work = Work()
        work.cancellation.cancel()
        #expect(throws: Cancelled.self) { try Silhouette(of: Self.large.matrix, labels: Self.large.labels, work: work) }
    }
}
