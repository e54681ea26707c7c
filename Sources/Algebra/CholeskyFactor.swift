/// The lower triangular L of a symmetric positive definite matrix L · Lᵀ, by Cholesky's columns one after the other: the same bits on any processor and
/// at any number of threads.
package struct CholeskyFactor: Sendable, Hashable {
    package let size: Int
    /// `[size, size]`, row after row, 0 above the diagonal.
    package let values: [Double]

    /// None where the matrix is not positive definite, or rounding has made it so.
    ///
    /// - Parameter matrix: `[size, size]`, row after row; its lower triangle counts.
    /// - Complexity: O(size³).
    package init?(of matrix: [Double], size: Int) {
        precondition(matrix.count == size * size, "a square matrix")
        var factor = [Double](repeating: 0, count: size * size)
        for i in 0..<size {
            for j in 0...i {
                var sum = matrix[i * size + j]
                for m in 0..<j { sum -= factor[i * size + m] * factor[j * size + m] }
                if j < i {
                    factor[i * size + j] = sum / factor[j * size + j]
                } else {
                    guard sum > 0, sum.isFinite else { return nil }
                    factor[i * size + i] = sum.squareRoot()
                }
            }
        }
        (self.size, values) = (size, factor)
    }

    /// The diagonal of L: its squares are the variances of each column given those before it.
    package var diagonal: [Double] { (0..<size).map { values[$0 * size + $0] } }

    /// L⁻¹, lower triangular, `[size, size]`.
    ///
    /// - Complexity: O(size³).
    package var inverse: [Double] {
        var result = [Double](repeating: 0, count: size * size)
        for column in 0..<size {
            for i in column..<size {
                var sum = i == column ? 1.0 : 0.0
                for m in column..<i { sum -= values[i * size + m] * result[m * size + column] }
                result[i * size + column] = sum / values[i * size + i]
            }
        }
        return result
    }
}
