import Foundation
import Scoring
import TestSupport
import Testing

struct CurvesTests {
    /// `roc_curve`, `precision_recall_curve` and their areas in scikit-learn.
    struct Case: Decodable, Sendable, CustomTestStringConvertible {
        let name: String
        let labels: [Bool], scores: [Double], fpr: [Double], tpr: [Double], thresholds: [Double]
        let fprDropped: [Double], tprDropped: [Double], thresholdsDropped: [Double], area: Double
        let precision: [Double], recall: [Double], prThresholds: [Double]
        let precisionDropped: [Double], recallDropped: [Double], prThresholdsDropped: [Double], averagePrecision: Double
        var testDescription: String { name }
    }

    static let cases = Fixture.read("curves", in: .module, as: [Case].self)

    @Test(arguments: cases)
    func `ROC curve and area are those of scikit-learn`(_ c: Case) throws {
        let whole = try ROCCurve(isPositive: c.labels, scores: c.scores)
        #expect(agree(whole.falsePositiveRates, c.fpr, within: 1e-15) && agree(whole.truePositiveRates, c.tpr, within: 1e-15))
        #expect(whole.thresholds == [.infinity] + c.thresholds)
        #expect(agree(whole.area, c.area, within: 1e-12))
        let dropped = try ROCCurve(isPositive: c.labels, scores: c.scores, dropIntermediate: true)
        #expect(agree(dropped.falsePositiveRates, c.fprDropped, within: 1e-15) && agree(dropped.truePositiveRates, c.tprDropped, within: 1e-15))
        #expect(dropped.thresholds == [.infinity] + c.thresholdsDropped)
        #expect(dropped.area == whole.area)
        #expect(try areaUnderROC(isPositive: c.labels, scores: c.scores) == whole.area)
    }

    @Test(arguments: cases)
    func `precision-recall curve and average precision are those of scikit-learn`(_ c: Case) throws {
        let whole = try PrecisionRecallCurve(isPositive: c.labels, scores: c.scores)
        #expect(agree(whole.precisions, c.precision, within: 1e-15) && agree(whole.recalls, c.recall, within: 1e-15))
        #expect(whole.thresholds == c.prThresholds)
        #expect(agree(whole.averagePrecision, c.averagePrecision, within: 1e-12))
        let dropped = try PrecisionRecallCurve(isPositive: c.labels, scores: c.scores, dropIntermediate: true)
        #expect(agree(dropped.precisions, c.precisionDropped, within: 1e-15) && agree(dropped.recalls, c.recallDropped, within: 1e-15))
        #expect(dropped.thresholds == c.prThresholdsDropped)
    }

    // By hand: pairs of a positive and a negative, where equal scores count half.
    static let areas: [(labels: [Bool], scores: [Double], area: Double)] = [
        ([false, false, true, true], [0.1, 0.4, 0.35, 0.8], 0.75), ([false, true, false, true], [0.5, 0.5, 0.5, 0.5], 0.5),
        ([true, false], [0.0, -0.0], 0.5), ([true, false], [.infinity, -.infinity], 1), ([true, false, false], [1, 1, 2], 0.25),
    ]

    @Test(arguments: areas)
    func `the area is the share of pairs in order`(_ c: (labels: [Bool], scores: [Double], area: Double)) throws {
        #expect(try areaUnderROC(isPositive: c.labels, scores: c.scores) == c.area)
    }

    @Test func `thinning keeps both ends and the area`() throws {
        let scores = (0..<5000).map { Double(($0 * 7919) % 5000) }
        let curve = try ROCCurve(isPositive: (0..<5000).map { ($0 * 31) % 7 < 3 }, scores: scores)
        let thin = curve.thinned(to: 100)
        #expect(thin.thresholds.count <= 100 && thin.thresholds.count > 50)
        #expect(thin.falsePositiveRates.first == 0 && thin.falsePositiveRates.last == 1 && thin.truePositiveRates.last == 1)
        #expect(thin.area == curve.area)
        let recall = try PrecisionRecallCurve(isPositive: (0..<5000).map { ($0 * 31) % 7 < 3 }, scores: scores).thinned(to: 100)
        #expect(recall.precisions.count == recall.thresholds.count + 1 && recall.precisions.last == 1 && recall.recalls.last == 0)
        #expect(recall.precisions.count < 5000)
    }

    static let mistakes: [(labels: [Bool], scores: [Double], error: ScoringError)] = [
        ([], [], .noRows), ([true], [], .noRows), ([true, false], [1], .wrongCount(of: "scores", expected: 2, found: 1)),
        ([true, false], [1, .nan], .notANumber(row: 1)), ([true, true], [1, 2], .onlyPositives), ([false, false], [1, 2], .onlyNegatives),
    ]

    @Test(arguments: mistakes)
    func `mistakes are named`(_ c: (labels: [Bool], scores: [Double], error: ScoringError)) {
        #expect(throws: c.error) { try ROCCurve(isPositive: c.labels, scores: c.scores) }
        #expect(!c.error.diagnostic.message.isEmpty && c.error.diagnostic.hint != nil)
    }

    @Test func `precision and recall need a positive but no negative`() throws {
        #expect(throws: ScoringError.onlyNegatives) { try PrecisionRecallCurve(isPositive: [false], scores: [1]) }
        #expect(try PrecisionRecallCurve(isPositive: [true, true], scores: [1, 2]).averagePrecision == 1)
    }
}
