import Algebra
import Features
import Models
import Runtime
import TestSupport
import Testing

struct MixtureTests {
    /// `GaussianMixture` of scikit-learn, begun from the partition `start`.
    struct Case: Decodable, Sendable, CustomTestStringConvertible {
        let name: String
        let rows: [[Double]], start: [Int], covariance: String, tolerance: Double, logLikelihood: Double, bic: Double, aic: Double, iterations: Int
        let weights: [Double], means: [[Double]], covariances: [[Double]], labels: [Int], certainty: Double
        var testDescription: String { name }
    }

    static let cases = Fixture.read("mixtures", in: .module, as: [Case].self)

    @Test(arguments: cases)
    func `agrees with scikit-learn from the same start`(_ c: Case) throws {
        var mixture = Mixture()
        mixture.covariance = try #require(Mixture.Covariance(rawValue: c.covariance))
        mixture.tolerance = c.tolerance
        mixture.iterations = 500
        let features = try KMeansTests.features(c.rows)
        let fit = try mixture.fit(features, from: c.start)
        #expect(fit.iterations == c.iterations && fit.converged)
        // A component of one row has the ridge for a variance, which is as exact as the difference of squares that it is added to.
        let digits = c.rows.count > 3 ? 1e-9 : 1e-6
        #expect(agree(fit.logLikelihood, c.logLikelihood, within: digits) && agree(fit.bic, c.bic, within: digits) && agree(fit.aic, c.aic, within: digits))
        #expect(agree(fit.model.weights, c.weights, within: 1e-7))
        #expect(agree(fit.model.means.values, c.means.flatMap { $0 }, within: 1e-7))
        #expect(agree(fit.model.covariances.flatMap { $0 }, c.covariances.flatMap { $0 }, within: 1e-7))
        #expect(try fit.model.segments(of: SegmentRows(features), work: Work()) == c.labels)
    }

    /// Three clouds, more rows than a shard holds.
    static let large: SegmentRows = {
        var stream = RandomStream(seed: 5, name: "test", purpose: "rows")
        let values = (0..<9001 * 2).map { place -> Double in
            let cloud = place / 2 % 3
            return stream.normal() * (cloud == 0 ? 0.3 : 1) + 7 * Double(cloud)
        }
        return rows(values, columns: 2)
    }()

    static func rows(_ values: [Double], columns: Int) -> SegmentRows {
        let matrix = DenseMatrix(rows: values.count / columns, columns: columns, values: values)
        do { return SegmentRows(try FeatureMatrix(columns: (0..<columns).map { "c\($0)" }, values: matrix)) } catch { preconditionFailure("\(error)") }
    }

    @Test func `BIC finds the planted number, and the tables and remarks tell of it`() throws {
        var mixture = Mixture()
        mixture.restarts = 2
        let found = try mixture.segmentation(of: Self.large, work: Work(threads: 2))
        #expect(found.sizes.count == 3 && found.sizes.reduce(0, +) == 9001)
        #expect(found.measures.map(\.name) == ["BIC", "log likelihood", "AIC"])
        #expect(found.remarks[0] == "3 components of full covariance, 17 parameters, the least BIC of k=2..6")
        #expect(found.tables.map(\.title) == ["Components", "Components by BIC"])
        let fits = try mixture.fits(Self.large.numbers)
        #expect(fits.map(\.bic).min() == found.measures[0].value && fits.count == 5)
        // Rows fitted are assigned as new rows are.
        #expect(try found.model.segments(of: Self.large, work: Work()) == found.labels)
    }

