import CKernels
import CLAPACK

/// A square matrix of which few numbers are not 0, row after row: the connections of a reservoir.
package struct SparseMatrix: Sendable, Hashable {
    package let size: Int
    /// Where each row begins in `columns` and `values`, and where the last one ends.
    package let starts: [Int32]
    package let columns: [Int32]
    package var values: [Float]

    /// How many sequences a step takes side by side.
    package static let lanes = Int(CNB_RESERVOIR_LANES)

    /// - Precondition: `starts` has `size + 1` members that rise from 0 to the number of values; columns are below `size`.
    package init(size: Int, starts: [Int32], columns: [Int32], values: [Float]) {
        precondition(starts.count == size + 1 && starts.first == 0 && Int(starts[size]) == values.count && columns.count == values.count, "SparseMatrix needs a column for each value")
        precondition(zip(starts, starts.dropFirst()).allSatisfy { $0 <= $1 } && columns.allSatisfy { $0 >= 0 && Int($0) < size }, "SparseMatrix needs places inside the matrix")
        self.size = size
        self.starts = starts
        self.columns = columns
        self.values = values
    }

    /// The greatest size of an eigenvalue, from all of them (LAPACK's `dgeev` on the matrix written out); none if they were not found.
    ///
    /// Power iteration would be cheaper, but of a real matrix that is not symmetric the greatest eigenvalues are mostly a complex pair, on which it does not settle.
    ///
    /// - Complexity: O(size³) time, a tenth of a second for 300 and a second for 1,000; O(size²) memory.
    package func spectralRadius() -> Double? {
        guard size > 0 else { return 0 }
        _ = PrincipalComponents.singleThread
        var dense = [Double](repeating: 0, count: size * size)
        for row in 0..<size { for place in Int(starts[row])..<Int(starts[row + 1]) { dense[row * size + Int(columns[place])] += Double(values[place]) } }
        var real = [Double](repeating: 0, count: size), imaginary = real
        guard cnb_eigenvalues(Int32(size), &dense, &real, &imaginary) == 0 else { return nil }
        return zip(real, imaginary).reduce(0) { max($0, ($1.0 * $1.0 + $1.1 * $1.1).squareRoot()) }
    }

    /// One step of leaky units for `lanes` sequences: `next` = state + leak · (tanh(drive + self · state) - state), as the kernel says. Each lane's digits follow from that lane alone.
    ///
    /// - Parameters:
    ///   - leak: one a lane; 0 leaves the lane as it is.
    ///   - drive: for each lane `size` numbers.
    ///   - state: `[size, lanes]`; `next` is another memory of this shape.
    package func leakyStep(
        leak: UnsafePointer<Float>, drive: UnsafePointer<UnsafePointer<Float>?>, state: UnsafePointer<Float>, into next: UnsafeMutablePointer<Float>
    ) {
        cnb_reservoir_step(size, starts, columns, values, leak, drive, state, next)
    }
}
