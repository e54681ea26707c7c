#if canImport(Glibc)
    import Glibc
#endif
import CKernels
import Runtime

/// Starts of a mixture of chains: journeys that are unlike each other, each as a chain of its own that is drawn a little towards the chain of all.
///
/// The first journey is drawn by chance, each further one with a probability proportional to how much worse the chains so far explain it than its own, as k-means++ draws rows.
struct ChainSeeds: Sendable {
    private let expectation: ChainExpectation
    private let counts: TransitionCounts
    /// The chances of all journeys' transitions, by pair.
    private let shares: [Double]
    /// Of each different journey the log likelihood in its own chain.
    private let own: [Double]
    /// How many transitions of all journeys' chain are added to each state of a journey.
    private static let drawn = 1.0

    /// - Throws: `Cancelled`.
    init(_ expectation: ChainExpectation, work: Work) throws {
        let counts = expectation.counts
        (self.expectation, self.counts) = (expectation, counts)
        var sums = [Double](repeating: 0, count: counts.pairs.count)
        try work.forEachStretch(of: counts.different) { rows in
            for journey in rows {
                for entry in Int(counts.starts[journey])..<Int(counts.starts[journey + 1]) { sums[Int(counts.entries[entry])] += Double(counts.counts[entry]) * Double(counts.multiplicities[journey]) }
            }
        }
        var shares = sums
        for pairs in expectation.leaving {
            let total = pairs.reduce(0) { $0 + sums[$1] }
            for pair in pairs { shares[pair] /= total }
        }
        var own = [Double](repeating: 0, count: counts.different)
        try work.forEachStretch(of: counts.different) { rows in
            for journey in rows {
                for (entry, total) in Self.totals(journey, counts) {
                    let made = Double(counts.counts[entry])
                    own[journey] += made * log((made + Self.drawn * shares[Int(counts.entries[entry])]) / (total + Self.drawn))
                }
            }
        }
        (self.shares, self.own) = (shares, own)
    }

    /// The entries of a journey, each with how often the journey left the state that it leaves.
    private static func totals(_ journey: Int, _ counts: TransitionCounts) -> [(entry: Int, total: Double)] {
        var found: [(entry: Int, total: Double)] = []
        var start = Int(counts.starts[journey])
        let end = Int(counts.starts[journey + 1])
        while start < end {
            let state = counts.from(Int(counts.entries[start]))
            var next = start, total = 0.0
            while next < end, counts.from(Int(counts.entries[next])) == state {
                total += Double(counts.counts[next])
                next += 1
            }
            for entry in start..<next { found.append((entry, total)) }
            start = next
        }
        return found
    }

    /// The sums by pair of a journey's chain.
    private func chain(of journey: Int) -> [Double] {
        var sums = shares.map { $0 * Self.drawn }
        for entry in Int(counts.starts[journey])..<Int(counts.starts[journey + 1]) { sums[Int(counts.entries[entry])] += Double(counts.counts[entry]) }
        return sums
    }

    /// - Throws: `Cancelled`.
    func draw(_ chains: Int, from stream: inout RandomStream, work: Work) throws -> ChainMixture {
        var gaps = counts.multiplicities.map(Double.init)
        var best = [Double](repeating: -.infinity, count: counts.different)
        var values = best, isTaken = [Bool](repeating: false, count: counts.different)
        var drawn: [[Double]] = []
        for _ in 0..<chains {
            try work.check()
            // Where all that is left is explained, any journey that was not drawn will do.
            if !gaps.contains(where: { $0 > 0 }) { gaps = isTaken.map { $0 ? 0 : 1 } }
            let journey = stream.choose(weights: gaps)
            isTaken[journey] = true
            let sums = chain(of: journey)
            drawn.append(sums)
            let logs = expectation.mixture(sums, [1]).logs
            cnb_chain_likelihoods(counts.starts, counts.entries, counts.counts, 0, Int64(counts.different), logs, &values)
            for row in gaps.indices {
                best[row] = max(best[row], values[row])
                gaps[row] = isTaken[row] ? 0 : Double(counts.multiplicities[row]) * max(0, own[row] - best[row])
            }
        }
        let sums = (0..<counts.pairs.count * chains).map { drawn[$0 % chains][$0 / chains] }
        return expectation.mixture(sums, Array(repeating: Double(expectation.journeyCount) / Double(chains), count: chains))
    }
}
