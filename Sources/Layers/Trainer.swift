import Algebra
import CKernels
import Runtime

#if canImport(Glibc)
    import Glibc
#endif

/// Trains a network by batches; each batch is cut into a fixed number of shards, each of which one core carries from end to end.
///
/// Gradients are added in the order of the shards, and where a shard ends follows from the batch alone: the result is bit for bit the same at any
/// thread count. A trainer holds all memory of the training; epochs allocate next to nothing.
public final class Trainer {
    public let configuration: NetworkConfiguration
    public let options: TrainingOptions
    let weights: NetworkWeights
    let shards: [NetworkShard]
    let training: SequenceSet
    private let validation: SequenceSet?
    let optimiser: Optimiser
    let learningRate: LearningRate
    /// One an output.
    let losses: [LossOptions]
    /// The output whose right answers are counted.
    private let classOutput: Int?
    let gradient: UnsafeMutableBufferPointer<Float>
    let best: UnsafeMutableBufferPointer<Float>
    private let memory: Workspace<Float>
    let parts: UnsafeMutableBufferPointer<UnsafePointer<Float>?>
    /// The squared length of each stretch of the gradient.
    let squares: UnsafeMutableBufferPointer<Double>
    private let squareMemory: Workspace<Double>
    private var batches: RandomStream
    var dropouts: RandomStream, hidings: RandomStream
    let plan: BatchPlan
    /// The batch at work and the one that comes next, taking turns.
    let prepared: [PreparedBatch]
    let drops: Bool
    /// Where the training stands.
    var position: TrainingState.Position
    /// Whether the epoch under way has its batches dealt.
    private var isDealt = false

    /// - Throws: `TrainingFailure` when there is nothing to learn from, or a step needs more memory than there is.
    public init(
        _ configuration: NetworkConfiguration, options: TrainingOptions, training: SequenceSet, validation: SequenceSet? = nil
    ) throws(TrainingFailure) {
        precondition(options.epochs > 0 && options.batch > 0 && options.dropout >= 0 && options.dropout < 1, "Trainer needs sizes above 0")
        guard training.count > 0, options.hidden != nil || !training.targets.isEmpty else { throw .noSequences }
        precondition(options.hidden == nil || configuration.head == .tied, "hidden events are named by a tied head")
        self.configuration = configuration
        self.options = options
        self.training = training
        self.validation = validation.flatMap { $0.count > 0 ? $0 : nil }
        let batch = min(options.batch, training.count), layout = configuration.layout, dropout = configuration.body.canDrop ? options.dropout : 0
        let count = Self.shardCount(batch: batch, parameters: layout.denseCount), hides = options.hidden != nil
        // A shard gets its share of the events, at most one sequence too many, and what its first had in common with the shard before.
        let nodes = max(1, (batch * training.length + count - 1) / count + 2 * training.length)
        let room = ShardRoom(
            nodes: nodes, sequences: batch, length: training.length, slots: min(nodes, training.vocabulary),
            ends: hides ? nodes : batch, dropout: Float(dropout), sharing: dropout == 0 && layout.body.sharesStarts && !hides, showsNodes: layout.readsNodes)
        guard !layout.lacksNodes else { throw .hiddenStates }
        let bytes = NetworkShard.bytes(configuration, room)
        let needed = bytes.multipliedReportingOverflow(by: count), available = sysconf(Int32(_SC_PHYS_PAGES)) * sysconf(Int32(_SC_PAGESIZE))
        let fixed = layout.count * 4 * 6
        guard !needed.overflow, needed.partialValue + fixed <= available else {
            throw .tooLarge(needed: needed.overflow ? .max : needed.partialValue + fixed, available: available)
        }
        let weights = NetworkWeights(configuration, training: true)
        self.weights = weights
        drops = dropout > 0
        shards = (0..<count).map { _ in NetworkShard(weights, room, vocabulary: training.vocabulary, hidden: options.hidden) }
        optimiser = Optimiser(options.optimiser, count: layout.count, decay: options.decay)
        let targets = hides ? [.codes([], classes: training.vocabulary)] : training.targets
        losses = targets.enumerated().map { index, target in
            let weight = options.outputWeights.isEmpty ? 1 : options.outputWeights[index]
            guard case .codes(_, _, let classes) = target else { return LossOptions(weight: weight, classes: 1) }
            return LossOptions(weight: weight, classWeights: options.classWeights.isEmpty ? [] : options.classWeights[index], smoothing: options.smoothing, classes: classes)
        }
        classOutput = targets.firstIndex { if case .codes = $0 { true } else { false } }
        memory = Workspace(parts: [layout.count, layout.count])
        gradient = memory.next()
        best = memory.next()
        batches = RandomStream(seed: options.seed, name: options.name, purpose: "batches")
        dropouts = RandomStream(seed: options.seed, name: options.name, purpose: "dropout")
        hidings = RandomStream(seed: options.seed, name: options.name, purpose: "hidden")
        plan = BatchPlan(sequences: training.count, batch: batch, sharing: room.sharing)
        prepared = (0..<2).map { _ in PreparedBatch(batch: batch, shards: count) }
        position = TrainingState.Position(tallies: losses.map { _ in OutputTally() })
        let allSteps = plan.batchCount * options.epochs
        learningRate = LearningRate(rate: options.rate, schedule: options.schedule, warmUp: Int((Double(allSteps) * options.warmUp).rounded()), steps: allSteps)
        squareMemory = Workspace(parts: [Self.stretches(layout.denseCount) + Self.stretches(layout.count - layout.denseCount)])
        squares = squareMemory.next()
        parts = .allocate(capacity: count)
        parts.initialize(repeating: nil)
        var stream = RandomStream(seed: options.seed, name: options.name, purpose: "weights")
        weights.draw(from: &stream)
    }

