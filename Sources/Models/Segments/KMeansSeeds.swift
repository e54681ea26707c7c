import Algebra
import Runtime

#if canImport(Glibc)
    import Glibc
#endif

/// Greedy k-means++: rows that lie far from each other, drawn with a probability proportional to the squared distance to the nearest one so far.
enum KMeansSeeds {
    /// `count` centroids, row-major, which are different rows.
    ///
    /// - Throws: `ClusteringError.tooFewDistinctRows`, `Cancelled`.
    static func draw(_ count: Int, of blocks: RowBlocks, from stream: inout RandomStream, work: Work) throws -> [Double] {
        let trials = 2 + Int(log(Double(count)))
        let closest = UnsafeMutableBufferPointer<Double>.allocate(capacity: blocks.rows)
        closest.initialize(repeating: .infinity)
        defer { closest.deallocate() }

        var latest = blocks.row(stream.below(blocks.rows))
        var seeds = latest
        var shares = try lower(closest, to: latest, of: blocks, work: work)
        while seeds.count < count * blocks.columns {
            let potential = shares.reduce(0, +)
            guard potential > 0 else {
                throw ClusteringError.tooFewDistinctRows(needed: count, found: seeds.count / blocks.columns)
            }
            let candidates = (0..<trials).flatMap { _ in
                blocks.row(row(at: stream.uniform() * potential, shares: shares, closest: UnsafeBufferPointer(closest), of: blocks))
            }
            let potentials = try potentials(of: candidates, count: trials, closest: UnsafeBufferPointer(closest), of: blocks, work: work)
            var best = 0
            for trial in 1..<trials where potentials[trial] < potentials[best] { best = trial }
            latest = Array(candidates[best * blocks.columns..<(best + 1) * blocks.columns])
            seeds += latest
            shares = try lower(closest, to: latest, of: blocks, work: work)
        }
        return seeds
    }

    /// Lowers the squared distances to the nearest seed, and gives their sum in each shard.
    private static func lower(
        _ closest: UnsafeMutableBufferPointer<Double>, to centre: [Double], of blocks: RowBlocks, work: Work
    ) throws -> [Double] {
        nonisolated(unsafe) let closest = closest  // each shard has its own part
        return try work.workers.map(shards: blocks.shards) { shard in
            var lanes = [Double](repeating: 0, count: RowBlocks.blockRows)
            for range in blocks.range(ofShard: shard).chunks {
                try work.check()
                centre.withUnsafeBufferPointer { centre in
                    lanes.withUnsafeMutableBufferPointer {
                        blocks.lowerClosest(range, to: centre, closest: UnsafeMutableBufferPointer(rebasing: closest[range]), potential: $0)
                    }
                }
            }
            return lanes.reduce(0, +)
        }
    }

    /// The sum of squared distances to the nearest seed that each candidate would leave.
    private static func potentials(
        of candidates: [Double], count: Int, closest: UnsafeBufferPointer<Double>, of blocks: RowBlocks, work: Work
    ) throws -> [Double] {
        nonisolated(unsafe) let closest = closest
        let parts = try work.workers.map(shards: blocks.shards) { shard in
            var lanes = [Double](repeating: 0, count: count * RowBlocks.blockRows)
            for range in blocks.range(ofShard: shard).chunks {
                try work.check()
                candidates.withUnsafeBufferPointer { candidates in
                    lanes.withUnsafeMutableBufferPointer {
                        blocks.addPotentials(
                            range, candidates: candidates, count: count, closest: UnsafeBufferPointer(rebasing: closest[range]), to: $0)
                    }
                }
            }
            return (0..<count).map { lanes[$0 * RowBlocks.blockRows..<($0 + 1) * RowBlocks.blockRows].reduce(0, +) }
        }
        var potentials = [Double](repeating: 0, count: count)
        for part in parts { for trial in 0..<count { potentials[trial] += part[trial] } }
        return potentials
    }

    /// The row at which the running sum of squared distances passes `position`; never a row at distance 0 when there are others.
    private static func row(at position: Double, shares: [Double], closest: UnsafeBufferPointer<Double>, of blocks: RowBlocks) -> Int {
        var rest = position
        var shard = 0
        while shard + 1 < shares.count, rest >= shares[shard] {
            rest -= shares[shard]
            shard += 1
        }
        // Rounding may lead past the last row that has a share.
        while shares[shard] <= 0, shard > 0 { shard -= 1 }
        var last = blocks.range(ofShard: shard).lowerBound
        for row in blocks.range(ofShard: shard) where closest[row] > 0 {
            rest -= closest[row]
            last = row
            if rest < 0 { break }
        }
        return last
    }
}

extension Range<Int> {
    /// Pieces of at most 2,048 rows: small enough to stay in a core's cache, and to look for a wish to stop between them.
    var chunks: [Range<Int>] {
        stride(from: lowerBound, to: upperBound, by: 2048).map { $0..<Swift.min(upperBound, $0 + 2048) }
    }
}
