import Runtime

/// Within what bounds measures lie that would come of other rows of the same kind: percentiles of the bootstrap, in which users are drawn with all of their rows.
///
/// ### References
/// B. Efron, R. Tibshirani. An Introduction to the Bootstrap. Chapman and Hall 1993.
public struct ScoreIntervals: Sendable, Hashable {
    public static let level = 0.95
    /// How many samples were drawn.
    public let replicates: Int
    /// How many units were drawn from: users, or rows.
    public let units: Int
    private let bounds: [ClassMeasure: ClosedRange<Double>]

    public subscript(measure: ClassMeasure) -> ClosedRange<Double>? { bounds[measure] }

    /// - Parameters:
    ///   - units: which rows are drawn together.
    ///   - replicates: how many samples; a thousand, of very many rows fewer, unless given.
    /// - Throws: `Cancelled`.
    /// - Complexity: O(replicates · classes · rows).
    public init(_ measures: WeightedMeasures, units: [Int32], classes: Int, replicates asked: Int? = nil, seed: Int, work: Work = Work()) throws {
        let places = Units(units)
        let count = asked ?? max(200, min(1_000, 400_000_000 / max(1, units.count * (classes == 2 ? 1 : classes))))
        let samples = try work.workers.map(shards: count) { replicate in
            try work.check()
            var stream = RandomStream(seed: seed, name: "bootstrap", purpose: "sample \(replicate)")
            var drawn = [Double](repeating: 0, count: places.count)
            for _ in 0..<places.count { drawn[stream.below(places.count)] += 1 }
            return measures.values(weights: places.of.map { drawn[Int($0)] })
        }
        var bounds: [ClassMeasure: ClosedRange<Double>] = [:]
        for (index, measure) in ClassMeasure.allCases.enumerated() {
            let values = samples.compactMap { $0[index] }.sorted()
            // Where a measure is often undefined its interval would be of a lucky few.
            guard values.count * 10 >= count * 9 else { continue }
            bounds[measure] = Self.percentile(values, (1 - Self.level) / 2)...Self.percentile(values, (1 + Self.level) / 2)
        }
        self.bounds = bounds
        replicates = count
        self.units = places.count
    }

    /// Of rising values, between two by their distance.
    static func percentile(_ values: [Double], _ share: Double) -> Double {
        let place = share * Double(values.count - 1), lower = Int(place)
        guard lower + 1 < values.count else { return values[values.count - 1] }
        return values[lower] + (place - Double(lower)) * (values[lower + 1] - values[lower])
    }

    /// Rows that are drawn together, numbered from 0.
    struct Units {
        let of: [Int32]
        let count: Int

        init(_ given: [Int32]) {
            var numbers: [Int32: Int32] = [:]
            of = given.map { unit in
                if let known = numbers[unit] { return known }
                numbers[unit] = Int32(numbers.count)
                return Int32(numbers.count - 1)
            }
            count = numbers.count
        }

        /// What the rows of each unit add up to.
        func sums(_ value: (Int) -> Double) -> [Double] {
            var sums = [Double](repeating: 0, count: count)
            for row in of.indices { sums[Int(of[row])] += value(row) }
            return sums
        }
    }
}

/// Whether one model's log loss is lower than another's on the same rows by more than chance would have it: signs of the users' differences are turned at random.
///
/// ### References
/// P. Good. Permutation, Parametric and Bootstrap Tests of Hypotheses. Springer 2005.
public struct PairedTest: Sendable, Hashable {
    /// The mean over the rows of the first model's loss minus the second's; below 0 where the first is better.
    public let difference: Double
    /// The bootstrap's interval of it, users drawn with all of their rows.
    public let interval: ClosedRange<Double>
    /// How often turned signs give a difference at least as far from 0.
    public let pValue: Double
    public let permutations: Int
    public let units: Int

    /// - Parameters:
    ///   - first: the losses of a model, one a row, and `second` those of another on the same rows.
    ///   - units: which rows belong together.
    /// - Throws: `wrongCount`, `noRows`; `Cancelled`.
    /// - Complexity: O(permutations · units).
    public init(_ first: [Double], _ second: [Double], units: [Int32], seed: Int, work: Work = Work()) throws {
        guard first.count == second.count, units.count == first.count else { throw ScoringError.wrongCount(of: "losses", expected: first.count, found: second.count) }
        guard !first.isEmpty else { throw ScoringError.noRows }
        let places = ScoreIntervals.Units(units)
        let sums = places.sums { first[$0] - second[$0] }, sizes = places.sums { _ in 1 }
        let total = sums.exactSum
        let count = max(999, min(9_999, 400_000_000 / places.count)), shards = 64
        // Ties by rounding count as ties.
        let least = total.magnitude * (1 - 1e-12)
        let beyond = try work.workers.map(shards: shards) { shard -> Int in
            var stream = RandomStream(seed: seed, name: "paired test", purpose: "signs \(shard)")
            var found = 0
            for _ in stride(from: shard, to: count, by: shards) {
                try work.check()
                var sum = 0.0, bits: UInt64 = 0
                for unit in sums.indices {
                    if unit & 63 == 0 { bits = stream.next() }
                    sum += bits & 1 == 0 ? sums[unit] : -sums[unit]
                    bits >>= 1
                }
                if sum.magnitude >= least { found += 1 }
            }
            return found
        }
        let means = try work.workers.map(shards: 1_000) { replicate -> Double in
            try work.check()
            var stream = RandomStream(seed: seed, name: "paired test", purpose: "sample \(replicate)")
            var sum = 0.0, rows = 0.0
            for _ in sums.indices {
                let unit = stream.below(sums.count)
                sum += sums[unit]
                rows += sizes[unit]
            }
            return sum / rows
        }.sorted()
        difference = total / Double(first.count)
        interval = ScoreIntervals.percentile(means, (1 - ScoreIntervals.level) / 2)...ScoreIntervals.percentile(means, (1 + ScoreIntervals.level) / 2)
        pValue = Double(1 + beyond.reduce(0, +)) / Double(1 + count)
        permutations = count
        self.units = places.count
    }
}
