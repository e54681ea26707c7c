import CLAPACK

/// The sums of a least-squares fit, Xᵀ·X and Xᵀ·Y, in double precision, added block by block: a part of the rows each, put together in a fixed order.
package struct NormalEquations: Sendable {
    /// The numbers of a row of X and of Y.
    package let inputs: Int, outputs: Int
    /// `[inputs, inputs]`, of which the upper triangle counts.
    private var gram: [Double]
    /// `[outputs, inputs]`.
    private var moments: [Double]

    package init(inputs: Int, outputs: Int) {
        self.inputs = inputs
        self.outputs = outputs
        gram = [Double](repeating: 0, count: inputs * inputs)
        moments = [Double](repeating: 0, count: outputs * inputs)
    }

    /// Adds rows whose Y is 1 in one place and 0 elsewhere.
    ///
    /// - Parameters:
    ///   - rows: `[targets.count, inputs]`, one after the other.
    ///   - targets: the place of the 1 in each row of Y, below `outputs`.
    package mutating func add(rows: UnsafeBufferPointer<Double>, targets: some Collection<Int32>) {
        guard let first = addGram(rows, count: targets.count) else { return }
        let inputs = inputs
        moments.withUnsafeMutableBufferPointer { moments in
            for (index, target) in targets.enumerated() {
                let row = first + index * inputs, into = moments.baseAddress! + Int(target) * inputs
                for j in 0..<inputs { into[j] += row[j] }
            }
        }
    }

    /// Adds rows whose Y is one number.
    ///
    /// - Parameter rows: `[numbers.count, inputs]`, one after the other.
    package mutating func add(rows: UnsafeBufferPointer<Double>, numbers: some Collection<Double>) {
        precondition(outputs == 1, "a number is one output")
        guard let first = addGram(rows, count: numbers.count) else { return }
        for (index, number) in numbers.enumerated() {
            let row = first + index * inputs
            for j in 0..<inputs { moments[j] += number * row[j] }
        }
    }

    private mutating func addGram(_ rows: UnsafeBufferPointer<Double>, count: Int) -> UnsafePointer<Double>? {
        precondition(rows.count == count * inputs, "NormalEquations needs a target for each row")
        guard let first = rows.baseAddress else { return nil }
        _ = PrincipalComponents.singleThread
        cnb_add_gram(Int32(count), Int32(inputs), first, &gram)
        return first
    }

    package mutating func add(_ other: NormalEquations) {
        for index in gram.indices { gram[index] += other.gram[index] }
        for index in moments.indices { moments[index] += other.moments[index] }
    }

    /// The weights `[outputs, inputs]` of least |X·W - Y|² + ridge · |W|², the last input's weights left free: it is the constant. None when rounding has left no positive definite matrix.
    ///
    /// By Cholesky's factors (LAPACK's `dposv`).
    ///
    /// - Complexity: O(inputs³ + outputs · inputs²).
    package func solved(ridge: Double) -> [Double]? {
        _ = PrincipalComponents.singleThread
        var matrix = gram, solution = moments
        for place in 0..<inputs - 1 { matrix[place * inputs + place] += ridge }
        guard cnb_solve_positive(Int32(inputs), Int32(outputs), &matrix, &solution) == 0, solution.allSatisfy(\.isFinite) else { return nil }
        return solution
    }
}
