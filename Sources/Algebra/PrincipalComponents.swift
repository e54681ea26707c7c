import CLAPACK
import Diagnostics
import Runtime

/// The directions in which rows vary most, by falling variance, from the eigenvectors of the covariance matrix.
///
/// The sign of a component is a rule, not chance: its loading of largest size is positive (of equally large ones the first). Variances divide by
/// `rows - 1`. This is what scikit-learn's `PCA` gives.
///
/// ### References
/// H. Hotelling. Analysis of a complex of statistical variables into principal components. Journal of Educational Psychology, 1933.
public struct PrincipalComponents: Sendable, Hashable, Codable {
    /// The mean of each column.
    public let means: [Double]
    /// `[components, columns]`, each row of length 1.
    public let loadings: DenseMatrix
    /// The variance along each component.
    public let variances: [Double]
    /// The share of the whole variance that each component explains; all 0 when nothing varies.
    public let shares: [Double]

    /// Learns the first components of a matrix.
    ///
    /// - Parameter count: how many components; as many as columns when not given.
    /// - Throws: `DecompositionError` when there are fewer than two rows, more components than columns, or values that are not finite.
    /// - Complexity: O(rows · columns²) time, O(columns²) memory a shard.
    public init(of matrix: DenseMatrix, count: Int? = nil, work: Work = Work()) throws {
        let columns = matrix.columns
        let wanted = count ?? columns
        guard matrix.rows >= 2 else { throw DecompositionError.tooFewRows(found: matrix.rows) }
        guard columns >= 1, wanted >= 1, wanted <= columns else { throw DecompositionError.tooManyComponents(wanted: wanted, columns: columns) }
        if let place = matrix.firstUnusable { throw DecompositionError.notFinite(row: place.row, column: place.column) }

        let shardRows = max(1024, (matrix.rows + 63) / 64)
        let shards = (matrix.rows + shardRows - 1) / shardRows
        @Sendable func rows(of shard: Int) -> Range<Int> { shard * shardRows..<min(matrix.rows, (shard + 1) * shardRows) }

        let sums = try work.workers.map(shards: shards) { shard in
            try work.check()
            var sums = [Double](repeating: 0, count: columns)
            matrix.values.withUnsafeBufferPointer { values in
                for row in rows(of: shard) { for j in 0..<columns { sums[j] += values[row * columns + j] } }
            }
            return sums
        }
        var means = [Double](repeating: 0, count: columns)
        for part in sums { for j in 0..<columns { means[j] += part[j] } }
        for j in 0..<columns { means[j] /= Double(matrix.rows) }

        let centre = means
        let products = try work.workers.map(shards: shards) { shard in
            var products = [Double](repeating: 0, count: columns * columns)
            var gaps = [Double](repeating: 0, count: columns)
            try matrix.values.withUnsafeBufferPointer { values in
                for (done, row) in rows(of: shard).enumerated() {
                    if done % 256 == 0 { try work.check() }
                    for j in 0..<columns { gaps[j] = values[row * columns + j] - centre[j] }
                    for i in 0..<columns { for j in i..<columns { products[i * columns + j] += gaps[i] * gaps[j] } }
                }
            }
            return products
        }
        var covariance = [Double](repeating: 0, count: columns * columns)
        for part in products { for index in covariance.indices { covariance[index] += part[index] } }
        for i in 0..<columns {
            for j in i..<columns {
                covariance[i * columns + j] /= Double(matrix.rows - 1)
                covariance[j * columns + i] = covariance[i * columns + j]
            }
        }
        let total = (0..<columns).reduce(0.0) { $0 + covariance[$1 * columns + $1] }

        let (values, vectors) = try Self.symmetricEigen(covariance, size: columns)
        var loadings: [Double] = []
        var variances: [Double] = []
        for component in (columns - wanted..<columns).reversed() {
            var vector = Array(vectors[component * columns..<(component + 1) * columns])
            // Loadings that differ in their last bits only count as equally large.
            let largest = vector.reduce(0) { max($0, $1.magnitude) }
            if let leading = vector.first(where: { $0.magnitude >= largest * (1 - 1e-12) }), leading < 0 { vector = vector.map { -$0 } }
            loadings += vector
            variances.append(max(0, values[component]))
        }
        self.means = means
        self.loadings = DenseMatrix(rows: wanted, columns: columns, values: loadings)
        self.variances = variances
        shares = variances.map { total > 0 ? $0 / total : 0 }
    }

    /// The coordinates of rows along the components, `[rows, components]`.
    ///
    /// - Throws: `DecompositionError.columns` when the rows are not as wide as those learnt from.
    public func project(_ matrix: DenseMatrix) throws(DecompositionError) -> DenseMatrix {
        guard matrix.columns == means.count else { throw .columns(expected: means.count, found: matrix.columns) }
        var projected = DenseMatrix(rows: matrix.rows, columns: loadings.rows)
        for row in 0..<matrix.rows {
            for component in 0..<loadings.rows {
                var sum = 0.0
                for j in 0..<matrix.columns { sum += (matrix[row, j] - means[j]) * loadings[component, j] }
                projected[row, component] = sum
            }
        }
        return projected
    }

    // OpenBLAS sums by thread; one thread keeps results the same whatever `--threads` says.
    static let singleThread: Void = openblas_set_num_threads(1)

    /// Eigenvalues, rising, and the vectors of each as a row.
    private static func symmetricEigen(_ matrix: [Double], size: Int) throws(DecompositionError) -> (values: [Double], vectors: [Double]) {
        _ = singleThread
        var vectors = matrix
        var values = [Double](repeating: 0, count: size)
        let info = cnb_symmetric_eigen(Int32(size), &vectors, &values)
        guard info == 0 else { throw .noConvergence }
        return (values, vectors)
    }
}

/// Why a matrix was not taken apart.
public enum DecompositionError: Error, Sendable, Hashable, Diagnosable {
    case tooFewRows(found: Int)
    case tooManyComponents(wanted: Int, columns: Int)
    /// Both count from 0.
    case notFinite(row: Int, column: Int)
    case columns(expected: Int, found: Int)
    case noConvergence

    public var diagnostic: Diagnostic {
        switch self {
        case .tooFewRows(let found):
            Diagnostic(
                "too-few-rows", "components need at least 2 rows, found \(found)", category: .data, hint: "take a larger sample, or filter less")
        case .tooManyComponents(let wanted, let columns):
            Diagnostic(
                "too-many-components", "\(wanted) components are wanted of \(columns) \(columns == 1 ? "column" : "columns")",
                hint: columns == 0 ? "give at least one column of numbers" : "ask for 1 to \(columns)")
        case .notFinite(let row, let column):
            Diagnostic(
                "not-finite", "column \(column + 1) has no usable number in row \(row + 1)", category: .data,
                hint: "fill or drop missing values first")
        case .columns(let expected, let found):
            Diagnostic("wrong-columns", "\(expected) columns were learnt from, found \(found)", hint: "give the same columns in the same order")
        case .noConvergence:
            Diagnostic("no-convergence", "the eigenvalues of the covariance matrix were not found", hint: "scale the columns first")
        }
    }
}
