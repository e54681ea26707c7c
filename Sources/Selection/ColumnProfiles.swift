import Features
import Models
import Runtime
import Scoring

/// One column of numbers by segment, from one sort.
struct NumberProfile: Sendable {
    let overall: SegmentProfile.Summary
    let segments: [SegmentProfile.Summary]
    /// Of each segment against the others; none where either has no values.
    let tests: [RankTest?]

    init(_ features: FeatureMatrix, _ column: Int, _ labels: [Int], segments count: Int, _ work: Work) throws {
        var known: [(value: Double, segment: Int32)] = []
        known.reserveCapacity(features.rows)
        try work.forEachStretch(of: features.rows) {
            for row in $0 {
                let value = features.values[row, column]
                if !value.isNaN { known.append((value, Int32(labels[row]))) }
            }
        }
        try work.sort(&known) { $0.value < $1.value }
        var members = [[Double]](repeating: [], count: count), rankSums = [Double](repeating: 0, count: count), ties = 0.0
        var start = 0
        while start < known.count {
            var end = start + 1
            while end < known.count, known[end].value == known[start].value { end += 1 }
            if start & 0xFFFF == 0 { try work.check() }
            let size = Double(end - start), rank = Double(start + 1 + end) / 2
            ties += size * size * size - size
            for place in start..<end where known[place].segment >= 0 {
                rankSums[Int(known[place].segment)] += rank
                members[Int(known[place].segment)].append(known[place].value)
            }
            start = end
        }
        overall = Self.summary(known.map(\.value))
        segments = members.map(Self.summary)
        tests = members.indices.map { segment in
            let own = members[segment].count
            return own > 0 && own < known.count ? RankTest(rankSum: rankSums[segment], count: own, others: known.count - own, ties: ties) : nil
        }
    }

    /// Of the segment's mean from everybody's; none where one is not known, or all values are the same.
    func difference(of segment: Int) -> Double? {
        guard let mean = segments[segment].mean, let all = overall.mean, let deviation = overall.deviation, deviation > 0 else { return nil }
        return (mean - all) / deviation
    }

    /// - Parameter known: rising.
    private static func summary(_ known: [Double]) -> SegmentProfile.Summary {
        guard let first = known.first, let last = known.last else { return SegmentProfile.Summary(known: 0, mean: nil, median: nil, deviation: nil) }
        let middle = known.count / 2
        let median = known.count % 2 == 1 ? known[middle] : known[middle - 1] + (known[middle] - known[middle - 1]) / 2
        let mean = known.exactSum / Double(known.count)
        // A constant has no spread, not that of its rounding.
        let squares = first == last ? 0 : known.lazy.map { ($0 - mean) * ($0 - mean) }.exactSum
        return SegmentProfile.Summary(known: known.count, mean: mean, median: median, deviation: (squares / Double(known.count)).squareRoot())
    }
}

/// One category by segment.
struct LevelProfile: Sendable {
    let category: SegmentProfile.Category
    /// `[segments][levels]`.
    let shares: [[Double]]
    private let counts: [[Int]]
    private let totals: [Int]
    private let sizes: [Int]
    private let rows: Int

    init(_ categories: CategoryColumns, _ column: Int, _ labels: [Int], _ sizes: [Int], _ work: Work) throws {
        let codes = categories.codes[column], names = categories.levels[column]
        var totals = [Int](repeating: 0, count: names.count)
        try work.forEachStretch(of: codes.count) { for row in $0 where codes[row] >= 0 { totals[Int(codes[row])] += 1 } }
        let order = names.indices.filter { totals[$0] > 0 }.sorted { (totals[$1], $0) < (totals[$0], $1) }
        let told = Array(order.prefix(SegmentProfile.mostLevels))
        var places = [Int](repeating: -1, count: names.count)
        for (place, level) in told.enumerated() { places[level] = place }
        var counts = [[Int]](repeating: [Int](repeating: 0, count: told.count), count: sizes.count)
        try work.forEachStretch(of: codes.count) {
            for row in $0 where codes[row] >= 0 && labels[row] >= 0 {
                let place = places[Int(codes[row])]
                if place >= 0 { counts[labels[row]][place] += 1 }
            }
        }
        rows = codes.count
        self.counts = counts
        self.sizes = sizes
        self.totals = told.map { totals[$0] }
        shares = sizes.indices.map { segment in counts[segment].map { Double($0) / Double(max(1, sizes[segment])) } }
        category = SegmentProfile.Category(
            name: categories.names[column], levels: told.map { names[$0] }, shares: told.map { Double(totals[$0]) / Double(max(1, codes.count)) }, leftOut: order.count - told.count)
    }

    /// The levels in which a segment that holds rows can differ.
    func traits(of segment: Int) -> [SegmentProfile.Trait] {
        guard sizes[segment] > 0 else { return [] }
        // Of two levels one says what the other does.
        let isPair = category.levels.count == 2 && category.leftOut == 0 && totals.reduce(0, +) == rows
        let chosen = isPair ? [counts[segment][1] * totals[0] > counts[segment][0] * totals[1] ? 1 : 0] : Array(category.levels.indices)
        return chosen.compactMap { place in
            let share = category.shares[place], deviation = (share * (1 - share)).squareRoot(), hits = counts[segment][place]
            guard deviation > 0 else { return nil }
            return SegmentProfile.Trait(
                column: category.name, level: category.levels[place], difference: (shares[segment][place] - share) / deviation,
                pValue: ShareTest.pValue(hits: hits, of: sizes[segment], against: totals[place] - hits, of: rows - sizes[segment]), rate: 1)
        }
    }
}
