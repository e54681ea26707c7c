import Features
import Layers
import Models
import Runtime
import Testing

/// Windows of a second-order chain over three actions whose next action follows from the last two, and the accuracy of who knows the chain.
func chain(_ count: Int, seed: Int, length: Int = 8, shuffled: Bool = false) -> (windows: SequenceWindows, best: Double) {
    var stream = RandomStream(seed: seed, name: "test", purpose: "chain")
    // The likeliest next action after each pair, with probability 0.8; the others share the rest.
    let likeliest = [[1, 2, 0], [2, 0, 2], [0, 1, 1]]
    var codes: [Int32] = [], targets: [Int32] = []
    for _ in 0..<count {
        var events = [stream.below(3), stream.below(3)]
        while events.count <= length {
            let wanted = likeliest[events[events.count - 2]][events[events.count - 1]]
            events.append(stream.uniform() < 0.8 ? wanted : (wanted + 1 + stream.below(2)) % 3)
        }
        // Some windows begin later.
        let gap = stream.uniform() < 0.2 ? stream.below(length - 1) : 0
        codes += (0..<length).map { $0 < gap ? -1 : Int32(events[$0]) }
        targets.append(Int32(events[length]))
    }
    if shuffled { stream.shuffle(&targets) }
    let windows = SequenceWindows(
        length: length, codes: codes, targets: targets, groups: (0..<count).map { Int32($0 / 10) }, vocabulary: ["pv", "cart", "buy"],
        classes: ["pv", "cart", "buy"])
    return (windows, 0.8)
}

private func accuracy(_ classifier: NeuralSequenceModel, on windows: SequenceWindows) throws -> Double {
    let chances = try classifier.predict(windows)
    var right = 0
    for row in 0..<windows.count where chances.row(row).max() == chances[row, Int(windows.targets[row])] { right += 1 }
    return Double(right) / Double(windows.count)
}

/// `LSTM`, `GRU` and `RNN` under the same promises.
enum Kind: String, CaseIterable, Sendable {
    case lstm, gru, rnn

    var cell: RecurrentCell {
        switch self {
        case .lstm: .lstm
        case .gru: .gru
        case .rnn: .rnn
        }
    }

    func fit(
        _ training: SequenceWindows, _ validation: SequenceWindows? = nil, seed: Int = 1, work: Work = Work(threads: 2),
        _ adjust: (inout RecurrentParameters) -> Void = { _ in }
    ) throws -> (NeuralSequenceModel, TrainingHistory) {
        switch self {
        case .lstm:
            var estimator = LSTM()
            adjust(&estimator.parameters)
            return try estimator.fitNetwork(training, validation: validation, seed: seed, work: work)
        case .gru:
            var estimator = GRU()
            adjust(&estimator.parameters)
            return try estimator.fitNetwork(training, validation: validation, seed: seed, work: work)
        case .rnn:
            var estimator = RNN()
            adjust(&estimator.parameters)
            return try estimator.fitNetwork(training, validation: validation, seed: seed, work: work)
        }
    }
}

/// A call that should have thrown did not.
private struct NothingThrown: Error {}

struct RecurrentTests {
    @Test(arguments: Kind.allCases)
    func `learns a chain of second order to near the best there is`(_ kind: Kind) throws {
        let training = chain(6000, seed: 1).windows, validation = chain(1000, seed: 2).windows
        let (test, best) = chain(4000, seed: 3)
        let (classifier, history) = try kind.fit(training, validation)
        // Windows with one event tell less: 0.8 is a bound that few of them miss.
        #expect(try accuracy(classifier, on: test) > best - 0.03)
        #expect(history.epochs[history.bestEpoch - 1].validationAccuracy ?? 0 > best - 0.04)
        // The entropy of the chain is 0.639 nats.
        #expect(history.epochs[history.bestEpoch - 1].validationLoss ?? 9 < 0.70)
    }

    @Test(arguments: Kind.allCases)
    func `finds nothing in shuffled targets`(_ kind: Kind) throws {
        let training = chain(4000, seed: 4, shuffled: true).windows, validation = chain(1000, seed: 5, shuffled: true).windows
        let test = chain(4000, seed: 6, shuffled: true).windows
        let (classifier, history) = try kind.fit(training, validation)
        let shares = (0..<3).map { code in Double(test.targets.count { $0 == code }) / 4000 }
        let commonest = shares.max() ?? 0
        // Three standard errors of a share of 4,000.
        #expect(try accuracy(classifier, on: test) < commonest + 0.024)
        #expect(history.epochs.allSatisfy { $0.validationLoss ?? 0 > 1.07 })
    }

