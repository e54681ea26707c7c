import Algebra
import Features
import Foundation
import Selection
import TestSupport
import Testing

/// What scikit-learn and pandas give for components, scaling and profiles.
struct ReferenceTests {
    struct Components: Decodable, Sendable, CustomTestStringConvertible {
        let name: String
        let rows: [[Double]], loadings: [[Double]], variances: [Double], shares: [Double], projected: [[Double]]
        var testDescription: String { name }
    }

    static let components = Fixture.read("pca", in: .module, as: [Components].self)

    @Test(arguments: components)
    func `components are those of PCA, signs included`(_ c: Components) throws {
        let matrix = DenseMatrix(c.rows)
        let ours = try PrincipalComponents(of: matrix)
        #expect(agree(ours.loadings.values, c.loadings.flatMap { $0 }, within: 1e-9))
        #expect(agree(ours.variances, c.variances, within: 1e-9) && agree(ours.shares, c.shares, within: 1e-9))
        #expect(agree(try ours.project(matrix).values, c.projected.flatMap { $0 }, within: 1e-9))
    }

    struct Scaled: Decodable { let columns: [String], rows: [[Double]], skewness: [Double], logSkewness: Double, scaled: [[Double]] }

    @Test func `scaling is log1p where skewed, then StandardScaler`() throws {
        let c = Fixture.read("scaling", in: .module, as: Scaled.self)
        let features = try FeatureMatrix(columns: c.columns, values: DenseMatrix(c.rows))
        let scaling = try Scaling(learningFrom: features)
        #expect(scaling.summary == "recency, balance: standardised; frequency: log1p, standardised; same: constant, takes no part")
        #expect(agree(try scaling.apply(to: features).values.values, c.scaled.flatMap { $0 }, within: 1e-9))
        #expect(agree(scaling.columns.prefix(3).map { $0.skewness ?? 0 }, c.skewness, within: 1e-9))
        #expect(agree(scaling.columns[1].skewnessOfLog ?? 0, c.logSkewness, within: 1e-9))
    }

    struct Profile: Decodable {
        let columns: [String], rows: [[Double]], labels: [Int], sizes: [Int], means: [[Double]], medians: [[Double]]
        let overallMean: [Double], overallMedian: [Double], deviation: [Double], differences: [[Double]]
    }

    @Test func `profiles are those of groupby`() throws {
        let c = Fixture.read("profile", in: .module, as: Profile.self)
        let profile = try SegmentProfile(of: FeatureMatrix(columns: c.columns, values: DenseMatrix(c.rows)), labels: c.labels)
        #expect(profile.segments.map(\.size) == c.sizes && profile.segments.map(\.name) == ["1", "2", "3"])
        #expect(agree(profile.overall.map { $0.mean ?? .nan }, c.overallMean, within: 1e-9))
        #expect(agree(profile.overall.map { $0.median ?? .nan }, c.overallMedian, within: 1e-9))
        #expect(agree(profile.overall.map { $0.deviation ?? .nan }, c.deviation, within: 1e-9))
        for (segment, (means, (medians, differences))) in zip(profile.segments, zip(c.means, zip(c.medians, c.differences))) {
            #expect(agree(segment.summaries.map { $0.mean ?? .nan }, means, within: 1e-9))
            #expect(agree(segment.summaries.map { $0.median ?? .nan }, medians, within: 1e-9))
            let expected = zip(c.columns, differences).sorted { abs($0.1) > abs($1.1) }
            #expect(segment.traits.map(\.column) == expected.map(\.0))
            #expect(agree(segment.traits.map(\.difference), expected.map(\.1), within: 1e-9))
        }
    }
}
