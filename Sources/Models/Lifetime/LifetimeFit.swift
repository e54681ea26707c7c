#if canImport(Glibc)
    import Glibc
#endif
import Runtime

/// A model that was fitted to the purchases of customers by maximum likelihood, and how that went.
public struct LifetimeFit<Model: Sendable>: Sendable {
    public let model: Model
    public let logLikelihood: Double
    /// Customers whose purchases it was fitted to.
    public let customers: Int
    public let iterations: Int
    /// The largest derivative of the log likelihood by the logarithm of a parameter, where that may still grow.
    public let slope: Double
    /// Parameters that ran off, beyond e^±10 (times, to the mean age; amounts, to the mean of all): the data do not tell them.
    public let unbounded: [String]
    /// Whether the log likelihood has a summit there.
    public let converged: Bool
}

extension QuasiNewton.Minimum {
    /// Whether it is a summit of what was turned upside down, as far as differences of its values tell.
    fileprivate var isSummit: Bool { slope <= 1e-6 * max(1, abs(value)) }
    /// Places of the logarithms that ran off: those at the bound of the search are among them.
    fileprivate var farAway: [Int] { point.indices.filter { abs(point[$0]) > 10 } }
}

extension LifetimeModel {
    /// Fits to the histories of customers.
    ///
    /// The logarithms of the parameters are moved by `QuasiNewton` from four starts, in units of the mean age, so that the unit of time does not matter; the highest summit is kept.
    /// A likelihood is a density by the time of each repeat purchase, so that it is measured back by the unit as often as there are some.
    ///
    /// - Throws: `LifetimeError.noCustomers`, `noRepeats`, `unusable`; `Cancelled`.
    /// - Complexity: O(different histories) an evaluation, of which there are a few hundred a start.
    public static func fit(_ histories: [PurchaseHistory], work: Work = Work()) throws -> LifetimeFit<Self> {
        guard !histories.isEmpty else { throw LifetimeError.noCustomers }
        if let row = histories.firstIndex(where: { $0.repeats < 0 || !$0.age.isFinite || !($0.recency >= 0 && $0.recency <= $0.age) }) { throw LifetimeError.unusable(customer: row) }
        guard histories.contains(where: { $0.repeats > 0 }) else { throw LifetimeError.noRepeats(customers: histories.count) }
        let meanAge = histories.reduce(0) { $0 + $1.age / Double(histories.count) }
        let unit = meanAge > 0 ? meanAge : 1
        let repeats = Double(histories.reduce(0) { $0 + $1.repeats })
        let different = try DistinctHistories(histories, work: work).measured(in: unit)
        let rate = max(repeats / Double(histories.count), 0.01)
        // Shapes of purchases and of leaving, and the scale of leaving where it is a time.
        let starts: [(Double, Double, Double)] = [(1, 1, 1), (0.3, 0.7, 0.5), (0.5, 0.5, 3), (3, 2, 0.3)]
        var best: QuasiNewton.Minimum?
        for (index, start) in starts.enumerated() {
            work.report(title, Double(index) / Double(starts.count), "start \(index + 1) of \(starts.count)")
            let scale = Self.parameterNames.last == "beta" ? start.2 : start.1 * 3
            let found = try QuasiNewton().minimum(from: [start.0, start.0 / rate, start.1, scale].map { log($0) }) { point in
                let model = Self(parameters: point.map { exp($0) })
                return -(try different.sum(work) { model.logLikelihood($0) })
            }
            if best.map({ found.value < $0.value }) ?? true { best = found }
        }
        guard let best else { throw LifetimeError.noCustomers }
        let parameters = zip(best.point, parameterNames).map { exp($0) * (scales.contains($1) ? unit : 1) }
        return LifetimeFit(
            model: Self(parameters: parameters), logLikelihood: -best.value - repeats * log(unit), customers: histories.count, iterations: best.iterations, slope: best.slope,
            unbounded: best.farAway.map { parameterNames[$0] }, converged: best.isSummit)
    }

    /// Parameters that are times.
    private static var scales: Set<String> { ["alpha", "beta"] }
}

