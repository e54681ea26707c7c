import Algebra
import Features
import Foundation
import Layers
import Runtime
import Store
import TestSupport
import Testing

@testable import Models

struct XGBoostFixture: Decodable {
    struct Case: Decodable, Sendable, CustomTestStringConvertible {
        let name: String
        let classes: Int, rounds: Int, patience: Int, kept: Int
        let parameters: [String: Double]
        let probabilities: [[Double]], gain: [Double], weight: [Double]
        var testDescription: String { name }
    }

    let rows: [[Double?]]
    let training: Int
    let two: [Int32], three: [Int32]
    let cases: [Case]

    static let all = Fixture.read("xgboost", in: .module, as: XGBoostFixture.self)
    static let names = ["a", "b", "c", "d"]

    var matrix: DenseMatrix { DenseMatrix(rows.map { $0.map { $0 ?? .nan } }) }

    /// The rows from `start` on, at most `count`.
    func part(_ classes: Int, from start: Int = 0, count: Int) -> RowPart {
        let range = start..<min(rows.count, start + count)
        return RowPart(matrix.selecting(rows: range), columns: Self.names, targets: Array((classes == 2 ? two : three)[range]), classes: (0..<classes).map(String.init))
    }
}

struct XGBoostTests {
    private static let fixture = XGBoostFixture.all

    private static func estimator(_ c: XGBoostFixture.Case) -> XGBoost {
        var boosted = XGBoost()
        boosted.rounds = c.rounds
        boosted.patience = c.patience
        for (name, value) in c.parameters {
            switch name {
            case "eta": boosted.rate = value
            case "max_depth": boosted.depth = Int(value)
            case "gamma": boosted.gamma = value
            case "alpha": boosted.alpha = value
            case "lambda": boosted.lambda = value
            case "min_child_weight": boosted.leastWeight = value
            case "subsample": boosted.subsample = value
            case "colsample_bytree": boosted.columns = value
            case "scale_pos_weight": boosted.positiveWeight = value
            default: Issue.record("the parameter \(name) is not known")
            }
        }
        return boosted
    }

    /// The greatest difference to what Python says; of two classes that of the second.
    private static func gap(_ found: Matrix, _ wanted: [[Double]]) -> Double {
        var most = 0.0
        for (row, chances) in wanted.enumerated() {
            for (index, chance) in chances.enumerated() { most = max(most, abs(Double(found[row, chances.count == 1 ? 1 : index]) - chance)) }
        }
        return most
    }

    @Test(arguments: XGBoostFixture.all.cases)
    func `says what Python's package of the same version says`(_ c: XGBoostFixture.Case) throws {
        let fixture = Self.fixture, training = fixture.part(c.classes, count: fixture.training)
        let held = c.patience > 0 ? fixture.part(c.classes, from: fixture.training, count: .max / 2) : nil
        let (model, history) = try Self.estimator(c).fitTrees(training, validation: held, seed: 1)
        #expect(model.rounds == c.kept)
        #expect(history.bestEpoch == c.kept && history.stoppedEarly == (c.kept < c.rounds))
        let found = try model.probabilities(fixture.matrix, work: Work())
        #expect(Self.gap(found, c.probabilities) < 1e-6)
        for (name, wanted) in [("gain", c.gain), ("weight", c.weight)] {
            let own = try #require(model.importances.first { $0.name == name })
            #expect(zip(own.values, wanted).allSatisfy { abs($0 - $1) < 1e-5 })
        }
        #expect(history.epochs.allSatisfy { $0.trainingLoss.isFinite && ($0.trainingAccuracy ?? -1) >= 0 && ($0.validationLoss != nil) == (held != nil) })
        #expect(model.parameterCount == 2 * model.splits + model.trees)
    }

    @Test func `the bits are the same at any number of threads`() throws {
        var stream = RandomStream(seed: 1, name: "test", purpose: "rows")
        let rows = DenseMatrix(rows: 6000, columns: 6, values: (0..<36_000).map { _ in stream.uniform() < 0.1 ? .nan : stream.normal() })
        for classes in [2, 4] {
            let targets = (0..<6000).map { row in Int32(min(classes - 1, max(0, Int((rows[row, 0].isNaN ? 0 : rows[row, 0]) + stream.normal() + 1)))) }
            var boosted = XGBoost()
            boosted.rounds = 15
            boosted.subsample = 0.8
            boosted.columns = 0.7
            let part = RowPart(rows, columns: (0..<6).map(String.init), targets: targets, classes: (0..<classes).map(String.init))
            let all = try [1, 2, 3].map { threads in try boosted.fitTrees(part, seed: 5, work: Work(threads: threads)).model.probabilities(rows, work: Work(threads: threads)).values }
            #expect(all.allSatisfy { $0 == all[0] })
        }
    }

