import Algebra
import Runtime

#if canImport(Glibc)
    import Glibc
#endif

/// The natural logarithm, where a property of that name hides the function.
func logarithm(_ value: Double) -> Double { log(value) }

/// Expectation-maximisation of one mixture of normal distributions.
struct MixtureRun: Sendable {
    private let blocks: RowBlocks
    private let columns: [String]
    private let settings: Mixture
    private let isDiagonal: Bool

    init(_ blocks: RowBlocks, columns: [String], _ settings: Mixture) {
        (self.blocks, self.columns, self.settings) = (blocks, columns, settings)
        isDiagonal = settings.covariance == .diagonal
    }

    /// The sums of a component around a centre: weights, first moments, second moments as `RowBlocks.addMoments` orders them.
    private struct Moments {
        let centre: [Double]
        let sums: [Double]
    }

    /// Runs from a partition of the rows.
    ///
    /// - Throws: `ClusteringError.collapsed`, `Cancelled`.
    func run(from labels: [Int32], count: Int, work: Work) throws -> Mixture.Fit {
        var moments = try self.moments(of: labels, count: count, work: work)
        var model = try fitted(moments)
        var previous = -Double.infinity
        var iteration = 0, converged = false
        while iteration < settings.iterations, !converged {
            iteration += 1
            let densities = try densities(model)
            let step = try expectation(densities, work: work)
            moments = step.moments
            model = try fitted(moments)
            let mean = step.logLikelihood / Double(blocks.rows)
            converged = (mean - previous).magnitude < settings.tolerance
            previous = mean
        }
        let logLikelihood = try expectation(try densities(model), work: work).logLikelihood
        guard logLikelihood.isFinite else { throw ClusteringError.collapsed(count: count, ridge: settings.ridge) }
        return Mixture.Fit(model: model, logLikelihood: logLikelihood, rows: blocks.rows, iterations: iteration, converged: converged)
    }

    private func densities(_ model: Mixture.Fitted) throws(ClusteringError) -> [GaussianDensity] {
        guard let densities = model.densities else { throw .collapsed(count: model.weights.count, ridge: settings.ridge) }
        return densities
    }

    /// Around zero, which is the middle of scaled columns.
    private func moments(of labels: [Int32], count: Int, work: Work) throws -> [Moments] {
        try moments(around: Array(repeating: [Double](repeating: 0, count: blocks.columns), count: count), work: work) { range, shares in
            for component in 0..<count {
                for (place, row) in range.enumerated() { shares[component * range.count + place] = labels[row] == component ? 1 : 0 }
            }
            return 0
        }.moments
    }

    /// The log-likelihood of the rows, and the sums of each component weighted by the probability of being its.
    private func expectation(_ densities: [GaussianDensity], work: Work) throws -> (logLikelihood: Double, moments: [Moments]) {
        try moments(around: densities.map(\.mean), work: work) { range, shares in
            blocks.fillShares(range, densities, shares) { _, _, _ in }
        }
    }

    /// Weighs each chunk of rows by `fill`, which writes `[components, rows of the range]` and gives the log-likelihood of the range.
    private func moments(
        around centres: [[Double]], work: Work, fill: @Sendable (Range<Int>, UnsafeMutableBufferPointer<Double>) -> Double
    ) throws -> (logLikelihood: Double, moments: [Moments]) {
        let size = blocks.momentCount(isDiagonal: isDiagonal), lanes = RowBlocks.blockRows
        let parts = try work.workers.map(shards: blocks.shards) { shard -> (Double, [Double]) in
            var sums = [Double](repeating: 0, count: centres.count * size * lanes)
            var shares: [Double] = []
            var logLikelihood = 0.0
            for range in blocks.range(ofShard: shard).chunks {
                try work.check()
                if shares.count != centres.count * range.count { shares = Array(repeating: 0, count: centres.count * range.count) }
                shares.withUnsafeMutableBufferPointer { shares in
                    logLikelihood += fill(range, shares)
                    sums.withUnsafeMutableBufferPointer { sums in
                        for (component, centre) in centres.enumerated() {
                            blocks.addMoments(
                                range, around: centre, weights: UnsafeBufferPointer(rebasing: shares[component * range.count..<(component + 1) * range.count]),
                                isDiagonal: isDiagonal, to: UnsafeMutableBufferPointer(rebasing: sums[component * size * lanes..<(component + 1) * size * lanes]))
                        }
                    }
                }
            }
            return (logLikelihood, (0..<centres.count * size).map { index in sums[index * lanes..<(index + 1) * lanes].reduce(0, +) })
        }
        var total = [Double](repeating: 0, count: centres.count * size)
        var logLikelihood = 0.0
        for part in parts {
            logLikelihood += part.0
            for index in total.indices { total[index] += part.1[index] }
        }
        return (logLikelihood, centres.enumerated().map { Moments(centre: $1, sums: Array(total[$0 * size..<($0 + 1) * size])) })
    }

