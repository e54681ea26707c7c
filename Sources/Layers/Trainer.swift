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
    private let training: SequenceSet
    private let validation: SequenceSet?
    private let optimiser: Optimiser
    private let learningRate: LearningRate
    /// One an output.
    private let losses: [LossOptions]
    private var steps = 0
    /// The validation loss after the epoch before.
    private var lastJudged: Double?
    private let gradient: UnsafeMutableBufferPointer<Float>
    private let best: UnsafeMutableBufferPointer<Float>
    private let memory: Workspace<Float>
    private let parts: UnsafeMutableBufferPointer<UnsafePointer<Float>?>
    private var batches: RandomStream
    private var dropouts: RandomStream
    private let plan: BatchPlan
    private let drops: Bool
    /// The output whose right answers are counted.
    private let classOutput: Int?

    /// - Throws: `TrainingFailure` when there is nothing to learn from, or a step needs more memory than there is.
    public init(
        _ configuration: NetworkConfiguration, options: TrainingOptions, training: SequenceSet, validation: SequenceSet? = nil
    ) throws(TrainingFailure) {
        precondition(options.epochs > 0 && options.batch > 0 && options.dropout >= 0 && options.dropout < 1, "Trainer needs sizes above 0")
        guard training.count > 0, !training.targets.isEmpty else { throw .noSequences }
        self.configuration = configuration
        self.options = options
        self.training = training
        self.validation = validation.flatMap { $0.count > 0 ? $0 : nil }
        let batch = min(options.batch, training.count), layout = configuration.layout, dropout = configuration.body.canDrop ? options.dropout : 0
        let count = Self.shardCount(batch: batch, parameters: layout.denseCount)
        // A shard gets its share of the events, at most one sequence too many, and what its first had in common with the shard before.
        let nodes = max(1, (batch * training.length + count - 1) / count + 2 * training.length)
        let room = ShardRoom(
            nodes: nodes, sequences: batch, length: training.length, slots: min(nodes, training.vocabulary), dropout: Float(dropout), sharing: dropout == 0 && layout.body.sharesStarts,
            showsNodes: layout.readsNodes)
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
        shards = (0..<count).map { _ in NetworkShard(weights, room, vocabulary: training.vocabulary) }
        optimiser = Optimiser(options.optimiser, count: layout.count, decay: options.decay)
        losses = training.targets.enumerated().map { index, target in
            let weight = options.outputWeights.isEmpty ? 1 : options.outputWeights[index]
            guard case .codes(_, _, let classes) = target else { return LossOptions(weight: weight, classes: 1) }
            return LossOptions(weight: weight, classWeights: options.classWeights.isEmpty ? [] : options.classWeights[index], smoothing: options.smoothing, classes: classes)
        }
        classOutput = training.targets.firstIndex { if case .codes = $0 { true } else { false } }
        memory = Workspace(parts: [layout.count, layout.count])
        gradient = memory.next()
        best = memory.next()
        batches = RandomStream(seed: options.seed, name: options.name, purpose: "batches")
        dropouts = RandomStream(seed: options.seed, name: options.name, purpose: "dropout")
        plan = BatchPlan(sequences: training.count, batch: batch, shards: count, sharing: room.sharing)
        let allSteps = plan.batchCount * options.epochs
        learningRate = LearningRate(rate: options.rate, schedule: options.schedule, warmUp: Int((Double(allSteps) * options.warmUp).rounded()), steps: allSteps)
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
    /// - Throws: `TrainingFailure.diverged`, or `Cancelled`; with `keepsBest` only before the first epoch has ended, and afterwards what was asked of the work is taken back.
    public func run(work: Work = Work()) throws -> (network: Network, history: TrainingHistory) {
        var history = TrainingHistory()
        var least = Double.infinity
        for number in 1...options.epochs {
            let trained: Outcome, judged: Outcome?
            do {
                trained = try epoch(number, work)
                judged = try validation.map { outcome(try NetworkScorer(weights).evaluate($0, losses, work), of: $0) }
            } catch let stop as Cancelled {
                guard options.keepsBest, !history.epochs.isEmpty else { throw stop }
                work.cancellation.reset()
                history.wasInterrupted = true
                break
            }
            lastJudged = judged?.loss
            if let judged, !judged.loss.isFinite { throw TrainingFailure.diverged(epoch: number, rate: options.rate) }
            history.epochs.append(
                .init(
                    number: number, trainingLoss: trained.loss, trainingAccuracy: trained.accuracy, validationLoss: judged?.loss,
                    validationAccuracy: judged?.accuracy))
            // Without a validation part the last epoch is the best.
            if let judged, judged.loss >= least {
                if options.patience > 0, number - history.bestEpoch >= options.patience {
                    history.stoppedEarly = number < options.epochs
                    break
                }
                continue
            }
            least = judged?.loss ?? least
            history.bestEpoch = number
            _ = best.update(from: weights.vector)
        }
        return (Network(configuration, vector: best), history)
    }

    /// The loss of all outputs together, and the share of right answers.
    struct Outcome {
        let loss: Double
        let accuracy: Double?
    }

    /// What tallies over all targets of a set come to.
    private func outcome(_ tallies: [OutputTally], of set: SequenceSet) -> Outcome {
        let loss = losses.indices.reduce(0.0) { sum, index in
            sum + losses[index].weight * tallies[index].loss / max(set.weight(index, losses[index]), .leastNormalMagnitude)
        }
        return Outcome(loss: loss, accuracy: classOutput.map { Double(tallies[$0].correct) / Double(max(1, set.known($0))) })
    }

    /// One pass over the training part in a new order of its own.
    func epoch(_ number: Int, _ work: Work) throws -> Outcome {
        try plan.shuffle(training, &batches, work)
        var tallies = losses.map { _ in OutputTally() }, mean = 0.0
        try training.read { reader in
            for index in 0..<plan.batchCount {
                try work.check()
                plan.prepare(index, reader)
                let result = try step(reader, work)
                guard result.loss.isFinite, result.norm.isFinite else { throw TrainingFailure.diverged(epoch: number, rate: options.rate) }
                for index in tallies.indices { tallies[index].add(result.tallies[index]) }
                mean += (result.loss - mean) / Double(index + 1)
                if index % 16 == 0 {
                    let done = Double(number - 1) + Double(index) / Double(plan.batchCount)
                    let judged = lastJudged.map { ", validation \(NumberText.fixed($0, 3))" } ?? ""
                    work.report("training \(options.name)", done / Double(options.epochs), "epoch \(number) of \(options.epochs), loss \(NumberText.fixed(mean, 3))\(judged)")
                }
            }
        }
        return outcome(tallies, of: training)
    }

    /// Forward, backward and one step of the optimiser on the prepared batch.
    ///
    /// - Returns: the batch's mean loss, the tallies of the outputs, and the length of the gradient.
    private func step(_ reader: SequenceReader, _ work: Work) throws -> (loss: Double, tallies: [OutputTally], norm: Double) {
        let result = try computeGradient(reader, work)
        let norm = result.squares.squareRoot()
        guard norm.isFinite else { return (result.loss, result.tallies, norm) }
        let scale = options.clip > 0 ? min(1, options.clip / (norm + 1e-6)) : 1
        steps += 1
        optimiser.step(weights.vector, gradient: gradient, rate: learningRate(steps), scale: Float(scale))
        clearEmbeddingGradient(reader)
        weights.pack()
        return (result.loss, result.tallies, norm)
    }

    /// The gradient of the mean loss of the prepared batch, in `gradient`; the loss, the tallies and the squared length of the gradient.
    private func computeGradient(_ reader: SequenceReader, _ work: Work) throws -> (loss: Double, tallies: [OutputTally], squares: Double) {
        let key = drops ? dropouts.next() : 0
        nonisolated(unsafe) let reader = reader
        let shards = shards, plan = plan, losses = losses
        // A batch may have no target of an output.
        let all = losses.indices.map { plan.weight($0, reader, losses[$0]) }
        let shares = losses.indices.map { all[$0] > 0 ? Float(losses[$0].weight / all[$0]) : 0 }
        try work.workers.forEach(shards: shards.count) { index in
            let part = plan.shard(index)
            guard !part.isEmpty else { return }
            shards[index].step(
                plan.rows(part), common: plan.common(part), reader, losses, shares: shares, key: key &+ UInt64(index) &* 0x9E37_79B9_7F4A_7C15)
        }
        let layout = weights.layout, whole = gradient.baseAddress!
        var tallies = losses.map { _ in OutputTally() }, used = 0
        for index in shards.indices where !plan.shard(index).isEmpty {
            for (output, tally) in shards[index].tallies.enumerated() { tallies[output].add(tally) }
            shards[index].addEmbeddings(reader, to: whole)
            parts[used] = UnsafePointer(shards[index].gradient.baseAddress)
            used += 1
        }
        let dense = cnb_sum_parts(layout.denseCount, used, parts.baseAddress!, whole)
        let loss = losses.indices.reduce(0.0) { all[$1] > 0 ? $0 + losses[$1].weight * tallies[$1].loss / all[$1] : $0 }
        return (loss, tallies, dense + cnb_sum_squares(layout.count - layout.denseCount, whole + layout.denseCount))
    }

    /// Only the rows of codes that occurred are not zero.
    private func clearEmbeddingGradient(_ reader: SequenceReader) {
        for index in shards.indices where !plan.shard(index).isEmpty { shards[index].clearEmbeddings(reader, in: gradient.baseAddress!) }
    }

    // MARK: For tests

    /// The mean loss over the whole training part and its gradient by tensor, without a step.
    package func lossAndGradient(work: Work = Work()) throws -> (loss: Double, gradient: [Tensor]) {
        precondition(plan.batchCount == 1, "lossAndGradient needs a training part of one batch")
        try plan.shuffle(training, &batches, work)
        return try training.read { reader in
            plan.prepare(0, reader)
            let loss = try computeGradient(reader, work).loss
            let tensors = weights.layout.parts.map { part in
                Tensor(name: part.name, shape: part.shape, values: Array(gradient[part.start..<part.start + part.count]))
            }
            clearEmbeddingGradient(reader)
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
