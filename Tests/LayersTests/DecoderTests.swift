import Layers
import Runtime
import Testing

struct DecoderTests {
    static func configuration(hidden: Int, layers: Int = 1, steps: Int, attention: Bool, classes: Int = 3, vocabulary: Int = 4) -> NetworkConfiguration {
        NetworkConfiguration(
            inputs: EventInputs([.init(name: nil, vocabulary: vocabulary, width: 3)]), body: .recurrent(RecurrentConfiguration(cell: .gru, hidden: Array(repeating: hidden, count: layers))),
            head: .decoder(DecoderConfiguration(classes: classes, steps: steps, embedding: 2, attention: attention)))
    }

    /// Rows with common beginnings, the same events with the same and with other targets, a short row, an empty one; steps that are not known, and a row that knows none.
    static let codes: [Int32] = [
        0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 3, 3, -1, -1, 0, 1, -1, -1, -1, -1, -1, -1, -1, 2, 3, 2, 1, 0, 0, 1, 2, 3, 0, 1, 2, 3,
    ]
    static let targets: [Int32] = [0, 1, 2, 0, 1, -1, 2, 2, 1, 0, -1, -1, 1, 0, 2, -1, -1, -1, 2, 1, 0, 0, 1, 1, 0, -1, -1]

    static func set(targets: [Int32] = targets) throws -> SequenceSet {
        try SequenceSet(codes: codes, count: 9, length: 4, vocabulary: 4, targets: targets.isEmpty ? [] : [.codes(targets, steps: 3, classes: 3)])
    }

    @Test(arguments: [false, true], [1, 2])
    func `gradients agree with finite differences in double precision`(attention: Bool, layers: Int) throws {
        var options = TrainingOptions()
        options.seed = 5
        let trainer = try Trainer(Self.configuration(hidden: 5, layers: layers, steps: 3, attention: attention), options: options, training: try Self.set())
        let (loss, gradient) = try trainer.lossAndGradient()
        var reference = DecoderReference(tensors: Dictionary(uniqueKeysWithValues: trainer.tensors.map { ($0.name, $0.values.map(Double.init)) }), classes: 3, hidden: 5)
        #expect(reference.attends == attention)
        func meanLoss() -> Double { reference.meanLoss(Self.codes, length: 4, vocabulary: 4, targets: Self.targets, steps: 3) }
        #expect(abs(loss - meanLoss()) < 1e-6)
        let step = 1e-5
        for tensor in gradient {
            for (index, found) in tensor.values.enumerated() {
                let value = reference.tensors[tensor.name, default: []][index]
                reference.tensors[tensor.name]?[index] = value + step
                let above = meanLoss()
                reference.tensors[tensor.name]?[index] = value - step
                let below = meanLoss()
                reference.tensors[tensor.name]?[index] = value
                let wanted = (above - below) / (2 * step)
                #expect(abs(Double(found) - wanted) < 2e-6, "\(tensor.name)[\(index)]: \(found), \(wanted)")
            }
        }
    }

