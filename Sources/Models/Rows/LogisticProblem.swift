import Algebra
import Runtime

#if canImport(Glibc)
    import Glibc
#endif

/// The sum of weighted cross entropies of rows as a function of coefficients, with its derivatives, and the methods that make it least.
struct LogisticProblem {
    private let rows: DenseMatrix
    private let targets: [Int32]
    /// One a class, or none.
    private let weights: [Double]
    private let work: Work
    let classes: Int
    /// The columns and the constant.
    let inputs: Int

    private static let block = 1024, most = 1000, tolerance = 1e-8

    init(_ rows: DenseMatrix, targets: [Int32], classes: Int, weights: [Double], work: Work) {
        (self.rows, self.targets, self.classes, self.weights, self.work) = (rows, targets, classes, weights, work)
        inputs = rows.columns + 1
    }

    /// Scores become probabilities.
    static func softmax(_ scores: inout [Double]) {
        let peak = scores.max() ?? 0
        var sum = 0.0
        for index in scores.indices {
            scores[index] = exp(scores[index] - peak)
            sum += scores[index]
        }
        for index in scores.indices { scores[index] /= sum }
    }

    private func weight(_ target: Int32) -> Double { weights.isEmpty ? 1 : weights[Int(target)] }

    /// A part of the sums of a Newton step of two classes.
    private struct Part: Sendable {
        var loss = 0.0
        var sums: NewtonSums
    }

    /// Loss, gradient and Hessian of two classes, without the penalty.
    private func second(_ coefficients: [Double], hessian: Bool) throws -> (loss: Double, sums: NewtonSums) {
        try partial(hessian: hessian) { row, target in
            let chance = 1 / (1 + exp(-row)), isSecond = target == 1, weight = weight(target)
            // log(1 + exp(x)) without overflow.
            let loss = max(row, 0) + log1p(exp(-row.magnitude)) - (isSecond ? row : 0)
            return (weight * loss, weight * (chance - (isSecond ? 1 : 0)), weight * chance * (1 - chance))
        } score: { row in
            var sum = coefficients[inputs - 1]
            for column in 0..<inputs - 1 { sum += coefficients[column] * row[column] }
            return sum
        }
    }

    /// - Parameters:
    ///   - terms: of a score and a target the loss, its slope and its curvature.
    private func partial(
        hessian: Bool, _ terms: @Sendable (Double, Int32) -> (loss: Double, slope: Double, curvature: Double), score: @Sendable (UnsafePointer<Double>) -> Double
    ) throws -> (loss: Double, sums: NewtonSums) {
        let columns = inputs - 1, blocks = (rows.rows + Self.block - 1) / Self.block, shards = min(8, blocks), rowCount = rows.rows
        let parts = try work.workers.map(shards: shards) { shard in
            var part = Part(sums: NewtonSums(inputs: inputs))
            var wide = [Double](repeating: 1, count: Self.block * inputs), residuals = [Double](repeating: 0, count: Self.block), roots = residuals
            for index in blocks * shard / shards..<blocks * (shard + 1) / shards {
                try work.check()
                let first = index * Self.block, count = min(Self.block, rowCount - first)
                rows.values.withUnsafeBufferPointer { values in
                    for place in 0..<count {
                        let row = values.baseAddress! + (first + place) * columns
                        let found = terms(score(row), targets[first + place])
                        part.loss += found.loss
                        residuals[place] = found.slope
                        roots[place] = found.curvature.squareRoot()
                        for column in 0..<columns { wide[place * inputs + column] = row[column] }
                    }
                }
                wide.withUnsafeBufferPointer { wide in
                    residuals.withUnsafeBufferPointer { residuals in
                        roots.withUnsafeBufferPointer { roots in
                            part.sums.add(
                                rows: UnsafeBufferPointer(rebasing: wide[..<(count * inputs)]), residuals: UnsafeBufferPointer(rebasing: residuals[..<count]),
                                roots: hessian ? UnsafeBufferPointer(rebasing: roots[..<count]) : UnsafeBufferPointer(start: nil, count: 0))
                        }
                    }
                }
            }
            return part
        }
        var whole = NewtonSums(inputs: inputs)
        for part in parts { whole.add(part.sums) }
        return (parts.reduce(0) { $0 + $1.loss }, whole)
    }

    private func penalties(_ ridge: Double) -> [Double] { [Double](repeating: ridge, count: inputs - 1) + [0] }