    /// Maximisation: the mixture of given sums.
    private func fitted(_ moments: [Moments]) throws(ClusteringError) -> Mixture.Fitted {
        let width = blocks.columns
        // A component of nothing keeps a weight above 0, so that its mean is a number.
        let weights = moments.map { $0.sums[0] + 10 * Double.ulpOfOne }
        let total = weights.reduce(0, +)
        var means: [Double] = [], covariances: [[Double]] = []
        for (component, moment) in moments.enumerated() {
            let move = (0..<width).map { moment.sums[1 + $0] / weights[component] }
            means += zip(moment.centre, move).map(+)
            let second = moment.sums[(1 + width)...]
            if isDiagonal {
                covariances.append((0..<width).map { max(0, second[second.startIndex + $0] / weights[component] - move[$0] * move[$0]) + settings.ridge })
                continue
            }
            var matrix = [Double](repeating: 0, count: width * width)
            var place = second.startIndex
            for i in 0..<width {
                for j in 0...i {
                    matrix[i * width + j] = second[place] / weights[component] - move[i] * move[j]
                    matrix[j * width + i] = matrix[i * width + j]
                    place += 1
                }
            }
            covariances.append(matrix)
        }
        if settings.covariance == .tied {
            var shared = [Double](repeating: 0, count: width * width)
            for (component, matrix) in covariances.enumerated() { for index in shared.indices { shared[index] += weights[component] * matrix[index] } }
            covariances = [shared.map { $0 / total }]
        }
        if !isDiagonal {
            for component in covariances.indices { for j in 0..<width { covariances[component][j * width + j] += settings.ridge } }
        }
        guard means.allSatisfy(\.isFinite) else { throw .collapsed(count: moments.count, ridge: settings.ridge) }
        return Mixture.Fitted(
            columns: columns, covariance: settings.covariance, weights: weights.map { $0 / total },
            means: DenseMatrix(rows: moments.count, columns: width, values: means), covariances: covariances, count: moments.count)
    }
}

extension RowBlocks {
    /// Writes the probability of each component for each row of a range, `[components, rows of the range]`, and gives the log-likelihood of the range.
    ///
    /// - Parameter likeliest: is told of each row its place in the range, its likeliest component, of equal ones the first, and the probability of that.
    func fillShares(
        _ range: Range<Int>, _ densities: [GaussianDensity], _ shares: UnsafeMutableBufferPointer<Double>, likeliest: (Int, Int, Double) -> Void
    ) -> Double {
        let rows = range.count
        for (component, density) in densities.enumerated() {
            let own = UnsafeMutableBufferPointer(rebasing: shares[component * rows..<(component + 1) * rows])
            mahalanobis(range, mean: density.mean, factor: density.factor, isDiagonal: density.isDiagonal, into: own)
            for row in 0..<rows { own[row] = density.constant - 0.5 * own[row] }
        }
        var logLikelihood = 0.0
        for row in 0..<rows {
            var best = 0
            for component in densities.indices where shares[component * rows + row] > shares[best * rows + row] { best = component }
            let top = shares[best * rows + row]
            var sum = 0.0
            for component in densities.indices {
                let share = exp(shares[component * rows + row] - top)
                shares[component * rows + row] = share
                sum += share
            }
            for component in densities.indices { shares[component * rows + row] /= sum }
            logLikelihood += top + log(sum)
            likeliest(row, best, 1 / sum)
        }
        return logLikelihood
    }
}
