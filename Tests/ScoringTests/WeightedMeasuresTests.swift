import Runtime
import Scoring
import TestSupport
import Testing

/// Measures under weights, what resampling makes of them, and thresholds.
struct WeightedMeasuresTests {
    struct Reference: Decodable { let cases: [Case], paired: [Paired] }

    /// scikit-learn's measures under `sample_weight`.
    struct Case: Decodable, Sendable, CustomTestStringConvertible {
        let name: String
        let classes: Int, labels: [Int], probabilities: [Double], weights: [Double], measures: [String: Double]
        var testDescription: String { name }
        var positive: Int? { classes == 2 ? 1 : nil }
        var predictions: ClassPredictions {
            ClassPredictions(classes: (0..<classes).map { "class \($0)" }, labels: labels, probabilities: probabilities, units: labels.indices.map { Int32($0) })
        }
    }

    struct Paired: Decodable, Sendable, CustomTestStringConvertible {
        let name: String
        let differences: [Double], units: [Int32], mean: Double, p: Double
        var testDescription: String { name }
    }

    static let reference = Fixture.read("weighted", in: .module, as: Reference.self)

    @Test(arguments: reference.cases)
    func `measures under weights are those of scikit-learn`(_ c: Case) throws {
        let values = try WeightedMeasures(c.predictions, positive: c.positive).values(weights: c.weights)
        for (measure, value) in zip(ClassMeasure.allCases, values) {
            guard let wanted = c.measures[measure.rawValue] else {
                #expect(value == nil || c.classes == 2 && measure == .aucWeighted, "\(measure)")
                continue
            }
            #expect(agree(value ?? .nan, wanted, within: 1e-12), "\(measure)")
        }
    }

    @Test(arguments: reference.cases.filter { c in c.weights.allSatisfy { $0 == 1 } })
    func `with weights of 1 they are the scores`(_ c: Case) throws {
        let values = try WeightedMeasures(c.predictions, positive: c.positive).values(weights: c.weights)
        let scores = try ClassificationScores(c.predictions, trainingCounts: (0..<c.classes).map { c.classes - $0 }, positive: c.positive)
        for (measure, value) in zip(ClassMeasure.allCases, values) {
            let score = scores.score(of: measure)?.value
            // What has no denominator counts as 0 in means, and as nothing alone.
            #expect((score == nil) == (value == nil) && agree(score ?? 0, value ?? 0, within: 1e-12), "\(measure)")
        }
    }

    @Test func `a mean lies within its bounds as often as they say, and they are as wide as theory has it`() throws {
        var stream = RandomStream(seed: 5, name: "test", purpose: "bounds")
        var inside = 0
        for trial in 0..<60 {
            let labels = (0..<200).map { _ in stream.uniform() < 0.3 ? 1 : 0 }
            let predictions = ClassPredictions(classes: ["no", "yes"], labels: labels, probabilities: labels.flatMap { _ in [0.9, 0.1] }, units: labels.indices.map { Int32($0) })
            let bounds = try #require(try ScoreIntervals(WeightedMeasures(predictions, positive: 1), units: predictions.units, classes: 2, replicates: 400, seed: trial)[.accuracy])
            if bounds.contains(0.7) { inside += 1 }
            let share = Double(labels.count { $0 == 0 }) / 200, width = 2 * 1.96 * (share * (1 - share) / 200).squareRoot()
            #expect(abs((bounds.upperBound - bounds.lowerBound) / width - 1) < 0.25)
        }
        #expect((51...60).contains(inside))
    }

    @Test func `rows of one user are drawn together, so that copies of rows make no bounds narrower`() throws {
        var stream = RandomStream(seed: 6, name: "test", purpose: "copies")
        let labels = (0..<100).map { _ in stream.below(2) }
        let chances = labels.flatMap { $0 == 1 ? [0.3, 0.7] : [0.6, 0.4] }
        func predictions(copies: Int, together: Bool) -> ClassPredictions {
            let rows = (0..<100 * copies).map { $0 / copies }
            let truth = rows.map { row in (row / 7).isMultiple(of: 2) ? labels[row] : 1 - labels[row] }
            let units = rows.indices.map { Int32(together ? rows[$0] : $0) }
            return ClassPredictions(classes: ["no", "yes"], labels: truth, probabilities: rows.flatMap { chances[$0 * 2..<$0 * 2 + 2] }, units: units)
        }
        func width(_ predictions: ClassPredictions) throws -> Double {
            let bounds = try #require(try ScoreIntervals(WeightedMeasures(predictions, positive: 1), units: predictions.units, classes: 2, replicates: 500, seed: 1)[.accuracy])
            return bounds.upperBound - bounds.lowerBound
        }
        let once = try width(predictions(copies: 1, together: true))
        #expect(abs(try width(predictions(copies: 10, together: true)) / once - 1) < 0.1)
        #expect(try width(predictions(copies: 10, together: false)) < once / 2)
    }

