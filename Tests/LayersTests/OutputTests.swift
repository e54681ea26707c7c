import Foundation
import Layers
import Runtime
import TestSupport
import Testing

/// The values of PyTorch; `Fixtures/outputs.py` made them.
struct OutputFixture: Decodable {
    let hidden: Int, lengths: [Int], codes: [Int32], side: [Float], weights: [Double], classWeights: [Double], actions: [Int32], boughts: [Int32], spends: [Float?]
    let loss: Double, predictions: [[Float]], tensors: [ReferenceTensor]

    static let all = Fixture.read("outputs", in: .module, as: OutputFixture.self)

    var targets: [SequenceTarget] { [.codes(actions, classes: 4), .codes(boughts, classes: 2), .numbers(spends.map { $0 ?? .nan })] }

    func set(_ targets: [SequenceTarget]) throws -> SequenceSet {
        var end = 0
        let ends = lengths.map { length -> Int32 in
            end += length
            return Int32(end)
        }
        return try SequenceSet(events: codes, ends: ends, known: lengths.map { Int32($0) }, length: 4, vocabulary: 5, sideInputs: side, targets: targets)
    }

    static let outputs = HeadConfiguration.outputs([.init(name: "action", .classes(4)), .init(name: "bought", .classes(2)), .init(name: "spent", .number)])

    var options: TrainingOptions {
        var options = TrainingOptions()
        options.outputWeights = weights
        options.classWeights = [classWeights, [], []]
        return options
    }
}

/// A head of several outputs, whose targets may be missing.
struct OutputTests {
    private static func configuration(_ body: BodyConfiguration) -> NetworkConfiguration {
        NetworkConfiguration(inputs: EventInputs([.init(name: nil, vocabulary: 5, width: 3)]), body: body, sideInputs: 2, head: OutputFixture.outputs)
    }