    @Test func `the positive class counts for more, whichever it is`() throws {
        let fixture = Self.fixture
        func mean(_ weight: Double, positive: String?) throws -> Double {
            var boosted = XGBoost()
            (boosted.rounds, boosted.positiveWeight, boosted.positive) = (10, weight, positive)
            let found = try boosted.fitTrees(fixture.part(2, count: 400), seed: 1).model.probabilities(fixture.matrix, work: Work())
            return (0..<400).reduce(0) { $0 + Double(found[$1, 1]) } / 400
        }
        let plain = try mean(1, positive: nil)
        #expect(try mean(5, positive: nil) > plain + 0.05)
        #expect(try mean(5, positive: "1") > plain + 0.05)
        #expect(try mean(5, positive: "0") < plain - 0.05)
        var boosted = XGBoost()
        boosted.positiveWeight = 2
        #expect(throws: SequenceModelError.self) { try boosted.fitTrees(fixture.part(3, count: 400), seed: 1) }
    }

    @Test func `constant, empty, infinite and too many columns have an answer`() throws {
        var boosted = XGBoost()
        boosted.rounds = 5
        let targets = (0..<12).map { Int32($0 % 2) }
        func fit(_ rows: [[Double]]) throws -> Matrix {
            let part = RowPart(DenseMatrix(rows), columns: (0..<rows[0].count).map(String.init), targets: targets, classes: ["no", "yes"])
            return try boosted.fitTrees(part, seed: 1).model.probabilities(part.rows, work: Work())
        }
        boosted.leastWeight = 0
        let empty = [[Double]](repeating: [1, .nan], count: 12)
        let infinite = (0..<12).map { row -> [Double] in [Double(row), .infinity, -.infinity] }
        let large = (0..<12).map { row -> [Double] in [Double(row % 2) * 1e300, -1e300] }
        let wide = (0..<12).map { row -> [Double] in (0..<40).map { Double(row * $0 % 7) } }
        for rows in [empty, infinite, large, wide] {
            let found = try fit(rows)
            #expect(found.values.allSatisfy { $0.isFinite && $0 >= 0 && $0 <= 1 })
        }
    }

    @Test func `a training that is stopped throws`() {
        let work = Work()
        work.cancellation.cancel()
        #expect(throws: Cancelled.self) { try XGBoost().fitTrees(Self.fixture.part(2, count: 400), seed: 1, work: work) }
    }
}

struct XGBoostFileTests {
    private static let fixture = XGBoostFixture.all

    private static func bytes(_ name: String) throws -> [UInt8] { try WholeFile.read(Bundle.module.bundlePath + "/Fixtures/" + name) }

    private static func windows(_ words: [String] = ["red", "blue", "a \"quoted\" ü 🙂"]) -> SequenceWindows {
        var stream = RandomStream(seed: 4, name: "test", purpose: "windows")
        let count = 300
        let numbers = (0..<count * 2).map { _ in stream.uniform() < 0.1 ? Double.nan : stream.normal() }
        let codes = (0..<count).map { _ in Int32(stream.below(words.count)) }
        let targets = (0..<count).map { row -> Int32 in
            let score: Double = numbers[row * 2] + Double(codes[row]) + stream.normal()
            return score > 1 ? 1 : 0
        }
        let inputs = SequenceInputs(variables: [.init("colour [of it] <1>", vocabulary: words)], numbers: ["size", "price"], count: count, codes: codes, values: numbers)
        return SequenceWindows(rows: inputs, outputs: [WindowTarget(name: "bought", goal: .label, .classes(targets, names: ["nein", "ja"]))], groups: targets.map { _ in 0 })
    }

    @Test(arguments: BoosterFormat.allCases, RowRecipe.Encoding.allCases)
    func `a model that was saved and opened says the same to the last bit`(_ format: BoosterFormat, _ encoding: RowRecipe.Encoding) throws {
        var boosted = XGBoost()
        (boosted.rounds, boosted.encoding) = (12, encoding)
        let windows = Self.windows(), model = try boosted.fitModel(windows, seed: 2).model
        let file = try #require(try model.boosterFile(format, trainingRows: 300, seed: 2))
        let opened = try RowModel.opened(booster: file)
        #expect(opened.trainingRows == 300 && opened.seed == 2)
        #expect(opened.model.targets == model.targets && opened.model.variables == model.variables && opened.model.recipe == model.recipe)
        #expect(try opened.model.predict(windows) == model.predict(windows))
        // And once more: a file of an opened model is the same model.
        let again = try #require(try opened.model.boosterFile(format, trainingRows: 300, seed: 2))
        #expect(try RowModel.opened(booster: again).model.predict(windows) == model.predict(windows))
    }

    @Test(arguments: ["xgboost-python.json", "xgboost-python.ubj"])
    func `files of Python's package say what it says`(_ name: String) throws {
        let fixture = Self.fixture, model = try RowModel.opened(booster: Self.bytes(name)).model
        #expect(model.numbers == XGBoostFixture.names && model.classes == ["0", "1", "2"])
        var boosted = XGBoost()
        (boosted.rounds, boosted.depth) = (3, 3)
        let own = try boosted.fitTrees(fixture.part(3, count: fixture.training), seed: 1).model
        #expect(try model.predictor.probabilities(fixture.matrix, work: Work()) == own.probabilities(fixture.matrix, work: Work()))
        #expect(model.predictor.importances[0].values == own.importances[0].values)
    }

