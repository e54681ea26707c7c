import Runtime
import Scoring
import TestSupport
import Testing

/// The values of scikit-learn and numpy; `Fixtures/make_numbers.py` made them.
private struct NumbersFixture: Decodable {
    let regression: [RegressionScoresTests.Case], ranking: [RankingScoresTests.Case]
    static let all = Fixture.read("numbers", in: .module, as: NumbersFixture.self)
}

struct RegressionScoresTests {
    struct Case: Decodable, Sendable, CustomTestStringConvertible {
        struct Errors: Decodable, Sendable { let rmse: Double, mae: Double, median: Double, r2: Double }
        let name: String, truth: [Double], predicted: [Double], training: [Double], errors: Errors, baseline: Errors
        var testDescription: String { name }
    }

    static let cases = NumbersFixture.all.regression

    @Test(arguments: cases)
    func `errors are those of scikit-learn`(_ c: Case) throws {
        let scores = try RegressionScores(truth: c.truth, predicted: c.predicted, training: c.training)
        #expect(scores.rows == c.truth.count)
        // numpy's mean of numbers far off zero is off in the seventh digit of what they differ by.
        for (ours, theirs, tolerance) in [(scores.errors, c.errors, 1e-12), (scores.baseline, c.baseline, c.name == "far off zero" ? 1e-6 : 1e-12)] {
            #expect(agree([ours.rmse, ours.mae, ours.medianError, try #require(ours.r2.value)], [theirs.rmse, theirs.mae, theirs.median, theirs.r2], within: tolerance))
        }
    }

    @Test func `numbers that are all the same have no share of a spread`() throws {
        let scores = try RegressionScores(truth: [2, 2, 2], predicted: [1, 2, 3], training: [4])
        #expect(scores.errors.r2 == .undefined(.onlyValue) && scores.baseline.mae == 2 && scores.errors.medianError == 1)
    }

    @Test func `what cannot be scored says why`() {
        #expect(throws: ScoringError.noRows) { try RegressionScores(truth: [], predicted: [], training: [1]) }
        #expect(throws: ScoringError.noTrainingRows) { try RegressionScores(truth: [1], predicted: [1], training: []) }
        #expect(throws: ScoringError.wrongCount(of: "predictions", expected: 2, found: 1)) { try RegressionScores(truth: [1, 2], predicted: [1], training: [1]) }
        #expect(throws: ScoringError.notANumber(row: 1)) { try RegressionScores(truth: [1, 2], predicted: [1, .nan], training: [1]) }
    }
}

struct RankingScoresTests {
    struct Case: Decodable, Sendable, CustomTestStringConvertible {
        struct Measures: Decodable, Sendable { let hr1: Double, hr5: Double, hr10: Double, ndcg10: Double, mrr: Double, logLoss: Double }
        let name: String, classes: Int, labels: [Int32], chances: [Float], training: [Int], unseen: Int, measures: Measures, baseline: Measures
        var testDescription: String { name }
    }

    static let cases = NumbersFixture.all.ranking

    @Test(arguments: cases)
    func `ranks are those of numpy, in tiles of any size and on any number of threads`(_ c: Case) throws {
        func scores(tile: Int, threads: Int) throws -> RankingScores {
            var collector = try RankingScores.Collector(trainingCounts: c.training)
            for start in stride(from: 0, to: c.labels.count, by: tile) {
                let rows = start..<min(c.labels.count, start + tile)
                try collector.add(labels: Array(c.labels[rows]), probabilities: Array(c.chances[rows.lowerBound * c.classes..<rows.upperBound * c.classes]), work: Work(threads: threads))
            }
            return try collector.scores()
        }
        let whole = try scores(tile: 1000, threads: 1)
        #expect(whole.rows == c.labels.count && whole.classes == c.classes && whole.unseen == c.unseen)
        for (ours, theirs) in [(whole.measures, c.measures), (whole.baseline, c.baseline)] {
            #expect(agree([ours.hr1, ours.hr5, ours.hr10, ours.ndcg10, ours.mrr], [theirs.hr1, theirs.hr5, theirs.hr10, theirs.ndcg10, theirs.mrr], within: 1e-12))
            #expect(agree(ours.logLoss, theirs.logLoss, within: 1e-7))
        }
        for tile in [1, 7, 64] { #expect(try scores(tile: tile, threads: 3) == whole) }
    }

    @Test func `a class that training never saw is a miss wherever it stands`() throws {
        var collector = try RankingScores.Collector(trainingCounts: [3, 0, 1])
        try collector.add(labels: [1, 0], probabilities: [0.1, 0.8, 0.1, 0.8, 0.1, 0.1])
        let scores = try collector.scores()
        #expect(scores.unseen == 1 && scores.measures.hr1 == 0.5 && scores.measures.mrr == 0.5 && scores.baseline.hr10 == 0.5)
    }

    @Test func `what cannot be ranked says why`() throws {
        #expect(throws: ScoringError.noTrainingRows) { try RankingScores.Collector(trainingCounts: [0, 0]) }
        var collector = try RankingScores.Collector(trainingCounts: [1, 1])
        #expect(throws: ScoringError.noRows) { try collector.scores() }
        #expect(throws: ScoringError.labelOutOfRange(row: 0, label: 2, classes: 2)) { try collector.add(labels: [2], probabilities: [0.5, 0.5]) }
        #expect(throws: ScoringError.wrongCount(of: "probabilities", expected: 2, found: 1)) { try collector.add(labels: [0], probabilities: [0.5]) }
    }
}
