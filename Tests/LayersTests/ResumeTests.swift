import Algebra
import Runtime
import Testing

@testable import Layers

/// A training that stops anywhere and goes on comes to the same bits as one that never stopped.
struct ResumeTests {
    static let options: [TrainingOptions] = {
        var plain = TrainingOptions()
        plain.epochs = 3
        plain.batch = 64
        var dropping = plain
        dropping.dropout = 0.3
        dropping.optimiser = .adamw
        dropping.decay = 0.01
        var scheduled = plain
        scheduled.optimiser = .sgd
        scheduled.schedule = .cosine
        scheduled.warmUp = 0.2
        scheduled.rate = 0.05
        return [plain, dropping, scheduled]
    }()

    @Test(arguments: options)
    func `from any state on`(_ options: TrainingOptions) throws {
        let configuration = NetworkConfiguration(vocabulary: 3, embedding: 4, body: .recurrent(RecurrentConfiguration(cell: .gru, hidden: [9, 6])), classes: 3)
        let training = try set(copyTask(300, length: 6, seed: 1), length: 6), validation = try set(copyTask(100, length: 6, seed: 2), length: 6)
        var states: [TrainingState] = []
        let trainer = try Trainer(configuration, options: options, training: training, validation: validation)
        let whole = try trainer.run(keeper: TrainingKeeper(every: .zero) { states.append($0) })
        // Five batches an epoch: one state before, one after each but the last, one after each epoch.
        #expect(states.count == 1 + 3 * 5)
        for (index, state) in states.enumerated() {
            #expect(state.position.epoch == 1 + index / 5 && state.position.batches == index % 5)
            let next = try Trainer(configuration, options: options, training: training, validation: validation).run(from: state, work: Work(threads: 1 + index % 3))
            #expect(next.network.tensors == whole.network.tensors, "after \(index) of the steps")
            #expect(next.history.epochs == whole.history.epochs && next.history.bestEpoch == whole.history.bestEpoch)
            #expect(next.history.resumedEpoch == state.position.epoch && whole.history.resumedEpoch == nil)
        }
    }

    @Test func `more epochs may be asked for`() throws {
        let configuration = NetworkConfiguration(vocabulary: 3, embedding: 4, body: .recurrent(RecurrentConfiguration(cell: .rnn, hidden: [5])), classes: 3)
        let training = try set(copyTask(200, length: 6, seed: 1), length: 6)
        var options = TrainingOptions()
        options.epochs = 2
        var last: TrainingState?
        _ = try Trainer(configuration, options: options, training: training).run(keeper: TrainingKeeper(every: .seconds(1000)) { last = $0 })
        options.epochs = 5
        let whole = try Trainer(configuration, options: options, training: training).run()
        let next = try Trainer(configuration, options: options, training: training).run(from: try #require(last))
        #expect(next.network.tensors == whole.network.tensors)
        // A training that is done gives what it has.
        options.epochs = 2
        let done = try Trainer(configuration, options: options, training: training).run(from: last)
        #expect(done.history.epochs.count == 2)
    }

    @Test func `a training that is stopped shows where it stands`() throws {
        let configuration = NetworkConfiguration(vocabulary: 3, embedding: 4, body: .recurrent(RecurrentConfiguration(cell: .rnn, hidden: [5])), classes: 3)
        let training = try set(copyTask(300, length: 6, seed: 1), length: 6)
        var options = TrainingOptions()
        options.epochs = 3
        options.batch = 32
        let work = Work()
        var states: [TrainingState] = []
        let keeper = TrainingKeeper(every: .zero) { state in
            states.append(state)
            if states.count == 14 { work.cancellation.cancel() }
        }
        #expect(throws: Cancelled.self) { try Trainer(configuration, options: options, training: training).run(keeper: keeper, work: work) }
        #expect(states.count == 15 && states[14].position == states[13].position)
        let next = try Trainer(configuration, options: options, training: training).run(from: states[14])
        #expect(try next.network.tensors == Trainer(configuration, options: options, training: training).run().network.tensors)
    }

    @Test func `a state of another size is refused`() throws {
        let configuration = NetworkConfiguration(vocabulary: 3, embedding: 4, body: .recurrent(RecurrentConfiguration(cell: .rnn, hidden: [5])), classes: 3)
        let training = try set(copyTask(50, length: 6, seed: 1), length: 6)
        var options = TrainingOptions()
        options.epochs = 1
        let state = try Trainer(configuration, options: options, training: training).state
        let short = TrainingState(position: state.position, parameters: Array(state.parameters.dropLast()), best: state.best, first: state.first, second: state.second)
        #expect(throws: TrainingFailure.foreignState) { try Trainer(configuration, options: options, training: training).run(from: short) }
        var late = state.position
        late.epoch = 9
        let ahead = TrainingState(position: late, parameters: state.parameters, best: state.best, first: state.first, second: state.second)
        #expect(throws: TrainingFailure.foreignState) { try Trainer(configuration, options: options, training: training).run(from: ahead) }
    }

    @Test func `weight decay pulls at an embedding that never occurs as at any other`() throws {
        // The vocabulary has a fourth word that no sequence holds.
        let configuration = NetworkConfiguration(vocabulary: 4, embedding: 4, body: .recurrent(RecurrentConfiguration(cell: .rnn, hidden: [5])), classes: 3)
        let data = copyTask(256, length: 6, seed: 1)
        let training = try SequenceSet(codes: data.codes, count: 256, length: 6, vocabulary: 4, targets: data.targets, classes: 3)
        var options = TrainingOptions()
        options.epochs = 2
        options.batch = 64
        options.decay = 0.1
        options.clip = 0
        let trainer = try Trainer(configuration, options: options, training: training)
        let before = try #require(trainer.tensors.first { $0.name == "embedding" }).values[12...]
        let network = try trainer.run().network
        let memory = Workspace<Float>(parts: [4, 4])
        let row = memory.next(), gradient = memory.next()
        _ = row.update(from: before)
        let optimiser = Optimiser(.adam, count: 4, decay: 0.1)
        for _ in 0..<8 {
            gradient.update(repeating: 0)
            optimiser.step(row, gradient: gradient, rate: options.rate)
        }
        #expect(Array(try #require(network.tensors.first { $0.name == "embedding" }).values[12...]) == Array(row))
    }
}
