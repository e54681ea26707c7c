import Algebra
import CKernels
import Runtime

/// The columns of a matrix as codes of at most 255 bins, in which trees look for their cuts, and what the bins hold.
///
/// A column of at most 255 different values has a bin for each; of others the bins hold about as many rows each, by the quantiles of 32,768 rows that are drawn. Gaps, NaN,
/// have a code of their own.
final class BinnedRows: @unchecked Sendable {  // written in `init`, only read afterwards
    let rows: Int, columns: Int
    /// Column after column, and once more row after row.
    private let codes: UnsafeMutablePointer<UInt8>
    private let byRow: UnsafeMutablePointer<UInt8>
    /// The least and the greatest value of each bin, `[columns][256]`.
    private let lows: [[Double]], highs: [[Double]]

    static let gap = Int(CNB_TREE_GAP)
    private static let mostBins = 255, sample = 1 << 15, shards = 16

    /// - Complexity: O(rows · columns) time, two bytes a value.
    init(_ matrix: DenseMatrix, seed: Int, work: Work) throws {
        let rows = matrix.rows, columns = matrix.columns
        (self.rows, self.columns) = (rows, columns)
        codes = .allocate(capacity: max(1, rows * columns))
        byRow = .allocate(capacity: max(1, rows * columns))
        nonisolated(unsafe) let codes = codes, byRow = byRow
        let drawn = Self.drawn(of: rows, seed: seed)
        let cuts = try work.workers.map(shards: columns) { column in
            try work.check()
            return matrix.values.withUnsafeBufferPointer { Self.cuts($0, rows: rows, columns: columns, column: column, drawn: drawn) }
        }
        let shards = min(Self.shards, max(1, rows / 1024)), places = Int(CNB_TREE_BINS)
        let ranges = try work.workers.map(shards: shards) { shard in
            var lows = [Double](repeating: .infinity, count: columns * places), highs = [Double](repeating: -.infinity, count: columns * places)
            let range = rows * shard / shards..<rows * (shard + 1) / shards
            // Blocks of rows that the cache holds while each column is read.
            try matrix.values.withUnsafeBufferPointer { values in
                for start in stride(from: range.lowerBound, to: range.upperBound, by: 1024) {
                    try work.check()
                    for column in 0..<columns {
                        lows.withUnsafeMutableBufferPointer { lows in
                            highs.withUnsafeMutableBufferPointer { highs in
                                cnb_bin_codes(
                                    values.baseAddress! + start * columns + column, Int64(min(1024, range.upperBound - start)), Int64(columns), cuts[column], Int64(cuts[column].count),
                                    codes + column * rows + start, lows.baseAddress! + column * places, highs.baseAddress! + column * places)
                            }
                        }
                    }
                    for row in start..<min(start + 1024, range.upperBound) { for column in 0..<columns { byRow[row * columns + column] = codes[column * rows + row] } }
                }
            }
            return (lows, highs)
        }
        func merged(_ column: Int, _ values: ((lows: [Double], highs: [Double])) -> [Double], _ choose: (Double, Double) -> Double) -> [Double] {
            (0..<places).map { bin in ranges.map { values($0)[column * places + bin] }.reduce(values(ranges[0])[column * places + bin], choose) }
        }
        lows = (0..<columns).map { merged($0, \.lows, min) }
        highs = (0..<columns).map { merged($0, \.highs, max) }
    }

    deinit {
        codes.deallocate()
        byRow.deallocate()
    }

    /// The codes of a column, one a row.
    func codes(of column: Int) -> UnsafePointer<UInt8> { UnsafePointer(codes + column * rows) }

    /// The codes of a row, one a column, `[rows, columns]`.
    var codesByRow: UnsafePointer<UInt8> { UnsafePointer(byRow) }

    /// The number midway between the rows of a bin and those of a later one; above all values where only gaps are on the other side.
    func threshold(_ column: Int, after last: Int, before next: Int) -> Double {
        next == Self.gap ? .infinity : Self.middle(highs[column][last], lows[column][next])
    }

    /// The middle of two numbers, at least the lower and less than the higher one; finite, also between what is not.
    static func middle(_ low: Double, _ high: Double) -> Double {
        let most = Double.greatestFiniteMagnitude
        let low = low == -.infinity ? -most : low, end = high == .infinity ? most : high
        let middle = low / 2 + end / 2
        return middle >= low && middle < high ? middle : low
    }

    /// Rows whose values tell the quantiles; none where all do.
    private static func drawn(of rows: Int, seed: Int) -> [Int] {
        guard rows > 2 * sample else { return [] }
        var stream = RandomStream(seed: seed, name: "trees", purpose: "bins")
        return (0..<sample).map { _ in stream.below(rows) }
    }

    /// The numbers between the bins of a column, at most 254, rising.
    private static func cuts(_ values: UnsafeBufferPointer<Double>, rows: Int, columns: Int, column: Int, drawn: [Int]) -> [Double] {
        guard rows > 0, let first = values.baseAddress else { return [] }
        var found = [Double](repeating: 0, count: mostBins)
        let count = Int(cnb_few_values(first + column, Int64(rows), Int64(columns), Int64(mostBins), &found))
        if count >= 0 { return count < 2 ? [] : (1..<count).map { middle(found[$0 - 1], found[$0]) } }
        var sorted = (drawn.isEmpty ? (0..<rows).map { values[$0 * columns + column] } : drawn.map { values[$0 * columns + column] }).filter { !$0.isNaN }
        sorted.sort()
        var cuts: [Double] = [], left = sorted.count, here = 0, start = 0
        while start < sorted.count {
            var end = start + 1
            while end < sorted.count, sorted[end] == sorted[start] { end += 1 }
            here += end - start
            guard end < sorted.count, cuts.count < mostBins - 1 else { break }
            // A bin is full when it holds its share of what is left for it and those after it.
            if here * (mostBins - cuts.count) >= left {
                cuts.append(middle(sorted[end - 1], sorted[end]))
                left -= here
                here = 0
            }
            start = end
        }
        return cuts
    }
}
