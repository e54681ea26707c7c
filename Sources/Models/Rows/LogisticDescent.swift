import Algebra
import Runtime

/// Logistic regression with an L1 penalty: coordinate descent on the quadratic approximation at the point reached, class after class, as glmnet does.
///
/// ### References
/// J. Friedman, T. Hastie, R. Tibshirani. Regularization Paths for Generalized Linear Models via Coordinate Descent. Journal of Statistical Software 2010.
struct LogisticDescent {
    private let problem: LogisticProblem
    private let penalty: Double

    private static let most = 1000, tolerance = 1e-9

    init(_ problem: LogisticProblem, penalty: Double) {
        self.problem = problem
        self.penalty = penalty
    }

    /// The coefficients `[1 or classes, inputs]`, the intercept last.
    func solved() throws -> [[Double]] {
        var coefficients = [[Double]](repeating: [Double](repeating: 0, count: problem.inputs), count: problem.classes == 2 ? 1 : problem.classes)
        for _ in 0..<Self.most {
            var moved = 0.0
            for index in coefficients.indices {
                let step = try step(of: index, coefficients)
                moved = max(moved, step.reduce(0) { max($0, $1.magnitude) })
                coefficients[index] = zip(coefficients[index], step).map { $0 + $1 }
            }
            if moved < Self.tolerance { break }
        }
        return coefficients
    }

    /// What is added to the coefficients of a class: the least of the quadratic with the penalty, in halves until the loss falls.
    private func step(of index: Int, _ coefficients: [[Double]]) throws -> [Double] {
        let here = try problem.terms(of: index, coefficients), start = coefficients[index]
        let target = minimum(here.sums, start)
        var share = 1.0
        func size(_ values: [Double]) -> Double { penalty * values.dropLast().reduce(0) { $0 + $1.magnitude } }
        while share > 1e-6 {
            var next = coefficients
            next[index] = zip(start, target).map { $0 + share * ($1 - $0) }
            let there = try problem.terms(of: index, next, hessian: false)
            if there.loss + size(next[index]) <= here.loss + size(start) { return zip(next[index], start).map { $0 - $1 } }
            share /= 2
        }
        return [Double](repeating: 0, count: start.count)
    }

    /// The least of gradient·d + ½·dᵀ·H·d + penalty·|start + d|₁, by cyclic coordinate descent.
    private func minimum(_ sums: NewtonSums, _ start: [Double]) -> [Double] {
        let size = sums.inputs
        func hessian(_ i: Int, _ j: Int) -> Double { sums.hessian[min(i, j) * size + max(i, j)] }
        var point = start, slope = sums.gradient
        for _ in 0..<10_000 {
            var moved = 0.0
            for j in 0..<size {
                let curvature = hessian(j, j)
                guard curvature > 1e-12 else { continue }
                let free = point[j] - slope[j] / curvature, bound = j == size - 1 ? 0 : penalty / curvature
                let next = free > bound ? free - bound : free < -bound ? free + bound : 0
                let change = next - point[j]
                guard change != 0 else { continue }
                point[j] = next
                for k in 0..<size { slope[k] += hessian(k, j) * change }
                moved = max(moved, change.magnitude)
            }
            if moved < Self.tolerance * 0.1 { break }
        }
        return point
    }
}