    @Test(arguments: Kind.allCases)
    func `the same seed gives the same model on any number of threads`(_ kind: Kind) throws {
        let windows = chain(800, seed: 7).windows
        let results = try [1, 2, 3].map { threads in
            try kind.fit(windows, windows.subset(Array(0..<100)), work: Work(threads: threads)) {
                $0.training.epochs = 2
                $0.layers = 2
                $0.training.dropout = 0.2
            }
        }
        for result in results.dropFirst() {
            #expect(result.0.tensors == results[0].0.tensors)
            #expect(result.1 == results[0].1)
        }
    }

    @Test(arguments: Kind.allCases, [false, true])
    func `a model is rebuilt from its tensors, and predicts the same digits`(_ kind: Kind, bidirectional: Bool) throws {
        let windows = chain(500, seed: 8).windows
        let (classifier, _) = try kind.fit(windows) {
            $0.hidden = [12, 7]
            $0.bidirectional = bidirectional
            $0.training.epochs = 1
        }
        #expect(classifier.configuration.body == .recurrent(RecurrentConfiguration(cell: kind.cell, hidden: [12, 7], bidirectional: bidirectional)))
        #expect(classifier.parameterCount == classifier.tensors.reduce(0) { $0 + $1.values.count })
        let again = try NeuralSequenceModel(configuration: classifier.configuration, tensors: classifier.tensors.reversed())
        #expect(try again.predict(windows) == classifier.predict(windows))
        let part = try windows.subset([3, 499, 0])
        let whole = try classifier.predict(windows), some = try classifier.predict(part, work: Work(threads: 3))
        #expect([3, 499, 0].map { Array(whole.row($0)) } == (0..<3).map { Array(some.row($0)) })
    }

    @Test func `tensors that make no model are refused by name`() throws {
        let windows = chain(100, seed: 9).windows
        let (classifier, _) = try Kind.rnn.fit(windows) { $0.training.epochs = 1 }
        func problem(_ tensors: [Tensor]) -> SequenceModelError? {
            do {
                _ = try NeuralSequenceModel(configuration: classifier.configuration, tensors: tensors)
                return nil
            } catch { return error }
        }
        let tensors = classifier.tensors
        #expect(problem(Array(tensors.dropLast())) == .tensor("embedding", problem: "is missing"))
        #expect(problem(tensors + [Tensor(name: "more", shape: [1], values: [1])]) == .tensor("more", problem: "is not one that it has"))
        let flat = Tensor(name: "embedding", shape: [48], values: tensors[tensors.count - 1].values)
        #expect(problem(tensors.dropLast() + [flat]) == .tensor("embedding", problem: "has the shape [48] where [3, 16] is expected"))
        let wrong = Tensor(name: "embedding", shape: [3, 16], values: [Float](repeating: .nan, count: 48))
        #expect(problem(tensors.dropLast() + [wrong]) == .tensor("embedding", problem: "holds a number that is not finite"))
    }

    @Test(arguments: Kind.allCases)
    func `what cannot be fitted says why and what to try`(_ kind: Kind) throws {
        func failure(
            _ windows: SequenceWindows, validation: SequenceWindows? = nil, _ adjust: (inout RecurrentParameters) -> Void = { _ in }
        ) throws -> SequenceModelError {
            do { _ = try kind.fit(windows, validation, adjust) } catch let error as SequenceModelError { return error }
            throw NothingThrown()
        }
        let windows = chain(300, seed: 10).windows
        func remade(codes: [Int32]? = nil, targets: [Int32]? = nil) -> SequenceWindows {
            SequenceWindows(
                length: 8, codes: codes ?? windows.events, targets: targets ?? windows.targets, groups: windows.groups, vocabulary: windows.vocabulary,
                classes: windows.classes)
        }
        let none = try failure(windows.subset([])).diagnostic
        #expect(none.code == "no-windows" && none.category == .data && none.hint != nil)
        let one = try failure(remade(targets: [Int32](repeating: 1, count: 300))).diagnostic
        #expect(one.code == "one-class" && one.message.contains("'cart'") && one.category == .data)
        let code = try failure(remade(codes: windows.events.dropLast() + [9])).diagnostic
        #expect(code.code == "bad-code" && code.message.contains("event 8 of window 300"))
        let target = try failure(remade(targets: windows.targets.dropLast() + [7])).diagnostic
        #expect(target.code == "bad-target" && target.category == .data)
        let layers = try failure(windows, { $0.hidden = [3, 4]; $0.layers = 3 }).diagnostic
        #expect(layers.code == "bad-layers" && layers.category == .failure)
        let hidden = try failure(windows, { $0.hidden = [0] }).diagnostic
        #expect(hidden.code == "bad-value" && hidden.message.contains("'hidden'") && hidden.message.contains("1...4096"))
        #expect(try failure(windows, { $0.training.dropout = 0.95 }).diagnostic.code == "bad-value")
        #expect(try failure(windows, { $0.training.rate = .nan }).diagnostic.code == "bad-value")
        let other = SequenceWindows(length: 3, codes: [0, 0, 0], targets: [0], groups: [0], vocabulary: windows.vocabulary, classes: windows.classes)
        #expect(try failure(windows, validation: other).diagnostic.code == "other-length")
    }

