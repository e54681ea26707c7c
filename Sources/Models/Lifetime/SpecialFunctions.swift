#if canImport(Glibc)
    import Glibc
#endif

/// The logarithm of the gamma function of a number above 0. C's `lgamma` keeps a sign that all threads share, so this is the form without it.
func logGamma(_ value: Double) -> Double {
    var sign: Int32 = 0
    return lgamma_r(value, &sign)
}

/// The logarithm of Γ(base + count) / Γ(base), for a base above 0.
func logRising(_ base: Double, _ count: Int) -> Double {
    // A sum of few logarithms keeps the digits that the difference of two large numbers loses.
    if count <= 16 { return (0..<count).reduce(0) { $0 + log(base + Double($1)) } }
    return logGamma(base + Double(count)) - logGamma(base)
}

/// The logarithm of the beta function.
func logBeta(_ a: Double, _ b: Double) -> Double { logGamma(a) + logGamma(b) - logGamma(a + b) }

/// (e^(factor · logarithm) − 1) / factor, and the logarithm itself where the factor is 0.
func powerIntegral(_ factor: Double, _ logarithm: Double) -> Double { factor == 0 ? logarithm : expm1(factor * logarithm) / factor }

/// Integrals of smooth functions by Gauss and Legendre's rule of 20 places.
enum GaussLegendre {
    /// Places in -1...1 with their weights: the roots of the Legendre polynomial of that degree by Newton's method.
    private static let rule: [(place: Double, weight: Double)] = {
        let degree = 20
        return (0..<degree).map { index in
            var x = cos(Double.pi * (Double(index) + 0.75) / (Double(degree) + 0.5))
            var slope = 1.0
            for _ in 0..<20 {
                var (before, value) = (1.0, x)
                for order in 2...degree { (before, value) = (value, (Double(2 * order - 1) * x * value - Double(order - 1) * before) / Double(order)) }
                slope = Double(degree) * (x * value - before) / (x * x - 1)
                x -= value / slope
            }
            return (x, 2 / ((1 - x * x) * slope * slope))
        }
    }()

    static func integral(from low: Double, to high: Double, _ function: (Double) -> Double) -> Double {
        let (middle, half) = ((low + high) / 2, (high - low) / 2)
        return half * rule.reduce(0) { $0 + $1.weight * function(middle + half * $1.place) }
    }
}

/// ln(1 + e^value).
func logOnePlusExp(_ value: Double) -> Double { value > 30 ? value + log1p(exp(-value)) : log1p(exp(value)) }
