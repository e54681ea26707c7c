import Algebra
import Runtime
import Testing

/// A matrix of draws in -1...1.
func randomMatrix(_ rows: Int, _ columns: Int, seed: Int) -> Matrix {
    var stream = RandomStream(seed: seed, name: "test", purpose: "matrix")
    return Matrix(rows: rows, columns: columns, values: (0..<rows * columns).map { _ in Float(2 * stream.uniform() - 1) })
}

struct MatrixTests {
    struct Shape: Sendable, CustomTestStringConvertible {
        let m: Int, n: Int, k: Int
        var testDescription: String { "\(m)×\(k) by \(k)×\(n)" }
    }
    static let shapes = [
        Shape(m: 1, n: 1, k: 1), Shape(m: 3, n: 5, k: 7), Shape(m: 13, n: 33, k: 17), Shape(m: 64, n: 256, k: 64), Shape(m: 30, n: 4, k: 100),
        Shape(m: 12, n: 31, k: 1), Shape(m: 2, n: 3, k: 0), Shape(m: 0, n: 3, k: 2),
    ]

    /// The product in double precision, number by number.
    static func product(_ a: Matrix, _ b: Matrix) -> [Double] {
        var result = [Double](repeating: 0, count: a.rows * b.columns)
        for i in 0..<a.rows {
            for j in 0..<b.columns {
                for k in 0..<a.columns { result[i * b.columns + j] += Double(a[i, k]) * Double(b[k, j]) }
            }
        }
        return result
    }

    @Test(arguments: shapes)
    func `the three forms of a product agree with sums in double precision`(_ shape: Shape) {
        let a = randomMatrix(shape.m, shape.k, seed: 1), b = randomMatrix(shape.k, shape.n, seed: 2)
        let wanted = Self.product(a, b)
        for (form, found) in [("plain", a.times(b)), ("second", a.times(transposed: b.transposed)), ("first", a.transposed.transposedTimes(b))] {
            #expect(found.rows == shape.m && found.columns == shape.n, "\(form)")
            #expect(zip(found.values, wanted).allSatisfy { abs(Double($0) - $1) <= 1e-5 }, "\(form)")
        }
    }

    @Test func `a product is scaled and added to what is there`() {
        let a = randomMatrix(3, 4, seed: 1), b = randomMatrix(4, 5, seed: 2)
        let wanted = Self.product(a, b)
        var c = [Float](repeating: 2, count: 15)
        a.values.withUnsafeBufferPointer { a in
            b.values.withUnsafeBufferPointer { b in
                c.withUnsafeMutableBufferPointer { multiply(.plain, 3, 5, 4, alpha: 0.5, a, b, beta: 3, into: $0) }
            }
        }
        #expect(zip(c, wanted).allSatisfy { abs(Double($0) - (0.5 * $1 + 6)) <= 1e-5 })
    }

    @Test func `rows and columns change places`() {
        let a = Matrix(rows: 2, columns: 3, values: [1, 2, 3, 4, 5, 6])
        #expect(a.transposed == Matrix(rows: 3, columns: 2, values: [1, 4, 2, 5, 3, 6]))
        #expect(Array(a.row(1)) == [4, 5, 6])
    }
}

struct PackedMatrixTests {
    /// C [rows, n] = the first rows of A by the packed matrix.
    static func product(_ a: Matrix, rows: Range<Int>, _ b: PackedMatrix, start: Float? = nil) -> [Float] {
        var c = [Float](repeating: start ?? .nan, count: rows.count * b.columns)
        a.values.withUnsafeBufferPointer { a in
            c.withUnsafeMutableBufferPointer { c in
                if let a = a.baseAddress, let c = c.baseAddress {
                    b.multiply(a + rows.lowerBound * b.rows, count: rows.count, into: c, adding: start != nil)
                }
            }
        }
        return c
    }

    static func packed(_ b: Matrix, transposed: Bool = false) -> PackedMatrix {
        let result = transposed ? PackedMatrix(rows: b.columns, columns: b.rows) : PackedMatrix(rows: b.rows, columns: b.columns)
        b.values.withUnsafeBufferPointer { if let values = $0.baseAddress { result.pack(values, transposed: transposed) } }
        return result
    }

    @Test(arguments: MatrixTests.shapes.filter { $0.m > 0 && $0.k > 0 })
    func `a packed product agrees with sums in double precision`(_ shape: MatrixTests.Shape) {
        let a = randomMatrix(shape.m, shape.k, seed: 1), b = randomMatrix(shape.k, shape.n, seed: 2)
        let wanted = MatrixTests.product(a, b)
        for packed in [Self.packed(b), Self.packed(b.transposed, transposed: true)] {
            #expect(zip(Self.product(a, rows: 0..<shape.m, packed), wanted).allSatisfy { abs(Double($0) - $1) <= 1e-5 })
            #expect(zip(Self.product(a, rows: 0..<shape.m, packed, start: 2), wanted).allSatisfy { abs(Double($0) - $1 - 2) <= 1e-5 })
        }
    }

    @Test(arguments: [(256, 64), (33, 500), (7, 13), (4, 1024)])
    func `the digits of a row do not depend on the rows beside it`(columns: Int, inner: Int) {
        let a = randomMatrix(40, inner, seed: 3), b = Self.packed(randomMatrix(inner, columns, seed: 4))
        let whole = Self.product(a, rows: 0..<40, b)
        for rows in [0..<1, 0..<13, 5..<18, 17..<40, 39..<40, 3..<7] {
            #expect(Self.product(a, rows: rows, b) == Array(whole[rows.lowerBound * columns..<rows.upperBound * columns]), "\(rows)")
        }
    }
}
