import CKernels

extension RowBlocks {
    /// Moves rows of a range one by one to the cluster where they lower the inertia most, of equals to the first, and both means at once; gives the number of moves.
    ///
    /// - Parameters:
    ///   - centroids: `[count, columns]`, the means of the rows of each cluster.
    ///   - sizes: how many rows each has; one never gives its last.
    ///   - labels: the clusters of all rows.
    ///   - scratch: memory for `exchangeScratch` numbers.
    /// - Complexity: O(rows · count · columns).
    public func exchange(
        _ range: Range<Int>, centroids: UnsafeMutableBufferPointer<Double>, sizes: UnsafeMutableBufferPointer<Double>, labels: UnsafeMutableBufferPointer<Int32>,
        scratch: UnsafeMutableBufferPointer<Double>
    ) -> Int {
        precondition(centroids.count == sizes.count * columns && labels.count == rows && scratch.count >= Self.exchangeScratch(clusters: sizes.count))
        guard let centroids = centroids.baseAddress, let counts = sizes.baseAddress, let labels = labels.baseAddress, let scratch = scratch.baseAddress else { return 0 }
        return Int(cnb_exchange(start(of: range), Int64(range.count), Int64(columns), centroids, counts, Int64(sizes.count), labels + range.lowerBound, scratch))
    }

    public static func exchangeScratch(clusters: Int) -> Int { clusters * (blockRows + 2) }
}