extension GammaGammaModel {
    /// Fits to the mean values of customers' purchases.
    ///
    /// The logarithms of the parameters are moved by `QuasiNewton` from three starts, in units of the mean of all, so that the currency does not matter; the highest summit is kept.
    ///
    /// - Parameter values: how many purchases each customer's mean is of, and the mean; customers without a purchase, or with a mean of 0 or below, are passed over.
    /// - Throws: `LifetimeError.tooFewValues` for fewer than 3; `Cancelled`.
    public static func fit(_ values: [(purchases: Int, mean: Double)], work: Work = Work()) throws -> LifetimeFit<Self> {
        let known = values.filter { $0.purchases > 0 && $0.mean > 0 && $0.mean.isFinite }
        guard known.count >= 3 else { throw LifetimeError.tooFewValues(found: known.count) }
        let mean = known.reduce(0) { $0 + $1.mean / Double(known.count) }
        let amounts = known.map { $0.mean / mean }
        let shards = DistinctHistories.shards(of: known.count)
        var best: QuasiNewton.Minimum?
        for start in [(1.0, 2.0), (5, 4), (2, 10)] {
            // Such that the mean of all, the unit, is p · gamma / (q − 1).
            let found = try QuasiNewton().minimum(from: [start.0, start.1, (start.1 - 1) / start.0].map { log($0) }) { point in
                let model = Self(parameters: point.map { exp($0) })
                return -(try work.workers.map(shards: shards.count) { shard in
                    try work.check()
                    return shards[shard].reduce(0) { $0 + model.logLikelihood(purchases: known[$1].purchases, mean: amounts[$1]) }
                }.reduce(0, +))
            }
            if best.map({ found.value < $0.value }) ?? true { best = found }
        }
        guard let best else { throw LifetimeError.tooFewValues(found: known.count) }
        return LifetimeFit(
            model: Self(parameters: zip(best.point, parameterNames).map { exp($0) * ($1 == "gamma" ? mean : 1) }), logLikelihood: -best.value - Double(known.count) * log(mean),
            customers: known.count, iterations: best.iterations, slope: best.slope, unbounded: best.farAway.map { parameterNames[$0] }, converged: best.isSummit)
    }
}

/// Histories of customers, equal ones together: what is summed over all of them is worked out once for each that differs.
struct DistinctHistories: Sendable {
    let histories: [PurchaseHistory]
    let counts: [Int]
    /// For each customer the place of its history.
    let places: [Int32]

    /// - Throws: `Cancelled`.
    init(_ all: [PurchaseHistory], work: Work) throws {
        var known: [PurchaseHistory: Int32] = [:]
        var histories: [PurchaseHistory] = [], counts: [Int] = []
        places = try work.map(rows: all.count) { row in
            if let place = known[all[row]] {
                counts[Int(place)] += 1
                return place
            }
            let place = Int32(histories.count)
            known[all[row]] = place
            histories.append(all[row])
            counts.append(1)
            return place
        }
        (self.histories, self.counts) = (histories, counts)
    }

    private init(_ histories: [PurchaseHistory], _ counts: [Int], _ places: [Int32]) { (self.histories, self.counts, self.places) = (histories, counts, places) }

    /// The same with times in another unit.
    func measured(in unit: Double) -> Self {
        Self(histories.map { PurchaseHistory(repeats: $0.repeats, recency: min($0.recency / unit, $0.age / unit), age: $0.age / unit) }, counts, places)
    }

    /// Stretches of which a thread takes one after the other; they do not follow the number of threads.
    static func shards(of count: Int) -> [Range<Int>] {
        let size = max(256, (count + 63) / 64)
        return stride(from: 0, to: count, by: size).map { $0..<min(count, $0 + size) }
    }

    /// The sum over all customers.
    func sum(_ work: Work, _ value: @Sendable (PurchaseHistory) -> Double) throws -> Double {
        let shards = Self.shards(of: histories.count)
        return try work.workers.map(shards: shards.count) { shard in
            try work.check()
            return shards[shard].reduce(0) { $0 + Double(counts[$1]) * value(histories[$1]) }
        }.reduce(0, +)
    }
}

extension LifetimeModel {
    /// A number of each customer, worked out once for each history that differs.
    ///
    /// - Throws: `Cancelled`.
    public func values(_ histories: [PurchaseHistory], work: Work = Work(), _ value: @Sendable (Self, PurchaseHistory) -> Double) throws -> [Double] {
        let different = try DistinctHistories(histories, work: work)
        let shards = DistinctHistories.shards(of: different.histories.count)
        let known = try work.workers.map(shards: shards.count) { shard in
            try work.check()
            return shards[shard].map { value(self, different.histories[$0]) }
        }.flatMap { $0 }
        return try work.map(rows: histories.count) { known[Int(different.places[$0])] }
    }

    /// How many customers are expected with 0, 1, ... repeat purchases over their ages, the last number of all who have as many as its place or more.
    ///
    /// - Throws: `Cancelled`.
    public func expectedCounts(_ histories: [PurchaseHistory], most: Int, work: Work = Work()) throws -> [Double] {
        let ages = try DistinctHistories(histories.map { PurchaseHistory(repeats: 0, recency: 0, age: $0.age) }, work: work)
        let counts = try (0..<most).map { repeats in try ages.sum(work) { probability(repeats: repeats, over: $0.age) } }
        return counts + [max(0, Double(histories.count) - counts.reduce(0, +))]
    }
}
