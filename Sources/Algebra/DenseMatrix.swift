/// A matrix of doubles, row after row.
public struct DenseMatrix: Sendable, Hashable, Codable {
    public let rows: Int
    public let columns: Int
    /// `rows · columns` values; (row, column) lies at `row * columns + column`.
    public var values: [Double]

    public init(rows: Int, columns: Int, values: [Double]) {
        precondition(rows >= 0 && columns >= 0 && values.count == rows * columns, "DenseMatrix needs rows · columns values")
        self.rows = rows
        self.columns = columns
        self.values = values
    }

    public init(rows: Int, columns: Int, repeating value: Double = 0) {
        self.init(rows: rows, columns: columns, values: Array(repeating: value, count: rows * columns))
    }

    /// A matrix of rows that are equally long.
    public init(_ lines: [[Double]]) {
        let columns = lines.first?.count ?? 0
        precondition(lines.allSatisfy { $0.count == columns }, "the rows of a DenseMatrix are equally long")
        self.init(rows: lines.count, columns: columns, values: lines.flatMap { $0 })
    }

    public subscript(row: Int, column: Int) -> Double {
        get { values[row * columns + column] }
        set { values[row * columns + column] = newValue }
    }

    public subscript(row row: Int) -> ArraySlice<Double> { values[row * columns..<(row + 1) * columns] }

    public func column(_ column: Int) -> [Double] { (0..<rows).map { values[$0 * columns + column] } }

    /// The rows at `indices`, in that order.
    public func selecting(rows indices: some Collection<Int>) -> DenseMatrix {
        var selected: [Double] = []
        selected.reserveCapacity(indices.count * columns)
        for row in indices { selected.append(contentsOf: self[row: row]) }
        return DenseMatrix(rows: indices.count, columns: columns, values: selected)
    }

    /// The columns at `indices`, in that order.
    public func selecting(columns indices: [Int]) -> DenseMatrix {
        var selected: [Double] = []
        selected.reserveCapacity(rows * indices.count)
        for row in 0..<rows { for column in indices { selected.append(values[row * columns + column]) } }
        return DenseMatrix(rows: rows, columns: indices.count, values: selected)
    }

    /// The first value that is NaN, infinite or larger than 1e150 (whose square is not safe to sum), row by row.
    public var firstUnusable: (row: Int, column: Int)? {
        values.withUnsafeBufferPointer { values in
            for index in values.indices where !(values[index].magnitude <= 1e150) { return (index / columns, index % columns) }
            return nil
        }
    }
}
