import Runtime

/// All that is said of a classifier on held-back rows, with the baseline beside it.
///
/// Of two classes one is the positive one: the class named TRUE, 1 or yes, else the rarer of the training part (of equally rare ones the second).
public struct ClassificationScores: Sendable, Hashable, Codable {
    public let classes: [String]
    public let rows: Int
    public let confusion: ConfusionMatrix
    public let accuracy: Double
    public let balancedAccuracy: Double
    /// In the order of `classes`.
    public let byClass: [ClassScores]
    public let macro: ConfusionMatrix.Averages
    public let weighted: ConfusionMatrix.Averages
    /// The positive one of two classes; none for any other number of classes.
    public let positive: Int?
    /// The mean over the classes that have an AUC, each class against the rest.
    public let aucMacro: Score
    /// The same mean with each class counted by its rows.
    public let aucWeighted: Score
    /// The mean of the average precisions of the classes that occur.
    public let averagePrecisionMacro: Score
    /// Of the positive one of two classes, else of the class that each row is taken for.
    public let calibration: CalibrationCurve
    public let logLoss: Double
    public let brier: Double
    public let baseline: Baseline
    /// ROC and precision-recall curves of the commonest classes, in the order of `classes`, thinned for drawing.
    public let curves: [ClassCurves]

    /// The scores of one class, taken as the positive one against the rest.
    public struct ClassScores: Sendable, Hashable, Codable {
        public let name: String
        /// The scored rows that are of the class, and those predicted as it.
        public let support: Int
        public let predictions: Int
        public let precision: Score
        public let recall: Score
        public let f1: Score
        public let auc: Score
        public let averagePrecision: Score
    }

    /// The curves of one class against the rest.
    public struct ClassCurves: Sendable, Hashable, Codable {
        public let label: Int
        public let roc: ROCCurve
        public let precisionRecall: PrecisionRecallCurve
    }

    /// The AUC of the positive one of two classes, else the macro mean.
    public var auc: Score {
        if let positive { byClass[positive].auc } else { aucMacro }
    }

    /// The scores of predictions.
    public init(_ predictions: ClassPredictions, trainingCounts: [Int], positive: Int? = nil, work: Work = Work()) throws {
        try self.init(
            classes: predictions.classes, labels: predictions.labels, probabilities: predictions.probabilities, trainingCounts: trainingCounts, positive: positive, work: work)
    }

