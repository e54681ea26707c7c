import Diagnostics
import Features
import Layers
import Models
import Runtime
import Testing

/// Windows of a chain in which what comes next follows from the last two actions four times out of five, each with the steps after it.
private func journeys(_ users: Int, seed: Int, ahead: Int, shuffled: Bool = false) throws -> SequenceWindows {
    let length = 6, likeliest = [[1, 2, 0], [2, 0, 2], [0, 1, 1]]
    var stream = RandomStream(seed: seed, name: "test", purpose: "journeys")
    var codes: [Int32] = [], targets: [Int32] = [], groups: [Int32] = []
    for user in 0..<users {
        var events = [stream.below(3), stream.below(3)]
        while events.count < 14 {
            let wanted = likeliest[events[events.count - 2]][events[events.count - 1]]
            events.append(stream.uniform() < 0.8 ? wanted : (wanted + 1 + stream.below(2)) % 3)
        }
        for place in 1..<events.count {
            codes += (place - length..<place).map { $0 < 0 ? -1 : Int32(events[$0]) }
            targets.append(Int32(events[place]))
            groups.append(Int32(user))
        }
    }
    if shuffled { stream.shuffle(&targets) }
    let windows = SequenceWindows(length: length, codes: codes, targets: targets, groups: groups, vocabulary: ["pv", "cart", "buy"], classes: ["pv", "cart", "buy"])
    return try windows.continued(Array(0..<windows.count), ahead: ahead)
}

struct Seq2SeqTests {
    private static func estimator(ahead: Int = 3, attention: Bool = true, beam: Int = 1, epochs: Int = 6) -> Seq2Seq {
        var estimator = Seq2Seq()
        (estimator.ahead, estimator.attention, estimator.beam) = (ahead, attention, beam)
        (estimator.hidden, estimator.embedding) = (16, 8)
        (estimator.training.epochs, estimator.training.rate, estimator.training.batch) = (epochs, 0.01, 128)
        return estimator
    }

    /// The share of steps, each after what was predicted before, that are right: the first, and the last.
    private func shares(_ model: NeuralSequenceModel, _ windows: SequenceWindows) throws -> (first: Double, last: Double) {
        let found = try model.continuations(windows), ahead = windows.ahead
        func share(_ step: Int) -> Double {
            let known = (0..<windows.count).filter { windows.continuations[$0 * ahead + step] >= 0 }
            return Double(known.count { found.codes[$0 * ahead + step] == windows.continuations[$0 * ahead + step] }) / Double(known.count)
        }
        return (share(0), share(ahead - 1))
    }

    @Test(arguments: [false, true])
    func `learns a chain of second order to near the best there is`(attention: Bool) throws {
        let training = try journeys(600, seed: 1, ahead: 3), validation = try journeys(100, seed: 2, ahead: 3), test = try journeys(300, seed: 3, ahead: 3)
        let (model, _) = try Self.estimator(attention: attention).fitNetwork(training, validation: validation, seed: 1)
        let (first, last) = try shares(model, test)
        // One action alone tells less; three steps ahead all three are still right in half of the cases.
        #expect(first > 0.72 && last > 0.45 && last < first, "\(first), \(last)")
        // The chances of the next action are those with which a continuation begins.
        let chances = try model.predict(test), found = try model.continuations(test)
        #expect((0..<test.count).allSatisfy { chances[$0, Int(found.codes[$0 * 3])] == chances.row($0).max() && Float(chances[$0, Int(found.codes[$0 * 3])]) == found.probabilities[$0 * 3] })
    }

    @Test func `finds nothing in shuffled targets`() throws {
        let training = try journeys(400, seed: 4, ahead: 3, shuffled: true), validation = try journeys(100, seed: 5, ahead: 3, shuffled: true)
        let test = try journeys(400, seed: 6, ahead: 3, shuffled: true)
        let (model, _) = try Self.estimator().fitNetwork(training, validation: validation, seed: 1)
        let counts = (0..<3).map { code in Double(test.targets.count { $0 == code }) / Double(test.count) }, commonest = counts.max() ?? 0
        let (first, last) = try shares(model, test)
        // Three standard errors of a share of 5,000.
        #expect(first < commonest + 0.022 && last < commonest + 0.022, "\(first), \(last), \(commonest)")
    }

    @Test func `a model is rebuilt from its tensors, and predicts the same digits`() throws {
        let windows = try journeys(60, seed: 7, ahead: 3)
        let (model, _) = try Self.estimator(beam: 3, epochs: 1).fitNetwork(windows, validation: nil, seed: 2)
        let again = try NeuralSequenceModel(configuration: model.configuration, tensors: model.tensors.reversed())
        let whole = try model.continuations(windows), some = try model.continuations(windows.subset([3, 499, 0]), work: Work(threads: 3))
        #expect(try again.continuations(windows) == whole)
        #expect([3, 499, 0].map { Array(whole[$0]) } == (0..<3).map { Array(some[$0]) })
        #expect(model.parameterCount == model.tensors.reduce(0) { $0 + $1.values.count })
        #expect(model.settings.contains { $0.name == "beam" && $0.value == "3" })
    }

    @Test func `the same seed gives the same model on any number of threads`() throws {
        let windows = try journeys(80, seed: 8, ahead: 4)
        let results = try [1, 2, 3].map { try Self.estimator(ahead: 4, epochs: 2).fitNetwork(windows, validation: windows.subset(Array(0..<200)), seed: 3, work: Work(threads: $0)) }
        for result in results.dropFirst() {
            #expect(result.model.tensors == results[0].model.tensors)
            #expect(result.history == results[0].history)
        }
    }

    @Test func `windows that know another number of steps are refused`() throws {
        let windows = try journeys(10, seed: 9, ahead: 2)
        let error = #expect(throws: SequenceModelError.self) { try Self.estimator(ahead: 3).fit(windows, validation: nil, seed: 0) }
        #expect(error == .steps(expected: 3, found: 2) && error?.diagnostic.hint == "build the windows with ahead=3")
        #expect(throws: SequenceModelError.steps(expected: 1, found: 2)) { try GRU().fit(windows, validation: nil, seed: 0) }
    }
}
