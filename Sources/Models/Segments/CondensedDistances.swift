/// The distances between all pairs of some rows, each pair once.
public struct CondensedDistances: Sendable, Hashable {
    public let count: Int
    /// Of rows i < j at `i · count − i · (i + 1) / 2 + j − i − 1`, as SciPy's `pdist` orders them.
    public internal(set) var values: [Double]

    /// - Precondition: as many values as pairs.
    public init(count: Int, values: [Double]) {
        precondition(values.count == count * (count - 1) / 2, "a distance for each pair")
        (self.count, self.values) = (count, values)
    }

    /// The place of a pair in `values`; its rows differ.
    @inline(__always)
    public func place(_ first: Int, _ second: Int) -> Int {
        let (low, high) = first < second ? (first, second) : (second, first)
        return low * count - low * (low + 1) / 2 + high - low - 1
    }

    /// 0 of a row and itself.
    public subscript(first: Int, second: Int) -> Double { first == second ? 0 : values[place(first, second)] }
}
