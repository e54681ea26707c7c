import Diagnostics

/// Why something could not be scored.
public enum ScoringError: Error, Sendable, Hashable, Diagnosable {
    case noRows
    case noClasses
    /// A list that goes beside another one has not its length.
    case wrongCount(of: String, expected: Int, found: Int)
    case labelOutOfRange(row: Int, label: Int, classes: Int)
    case notAProbability(row: Int, className: String, value: String)
    case sumIsNotOne(row: Int, sum: Double)
    case notANumber(row: Int)
    case onlyPositives
    case onlyNegatives
    case noTrainingRows
    case negativeCount(className: String)
    case positiveOutOfRange(Int, classes: Int)
    case clusterCount(found: Int, rows: Int)
    case notFinite(row: Int, column: Int)
    case tooManyParts(first: Int, second: Int)

    public var diagnostic: Diagnostic {
        switch self {
        case .noRows:
            Diagnostic("nothing-to-score", "there are no rows to score", category: .data, hint: "keep a larger part for the test: split test=30%")
        case .noClasses:
            Diagnostic("no-classes", "there are no classes to score", category: .data, hint: "predict a column that has values")
        case .wrongCount(let what, let expected, let found):
            Diagnostic("wrong-count", "\(expected) \(what) are expected, found \(found)", hint: "give one for each row")
        case .labelOutOfRange(let row, let label, let classes):
            Diagnostic(
                "unknown-class", "row \(row + 1) has class \(label), but there are only \(classes)", category: .data,
                hint: "score rows whose classes the model has seen")
        case .notAProbability(let row, let className, let value):
            Diagnostic(
                "not-a-probability", "row \(row + 1) gives class '\(className)' the probability \(value)",
                hint: "probabilities lie in 0...1; a model that gives others has not been trained well: try a lower rate")
        case .sumIsNotOne(let row, let sum):
            Diagnostic("not-a-probability", "the probabilities of row \(row + 1) add up to \(sum), not 1", hint: "normalise the outputs of the model")
        case .notANumber(let row):
            Diagnostic("not-a-number", "row \(row + 1) has no usable score", hint: "scores are numbers, or infinite, but not NaN")
        case .onlyPositives:
            Diagnostic("one-class", "every row is of the positive class, so none can be ranked below another", category: .data,
                hint: "score a part that holds both classes")
        case .onlyNegatives:
            Diagnostic("one-class", "no row is of the positive class", category: .data, hint: "score a part that holds both classes")
        case .noTrainingRows:
            Diagnostic("no-training-rows", "the training part has no rows, so there is no baseline", category: .data,
                hint: "keep a larger part for training")
        case .negativeCount(let className):
            Diagnostic("negative-count", "class '\(className)' has fewer than 0 training rows", hint: "counts are at least 0")
        case .positiveOutOfRange(let positive, let classes):
            Diagnostic("unknown-class", "the positive class is number \(positive), but there are \(classes)", hint: "name one of the classes")
        case .clusterCount(let found, let rows):
            Diagnostic(
                "cluster-count", "scores of clusters need 2 to \(max(2, rows - 1)) clusters for \(rows) rows, found \(found)", category: .data,
                hint: found < 2 ? "make at least two segments: kmeans k=2" : "make fewer segments")
        case .notFinite(let row, let column):
            Diagnostic(
                "not-finite", "column \(column + 1) has no usable number in row \(row + 1)", category: .data,
                hint: "fill or drop missing values first")
        case .tooManyParts(let first, let second):
            Diagnostic(
                "too-many-parts", "partitions of \(first) and of \(second) parts are too many to be held against each other", category: .data, hint: "make fewer segments")
        }
    }
}
