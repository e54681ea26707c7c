import Algebra
import Runtime
import Testing

// Reference values of scikit-learn are tried in SelectionTests, beside their fixture; here stands what follows from the definition.
struct PrincipalComponentsTests {
    static let matrix: DenseMatrix = {
        var stream = RandomStream(seed: 2, name: "test", purpose: "rows")
        return DenseMatrix(rows: 3000, columns: 4, values: (0..<12_000).map { stream.normal() * Double($0 % 4 + 1) + 7 })
    }()

    @Test func `a line along a diagonal has one component`() throws {
        let components = try PrincipalComponents(of: DenseMatrix([[0, 0], [1, -1], [2, -2], [3, -3]]))
        let half = 0.5.squareRoot()
        #expect(abs(components.loadings[0, 0] - half) < 1e-15 && abs(components.loadings[0, 1] + half) < 1e-15)
        #expect(abs(components.variances[0] - 10.0 / 3) < 1e-14 && components.variances[1] < 1e-14)
        #expect(abs(components.shares[0] - 1) < 1e-15)
    }

    @Test func `loadings are orthonormal, the largest of each is positive`() throws {
        let components = try PrincipalComponents(of: Self.matrix)
        for i in 0..<4 {
            for j in 0..<4 {
                let dot = zip(components.loadings[row: i], components.loadings[row: j]).reduce(0) { $0 + $1.0 * $1.1 }
                #expect(abs(dot - (i == j ? 1 : 0)) < 1e-12)
            }
            let largest = try #require(components.loadings[row: i].max { $0.magnitude < $1.magnitude })
            #expect(largest > 0)
        }
        #expect(abs(components.shares.reduce(0, +) - 1) < 1e-12 && components.variances == components.variances.sorted(by: >))
    }

    @Test func `threads change no bit`() throws {
        let one = try PrincipalComponents(of: Self.matrix)
        #expect(try PrincipalComponents(of: Self.matrix, work: Work(threads: 3)) == one)
    }

    @Test func `constant rows have no variance to share`() throws {
        let components = try PrincipalComponents(of: DenseMatrix(rows: 5, columns: 2, repeating: 3))
        #expect(components.shares == [0, 0] && components.variances == [0, 0])
        #expect(try components.project(DenseMatrix(rows: 1, columns: 2, repeating: 3)).values == [0, 0])
    }

    static let mistakes: [(rows: [[Double]], count: Int?, error: DecompositionError)] = [
        ([[1, 2]], nil, .tooFewRows(found: 1)), ([], nil, .tooFewRows(found: 0)), ([[], []], nil, .tooManyComponents(wanted: 0, columns: 0)),
        ([[1], [2]], 2, .tooManyComponents(wanted: 2, columns: 1)), ([[1, 2], [3, .nan]], nil, .notFinite(row: 1, column: 1)),
    ]

    @Test(arguments: mistakes)
    func `mistakes are named`(_ c: (rows: [[Double]], count: Int?, error: DecompositionError)) {
        #expect(throws: c.error) { try PrincipalComponents(of: DenseMatrix(c.rows), count: c.count) }
        #expect(!c.error.diagnostic.message.isEmpty && c.error.diagnostic.hint != nil)
    }

    @Test func `other columns cannot be projected`() throws {
        let components = try PrincipalComponents(of: Self.matrix, count: 2)
        #expect(throws: DecompositionError.columns(expected: 4, found: 3)) { try components.project(DenseMatrix(rows: 1, columns: 3)) }
    }
}