    /// The coefficients of the second of two classes, by Newton's method with halved steps.
    ///
    /// - Throws: `SequenceModelError.separated` when there are none.
    func newton(ridge: Double) throws -> [Double] {
        let ridges = penalties(ridge)
        func penalty(_ coefficients: [Double]) -> Double { zip(coefficients, ridges).reduce(0) { $0 + 0.5 * $1.1 * $1.0 * $1.0 } }
        func steepness(_ sums: NewtonSums, _ coefficients: [Double]) -> [Double] { sums.gradient.indices.map { sums.gradient[$0] + ridges[$0] * coefficients[$0] } }
        var coefficients = [Double](repeating: 0, count: inputs)
        var (loss, sums) = try second(coefficients, hessian: true)
        let start = steepness(sums, coefficients).reduce(0) { max($0, $1.magnitude) }
        for _ in 0..<Self.most {
            let gradient = steepness(sums, coefficients)
            if gradient.reduce(0, { max($0, $1.magnitude) }) <= Self.tolerance * max(1, start) { return coefficients }
            // A curvature that rounding has left flat is helped by a little more.
            guard let step = sums.solved(ridge: ridges, right: gradient) ?? sums.solved(ridge: ridges.map { $0 + 1e-8 * Double(rows.rows) }, right: gradient) else { throw SequenceModelError.separated }
            var share = 1.0, next = coefficients
            while true {
                next = zip(coefficients, step).map { $0 - share * $1 }
                let found = try second(next, hessian: true)
                if found.loss + penalty(next) <= loss + penalty(coefficients) || share < 1e-10 {
                    if share < 1e-10 { return coefficients }
                    (loss, sums) = found
                    break
                }
                share /= 2
            }
            coefficients = next
            // Scores of hundreds are those of classes that a plane divides.
            if ridge == 0, loss < 1e-6 * Double(rows.rows) { throw SequenceModelError.separated }
        }
        return coefficients
    }

    // MARK: Several classes

    /// Loss and gradient `[classes, inputs]` of several classes, without the penalty.
    private func first(_ coefficients: [Double]) throws -> (loss: Double, gradient: [Double]) {
        let columns = inputs - 1, blocks = (rows.rows + Self.block - 1) / Self.block, shards = min(8, blocks), rowCount = rows.rows
        let parts = try work.workers.map(shards: shards) { shard in
            var loss = 0.0, gradient = [Double](repeating: 0, count: classes * inputs), scores = [Double](repeating: 0, count: classes)
            for index in blocks * shard / shards..<blocks * (shard + 1) / shards {
                try work.check()
                for place in index * Self.block..<min(rowCount, (index + 1) * Self.block) {
                    let row = place * columns, target = Int(targets[place]), weight = weight(targets[place])
                    for k in 0..<classes {
                        var sum = coefficients[k * inputs + columns]
                        for column in 0..<columns { sum += coefficients[k * inputs + column] * rows.values[row + column] }
                        scores[k] = sum
                    }
                    Self.softmax(&scores)
                    loss -= weight * log(max(scores[target], .leastNormalMagnitude))
                    for k in 0..<classes {
                        let residual = weight * (scores[k] - (k == target ? 1 : 0))
                        for column in 0..<columns { gradient[k * inputs + column] += residual * rows.values[row + column] }
                        gradient[k * inputs + columns] += residual
                    }
                }
            }
            return (loss, gradient)
        }
        var whole = (loss: 0.0, gradient: [Double](repeating: 0, count: classes * inputs))
        for part in parts {
            whole.loss += part.0
            for index in whole.gradient.indices { whole.gradient[index] += part.1[index] }
        }
        return whole
    }

