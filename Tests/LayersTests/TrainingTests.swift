import Foundation
import Layers
import Runtime
import Synchronization
import Testing

/// Windows whose target is the first event, so that there is something to learn.
func copyTask(_ count: Int, length: Int, seed: Int, padded: Bool = true) -> (codes: [Int32], targets: [Int32]) {
    var stream = RandomStream(seed: seed, name: "test", purpose: "windows")
    var codes: [Int32] = [], targets: [Int32] = []
    for _ in 0..<count {
        let gap = padded && stream.uniform() < 0.3 ? stream.below(length) : 0
        let events = (0..<length - gap).map { _ in Int32(stream.below(3)) }
        codes += [Int32](repeating: -1, count: gap) + events
        targets.append(events[0])
    }
    return (codes, targets)
}

func set(_ data: (codes: [Int32], targets: [Int32]), length: Int) throws -> SequenceSet {
    try SequenceSet(codes: data.codes, count: data.targets.count, length: length, vocabulary: 3, targets: data.targets, classes: 3)
}

struct TrainingTests {
    static let configurations = RecurrentCell.allCases.flatMap { cell in
        [([16], false), ([9, 6], false), ([7, 5], true)].map { hidden, bidirectional in
            NetworkConfiguration(
                vocabulary: 3, embedding: 4, body: .recurrent(RecurrentConfiguration(cell: cell, hidden: hidden, bidirectional: bidirectional)), classes: 3)
        }
    }

    @Test(arguments: configurations, [0.0, 0.3])
    func `one, two, three and eight threads give the same bits`(_ configuration: NetworkConfiguration, dropout: Double) throws {
        let training = try set(copyTask(700, length: 6, seed: 1), length: 6), validation = try set(copyTask(200, length: 6, seed: 2), length: 6)
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
        options.seed = 1
        let other = try Trainer(configuration, options: options, training: training, validation: validation).run()
        #expect(other.network.tensors != results[0].network.tensors)
    }

