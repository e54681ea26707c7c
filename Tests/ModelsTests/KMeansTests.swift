import Algebra
import Features
import Foundation
import Models
import Runtime
import TestSupport
import Testing

struct KMeansTests {
    /// `KMeans(algorithm="lloyd")` of scikit-learn: one run from `start`, and the best of ten from its own seeds: the middle and the
    /// upper quartile of twenty such bests.
    struct Case: Decodable, Sendable, CustomTestStringConvertible {
        let name: String
        let rows: [[Double]], k: Int, start: [[Double]], inertia: Double, iterations: Int, centroids: [[Double]], labels: [Int], sizes: [Int]
        let best: Double, upper: Double
        var testDescription: String { name }
        var features: FeatureMatrix { get throws { try KMeansTests.features(rows) } }
    }

    static let cases = Fixture.read("kmeans", in: .module, as: [Case].self)

    static func features(_ rows: [[Double]]) throws -> FeatureMatrix {
        try FeatureMatrix(columns: (0..<(rows.first?.count ?? 0)).map { "c\($0)" }, values: DenseMatrix(rows))
    }

    /// Some clouds, more rows than a shard holds.
    static let large: FeatureMatrix = {
        var stream = RandomStream(seed: 1, name: "test", purpose: "rows")
        let values = (0..<9001 * 3).map { stream.normal() + 3 * Double($0 / 3 % 4) }
        do { return try FeatureMatrix(columns: ["a", "b", "c"], values: DenseMatrix(rows: 9001, columns: 3, values: values)) } catch {
            preconditionFailure("\(error)")
        }
    }()