    @Test(arguments: ["xgboost-new-two.json", "xgboost-new-three.ubj"])
    func `files of a current version, whose scores begin elsewhere, say what it says`(_ name: String) throws {
        let wanted = Fixture.read("xgboost-new", in: .module, as: [String: [[Double]]].self)
        let chances = try #require(wanted[name.contains("two") ? "two" : "three"])
        let model = try RowModel.opened(booster: Self.bytes(name)).model
        let found = try model.predictor.probabilities(Self.fixture.matrix.selecting(rows: 0..<40), work: Work())
        for (row, values) in chances.enumerated() {
            for (index, chance) in values.enumerated() { #expect(abs(Double(found[row, values.count == 1 ? 1 : index]) - chance) < 1e-6) }
        }
    }

    @Test func `what is no model is refused with what it lacks`() throws {
        let good = String(decoding: try Self.bytes("xgboost-python.json"), as: UTF8.self)
        func refused(_ text: String) -> Bool {
            do { _ = try RowModel.opened(booster: Array(text.utf8)) } catch { return error is BoosterError }
            return false
        }
        #expect(!refused(good))
        for text in ["", " ", "{", "{}", "[]", "null", "{\"learner\": {}}", "{\"learner\": 3}", String(repeating: "{\"learner\":", count: 10_000), String(repeating: "[", count: 100_000), "{i", "{#", "{$", "{U\u{7}learner"] {
            #expect(refused(text), "\(text.prefix(20))")
        }
        for (old, new) in [
            ("multi:softprob", "reg:squarederror"), ("gbtree\"", "gblinear\""), ("\"num_class\":\"3\"", "\"num_class\":\"2\""), ("\"num_feature\":\"4\"", "\"num_feature\":\"2\""), ("\"left_children\":[1", "\"left_children\":[0"),
            ("\"left_children\":[1", "\"left_children\":[99999"), ("\"left_children\":[1", "\"left_children\":[-7"), ("\"left_children\":[1", "\"left_children\":[1.5"), ("\"tree_info\":[0,1", "\"tree_info\":[1,0"),
            ("\"base_score\":\"5E-1\"", "\"base_score\":\"nan\""), ("\"split_type\":[0", "\"split_type\":[1"),
        ] {
            let spoilt = good.replacingOccurrences(of: old, with: new)
            #expect(spoilt != good && refused(spoilt), "\(old) to \(new)")
        }
    }

    @Test(arguments: ["xgboost-python.json", "xgboost-python.ubj"])
    func `a spoilt file never ends the program`(_ name: String) throws {
        let good = try Self.bytes(name), matrix = Self.fixture.matrix.selecting(rows: 0..<5)
        var stream = RandomStream(seed: 9, name: "test", purpose: name)
        var read = 0
        for round in 0..<600 {
            var bytes = good
            if round % 3 == 0 { bytes = Array(bytes.prefix(stream.below(bytes.count))) }
            for _ in 0..<(round % 3 == 0 ? 0 : 1 + stream.below(4)) where !bytes.isEmpty { bytes[stream.below(bytes.count)] = UInt8(stream.below(256)) }
            do {
                let model = try RowModel.opened(booster: bytes).model
                _ = try model.predictor.probabilities(matrix, work: Work())
                read += 1
            } catch is BoosterError {}
        }
        #expect(read > 0)
    }

    @Test func `what stands beside the trees is checked too`() throws {
        var boosted = XGBoost()
        (boosted.rounds, boosted.encoding) = (2, .ordinal)
        let model = try boosted.fitModel(Self.windows(["red", "blue"]), seed: 2).model
        let file = String(decoding: try #require(try model.boosterFile(.json, trainingRows: 300, seed: 2)), as: UTF8.self)
        for (old, new) in [
            ("\\\"places\\\":[0", "\\\"places\\\":[9"), ("\\\"places\\\":[0", "\\\"places\\\":[\\\"x\\\""), ("\\\"encoding\\\":\\\"ordinal\\\"", "\\\"encoding\\\":\\\"target\\\""),
            ("\\\"encoding\\\":\\\"ordinal\\\"", "\\\"encoding\\\":\\\"onehot\\\""), ("cnb rows 1", "cnb rows 9"), ("\\\"vocabulary\\\":[\\\"red\\\",", "\\\"vocabulary\\\":["), ("\\\"classes\\\":[\\\"nein\\\",", "\\\"classes\\\":["),
        ] {
            let spoilt = file.replacingOccurrences(of: old, with: new).replacingOccurrences(of: "\\\"places\\\":[1", with: old.contains("places") ? new : "\\\"places\\\":[1")
            #expect(spoilt != file, "\(old)")
            #expect(throws: BoosterError.self, "\(old) to \(new)") { _ = try RowModel.opened(booster: Array(spoilt.utf8)) }
        }
    }
}
