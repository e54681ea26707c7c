/// How good the steps are that a model says will follow, beside always saying the commonest label of each step.
public struct ContinuationScores: Sendable, Hashable, Codable {
    /// Right answers of some rows, and those of the baseline.
    public struct Tally: Sendable, Hashable, Codable {
        public fileprivate(set) var rows = 0, right = 0, baselineRight = 0

        /// None without rows.
        public var accuracy: Double? { rows == 0 ? nil : Double(right) / Double(rows) }
        public var baseline: Double? { rows == 0 ? nil : Double(baselineRight) / Double(rows) }

        fileprivate mutating func add(_ isRight: Bool, baseline: Bool) {
            rows += 1
            if isRight { right += 1 }
            if baseline { baselineRight += 1 }
        }
    }

    /// The rows whose step is known, step by step.
    public let steps: [Tally]
    /// The rows of which all steps are known; right are those with all steps right.
    public let whole: Tally
    /// All steps that are known, of all rows.
    public var all: Tally {
        steps.reduce(into: Tally()) {
            $0.rows += $1.rows
            $0.right += $1.right
            $0.baselineRight += $1.baselineRight
        }
    }
    /// The commonest label of each step in training; of equally common ones the first.
    public let commonest: [Int]

    /// - Parameters:
    ///   - truth, predicted: `[rows, steps]` labels, row after row; in `truth` -1 from the first step on that is not known.
    ///   - trainingCounts: for each step the training rows of each label.
    /// - Complexity: O(rows · steps).
    public init(truth: [Int32], predicted: [Int32], trainingCounts: [[Int]]) {
        let count = trainingCounts.count
        precondition(count > 0 && truth.count == predicted.count && truth.count % count == 0, "ContinuationScores needs as many labels as there are rows and steps")
        commonest = trainingCounts.map { counts in counts.indices.reduce(0) { counts[$1] > counts[$0] ? $1 : $0 } }
        var steps = [Tally](repeating: Tally(), count: count), whole = Tally()
        for row in 0..<truth.count / count {
            var known = 0, right = 0, baselineRight = 0
            while known < count, truth[row * count + known] >= 0 {
                let wanted = truth[row * count + known], isRight = predicted[row * count + known] == wanted, isCommonest = commonest[known] == Int(wanted)
                steps[known].add(isRight, baseline: isCommonest)
                right += isRight ? 1 : 0
                baselineRight += isCommonest ? 1 : 0
                known += 1
            }
            if known == count { whole.add(right == count, baseline: baselineRight == count) }
        }
        (self.steps, self.whole) = (steps, whole)
    }
}
