import Algebra
import Features
import Foundation
import Models
import Runtime
import Selection
import Testing

struct ChoiceOfCountTests {
    /// One cloud without clusters.
    static let cloud: FeatureMatrix = {
        var stream = RandomStream(seed: 8, name: "test", purpose: "rows")
        do { return try FeatureMatrix(columns: ["x", "y"], values: DenseMatrix((0..<200).map { _ in [stream.normal(), stream.normal()] })) } catch { preconditionFailure("\(error)") }
    }()

    @Test func `the gap finds four clouds, and one`() throws {
        #expect(try GapStatistic(of: SegmentTests.clouds, counts: 1...7).best == 4)
        #expect(try GapStatistic(of: Self.cloud, counts: 1...6).best == 1)
    }

    @Test func `no k passes where the gap grows to the end`() throws {
        let gap = try GapStatistic(of: SegmentTests.clouds, counts: 2...4)
        #expect(gap.best == nil && gap.points.map(\.k) == [2, 3, 4] && gap.points.allSatisfy { $0.error > 0 })
        #expect(try GapStatistic(of: SegmentTests.clouds, counts: [3]).best == nil)
    }

    @Test func `a gap is ln W of references less ln W of the rows`() throws {
        var kmeans = KMeans()
        kmeans.clusterCount = 2
        let fit = try kmeans.fit(SegmentTests.clouds)
        let gap = try GapStatistic(of: SegmentTests.clouds, counts: [2], references: 40)
        // A square of side 16 or so cut in two has an inertia of about n · (16² / 12 + 8² / 12).
        let values = SegmentTests.clouds.values
        func side(_ column: Int) -> Double { values.column(column).max()! - values.column(column).min()! }
        let (long, short) = (max(side(0), side(1)), min(side(0), side(1)))
        let expected = Foundation.log(210 * (long * long / 4 + short * short) / 12) - Foundation.log(fit.inertia)
        #expect(abs(gap.points[0].gap - expected) < 0.05)
    }

    @Test func `clusters that are there come back, cuts through a cloud do not`() throws {
        let clear = try Stability(of: SegmentTests.clouds, counts: 2...6), vague = try Stability(of: Self.cloud, counts: 2...6)
        #expect(clear.points[2].k == 4 && clear.points[2].mean == 1 && clear.points[2].spread == 0 && clear.best() == 4)
        #expect(vague.points.allSatisfy { $0.mean < 0.9 && $0.spread > 0 && $0.agreements.count == 10 })
    }

    @Test func `threads change no bit, and an elbow holds what was asked for`() throws {
        let one = try Elbow(of: SegmentTests.clouds, counts: 2...4, silhouettes: true, references: 4, pairs: 4)
        #expect(try Elbow(of: SegmentTests.clouds, counts: 2...4, silhouettes: true, references: 4, pairs: 4, work: Work(threads: 3)) == one)
        #expect(one.gap?.references == 4 && one.stability?.pairs == 4 && one.bestByRatio == 4 && one.bestByOverlap == 4)
        let plain = try Elbow(of: SegmentTests.clouds, counts: 2...4)
        #expect(plain.gap == nil && plain.stability == nil && plain.bestByRatio == nil && plain.points.allSatisfy { $0.spread == nil })
    }

    @Test func `of many rows a sample is taken, and what rows do not hold is left out`() throws {
        let gap = try GapStatistic(of: SegmentTests.clouds, counts: 2...3, references: 3, mostRows: 80)
        #expect(gap.isSampled && gap.rows == 80 && gap.totalRows == 210)
        let stability = try Stability(of: SegmentTests.clouds, counts: 2...3, pairs: 3, mostRows: 80)
        #expect(stability.isSampled && stability.rows == 80)
        let few = try FeatureMatrix(columns: ["x"], values: DenseMatrix([[1], [2], [2], [7], [7], [7]]))
        #expect(try GapStatistic(of: few, counts: 1...5).points.map(\.k) == [1, 2])
        #expect(try Elbow(of: few, counts: 1...3, references: 2, pairs: 2).points.map(\.k) == [1, 2, 3])
    }

    @Test func `a wish to stop is heard`() {
        let work = Work(threads: 2)
        work.cancellation.cancel()
        #expect(throws: Cancelled.self) { try GapStatistic(of: Self.cloud, counts: 2...3, work: work) }
        #expect(throws: Cancelled.self) { try Stability(of: Self.cloud, counts: 2...3, work: work) }
    }
}