    @Test(arguments: DecoderFixture.all.cases)
    func `loss, gradients and what is predicted agree with PyTorch`(_ c: DecoderFixture.Case) throws {
        let fixture = DecoderFixture.all
        let configuration = NetworkConfiguration(
            inputs: EventInputs([.init(name: nil, vocabulary: fixture.vocabulary, width: fixture.embedding)]), body: .recurrent(RecurrentConfiguration(cell: .gru, hidden: [fixture.hidden])),
            head: .decoder(DecoderConfiguration(classes: fixture.classes, steps: fixture.steps, embedding: fixture.own, attention: c.attention)))
        func set(_ targets: [SequenceTarget]) throws -> SequenceSet {
            try SequenceSet(codes: c.codes, count: c.codes.count / fixture.length, length: fixture.length, vocabulary: fixture.vocabulary, targets: targets)
        }
        let trainer = try Trainer(configuration, options: TrainingOptions(), training: try set([.codes(c.targets, steps: fixture.steps, classes: fixture.classes)]))
        let tensors = c.tensors.parameters
        trainer.tensors = tensors
        let (loss, gradient) = try trainer.lossAndGradient()
        #expect(abs(loss - c.loss) <= 1e-6)
        #expect(Set(gradient.map(\.name)) == Set(c.tensors.map(\.name)))
        try c.tensors.expect(gradient, within: 1e-6)
        let network = try Network(configuration: configuration, tensors: tensors)
        #expect(Set(c.searches.values.map(\.codes)).count > 1, "a beam finds something else")
        for (beam, wanted) in c.searches {
            let found = try network.continuations(try set([]), beam: try #require(Int(beam)))
            #expect(found.codes == wanted.codes, "beam \(beam)")
            #expect(zip(found.probabilities, wanted.probabilities).allSatisfy { abs($0 - $1) <= 1e-5 }, "beam \(beam)")
        }
    }

    @Test(arguments: [false, true])
    func `a beam as wide as all there is finds the likeliest continuation`(attention: Bool) throws {
        let trainer = try Trainer(Self.configuration(hidden: 6, steps: 3, attention: attention), options: TrainingOptions(), training: try Self.set())
        let network = try Network(configuration: trainer.configuration, tensors: trainer.tensors), found = try network.continuations(try Self.set(targets: []), beam: 27)
        let reference = DecoderReference(tensors: Dictionary(uniqueKeysWithValues: trainer.tensors.map { ($0.name, $0.values.map(Double.init)) }), classes: 3, hidden: 6)
        for row in 0..<found.count {
            let states = reference.states(Self.codes[row * 4..<row * 4 + 4].filter { $0 >= 0 }.map { Int($0) }, vocabulary: 4)
            var all: [(codes: [Int32], score: Double, state: [Double])] = [([], 0, states.last ?? Array(repeating: 0, count: 6))]
            for _ in 0..<3 {
                all = all.flatMap { one in
                    let (logs, after) = reference.next(one.state, reading: one.codes.last.map { Int($0) } ?? 3, states: states)
                    return logs.indices.map { (one.codes + [Int32($0)], one.score + logs[$0], after) }
                }
            }
            #expect(Array(found[row]) == all.max { $0.score < $1.score }?.codes)
        }
    }

    @Test func `of equally likely continuations the smaller codes come first`() throws {
        let configuration = Self.configuration(hidden: 4, steps: 3, attention: true)
        let zeros = configuration.tensorShapes.map { Tensor(name: $0.name, shape: $0.shape, values: Array(repeating: 0, count: $0.shape.reduce(1, *))) }
        for beam in [1, 2, 5, 30] {
            let found = try Network(configuration: configuration, tensors: zeros).continuations(try Self.set(targets: []), beam: beam)
            #expect(found.codes.allSatisfy { $0 == 0 })
            #expect(found.probabilities.allSatisfy { abs($0 - 1.0 / 3) < 1e-6 })
        }
    }

    /// Windows whose next events are their first ones.
    private func copies(_ count: Int, length: Int, steps: Int, seed: Int, gaps: Bool = true) throws -> (codes: [Int32], targets: [Int32]) {
        let (codes, _) = copyTask(count, length: length, seed: seed)
        var targets: [Int32] = []
        for row in 0..<count {
            let events = codes[row * length..<(row + 1) * length].filter { $0 >= 0 }.prefix(gaps && row % 4 == 0 ? 1 : steps)
            targets += events + Array(repeating: -1, count: steps - events.count)
        }
        return (codes, targets)
    }

    private func set(_ data: (codes: [Int32], targets: [Int32]), length: Int, steps: Int, isAsked: Bool = false) throws -> SequenceSet {
        try SequenceSet(codes: data.codes, count: data.codes.count / length, length: length, vocabulary: 3, targets: isAsked ? [] : [.codes(data.targets, steps: steps, classes: 3)])
    }

    static let bodies = [false, true].flatMap { attention in [1, 2].map { configuration(hidden: 9, layers: $0, steps: 4, attention: attention, vocabulary: 3) } }

    @Test(arguments: bodies, [0.0, 0.3])
    func `one, two, three and eight threads give the same bits`(_ configuration: NetworkConfiguration, dropout: Double) throws {
        let training = try set(copies(700, length: 6, steps: 4, seed: 1), length: 6, steps: 4), validation = try set(copies(200, length: 6, steps: 4, seed: 2), length: 6, steps: 4)
        var options = TrainingOptions()
        options.epochs = 2
        options.dropout = dropout
        let results = try [1, 2, 3, 8].map { try Trainer(configuration, options: options, training: training, validation: validation).run(work: Work(threads: $0)) }
        for result in results.dropFirst() {
            #expect(result.network.tensors == results[0].network.tensors)
            #expect(result.history == results[0].history)
        }
        #expect(results[0].history.epochs[1].trainingLoss < results[0].history.epochs[0].trainingLoss)
    }

    @Test(arguments: bodies)
    func `a network predicts the same digits in any batch and on any number of threads`(_ configuration: NetworkConfiguration) throws {
        let data = try copies(1500, length: 6, steps: 4, seed: 3)
        var options = TrainingOptions()
        options.epochs = 1
        let network = try Trainer(configuration, options: options, training: set(data, length: 6, steps: 4)).run().network
        for beam in [1, 3, 7] {
            let whole = try network.continuations(set(data, length: 6, steps: 4, isAsked: true), beam: beam)
            #expect(try network.continuations(set(data, length: 6, steps: 4, isAsked: true), beam: beam, work: Work(threads: 3)) == whole)
            for rows in [0..<1, 7..<8, 0..<13, 600..<1200] {
                let part = try network.continuations(set((Array(data.codes[rows.lowerBound * 6..<rows.upperBound * 6]), []), length: 6, steps: 4, isAsked: true), beam: beam)
                #expect(part.codes == Array(whole.codes[rows.lowerBound * 4..<rows.upperBound * 4]))
                #expect(part.probabilities == Array(whole.probabilities[rows.lowerBound * 4..<rows.upperBound * 4]))
            }
        }
        // The probabilities of the first step are those that a greedy search begins with, whether targets are known or not.
        let first = try network.probabilities(set(data, length: 6, steps: 4)), greedy = try network.continuations(set(data, length: 6, steps: 4, isAsked: true))
        #expect(try network.probabilities(set(data, length: 6, steps: 4, isAsked: true)) == first)
        for row in 0..<1500 { #expect(first[row * 3..<row * 3 + 3].max() == greedy.probabilities[row * 4]) }
    }

    @Test(arguments: bodies)
    func `padding changes no digit`(_ configuration: NetworkConfiguration) throws {
        let data = try copies(60, length: 20, steps: 4, seed: 6)
        var padded: [Int32] = []
        for row in 0..<60 { padded += [Int32](repeating: -1, count: 17) + data.codes[row * 20..<row * 20 + 20] }
        let first = try Trainer(configuration, options: TrainingOptions(), training: set(data, length: 20, steps: 4)).lossAndGradient()
        let second = try Trainer(configuration, options: TrainingOptions(), training: set((padded, data.targets), length: 37, steps: 4)).lossAndGradient()
        #expect(first.loss == second.loss)
        #expect(first.gradient == second.gradient)
    }

    @Test(arguments: [false, true])
    func `what begins a window is learnt to be said again, step by step`(attention: Bool) throws {
        let training = try copies(3000, length: 4, steps: 3, seed: 8, gaps: false), test = try copies(300, length: 4, steps: 3, seed: 9, gaps: false)
        var options = TrainingOptions()
        options.epochs = 12
        options.batch = 64
        options.rate = 0.01
        let configuration = Self.configuration(hidden: 24, steps: 3, attention: attention, vocabulary: 3)
        let (network, history) = try Trainer(configuration, options: options, training: set(training, length: 4, steps: 3), validation: set(test, length: 4, steps: 3)).run()
        let found = try network.continuations(set(test, length: 4, steps: 3, isAsked: true), beam: 2)
        // Windows with fewer events than steps say nothing of the later ones.
        let known = test.targets.indices.filter { test.targets[$0] >= 0 }, right = known.count { found.codes[$0] == test.targets[$0] }
        #expect(Double(right) / Double(known.count) > 0.95)
        // The history's accuracy counts steps under teacher forcing.
        #expect(history.epochs[history.bestEpoch - 1].validationAccuracy ?? 0 > 0.95)
    }

    @Test func `attention on a body that does not show its states is refused`() throws {
        for body in [
            BodyConfiguration.transformer(TransformerConfiguration(width: 8, heads: 2, layers: 1, length: 4)), .convolution(ConvolutionConfiguration(channels: 8, layers: 2)),
            .recurrent(RecurrentConfiguration(cell: .gru, hidden: [4], bidirectional: true)),
        ] {
            func configuration(_ attention: Bool) -> NetworkConfiguration {
                NetworkConfiguration(
                    inputs: EventInputs([.init(name: nil, vocabulary: 4, width: 8)]), body: body, head: .decoder(DecoderConfiguration(classes: 3, steps: 3, embedding: 2, attention: attention)))
            }
            #expect(throws: TrainingFailure.hiddenStates) { try Trainer(configuration(true), options: TrainingOptions(), training: try Self.set()) }
            #expect(throws: Network.TensorFailure.hiddenStates) { try Network(configuration: configuration(true), tensors: []) }
            // Without it any body will do.
            let (network, history) = try Trainer(configuration(false), options: TrainingOptions(), training: try Self.set()).run()
            #expect(history.epochs.last?.trainingLoss ?? 9 < history.epochs[0].trainingLoss)
            #expect(try network.continuations(try Self.set(targets: []), beam: 2).count == 9)
        }
    }

    @Test func `a step that is known after one that is not is told by its row`() {
        #expect(throws: SequenceSet.Failure.targetGap(row: 1)) {
            try SequenceSet(codes: [0, 1], count: 2, length: 1, vocabulary: 2, targets: [.codes([0, 1, -1, 1], steps: 2, classes: 2)])
        }
    }
}
