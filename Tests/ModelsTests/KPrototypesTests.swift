import Algebra
import Features
import Foundation
@testable import Models
import Runtime
import TestSupport
import Testing

struct KPrototypesTests {
    /// `KPrototypes` of kmodes: one run from `means` and `start`, and the best of five runs from Huang's (of ten such bests the middle and the upper quartile).
    struct Case: Decodable, Sendable, CustomTestStringConvertible {
        let name: String
        let numbers: [[Double]], codes: [[Int32]], k: Int, gamma: Double, means: [[Double]], start: [[Int32]], cost: Double, labels: [Int], centroids: [[Double]], modes: [[Int32]]
        let best: Double, upper: Double
        var testDescription: String { name }
        var rows: SegmentRows { get throws { try KPrototypesTests.rows(numbers, codes) } }
    }

    static let cases = Fixture.read("kprototypes", in: .module, as: [Case].self)

    static func rows(_ numbers: [[Double]], _ codes: [[Int32]]) throws -> SegmentRows {
        let names = (0..<(numbers.first?.count ?? 0)).map { "n\($0)" }
        return SegmentRows(
            numbers: try FeatureMatrix(columns: names, values: names.isEmpty ? DenseMatrix(rows: numbers.count, columns: 0, values: []) : DenseMatrix(numbers)),
            categories: KModesTests.categories(codes))
    }

    static func large(_ count: Int, levels: [Int]) throws -> SegmentRows {
        var stream = RandomStream(seed: 8, name: "test", purpose: "numbers")
        let values = (0..<count * 3).map { stream.normal() + Double($0 / 3 % 4) }
        return SegmentRows(
            numbers: try FeatureMatrix(columns: ["a", "b", "c"], values: DenseMatrix(rows: count, columns: 3, values: values)), categories: KModesTests.large(count, levels: levels))
    }

    static func estimator(_ k: Int, restarts: Int = 10) -> KPrototypes {
        var estimator = KPrototypes()
        (estimator.clusterCount, estimator.restarts) = (k, restarts)
        return estimator
    }

