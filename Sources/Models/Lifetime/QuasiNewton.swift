#if canImport(Glibc)
    import Glibc
#endif
import Runtime

/// Finds the least value of a smooth function of a few numbers by the quasi-Newton method of Broyden, Fletcher, Goldfarb and Shanno, with central differences as derivatives.
///
/// Numbers stay in -bound...bound, wide for logarithms of what is near 1 in the units of the caller; one that lies at its bound and is drawn beyond stays there.
///
/// ### References
/// J. Nocedal, S. Wright. Numerical Optimization. Springer, 2006 (chapters 3, 6 and 8).
struct QuasiNewton: Sendable {
    var bound = 14.0
    var iterations = 300
    /// Of a derivative, times the size of the least value: below it the search ends.
    var tolerance = 1e-10
    /// Half the distance of the two values of which a derivative is made.
    var step = 1e-4

    struct Minimum: Sendable {
        let point: [Double]
        let value: Double
        /// The largest derivative along which the value could still fall.
        let slope: Double
        let iterations: Int
    }

    /// - Parameter function: finite at the start; elsewhere a value that is not finite is avoided.
    /// - Throws: what the function throws.
    func minimum(from start: [Double], of function: ([Double]) throws -> Double) throws -> Minimum {
        let count = start.count
        var point = start.map { min(bound, max(-bound, $0)) }
        var value = try function(point)
        var inverse = Self.identity(count)
        var gradient = try self.gradient(at: point, function)
        var fresh = true
        for iteration in 0..<iterations {
            let free = isFree(point, gradient)
            let slope = Self.largest(gradient, free)
            if slope <= tolerance * max(1, abs(value)) { return minimum(point, value, slope, iteration) }
            var direction = (0..<count).map { row in free[row] ? -(0..<count).reduce(0) { $0 + (free[$1] ? inverse[row][$1] * gradient[$1] : 0) } : 0 }
            var descent = Self.dot(direction, gradient)
            if !(descent < 0) {
                (inverse, fresh) = (Self.identity(count), true)
                direction = (0..<count).map { free[$0] ? -gradient[$0] : 0 }
                descent = Self.dot(direction, gradient)
            }
            // The numbers are logarithms, so that a step of 2 is a long one; without a known curvature steps are short.
            let longest = direction.map(abs).max() ?? 0
            var length = min(1, (fresh ? 0.5 : 2) / max(longest, 1e-300))
            var next = point, reached = Double.infinity
            for _ in 0..<60 {
                next = zip(point, direction).map { min(bound, max(-bound, $0 + length * $1)) }
                reached = try function(next)
                if reached <= value + 1e-4 * length * descent { break }
                length /= 2
            }
            guard reached < value else {
                if fresh { return minimum(point, value, slope, iteration) }
                (inverse, fresh) = (Self.identity(count), true)
                continue
            }
            let further = try self.gradient(at: next, function)
            let moved = zip(next, point).map(-), turned = zip(further, gradient).map(-)
            let curvature = Self.dot(moved, turned)
            if curvature > 1e-12 * Self.dot(turned, turned).squareRoot() * Self.dot(moved, moved).squareRoot() {
                if fresh { inverse = Self.identity(count, curvature / Self.dot(turned, turned)) }
                Self.update(&inverse, moved, turned, curvature)
                fresh = false
            }
            (point, value, gradient) = (next, reached, further)
        }
        return minimum(point, value, Self.largest(gradient, isFree(point, gradient)), iterations)
    }

    private func minimum(_ point: [Double], _ value: Double, _ slope: Double, _ iterations: Int) -> Minimum {
        Minimum(point: point, value: value, slope: slope, iterations: iterations)
    }

    private func gradient(at point: [Double], _ function: ([Double]) throws -> Double) throws -> [Double] {
        try point.indices.map { index in
            var (low, high) = (point, point)
            low[index] -= step
            high[index] += step
            return (try function(high) - function(low)) / (2 * step)
        }
    }

    /// Whether a number may move: it does not lie at a bound beyond which the value would fall.
    private func isFree(_ point: [Double], _ gradient: [Double]) -> [Bool] {
        zip(point, gradient).map { $1.isFinite && !($0 >= bound && $1 < 0) && !($0 <= -bound && $1 > 0) }
    }

    private static func largest(_ gradient: [Double], _ free: [Bool]) -> Double { zip(gradient, free).reduce(0) { max($0, $1.1 ? abs($1.0) : 0) } }
    private static func dot(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
    private static func identity(_ count: Int, _ scale: Double = 1) -> [[Double]] { (0..<count).map { row in (0..<count).map { $0 == row ? scale : 0 } } }

    /// The inverse of the curvature, with what a step has shown of it.
    private static func update(_ inverse: inout [[Double]], _ moved: [Double], _ turned: [Double], _ curvature: Double) {
        let product = inverse.map { dot($0, turned) }
        let factor = (1 + dot(turned, product) / curvature) / curvature
        for row in inverse.indices {
            for column in inverse.indices {
                inverse[row][column] += factor * moved[row] * moved[column] - (product[row] * moved[column] + moved[row] * product[column]) / curvature
            }
        }
    }
}
