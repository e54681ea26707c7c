/// How often each class was taken for each other: a row for each true class, a column for each predicted one, both in the given order.
public struct ConfusionMatrix: Sendable, Hashable, Codable {
    public let classes: [String]
    /// `[classes, classes]`, row after row.
    public let counts: [Int]

    /// - Parameters:
    ///   - truth: the true class of each row, a number in `0..<classes.count`.
    ///   - predicted: the predicted class of each row.
    /// - Throws: `noClasses`, `noRows`, `wrongCount`, `labelOutOfRange`.
    /// - Complexity: O(rows + classes²).
    public init(classes: [String], truth: [Int], predicted: [Int]) throws(ScoringError) {
        guard !classes.isEmpty else { throw .noClasses }
        guard !truth.isEmpty else { throw .noRows }
        guard truth.count == predicted.count else { throw .wrongCount(of: "predictions", expected: truth.count, found: predicted.count) }
        var counts = [Int](repeating: 0, count: classes.count * classes.count)
        for row in truth.indices {
            for label in [truth[row], predicted[row]] where !classes.indices.contains(label) {
                throw .labelOutOfRange(row: row, label: label, classes: classes.count)
            }
            counts[truth[row] * classes.count + predicted[row]] += 1
        }
        self.classes = classes
        self.counts = counts
    }

    public subscript(truth truth: Int, predicted predicted: Int) -> Int { counts[truth * classes.count + predicted] }

    public var rows: Int { counts.reduce(0, +) }

    /// The rows whose prediction is right.
    public var correct: Int { classes.indices.reduce(0) { $0 + self[truth: $1, predicted: $1] } }

    /// The rows that are of a class.
    public func support(of label: Int) -> Int { counts[label * classes.count..<(label + 1) * classes.count].reduce(0, +) }

    /// The rows that are predicted as a class.
    public func predictions(of label: Int) -> Int { classes.indices.reduce(0) { $0 + self[truth: $1, predicted: label] } }

    /// The share of right predictions.
    public var accuracy: Double { Double(correct) / Double(rows) }

    /// The mean recall of the classes that occur.
    public var balancedAccuracy: Double {
        let recalls = classes.indices.compactMap { recall(of: $0).value }
        return recalls.exactSum / Double(recalls.count)
    }

    /// Of the rows predicted as the class, the share that is of it; undefined if there are none.
    public func precision(of label: Int) -> Score {
        let predictions = predictions(of: label)
        return predictions == 0 ? .undefined(.neverPredicted) : .value(Double(self[truth: label, predicted: label]) / Double(predictions))
    }

    /// Of the rows of the class, the share that is predicted as it; undefined if there are none.
    public func recall(of label: Int) -> Score {
        let support = support(of: label)
        return support == 0 ? .undefined(.neverOccurs) : .value(Double(self[truth: label, predicted: label]) / Double(support))
    }

    /// The harmonic mean of precision and recall, 2·hits / (rows of the class + rows predicted as it); undefined if there are neither.
    public func f1(of label: Int) -> Score {
        let either = support(of: label) + predictions(of: label)
        return either == 0 ? .undefined(.neverSeen) : .value(2 * Double(self[truth: label, predicted: label]) / Double(either))
    }

    /// Matthews's correlation of true and predicted classes, of any number of classes (Gorodkin): 1 at best, 0 by chance; undefined where all rows are of one class, or all are taken for one.
    public var matthews: Score {
        let total = Double(rows), support = classes.indices.map { Double(self.support(of: $0)) }, taken = classes.indices.map { Double(predictions(of: $0)) }
        guard support.count(where: { $0 > 0 }) > 1 else { return .undefined(.onlyClass) }
        guard taken.count(where: { $0 > 0 }) > 1 else { return .undefined(.onlyPrediction) }
        let chance = classes.indices.map { support[$0] * taken[$0] }.exactSum
        let spread = (total * total - support.map { $0 * $0 }.exactSum) * (total * total - taken.map { $0 * $0 }.exactSum)
        return .value((Double(correct) * total - chance) / spread.squareRoot())
    }

    /// The means over the classes that occur among the true or the predicted ones, each counted alike.
    public var macro: Averages {
        averages { support(of: $0) + predictions(of: $0) > 0 ? 1 : 0 }
    }

    /// The means over the classes, each counted by its rows.
    public var weighted: Averages { averages { Double(support(of: $0)) } }

    private func averages(weight: (Int) -> Double) -> Averages {
        let weights = classes.indices.map(weight)
        let total = weights.exactSum
        func mean(_ score: (Int) -> Score) -> Double { classes.indices.map { weights[$0] * (score($0).value ?? 0) }.exactSum / total }
        return Averages(precision: mean(precision(of:)), recall: mean(recall(of:)), f1: mean(f1(of:)))
    }

    /// Scores that are averaged over classes; an undefined part counts as 0.
    public struct Averages: Sendable, Hashable, Codable {
        public let precision: Double
        public let recall: Double
        public let f1: Double
    }
}
