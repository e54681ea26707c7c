#if canImport(Glibc)
    import Glibc
#endif
import Algebra
import Features
import Runtime

/// What a clustering of journeys has learnt: it puts further journeys into the same segments.
public protocol JourneyModel: SegmentModel {
    /// The column whose words it knows, and these.
    var column: String { get }
    var vocabulary: [String] { get }
    /// The segment of each journey. Words are matched by name; what is said of those that the model does not know is the model's own.
    ///
    /// - Throws: `Cancelled`.
    func segments(of journeys: Journeys, work: Work) throws -> [Int]
}

extension JourneyModel {
    public var dissimilarity: Dissimilarity? { nil }

    /// - Throws: `ClusteringError.readsJourneys`: rows of a table are no journeys.
    public func segments(of rows: SegmentRows, work: Work) throws -> [Int] { throw ClusteringError.readsJourneys }
}

extension Chains {
    /// A mixture of Markov chains.
    public struct Fitted: JourneyModel, Hashable, Codable {
        public let column: String
        let states: [String]
        let ends: Bool
        /// Segments: chains that are the likeliest of some journey of those that were fitted. They come first in the mixture.
        public let count: Int
        let mixture: ChainMixture
        /// The transitions whose chances `mixture.logs` has, rising.
        let pairs: [Int64]

        public var vocabulary: [String] { states }
        /// The share of each chain.
        public var shares: [Double] { mixture.weights.map { exp($0) } }

        /// The posterior chances of the segments' chains, `[journeys, count]`.
        ///
        /// Transitions from or to a word that the model does not know are passed over, so that a journey of such words alone goes by the chains' shares; one between known words that it has never
        /// seen has the chance that the prior gives it.
        ///
        /// - Throws: `Cancelled`.
        public func posteriors(of journeys: Journeys, work: Work = Work()) throws -> DenseMatrix {
            let counts = try TransitionCounts(journeys.recoded(to: states), states: states.count, ends: ends, work: work)
            let chains = mixture.count
            let places = Dictionary(uniqueKeysWithValues: pairs.enumerated().map { ($0.element, $0.offset) })
            var logs: [Double] = []
            for pair in counts.pairs.indices {
                if let place = places[counts.pairs[pair]] { logs += mixture.logs[place * chains..<(place + 1) * chains] } else {
                    logs += mixture.others[counts.from(pair) * chains..<(counts.from(pair) + 1) * chains]
                }
            }
            let expectation = ChainExpectation(counts, ends: ends, prior: 1)
            let shares = try expectation.expectation(ChainMixture(count: chains, weights: mixture.weights, logs: logs, others: []), work: work).shares
            var values: [Double] = []
            values.reserveCapacity(journeys.count * count)
            try work.forEachStretch(of: journeys.count) { rows in
                for journey in rows {
                    let place = Int(counts.places[journey])
                    let own = shares[place * chains..<place * chains + count]
                    let total = own.reduce(0, +)
                    // A journey that is all but sure to be of a chain without a segment goes by the shares of those that have one.
                    values += own.map { total > 0 ? $0 / total : 0 }
                }
            }
            return DenseMatrix(rows: journeys.count, columns: count, values: values)
        }

        public func segments(of journeys: Journeys, work: Work) throws -> [Int] {
            let chances = try posteriors(of: journeys, work: work)
            return try work.map(rows: journeys.count) { Chains.likeliest(chances.values, $0, count) }
        }
    }
}