    @Test func `divergence names the epoch and a lower rate`() {
        let diagnostic = SequenceModelError.diverged(epoch: 3, rate: 0.5).diagnostic
        #expect(diagnostic.code == "diverged" && diagnostic.category == .failure)
        #expect(diagnostic.message.contains("epoch 3") && diagnostic.hint?.contains("rate=0.05") == true)
    }

    @Test func `windows of another vocabulary or length are refused`() throws {
        let windows = chain(100, seed: 11).windows
        let (classifier, _) = try Kind.rnn.fit(windows) { $0.training.epochs = 1 }
        let renamed = SequenceWindows(
            length: 8, codes: windows.events, targets: windows.targets, groups: windows.groups, vocabulary: ["a", "b", "c"], classes: windows.classes)
        #expect(throws: SequenceModelError.vocabulary(expected: 3, found: 3)) { try classifier.predict(renamed) }
        let short = SequenceWindows(length: 3, codes: [0, 1, 2], targets: [0], groups: [0], vocabulary: windows.vocabulary, classes: windows.classes)
        #expect(throws: SequenceModelError.length(expected: 8, found: 3)) { try classifier.predict(short) }
    }

    @Test func `one number of units goes for all layers, a list gives each`() throws {
        let windows = chain(100, seed: 12).windows
        func hidden(_ adjust: (inout RecurrentParameters) -> Void) throws -> [Int] {
            let (model, _) = try Kind.rnn.fit(windows) {
                $0.training.epochs = 1
                adjust(&$0)
            }
            guard case .recurrent(let configuration) = model.configuration.body else { return [] }
            return configuration.hidden
        }
        #expect(try hidden { $0.hidden = [5]; $0.layers = 3 } == [5, 5, 5])
        #expect(try hidden { $0.hidden = [5, 4] } == [5, 4])
        #expect(try hidden { $0.hidden = [5, 4]; $0.layers = 2 } == [5, 4])
    }

    @Test func `the schema reads and sets each hyperparameter`() {
        let names = ["hidden", "layers", "bidirectional", "embedding", "dropout", "epochs", "batch", "optimizer", "rate", "schedule", "warm-up", "weight-decay", "patience", "clip", "class-weights", "smoothing"]
        #expect(LSTM.schema.name == "lstm" && GRU.schema.name == "gru" && RNN.schema.name == "rnn")
        #expect([LSTM.schema.hyperparameters.map(\.name), GRU.schema.hyperparameters.map(\.name), RNN.schema.hyperparameters.map(\.name)].allSatisfy { $0 == names })
        var estimator = LSTM()
        for hyperparameter in LSTM.schema.hyperparameters {
            switch hyperparameter.domain {
            case .integers: hyperparameter.set(&estimator, .integers([8, 4]))
            case .number: hyperparameter.set(&estimator, .number(0.5))
            case .boolean: hyperparameter.set(&estimator, .boolean(true))
            case .word(let words): hyperparameter.set(&estimator, .word(words[1]))
            default: hyperparameter.set(&estimator, .integer(3))
            }
        }
        #expect(estimator.parameters.hidden == [8, 4] && estimator.parameters.training.rate == 0.5 && estimator.parameters.training.clip == 0.5)
        #expect(LSTM.schema.hyperparameters.allSatisfy { $0.value(estimator) != $0.value(LSTM()) })
    }
}
