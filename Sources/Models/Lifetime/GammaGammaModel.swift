#if canImport(Glibc)
    import Glibc
#endif

/// Gamma-gamma: the value of a customer's purchases varies around a mean of his own (gamma distributed, shape p), and these means differ from customer to customer (q, γ). How much and how often a
/// customer buys are taken to have nothing to do with each other.
///
/// ### References
/// P. Fader, B. Hardie. The Gamma-Gamma Model of Monetary Value. 2013.
public struct GammaGammaModel: Sendable, Hashable {
    public static let parameterNames = ["p", "q", "gamma"]

    public let p: Double, q: Double, gamma: Double
    public var parameters: [Double] { [p, q, gamma] }

    /// - Precondition: three parameters above 0.
    public init(parameters: [Double]) {
        precondition(parameters.count == 3 && parameters.allSatisfy { $0 > 0 }, "gamma-gamma has three parameters above 0")
        (p, q, gamma) = (parameters[0], parameters[1], parameters[2])
    }

    /// The logarithm of the density of a customer's mean value.
    ///
    /// - Parameters: purchases from 1, and their mean value above 0.
    public func logLikelihood(purchases: Int, mean: Double) -> Double {
        let shape = p * Double(purchases)
        return -logBeta(shape, q) + q * log(gamma) + (shape - 1) * log(mean) + shape * log(Double(purchases)) - (shape + q) * log(gamma + Double(purchases) * mean)
    }

    /// The mean value to be expected of a customer's purchases, drawn towards the mean of all the more, the fewer are known.
    ///
    /// - Returns: none where it has no mean, which is so of customers without a known purchase where q is at most 1.
    public func expectedMean(purchases: Int, mean: Double) -> Double? {
        let weight = p * Double(purchases) + q - 1
        return weight > 0 ? p * (gamma + Double(purchases) * mean) / weight : nil
    }
}
