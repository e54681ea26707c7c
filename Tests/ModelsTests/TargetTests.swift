import Algebra
import Features
import Layers
import Models
import Runtime
import Testing

/// Networks that learn numbers, several targets, and what is known of a window beside its events.
struct TargetTests {
    /// Windows of three actions. `sum` is a number far off zero that counts the carts, `first` the class of the first event, and `side` says by itself what `known` is.
    static func windows(_ count: Int, seed: Int) -> SequenceWindows {
        var stream = RandomStream(seed: seed, name: "test", purpose: "targets")
        let length = 4
        var codes: [Int32] = [], sums: [Double] = [], firsts: [Int32] = [], knowns: [Int32] = [], words: [Int32] = [], numbers: [Double] = []
        for _ in 0..<count {
            let events = (0..<length).map { _ in Int32(stream.below(3)) }
            codes += events
            sums.append(stream.uniform() < 0.2 ? .nan : 5000 + 30 * Double(events.count { $0 == 1 }))
            firsts.append(stream.uniform() < 0.2 ? -1 : events[0])
            let word = stream.below(2), number = stream.uniform() < 0.1 ? Double.nan : 1e6 + stream.normal()
            words.append(Int32(word))
            numbers.append(number)
            knowns.append(word == 1 && (number.isNaN || number > 1e6) ? 1 : 0)
        }
        return SequenceWindows(
            length: length, events: codes, ends: (1...Int32(count)).map { $0 * 4 }, known: Array(repeating: 4, count: count),
            outputs: [
                WindowTarget(name: "sum", goal: .nextEvent, .numbers(sums)), WindowTarget(name: "first", goal: .label, .classes(firsts, names: ["pv", "cart", "buy"])),
                WindowTarget(name: "known", goal: .label, .classes(knowns, names: ["no", "yes"])),
            ], groups: Array(repeating: 0, count: count), inputs: SequenceInputs(.init("action", vocabulary: ["pv", "cart", "buy"])),
            context: SequenceInputs(variables: [.init("land", vocabulary: ["de", "fr"])], numbers: ["visits"], count: count, codes: words, values: numbers))
    }

    static func gru(_ weights: [Double] = []) -> GRU {
        var gru = GRU()
        gru.parameters.hidden = [12]
        gru.parameters.embedding = 4
        gru.training.epochs = 12
        gru.training.rate = 0.02
        gru.training.outputWeights = weights
        return gru
    }

    @Test func `a number, a class and what is known beside the events are learnt at once, the same on any number of threads`() throws {
        let training = Self.windows(2000, seed: 1), test = Self.windows(500, seed: 2)
        let models = try [1, 3].map { try Self.gru([1, 1, 2]).fitNetwork(training, validation: Self.windows(300, seed: 3), seed: 4, work: Work(threads: $0)).model }
        let model = models[0]
        #expect(models[1].tensors == model.tensors)
        #expect(model.targets.map(\.name) == ["sum", "first", "known"] && model.context == ["land", "visits"])
        #expect(model.tensors.map(\.name).filter { $0.hasPrefix("head") } == ["head.sum.weight", "head.sum.bias", "head.first.weight", "head.first.bias", "head.known.weight", "head.known.bias"])
        // 12 units, two words and a number.
        #expect(model.tensors.first { $0.name == "head.known.weight" }?.shape == [15, 2])
        let found = try model.predictions(test)
        guard case .numbers(let sums) = found[0], case .numbers(let truth) = test.outputs[0].values, case .classes(let firsts) = found[1], case .classes(let knowns) = found[2] else {
            Issue.record("a number and two classes are expected")
            return
        }
        // In the units of the target.
        let gaps = try test.outputs[0].known().map { abs(sums[$0] - truth[$0]) }
        #expect(gaps.reduce(0, +) / Double(gaps.count) < 3)
        func right(_ chances: Matrix, _ target: WindowTarget) throws -> Double {
            guard case .classes(let codes, _) = target.values else { return 0 }
            let rows = try target.known()
            return Double(rows.count { chances.row($0).max() == chances[$0, Int(codes[$0])] }) / Double(rows.count)
        }
        #expect(try right(firsts, test.outputs[1]) > 0.95)
        #expect(try right(knowns, test.outputs[2]) > 0.9)
        // A row follows from its window alone.
        guard case .numbers(let part) = try model.predictions(test.subset([7, 3]))[0] else { return }
        #expect(part == [sums[7], sums[3]])
        let again = try NeuralSequenceModel(configuration: model.configuration, tensors: model.tensors.reversed())
        #expect(try again.predict(test) == model.predict(test))
    }