    /// The coefficients of each class, by L-BFGS with the last ten steps.
    func quasiNewton(ridge: Double) throws -> [[Double]] {
        let size = classes * inputs
        func isFree(_ index: Int) -> Bool { index % inputs == inputs - 1 }
        func value(_ x: [Double]) throws -> (loss: Double, gradient: [Double]) {
            var (loss, gradient) = try first(x)
            for index in 0..<size where !isFree(index) {
                loss += 0.5 * ridge * x[index] * x[index]
                gradient[index] += ridge * x[index]
            }
            return (loss, gradient)
        }
        func dot(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
        var x = [Double](repeating: 0, count: size)
        var here = try value(x)
        let start = here.gradient.reduce(0) { max($0, $1.magnitude) }
        var history: [(s: [Double], y: [Double], curvature: Double)] = []
        for _ in 0..<Self.most {
            if here.gradient.reduce(0, { max($0, $1.magnitude) }) <= Self.tolerance * max(1, start) { break }
            var direction = here.gradient, shares: [Double] = []
            for (s, y, curvature) in history.reversed() {
                let share = dot(s, direction) / curvature
                shares.append(share)
                for index in 0..<size { direction[index] -= share * y[index] }
            }
            let scale = history.last.map { $0.curvature / dot($0.y, $0.y) } ?? 1 / max(1, dot(direction, direction).squareRoot())
            for index in 0..<size { direction[index] *= scale }
            for ((s, y, curvature), share) in zip(history, shares.reversed()) {
                let other = dot(y, direction) / curvature
                for index in 0..<size { direction[index] += s[index] * (share - other) }
            }
            let slope = -dot(here.gradient, direction)
            guard let (next, there) = try descend(from: x, here, along: direction, slope: slope, value) else { break }
            let s = zip(next, x).map { $0 - $1 }, y = zip(there.gradient, here.gradient).map { $0 - $1 }, curvature = dot(s, y)
            if curvature > 0 { history.append((s, y, curvature)) }
            if history.count > 10 { history.removeFirst() }
            (x, here) = (next, there)
            if ridge == 0, here.loss < 1e-6 * Double(rows.rows) { throw SequenceModelError.separated }
        }
        return (0..<classes).map { Array(x[$0 * inputs..<($0 + 1) * inputs]) }
    }

    /// A step that lowers the loss as far as its slope promises and flattens it (Wolfe's conditions), by bisection; none when rounding leaves no such step.
    private func descend(
        from x: [Double], _ here: (loss: Double, gradient: [Double]), along direction: [Double], slope: Double, _ value: ([Double]) throws -> (loss: Double, gradient: [Double])
    ) throws -> (x: [Double], there: (loss: Double, gradient: [Double]))? {
        var low = 0.0, high = Double.infinity, share = 1.0
        for _ in 0..<50 {
            let next = zip(x, direction).map { $0 - share * $1 }, there = try value(next)
            let flatness = -zip(there.gradient, direction).reduce(0) { $0 + $1.0 * $1.1 }
            if there.loss > here.loss + 1e-4 * share * slope { high = share } else if flatness < 0.9 * slope { low = share } else { return (next, there) }
            share = high.isFinite ? (low + high) / 2 : 2 * share
        }
        let next = zip(x, direction).map { $0 - low * $1 }
        return low > 0 ? (next, try value(next)) : nil
    }

    // MARK: How sure they are

    /// The roots of the diagonal of the inverse curvature, `[1 or classes, inputs]`; of several classes each against all others. None where there is no inverse.
    func standardErrors(_ coefficients: [[Double]], ridge: Double) throws -> [[Double]]? {
        var errors: [[Double]] = []
        for index in coefficients.indices {
            let sums = try terms(of: index, coefficients).sums
            guard let variances = sums.inverseDiagonal(ridge: penalties(ridge)), variances.allSatisfy({ $0 >= 0 }) else { return nil }
            errors.append(variances.map { $0.squareRoot() })
        }
        return errors
    }

    /// Loss and sums of one set of coefficients, those of the others held: of two classes that of the second.
    func terms(of index: Int, _ coefficients: [[Double]], hessian: Bool = true) throws -> (loss: Double, sums: NewtonSums) {
        if classes == 2 { return try second(coefficients[0], hessian: hessian) }
        // The score is the row's log odds of the class against all others.
        return try partial(hessian: hessian) { odds, target in
            let chance = 1 / (1 + exp(-odds)), weight = weight(target), isOwn = Int(target) == index
            return (weight * (max(odds, 0) + log1p(exp(-odds.magnitude)) - (isOwn ? odds : 0)), weight * (chance - (isOwn ? 1 : 0)), weight * chance * (1 - chance))
        } score: { row in
            var own = 0.0, peak = -Double.infinity
            var others: [Double] = []
            for (k, values) in coefficients.enumerated() {
                var sum = values[inputs - 1]
                for column in 0..<inputs - 1 { sum += values[column] * row[column] }
                if k == index { own = sum } else {
                    others.append(sum)
                    peak = max(peak, sum)
                }
            }
            return own - peak - log(others.reduce(0) { $0 + exp($1 - peak) })
        }
    }
}