    @Test(arguments: configurations)
    func `the order of rows among equals aside, a network predicts the same digits in any batch and on any number of threads`(
        _ configuration: NetworkConfiguration
    ) throws {
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

    @Test func `the weights of the best epoch are kept`() throws {
        // Random targets: the training part is learnt by heart, the validation loss rises.
        var training = copyTask(60, length: 6, seed: 4, padded: false)
        var stream = RandomStream(seed: 1, name: "test", purpose: "targets")
        training.targets = training.targets.map { _ in Int32(stream.below(3)) }
        let validation = try set(copyTask(200, length: 6, seed: 5), length: 6)
        let configuration = NetworkConfiguration(vocabulary: 3, embedding: 8, body: .recurrent(RecurrentConfiguration(cell: .lstm, hidden: [32])), classes: 3)
        var options = TrainingOptions()
        options.epochs = 60
        options.batch = 16
        options.rate = 0.02
        options.patience = 5
        let trainer = try Trainer(configuration, options: options, training: set(training, length: 6), validation: validation)
        let (network, history) = try trainer.run()
        #expect(history.stoppedEarly)
        #expect(history.epochs.count == history.bestEpoch + 5)
        let losses = history.epochs.compactMap(\.validationLoss)
        #expect(losses.min() == losses[history.bestEpoch - 1])
        #expect(history.epochs.last?.trainingLoss ?? 9 < history.epochs[0].trainingLoss)
        // Training that ends at the best epoch ends with the same weights.
        options.epochs = history.bestEpoch
        options.patience = 0
        let shorter = try Trainer(configuration, options: options, training: set(training, length: 6), validation: nil).run()
        #expect(shorter.network.tensors == network.tensors)
        #expect(shorter.history.epochs.map(\.trainingLoss) == history.epochs.prefix(history.bestEpoch).map(\.trainingLoss))
        #expect(shorter.history.epochs.allSatisfy { $0.validationLoss == nil })
        // And the loss in the history is the loss of what was kept.
        let kept = try network.probabilities(validation)
        let data = copyTask(200, length: 6, seed: 5)
        var right = 0
        for (row, target) in data.targets.enumerated() {
            let chances = kept[row * 3..<row * 3 + 3]
            if chances.firstIndex(of: chances.max() ?? 0) == row * 3 + Int(target) { right += 1 }
        }
        #expect(history.epochs[history.bestEpoch - 1].validationAccuracy == Double(right) / 200)
    }

    @Test func `training stops in the midst of an epoch when asked`() throws {
        let data = try set(copyTask(20_000, length: 50, seed: 6), length: 50)
        let cancellation = Cancellation()
        let work = Work(threads: 2, cancellation: cancellation)
        var options = TrainingOptions()
        options.epochs = 1000
        let configuration = NetworkConfiguration(vocabulary: 3, embedding: 16, body: .recurrent(RecurrentConfiguration(cell: .lstm, hidden: [64])), classes: 3)
        let asked = Mutex<ContinuousClock.Instant?>(nil)
        // A thread of its own: a task would wait until one of the few threads that run tests is free, while this one trains.
        let stopper = Thread {
            Thread.sleep(forTimeInterval: 0.3)
            asked.withLock { $0 = .now }
            cancellation.cancel()
        }
        stopper.start()
        let trainer = try Trainer(configuration, options: options, training: data)
        #expect(throws: Cancelled.self) { try trainer.run(work: work) }
        let ended = ContinuousClock.now
        let began = try #require(asked.withLock { $0 })
        // A batch takes milliseconds, an epoch far longer; the bound is for machines that others keep busy.
        #expect(ended - began < .seconds(5))
    }

    @Test func `a rate that is too great is told as divergence`() throws {
        let data = try set(copyTask(300, length: 6, seed: 7), length: 6)
        var options = TrainingOptions()
        options.rate = 1e38
        let configuration = NetworkConfiguration(vocabulary: 3, embedding: 4, body: .recurrent(RecurrentConfiguration(cell: .rnn, hidden: [8])), classes: 3)
        let trainer = try Trainer(configuration, options: options, training: data)
        #expect(throws: TrainingFailure.diverged(epoch: 1, rate: 1e38)) { try trainer.run() }
    }

    @Test func `clipping bounds what one batch can do`() throws {
        // The first step of Adam has the length of the rate whatever the gradient; later ones remember its size. So compare three steps.
        let data = try set(copyTask(300, length: 6, seed: 8), length: 6)
        let configuration = NetworkConfiguration(vocabulary: 3, embedding: 4, body: .recurrent(RecurrentConfiguration(cell: .rnn, hidden: [8])), classes: 3)
        func run(clip: Double) throws -> [Tensor] {
            var options = TrainingOptions()
            options.epochs = 1
            options.batch = 100
            options.clip = clip
            return try Trainer(configuration, options: options, training: data).run().network.tensors
        }
        #expect(try run(clip: 0) == run(clip: 1e6))
        #expect(try run(clip: 0) != run(clip: 1e-3))
    }

    @Test func `a step that would not fit into memory is refused before it begins`() throws {
        let codes = [Int32](repeating: 0, count: 4000 * 1000)
        let data = try SequenceSet(codes: codes, count: 4000, length: 1000, vocabulary: 1, targets: codes.prefix(4000).map { $0 }, classes: 1)
        var options = TrainingOptions()
        options.batch = 4000
        let configuration = NetworkConfiguration(vocabulary: 1, embedding: 16, body: .recurrent(RecurrentConfiguration(cell: .lstm, hidden: [4096])), classes: 1)
        #expect {
            try Trainer(configuration, options: options, training: data)
        } throws: { error in
            if case .tooLarge(let needed, let available)? = error as? TrainingFailure { return needed > available }
            return false
        }
    }
}

