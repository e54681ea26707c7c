import Algebra
import Features
import Models
import Runtime
import Scoring
import Selection
import TestSupport
import Testing

struct SegmentTraitTests {
    /// What SciPy says of 300 made-up customers: ties, gaps, a rare level, a segment of few rows.
    struct Traits: Decodable {
        struct Test: Decodable { let segment: Int, column: String, level: String?, p: Double, rate: Double }
        let labels: [Int], spend: [Double], visits: [Double], noise: [Double?], country: [String], member: [Bool], tests: [Test]
    }

    static let reference = Fixture.read("traits", in: .module, as: Traits.self)

    static let profile: SegmentProfile = {
        let c = reference
        let rows = c.labels.indices.map { [c.spend[$0], c.visits[$0], c.noise[$0] ?? .nan] }
        let countries = ["it", "mt", "de", "fr"], members = ["False", "True"]
        let categories = CategoryColumns(
            names: ["country", "member"], levels: [countries, members],
            codes: [c.country.map { name in Int32(countries.firstIndex(of: name) ?? -1) }, c.member.map { $0 ? 1 : 0 }], rows: c.labels.count)
        do {
            return try SegmentProfile(of: FeatureMatrix(columns: ["spend", "visits", "noise"], values: DenseMatrix(rows)), categories: categories, labels: c.labels, work: Work(threads: 2))
        } catch { preconditionFailure("\(error)") }
    }()

    @Test func `p-values are those of SciPy, before and after the correction`() {
        #expect(Self.profile.tests == Self.reference.tests.count)
        for test in Self.reference.tests {
            let trait = Self.profile.segments[test.segment].traits.first { $0.column == test.column && $0.level == test.level }
            #expect(trait.map { agree($0.pValue, test.p, within: 1e-9) && agree($0.rate, test.rate, within: 1e-9) } == true, "\(test)")
            #expect(trait.map { $0.pValue == 0 || abs($0.pValue / test.p - 1) < 1e-6 } == true, "\(test)")
            #expect(trait?.holds == (test.rate <= 0.05))
        }
    }

    @Test func `levels come by falling size, with their shares, and noise alone holds nothing`() {
        let country = Self.profile.categories[0]
        #expect(country.levels == ["de", "it", "fr", "mt"] || country.levels == ["de", "fr", "it", "mt"])
        #expect(abs(country.shares.reduce(0, +) - 1) < 1e-12 && country.leftOut == 0)
        for segment in Self.profile.segments { #expect(abs(segment.shares[0].reduce(0, +) - 1) < 1e-12 && !segment.established.contains { $0.column == "noise" }) }
        #expect(Self.profile.segments[2].established.first?.level == "it" || Self.profile.segments[2].established.first?.column == "visits")
    }

    @Test func `rows in no segment count among everybody`() throws {
        let features = try FeatureMatrix(columns: ["x"], values: DenseMatrix([[1], [2], [3], [10]]))
        let profile = try SegmentProfile(of: features, labels: [0, 0, 1, -1])
        #expect(profile.noise == 1 && profile.overall[0].mean == 4 && profile.segments.map(\.size) == [2, 1] && profile.segments[0].share == 0.5)
    }

    @Test func `of a category of many levels the commonest are told`() throws {
        let codes = (0..<500).map { Int32($0 % 5 == 0 ? 0 : $0) }
        let categories = CategoryColumns(names: ["item"], levels: [(0..<500).map { "item \($0)" }], codes: [codes], rows: 500)
        let none = try FeatureMatrix(columns: [], values: DenseMatrix(rows: 500, columns: 0, values: []))
        let profile = try SegmentProfile(of: none, categories: categories, labels: (0..<500).map { $0 % 2 })
        #expect(profile.categories[0].levels.count == SegmentProfile.mostLevels && profile.categories[0].levels[0] == "item 0" && profile.categories[0].leftOut == 381)
        #expect(profile.tests == 40 && profile.segments.allSatisfy { $0.established.isEmpty })
    }

    @Test(arguments: [["only"], []]) func `a category that never varies sets nothing apart`(levels: [String]) throws {
        let categories = CategoryColumns(names: ["country"], levels: [levels], codes: [[Int32](repeating: Int32(levels.count) - 1, count: 8)], rows: 8)
        let none = try FeatureMatrix(columns: [], values: DenseMatrix(rows: 8, columns: 0, values: []))
        let profile = try SegmentProfile(of: none, categories: categories, labels: (0..<8).map { $0 % 2 })
        #expect(profile.categories[0].levels == levels && profile.segments.map(\.traits.count) == [0, 0])
    }

    @Test func `names say what holds, and no two are the same`() throws {
        #expect(SegmentNames(of: Self.profile).names.count == 4 && Set(SegmentNames(of: Self.profile).names).count == 4)
        var stream = RandomStream(seed: 1, name: "test", purpose: "rows")
        let places: [(recency: Double, monetary: Double)] = [(5, 500), (90, 20), (5, 20), (92, 19)]
        let labels = (0..<400).map { $0 % 4 }
        let rows = labels.map { [places[$0].recency + stream.normal(), places[$0].monetary + 2 * stream.normal()] }
        let profile = try SegmentProfile(of: FeatureMatrix(columns: ["recency", "monetary"], values: DenseMatrix(rows)), labels: labels)
        #expect(SegmentNames(of: profile).names == ["high monetary, recent", "long ago, low monetary", "recent, low monetary", "very long ago, low monetary"])
        let same = try SegmentProfile(of: FeatureMatrix(columns: ["x"], values: DenseMatrix((0..<60).map { [Double($0 % 3)] })), labels: (0..<60).map { $0 / 20 })
        #expect(SegmentNames(of: same).names == ["average", "average 2", "average 3"])
    }
}
