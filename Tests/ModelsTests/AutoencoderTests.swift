import Algebra
import Events
import Features
import Layers
import Models
import Runtime
import Tables
import Testing

struct AutoencoderTests {
    /// Rows of six numbers and two categories that follow from two numbers, some of them missing.
    private static func rows(_ count: Int, seed: Int, shuffled: Bool = false) -> SequenceWindows {
        var stream = RandomStream(seed: seed, name: "test", purpose: "rows")
        var values: [Double] = [], codes: [Int32] = []
        for row in 0..<count {
            let (a, b) = (stream.normal(), stream.normal())
            values += shuffled ? (0..<6).map { _ in stream.normal() } : [a, b, (a + b) / 2.0.squareRoot(), (a - b) / 2.0.squareRoot(), -a, row % 10 == 0 ? .nan : b]
            codes += shuffled ? [Int32(stream.below(2)), Int32(stream.below(3))] : [a > 0 ? 1 : 0, b > 0.5 ? 2 : b < -0.5 ? 0 : 1]
        }
        let inputs = SequenceInputs(
            variables: [.init("sign", vocabulary: ["minus", "plus"]), .init("size", vocabulary: ["low", "middle", "high"])], numbers: (0..<6).map { "n\($0)" }, count: count, codes: codes, values: values)
        return SequenceWindows(
            rows: inputs, outputs: [WindowTarget(name: "row", goal: .label, .classes(Array(repeating: 0, count: count), names: ["row"]))], groups: (0..<count).map { Int32($0) })
    }

    private static func estimator(epochs: Int = 60) -> Autoencoder {
        var estimator = Autoencoder()
        (estimator.code, estimator.hidden, estimator.embedding) = (2, [16], 3)
        (estimator.training.epochs, estimator.training.rate) = (epochs, 0.01)
        return estimator
    }

    @Test func `two numbers say eight columns that follow from two`() throws {
        let training = Self.rows(1500, seed: 1)
        let (model, history) = try Self.estimator().fit(rows: training, validation: Self.rows(200, seed: 2), seed: 1)
        let test = Self.rows(500, seed: 3), errors = try model.errors(test, trainedOn: training)
        for one in errors { #expect((one.error ?? 9) < 0.3 * (one.baseline ?? 0), "\(one)") }
        #expect(errors.map(\.name) == (0..<6).map { "n\($0)" } + ["sign", "size"] && errors[5].rows == 450 && errors[6].rows == 500)
        #expect(history.epochs.count > 5)
        let codes = try model.codes(test)
        #expect(codes.rows == 500 && codes.columns == 2)
        // A row's digits follow from it alone.
        let part = try model.codes(test.subset([499, 3]), work: Work(threads: 3))
        #expect(Array(part.row(0)) == Array(codes.row(499)) && Array(part.row(1)) == Array(codes.row(3)))
    }

    @Test func `what has nothing in common is not given back`() throws {
        let training = Self.rows(1000, seed: 4, shuffled: true)
        let (model, _) = try Self.estimator(epochs: 20).fit(rows: training, validation: Self.rows(200, seed: 5, shuffled: true), seed: 1)
        let errors = try model.errors(Self.rows(1000, seed: 6, shuffled: true), trainedOn: training).filter(\.isNumber)
        // Two of eight columns' worth is all that two numbers can say.
        #expect(errors.reduce(0) { $0 + ($1.error ?? 0) } / errors.reduce(0) { $0 + ($1.baseline ?? 0) } > 0.5)
    }

    @Test func `the same seed gives the same codes on any number of threads`() throws {
        let training = Self.rows(300, seed: 7)
        let codes = try [1, 2, 3].map { try Self.estimator(epochs: 3).fit(rows: training, validation: training.subset(Array(0..<50)), seed: 2, work: Work(threads: $0)).model.codes(training) }
        #expect(codes[1] == codes[0] && codes[2] == codes[0])
    }

    /// Users of four events each.
    private static func runs(_ users: Int) throws -> EventLog {
        var stream = RandomStream(seed: 3, name: "test", purpose: "stretches")
        var actions: [String] = []
        for _ in 0..<users {
            let change = stream.below(5), first = ["pv", "cart", "buy"][stream.below(3)], second = ["pv", "cart", "buy"][stream.below(3)]
            actions += (0..<4).map { $0 < change ? first : second }
        }
        let table = Table([
            Column("user", text: actions.indices.map { "user \($0 / 4)" }), Column("action", text: actions), Column("time", times: actions.indices.map { Int64($0) }),
        ])
        return try EventLog(table, roles: [.user: "user", .action: "action", .time: "time"], work: Work())
    }

    @Test func `stretches of events are given back from their code`() throws {
        // Runs of one action, of which the code has to say the kind, and where it changes.
        let log = try Self.runs(1200)
        let all = try EventWindows(stretchesOf: log, length: 4).windows
        var estimator = Self.estimator(epochs: 80)
        (estimator.code, estimator.hidden) = (4, [24])
        let training = try all.subset(Array(0..<1000)), test = try all.subset(Array(1000..<1200))
        let (model, _) = try estimator.fit(stretches: training, validation: test, seed: 1)
        let found = try model.continuations(test)
        let right = (0..<200).count { Array(found[$0]) == Array(test.steps($0)) }
        #expect(right > 180, "\(right)")
        let whole = try model.codes(test), part = try model.codes(test.subset([199, 0]))
        #expect(whole.columns == 4 && Array(part.row(0)) == Array(whole.row(199)) && Array(part.row(1)) == Array(whole.row(0)))
        estimator.hidden = [4, 4]
        #expect(throws: SequenceModelError.layers(sizes: 2, layers: 1)) { try estimator.fit(stretches: training, validation: nil, seed: 0) }
    }
}
