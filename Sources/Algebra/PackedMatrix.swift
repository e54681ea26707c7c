import CKernels

/// The second factor of many products, laid out so that the innermost loop reads it from start to end.
///
/// The digits of a row of a product depend on that row and the matrix alone, never on how many rows are multiplied at once: this is what makes
/// a prediction the same in any batch.
package final class PackedMatrix: @unchecked Sendable {
    package let rows: Int, columns: Int
    private let memory: Workspace<Float>
    private let packed: UnsafeMutablePointer<Float>

    /// Room for a matrix `[rows, columns]`, filled by `pack`.
    package init(rows: Int, columns: Int) {
        precondition(rows > 0 && columns > 0, "PackedMatrix needs sizes above 0")
        self.rows = rows
        self.columns = columns
        let count = cnb_packed_count(rows, columns)
        memory = Workspace(parts: [count])
        packed = memory.next().baseAddress!
    }

    /// - Parameter source: `[rows, columns]`, or `[columns, rows]` when `transposed`.
    package func pack(_ source: UnsafePointer<Float>, transposed: Bool = false) {
        if transposed { cnb_pack_transposed(rows, columns, source, packed) } else { cnb_pack(rows, columns, source, packed) }
    }

    /// C `[count, columns]` = A `[count, rows]` · self, or C += when `adding`.
    package func multiply(_ a: UnsafePointer<Float>, count: Int, into c: UnsafeMutablePointer<Float>, adding: Bool = false) {
        cnb_multiply_packed(count, columns, rows, a, packed, adding ? 1 : 0, c)
    }
}

/// The instruction set that the vectorised loops use on this machine; results of other sets differ in the last digits.
public var instructionSet: String { String(cString: cnb_instruction_set()) }
