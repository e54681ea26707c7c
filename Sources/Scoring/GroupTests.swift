#if canImport(Glibc)
    import Glibc
#endif

/// Whether the values of some rows tend to be higher or lower than those of the others: Mann and Whitney's rank test.
///
/// It reads ranks alone, so that a few huge values, as money and counts have them, decide nothing. The p-value is two-sided, by the normal approximation with the correction for ties and for
/// continuity, as SciPy's `mannwhitneyu(method="asymptotic")` gives it.
///
/// ### References
/// H. Mann, D. Whitney. On a Test of Whether one of Two Random Variables is Stochastically Larger than the Other. Annals of Mathematical Statistics, 1947.
public struct RankTest: Sendable, Hashable, Codable {
    public let pValue: Double

    /// - Parameters:
    ///   - rankSum: of the rows among all, equal values sharing their mean rank.
    ///   - count: how many rows there are, and `others` besides, at least one each.
    ///   - ties: the sum of t³ − t over the groups of equal values.
    public init(rankSum: Double, count: Int, others: Int, ties: Double) {
        let (n, m) = (Double(count), Double(others)), all = n + m
        let own = rankSum - n * (n + 1) / 2
        let deviation = (n * m / 12 * (all + 1 - ties / (all * max(1, all - 1)))).squareRoot()
        let z = (max(own, n * m - own) - n * m / 2 - 0.5) / deviation
        pValue = deviation > 0 ? min(1, erfc(z / 2.0.squareRoot())) : 1
    }
}

/// Whether a share is another among some rows than among the others.
///
/// Pearson's chi-square test without continuity correction, which of two shares is the two-proportion z-test; where one of the four counts is expected to be below 5, Fisher's exact test. The
/// p-values are those of SciPy's `chi2_contingency(correction=False)` and `fisher_exact`.
///
/// ### References
/// K. Pearson. On the criterion that a given system of deviations [...] can be reasonably supposed to have arisen from random sampling. Philosophical Magazine, 1900.
/// R. Fisher. On the Interpretation of χ² from Contingency Tables, and the Calculation of P. Journal of the Royal Statistical Society, 1922.
public enum ShareTest {
    /// - Parameters:
    ///   - hits: of `count` rows, and `otherHits` of the `others`.
    public static func pValue(hits: Int, of count: Int, against otherHits: Int, of others: Int) -> Double {
        let all = count + others, allHits = hits + otherHits, misses = all - allHits
        guard count > 0, others > 0, allHits > 0, misses > 0 else { return 1 }
        let least = Double(min(count, others)) * Double(min(allHits, misses)) / Double(all)
        guard least >= 5 else { return fisher(hits, count, allHits, all) }
        let cross = Double(hits) * Double(others - otherHits) - Double(count - hits) * Double(otherHits)
        let square = cross * cross / (Double(count) * Double(others)) * (Double(all) / (Double(allHits) * Double(misses)))
        return erfc((square / 2).squareRoot())
    }

    /// The chance of a table at most as likely as this one, its margins given.
    private static func fisher(_ hits: Int, _ count: Int, _ allHits: Int, _ all: Int) -> Double {
        // C's `lgamma` keeps a sign that all threads share.
        var sign: Int32 = 0
        func logFactorial(_ n: Int) -> Double { lgamma_r(Double(n + 1), &sign) }
        func choose(_ n: Int, _ k: Int) -> Double { logFactorial(n) - logFactorial(k) - logFactorial(n - k) }
        let whole = choose(all, count)
        func chance(_ hits: Int) -> Double { exp(choose(allHits, hits) + choose(all - allHits, count - hits) - whole) }
        // Tables as likely as this one may differ by rounding.
        let own = chance(hits) * (1 + 1e-7)
        return min(1, (max(0, count + allHits - all)...min(count, allHits)).map(chance).filter { $0 <= own }.exactSum)
    }
}

extension Sequence<Double> {
    /// p-values corrected for how many there are, so that among those of at most q a share of at most q is expected to be by chance.
    ///
    /// ### References
    /// Y. Benjamini, Y. Hochberg. Controlling the False Discovery Rate. Journal of the Royal Statistical Society B, 1995.
    package var falseDiscoveryRates: [Double] {
        let values = Array(self)
        let falling = values.indices.sorted { (values[$1], $1) < (values[$0], $0) }
        var rates = values, least = 1.0
        for (place, index) in falling.enumerated() {
            least = Swift.min(least, values[index] * Double(values.count) / Double(values.count - place))
            rates[index] = least
        }
        return rates
    }
}
