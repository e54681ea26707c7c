import Diagnostics
import Language
import Runtime
import Scoring
import Tables

/// How the scores of one target are shown, told to programs, and named in texts.
protocol TargetScores: Sendable {
    /// The held-back rows that have the target.
    var rows: Int { get }
    /// The measure that says most, beside its baseline.
    var headline: String { get }
    /// The measures beside those of the baseline.
    ///
    /// - Parameter title: of the model, and of the target where there are several.
    func measures(_ model: String, title: String) -> DisplayTable
    /// What is worth reading beyond the measures.
    var details: [DisplayTable] { get }
    var json: [JSON.Member] { get }
    /// The measures by the names of their properties; none of one that is not defined.
    var numbers: [(name: String, value: Double?)] { get }
    /// The names of the measures that there may be.
    static var names: [String] { get }
}

/// The scores of a model on rows that it has not learnt from: of each of its targets.
struct ScoresValue: KindValue {
    let modelName: String
    /// At least one; the first is the one that is meant where one is asked for.
    let targets: [(name: String, scores: any TargetScores)]
    /// The split, its sizes and what fell out; stands above every score.
    let splitLines: [String]
    /// How good the steps are that a model predicts after the next event.
    var continuation: ContinuationScores?

    var kind: Kind { .scores }

    private var first: any TargetScores { targets[0].scores }

    /// The scores of the first target if it is a class.
    var classification: ClassificationScores? { first as? ClassificationScores }

    var summary: String { "\(modelName)\(targets.count == 1 ? "" : " for \(targets[0].name)") on \(NumberText.grouped(first.rows)) held-back rows: \(first.headline)" }

    /// The measures of all targets, one after the other.
    var measures: [DisplayTable] {
        targets.map { name, scores in
            let what = targets.count == 1 ? modelName : "\(modelName) for \(name)"
            return scores.measures(modelName, title: "Scores of \(what) on \(NumberText.grouped(scores.rows)) held-back rows")
        }
    }

    /// - Parameter isWhole: whether the tables beside the measures are wanted too.
    func tables(isWhole: Bool) -> [DisplayTable] { zip(measures, targets).flatMap { measures, target in [measures] + (isWhole ? target.scores.details : Array(target.scores.details.prefix(1))) } }

    var blocks: [Block] { [.text(splitLines.joined(separator: "\n"))] + continuationBlocks + tables(isWhole: false).map { .table($0) } }

    /// The members of the first target's scores; those of the others under `targets`, by their names.
    var json: JSON {
        let others = targets.dropFirst().map { JSON.Member($0.name, .object($0.scores.json)) }
        return .object(first.json + continuationMembers + (others.isEmpty ? [] : [.init("targets", .object(others))]))
    }

    /// The numbers of the first target by their names, and those of the others behind the names of their targets: `action_accuracy`.
    private var numbers: [(name: String, value: Double?)] { first.numbers + continuationNumbers + targets.dropFirst().flatMap { name, scores in ([("n", Double(scores.rows))] + scores.numbers).map { ("\(name)_\($0.0)", $0.1) } } }

    func property(_ name: String, _ work: Work) -> Value? {
        if name == "n" { return .integer(first.rows) }
        return numbers.first { $0.name == name }?.value.map { .number($0) }
    }

    var propertyNames: [String] { ["n"] + numbers.map(\.name) }

    /// The names of all measures that scores may have.
    static let properties = ["n"] + [ClassificationScores.names, RegressionScores.names, RankingScores.names, continuationNames].flatMap { $0 }.reduce(into: []) { names, name in if !names.contains(name) { names.append(name) } }

    /// The same with those of further targets.
    static func properties(others: [String]) -> [String] { properties + others.flatMap { other in properties.map { "\(other)_\($0)" } } }

    /// The measures as a table to write.
    var measureTable: Table {
        let defined = numbers.filter { $0.value != nil }
        return Table([Column("measure", text: ["n"] + defined.map(\.name)), Column("value", numbers: [Double(first.rows)] + defined.map { $0.value ?? .nan })])
    }

    static func cell(_ score: Score) -> DisplayTable.Cell { score.value.map { .number($0, 4) } ?? .undefined }
    static func json(_ score: Score) -> JSON { score.value.map { .number($0) } ?? .null }

    /// What the numbers mean, for help.
    static let terms: [Signature.Term] = [
        .init("accuracy", "rows whose likeliest class is the true one, of all held-back rows"), .init("balanced accuracy", "the mean recall over the classes that have rows"),
        .init("precision", "of the rows predicted as the class, those that are of it"), .init("recall", "of the rows of the class, those predicted as it"),
        .init("F1", "2 · precision · recall / (precision + recall)"), .init("AUC", "the area under the ROC curve: how often a row of the class is ranked above a row of another; 0.5 is by chance"),
        .init("PR-AUC", "average precision: the precisions at each threshold, weighted by the gain in recall, without interpolation"),
        .init("macro", "the mean over the classes, each counting the same"), .init("weighted", "the mean over the classes, each counting by its held-back rows"),
        .init("log loss", "the mean of -ln of the probability given to the true class"),
        .init("Brier", "the mean squared gap between probabilities and truth, added over the classes; halved for two"),
        .init("always ...", "the baseline: the commonest class of the training part, with the training shares as probabilities; of a number the mean of the training part"),
        .init("RMSE", "of a number: the root of the mean squared error"), .init("MAE", "of a number: the mean absolute error"), .init("median absolute error", "half of the rows are off by no more"),
        .init("R²", "1 - squared errors / squared gaps to the mean of the held-back rows; 0 is no better than that mean"),
        .init("hr@k", "of more than \(FitCommand.mostClasses) classes: the share of the rows whose true one is among the k likeliest"),
        .init("ndcg@10", "the mean of 1 / log2(1 + rank) of the true one, 0 beyond the tenth"), .init("mrr", "the mean of 1 / rank"),
        .init("the commonest first", "the baseline of ranks: by the counts of the training part"),
        .init("rows, predicted", "held-back rows that are of the class, and those predicted as it"), .init("–", "not defined: nothing to divide by; 0 in macro and weighted means"),
    ]
}
