import Layers
import Runtime
import Testing

/// What holds of every body but the recurrent ones, which have suites of their own.
struct BodyTests {
    static let configurations = [
        NetworkConfiguration(vocabulary: 3, embedding: 8, body: .transformer(TransformerConfiguration(width: 8, heads: 2, layers: 2, length: 40)), classes: 3),
        NetworkConfiguration(vocabulary: 3, embedding: 8, body: .convolution(ConvolutionConfiguration(channels: 12, layers: 3)), classes: 3),
    ]

    @Test(arguments: configurations, [0.0, 0.3])
    func `one, two, three and eight threads give the same bits`(_ configuration: NetworkConfiguration, dropout: Double) throws {
        let training = try set(copyTask(500, length: 6, seed: 1), length: 6), validation = try set(copyTask(100, length: 6, seed: 2), length: 6)
        var options = TrainingOptions()
        options.epochs = 2
        options.dropout = dropout
        let results = try [1, 2, 3, 8].map { threads in
            try Trainer(configuration, options: options, training: training, validation: validation).run(work: Work(threads: threads))
        }
        for result in results.dropFirst() {
            #expect(result.network.tensors == results[0].network.tensors)
            #expect(result.history == results[0].history)
        }
        #expect(results[0].history.epochs[1].trainingLoss < results[0].history.epochs[0].trainingLoss)
    }

    @Test(arguments: configurations)
    func `a network predicts the same digits in any batch and on any number of threads`(_ configuration: NetworkConfiguration) throws {
        let data = copyTask(1500, length: 6, seed: 3)
        var options = TrainingOptions()
        options.epochs = 1
        let network = try Trainer(configuration, options: options, training: set(data, length: 6)).run().network
        let whole = try network.probabilities(set(data, length: 6))
        #expect(try network.probabilities(set(data, length: 6), work: Work(threads: 3)) == whole)
        for rows in [0..<1, 7..<8, 0..<13, 600..<1200, 1499..<1500] {
            let part = (Array(data.codes[rows.lowerBound * 6..<rows.upperBound * 6]), Array(data.targets[rows]))
            #expect(try network.probabilities(set(part, length: 6)) == Array(whole[rows.lowerBound * 3..<rows.upperBound * 3]))
        }
        for row in 0..<1500 { #expect(abs(whole[row * 3] + whole[row * 3 + 1] + whole[row * 3 + 2] - 1) < 1e-6) }
    }

    @Test(arguments: configurations)
    func `padding changes no digit`(_ configuration: NetworkConfiguration) throws {
        let data = copyTask(60, length: 20, seed: 6)
        var padded: [Int32] = []
        for row in 0..<60 { padded += [Int32](repeating: -1, count: 17) + data.codes[row * 20..<row * 20 + 20] }
        for dropout in [0.0, 0.4] {
            var options = TrainingOptions()
            options.dropout = dropout
            let first = try Trainer(configuration, options: options, training: set(data, length: 20)).lossAndGradient()
            let second = try Trainer(configuration, options: options, training: set((padded, data.targets), length: 37)).lossAndGradient()
            #expect(first.loss == second.loss)
            #expect(first.gradient == second.gradient)
        }
    }

    @Test(arguments: configurations)
    func `dropout scales with the states it keeps`(_ configuration: NetworkConfiguration) throws {
        // At a share that drops next to nothing the gradient is that without dropout.
        let training = try set(copyTask(40, length: 6, seed: 7), length: 6)
        func gradient(_ dropout: Double) throws -> (loss: Double, gradient: [Tensor]) {
            var options = TrainingOptions()
            options.dropout = dropout
            return try Trainer(configuration, options: options, training: training).lossAndGradient()
        }
        let plain = try gradient(0), next = try gradient(1e-9), dropped = try gradient(0.5)
        #expect(abs(plain.loss - next.loss) < 1e-6)
        for (a, b) in zip(plain.gradient, next.gradient) { #expect(zip(a.values, b.values).allSatisfy { abs($0 - $1) < 2e-6 }, "\(a.name)") }
        #expect(abs(dropped.loss - plain.loss) > 1e-5)
    }
}
