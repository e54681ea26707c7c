import Algebra
import Runtime

/// The weighted density of one component, ready to be evaluated.
struct GaussianDensity: Sendable {
    let mean: [Double]
    /// The inverse of the Cholesky factor of the covariance, `[columns, columns]`, or the inverse deviations.
    let factor: [Double]
    let isDiagonal: Bool
    /// The logarithm of weight and density at the mean.
    let constant: Double
}

extension Mixture {
    /// What a fit learns: weights, means and covariances.
    public struct Fitted: Sendable, Hashable, Codable {
        public let columns: [String]
        public let covariance: Covariance
        public let weights: [Double]
        /// `[components, columns]`.
        public let means: DenseMatrix
        /// Row after row `[columns, columns]` for each component; one for all where it is tied; the variances alone where it is diagonal.
        public let covariances: [[Double]]
        /// The first so many components hold rows; those after are the likeliest of none of the fitted rows, and take no further ones.
        public let count: Int

        /// Free numbers: k · columns of means, k − 1 of weights, and those of the covariances.
        public var parameterCount: Int {
            let width = columns.count, components = weights.count
            let matrix = width * (width + 1) / 2
            return components * width + components - 1 + (covariance == .full ? components * matrix : covariance == .tied ? matrix : components * width)
        }

        /// None when a covariance is not positive definite.
        var densities: [GaussianDensity]? {
            let width = columns.count
            var factors: [(values: [Double], logarithm: Double)] = []
            for matrix in covariances {
                if covariance == .diagonal {
                    guard matrix.allSatisfy({ $0 > 0 && $0.isFinite }) else { return nil }
                    factors.append((matrix.map { 1 / $0.squareRoot() }, matrix.reduce(0) { $0 - 0.5 * logarithm($1) }))
                } else {
                    guard let factor = CholeskyFactor(of: matrix, size: width) else { return nil }
                    factors.append((factor.inverse, factor.diagonal.reduce(0) { $0 - logarithm($1) }))
                }
            }
            return weights.indices.map { component in
                let factor = factors[covariance == .tied ? 0 : component]
                return GaussianDensity(
                    mean: Array(means[row: component]), factor: factor.values, isDiagonal: covariance == .diagonal,
                    constant: logarithm(weights[component]) + factor.logarithm - 0.5 * Double(width) * logarithm(2 * .pi))
            }
        }

        /// The same components in another order, of which the first `kept.count` hold rows.
        func ordered(_ kept: [Int]) -> Fitted {
            let order = kept + weights.indices.filter { !kept.contains($0) }
            return Fitted(
                columns: columns, covariance: covariance, weights: order.map { weights[$0] }, means: means.selecting(rows: order),
                covariances: covariance == .tied ? covariances : order.map { covariances[$0] }, count: kept.count)
        }

        /// The components of covariances of their own that owe at least half of a variance to the ridge: given the columns before it, a column that varies among the
        /// rows hardly varies in them.
        func thinComponents(ridge: Double, of values: DenseMatrix) -> [Int] {
            guard covariance != .tied, values.rows > 0 else { return [] }
            let varying = columns.indices.filter { column in (1..<values.rows).contains { values[$0, column] != values[0, column] } }
            return (0..<count).filter { component in
                let variances = covariance == .diagonal
                    ? covariances[component] : CholeskyFactor(of: covariances[component], size: columns.count)?.diagonal.map { $0 * $0 } ?? []
                return varying.contains { $0 < variances.count && variances[$0] <= 2 * ridge }
            }
        }

        /// The likeliest component of each row, and the probability of being of it.
        ///
        /// - Throws: `ClusteringError.collapsed`, `Cancelled`.
        func likeliest(_ values: DenseMatrix, work: Work) throws -> (labels: [Int], certainties: [Double]) {
            guard let densities else { throw ClusteringError.collapsed(count: weights.count, ridge: 0) }
            let holding = Array(densities.prefix(count))
            let blocks = RowBlocks(values)
            let parts = try work.workers.map(shards: blocks.shards) { shard in
                var labels: [Int] = [], certainties: [Double] = []
                for range in blocks.range(ofShard: shard).chunks {
                    try work.check()
                    withUnsafeTemporaryAllocation(of: Double.self, capacity: range.count * holding.count) { shares in
                        _ = blocks.fillShares(range, holding, shares) { _, component, share in
                            labels.append(component)
                            certainties.append(share)
                        }
                    }
                }
                return (labels, certainties)
            }
            return (parts.flatMap(\.0), parts.flatMap(\.1))
        }
    }
}

extension Mixture.Fitted: SegmentModel {
    /// Each component measures by its own covariance.
    public var dissimilarity: Dissimilarity? { nil }

    public func segments(of rows: SegmentRows, work: Work) throws -> [Int] {
        try rows.numbers.checkAssignable(by: columns)
        return try likeliest(rows.numbers.values, work: work).labels
    }
}
