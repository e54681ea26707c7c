import Runtime

#if canImport(Glibc)
    import Glibc
#endif

/// How far two partitions of the same rows agree, whatever their parts are called.
///
/// The adjusted Rand index counts pairs of rows that both put together or both apart, less what chance would give: 1 for the same partition, about 0 for independent ones. Normalised mutual
/// information is what one tells of the other, over the mean of their entropies: 1 for the same, 0 for independent ones. Two partitions of one part each are the same: 1 in both.
///
/// A label is a part, whatever its number: -1 for noise is a part as any other, as scikit-learn has it.
///
/// ### References
/// L. Hubert, P. Arabie. Comparing partitions. Journal of Classification, 1985.
/// A. Strehl, J. Ghosh. Cluster Ensembles. Journal of Machine Learning Research, 2002.
public struct PartitionAgreement: Sendable, Hashable, Codable {
    /// The labels that occur, rising, of the first partition and of the second.
    public let first: [Int], second: [Int]
    /// How many rows share a part of the first and one of the second: `counts[i][j]` of `first[i]` and `second[j]`.
    public let counts: [[Int]]
    public let rows: Int
    /// At most 1; below 0 where they agree less than by chance.
    public let adjustedRand: Double
    /// 0...1.
    public let mutualInformation: Double

    /// Parts of both together are not counted above this.
    public static let mostCells = 1 << 24

    /// - Throws: `ScoringError.noRows`, `wrongCount`, `tooManyParts`; `Cancelled`.
    /// - Complexity: O(rows + parts of the first · parts of the second).
    public init(_ first: [Int], _ second: [Int], work: Work = Work()) throws {
        guard !first.isEmpty else { throw ScoringError.noRows }
        guard first.count == second.count else { throw ScoringError.wrongCount(of: "labels", expected: first.count, found: second.count) }
        let (own, other) = (try Ranks(first, work), try Ranks(second, work))
        let width = other.labels.count
        guard own.labels.count <= Self.mostCells / width else { throw ScoringError.tooManyParts(first: own.labels.count, second: width) }
        var cells = [Int](repeating: 0, count: own.labels.count * width)
        try work.forEachStretch(of: first.count) { for row in $0 { cells[own.of(first[row]) * width + other.of(second[row])] += 1 } }
        (self.first, self.second, rows) = (own.labels, other.labels, first.count)
        counts = own.labels.indices.map { Array(cells[$0 * width..<($0 + 1) * width]) }
        let (sizes, otherSizes) = Self.margins(counts)
        adjustedRand = Self.adjustedRand(counts, sizes, otherSizes, rows: first.count)
        mutualInformation = Self.mutualInformation(counts, sizes, otherSizes, rows: first.count)
    }

    private static func margins(_ counts: [[Int]]) -> (rows: [Int], columns: [Int]) {
        var columns = [Int](repeating: 0, count: counts[0].count)
        for line in counts { for (place, count) in line.enumerated() { columns[place] += count } }
        return (counts.map { $0.reduce(0, +) }, columns)
    }

    private static func adjustedRand(_ counts: [[Int]], _ own: [Int], _ other: [Int], rows: Int) -> Double {
        // Ordered pairs, which are whole numbers: together in both, in the first alone, in the second alone, in neither.
        let squares = counts.reduce(0) { $0 + $1.reduce(0) { $0 + $1 * $1 } }
        let together = squares - rows
        let firstAlone = own.reduce(0) { $0 + $1 * $1 } - squares, secondAlone = other.reduce(0) { $0 + $1 * $1 } - squares
        guard firstAlone > 0 || secondAlone > 0 else { return 1 }
        let apart = rows * rows - firstAlone - secondAlone - squares
        let (a, b, c, d) = (Double(together), Double(firstAlone), Double(secondAlone), Double(apart))
        return 2 * (a * d - b * c) / ((a + b) * (b + d) + (a + c) * (c + d))
    }

    private static func mutualInformation(_ counts: [[Int]], _ own: [Int], _ other: [Int], rows: Int) -> Double {
        let all = Double(rows)
        guard own.count > 1 || other.count > 1 else { return 1 }
        var information = ExactSum()
        for (i, line) in counts.enumerated() {
            for (j, count) in line.enumerated() where count > 0 {
                // Logarithms of whole numbers, so that a cell that says nothing adds nothing.
                information.add(Double(count) / all * (log(Double(count)) + log(all) - log(Double(own[i])) - log(Double(other[j]))))
            }
        }
        func entropy(_ sizes: [Int]) -> Double { -sizes.map { Double($0) / all * (log(Double($0)) - log(all)) }.exactSum }
        let mean = (entropy(own) + entropy(other)) / 2
        // Below the rounding of a sum of logarithms it is nothing.
        return information.total <= .ulpOfOne || mean <= 0 ? 0 : min(1, information.total / mean)
    }

    /// The places of labels among those that occur.
    private struct Ranks {
        let labels: [Int]
        private let least: Int
        /// For labels that lie near each other a place each; none where a dictionary is shorter.
        private let table: [Int32]
        private let places: [Int: Int]

        init(_ values: [Int], _ work: Work) throws {
            var (low, high) = (values[0], values[0])
            try work.forEachStretch(of: values.count) {
                for row in $0 {
                    low = min(low, values[row])
                    high = max(high, values[row])
                }
            }
            least = low
            let (span, isFar) = high.subtractingReportingOverflow(low)
            if !isFar, span < 1 << 20 {
                var table = [Int32](repeating: -1, count: span + 1)
                for value in values { table[value - low] = 0 }
                labels = table.indices.filter { table[$0] == 0 }.map { $0 + low }
                for (place, label) in labels.enumerated() { table[label - low] = Int32(place) }
                (self.table, places) = (table, [:])
            } else {
                labels = Set(values).sorted()
                (table, places) = ([], Dictionary(uniqueKeysWithValues: labels.enumerated().map { ($0.element, $0.offset) }))
            }
        }

        func of(_ label: Int) -> Int { table.isEmpty ? places[label, default: 0] : Int(table[label - least]) }
    }
}
