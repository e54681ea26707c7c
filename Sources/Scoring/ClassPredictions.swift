/// What a model says of rows whose classes are known: what all measures, and comparisons between models, are made of.
public struct ClassPredictions: Sendable, Hashable {
    public let classes: [String]
    /// The true class of each row.
    public let labels: [Int]
    /// `[rows, classes]`, row after row.
    public let probabilities: [Double]
    /// Which rows belong together: the user of each, as any number. Rows of a user are no independent witnesses, so that resampling takes them all or none.
    public let units: [Int32]

    /// - Precondition: `probabilities` has a row for each label, and `units` a member.
    public init(classes: [String], labels: [Int], probabilities: [Double], units: [Int32]) {
        precondition(probabilities.count == labels.count * classes.count && units.count == labels.count, "ClassPredictions needs probabilities and a unit for each row")
        self.classes = classes
        self.labels = labels
        self.probabilities = probabilities
        self.units = units
    }

    public var rows: Int { labels.count }

    /// The probability of one class in each row.
    public func probabilities(of label: Int) -> [Double] { labels.indices.map { probabilities[$0 * classes.count + label] } }

    /// Its probabilities, checked.
    ///
    /// - Throws: `ScoringError` for what are none.
    public func checked() throws(ScoringError) -> ClassProbabilities { try ClassProbabilities(classes: classes, rows: rows, values: probabilities) }

    /// The same rows with other probabilities.
    public func with(_ probabilities: [Double]) -> ClassPredictions { ClassPredictions(classes: classes, labels: labels, probabilities: probabilities, units: units) }
}
