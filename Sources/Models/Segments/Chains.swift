#if canImport(Glibc)
    import Glibc
#endif
import Features
import Runtime

/// Groups journeys by how they go on: a mixture of first-order Markov chains, found by expectation and maximisation. A journey belongs to the chain that most likely made it.
///
/// ### Model
/// A chain gives the chance of each first word, of each word after each other, and, unless `ends` is off, of ending after each word, so that length is a part of behaviour. `prior` is added to the
/// count of each transition that could be, which leaves no chance at 0. Chains are numbered by falling number of journeys.
///
/// ### How
/// `restarts` starts (`ChainSeeds`) go ten iterations each, the best of them on until what grows, the log likelihood with the prior's part, does so by less than `tolerance` of itself. Restart r
/// draws from the stream (seed, `chains`, `starts r`). Equal journeys are worked out once.
///
/// `BIC` is −2 · log likelihood + parameters · ln(journeys), the least is the best; parameters are k − 1 shares and, by chain, `words − 1` first words and for each word `words` transitions
/// (one less without ends). The log likelihood does not count the prior.
///
/// - Complexity: O(different transitions of all different journeys · k) an iteration; memory for the posterior shares of the different journeys.
///
/// ### References
/// I. Cadez, D. Heckerman, C. Meek, P. Smyth, S. White. Model-Based Clustering and Visualization of Navigation Patterns on a Web Site. Data Mining and Knowledge Discovery, 2003.
/// C. Biernacki, G. Celeux, G. Govaert. Choosing Starting Values for the EM Algorithm. Computational Statistics and Data Analysis, 2003 (short runs first).
public struct Chains: Estimator {
    public var clusterCount = 3
    public var restarts = 20
    /// The most iterations of the best start.
    public var iterations = 1000
    /// Of what grows, relative.
    public var tolerance = 1e-8
    public var prior = 0.01
    public var ends = true
    public var seed = 0

    public static let schema = Schema<Self>(
        "chains", "Group journeys by a mixture of Markov chains (EM).",
        Hyperparameter("k", \.clusterCount, in: 1...256, "number of chains"),
        Hyperparameter("ends", \.ends, "whether ending is a transition, so that the length of a journey counts"),
        Hyperparameter("prior", \.prior, in: 1e-9...1000, "what is added to the count of each transition that could be"),
        Hyperparameter("restarts", \.restarts, in: 1...1000, "starts of ten iterations each; the best goes on"),
        Hyperparameter("iterations", \.iterations, in: 1...100_000, "most iterations of the best start"),
        Hyperparameter("tolerance", \.tolerance, in: 0...0.1, "relative growth below which it ends"))

    public init() {}

    /// - Throws: `ClusteringError.noRows`, `tooFewRows`, `tooFewDistinctRows`; `Cancelled`.
    public func segmentation(of journeys: Journeys, work: Work = Work()) throws -> Segmentation {
        let expectation = try expectation(journeys, work: work)
        let counts = expectation.counts
        guard journeys.count >= clusterCount else { throw ClusteringError.tooFewRows(needed: clusterCount, found: journeys.count) }
        guard counts.different >= clusterCount else { throw ClusteringError.tooFewDistinctRows(needed: clusterCount, found: counts.different) }
        let seeds = try ChainSeeds(expectation, work: work)
        var best: ChainRun?
        for restart in 0..<(clusterCount == 1 ? 1 : restarts) {
            work.report("chains", Double(restart) / Double(restarts + 5), "k=\(clusterCount), start \(restart + 1) of \(restarts)")
            var stream = RandomStream(seed: seed, name: Self.schema.name, purpose: "starts \(restart)")
            let run = try expectation.run(from: try seeds.draw(clusterCount, from: &stream, work: work), iterations: min(10, iterations), tolerance: tolerance, work: work)
            if best.map({ run.objective > $0.objective }) ?? true { best = run }
        }
        guard let start = best else { throw ClusteringError.notPositive("restarts", restarts) }
        work.report("chains", nil, "k=\(clusterCount), the best of \(restarts) starts")
        let goesOn = !start.converged && start.iterations < iterations
        let run = goesOn ? try expectation.run(from: start.mixture, iterations: iterations - start.iterations, tolerance: tolerance, work: work) : start
        return try segmentation(of: journeys, expectation, run, starts: clusterCount == 1 ? 1 : restarts, earlier: goesOn ? start.iterations : 0, work: work)
    }