    @Test(arguments: cases)
    func `agrees with kmodes from the same start`(_ c: Case) throws {
        let fit = try KPrototypes().fit(c.rows, from: DenseMatrix(c.means), modes: c.start)
        #expect(abs(fit.model.gamma - c.gamma) <= 1e-12 * c.gamma && abs(fit.cost - c.cost) <= 1e-9 * c.cost && KModesTests.areSame(fit.labels, c.labels))
        for (ours, theirs) in Set(zip(fit.labels, c.labels).map { [$0, $1] }).map({ ($0[0], $0[1]) }) {
            #expect(fit.model.modes[ours] == c.modes[theirs])
            for (mean, wanted) in zip(fit.model.centroids[row: ours], c.centroids[theirs]) { #expect(abs(mean - wanted) <= 1e-9 * max(1, abs(wanted))) }
        }
    }

    @Test(arguments: cases)
    func `the best of ten costs no more than that of kmodes`(_ c: Case) throws {
        var estimator = Self.estimator(c.k)
        let costs = try (0..<5).map { seed in
            estimator.seed = seed
            return try estimator.fit(c.rows).cost
        }.sorted()
        #expect(costs[0] <= c.best * (1 + 1e-9) && costs[2] <= c.upper * (1 + 1e-9))
    }

    @Test(arguments: cases)
    func `labels are the nearest prototypes, also of new rows`(_ c: Case) throws {
        let fit = try Self.estimator(c.k, restarts: 2).fit(c.rows)
        #expect(try fit.model.predict(c.rows) == fit.labels)
        var cost = 0.0
        for (row, label) in fit.labels.enumerated() {
            let distances = (0..<fit.sizes.count).map { cluster in
                zip(c.numbers[row], fit.model.centroids[row: cluster]).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
                    + fit.model.gamma * Double(zip(c.codes[row], fit.model.modes[cluster]).count { $0 != $1 })
            }
            #expect(distances.allSatisfy { $0 >= distances[label] * (1 - 1e-12) })
            cost += distances[label]
        }
        #expect(abs(cost - fit.cost) <= 1e-9 * cost)
    }

    @Test(arguments: [[3, 4, 5], [5, 300, 4], [4, 40_000]])
    func `threads change no bit`(_ levels: [Int]) throws {
        let rows = try Self.large(5_001, levels: levels), estimator = Self.estimator(5, restarts: 4)
        let one = try estimator.fit(rows)
        for threads in [2, 3, 8] { #expect(try estimator.fit(rows, work: Work(threads: threads)) == one) }
    }

    // The example of kmodes: four clusters from Cao's start, by the market capitalisation as it is.
    @Test func `stocks part as published`() throws {
        guard let text = SharedData.text("mixed/stocks.csv") else { return }
        let fields = text.split(whereSeparator: \.isNewline).map { $0.split(separator: ",").map(String.init) }
        let rows = SegmentRows(
            numbers: try FeatureMatrix(columns: ["cap"], values: DenseMatrix(fields.map { [Double($0[1]) ?? .nan] })), categories: SharedData.categories(fields.map { Array($0[2...]) }))
        for start in PrototypeStart.allCases {
            var estimator = Self.estimator(4)
            estimator.start = start
            let fit = try estimator.fit(rows)
            #expect(KModesTests.areSame(fit.labels, [3, 1, 1, 1, 1, 0, 0, 0, 0, 2, 2, 2]), "\(start)")
            #expect(abs(fit.model.gamma - 69.90333603547751) <= 1e-9 && abs(fit.cost - 1664.4708549504887) <= 1e-9)
        }
    }

    @Test func `gamma is estimated, given, or 1 where numbers never change`() throws {
        let rows = try Self.rows([[0, 5], [2, 5], [0, 9], [2, 9]], [[0], [1], [0], [1]])
        #expect(try Self.estimator(2).fit(rows).model.gamma == 0.75)
        var given = Self.estimator(2)
        given.gamma = 3
        let found = try given.segmentation(of: rows, work: Work())
        #expect(found.remarks == ["the best of 10 restarts", "gamma 3, as given"] && found.model.dissimilarity == .mixed(gamma: 3))
        let still = try Self.estimator(2).fit(Self.rows([[4], [4], [4]], [[0], [0], [1]]))
        #expect(still.model.gamma == 1 && still.cost == 0 && still.sizes == [2, 1])
    }

    @Test func `a million levels are a column as any other`() throws {
        let rows = 1_000_000
        let categories = CategoryColumns(names: ["id"], levels: [(0..<rows).map(String.init)], codes: [(0..<Int32(rows)).map { $0 }], rows: rows)
        let numbers = try FeatureMatrix(columns: ["x"], values: DenseMatrix(rows: rows, columns: 1, values: (0..<rows).map { Double($0 % 2) * 10 }))
        let fit = try Self.estimator(2, restarts: 1).fit(SegmentRows(numbers: numbers, categories: categories))
        #expect(fit.sizes == [500_000, 500_000] && fit.cost == Double(rows - 2) * fit.model.gamma)
    }

    static let refusals: [(numbers: [[Double]], codes: [[Int32]], k: Int, error: ClusteringError)] = [
        ([], [], 1, .noRows), ([[1], [2]], [[], []], 1, .noCategories), ([[], []], [[0], [1]], 1, .noNumbers), ([[1], [2]], [[0], [1]], 3, .tooFewRows(needed: 3, found: 2)),
        ([[1], [1], [2]], [[0], [0], [0]], 3, .tooFewDistinctRows(needed: 3, found: 2)), ([[1], [.nan]], [[0], [1]], 1, .notFinite(column: "n0", user: "2")),
        ([[1]], [[0]], 0, .notPositive("k", 0)),
    ]

    @Test(arguments: refusals)
    func `says what is wrong`(_ c: (numbers: [[Double]], codes: [[Int32]], k: Int, error: ClusteringError)) throws {
        for start in PrototypeStart.allCases {
            var estimator = Self.estimator(c.k)
            estimator.start = start
            #expect(throws: c.error) { try estimator.fit(Self.rows(c.numbers, c.codes)) }
        }
    }

    @Test func `an emptied cluster gets the farthest row`() throws {
        let fit = try KPrototypes().fit(Self.rows([[0], [1], [2], [50]], [[0], [0], [0], [0]]), from: DenseMatrix([[1], [1000]]), modes: [[0], [0]])
        #expect(fit.sizes == [3, 1] && fit.cost == 2)
    }
}