    deinit { parts.deallocate() }

    /// How many shards a batch is cut into: one for 64 sequences, at least two, at most eight, as long as their gradients take less than 256 MB.
    static func shardCount(batch: Int, parameters: Int) -> Int {
        let wanted = min(8, max(2, batch / 64)), affordable = max(2, (256 << 20) / max(1, 4 * parameters))
        return min(batch, wanted, affordable)
    }

    /// Trains to the end and gives the network with the best weights, and how it went.
    ///
    /// - Parameters:
    ///   - state: where an earlier training with the same options, sets and seed stood; from the start unless given.
    ///   - keeper: is shown where this training stands.
    /// - Throws: `TrainingFailure.diverged` or `.foreignState`, what the keeper throws, or `Cancelled`; with `keepsBest` only before the first epoch has ended, and
    ///   afterwards what was asked of the work is taken back.
    public func run(from state: TrainingState? = nil, keeper: TrainingKeeper? = nil, work: Work = Work()) throws -> (network: Network, history: TrainingHistory) {
        if let state { try restore(state, work) }
        // Shown at once, so that what cannot be kept is known before hours have gone by.
        try keeper?.keep(self.state)
        while !hasEnded {
            do {
                let trained = try epoch(keeper, work)
                let judged = try validation.map { outcome(try NetworkScorer(weights).evaluate($0, losses, work)) }
                if let judged, !judged.loss.isFinite { throw TrainingFailure.diverged(epoch: position.epoch, rate: options.rate) }
                finish(trained, judged)
            } catch let stop as Cancelled {
                try keeper?.keep(self.state)
                guard options.keepsBest, !position.history.epochs.isEmpty else { throw stop }
                work.cancellation.reset()
                position.history.wasInterrupted = true
                break
            }
            try keeper?.keep(self.state)
        }
        return (Network(configuration, vector: best), position.history)
    }

    /// Whether all epochs are done, or the validation loss has not fallen for long enough.
    private var hasEnded: Bool {
        if position.epoch > options.epochs { return true }
        guard validation != nil, options.patience > 0, position.epoch > 1 else { return false }
        return position.epoch - 1 - position.history.bestEpoch >= options.patience
    }

    /// Writes down the epoch under way, keeps its weights if they are the best, and goes on to the next.
    private func finish(_ trained: Outcome, _ judged: Outcome?) {
        let number = position.epoch
        position.history.epochs.append(
            .init(
                number: number, trainingLoss: trained.loss, trainingAccuracy: trained.accuracy, validationLoss: judged?.loss,
                validationAccuracy: judged?.accuracy))
        // Without a validation part the last epoch is the best.
        if judged.map({ $0.loss < position.least ?? .infinity }) ?? true {
            position.least = judged?.loss
            position.history.bestEpoch = number
            _ = best.update(from: weights.vector)
        }
        position.epoch += 1
        position.batches = 0
        isDealt = false
        position.history.stoppedEarly = number < options.epochs && hasEnded
    }

    /// An epoch without a validation part and without a record of it.
    func pass(_ work: Work) throws -> Outcome {
        let outcome = try epoch(nil, work)
        finish(outcome, nil)
        return outcome
    }

    // MARK: Where it stands

    var steps: Int { (position.epoch - 1) * plan.batchCount + position.batches }

    var state: TrainingState {
        var position = position
        position.history.wasInterrupted = false
        position.history.resumedEpoch = nil
        return TrainingState(position: position, parameters: Array(weights.vector), best: Array(best), first: Array(optimiser.first), second: Array(optimiser.second))
    }

