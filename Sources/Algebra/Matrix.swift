/// A dense matrix of single-precision numbers, row by row.
public struct Matrix: Sendable, Hashable {
    public let rows: Int, columns: Int
    /// `rows · columns` numbers, row after row.
    public var values: [Float]

    /// A matrix of zeros.
    public init(rows: Int, columns: Int) {
        precondition(rows >= 0 && columns >= 0, "Matrix needs sizes of at least 0")
        self.rows = rows
        self.columns = columns
        values = [Float](repeating: 0, count: rows * columns)
    }

    /// - Parameter values: `rows · columns` numbers, row after row.
    public init(rows: Int, columns: Int, values: [Float]) {
        precondition(rows >= 0 && columns >= 0 && values.count == rows * columns, "Matrix needs rows · columns values")
        self.rows = rows
        self.columns = columns
        self.values = values
    }

    public subscript(row: Int, column: Int) -> Float {
        get {
            precondition(column >= 0 && column < columns, "Matrix column out of range")
            return values[row * columns + column]
        }
        set {
            precondition(column >= 0 && column < columns, "Matrix column out of range")
            values[row * columns + column] = newValue
        }
    }

    /// The numbers of one row.
    public func row(_ row: Int) -> ArraySlice<Float> { values[row * columns..<(row + 1) * columns] }

    public var transposed: Matrix {
        var result = Matrix(rows: columns, columns: rows)
        for row in 0..<rows {
            for column in 0..<columns { result.values[column * rows + row] = values[row * columns + column] }
        }
        return result
    }

    /// The product `self · other`, on the calling thread.
    public func times(_ other: Matrix) -> Matrix {
        precondition(columns == other.rows, "Matrix.times needs as many rows as the first has columns")
        return product(.plain, rows, other.columns, columns, other)
    }

    /// The product `self · otherᵀ`.
    public func times(transposed other: Matrix) -> Matrix {
        precondition(columns == other.columns, "Matrix.times(transposed:) needs as many columns as the first has")
        return product(.secondTransposed, rows, other.rows, columns, other)
    }

    /// The product `selfᵀ · other`.
    public func transposedTimes(_ other: Matrix) -> Matrix {
        precondition(rows == other.rows, "Matrix.transposedTimes needs as many rows as the first has")
        return product(.firstTransposed, columns, other.columns, rows, other)
    }

    private func product(_ form: Product, _ m: Int, _ n: Int, _ k: Int, _ other: Matrix) -> Matrix {
        var result = Matrix(rows: m, columns: n)
        values.withUnsafeBufferPointer { a in
            other.values.withUnsafeBufferPointer { b in
                result.values.withUnsafeMutableBufferPointer { c in multiply(form, m, n, k, a, b, into: c) }
            }
        }
        return result
    }
}
