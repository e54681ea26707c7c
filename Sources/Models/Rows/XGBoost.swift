import Algebra
import Features
import Layers
import Runtime
import Scoring

#if canImport(Glibc)
    import Glibc
#endif

/// Predicts a class by trees that are fitted one after the other to what those before leave, by the XGBoost library: histograms of at most 256 bins a column, split level by level.
///
/// Of two classes the sum of the trees is the log odds of the second, of more there is a tree a class and round, and a softmax. NaN is a gap: each split says where rows without a value go.
///
/// - Complexity: O(rows · columns) a level and tree.
///
/// ### References
/// T. Chen, C. Guestrin. XGBoost: A Scalable Tree Boosting System. KDD 2016.
public struct XGBoost: RowEstimator {
    public var rounds = 100
    public var depth = 6
    public var rate = 0.3
    public var subsample = 1.0
    public var columns = 1.0
    public var leastWeight = 1.0
    public var gamma = 0.0
    public var lambda = 1.0
    public var alpha = 0.0
    /// After how many rounds without a lower validation loss it ends; 0 for never.
    public var patience = 10
    public var classWeights = ClassWeights.none
    /// What a row of the positive class counts for beside one of the other, of two.
    public var positiveWeight = 1.0
    /// The positive class of two; unless given the one that scores take for it.
    public var positive: String?
    public var encoding = RowRecipe.Encoding.onehot
    public static let scalesNumbers = false, readsGaps = true
    /// It tells when to end.
    public var readsValidation: Bool { patience > 0 }

    public static let schema = Schema<Self>(
        "xgboost", "Predict a class from the columns of a table by boosted trees: the XGBoost library.",
        Hyperparameter("rounds", \.rounds, in: 1...100_000, "trees at most, of more than two classes for each of them"),
        Hyperparameter("depth", \.depth, in: 1...16, "splits from the root to a leaf at most"),
        Hyperparameter("rate", \.rate, in: 1e-6...1, "share of a tree's answer that is added"),
        Hyperparameter("patience", \.patience, in: 0...100_000, "rounds without a lower validation loss after which it ends; 0 never"),
        Hyperparameter("subsample", \.subsample, in: 0.01...1, "share of the rows that each tree is shown"),
        Hyperparameter("columns", \.columns, in: 0.01...1, "share of the columns that each tree is shown"),
        Hyperparameter("min-weight", \.leastWeight, in: 0...1e9, "least sum of p·(1 - p) over the rows of a leaf: min_child_weight"),
        Hyperparameter("gamma", \.gamma, in: 0...1e9, "least fall of the loss for which a leaf is split"),
        Hyperparameter("lambda", \.lambda, in: 0...1e9, "penalty on the squares of the leaves' values"),
        Hyperparameter("alpha", \.alpha, in: 0...1e9, "penalty on the sizes of the leaves' values"),
        Hyperparameter("class-weights", \.classWeights, "what an error on a class counts for: the same, or the more the rarer it is"),
        Hyperparameter("scale-pos-weight", \.positiveWeight, in: 1e-6...1e6, "what a row of the positive class of two counts for beside one of the other"),
        Hyperparameter("encode", \.encoding, "how a category becomes numbers: a column each, its place by frequency, or the classes' shares in it"))

    public init() {}

    public func fitRows(_ training: RowPart, validation: RowPart?, seed: Int, work: Work) throws -> (predictor: any RowPredictor, history: TrainingHistory) {
        let (model, history) = try fitTrees(training, validation: validation, seed: seed, work: work)
        return (model, history)
    }

