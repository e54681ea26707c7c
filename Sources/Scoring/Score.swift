/// A number, or the reason why there is none: 0/0 is not 0.
///
/// Averages over classes count an undefined part as 0, as scikit-learn does with `zero_division=0`; the part itself stays undefined and is
/// printed as "–".
public enum Score: Sendable, Hashable, Codable {
    case value(Double)
    case undefined(Reason)

    public enum Reason: String, Sendable, Hashable, Codable {
        case neverPredicted = "no row is predicted as this class"
        case neverOccurs = "no row is of this class"
        case neverSeen = "no row is of this class or predicted as it"
        case onlyClass = "every row is of this class"
        case onlyPrediction = "every row is predicted as the same class"
        case noneDefined = "no class has rows of it and rows of others"
        case onlyValue = "every row has the same value"
        case noneSampled = "no row of this cluster is in the sample"
        case emptyCluster = "the cluster is empty"
    }

    public var value: Double? {
        if case .value(let value) = self { value } else { nil }
    }

    public var reason: Reason? {
        if case .undefined(let reason) = self { reason } else { nil }
    }
}