    private func restore(_ state: TrainingState, _ work: Work) throws {
        let place = state.position
        guard state.parameters.count == weights.vector.count, state.best.count == best.count, state.first.count == optimiser.first.count, state.second.count == optimiser.second.count,
            place.tallies.count == losses.count, place.epoch >= 1, place.history.epochs.count == place.epoch - 1, 0...plan.batchCount ~= place.batches
        else { throw TrainingFailure.foreignState }
        position = place
        position.history.resumedEpoch = place.epoch
        _ = weights.vector.update(from: state.parameters)
        _ = best.update(from: state.best)
        _ = optimiser.first.update(from: state.first)
        _ = optimiser.second.update(from: state.second)
        weights.pack()
        optimiser.steps = steps
        // All that was drawn before is drawn again, and let go.
        for _ in 1..<place.epoch { try plan.shuffle(training, &batches, work) }
        if place.batches > 0 { try deal(work) }
        for _ in 0..<steps {
            if drops { _ = dropouts.next() }
            if options.hidden != nil { _ = hidings.next() }
        }
    }

    private func deal(_ work: Work) throws {
        guard !isDealt else { return }
        try plan.shuffle(training, &batches, work)
        isDealt = true
    }

    /// The loss of all outputs together, and the share of right answers.
    struct Outcome {
        let loss: Double
        let accuracy: Double?
    }

    /// What tallies over all targets of a set come to.
    private func outcome(_ tallies: [OutputTally]) -> Outcome {
        let loss = losses.indices.reduce(0.0) { $0 + losses[$1].weight * tallies[$1].loss / max(tallies[$1].weight, .leastNormalMagnitude) }
        return Outcome(loss: loss, accuracy: classOutput.map { Double(tallies[$0].correct) / Double(max(1, tallies[$0].known)) })
    }

    /// One pass over the training part in a new order of its own, or what is left of it.
    private func epoch(_ keeper: TrainingKeeper?, _ work: Work) throws -> Outcome {
        try deal(work)
        if position.batches == 0 {
            position.tallies = losses.map { _ in OutputTally() }
            position.meanLoss = 0
        }
        var kept = ContinuousClock.now
        try training.read { reader in
            if position.batches < plan.batchCount { plan.prepare(position.batches, reader, into: prepared[position.batches & 1]) }
            while position.batches < plan.batchCount {
                try work.check()
                let index = position.batches
                let result = try step(reader, index, work)
                guard result.loss.isFinite, result.norm.isFinite else { throw TrainingFailure.diverged(epoch: position.epoch, rate: options.rate) }
                for output in position.tallies.indices { position.tallies[output].add(result.tallies[output]) }
                position.batches += 1
                position.meanLoss += (result.loss - position.meanLoss) / Double(position.batches)
                if index % 16 == 0 { report(work) }
                if let keeper, ContinuousClock.now - kept >= keeper.interval, position.batches < plan.batchCount {
                    try keeper.keep(state)
                    kept = ContinuousClock.now
                }
            }
        }
        return outcome(position.tallies)
    }

    private func report(_ work: Work) {
        let done = Double(position.epoch - 1) + Double(position.batches) / Double(plan.batchCount)
        let judged = position.history.epochs.last?.validationLoss.map { ", validation \(NumberText.fixed($0, 3))" } ?? ""
        work.report(
            "training \(options.name)", done / Double(options.epochs), "epoch \(position.epoch) of \(options.epochs), loss \(NumberText.fixed(position.meanLoss, 3))\(judged)")
    }

    // MARK: For tests

    /// The mean loss over the whole training part and its gradient by tensor, without a step.
    package func lossAndGradient(work: Work = Work()) throws -> (loss: Double, gradient: [Tensor]) {
        precondition(plan.batchCount == 1, "lossAndGradient needs a training part of one batch")
        try plan.shuffle(training, &batches, work)
        return try training.read { reader in
            plan.prepare(0, reader, into: prepared[0])
            let loss = try computeGradient(reader, 0, work).loss
            let tensors = weights.layout.parts.map { part in
                Tensor(name: part.name, shape: part.shape, values: Array(gradient[part.start..<part.start + part.count]))
            }
            clearEmbeddingGradient(reader, prepared[0])
            return (loss, tensors)
        }
    }

    /// The parameters as they are now.
    package var tensors: [Tensor] {
        get { weights.tensors }
        set {
            for part in weights.layout.parts {
                guard let tensor = newValue.first(where: { $0.name == part.name }), tensor.shape == part.shape else { continue }
                for (index, value) in tensor.values.enumerated() { weights.pointer(part)[index] = value }
            }
            weights.pack()
        }
    }
}
