import CLAPACK

/// The sums of a Newton step over rows X `[rows, inputs]`: the gradient Xᵀ·r and the Hessian Xᵀ·diag(w)·X, in double precision, added block by block.
package struct NewtonSums: Sendable {
    package let inputs: Int
    /// `[inputs, inputs]`, of which the upper triangle counts.
    package private(set) var hessian: [Double]
    package private(set) var gradient: [Double]
    /// `[block, inputs]`.
    private var scaled: [Double] = []

    package init(inputs: Int) {
        self.inputs = inputs
        hessian = [Double](repeating: 0, count: inputs * inputs)
        gradient = [Double](repeating: 0, count: inputs)
    }

    /// Adds a block of rows.
    ///
    /// - Parameters:
    ///   - rows: `[count, inputs]`.
    ///   - residuals, roots: one a row; `roots` are the square roots of the weights, or empty where the Hessian is not wanted.
    package mutating func add(rows: UnsafeBufferPointer<Double>, residuals: UnsafeBufferPointer<Double>, roots: UnsafeBufferPointer<Double>) {
        precondition(rows.count == residuals.count * inputs && (roots.isEmpty || roots.count == residuals.count), "NewtonSums needs a residual and a weight for each row")
        guard let first = rows.baseAddress else { return }
        _ = PrincipalComponents.singleThread
        let inputs = inputs
        gradient.withUnsafeMutableBufferPointer { gradient in
            for (index, residual) in residuals.enumerated() {
                let row = first + index * inputs
                for j in 0..<inputs { gradient[j] += residual * row[j] }
            }
        }
        guard !roots.isEmpty else { return }
        if scaled.count < rows.count { scaled = [Double](repeating: 0, count: rows.count) }
        scaled.withUnsafeMutableBufferPointer { scaled in
            for (index, root) in roots.enumerated() {
                for j in index * inputs..<(index + 1) * inputs { scaled[j] = root * first[j] }
            }
        }
        cnb_add_gram(Int32(residuals.count), Int32(inputs), scaled, &hessian)
    }

    package mutating func add(_ other: NewtonSums) {
        for index in hessian.indices { hessian[index] += other.hessian[index] }
        for index in gradient.indices { gradient[index] += other.gradient[index] }
    }

    /// The solution of (Hessian + diag(`ridge`))·x = `right`; none when rounding has left no positive definite matrix.
    package func solved(ridge: [Double], right: [Double]) -> [Double]? {
        var matrix = hessian, solution = right
        for place in 0..<inputs { matrix[place * inputs + place] += ridge[place] }
        guard cnb_solve_positive(Int32(inputs), 1, &matrix, &solution) == 0, solution.allSatisfy(\.isFinite) else { return nil }
        return solution
    }

    /// The diagonal of (Hessian + diag(`ridge`))⁻¹: the variances of coefficients; none as for `solved`.
    ///
    /// - Complexity: O(inputs³).
    package func inverseDiagonal(ridge: [Double]) -> [Double]? {
        var matrix = hessian, columns = [Double](repeating: 0, count: inputs * inputs)
        for place in 0..<inputs {
            matrix[place * inputs + place] += ridge[place]
            columns[place * inputs + place] = 1
        }
        guard cnb_solve_positive(Int32(inputs), Int32(inputs), &matrix, &columns) == 0, columns.allSatisfy(\.isFinite) else { return nil }
        return (0..<inputs).map { columns[$0 * inputs + $0] }
    }
}