    @Test(arguments: Mixture.Covariance.allCases)
    func `threads change no bit`(_ covariance: Mixture.Covariance) throws {
        var mixture = Mixture()
        mixture.covariance = covariance
        mixture.counts = [2, 3]
        mixture.restarts = 2
        let one = try mixture.fits(Self.large.numbers)
        for threads in [2, 3, 8] { #expect(try mixture.fits(Self.large.numbers, work: Work(threads: threads)) == one) }
    }

    @Test func `a constant column and piles of equal rows are held up by the ridge, and it is told`() throws {
        var mixture = Mixture()
        mixture.counts = [2]
        let piles = Self.rows((0..<40).flatMap { row -> [Double] in [row < 20 ? 0 : 5, 1] }, columns: 2)
        let found = try mixture.segmentation(of: piles, work: Work())
        #expect(found.sizes == [20, 20] && found.remarks.contains { $0.hasPrefix("segments 1, 2 are flat") })
        let one = try mixture.segmentation(of: Self.rows([0, 1, 0, 3, 0, 2, 0, 8, 0, 9], columns: 2), work: Work())
        #expect(one.sizes == [3, 2] && !one.remarks.contains { $0.contains("flat") })
    }

    @Test func `numbers of components above the distinct rows are left out`() throws {
        let found = try Mixture().segmentation(of: Self.rows([1, 1, 4, 4, 4], columns: 1), work: Work())
        #expect(found.sizes == [3, 2] && found.remarks.contains("left out for want of rows that differ: k=3..6"))
        var mixture = Mixture()
        mixture.counts = [1]
        #expect(try mixture.segmentation(of: Self.rows([3], columns: 1), work: Work()).sizes == [1])
    }

    static let mistakes: [(values: [Double], columns: Int, counts: [Int], error: ClusteringError)] = [
        ([], 1, [2], .noRows), ([1, 2], 1, [3, 5], .tooFewRows(needed: 3, found: 2)), ([2, 2, 2], 1, [2, 3], .tooFewDistinctRows(needed: 2, found: 1)),
        ([1, .nan, 2], 1, [2], .notFinite(column: "c0", user: "2")),
    ]

    @Test(arguments: mistakes)
    func `mistakes are named`(_ c: (values: [Double], columns: Int, counts: [Int], error: ClusteringError)) {
        var mixture = Mixture()
        mixture.counts = c.counts
        #expect(throws: c.error) { try mixture.segmentation(of: Self.rows(c.values, columns: c.columns), work: Work()) }
    }

    @Test func `without a ridge, components that collapse say what to do`() throws {
        var mixture = Mixture()
        mixture.counts = [2]
        mixture.ridge = 0
        let error = ClusteringError.collapsed(count: 2, ridge: 0)
        #expect(throws: error) { try mixture.segmentation(of: Self.rows([1, 1, 4, 4, 4], columns: 1), work: Work()) }
        #expect(error.diagnostic.hint?.contains("ridge=0.001") == true)
        mixture.counts = [1, 2, 3]
        let remarks = try mixture.segmentation(of: Self.rows([1, 1, 4, 4, 4], columns: 1), work: Work()).remarks
        #expect(remarks.contains("left out for want of rows that differ: k=3"))
        #expect(remarks.contains("left out because a component shrank until its covariance could not be inverted: k=2; ridge=0.001 widens them"))
    }

    @Test func `no columns, other columns and a wish to stop are heard`() throws {
        let none = try SegmentRows(FeatureMatrix(columns: [], values: DenseMatrix(rows: 3, columns: 0)))
        #expect(throws: ClusteringError.noColumns) { try Mixture().segmentation(of: none, work: Work()) }
        let found = try Mixture().segmentation(of: Self.rows([1, 2, 3, 9, 10, 11, 20], columns: 1), work: Work())
        let other = try SegmentRows(FeatureMatrix(columns: ["x"], values: DenseMatrix([[1]])))
        #expect(throws: ClusteringError.otherColumnNames(expected: ["c0"], found: ["x"])) { try found.model.segments(of: other, work: Work()) }
        let work = Work()
        work.cancellation.cancel()
        #expect(throws: Cancelled.self) { try Mixture().segmentation(of: Self.large, work: work) }
    }
}