    @Test func `loss, predictions and gradients of several outputs agree with PyTorch`() throws {
        let fixture = OutputFixture.all, configuration = Self.configuration(.recurrent(RecurrentConfiguration(cell: .lstm, hidden: [fixture.hidden])))
        let set = try fixture.set(fixture.targets), tensors = fixture.tensors.parameters
        let trainer = try Trainer(configuration, options: fixture.options, training: set)
        trainer.tensors = tensors
        let (loss, gradient) = try trainer.lossAndGradient()
        #expect(abs(loss - fixture.loss) <= 1e-6)
        try fixture.tensors.expect(gradient, within: 1e-6)
        let outputs = try Network(configuration: configuration, tensors: tensors).outputs(set)
        for (found, wanted) in zip(outputs, fixture.predictions) { #expect(found.count == wanted.count && zip(found, wanted).allSatisfy { abs($0 - $1) <= 1e-6 }) }
    }

    @Test func `gradients of several outputs agree with finite differences in double precision`() throws {
        let fixture = OutputFixture.all, configuration = Self.configuration(.convolution(ConvolutionConfiguration(channels: 6, layers: 2)))
        let trainer = try Trainer(configuration, options: fixture.options, training: fixture.set(fixture.targets))
        let (loss, gradient) = try trainer.lossAndGradient()
        var reference = ConvolutionReference(
            tensors: Dictionary(uniqueKeysWithValues: trainer.tensors.map { ($0.name, $0.values.map(Double.init)) }), vocabulary: 5, width: 6, layers: 2, kernel: 3)
        #expect(abs(loss - Self.loss(reference, fixture)) < 1e-6)
        let step = 1e-5
        for tensor in gradient {
            for (index, found) in tensor.values.enumerated() {
                let value = reference.tensors[tensor.name, default: []][index]
                reference.tensors[tensor.name]?[index] = value + step
                let above = Self.loss(reference, fixture)
                reference.tensors[tensor.name]?[index] = value - step
                let below = Self.loss(reference, fixture)
                reference.tensors[tensor.name]?[index] = value
                let wanted = (above - below) / (2 * step)
                #expect(abs(Double(found) - wanted) < 3e-6, "\(tensor.name)[\(index)]: \(found), \(wanted)")
            }
        }
    }

    /// The loss written down output by output: each the mean over its targets, by their weights.
    private static func loss(_ reference: ConvolutionReference, _ fixture: OutputFixture) -> Double {
        var sums = [0.0, 0.0, 0.0], counts = sums, first = 0
        for (row, length) in fixture.lengths.enumerated() {
            let state = reference.state(fixture.codes[first..<first + length].map { Int($0) }) + fixture.side[row * 2..<row * 2 + 2].map { Double($0) }
            first += length
            for (output, (name, target)) in [("action", fixture.actions[row]), ("bought", fixture.boughts[row])].enumerated() where target >= 0 {
                let logits = reference.dense(state, "head.\(name)"), weight = output == 0 ? fixture.classWeights[Int(target)] : 1
                sums[output] += weight * (log(logits.reduce(0) { $0 + exp($1) }) - logits[Int(target)])
                counts[output] += weight
            }
            guard let target = fixture.spends[row] else { continue }
            let gap = reference.dense(state, "head.spent")[0] - Double(target)
            sums[2] += gap * gap
            counts[2] += 1
        }
        return (0..<3).reduce(0.0) { $0 + fixture.weights[$1] * sums[$1] / counts[$1] }
    }

    @Test func `an output without a target in a batch leaves its parameters alone`() throws {
        let fixture = OutputFixture.all, none = fixture.lengths.map { _ in Int32(-1) }
        let set = try fixture.set([.codes(none, classes: 4), .codes(fixture.boughts, classes: 2), .numbers(fixture.lengths.map { _ in .nan })])
        let trainer = try Trainer(Self.configuration(.recurrent(RecurrentConfiguration(cell: .gru, hidden: [5]))), options: fixture.options, training: set)
        let (loss, gradient) = try trainer.lossAndGradient()
        #expect(loss.isFinite && gradient.allSatisfy { $0.values.allSatisfy(\.isFinite) })
        for tensor in gradient { #expect(tensor.values.contains { $0 != 0 } == !(tensor.name.hasPrefix("head.action") || tensor.name.hasPrefix("head.spent")), "\(tensor.name)") }
        // Batches of one sequence: most have no target of some output.
        var options = fixture.options
        options.batch = 1
        options.epochs = 3
        let (network, history) = try Trainer(Self.configuration(.recurrent(RecurrentConfiguration(cell: .gru, hidden: [5]))), options: options, training: fixture.set(fixture.targets)).run()
        #expect(history.epochs.allSatisfy { $0.trainingLoss.isFinite } && network.tensors.allSatisfy { $0.values.allSatisfy(\.isFinite) })
    }

    @Test(arguments: [BodyConfiguration.recurrent(.init(cell: .lstm, hidden: [9])), .transformer(.init(width: 8, heads: 2, layers: 1, length: 6)), .convolution(.init(channels: 7, layers: 2))])
    func `one, two, three and eight threads give the same bits`(_ body: BodyConfiguration) throws {
        func set(_ count: Int, seed: Int) throws -> SequenceSet {
            let data = copyTask(count, length: 6, seed: seed)
            var stream = RandomStream(seed: seed, name: "test", purpose: "targets")
            let side = (0..<count).map { _ in Float(stream.uniform()) }
            let classes = data.targets.map { stream.uniform() < 0.3 ? -1 : $0 }
            let numbers = data.targets.map { stream.uniform() < 0.3 ? Float.nan : Float($0) - 1 }
            return try SequenceSet(
                events: data.codes, ends: (1...Int32(count)).map { $0 * 6 }, known: Array(repeating: 6, count: count), length: 6, vocabulary: 3, sideInputs: side,
                targets: [.codes(classes, classes: 3), .numbers(numbers)])
        }
        let training = try set(700, seed: 1), validation = try set(200, seed: 2)
        let configuration = NetworkConfiguration(
            inputs: EventInputs([.init(name: nil, vocabulary: 3, width: 8)]), body: body, sideInputs: 1, head: .outputs([.init(name: "a", .classes(3)), .init(name: "b", .number)]))
        var options = TrainingOptions()
        options.epochs = 2
        options.outputWeights = [1, 0.5]
        options.classWeights = [[1, 2, 0.5], []]
        let results = try [1, 2, 3, 8].map { try Trainer(configuration, options: options, training: training, validation: validation).run(work: Work(threads: $0)) }
        let outputs = try results[0].network.outputs(validation)
        for (index, result) in results.enumerated().dropFirst() {
            #expect(result.network.tensors == results[0].network.tensors)
            #expect(result.history == results[0].history)
            #expect(try result.network.outputs(validation, work: Work(threads: [1, 2, 3, 8][index])) == outputs)
        }
        #expect(results[0].history.epochs[1].trainingLoss < results[0].history.epochs[0].trainingLoss)
    }
}