struct SequenceSetTests {
    @Test func `checking and sorting stop when they are asked to`() {
        let cancellation = Cancellation()
        cancellation.cancel()
        #expect(throws: Cancelled.self) {
            try SequenceSet(codes: [0, 1, 1, 0], count: 2, length: 2, vocabulary: 2, work: Work(cancellation: cancellation))
        }
    }

    @Test func `codes, gaps and targets that cannot be are named by their place`() throws {
        func failure(_ codes: [Int32], targets: [Int32] = [0, 0]) throws -> SequenceSet.Failure? {
            do {
                _ = try SequenceSet(codes: codes, count: 2, length: 3, vocabulary: 4, targets: targets, classes: 2)
                return nil
            } catch let error as SequenceSet.Failure { return error }
        }
        #expect(try failure([0, 1, 2, -1, -1, 3]) == nil)
        #expect(try failure([-1, -1, -1, -1, -1, -1]) == nil)
        #expect(try failure([0, 1, 2, 0, 4, 0]) == .code(4, row: 1, position: 1, vocabulary: 4))
        #expect(try failure([0, -1, 2, 0, 0, 0]) == .code(-1, row: 0, position: 1, vocabulary: 4))
        #expect(try failure([-2, 1, 2, 0, 0, 0]) == .code(-2, row: 0, position: 0, vocabulary: 4))
        #expect(try failure([0, 1, 2, 0, 0, 0], targets: [1, 2]) == .target(2, row: 1, classes: 2))
        #expect(try failure([0, 1, 2, 0, 0, 0], targets: [-1, 0]) == .target(-1, row: 0, classes: 2))
    }

    @Test(arguments: [2, 3, 40, 70_000])
    func `a vocabulary of any size is sorted, and trained on`(vocabulary: Int) throws {
        var stream = RandomStream(seed: 9, name: "test", purpose: "codes")
        let codes = (0..<300 * 4).map { _ in Int32(stream.below(vocabulary)) }, targets = (0..<300).map { Int32($0 % 2) }
        let data = try SequenceSet(codes: codes, count: 300, length: 4, vocabulary: vocabulary, targets: targets, classes: 2)
        let configuration = NetworkConfiguration(vocabulary: vocabulary, embedding: 3, body: .recurrent(RecurrentConfiguration(cell: .rnn, hidden: [5])), classes: 2)
        var options = TrainingOptions()
        options.epochs = 1
        options.batch = 300
        let trainer = try Trainer(configuration, options: options, training: data)
        let reference = RecurrentReference(
            cell: .rnn, hidden: [5], vocabulary: vocabulary, embedding: 3, classes: 2,
            tensors: Dictionary(uniqueKeysWithValues: trainer.tensors.map { ($0.name, $0.values.map(Double.init)) }))
        let loss = try trainer.run().history.epochs[0].trainingLoss
        #expect(abs(loss - reference.meanLoss(codes, length: 4, targets: targets)) < 1e-6)
    }

    @Test func `parameters are counted`() {
        // By hand: LSTM 4·(16·64 + 64·64 + 64), head 64·4 + 4, embedding 4·16.
        #expect(NetworkConfiguration(vocabulary: 4, embedding: 16, body: .recurrent(RecurrentConfiguration(cell: .lstm, hidden: [64])), classes: 4).parameterCount == 20_736 + 260 + 64)
        #expect(NetworkConfiguration(vocabulary: 4, embedding: 3, body: .recurrent(RecurrentConfiguration(cell: .rnn, hidden: [5, 2])), classes: 3).parameterCount == 45 + 16 + 9 + 12)
        // GRU 3·(16·64 + 64·64 + 64) + 64.
        #expect(NetworkConfiguration(vocabulary: 4, embedding: 16, body: .recurrent(RecurrentConfiguration(cell: .gru, hidden: [64])), classes: 4).parameterCount == 15_616 + 260 + 64)
        // Keras: Bidirectional(LSTM(40)), Bidirectional(LSTM(40)), Bidirectional(LSTM(80)), Dense(2) on 6 numbers an event.
        let stacked = BodyConfiguration.recurrent(RecurrentConfiguration(cell: .lstm, hidden: [40, 40, 80], bidirectional: true))
        #expect(NetworkConfiguration(inputs: EventInputs([], numbers: 6), body: stacked, classes: 2).parameterCount == 157_122)
    }
}
