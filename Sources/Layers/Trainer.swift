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
    private let losses: LossOptions
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
    /// What all sequences of the training part count for.
    private let totalWeight: Double

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
            nodes: nodes, sequences: batch, length: training.length, slots: min(nodes, training.vocabulary), dropout: Float(dropout), sharing: dropout == 0 && layout.body.sharesStarts)
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
        losses = LossOptions(classWeights: options.classWeights, smoothing: options.smoothing, classes: configuration.classes)
        totalWeight = training.weight(losses)
        memory = Workspace(parts: [layout.count, layout.count])
        gradient = memory.next(layout.count)
        best = memory.next(layout.count)
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
            let trained: (loss: Double, accuracy: Double), judged: (loss: Double, accuracy: Double)?
            do {
                trained = try epoch(number, work)
                judged = try validation.map { try NetworkScorer(weights).evaluate($0, losses, work) }
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
            guard let judged else {
                history.bestEpoch = number
                _ = best.update(from: weights.vector)
                continue
            }
            if judged.loss < least {
                least = judged.loss
                history.bestEpoch = number
                _ = best.update(from: weights.vector)
            } else if options.patience > 0, number - history.bestEpoch >= options.patience {
                history.stoppedEarly = number < options.epochs
                break
            }
        }
        return (Network(configuration, vector: best), history)
    }

    /// One pass over the training part in a new order of its own.
    func epoch(_ number: Int, _ work: Work) throws -> (loss: Double, accuracy: Double) {
        try plan.shuffle(training, &batches, work)
        var loss = 0.0, correct = 0, weight = 0.0
        try training.read { reader in
            for index in 0..<plan.batchCount {
                try work.check()
                plan.prepare(index, reader)
                let result = try step(reader, work)
                guard result.loss.isFinite, result.norm.isFinite else { throw TrainingFailure.diverged(epoch: number, rate: options.rate) }
                loss += result.loss
                correct += result.correct
                weight += result.weight
                if index % 16 == 0 {
                    let done = Double(number - 1) + Double(index) / Double(plan.batchCount)
                    let judged = lastJudged.map { ", validation \(Self.shown($0))" } ?? ""
                    work.report("training \(options.name)", done / Double(options.epochs), "epoch \(number) of \(options.epochs), loss \(Self.shown(loss / weight))\(judged)")
                }
            }
        }
        return (loss / totalWeight, Double(correct) / Double(training.count))
    }

    /// A loss with three decimals, for the progress.
    private static func shown(_ loss: Double) -> String {
        let thousandths = Int((max(0, min(loss, 1e9)) * 1000).rounded())
        let rest = "\(thousandths % 1000)"
        return "\(thousandths / 1000)." + String(repeating: "0", count: 3 - rest.count) + rest
    }

    /// Forward, backward and one step of the optimiser on the prepared batch.
    ///
    /// - Returns: the loss summed over the batch and what its sequences count for, how many were right, and the length of the gradient.
    private func step(_ reader: SequenceReader, _ work: Work) throws -> (loss: Double, weight: Double, correct: Int, norm: Double) {
        let result = try computeGradient(reader, work)
        let norm = result.squares.squareRoot()
        guard norm.isFinite else { return (result.loss, result.weight, result.correct, norm) }
        let scale = options.clip > 0 ? min(1, options.clip / (norm + 1e-6)) : 1
        steps += 1
        optimiser.step(weights.vector, gradient: gradient, rate: learningRate(steps), scale: Float(scale))
        clearEmbeddingGradient(reader)
        weights.pack()
        return (result.loss, result.weight, result.correct, norm)
    }

    /// The gradient of the mean loss of the prepared batch, in `gradient`; the summed loss and the squared length of the gradient.
    private func computeGradient(_ reader: SequenceReader, _ work: Work) throws -> (loss: Double, weight: Double, correct: Int, squares: Double) {
        let key = drops ? dropouts.next() : 0
        nonisolated(unsafe) let reader = reader
        let all = plan.weight(reader, losses), share = Float(1 / all), shards = shards, plan = plan, losses = losses
        try work.workers.forEach(shards: shards.count) { index in
            let part = plan.shard(index)
            guard !part.isEmpty else { return }
            shards[index].step(
                plan.rows(part), common: plan.common(part), reader, losses, share: share, key: key &+ UInt64(index) &* 0x9E37_79B9_7F4A_7C15)
        }
        let layout = weights.layout, whole = gradient.baseAddress!
        var loss = 0.0, correct = 0, used = 0
        for index in shards.indices where !plan.shard(index).isEmpty {
            loss += shards[index].loss
            correct += shards[index].correct
            shards[index].addEmbeddings(reader, to: whole)
            parts[used] = UnsafePointer(shards[index].gradient.baseAddress)
            used += 1
        }
        let dense = cnb_sum_parts(layout.denseCount, used, parts.baseAddress!, whole)
        return (loss, all, correct, dense + cnb_sum_squares(layout.count - layout.denseCount, whole + layout.denseCount))
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
            let loss = try computeGradient(reader, work).loss / totalWeight
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
