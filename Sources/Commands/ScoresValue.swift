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
    /// The measures, each beside that of the baseline.
    var list: [ScoreMeasure] { get }
    /// The name of the measure that says which of several models is best.
    static var judge: String { get }
    /// What always guessing the same is called.
    var baselineName: String { get }
    /// How a measure is written.
    func cell(_ value: Double) -> DisplayTable.Cell
    /// What is to be known of the measures.
    var notes: [String] { get }
    /// What is worth reading beyond the measures.
    var details: [DisplayTable] { get }
    var json: [JSON.Member] { get }
    /// The measures by the names of their properties; none of one that is not defined.
    var numbers: [(name: String, value: Double?)] { get }
    /// The names of the measures that there may be.
    static var names: [String] { get }
}

/// A measure of a target's scores.
struct ScoreMeasure: Sendable {
    let shown: String, name: String
    var unit = ""
    /// None where it is not defined.
    let value: Double?
    var baseline: Double?
    /// Whether it has a place in comparisons of models and folds, under which heading.
    var heading: String?
    /// Whether less is better.
    var isLoss = false
    /// What it is of predicted classes.
    var ofClasses: ClassMeasure?

    /// What it is called in tables of models, where two classes and more share a column.
    var columnName: String { name.hasSuffix("_macro") ? String(name.dropLast(6)) : name }
}

extension TargetScores {
    /// The measures beside those of the baseline, with the bounds that resampling gives where they were asked for.
    ///
    /// - Parameter title: of the model, and of the target where there are several.
    func measures(_ model: String, title: String, intervals: ScoreIntervals? = nil) -> DisplayTable {
        func shown(_ value: Double?) -> DisplayTable.Cell { value.map(cell) ?? .undefined }
        let rows = list.map { measure in
            let bounds = measure.ofClasses.flatMap { intervals?[$0] }
            return [DisplayTable.Cell(measure.shown), shown(measure.value)] + (intervals == nil ? [] : [shown(bounds?.lowerBound), shown(bounds?.upperBound)]) + [shown(measure.baseline)]
        }
        let columns = [DisplayTable.Column("measure"), .init(model, .right)] + (intervals == nil ? [] : [.init("from", .right), .init("to", .right)]) + [.init(baselineName, .right)]
        return DisplayTable(title: title, columns: columns, rows: rows, notes: notes + (intervals.map { [$0.note(of: self.rows)] } ?? []))
    }
}

extension ScoreIntervals {
    /// What the bounds are.
    func note(of rows: Int) -> String {
        "From and to: 95 % of \(NumberText.grouped(replicates)) samples of the \(units == rows ? "rows" : "\(NumberText.grouped(units)) users with their rows"), drawn with replacement."
    }
}

/// The scores of a model on rows that it has not learnt from: of each of its targets.
struct ScoresValue: KindValue {
    let modelName: String
    /// At least one; the first is the one that is meant where one is asked for.
    let targets: [(name: String, scores: any TargetScores)]
    /// The split, its sizes and what fell out; stands above every score.
    let splitLines: [String]
    /// By what the rows of models can be told to be the same, whatever they are called.
    var division: [String] = []
    /// What the rows are that it is scored on.
    var rowsName = "held-back rows"
    /// How good the steps are that a model predicts after the next event.
    var continuation: ContinuationScores?
    /// The bounds of the first target's measures, where they were asked for.
    var intervals: ScoreIntervals?
    /// What thresholds that were chosen on the validation part give on the test part, where they were asked for.
    var thresholds: ChosenThresholds?

    var kind: Kind { .scores }

    private var first: any TargetScores { targets[0].scores }

    /// The scores of the first target if it is a class.
    var classification: ClassificationScores? { first as? ClassificationScores }

    var summary: String { "\(modelName)\(targets.count == 1 ? "" : " for \(targets[0].name)") on \(NumberText.grouped(first.rows)) \(rowsName): \(first.headline)" }

