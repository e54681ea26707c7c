import Algebra
import Layers
import TestSupport
import Testing

/// The values of PyTorch; `Fixtures/training.py` made them.
struct TrainingFixture: Decodable {
    struct Run: Decodable, Sendable, CustomTestStringConvertible {
        let kind: String, decay: Double, rate: Double, start: [Float], steps: [RecurrentFixture.AdamRun.Step]
        var testDescription: String { "\(kind), weight decay \(decay)" }
    }
    struct Inputs: Decodable {
        let hidden: Int, lengths: [Int], codes: [Int32], numbers: [Float], side: [Float], targets: [Int32], weights: [Double], smoothing: Double, loss: Double
        let tensors: [ReferenceTensor]
    }
    let optimisers: [Run], inputs: Inputs

    static let all = Fixture.read("training", in: .module, as: TrainingFixture.self)
}

struct OptimiserTests {
    @Test(arguments: TrainingFixture.all.optimisers)
    func `steps agree with PyTorch`(_ run: TrainingFixture.Run) throws {
        let memory = Workspace<Float>(parts: [run.start.count, run.start.count])
        let parameters = memory.next(), gradient = memory.next()
        _ = parameters.update(from: run.start)
        let optimiser = Optimiser(try #require(OptimiserKind(rawValue: run.kind)), count: run.start.count, decay: run.decay)
        for step in run.steps {
            _ = gradient.update(from: step.gradient)
            optimiser.step(parameters, gradient: gradient, rate: run.rate)
            #expect(zip(parameters, step.parameters).allSatisfy { abs($0 - $1) <= 3e-7 })
        }
    }

    @Test func `step sizes rise, and fall as the schedule says`() {
        func rates(_ schedule: LearningRate.Schedule, warmUp: Int) -> [Double] {
            let rate = LearningRate(rate: 0.8, schedule: schedule, warmUp: warmUp, steps: warmUp + 6)
            return (1...warmUp + 6).map { (rate($0) * 1e6).rounded() / 1e6 }
        }
        #expect(rates(.constant, warmUp: 0) == [0.8, 0.8, 0.8, 0.8, 0.8, 0.8])
        #expect(rates(.step, warmUp: 2) == [0.4, 0.8, 0.8, 0.8, 0.4, 0.4, 0.2, 0.2])
        // 0.4 · (1 + cos(π k / 6)).
        #expect(rates(.cosine, warmUp: 0) == [0.8, 0.74641, 0.6, 0.4, 0.2, 0.05359])
    }
}

struct InputTests {
    /// The sequences of the fixture: each event is one of its own.
    private static func set(_ fixture: TrainingFixture.Inputs, shuffled: Bool = false) throws -> SequenceSet {
        let count = fixture.codes.count / 2
        let attributes = try EventAttributes(count: count, codes: fixture.codes, vocabularies: [5, 4], numbers: fixture.numbers, numberCount: 1)
        var end = 0
        let ends = fixture.lengths.map { length -> Int32 in
            end += length
            return Int32(end)
        }
        return try SequenceSet(
            events: (0..<Int32(count)).map { $0 }, ends: ends, known: fixture.lengths.map { Int32($0) }, length: 4, vocabulary: count, attributes: attributes, sideInputs: fixture.side,
            targets: [.codes(fixture.targets, classes: 3)])
    }

    private static func configuration(_ fixture: TrainingFixture.Inputs) -> NetworkConfiguration {
        NetworkConfiguration(
            inputs: EventInputs([.init(name: "a", vocabulary: 5, width: 3), .init(name: "b", vocabulary: 4, width: 2)], numbers: 1),
            body: .recurrent(RecurrentConfiguration(cell: .lstm, hidden: [fixture.hidden])), sideInputs: 2, classes: 3)
    }

    @Test func `several variables, numbers, side inputs, class weights and smoothing agree with PyTorch`() throws {
        let fixture = TrainingFixture.all.inputs
        var options = TrainingOptions()
        options.classWeights = [fixture.weights]
        options.smoothing = fixture.smoothing
        let trainer = try Trainer(Self.configuration(fixture), options: options, training: try Self.set(fixture))
        trainer.tensors = fixture.tensors.parameters
        let (loss, gradient) = try trainer.lossAndGradient()
        #expect(abs(loss - fixture.loss) <= 1e-6)
        try fixture.tensors.expect(gradient, within: 1e-6)
    }

    @Test func `sequences of the same events keep their own side inputs`() throws {
        let attributes = try EventAttributes(count: 2, codes: [0, 1, 2, 0], vocabularies: [5, 4], numbers: [0.5, -1], numberCount: 1)
        let set = try SequenceSet(
            events: [0, 1, 0, 1], ends: [2, 4], known: [2, 2], length: 2, vocabulary: 2, attributes: attributes, sideInputs: [0, 0, 1, -1], targets: [.codes([0, 1], classes: 3)])
        let trainer = try Trainer(Self.configuration(TrainingFixture.all.inputs), options: TrainingOptions(), training: set)
        let (network, history) = try trainer.run()
        let chances = try network.probabilities(set)
        #expect(chances[0..<3] != chances[3..<6])
        #expect(history.epochs.count == 10)
    }

    @Test func `what is no code and no number is named by its place`() {
        #expect(throws: SequenceSet.Failure.attribute(4, event: 1, variable: 1, vocabulary: 4)) {
            try EventAttributes(count: 2, codes: [0, 1, 2, 4], vocabularies: [5, 4], numbers: [], numberCount: 0)
        }
        #expect(throws: SequenceSet.Failure.number(event: 1, number: 0)) { try EventAttributes(count: 2, codes: [0, 1], vocabularies: [5], numbers: [0, .infinity], numberCount: 1) }
        #expect(throws: SequenceSet.Failure.sideInput(row: 1, column: 0)) {
            try SequenceSet(events: [0, 0], ends: [1, 2], known: [1, 1], length: 1, vocabulary: 1, sideInputs: [0, 1, .nan, 1])
        }
    }

    @Test func `a class that counts more is found more often`() throws {
        // Two events out of three are of class 0, whatever went before.
        let codes = (0..<600).map { Int32($0 % 2) }, targets = (0..<600).map { Int32($0 % 3 == 0 ? 1 : 0) }
        let set = try SequenceSet(codes: codes, count: 600, length: 1, vocabulary: 2, targets: targets, classes: 2)
        func share(_ weights: [Double]) throws -> Float {
            var options = TrainingOptions()
            options.classWeights = [weights]
            options.rate = 0.02
            options.epochs = 30
            let network = try Trainer(NetworkConfiguration(vocabulary: 2, embedding: 2, body: .recurrent(RecurrentConfiguration(cell: .rnn, hidden: [2])), classes: 2), options: options, training: set).run().network
            return try network.probabilities(set)[1]
        }
        #expect(abs(try share([]) - 1.0 / 3) < 0.03)
        #expect(abs(try share([0.75, 1.5]) - 0.5) < 0.03)
    }
}
