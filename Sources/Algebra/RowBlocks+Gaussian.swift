import CKernels

extension RowBlocks {
    /// How many sums `addMoments` adds to.
    package func momentCount(isDiagonal: Bool) -> Int { 1 + columns + (isDiagonal ? columns : columns * (columns + 1) / 2) }

    /// The squared length of factor · (row − mean) for each row of a range: the squared Mahalanobis distance, where the factor is the inverse of
    /// the Cholesky factor of the covariance.
    ///
    /// - Parameter factor: the lower triangle of `[columns, columns]`, or with `isDiagonal` its diagonal alone.
    package func mahalanobis(
        _ range: Range<Int>, mean: [Double], factor: [Double], isDiagonal: Bool, into squares: UnsafeMutableBufferPointer<Double>
    ) {
        precondition(mean.count == columns && factor.count == (isDiagonal ? columns : columns * columns) && squares.count == range.count, "a mean and a factor as wide as the rows")
        guard !range.isEmpty, let squares = squares.baseAddress else { return }
        withScratch { scratch in
            cnb_gaussian_squares(start(of: range), Int64(range.count), Int64(columns), mean, factor, isDiagonal ? 1 : 0, scratch, squares)
        }
    }

    /// Adds the weights of the rows of a range, and their weighted first and second moments around a centre, to eight lanes of each sum: 1, then
    /// the columns, then the lower triangle of their products, row by row, or with `isDiagonal` the squares.
    package func addMoments(
        _ range: Range<Int>, around centre: [Double], weights: UnsafeBufferPointer<Double>, isDiagonal: Bool, to sums: UnsafeMutableBufferPointer<Double>
    ) {
        precondition(centre.count == columns && weights.count == range.count, "a weight for each row")
        precondition(sums.count == momentCount(isDiagonal: isDiagonal) * Self.blockRows, "eight lanes for each sum")
        guard !range.isEmpty, let weights = weights.baseAddress, let sums = sums.baseAddress else { return }
        withScratch { scratch in
            cnb_gaussian_moments(start(of: range), Int64(range.count), Int64(columns), centre, weights, isDiagonal ? 1 : 0, scratch, sums)
        }
    }

    /// Room for the gaps of four blocks of rows.
    private func withScratch(_ body: (UnsafeMutablePointer<Double>) -> Void) {
        withUnsafeTemporaryAllocation(of: Double.self, capacity: 4 * Self.blockRows * columns) { scratch in
            if let scratch = scratch.baseAddress { body(scratch) }
        }
    }
}
