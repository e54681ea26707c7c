import Foundation
import Runtime
import Testing

@testable import Layers

/// A tied head, and training on hidden events.
struct ClozeTests {
    static let vocabulary = 6
    static func configuration(width: Int = 6, dropout: Double = 0) -> NetworkConfiguration {
        NetworkConfiguration(
            inputs: EventInputs([.init(name: nil, vocabulary: vocabulary, width: width)]),
            body: .transformer(TransformerConfiguration(width: width, heads: 2, layers: 2, feedForward: 7, length: 4)), head: .tied)
    }

    private static func options(hidden: Double?) -> TrainingOptions {
        var options = TrainingOptions()
        options.batch = 8
        options.seed = 5
        options.hidden = hidden
        return options
    }

    /// Scores of the vocabulary for a state, in double precision.
    private static func logSum(_ reference: TransformerReference, _ state: [Double]) -> (scores: [Double], logSum: Double) {
        let inner = reference.dense(state, "head").map { $0 * 0.5 * (1 + erf($0 / sqrt(2.0))) }
        let bias = reference.tensors["head.output_bias", default: []]
        let scores = (0..<vocabulary).map { code in zip(inner, reference.row("embedding", code, inner.count)).reduce(bias[code]) { $0 + $1.0 * $1.1 } }
        return (scores, log(scores.reduce(0) { $0 + exp($1) }))
    }

    @Test(arguments: [0.3, 0.6])
    func `gradients of hidden events agree with finite differences in double precision`(_ share: Double) throws {
        let codes = RecurrentGradientTests.codes, options = Self.options(hidden: share)
        let set = try SequenceSet(codes: codes, count: 8, length: 4, vocabulary: Self.vocabulary)
        let trainer = try Trainer(Self.configuration(), options: options, training: set)
        trainer.scatterParameters(by: 0.3)
        let (loss, gradient) = try trainer.lossAndGradient()
        var reference = TransformerReference(
            tensors: Dictionary(uniqueKeysWithValues: trainer.tensors.map { ($0.name, $0.values.map(Double.init)) }), vocabulary: Self.vocabulary, width: 6, heads: 2, layers: 2)
        var draws = RandomStream(seed: options.seed, name: options.name, purpose: "hidden")
        let key = draws.next()
        var hiddenCount = 0
        func meanLoss(_ reference: TransformerReference) -> Double {
            var sum = 0.0, count = 0
            for row in 0..<8 {
                let events = codes[row * 4..<row * 4 + 4].filter { $0 >= 0 }.map { Int($0) }
                guard !events.isEmpty else { continue }
                var hidden = events.indices.filter { ClozeMask.hides(key, row, $0, share) }
                if hidden.isEmpty { hidden = [events.count - 1] }
                let states = reference.states(events.indices.map { hidden.contains($0) ? Self.vocabulary - 1 : events[$0] })
                for place in hidden {
                    let (scores, logSum) = Self.logSum(reference, states[place])
                    sum += logSum - scores[events[place]]
                }
                count += hidden.count
            }
            hiddenCount = count
            return sum / Double(count)
        }
        #expect(abs(loss - meanLoss(reference)) < 2e-6)
        #expect(hiddenCount >= 8)
        for tensor in gradient {
            for index in tensor.values.indices {
                let value = reference.tensors[tensor.name, default: []][index], step = 1e-5
                reference.tensors[tensor.name]?[index] = value + step
                let above = meanLoss(reference)
                reference.tensors[tensor.name]?[index] = value - step
                let below = meanLoss(reference)
                reference.tensors[tensor.name]?[index] = value
                #expect(abs(Double(tensor.values[index]) - (above - below) / (2 * step)) < 1e-5, "\(tensor.name)[\(index)]")
            }
        }
    }

    @Test func `a tied head learns targets as any other, and its probabilities are a softmax over the embeddings`() throws {
        let codes = RecurrentGradientTests.codes
        let set = try SequenceSet(codes: codes, count: 8, length: 4, vocabulary: Self.vocabulary, targets: RecurrentGradientTests.targets, classes: Self.vocabulary)
        let trainer = try Trainer(Self.configuration(), options: Self.options(hidden: nil), training: set)
        let reference = TransformerReference(
            tensors: Dictionary(uniqueKeysWithValues: trainer.tensors.map { ($0.name, $0.values.map(Double.init)) }), vocabulary: Self.vocabulary, width: 6, heads: 2, layers: 2)
        let network = try Network(configuration: Self.configuration(), tensors: trainer.tensors)
        let chances = try network.probabilities(set)
        for row in [0, 1, 3, 7] {
            let events = codes[row * 4..<row * 4 + 4].filter { $0 >= 0 }.map { Int($0) }
            let (scores, logSum) = Self.logSum(reference, reference.state(events))
            for code in 0..<Self.vocabulary { #expect(abs(Double(chances[row * Self.vocabulary + code]) - exp(scores[code] - logSum)) < 1e-6) }
        }
        let before = try trainer.lossAndGradient().loss
        var options = Self.options(hidden: nil)
        options.epochs = 30
        options.rate = 0.01
        let after = try Trainer(Self.configuration(), options: options, training: set, validation: set).run().history
        #expect((after.epochs.last?.validationLoss ?? .infinity) < before)
    }

    @Test(arguments: [0.0, 0.2])
    func `one, two, three and eight threads give the same bits, and so does a training that goes on`(_ dropout: Double) throws {
        var stream = RandomStream(seed: 1, name: "test", purpose: "windows")
        let codes = (0..<300 * 4).map { _ in Int32(stream.below(5)) }
        let set = try SequenceSet(codes: codes, count: 300, length: 4, vocabulary: Self.vocabulary)
        var options = Self.options(hidden: 0.3)
        options.batch = 128
        options.epochs = 2
        options.dropout = dropout
        var states: [TrainingState] = []
        let whole = try Trainer(Self.configuration(), options: options, training: set).run(keeper: TrainingKeeper(every: .zero) { states.append($0) })
        for threads in [2, 3, 8] {
            #expect(try Trainer(Self.configuration(), options: options, training: set).run(work: Work(threads: threads)).network.tensors == whole.network.tensors)
        }
        #expect(try Trainer(Self.configuration(), options: options, training: set).run(from: states[2]).network.tensors == whole.network.tensors)
    }
}
