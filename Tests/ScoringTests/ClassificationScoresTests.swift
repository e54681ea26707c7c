import Foundation
import Runtime
import Scoring
import TestSupport
import Testing

struct ClassificationScoresTests {
    /// scikit-learn's metrics with `zero_division=0`.
    struct Case: Decodable, Sendable, CustomTestStringConvertible {
        struct Averages: Decodable, Sendable { let precision: Double, recall: Double, f1: Double }
        let name: String
        let classes: Int, labels: [Int], probabilities: [Double], training: [Int]
        let confusion: [Int], accuracy: Double, balanced: Double, precision: [Double], recall: [Double], f1: [Double], support: [Int]
        let macro: Averages, weighted: Averages
        let auc: [Double?], ap: [Double?], aucMacro: Double?, aucWeighted: Double?, logLoss: Double, brier: Double
        let baseline: Int, baselineAccuracy: Double, baselineLogLoss: Double
        var testDescription: String { name }
        var names: [String] { (0..<classes).map { "class \($0)" } }

        func scores(work: Work = Work()) throws -> ClassificationScores {
            try ClassificationScores(classes: names, labels: labels, probabilities: probabilities, trainingCounts: training, work: work)
        }
    }

    static let cases = Fixture.read("scores", in: .module, as: [Case].self)

    @Test(arguments: cases)
    func `counts and shares are those of scikit-learn`(_ c: Case) throws {
        let scores = try c.scores()
        #expect(scores.confusion.counts == c.confusion && scores.rows == c.labels.count && scores.confusion.rows == c.labels.count)
        #expect(agree(scores.accuracy, c.accuracy, within: 1e-12) && agree(scores.balancedAccuracy, c.balanced, within: 1e-12))
        #expect(scores.byClass.map(\.support) == c.support && scores.byClass.map(\.name) == c.names)
        // What scikit-learn calls 0 for want of a value is undefined here.
        #expect(agree(scores.byClass.map { $0.precision.value ?? 0 }, c.precision, within: 1e-12))
        #expect(agree(scores.byClass.map { $0.recall.value ?? 0 }, c.recall, within: 1e-12))
        #expect(agree(scores.byClass.map { $0.f1.value ?? 0 }, c.f1, within: 1e-12))
        for (ours, theirs) in [(scores.macro, c.macro), (scores.weighted, c.weighted)] {
            #expect(agree([ours.precision, ours.recall, ours.f1], [theirs.precision, theirs.recall, theirs.f1], within: 1e-12))
        }
    }

    @Test(arguments: cases)
    func `ranks and probabilities score as in scikit-learn`(_ c: Case) throws {
        let scores = try c.scores()
        for (ours, theirs) in zip(scores.byClass, zip(c.auc, c.ap)) {
            #expect((ours.auc.value == nil) == (theirs.0 == nil) && agree(ours.auc.value ?? 0, theirs.0 ?? 0, within: 1e-12))
            #expect((ours.averagePrecision.value == nil) == (theirs.1 == nil) && agree(ours.averagePrecision.value ?? 0, theirs.1 ?? 0, within: 1e-12))
        }
        #expect((scores.aucMacro.value == nil) == (c.aucMacro == nil) && agree(scores.aucMacro.value ?? 0, c.aucMacro ?? 0, within: 1e-12))
        #expect(agree(scores.aucWeighted.value ?? 0, c.aucWeighted ?? 0, within: 1e-12))
        #expect(agree(scores.logLoss, c.logLoss, within: 1e-12) && agree(scores.brier, c.brier, within: 1e-12))
        #expect(scores.baseline.label == c.baseline && agree(scores.baseline.accuracy, c.baselineAccuracy, within: 1e-12))
        #expect(agree(scores.baseline.logLoss, c.baselineLogLoss, within: 1e-12))
    }

