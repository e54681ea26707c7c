/// A share of a whole, with the interval in which the true share lies with 95 % confidence.
///
/// ### References
/// E. B. Wilson. Probable Inference, the Law of Succession, and Statistical Inference. JASA 1927.
public struct Proportion: Sendable, Hashable {
    public let count: Int
    public let total: Int

    public init(_ count: Int, of total: Int) {
        self.count = count
        self.total = total
    }

    /// 0 of nothing.
    public var share: Double { total > 0 ? Double(count) / Double(total) : 0 }

    /// Wilson's score interval; 0...1 of nothing.
    public var interval: ClosedRange<Double> {
        guard total > 0 else { return 0...1 }
        let z = 1.959963984540054
        let n = Double(total)
        let p = share
        let centre = (p + z * z / (2 * n)) / (1 + z * z / n)
        let half = z / (1 + z * z / n) * (p * (1 - p) / n + z * z / (4 * n * n)).squareRoot()
        return (count == 0 ? 0 : max(0, centre - half))...(count == total ? 1 : min(1, centre + half))
    }
}
