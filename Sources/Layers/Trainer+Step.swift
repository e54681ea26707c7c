import Algebra
import CKernels
import Runtime

// One step: forward and back by shards, then the sum of their gradients, the optimiser's move and the packed forms, each by parts that are apart from each other.

extension Trainer {
    /// How many numbers of a vector one core sums or moves in one go: enough to be worth waking it, which takes as long as moving some ten thousand numbers.
    private static let stretch = 32 * 1024

    private static func stretch(_ index: Int, of count: Int) -> Range<Int> { index * stretch..<min((index + 1) * stretch, count) }
    static func stretches(_ count: Int) -> Int { (count + stretch - 1) / stretch }

    /// Forward, backward and one step of the optimiser on a prepared batch; meanwhile the next one is prepared.
    ///
    /// - Returns: the batch's mean loss, the tallies of the outputs, and the length of the gradient.
    func step(_ reader: SequenceReader, _ index: Int, _ work: Work) throws -> (loss: Double, tallies: [OutputTally], norm: Double) {
        let batch = prepared[index & 1]
        let result = try computeGradient(reader, index, work)
        let norm = result.squares.squareRoot()
        guard norm.isFinite else { return (result.loss, result.tallies, norm) }
        let scale = Float(options.clip > 0 ? min(1, options.clip / (norm + 1e-6)) : 1)
        optimiser.steps += 1
        let rate = learningRate(optimiser.steps), count = weights.layout.count
        nonisolated(unsafe) let optimiser = optimiser, vector = weights.vector, gradient = gradient
        try work.workers.forEach(shards: Self.stretches(count)) { optimiser.move(vector, gradient: gradient, Self.stretch($0, of: count), rate: rate, scale: scale) }
        clearEmbeddingGradient(reader, batch)
        let packings = weights.packings
        if weights.layout.denseCount < Self.stretch { weights.pack() } else {
            try work.workers.forEach(shards: packings.count) { packings[$0].update(from: vector.baseAddress!) }
            weights.head.refresh()
        }
        return (result.loss, result.tallies, norm)
    }

    /// The gradient of the mean loss of a prepared batch, in `gradient`; the loss, the tallies and the squared length of the gradient.
    func computeGradient(_ reader: SequenceReader, _ index: Int, _ work: Work) throws -> (loss: Double, tallies: [OutputTally], squares: Double) {
        let batch = prepared[index & 1], following = prepared[(index + 1) & 1]
        let key = drops ? dropouts.next() : 0
        nonisolated(unsafe) let reader = reader
        let shards = shards, plan = plan, losses = losses
        let hiding = options.hidden == nil ? 0 : hidings.next(), everything = batch.rows(0..<batch.rowCount)
        let all = options.hidden.map { [Double(ClozeMask.count(everything, reader, share: $0, key: hiding))] } ?? losses.indices.map { batch.weight($0, reader, losses[$0]) }
        // A batch may have no target of an output.
        let shares = losses.indices.map { all[$0] > 0 ? Float(losses[$0].weight / all[$0]) : 0 }
        try work.workers.forEach(shards: shards.count + 1) { job in
            guard job > 0 else {
                if index + 1 < plan.batchCount { plan.prepare(index + 1, reader, into: following) }
                return
            }
            let shard = job - 1, part = batch.shard(shard)
            guard !part.isEmpty else { return }
            shards[shard].step(
                batch.rows(part), common: batch.common(part), reader, losses, shares: shares, key: key &+ UInt64(shard) &* 0x9E37_79B9_7F4A_7C15, hiding: hiding)
        }
        var tallies = losses.map { _ in OutputTally() }, used = 0
        for shard in shards.indices where !batch.shard(shard).isEmpty {
            for (output, tally) in shards[shard].tallies.enumerated() { tallies[output].add(tally) }
            shards[shard].addEmbeddings(reader, to: gradient.baseAddress!)
            parts[used] = UnsafePointer(shards[shard].gradient.baseAddress)
            used += 1
        }
        let loss = losses.indices.reduce(0.0) { all[$1] > 0 ? $0 + losses[$1].weight * tallies[$1].loss / all[$1] : $0 }
        return (loss, tallies, try sumGradients(used, work))
    }

    /// Adds the gradients of the shards, and gives the squared length of the whole gradient.
    private func sumGradients(_ used: Int, _ work: Work) throws -> Double {
        let dense = weights.layout.denseCount, count = weights.layout.count, stretches = Self.stretches(dense)
        nonisolated(unsafe) let whole = gradient.baseAddress!, parts = parts, squares = squares
        // Of small networks each part is one stretch, which wakes nobody.
        let workers = count < Self.stretch ? Workers(threads: 1) : work.workers
        try workers.forEach(shards: squares.count) { index in
            if index < stretches {
                let range = Self.stretch(index, of: dense)
                squares[index] = cnb_sum_parts(range.count, used, parts.baseAddress!, range.lowerBound, whole + range.lowerBound)
            } else {
                let range = Self.stretch(index - stretches, of: count - dense)
                squares[index] = cnb_sum_squares(range.count, whole + dense + range.lowerBound)
            }
        }
        return squares.reduce(0, +)
    }

    /// Only the rows of codes that occurred are not zero, unless the optimiser has written over it.
    func clearEmbeddingGradient(_ reader: SequenceReader, _ batch: PreparedBatch) {
        if optimiser.spoilsGradient {
            gradient[weights.layout.denseCount...].update(repeating: 0)
            return
        }
        for index in shards.indices where !batch.shard(index).isEmpty { shards[index].clearEmbeddings(reader, in: gradient.baseAddress!) }
    }
}
