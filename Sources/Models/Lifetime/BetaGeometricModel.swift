#if canImport(Glibc)
    import Glibc
#endif

/// BG/NBD: a customer buys at a rate λ of his own, and after each purchase leaves with a chance p of his own. λ is gamma distributed (shape r, rate α), p beta distributed (a, b).
///
/// A customer without a repeat purchase has had no occasion to leave, so that his chance to be alive is 1.
///
/// The purchases to be expected are an integral over p instead of the paper's 2F1: its terms are all positive, so that nothing cancels, and a = 1 is no exception.
///
/// ### References
/// P. Fader, B. Hardie, K. L. Lee. "Counting Your Customers" the Easy Way: An Alternative to the Pareto/NBD Model. Marketing Science, 2005.
public struct BetaGeometricModel: LifetimeModel {
    public static let name = "bgnbd"
    public static let title = "BG/NBD"
    public static let parameterNames = ["r", "alpha", "a", "b"]

    public let r: Double, alpha: Double, a: Double, b: Double
    public var parameters: [Double] { [r, alpha, a, b] }

    public init(parameters: [Double]) {
        precondition(parameters.count == 4 && parameters.allSatisfy { $0 > 0 }, "BG/NBD has four parameters above 0")
        (r, alpha, a, b) = (parameters[0], parameters[1], parameters[2], parameters[3])
    }

    public func logLikelihood(_ history: PurchaseHistory) -> Double {
        let x = Double(history.repeats)
        let staying = logRising(r, history.repeats) + r * log(alpha) - (r + x) * log(alpha + history.age) + logRising(b, history.repeats) - logRising(a + b, history.repeats)
        let odds = leavingOdds(history)
        return staying + logOnePlusExp(odds)
    }

    public func alive(_ history: PurchaseHistory) -> Double { 1 / (1 + exp(leavingOdds(history))) }

    /// The logarithm of the odds that the last purchase was the last of all.
    private func leavingOdds(_ history: PurchaseHistory) -> Double {
        guard history.repeats > 0 else { return -.infinity }
        let x = Double(history.repeats)
        return log(a) - log(b + x - 1) + (r + x) * log1p((history.age - history.recency) / (alpha + history.recency))
    }

    public func expected(_ history: PurchaseHistory, over time: Double) -> Double {
        guard time > 0 else { return 0 }
        let x = Double(history.repeats)
        // Of one who is alive, with p from beta(a, b + x): the mean of (1 − (1 + p · w)^−(r + x)) / p.
        return alive(history) * mean(shape: r + x, stay: b + x, width: time / (alpha + history.age))
    }

    /// By pieces in y = ln(p / (1 − p)), in which the beta distribution is smooth; far out, where the function of p is constant, its tails are known.
    private func mean(shape: Double, stay: Double, width: Double) -> Double {
        func value(_ p: Double) -> Double { -expm1(-shape * log1p(p * width)) / p }
        func logDensity(_ y: Double) -> Double { -a * (y < 0 ? log1p(exp(y)) - y : log1p(exp(-y))) - stay * (y < 0 ? log1p(exp(y)) : y + log1p(exp(-y))) }
        let peak = log(a / stay), deviation = (1 / a + 1 / stay).squareRoot()
        let most = logDensity(peak), step = 3 * min(1, deviation)
        let left = min(peak, -40 - max(0, log(shape * width))), right = max(peak, 40)
        var sum = 0.0
        for direction in [-1.0, 1.0] {
            var near = peak
            let end = direction < 0 ? left : right
            while near != end, logDensity(near) > most - 45 {
                let far = direction < 0 ? max(end, near - step) : min(end, near + step)
                sum += direction * GaussLegendre.integral(from: near, to: far) { y in exp(logDensity(y) - most) * value(1 / (1 + exp(-y))) }
                near = far
            }
            if near == end {
                let rest = exp(logDensity(end) - most) / (direction < 0 ? a : stay)
                sum += rest * (direction < 0 ? shape * width : value(1))
            }
        }
        return sum * exp(most - logBeta(a, stay))
    }

    public func probability(repeats: Int, over time: Double) -> Double {
        let bought = log(time / (alpha + time)), none = r * log(alpha / (alpha + time))
        func count(_ n: Int) -> Double { exp(logRising(r, n) - logGamma(Double(n) + 1) + none + (n > 0 ? Double(n) * bought : 0)) }
        let staying = exp(logRising(b, repeats) - logRising(a + b, repeats)) * count(repeats)
        guard repeats > 0 else { return staying }
        let later = 1 - (0..<repeats).reduce(0) { $0 + count($1) }
        return staying + a / (b + Double(repeats) - 1) * exp(logRising(b, repeats) - logRising(a + b, repeats)) * max(0, later)
    }
}