    @Test(arguments: cases)
    func `agrees with scikit-learn from the same start`(_ c: Case) throws {
        let fit = try KMeans().fit(c.features, from: DenseMatrix(c.start))
        #expect(abs(fit.inertia - c.inertia) <= 1e-9 * c.inertia + 1e-20)
        #expect(fit.iterations == c.iterations && fit.converged)
        #expect(fit.sizes == c.sizes && fit.sizes.reduce(0, +) == c.rows.count)
        // The same partition under other numbers.
        let pairs = Set(zip(fit.labels, c.labels).map { [$0, $1] })
        #expect(pairs.count == c.k)
        for pair in pairs {
            for (ours, theirs) in zip(fit.model.centroids[row: pair[0]], c.centroids[pair[1]]) { #expect(abs(ours - theirs) <= 1e-9 * max(1, abs(theirs))) }
        }
    }

    // Which of ten local minima is the best is luck where rows have no clusters: there the middle of some seeds is compared, not one seed.
    @Test(arguments: cases)
    func `the best of ten is as good as that of scikit-learn`(_ c: Case) throws {
        var kmeans = KMeans()
        kmeans.clusterCount = c.k
        var inertias: [Double] = []
        for seed in 0..<20 {
            kmeans.seed = seed
            let fit = try kmeans.fit(c.features)
            #expect(fit.restarts.count == 10 && fit.restarts.map(\.inertia).min() == fit.restarts[fit.restart].inertia)
            #expect(abs(fit.inertia - fit.restarts[fit.restart].inertia) <= 1e-12 * fit.inertia)
            inertias.append(fit.inertia)
        }
        inertias.sort()
        #expect(inertias[0] <= c.best * (1 + 1e-9) + 1e-20 && inertias[10] <= c.upper * (1 + 1e-9) + 1e-20)
    }

    @Test(arguments: cases)
    func `labels are the nearest centroids, also of new rows`(_ c: Case) throws {
        let fit = try KMeans().fit(c.features, from: DenseMatrix(c.start))
        #expect(try fit.model.predict(c.features) == fit.labels)
        for (row, label) in fit.labels.enumerated() {
            func square(_ cluster: Int) -> Double { zip(c.rows[row], fit.model.centroids[row: cluster]).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) } }
            #expect((0..<fit.sizes.count).allSatisfy { square($0) >= square(label) * (1 - 1e-12) })
        }
    }

    @Test(arguments: [1, 2, 4, 16, 17, 70])
    func `threads change no bit`(_ k: Int) throws {
        var kmeans = KMeans()
        kmeans.clusterCount = k
        kmeans.restarts = 3
        let one = try kmeans.fit(Self.large)
        #expect(try kmeans.fit(Self.large, work: Work(threads: 2)) == one)
        #expect(try kmeans.fit(Self.large, work: Work(threads: 5)) == one)
        #expect(try one.model.predict(Self.large, work: Work(threads: 2)) == one.labels)
    }

    // Too much for single rows of all restarts: those of the best are moved, and no other run ends below it.
    @Test func `single rows move in the best restart alone where passes are long`() throws {
        var stream = RandomStream(seed: 2, name: "test", purpose: "rows")
        let features = try FeatureMatrix(columns: (0..<20).map { "c\($0)" }, values: DenseMatrix(rows: 2400, columns: 20, values: (0..<2400 * 20).map { _ in stream.normal() }))
        var kmeans = KMeans()
        (kmeans.clusterCount, kmeans.restarts) = (100, 2)
        let fit = try kmeans.fit(features)
        #expect(fit.converged && fit.restarts.allSatisfy { fit.inertia <= $0.inertia * (1 + 1e-12) })
        // What Lloyd's iteration finds from there is the same.
        let again = try KMeans().fit(features, from: fit.model.centroids)
        #expect(again.converged && abs(again.inertia - fit.inertia) <= 1e-3 * fit.inertia)
        #expect(try kmeans.fit(features, work: Work(threads: 2)) == fit)
        // Rows that would move on are no settled end.
        kmeans.iterations = 1
        #expect(try !kmeans.fit(features).converged)
    }

    @Test func `more restarts keep the earlier ones and never end higher`() throws {
        var kmeans = KMeans()
        kmeans.clusterCount = 6
        var earlier: [KMeans.Clustering.Restart] = []
        for restarts in [1, 4, 9] {
            kmeans.restarts = restarts
            let fit = try kmeans.fit(Self.large)
            #expect(Array(fit.restarts.prefix(earlier.count)) == earlier)
            #expect(fit.inertia <= earlier.map(\.inertia).min() ?? .infinity)
            #expect(fit.restarts[fit.restart].iterations == fit.iterations)
            earlier = fit.restarts
        }
        kmeans.seed = 1
        #expect(try kmeans.fit(Self.large).restarts != earlier)
    }

    @Test func `batches come near to all rows, and threads change no bit`() throws {
        var kmeans = KMeans()
        kmeans.clusterCount = 4
        let whole = try kmeans.fit(Self.large)
        (kmeans.batch, kmeans.restarts) = (500, 4)
        let fit = try kmeans.fit(Self.large)
        #expect(fit.inertia >= whole.inertia * (1 - 1e-9) && fit.inertia <= whole.inertia * 1.03 && fit.sizes.reduce(0, +) == 9001 && fit.restarts.count == 4)
        #expect(try fit.model.predict(Self.large) == fit.labels)
        for threads in [2, 3, 8] { #expect(try kmeans.fit(Self.large, work: Work(threads: threads)) == fit) }
        kmeans.batch = 9001
        kmeans.restarts = 10
        #expect(try kmeans.fit(Self.large) == whole)
        // Rows that seldom differ are not all in a sample.
        kmeans.batch = 5
        kmeans.clusterCount = 2
        let rare = try kmeans.fit(Self.features([[Double]](repeating: [1], count: 4000) + [[2]]))
        #expect(rare.sizes.reduce(0, +) == 4001)
    }

    @Test func `clusters are numbered by falling size, then by first row`() throws {
        let fit = try KMeans().fit(Self.features([[0], [9], [9], [5], [5], [5.5]]), from: DenseMatrix([[0], [5], [9]]))
        #expect(fit.sizes == [3, 2, 1] && fit.labels == [2, 1, 1, 0, 0, 0])
        let even = try KMeans().fit(Self.features([[9], [0], [9], [0]]), from: DenseMatrix([[0], [9]]))
        #expect(even.labels == [0, 1, 0, 1] && even.model.centroids.values == [9, 0])
    }

    @Test func `an emptied cluster gets the farthest row`() throws {
        let fit = try KMeans().fit(Self.features([[0], [1], [2], [50]]), from: DenseMatrix([[1], [1000]]))
        #expect(fit.sizes == [3, 1] && fit.labels == [0, 0, 0, 1] && fit.inertia == 2)
    }

    @Test func `several emptied clusters never share a row or take the last of one`() throws {
        let rows: [[Double]] = [[0], [0], [10], [10], [20]]
        let fit = try KMeans().fit(Self.features(rows), from: DenseMatrix([[0], [500], [600]]))
        #expect(fit.inertia == 0 && fit.sizes == [2, 2, 1])
    }

    @Test func `stops when iterations run out, and says so`() throws {
        var kmeans = KMeans()
        kmeans.clusterCount = 7
        kmeans.restarts = 1
        kmeans.iterations = 1
        let fit = try kmeans.fit(Self.large)
        #expect(!fit.converged && fit.iterations == 1)
        kmeans.iterations = 300
        #expect(try kmeans.fit(Self.large).inertia < fit.inertia)
    }

    static let mistakes: [(rows: [[Double]], k: Int, error: ClusteringError)] = [
        ([], 2, .noRows), ([[], []], 2, .noColumns), ([[1], [2]], 3, .tooFewRows(needed: 3, found: 2)),
        ([[1], [2], [1], [2], [1]], 3, .tooFewDistinctRows(needed: 3, found: 2)), ([[1, 2], [1, .nan]], 1, .notFinite(column: "c1", user: "2")),
        ([[1], [.infinity]], 1, .notFinite(column: "c0", user: "2")), ([[1]], 0, .notPositive("k", 0)),
    ]

    @Test(arguments: mistakes)
    func `mistakes are named`(_ c: (rows: [[Double]], k: Int, error: ClusteringError)) throws {
        var kmeans = KMeans()
        kmeans.clusterCount = c.k
        let features = try Self.features(c.rows)
        #expect(throws: c.error) { try kmeans.fit(features) }
        #expect(!c.error.diagnostic.message.isEmpty && c.error.diagnostic.hint != nil)
    }

    @Test func `centroids and columns must match`() throws {
        let features = try Self.features([[1, 2], [3, 4]])
        #expect(throws: ClusteringError.otherColumns(expected: 2, found: 1)) { try KMeans().fit(features, from: DenseMatrix([[1]])) }
        let fit = try KMeans().fit(features, from: DenseMatrix([[1, 2]]))
        let other = try FeatureMatrix(columns: ["c0", "x"], values: features.values)
        #expect(throws: ClusteringError.otherColumnNames(expected: ["c0", "c1"], found: ["c0", "x"])) { try fit.model.predict(other) }
    }

    @Test func `the schema reads and sets what it names`() throws {
        var kmeans = KMeans()
        #expect(KMeans.schema.name == "kmeans" && KMeans.schema.hyperparameters.map(\.name) == ["k", "restarts", "iterations", "batch"])
        for (hyperparameter, value) in zip(KMeans.schema.hyperparameters, [3, 4, 5]) { hyperparameter.set(&kmeans, .integer(value)) }
        #expect(kmeans.clusterCount == 3 && kmeans.restarts == 4 && kmeans.iterations == 5)
    }

    @Test func `a wish to stop is heard`() {
        let work = Work()
        work.cancellation.cancel()
        #expect(throws: Cancelled.self) { try KMeans().fit(Self.large, work: work) }
    }
}
