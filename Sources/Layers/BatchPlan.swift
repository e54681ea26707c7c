import Algebra
import Runtime

/// Which sequences are in which batch of an epoch.
final class BatchPlan: @unchecked Sendable {
    let batchCount: Int
    private let batch: Int, sequences: Int
    /// Whether sequences that begin alike share the nodes of their common start; with dropout each has a path of its own.
    private let sharing: Bool
    /// Ranks in the sorted order: all of them, batch after batch, ascending within a batch.
    private let ranks: UnsafeMutableBufferPointer<Int32>
    private var shuffled: [Int32]
    private let filled: UnsafeMutableBufferPointer<Int32>
    private let memory: Workspace<Int32>

    init(sequences: Int, batch: Int, sharing: Bool) {
        self.sequences = sequences
        self.batch = batch
        self.sharing = sharing
        batchCount = (sequences + batch - 1) / batch
        memory = Workspace(parts: [sequences, batchCount])
        ranks = memory.next()
        filled = memory.next()
        shuffled = (0..<sequences).map { Int32(truncatingIfNeeded: $0) }
    }

    /// Deals the sequences to the batches anew.
    ///
    /// - Throws: `Cancelled`; what was dealt before is then gone.
    /// - Complexity: O(sequences): batches come out sorted because ranks are dealt in ascending order.
    func shuffle(_ set: SequenceSet, _ stream: inout RandomStream, _ work: Work) throws {
        // Fisher and Yates, written out: the stream's generic shuffle is slow across modules.
        for i in stride(from: sequences - 1, to: 0, by: -1) {
            if i & 0xFFFF == 0 { try work.check() }
            shuffled.swapAt(i, stream.below(i + 1))
        }
        // batchOf[rank], kept where the ranks themselves will not be written before it is read.
        var batchOf = shuffled
        try work.forEachStretch(of: sequences) { for place in $0 { batchOf[Int(shuffled[place])] = Int32(truncatingIfNeeded: place / batch) } }
        filled.update(repeating: 0)
        for rank in 0..<sequences {
            if rank & 0xFFFF == 0 { try work.check() }
            let index = Int(batchOf[rank])
            ranks[index * batch + Int(filled[index])] = Int32(truncatingIfNeeded: rank)
            filled[index] += 1
        }
    }

    /// Looks up the rows of a batch and cuts it so that each shard has as many new nodes of the prefix tree.
    func prepare(_ index: Int, _ set: SequenceReader, into prepared: PreparedBatch) {
        let first = index * batch
        prepared.fill(ranks[first..<min(first + batch, sequences)], set, sharing: sharing)
    }
}

/// The rows of a batch, and where it is cut into shards.
final class PreparedBatch: @unchecked Sendable {
    /// The rows in ascending order of their events, and what each has in common with the one before.
    private let allRows: UnsafeMutableBufferPointer<Int32>, shared: UnsafeMutableBufferPointer<Int32>
    private let cuts: UnsafeMutableBufferPointer<Int32>
    private let memory: Workspace<Int32>
    private(set) var rowCount = 0

    init(batch: Int, shards: Int) {
        memory = Workspace(parts: [batch, batch, shards + 1])
        (allRows, shared, cuts) = (memory.next(), memory.next(), memory.next())
    }

    fileprivate func fill(_ ranks: Slice<UnsafeMutableBufferPointer<Int32>>, _ set: SequenceReader, sharing: Bool) {
        rowCount = ranks.count
        for (i, rank) in ranks.enumerated() { allRows[i] = set.order[Int(rank)] }
        if sharing { set.common(UnsafeBufferPointer(rebasing: allRows[..<rowCount]), into: shared) }
        var total = 0
        for i in 0..<rowCount { total += set.length(Int(allRows[i])) - Int(shared[i]) }
        let shards = cuts.count - 1
        var shard = 1, sum = 0
        cuts[0] = 0
        for i in 0..<rowCount {
            // The shard ends before the first sequence that begins beyond its share.
            while shard < shards, sum * shards >= shard * max(total, 1) {
                cuts[shard] = Int32(truncatingIfNeeded: i)
                shard += 1
            }
            sum += set.length(Int(allRows[i])) - Int(shared[i])
        }
        while shard <= shards {
            cuts[shard] = Int32(truncatingIfNeeded: rowCount)
            shard += 1
        }
    }

    /// What the targets of an output count for in the batch.
    func weight(_ output: Int, _ set: SequenceReader, _ options: LossOptions) -> Double { set.weight(output, 0..<rowCount, { Int(allRows[$0]) }, options) }

    /// The places of a shard in the batch.
    func shard(_ index: Int) -> Range<Int> { Int(cuts[index])..<Int(cuts[index + 1]) }
    func rows(_ part: Range<Int>) -> UnsafeBufferPointer<Int32> { UnsafeBufferPointer(rebasing: allRows[part]) }
    func common(_ part: Range<Int>) -> UnsafeBufferPointer<Int32> { UnsafeBufferPointer(rebasing: shared[part]) }
}
