#if canImport(Glibc)
    import Glibc
#endif

/// Pareto/NBD: a customer buys at a rate λ of his own, and lives for an exponential time at a rate μ of his own. λ is gamma distributed (shape r, rate α), μ too (s, β).
///
/// The likelihood is an integral over the time of death: it is taken as such, by Gauss and Legendre's rule over pieces on which the function falls little, instead of by the difference of two 2F1
/// as in the paper, which cancels, overflows at many purchases, and converges slowly where α and β are far apart.
///
/// ### References
/// D. Schmittlein, D. Morrison, R. Colombo. Counting Your Customers: Who Are They and What Will They Do Next? Management Science, 1987.
/// P. Fader, B. Hardie. A Note on Deriving the Pareto/NBD Model and Related Expressions. 2005.
public struct ParetoModel: LifetimeModel {
    public static let name = "paretonbd"
    public static let title = "Pareto/NBD"
    public static let parameterNames = ["r", "alpha", "s", "beta"]

    public let r: Double, alpha: Double, s: Double, beta: Double
    public var parameters: [Double] { [r, alpha, s, beta] }

    public init(parameters: [Double]) {
        precondition(parameters.count == 4 && parameters.allSatisfy { $0 > 0 }, "Pareto/NBD has four parameters above 0")
        (r, alpha, s, beta) = (parameters[0], parameters[1], parameters[2], parameters[3])
    }

    public func logLikelihood(_ history: PurchaseHistory) -> Double {
        let x = Double(history.repeats)
        let living = logRising(r, history.repeats) - r * log1p(history.age / alpha) - x * log(alpha + history.age) - s * log1p(history.age / beta)
        let odds = deathOdds(history)
        return living + logOnePlusExp(odds)
    }

    public func alive(_ history: PurchaseHistory) -> Double { 1 / (1 + exp(deathOdds(history))) }

    public func expected(_ history: PurchaseHistory, over time: Double) -> Double {
        guard time > 0 else { return 0 }
        let living = beta + history.age
        return alive(history) * (r + Double(history.repeats)) * living / (alpha + history.age) * -powerIntegral(s - 1, -log1p(time / living))
    }

    /// The logarithm of the odds that a customer of that history is dead.
    private func deathOdds(_ history: PurchaseHistory) -> Double {
        let (shape, start) = (r + Double(history.repeats), history.recency)
        guard history.age > start else { return -.infinity }
        let sum = integral(from: start, to: history.age, purchases: shape, endsEarly: true) { _ in 1 }
        return log(s * sum) + shape * log1p((history.age - start) / (alpha + start)) + (s + 1) * log1p((history.age - start) / (beta + start)) - log(beta + history.age)
    }

    /// The integral of `factor(u) · ((α + start) / (α + u))^purchases · ((β + start) / (β + u))^(s + 1)` over the time u.
    ///
    /// By pieces in v = ln((m + u) / (m + start)), m being the lesser of α and β: in v the function has its nearest poles at ±πi, and falls at a rate that is known.
    ///
    /// - Parameter endsEarly: whether what comes after the function has fallen to nothing is left out, which a factor that rises does not allow.
    private func integral(from start: Double, to end: Double, purchases: Double, endsEarly: Bool = false, _ factor: (Double) -> Double) -> Double {
        let least = min(alpha, beta) + start
        let last = log1p((end - start) / least)
        func fall(_ v: Double) -> Double {
            let time = least * expm1(v)
            return purchases * log1p(time / (alpha + start)) + (s + 1) * log1p(time / (beta + start))
        }
        var sum = 0.0, near = 0.0
        while near < last {
            var far = min(last, near + 1)
            while far - near > 1e-12, fall(far) - fall(near) > 8 { far = near + (far - near) / 2 }
            sum += GaussLegendre.integral(from: near, to: far) { v in exp(v - fall(v)) * factor(start + least * expm1(v)) }
            if endsEarly, fall(far) - far > 45 { break }
            near = far
        }
        return sum * least
    }

    public func probability(repeats: Int, over time: Double) -> Double {
        guard time > 0 else { return repeats == 0 ? 1 : 0 }
        let n = Double(repeats)
        let ways = logRising(r, repeats) - logGamma(n + 1)
        func bought(_ time: Double) -> Double { repeats == 0 ? 1 : exp(ways + n * log(time / alpha)) }
        let living = exp(-(r + n) * log1p(time / alpha) - s * log1p(time / beta)) * bought(time)
        return living + s / beta * integral(from: 0, to: time, purchases: r + n, bought)
    }
}
