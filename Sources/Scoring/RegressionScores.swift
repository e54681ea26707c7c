import Runtime

/// All that is said of predicted numbers on held-back rows, with the baseline beside it: always the mean of the training part.
///
/// ### References
/// The definitions are those of scikit-learn's `mean_squared_error`, `mean_absolute_error`, `median_absolute_error` and `r2_score`.
public struct RegressionScores: Sendable, Hashable, Codable {
    /// How far predictions are off.
    public struct Errors: Sendable, Hashable, Codable {
        /// The root of the mean squared error.
        public let rmse: Double
        /// The mean of the absolute errors.
        public let mae: Double
        /// Their median; of an even number of rows the mean of the two in the middle.
        public let medianError: Double
        /// 1 - squared errors / squared gaps to the rows' own mean; undefined where all rows have the same value.
        public let r2: Score
    }

    public let rows: Int
    public let errors: Errors
    /// The mean of the training part.
    public let baselineValue: Double
    public let baseline: Errors

    /// - Parameters:
    ///   - truth, predicted: a number for each row.
    ///   - training: the numbers of the training part.
    /// - Throws: `ScoringError.noRows`, `.noTrainingRows`, `.wrongCount`, `.notANumber`; `Cancelled`.
    /// - Complexity: O(rows · log rows).
    public init(truth: [Double], predicted: [Double], training: [Double], work: Work = Work()) throws {
        guard !training.isEmpty else { throw ScoringError.noTrainingRows }
        let mean = training.exactSum / Double(training.count)
        try self.init(truth: truth, predicted: predicted, trainingMean: mean, work: work)
    }

    /// - Parameter trainingMean: the mean of the training part.
    /// - Throws: as the other.
    public init(truth: [Double], predicted: [Double], trainingMean: Double, work: Work = Work()) throws {
        guard !truth.isEmpty else { throw ScoringError.noRows }
        guard truth.count == predicted.count else { throw ScoringError.wrongCount(of: "predictions", expected: truth.count, found: predicted.count) }
        for row in truth.indices where !truth[row].isFinite || !predicted[row].isFinite { throw ScoringError.notANumber(row: row) }
        let mean = truth.exactSum / Double(truth.count)
        let spread = truth.lazy.map { ($0 - mean) * ($0 - mean) }.exactSum
        // Numbers that are all the same may be off their mean by a rounding.
        let varies = truth.contains { $0 != truth[0] }
        func errors(_ predicted: (Int) -> Double) throws -> Errors {
            var gaps = try work.map(rows: truth.count) { (truth[$0] - predicted($0)).magnitude }
            let squares = gaps.lazy.map { $0 * $0 }.exactSum, sum = gaps.exactSum
            try work.sort(&gaps, by: <)
            let middle = gaps.count / 2
            return Errors(
                rmse: (squares / Double(truth.count)).squareRoot(), mae: sum / Double(truth.count), medianError: gaps.count % 2 == 1 ? gaps[middle] : (gaps[middle - 1] + gaps[middle]) / 2,
                r2: varies ? .value(1 - squares / spread) : .undefined(.onlyValue))
        }
        rows = truth.count
        self.errors = try errors { predicted[$0] }
        baselineValue = trainingMean
        baseline = try errors { _ in trainingMean }
    }
}
