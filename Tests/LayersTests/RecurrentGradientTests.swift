import Algebra
import Layers
import Runtime
import Testing

struct RecurrentGradientTests {
    struct Sizes: Sendable, CustomTestStringConvertible {
        let cell: RecurrentCell, hidden: [Int], bidirectional: Bool
        var testDescription: String { "\(cell) \(hidden)\(bidirectional ? " bidirectional" : "")" }
        var body: BodyConfiguration { .recurrent(RecurrentConfiguration(cell: cell, hidden: hidden, bidirectional: bidirectional)) }
    }
    static func sizes(_ hidden: [Int]...) -> [Sizes] {
        RecurrentCell.allCases.flatMap { cell in hidden.flatMap { hidden in [false, true].map { Sizes(cell: cell, hidden: hidden, bidirectional: $0) } } }
    }

    /// Rows with common beginnings, repeated rows, a short one, an empty one.
    static let codes: [Int32] = [
        0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 3, 3, -1, -1, 0, 1, -1, -1, -1, -1, -1, -1, -1, 2, 3, 2, 1, 0, 0, 1, 2, 3,
    ]
    static let targets: [Int32] = [0, 1, 2, 0, 1, 2, 0, 2]

    @Test(arguments: sizes([5], [4, 3], [3, 2, 4]))
    func `gradients agree with finite differences in double precision`(_ sizes: Sizes) throws {
        let configuration = NetworkConfiguration(vocabulary: 4, embedding: 3, body: sizes.body, classes: 3)
        let set = try SequenceSet(codes: Self.codes, count: 8, length: 4, vocabulary: 4, targets: Self.targets, classes: 3)
        var options = TrainingOptions()
        options.batch = 8
        options.seed = 5
        let trainer = try Trainer(configuration, options: options, training: set)
        let (loss, gradient) = try trainer.lossAndGradient()
        var reference = RecurrentReference(
            cell: sizes.cell, hidden: sizes.hidden, bidirectional: sizes.bidirectional, vocabulary: 4, embedding: 3, classes: 3,
            tensors: Dictionary(uniqueKeysWithValues: trainer.tensors.map { ($0.name, $0.values.map(Double.init)) }))
        #expect(abs(loss - reference.meanLoss(Self.codes, length: 4, targets: Self.targets)) < 1e-6)
        let step = 1e-5
        for tensor in gradient {
            for (index, found) in tensor.values.enumerated() {
                let value = reference.tensors[tensor.name, default: []][index]
                reference.tensors[tensor.name]?[index] = value + step
                let above = reference.meanLoss(Self.codes, length: 4, targets: Self.targets)
                reference.tensors[tensor.name]?[index] = value - step
                let below = reference.meanLoss(Self.codes, length: 4, targets: Self.targets)
                reference.tensors[tensor.name]?[index] = value
                let wanted = (above - below) / (2 * step)
                #expect(abs(Double(found) - wanted) < 2e-6, "\(tensor.name)[\(index)]: \(found), \(wanted)")
            }
        }
    }