    @Test func `threads change no bound and no p value`() throws {
        let c = Self.reference.cases[0]
        func bounds(_ threads: Int) throws -> ScoreIntervals {
            try ScoreIntervals(WeightedMeasures(c.predictions, positive: 1), units: c.labels.indices.map { Int32($0 / 3) }, classes: 2, replicates: 100, seed: 1, work: Work(threads: threads))
        }
        #expect(try bounds(1) == bounds(3))
        let losses = c.probabilities.prefix(250).map { $0 * 2 }
        func test(_ threads: Int) throws -> PairedTest { try PairedTest(Array(losses), Array(losses.reversed()), units: c.labels.indices.map { Int32($0) }, seed: 1, work: Work(threads: threads)) }
        #expect(try test(1) == test(3))
    }

    @Test(arguments: reference.paired)
    func `random turns of signs come near to all of them`(_ c: Paired) throws {
        let zeros = c.differences.map { _ in 0.0 }
        let test = try PairedTest(c.differences, zeros, units: c.units, seed: 3)
        #expect(agree(test.difference, c.mean, within: 1e-12) && test.units == Set(c.units).count && test.permutations == 9_999)
        #expect(abs(test.pValue - c.p) < 0.02)
        #expect(test.interval.contains(c.mean))
    }

    @Test func `calibration is 0 where shares are what was said, and borders lie in the lower bin`() throws {
        let half = try CalibrationCurve(isOfClass: [true, false, true, false], probabilities: [0.5, 0.5, 0.5, 0.5])
        #expect(half.error == 0 && half.bins.count == 1)
        let ends = try CalibrationCurve(isOfClass: [false, false, true, true], probabilities: [0, 0.1, 0.10000001, 1])
        #expect(ends.bins.map(\.rows) == [2, 1, 1])
        #expect(throws: ScoringError.noRows) { try CalibrationCurve(isOfClass: [], probabilities: []) }
        #expect(throws: ScoringError.notANumber(row: 1)) { try CalibrationCurve(isOfClass: [true, true], probabilities: [1, .nan]) }
    }

    @Test func `the threshold of most F1 and of most balanced accuracy, the highest of equals`() throws {
        let truth = [false, false, true, false, true, true], chances = [0.1, 0.2, 0.35, 0.4, 0.8, 0.9]
        let f1 = try ThresholdChoice(.f1, isPositive: truth, probabilities: chances)
        #expect(f1.threshold == 0.35 && agree(f1.value, 6.0 / 7, within: 1e-12))
        let balanced = try ThresholdChoice(.balanced, isPositive: truth, probabilities: chances)
        #expect(balanced.threshold == 0.8 && agree(balanced.value, (2.0 / 3 + 1) / 2, within: 1e-12))
        let there = try ThresholdScores(at: 0.35, isPositive: truth, probabilities: chances)
        #expect(there.confusion.counts == [2, 1, 0, 3] && there.recall == .value(1) && there.precision == .value(0.75))
        #expect(throws: ScoringError.onlyPositives) { try ThresholdChoice(.f1, isPositive: [true, true], probabilities: [0.1, 0.2]) }
    }

    @Test func `Matthews's correlation is undefined where there is nothing to correlate`() throws {
        #expect(try ConfusionMatrix(classes: ["a", "b"], truth: [0, 0], predicted: [0, 1]).matthews == .undefined(.onlyClass))
        #expect(try ConfusionMatrix(classes: ["a", "b"], truth: [0, 1], predicted: [1, 1]).matthews == .undefined(.onlyPrediction))
        #expect(try ConfusionMatrix(classes: ["a", "b"], truth: [0, 1], predicted: [1, 0]).matthews == .value(-1))
    }
}
