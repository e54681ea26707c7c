/// How much each column of a model of rows counts.
public struct FeatureImportance: Sendable {
    /// The measure: "impurity", "permutation", "gain".
    public let name: String
    /// What it is, in words, for a caption.
    public let meaning: String
    public let columns: [String]
    public let values: [Double]
    /// The standard deviation of each value, where it was measured several times.
    public let deviations: [Double]?
}