    /// The measures of all targets, one after the other.
    var measures: [DisplayTable] {
        targets.enumerated().map { index, target in
            let what = targets.count == 1 ? modelName : "\(modelName) for \(target.name)"
            return target.scores.measures(modelName, title: "Scores of \(what) on \(NumberText.grouped(target.scores.rows)) \(rowsName)", intervals: index == 0 ? intervals : nil)
        }
    }

    /// - Parameter isWhole: whether the tables beside the measures are wanted too.
    func tables(isWhole: Bool) -> [DisplayTable] { zip(measures, targets).flatMap { measures, target in [measures] + (isWhole ? target.scores.details : Array(target.scores.details.prefix(1))) } + (thresholds.map { [$0.table] } ?? []) }

    var blocks: [Block] { [.text(splitLines.joined(separator: "\n"))] + continuationBlocks + tables(isWhole: false).map { .table($0) } }

    /// The members of the first target's scores; those of the others under `targets`, by their names.
    var json: JSON {
        let others = targets.dropFirst().map { JSON.Member($0.name, .object($0.scores.json)) }
        return .object(first.json + intervalMembers + (thresholds?.members ?? []) + continuationMembers + (others.isEmpty ? [] : [.init("targets", .object(others))]))
    }

    private var intervalMembers: [JSON.Member] {
        guard let intervals else { return [] }
        let bounds = first.list.compactMap { measure -> JSON.Member? in
            measure.ofClasses.flatMap { intervals[$0] }.map { .init(measure.name, .array([.number($0.lowerBound), .number($0.upperBound)])) }
        }
        return [.init("intervals", .object(bounds))]
    }

    private var thresholdNumbers: [(name: String, value: Double?)] { thresholds?.numbers ?? [] }

    /// The numbers of the first target by their names, and those of the others behind the names of their targets: `action_accuracy`.
    private var numbers: [(name: String, value: Double?)] { first.numbers + thresholdNumbers + continuationNumbers + targets.dropFirst().flatMap { name, scores in ([("n", Double(scores.rows))] + scores.numbers).map { ("\(name)_\($0.0)", $0.1) } } }

    func property(_ name: String, _ work: Work) -> Value? {
        if name == "n" { return .integer(first.rows) }
        return numbers.first { $0.name == name }?.value.map { .number($0) }
    }

    var propertyNames: [String] { ["n"] + numbers.map(\.name) }

    /// The names of all measures that scores may have.
    static let properties = ["n"] + [ClassificationScores.names, RegressionScores.names, RankingScores.names, ChosenThresholds.names, continuationNames].flatMap { $0 }.reduce(into: []) { names, name in if !names.contains(name) { names.append(name) } }

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
        .init("calibration error", "the mean gap between probability and share over ten bins of the probability: of the positive class of two, else of the class that a row is taken for"),
        .init("MCC", "Matthews's correlation of true and predicted classes: 1 at best, 0 by chance"),
        .init("always ...", "the baseline: the commonest class of the training part, with the training shares as probabilities; of a number the mean of the training part"),
        .init("RMSE", "of a number: the root of the mean squared error"), .init("MAE", "of a number: the mean absolute error"), .init("median absolute error", "half of the rows are off by no more"),
        .init("R²", "1 - squared errors / squared gaps to the mean of the held-back rows; 0 is no better than that mean"),
        .init("hr@k", "of more than \(FitCommand.mostClasses) classes: the share of the rows whose true one is among the k likeliest"),
        .init("ndcg@10", "the mean of 1 / log2(1 + rank) of the true one, 0 beyond the tenth"), .init("mrr", "the mean of 1 / rank"),
        .init("the commonest first", "the baseline of ranks: by the counts of the training part"),
        .init("rows, predicted", "held-back rows that are of the class, and those predicted as it"), .init("–", "not defined: nothing to divide by; 0 in macro and weighted means"),
    ]
}
