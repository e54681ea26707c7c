import Algebra
import Features
import Foundation
import Models
import Runtime
import TestSupport
import Testing

struct LogisticFixture: Decodable {
    struct Case: Decodable, Sendable, CustomTestStringConvertible {
        let name: String, penalty: String
        let classes: Int
        let c: Double, balanced: Bool
        let coefficients: [[Double]], probabilities: [[Double]]
        var testDescription: String { name }
    }

    let rows: [[Double]]
    let two: [Int32], three: [Int32]
    let cases: [Case]

    static let all = Fixture.read("logistic", in: .module, as: LogisticFixture.self)
}

struct LogisticTests {
    private static func estimator(_ c: LogisticFixture.Case) throws -> LogisticRegression {
        var logistic = LogisticRegression()
        logistic.penalty = try #require(.init(rawValue: c.penalty))
        logistic.strength = c.c
        logistic.classWeights = c.balanced ? .balanced : .none
        return logistic
    }

    @Test(arguments: LogisticFixture.all.cases)
    func `coefficients and probabilities are scikit-learn's`(_ c: LogisticFixture.Case) throws {
        let fixture = LogisticFixture.all, rows = DenseMatrix(fixture.rows)
        let targets = c.classes == 2 ? fixture.two : fixture.three
        let names = (0..<c.classes).map { "class \($0)" }
        let model = try Self.estimator(c).fitCoefficients(RowPart(rows, columns: ["a", "b", "c", "d", "e"], targets: targets, classes: names))
        #expect(model.coefficients.count == c.coefficients.count)
        for (own, wanted) in zip(model.coefficients, c.coefficients) {
            // With L1 a constant added to all intercepts changes nothing, and neither does one that is added to a column that none of the classes uses.
            let gap = c.penalty == "l1" && c.classes > 2 ? own[5] - wanted[5] - (model.coefficients[0][5] - c.coefficients[0][5]) : own[5] - wanted[5]
            #expect(abs(gap) < 1e-5)
            for column in 0..<5 { #expect(abs(own[column] - wanted[column]) < 1e-5, "\(column): \(own[column]), \(wanted[column])") }
        }
        let chances = try model.probabilities(rows, work: Work())
        for (row, wanted) in c.probabilities.enumerated() {
            for (index, chance) in wanted.enumerated() { #expect(abs(Double(chances[row, index]) - chance) < 2e-6) }
        }
        #expect((model.standardErrors == nil) == (c.penalty == "l1"))
    }

    @Test func `the bits are the same at any number of threads`() throws {
        var stream = RandomStream(seed: 1, name: "test", purpose: "rows")
        let rows = DenseMatrix(rows: 2500, columns: 4, values: (0..<10_000).map { _ in stream.normal() })
        for classes in [2, 3] {
            let targets = (0..<2500).map { row in Int32(min(classes - 1, max(0, Int(rows[row, 0] + rows[row, 1] + stream.normal() + 1)))) }
            for penalty in LogisticRegression.Penalty.allCases where classes == 2 || penalty != .l1 {
                var logistic = LogisticRegression()
                logistic.penalty = penalty
                let names = (0..<classes).map(String.init)
                let all = try [1, 2, 3, 8].map { try logistic.fitCoefficients(RowPart(rows, columns: ["a", "b", "c", "d"], targets: targets, classes: names), work: Work(threads: $0)).coefficients }
                #expect(all.allSatisfy { $0 == all[0] })
            }
        }
    }

    @Test func `classes that a column tells apart need a penalty`() throws {
        let rows = DenseMatrix((0..<40).map { [Double($0) - 19.5, Double($0 % 3)] }), targets = (0..<40).map { Int32($0 < 20 ? 0 : 1) }
        var logistic = LogisticRegression()
        logistic.penalty = .none
        #expect(throws: SequenceModelError.separated) { try logistic.fitCoefficients(RowPart(rows, columns: ["a", "b"], targets: targets, classes: ["no", "yes"])) }
        logistic.penalty = .l2
        let model = try logistic.fitCoefficients(RowPart(rows, columns: ["a", "b"], targets: targets, classes: ["no", "yes"]))
        #expect(model.coefficients[0][0] > 0)
    }

    @Test func `constant and repeated columns, and more columns than rows, have an answer with a penalty`() throws {
        var stream = RandomStream(seed: 2, name: "test", purpose: "rows")
        for penalty in [LogisticRegression.Penalty.l2, .l1] {
            var logistic = LogisticRegression()
            logistic.penalty = penalty
            let wide = DenseMatrix(rows: 10, columns: 30, values: (0..<300).map { _ in stream.normal() })
            let targets = (0..<10).map { Int32($0 % 2) }
            let model = try logistic.fitCoefficients(RowPart(wide, columns: (0..<30).map(String.init), targets: targets, classes: ["no", "yes"]))
            #expect(model.coefficients[0].allSatisfy { $0.isFinite })
            let same = DenseMatrix((0..<10).map { [1.0, Double($0), Double($0)] })
            let twins = try logistic.fitCoefficients(RowPart(same, columns: ["one", "a", "b"], targets: targets, classes: ["no", "yes"]))
            #expect(twins.coefficients[0].allSatisfy { $0.isFinite })
        }
    }
}

struct RowRecipeTests {
    /// Rows with a number that has a gap, and a category.
    private static func windows(_ numbers: [Double], _ codes: [Int32], _ targets: [Int32], vocabulary: [String] = ["red", "blue", "green"]) -> SequenceWindows {
        let inputs = SequenceInputs(
            variables: [.init("colour", vocabulary: vocabulary)], numbers: ["size"], count: numbers.count, codes: codes, values: numbers)
        return SequenceWindows(rows: inputs, outputs: [WindowTarget(name: "bought", goal: .label, .classes(targets, names: ["no", "yes"]))], groups: targets.map { _ in 0 })
    }

    private static func model(_ encoding: RowRecipe.Encoding) throws -> (RowModel, SequenceWindows) {
        var logistic = LogisticRegression()
        logistic.encoding = encoding
        let training = windows([1, 3, .nan, 5, 3, 3], [1, 1, 0, 1, 0, 1], [0, 1, 0, 1, 1, 0])
        return (try logistic.fitModel(training, seed: 1).model, training)
    }

    @Test func `numbers are scaled by the training part, gaps are filled and marked, and categories become columns`() throws {
        let (model, _) = try Self.model(.onehot)
        #expect(model.recipe.columns == ["size", "size is missing", "colour = blue", "colour = red"])
        #expect(model.recipe.numbers[0].mean == 3 && model.recipe.numbers[0].gaps == 1)
        #expect(abs(model.recipe.numbers[0].deviation - 1.6.squareRoot()) < 1e-12)
        // Green was not in the training part: none of those that it has.
        let unseen = try model.predict(Self.windows([3, 3], [2, 0], [0, 0]))
        #expect(unseen.rows == 2 && unseen.values.allSatisfy { $0.isFinite })
        guard let logistic = model.predictor as? LogisticModel else { throw SequenceModelError.rowsWanted }
        let odds = Double(unseen[0, 1] / unseen[0, 0])
        #expect(abs(log(odds) - logistic.coefficients[0][4]) < 1e-5)
    }

    @Test func `ordinal and target encodings have a column each`() throws {
        #expect(try Self.model(.ordinal).0.recipe.columns == ["size", "size is missing", "colour"])
        let (model, _) = try Self.model(.target)
        #expect(model.recipe.columns == ["size", "size is missing", "colour"])
    }

    @Test func `a target encoding of noise tells nothing on new rows`() throws {
        // Each row has a category that few others have: shown its own target, a model would know all of the training part and nothing of the rest.
        var stream = RandomStream(seed: 3, name: "test", purpose: "noise")
        let vocabulary = (0..<400).map { "item \($0)" }
        func part(_ count: Int) -> SequenceWindows {
            Self.windows((0..<count).map { _ in stream.normal() }, (0..<count).map { _ in Int32(stream.below(400)) }, (0..<count).map { _ in Int32(stream.below(2)) }, vocabulary: vocabulary)
        }
        var logistic = LogisticRegression()
        logistic.encoding = .target
        let training = part(1000), test = part(1000)
        let model = try logistic.fitModel(training, seed: 1).model
        guard let fitted = model.predictor as? LogisticModel else { throw SequenceModelError.rowsWanted }
        // The coefficient of the category is as good as none; of a leaking one it would be several.
        #expect(abs(fitted.coefficients[0][1]) < 1)
        let chances = try model.predict(test)
        let right = (0..<1000).count { (chances[$0, 1] > 0.5) == (test.targets[$0] == 1) }
        #expect((440...560).contains(right))
    }

    @Test func `sequences are refused`() throws {
        let training = chain(50, seed: 1).windows
        #expect(throws: SequenceModelError.rowsWanted) { try LogisticRegression().fitModel(training, seed: 1) }
    }
}