    @Test(arguments: cases)
    func `threads change nothing`(_ c: Case) throws { #expect(try c.scores() == c.scores(work: Work(threads: 3))) }

    @Test func `one class only leaves the area undefined, with a reason`() throws {
        let scores = try #require(Self.cases.first { $0.name == "one class only" }).scores()
        #expect(scores.auc == .undefined(.noneDefined) && scores.aucWeighted == .undefined(.noneDefined))
        #expect(scores.byClass.map(\.auc) == [.undefined(.neverOccurs), .undefined(.onlyClass), .undefined(.neverOccurs)])
        #expect(scores.byClass[1].averagePrecision == .value(1))
        #expect(scores.curves.isEmpty)
    }

    @Test func `0 of 0 is undefined, not 0`() throws {
        let matrix = try ConfusionMatrix(classes: ["a", "b", "c", "d"], truth: [0, 0, 1], predicted: [0, 2, 2])
        #expect(matrix.precision(of: 0) == .value(1) && matrix.recall(of: 0) == .value(0.5))
        #expect(matrix.precision(of: 1) == .undefined(.neverPredicted) && matrix.recall(of: 1) == .value(0) && matrix.f1(of: 1) == .value(0))
        #expect(matrix.precision(of: 2) == .value(0) && matrix.recall(of: 2) == .undefined(.neverOccurs))
        #expect(matrix.f1(of: 3) == .undefined(.neverSeen))
        #expect(matrix.balancedAccuracy == 0.25)
        // d neither occurs nor is predicted, so it is not averaged over.
        #expect(agree(matrix.macro.precision, 1.0 / 3, within: 1e-15) && agree(matrix.weighted.recall, 1.0 / 3, within: 1e-15))
    }

    // The rule of the positive class: names that say yes, else the rarer, else the second.
    static let positives: [(classes: [String], counts: [Int], positive: Int?)] = [
        (["FALSE", "TRUE"], [1, 9], 1), (["TRUE", "FALSE"], [9, 1], 0), (["1", "0"], [5, 1], 0), (["no", "Yes"], [1, 9], 1),
        (["buy", "leave"], [1, 9], 0), (["buy", "leave"], [9, 1], 1), (["buy", "leave"], [5, 5], 1), (["yes", "true"], [1, 9], 0),
        (["a", "b", "yes"], [1, 2, 3], nil), (["yes"], [3], nil),
    ]

    @Test(arguments: positives)
    func `the positive class is the one that says yes, else the rarer`(_ c: (classes: [String], counts: [Int], positive: Int?)) throws {
        #expect(try ClassificationScores.positive(of: c.classes, trainingCounts: c.counts) == c.positive)
    }

    @Test func `a positive class that is asked for is taken`() throws {
        let scores = try ClassificationScores(
            classes: ["no", "yes"], labels: [0, 1, 1], probabilities: [0.9, 0.1, 0.2, 0.8, 0.7, 0.3], trainingCounts: [2, 1], positive: 0)
        #expect(scores.positive == 0 && scores.auc == .value(1))
        #expect(throws: ScoringError.positiveOutOfRange(2, classes: 2)) {
            try ClassificationScores.positive(of: ["no", "yes"], trainingCounts: [1, 1], asked: 2)
        }
    }

    @Test func `curves are kept for the commonest classes`() throws {
        let c = try #require(Self.cases.first { $0.name == "twelve classes" })
        let scores = try ClassificationScores(
            classes: c.names, labels: c.labels, probabilities: c.probabilities, trainingCounts: c.training, curveClasses: 3, curvePoints: 10)
        let largest = c.support.indices.sorted { (c.support[$1], $0) < (c.support[$0], $1) }.prefix(3).sorted()
        #expect(scores.curves.map(\.label) == largest)
        #expect(scores.curves.allSatisfy { $0.roc.thresholds.count <= 11 })
        for curves in scores.curves { #expect(scores.byClass[curves.label].auc == .value(curves.roc.area)) }
    }

    static let mistakes: [(labels: [Int], probabilities: [Double], training: [Int], error: ScoringError)] = [
        ([], [], [1, 1], .noRows),
        ([0], [0.5], [1, 1], .wrongCount(of: "probabilities", expected: 2, found: 1)),
        ([0, 1], [0.5, 0.5, .nan, 0.5], [1, 1], .notAProbability(row: 1, className: "a", value: "nan")),
        ([0], [-0.1, 1.1], [1, 1], .notAProbability(row: 0, className: "a", value: "-0.1")),
        ([0], [.infinity, 0], [1, 1], .notAProbability(row: 0, className: "a", value: "inf")),
        ([0], [0.5, 0.25], [1, 1], .sumIsNotOne(row: 0, sum: 0.75)),
        ([2], [0.5, 0.5], [1, 1], .labelOutOfRange(row: 0, label: 2, classes: 2)),
        ([-1], [0.5, 0.5], [1, 1], .labelOutOfRange(row: 0, label: -1, classes: 2)),
        ([0], [0.5, 0.5], [0, 0], .noTrainingRows),
        ([0], [0.5, 0.5], [1], .wrongCount(of: "training counts", expected: 2, found: 1)),
        ([0], [0.5, 0.5], [3, -1], .negativeCount(className: "b")),
    ]

    @Test(arguments: mistakes)
    func `mistakes are named`(_ c: (labels: [Int], probabilities: [Double], training: [Int], error: ScoringError)) {
        #expect(throws: c.error) {
            try ClassificationScores(classes: ["a", "b"], labels: c.labels, probabilities: c.probabilities, trainingCounts: c.training)
        }
        #expect(!c.error.diagnostic.message.isEmpty && c.error.diagnostic.hint != nil)
    }

    @Test func `a wish to stop is heard`() throws {
        let work = Work()
        work.cancellation.cancel()
        #expect(throws: Cancelled.self) { try Self.cases[0].scores(work: work) }
    }
}
