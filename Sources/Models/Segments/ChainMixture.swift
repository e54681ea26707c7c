#if canImport(Glibc)
    import Glibc
#endif
import CKernels
import Runtime

/// The shares of some first-order Markov chains in a mixture, and the chances of their transitions, as logarithms.
struct ChainMixture: Sendable, Hashable, Codable {
    let count: Int
    /// By chain.
    var weights: [Double]
    /// `[pairs, chains]`: of the transitions that occur.
    var logs: [Double]
    /// `[states + 1, chains]`: of any other transition from a state, the start being the last.
    var others: [Double]
}

/// The iterations of expectation and maximisation of a mixture of chains over counted transitions.
///
/// `prior` is added to each count of a transition that could be, and to that of each chain's journeys, so that no chance is 0: with it what grows from iteration to iteration is the
/// log likelihood plus `prior` times the sum of the logarithms of all chances.
struct ChainExpectation: Sendable {
    let counts: TransitionCounts
    let ends: Bool
    let prior: Double
    private let byPair: (starts: [Int64], journeys: [Int32], counts: [Int32])
    private let journeyShards: [Range<Int>], pairShards: [Range<Int>]
    /// The pairs that leave each state, the start being the last.
    let leaving: [Range<Int>]

    init(_ counts: TransitionCounts, ends: Bool, prior: Double) {
        (self.counts, self.ends, self.prior) = (counts, ends, prior)
        byPair = counts.transposed()
        journeyShards = TransitionCounts.shards(counts.starts)
        pairShards = TransitionCounts.shards(byPair.starts)
        var leaving: [Range<Int>] = [], place = 0
        for state in 0...counts.states {
            let start = place
            while place < counts.pairs.count, counts.from(place) == state { place += 1 }
            leaving.append(start..<place)
        }
        self.leaving = leaving
    }

    /// To how many states a state can lead; from the start to all words.
    func targets(_ state: Int) -> Int { state == counts.states || !ends ? counts.states : counts.states + 1 }

    var journeyCount: Int { counts.places.count }

    /// The posterior shares of the chains in each different journey times the number of equal ones, `[different, chains]`, and the log likelihood of all.
    ///
    /// - Throws: `Cancelled`.
    func expectation(_ mixture: ChainMixture, work: Work) throws -> (shares: [Double], logLikelihood: Double) {
        let parts = try work.workers.map(shards: journeyShards.count) { shard in
            try work.check()
            let rows = journeyShards[shard]
            var shares = [Double](repeating: 0, count: rows.count * mixture.count)
            // The kernel counts journeys from the first of all.
            let starts = Array(counts.starts[rows.lowerBound...rows.upperBound]), users = Array(counts.multiplicities[rows])
            let sum = cnb_chain_shares(starts, counts.entries, counts.counts, users, 0, Int64(rows.count), Int64(mixture.count), mixture.weights, mixture.logs, &shares)
            return (shares: shares, sum: sum)
        }
        var all: [Double] = []
        all.reserveCapacity(counts.different * mixture.count)
        for part in parts { all += part.shares }
        return (all, parts.reduce(0) { $0 + $1.sum })
    }

    /// The mixture that the shares make likeliest, the prior counted in.
    ///
    /// - Throws: `Cancelled`.
    func maximisation(_ shares: [Double], chains: Int, work: Work) throws -> ChainMixture {
        let parts = try work.workers.map(shards: pairShards.count) { shard in
            try work.check()
            let rows = pairShards[shard]
            var sums = [Double](repeating: 0, count: rows.count * chains)
            let starts = Array(byPair.starts[rows.lowerBound...rows.upperBound])
            cnb_chain_sums(starts, byPair.journeys, byPair.counts, 0, Int64(rows.count), Int64(chains), shares, &sums)
            return sums
        }
        var sums: [Double] = []
        sums.reserveCapacity(counts.pairs.count * chains)
        for part in parts { sums += part }
        var weights = [Double](repeating: 0, count: chains)
        for start in stride(from: 0, to: shares.count, by: chains) { for chain in 0..<chains { weights[chain] += shares[start + chain] } }
        return mixture(sums, weights)
    }

    /// - Parameters: how often each chain makes each transition, and how many journeys are its own.
    func mixture(_ sums: [Double], _ weights: [Double]) -> ChainMixture {
        let chains = weights.count
        var logs = sums, others = [Double](repeating: 0, count: (counts.states + 1) * chains)
        for (state, pairs) in leaving.enumerated() {
            let targets = Double(self.targets(state))
            for chain in 0..<chains {
                let total = log(pairs.reduce(0) { $0 + sums[$1 * chains + chain] } + prior * targets)
                for pair in pairs { logs[pair * chains + chain] = log(sums[pair * chains + chain] + prior) - total }
                others[state * chains + chain] = log(prior) - total
            }
        }
        let all = log(Double(journeyCount) + prior * Double(chains))
        return ChainMixture(count: chains, weights: weights.map { log($0 + prior) - all }, logs: logs, others: others)
    }

    /// `prior` times the sum of the logarithms of all chances.
    func priorTerm(_ mixture: ChainMixture) -> Double {
        let chains = mixture.count
        var sum = mixture.weights.reduce(0, +) + mixture.logs.reduce(0, +)
        for (state, pairs) in leaving.enumerated() {
            let missing = Double(targets(state) - pairs.count)
            for chain in 0..<chains { sum += missing * mixture.others[state * chains + chain] }
        }
        return prior * sum
    }

    /// Iterates until what grows does so by less than `tolerance` of itself.
    ///
    /// - Returns: the last mixture, its shares and log likelihood, what has grown, how many iterations that took, and whether it has settled.
    /// - Throws: `Cancelled`.
    func run(from start: ChainMixture, iterations: Int, tolerance: Double, work: Work) throws -> ChainRun {
        var mixture = start
        var (shares, likelihood) = try expectation(mixture, work: work)
        var grown = likelihood + priorTerm(mixture)
        for iteration in 0..<iterations {
            let next = try maximisation(shares, chains: mixture.count, work: work)
            let (further, reached) = try expectation(next, work: work)
            let value = reached + priorTerm(next)
            (mixture, shares, likelihood) = (next, further, reached)
            if iteration > 0, value - grown <= tolerance * abs(value) { return ChainRun(mixture: mixture, shares: shares, logLikelihood: likelihood, objective: value, iterations: iteration + 1, converged: true) }
            grown = value
        }
        return ChainRun(mixture: mixture, shares: shares, logLikelihood: likelihood, objective: grown, iterations: iterations, converged: false)
    }
}

/// Where the iterations of a mixture of chains have ended.
struct ChainRun: Sendable {
    let mixture: ChainMixture
    /// `[different journeys, chains]`: posterior shares times the number of equal journeys.
    let shares: [Double]
    let logLikelihood: Double
    /// The log likelihood and the prior's part.
    let objective: Double
    let iterations: Int
    let converged: Bool
}