    @Test func `the scale of a number is that of the training windows`() throws {
        let windows = Self.windows(400, seed: 5)
        let model = try Self.gru().fitNetwork(windows, validation: nil, seed: 1).model
        guard case .numbers(let sums) = windows.outputs[0].values, case .number(let mean, let deviation) = model.targets[0].kind else { return }
        let known = sums.filter { !$0.isNaN }, average = known.reduce(0, +) / Double(known.count)
        #expect(abs(mean - average) < 1e-9 && abs(deviation - (known.reduce(0) { $0 + ($1 - average) * ($1 - average) } / Double(known.count)).squareRoot()) < 1e-9)
    }

    @Test func `an echo state network learns a number by ridge regression, in its own units`() throws {
        let whole = Self.windows(2000, seed: 1), known = try whole.outputs[0].known()
        let part = try whole.subset(known)
        let windows = SequenceWindows(length: 4, events: part.events, ends: part.ends, known: part.known, outputs: [part.outputs[0]], groups: part.groups, inputs: part.inputs)
        var esn = EchoState()
        esn.hidden = 60
        let models = try [1, 3].map { try esn.fitReadout(windows, seed: 2, work: Work(threads: $0)) }
        #expect(models[0].weights == models[1].weights && models[0].weights.count == 61 && models[0].parameterCount == 61)
        guard case .numbers(let found) = try models[0].predictions(windows)[0], case .numbers(let truth) = windows.outputs[0].values else {
            Issue.record("numbers are expected")
            return
        }
        let gaps = zip(found, truth).map { abs($0 - $1) }
        #expect(gaps.reduce(0, +) / Double(gaps.count) < 5)
        // Least squares with a free constant are right on average.
        #expect(abs(zip(found, truth).reduce(0) { $0 + $1.0 - $1.1 }) / Double(found.count) < 0.01)
    }

    @Test func `what cannot be learnt says why`() throws {
        func failure(_ estimator: any SequenceEstimator, _ outputs: [WindowTarget], context: SequenceInputs? = nil) throws -> SequenceModelError? {
            let windows = SequenceWindows(
                length: 1, events: [0, 1, 0, 1], ends: [1, 2, 3, 4], known: [1, 1, 1, 1], outputs: outputs, groups: [0, 1, 2, 3], inputs: SequenceInputs(.init("action", vocabulary: ["pv", "cart"])), context: context)
            do {
                _ = try estimator.fit(windows, validation: nil, seed: 1, work: Work())
                return nil
            } catch { return try #require(error as? SequenceModelError) }
        }
        let number = WindowTarget(name: "price", goal: .nextEvent, .numbers([1, 2, 3, 4])), label = WindowTarget(name: "bought", goal: .label, .classes([0, 1, 0, 1], names: ["no", "yes"]))
        let context = SequenceInputs(variables: [], numbers: ["visits"], count: 4, codes: [], values: [1, 2, 3, 4])
        for (estimator, name) in [(Markov(), "markov"), (EchoState(), "esn")] as [(any SequenceEstimator, String)] {
            #expect(try failure(estimator, [number]) == (name == "esn" ? nil : .numberTarget("price", model: name)))
            #expect(try failure(estimator, [label, number]) == .severalTargets(name))
            #expect(try failure(estimator, [label], context: context) == .context(name))
        }
        let gru = Self.gru()
        #expect(try failure(gru, [WindowTarget(name: "price", goal: .nextEvent, .numbers([2, 2, .nan, 2]))]) == .oneValue("price", 2))
        #expect(try failure(gru, [label, WindowTarget(name: "price", goal: .nextEvent, .numbers([.nan, .nan, .nan, .nan]))]) == .noTargets("price"))
        #expect(try failure(gru, [WindowTarget(name: "price", goal: .nextEvent, .numbers([2, .infinity, 1, 2]))]) == .infinite("price"))
        #expect(try failure(gru, [label, WindowTarget(name: "x", goal: .label, .classes([-1, 1, -1, 1], names: ["no", "yes"]))]) == .oneClass("yes"))
        #expect(try failure(gru, [label], context: SequenceInputs(variables: [], numbers: ["visits"], count: 4, codes: [], values: [1, 2, .infinity, 4])) == .infinite("visits"))
        let model = try gru.fitNetwork(Self.windows(50, seed: 1), validation: nil, seed: 1).model
        let bare = SequenceWindows(length: 4, codes: [0, 1, 2, 0], targets: [0], groups: [0], vocabulary: ["pv", "cart", "buy"], classes: ["pv"])
        #expect(throws: SequenceModelError.otherContext(["land", "visits"])) { try model.predict(bare) }
    }
}