    /// Refines given chains: one run, whatever `restarts` and `clusterCount` say.
    ///
    /// - Parameters:
    ///   - shares: by chain.
    ///   - chances: by chain, from word (the start after the last of them), to word (the end after the last), in the order of the journeys' vocabulary.
    /// - Throws: as `segmentation(of:work:)`.
    public func segmentation(of journeys: Journeys, from shares: [Double], _ chances: [[[Double]]], work: Work = Work()) throws -> Segmentation {
        let expectation = try expectation(journeys, work: work)
        let counts = expectation.counts
        let logs = counts.pairs.indices.flatMap { pair in chances.map { log($0[counts.from(pair)][counts.to(pair)]) } }
        // Of transitions that nobody makes only the prior's part speaks, and the first iteration sets them.
        let others = [Double](repeating: log(prior), count: (counts.states + 1) * shares.count)
        let run = try expectation.run(from: ChainMixture(count: shares.count, weights: shares.map { log($0) }, logs: logs, others: others), iterations: iterations, tolerance: tolerance, work: work)
        return try segmentation(of: journeys, expectation, run, starts: 1, earlier: 0, work: work)
    }

    func expectation(_ journeys: Journeys, work: Work) throws -> ChainExpectation {
        guard journeys.count > 0 else { throw ClusteringError.noRows }
        guard clusterCount >= 1 else { throw ClusteringError.notPositive("k", clusterCount) }
        return ChainExpectation(try TransitionCounts(journeys, states: journeys.vocabulary.count, ends: ends, work: work), ends: ends, prior: prior)
    }

    private func segmentation(of journeys: Journeys, _ expectation: ChainExpectation, _ run: ChainRun, starts: Int, earlier: Int, work: Work) throws -> Segmentation {
        let counts = expectation.counts, chains = run.mixture.count
        let likeliest = try work.map(rows: counts.different) { Self.likeliest(run.shares, $0, chains) }
        let order = SegmentOrder(try work.map(rows: journeys.count) { likeliest[Int(counts.places[$0])] }, count: chains)
        // Chains to which no journey belongs go on sharing in what others are: they come last and have no segment.
        let numbering = order.kept + (0..<chains).filter { !order.kept.contains($0) }
        let model = Fitted(
            column: journeys.column, states: journeys.vocabulary, ends: ends, count: order.kept.count, mixture: run.mixture.reordered(numbering), pairs: counts.pairs)
        let words = Double(journeys.vocabulary.count)
        func parameters(_ chains: Int) -> Double { Double(chains - 1) + Double(chains) * (words - 1 + words * (ends ? words : words - 1)) }
        func criterion(_ logLikelihood: Double, _ chains: Int) -> Double { -2 * logLikelihood + parameters(chains) * log(Double(journeys.count)) }
        var remarks = [
            (chains == 1 ? "one chain of everybody" : "the best of \(NumberText.counted(starts, "starts"))") + " after \(NumberText.counted(run.iterations + earlier, "iterations"))" + (run.converged ? "" : ", stopped before it settled"),
            "\(NumberText.counted(journeys.count, "journeys")) of \(NumberText.counted(journeys.totalLength, "steps")) over \(NumberText.counted(journeys.vocabulary.count, "words")) of \(journeys.column); "
                + "\(NumberText.counted(Int(parameters(chains)), "parameters"))",
        ]
        if chains > 1 {
            let sure = try work.map(rows: counts.different) { run.shares[$0 * chains..<($0 + 1) * chains].max() ?? 0 }.reduce(0, +) / Double(journeys.count)
            let single = try expectation.expectation(try expectation.maximisation(Array(counts.multiplicities.map(Double.init)), chains: 1, work: work), work: work)
            remarks.append("one chain for everybody has BIC \(NumberText.short(criterion(single.logLikelihood, 1)))")
            remarks.append("journeys belong to their segment with a chance of \(NumberText.decimal(sure, 3)) on average")
        }
        let left = chains - order.kept.count
        if left > 0 { remarks.append("\(NumberText.counted(left, "chains")) \(left == 1 ? "is" : "are") the likeliest of no journey and \(left == 1 ? "has" : "have") no segment") }
        if words > 100 { remarks.append("with so many words most transitions are rare: fewer words (categories, or 'map') tell more") }
        let tables = try ChainTables(journeys, counts, labels: order.labels, segments: order.kept.count, seed: seed, work: work).tables
        return Segmentation(
            model: model, labels: order.labels, sizes: order.sizes, measures: [("BIC", criterion(run.logLikelihood, chains)), ("log likelihood", run.logLikelihood)], remarks: remarks, tables: tables)
    }

    /// Of equally likely chains the first.
    static func likeliest(_ shares: [Double], _ row: Int, _ chains: Int) -> Int {
        var best = row * chains
        for place in best..<best + chains where shares[place] > shares[best] { best = place }
        return best - row * chains
    }
}

extension ChainMixture {
    /// The same chains in another order.
    func reordered(_ order: [Int]) -> ChainMixture {
        func permuted(_ values: [Double]) -> [Double] { values.indices.map { values[$0 / count * count + order[$0 % count]] } }
        return ChainMixture(count: count, weights: order.map { weights[$0] }, logs: permuted(logs), others: permuted(others))
    }
}