    /// As `fitRows`, with the type of what it gives.
    ///
    /// - Throws: `BoosterError`; `SequenceModelError.hyperparameter` for a positive weight where there are more than two classes, `.tooLarge`; `Cancelled`.
    public func fitTrees(_ training: RowPart, validation: RowPart? = nil, seed: Int, work: Work = Work()) throws -> (model: XGBoostModel, history: TrainingHistory) {
        let classes = training.classes
        try checkSize(training)
        var weights = classWeights.weights(training.targets, classes: classes.count), objective = Self.objective(classes: classes.count)
        if let index = try positiveClass(training) {
            // The library knows the second class alone as the positive one.
            if index == 1 { objective.append(("scale_pos_weight", "\(positiveWeight)")) } else { weights = weights.isEmpty ? [positiveWeight, 1] : [positiveWeight * weights[0], weights[1]] }
        }
        let rows = try BoosterRows(training.rows, range: 0..<training.rows.rows, targets: training.targets, weights: weights, work: work)
        let held = try validation.flatMap { $0.rows.rows == 0 ? nil : try BoosterRows($0.rows, range: 0..<$0.rows.rows, targets: $0.targets, work: work) }
        // Of many rows the loss of training is told of some of them: it is only to be looked at, and takes its time.
        let shown = training.rows.rows <= Self.mostShown ? rows : try BoosterRows(training.rows, range: 0..<Self.mostShown, targets: Array(training.targets.prefix(Self.mostShown)), weights: weights, work: work)
        let booster = try Booster(objective + parameters(seed: seed, threads: work.workers.threads), keeping: [rows] + (shown === rows ? [] : [shown]) + (held.map { [$0] } ?? []))
        var history = TrainingHistory()
        for round in 0..<rounds {
            try work.check()
            work.report("training xgboost", Double(round) / Double(rounds), "round \(round + 1)")
            try booster.boost(round: round, rows)
            let own = try booster.metrics(round: round, shown), other = try held.map { rows throws(BoosterError) in try booster.metrics(round: round, rows) }
            history.add(trainingLoss: own[0], trainingAccuracy: 1 - own[1], validationLoss: other?[0], validationAccuracy: other.map { 1 - $0[1] })
            if held != nil, patience > 0, round + 1 - history.bestEpoch >= patience, round + 1 < rounds {
                history.endEarly()
                break
            }
        }
        let kept = try booster.first(rounds: history.bestEpoch)
        try kept.name(columns: XGBoostModel.shared(training.columns))
        return (try XGBoostModel(kept, columns: training.columns, classes: classes), history)
    }

    /// Of more rows than these the loss on the training part is told of the first of them.
    private static let mostShown = 10_000

    /// The class whose rows count for more or less, if they do.
    private func positiveClass(_ training: RowPart) throws -> Int? {
        guard positiveWeight != 1 else { return nil }
        guard training.classes.count == 2 else { throw SequenceModelError.hyperparameter(name: "scale-pos-weight", value: "\(positiveWeight)", allowed: "1, as there are \(training.classes.count) classes,") }
        var counts = [0, 0]
        for target in training.targets { counts[Int(target)] += 1 }
        let asked = positive.flatMap { word in training.classes.firstIndex(of: word) ?? training.classes.firstIndex { $0.lowercased() == word.lowercased() } }
        return try ClassificationScores.positive(of: training.classes, trainingCounts: counts, asked: asked)
    }

    private static func objective(classes: Int) -> [(name: String, value: String)] {
        classes == 2
            ? [("objective", "binary:logistic"), ("eval_metric", "logloss"), ("eval_metric", "error")]
            : [("objective", "multi:softprob"), ("num_class", "\(classes)"), ("eval_metric", "mlogloss"), ("eval_metric", "merror")]
    }

    private func parameters(seed: Int, threads: Int) -> [(name: String, value: String)] {
        [
            ("tree_method", "hist"), ("max_depth", "\(depth)"), ("eta", "\(rate)"), ("subsample", "\(subsample)"), ("colsample_bytree", "\(columns)"), ("min_child_weight", "\(leastWeight)"),
            ("gamma", "\(gamma)"), ("lambda", "\(lambda)"), ("alpha", "\(alpha)"), ("seed", "\(seed & 0x7FFF_FFFF)"), ("nthread", "\(threads)"),
        ]
    }

    /// The histograms of a level are held at once: a leaf for each of them at most, and no more leaves than rows.
    ///
    /// - Throws: `SequenceModelError.tooLarge`.
    private func checkSize(_ training: RowPart) throws(SequenceModelError) {
        let leaves = min(1 << depth, training.rows.rows), needed = leaves * training.rows.columns * 256 * 16
        let available = sysconf(Int32(_SC_PHYS_PAGES)) * sysconf(Int32(_SC_PAGESIZE))
        guard needed <= available else { throw .tooLarge(needed: needed, available: available) }
    }
}

/// Fitted trees.
public struct XGBoostModel: RowPredictor {
    public let columns: [String]
    public let classes: [String]
    /// Trees, splits, and the rounds that made them.
    public let rounds: Int, splits: Int
    public let importances: [FeatureImportance]
    let booster: Booster