    /// - Parameters:
    ///   - labels: the true class of each row, a number in `0..<classes.count`.
    ///   - probabilities: `[rows, classes]`, row after row.
    ///   - trainingCounts: training rows of each class, for the baseline.
    ///   - positive: which of two classes is the positive one, where the rule above is not wanted.
    ///   - curveClasses: for how many classes curves are kept: the commonest of the scored rows, of equally common ones the first.
    ///   - curvePoints: about how many points a kept curve has at most.
    /// - Throws: `ScoringError`, or `Cancelled`. A class that is alone or absent is no error: what is undefined then says why.
    /// - Complexity: O(classes · rows · log rows) time, O(rows) memory a worker.
    public init(
        classes: [String], labels: [Int], probabilities: [Double], trainingCounts: [Int], positive: Int? = nil, curveClasses: Int = 20,
        curvePoints: Int = 1_000, work: Work = Work()
    ) throws {
        let given = try ClassProbabilities(classes: classes, rows: labels.count, values: probabilities)
        let confusion = try ConfusionMatrix(classes: classes, truth: labels, predicted: given.predicted)
        let support = classes.indices.map(confusion.support(of:))
        let common = classes.indices.sorted { (support[$1], $0) < (support[$0], $1) }.prefix(max(0, curveClasses))
        let isDrawn = classes.indices.map(common.contains)

        let ranked = try work.workers.map(shards: classes.count) { label in
            try work.check()
            var scores: [Double] = []
            scores.reserveCapacity(labels.count)
            for row in labels.indices { scores.append(given[row, label]) }
            let counts = try RankedCounts(isPositive: labels.map { $0 == label }, scores: scores)
            let precisionRecall = support[label] > 0 ? try PrecisionRecallCurve(counts, dropIntermediate: true) : nil
            let roc = support[label] > 0 && support[label] < labels.count ? try ROCCurve(counts, dropIntermediate: true) : nil
            return Ranked(
                auc: roc?.area, averagePrecision: precisionRecall?.averagePrecision,
                roc: isDrawn[label] ? roc?.thinned(to: curvePoints) : nil,
                precisionRecall: isDrawn[label] ? precisionRecall?.thinned(to: curvePoints) : nil)
        }

        self.classes = classes
        rows = labels.count
        self.confusion = confusion
        accuracy = confusion.accuracy
        balancedAccuracy = confusion.balancedAccuracy
        byClass = classes.indices.map { label in
            ClassScores(
                name: classes[label], support: support[label], predictions: confusion.predictions(of: label),
                precision: confusion.precision(of: label), recall: confusion.recall(of: label), f1: confusion.f1(of: label),
                auc: ranked[label].auc.map(Score.value) ?? .undefined(support[label] == 0 ? .neverOccurs : .onlyClass),
                averagePrecision: ranked[label].averagePrecision.map(Score.value) ?? .undefined(.neverOccurs))
        }
        macro = confusion.macro
        weighted = confusion.weighted
        let positive = try Self.positive(of: classes, trainingCounts: trainingCounts, asked: positive)
        self.positive = positive

        let defined = classes.indices.filter { ranked[$0].auc != nil }
        if defined.isEmpty {
            aucMacro = .undefined(.noneDefined)
            aucWeighted = .undefined(.noneDefined)
        } else {
            aucMacro = .value(defined.map { ranked[$0].auc ?? 0 }.exactSum / Double(defined.count))
            let weight = Double(defined.reduce(0) { $0 + support[$1] })
            aucWeighted = .value(defined.map { (ranked[$0].auc ?? 0) * Double(support[$0]) }.exactSum / weight)
        }
        let precise = ranked.compactMap(\.averagePrecision)
        averagePrecisionMacro = precise.isEmpty ? .undefined(.noneDefined) : .value(precise.exactSum / Double(precise.count))
        let told = positive.map { Array(repeating: $0, count: labels.count) } ?? given.predicted
        calibration = try CalibrationCurve(isOfClass: labels.indices.map { labels[$0] == told[$0] }, probabilities: labels.indices.map { given[$0, told[$0]] })
        logLoss = try given.logLoss(labels: labels)
        brier = try given.brier(labels: labels)
        baseline = try Baseline(classes: classes, trainingCounts: trainingCounts, labels: labels)
        curves = classes.indices.compactMap { label in
            guard let roc = ranked[label].roc, let precisionRecall = ranked[label].precisionRecall else { return nil }
            return ClassCurves(label: label, roc: roc, precisionRecall: precisionRecall)
        }
    }

    private struct Ranked: Sendable {
        let auc: Double?
        let averagePrecision: Double?
        let roc: ROCCurve?
        let precisionRecall: PrecisionRecallCurve?
    }

    /// The positive one of two classes by the rule above; none when there are not two.
    public static func positive(of classes: [String], trainingCounts: [Int], asked: Int? = nil) throws(ScoringError) -> Int? {
        if let asked, !classes.indices.contains(asked) { throw .positiveOutOfRange(asked, classes: classes.count) }
        guard classes.count == 2, trainingCounts.count == 2 else { return nil }
        if let asked { return asked }
        let yes = classes.indices.filter { ["true", "1", "yes"].contains(classes[$0].lowercased()) }
        return yes.count == 1 ? yes[0] : trainingCounts[0] < trainingCounts[1] ? 0 : 1
    }
}
