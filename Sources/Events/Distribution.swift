import Runtime

/// Numbers in rising order, and what is asked of them.
public struct Distribution: Sendable, Hashable {
    public let sorted: [Double]

    /// - Throws: `Cancelled`.
    public init(_ values: [Double], work: Work = Work()) throws {
        var values = values
        try work.sort(&values, by: <)
        sorted = values
    }

    public var count: Int { sorted.count }
    /// NaN of nothing, as are all below.
    public var mean: Double { count > 0 ? sorted.reduce(0, +) / Double(count) : .nan }
    public var median: Double { quantile(0.5) }
    public var least: Double { sorted.first ?? .nan }
    public var greatest: Double { sorted.last ?? .nan }

    /// The quantile of a share in 0...1, with the straight line between neighbours (type 7, that of NumPy and pandas).
    public func quantile(_ share: Double) -> Double {
        guard let last = sorted.last else { return .nan }
        let place = Double(count - 1) * min(1, max(0, share))
        let low = Int(place)
        guard low + 1 < count else { return last }
        return sorted[low] + (sorted[low + 1] - sorted[low]) * (place - Double(low))
    }

    /// The number of values in each of `bins` equal parts of least...greatest; the last part holds its end.
    public func histogram(bins: Int) -> [(range: ClosedRange<Double>, count: Int)] {
        guard bins > 0, let first = sorted.first, let last = sorted.last else { return [] }
        let width = (last - first) / Double(bins)
        guard width > 0 else { return [(first...last, count)] }
        var counts = [Int](repeating: 0, count: bins)
        for value in sorted { counts[min(bins - 1, Int((value - first) / width))] += 1 }
        return counts.enumerated().map { index, count in (first + width * Double(index)...(index == bins - 1 ? last : first + width * Double(index + 1)), count) }
    }
}