    /// What is made in a round: a tree, of several classes one each, of a forest several.
    private let perRound: Int
    public var trees: Int { rounds * perRound }
    /// A value a leaf, of which each tree has one more than splits, and a bound a split.
    public var parameterCount: Int { 2 * splits + trees }
    public var step: String { "round" }
    public var settings: [(name: String, value: String)] { [("trees", NumberText.grouped(trees) + (perRound == 1 ? "" : ", in \(NumberText.counted(rounds, "rounds")) of \(perRound)")), ("splits", NumberText.grouped(splits))] }

    /// - Parameter perRound: how many trees a round has; one a class unless given.
    /// - Throws: `BoosterError`.
    init(_ booster: Booster, columns: [String], classes: [String], perRound: Int? = nil) throws(BoosterError) {
        self.booster = booster
        self.columns = columns
        self.classes = classes
        let counts = try booster.importances("weight", columns: columns.count), gains = try booster.importances("gain", columns: columns.count)
        let covers = try booster.importances("cover", columns: columns.count), all = gains.reduce(0, +)
        rounds = try booster.rounds()
        self.perRound = perRound ?? (classes.count == 2 ? 1 : classes.count)
        splits = Int(counts.reduce(0, +))
        func importance(_ name: String, _ meaning: String, _ values: [Double]) -> FeatureImportance { FeatureImportance(name: name, meaning: meaning, columns: columns, values: values, deviations: nil) }
        importances = [
            importance("gain", "mean fall of the loss at the splits that ask the column, as a share of the sum over the columns", all > 0 ? gains.map { $0 / all } : gains),
            importance("weight", "splits that ask the column", counts),
            importance("cover", "mean over the splits that ask the column of the sum of p·(1 - p) over their rows", covers),
        ]
    }

    /// The columns that count most.
    public var tables: [ModelTable] {
        let most = 20, (gains, counts, covers) = (importances[0].values, importances[1].values, importances[2].values)
        let asked = columns.indices.filter { counts[$0] > 0 }.sorted { gains[$0] != gains[$1] ? gains[$0] > gains[$1] : $0 < $1 }
        let rows = asked.prefix(most).map { column -> [ModelTable.Cell] in [.text(columns[column]), .number(gains[column], digits: 4), .number(counts[column], digits: 0), .number(covers[column], digits: 1)] }
        return [
            ModelTable(
                "Importance of the columns", columns: ["column", "gain", "splits", "cover"], rows: rows,
                notes: (asked.count > most ? ["\(asked.count - most) more columns are asked."] : []) + (asked.count < columns.count ? ["\(columns.count - asked.count) columns are asked by no split."] : [])
                    + ["gain: \(importances[0].meaning); cover: \(importances[2].meaning)."])
        ]
    }

    public func probabilities(_ rows: DenseMatrix, work: Work) throws -> Matrix {
        let count = classes.count
        var result = Matrix(rows: rows.rows, columns: count)
        // So that a stop is heard within a second, and the library's copy of the rows stays small.
        for start in stride(from: 0, to: rows.rows, by: 1 << 17) {
            try work.check()
            let end = min(rows.rows, start + 1 << 17)
            let found = try booster.predictions(try BoosterRows(rows, range: start..<end, work: work), threads: work.workers.threads)
            switch found.count {
            case (end - start) * count: result.values.replaceSubrange(start * count..<end * count, with: found)
            case end - start where count == 2:
                for index in found.indices {
                    result.values[2 * (start + index)] = 1 - found[index]
                    result.values[2 * (start + index) + 1] = found[index]
                }
            default: throw BoosterError.library("it says \(found.count) numbers of \(end - start) rows")
            }
        }
        return result
    }

    /// Names of columns as Python's package takes them: different ones, without `[`, `]` and `<`.
    static func shared(_ columns: [String]) -> [String] {
        var taken: Set<String> = []
        return columns.map { column in
            let plain = String(column.map { $0 == "[" ? "(" : $0 == "]" ? ")" : $0 == "<" ? "‹" : $0 == "\0" ? " " : $0 })
            var name = plain, number = 2
            while !taken.insert(name).inserted {
                name = "\(plain) (\(number))"
                number += 1
            }
            return name
        }
    }
}