    @Test(arguments: RecurrentFixture.all.cases)
    func `loss, probabilities and gradients agree with PyTorch`(_ c: RecurrentFixture.Case) throws {
        let fixture = RecurrentFixture.all
        let configuration = NetworkConfiguration(
            vocabulary: fixture.vocabulary, embedding: fixture.embedding,
            body: .recurrent(RecurrentConfiguration(cell: try #require(RecurrentCell(rawValue: c.cell)), hidden: c.hidden, bidirectional: c.bidirectional)),
            classes: fixture.classes)
        let set = try SequenceSet(
            codes: c.codes, count: c.targets.count, length: fixture.length, vocabulary: fixture.vocabulary, targets: c.targets,
            classes: fixture.classes)
        let trainer = try Trainer(configuration, options: TrainingOptions(), training: set)
        let tensors = c.tensors.parameters
        trainer.tensors = tensors
        let (loss, gradient) = try trainer.lossAndGradient()
        #expect(abs(loss - c.loss) <= 1e-6)
        try c.tensors.expect(gradient, within: 1e-6)
        let network = try Network(configuration: configuration, tensors: tensors)
        let probabilities = try network.probabilities(set)
        #expect(probabilities.count == c.probabilities.count)
        #expect(zip(probabilities, c.probabilities).allSatisfy { abs($0 - $1) <= 1e-6 })
    }

    @Test(arguments: sizes([17, 5]))
    func `padding changes no digit`(_ sizes: Sizes) throws {
        let configuration = NetworkConfiguration(vocabulary: 4, embedding: 3, body: sizes.body, classes: 3)
        var options = TrainingOptions()
        options.batch = 8
        let short = try SequenceSet(codes: Self.codes, count: 8, length: 4, vocabulary: 4, targets: Self.targets, classes: 3)
        var padded: [Int32] = []
        for row in 0..<8 { padded += [-1, -1, -1] + Self.codes[row * 4..<row * 4 + 4] }
        let long = try SequenceSet(codes: padded, count: 8, length: 7, vocabulary: 4, targets: Self.targets, classes: 3)
        let first = try Trainer(configuration, options: options, training: short).lossAndGradient()
        let second = try Trainer(configuration, options: options, training: long).lossAndGradient()
        #expect(first.loss == second.loss)
        #expect(first.gradient == second.gradient)
        let network = try Network(configuration: configuration, tensors: Trainer(configuration, options: options, training: short).tensors)
        #expect(try network.probabilities(short) == network.probabilities(long))
    }

    @Test(arguments: sizes([6, 5]))
    func `dropout scales with the states it keeps`(_ sizes: Sizes) throws {
        // With dropout each sequence has a path of its own; at a share that drops next to nothing the gradient is that without dropout.
        let configuration = NetworkConfiguration(vocabulary: 4, embedding: 3, body: sizes.body, classes: 3)
        var options = TrainingOptions()
        options.batch = 8
        let set = try SequenceSet(codes: Self.codes, count: 8, length: 4, vocabulary: 4, targets: Self.targets, classes: 3)
        let plain = try Trainer(configuration, options: options, training: set).lossAndGradient()
        options.dropout = 1e-9
        let next = try Trainer(configuration, options: options, training: set).lossAndGradient()
        #expect(abs(plain.loss - next.loss) < 1e-6)
        for (a, b) in zip(plain.gradient, next.gradient) { #expect(zip(a.values, b.values).allSatisfy { abs($0 - $1) < 1e-6 }, "\(a.name)") }
        options.dropout = 0.5
        let dropped = try Trainer(configuration, options: options, training: set).lossAndGradient()
        #expect(abs(dropped.loss - plain.loss) > 1e-4)
    }
}

struct AdamTests {
    @Test func `steps agree with PyTorch`() throws {
        let run = RecurrentFixture.all.adam
        let memory = Workspace<Float>(parts: [run.start.count, run.start.count])
        let parameters = memory.next(), gradient = memory.next()
        _ = parameters.update(from: run.start)
        let adam = Optimiser(count: run.start.count)
        for step in run.steps {
            _ = gradient.update(from: step.gradient)
            adam.step(parameters, gradient: gradient, rate: run.rate)
            #expect(zip(parameters, step.parameters).allSatisfy { abs($0 - $1) <= 2e-7 })
        }
    }

    @Test func `scaling the gradient in the step is scaling it before`() {
        let memory = Workspace<Float>(parts: [3, 3, 3, 3])
        let p = memory.next(), q = memory.next(), g = memory.next(), h = memory.next()
        for i in 0..<3 {
            g[i] = Float(i) - 0.5
            h[i] = g[i] * 0.25
        }
        Optimiser(count: 3).step(p, gradient: g, rate: 0.1, scale: 0.25)
        Optimiser(count: 3).step(q, gradient: h, rate: 0.1)
        #expect(Array(p) == Array(q))
        #expect(p[0] > 0 && p[2] < 0)
    }
}
