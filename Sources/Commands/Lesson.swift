import Diagnostics
import Features
import Language
import Layers
import Models
import Runtime
import Scoring

/// What a model learns from, before its rows are divided.
struct Lesson: Sendable {
    let windows: SequenceWindows
    let task: SequenceTask
    var notes: [Diagnostic]
    /// Who the windows' groups are; none where rows belong to nobody.
    let users: [String]?
    /// Microseconds since 1970 of each row; none where rows have none, or where no division needs them.
    let times: [Int64]?
    /// A class of each row, for divisions that are to have the same shares of each.
    let strata: [Int32]?
    /// What its rows are called: `windows`.
    let rowNoun: String
    /// The parts by the split that was chosen or is usual, with what is said of them.
    let divided: @Sendable (_ seed: Int) throws -> (split: Split, lines: [String])

    /// Which of some rows belong together: those of a user, or none.
    func units(_ rows: [Int]) -> [Int32] { users == nil ? rows.indices.map { Int32($0) } : rows.map { windows.groups[$0] } }
}

/// Rows that are learnt from, that choose, and that judge.
struct RowParts {
    let training: [Int], validation: [Int], test: [Int]
}

extension Split {
    var parts: RowParts { RowParts(training: training, validation: validation, test: test) }
}

/// What a model says of rows that it has not learnt from, and what it would have been without.
struct HeldBackPredictions: Sendable {
    let validation: ClassPredictions?, test: ClassPredictions
    /// The positive one of two classes.
    let positive: Int?

    /// The bounds of the test part's measures; none where there are so many classes that all samples of all of them would take minutes.
    func intervals(seed: Int, _ work: Work) throws -> ScoreIntervals? {
        guard test.classes.count <= 50 else { return nil }
        return try ScoreIntervals(WeightedMeasures(test, positive: positive, work: work), units: test.units, classes: test.classes.count, seed: seed, work: work)
    }
}

extension HeldBackPredictions {
    /// What the validation part chooses, of two classes where it has rows of both.
    func thresholds() throws(ScoringError) -> ChosenThresholds? {
        guard let positive, let validation, Set(validation.labels).count == 2 else { return nil }
        return try ChosenThresholds(validation, test, positive: positive)
    }
}

/// A model fitted to some rows of a lesson, and what it says of others.
struct Trial {
    let fitted: any SequenceModel
    let history: TrainingHistory
    /// How many steps it predicts.
    private let ahead: Int
    let trainingRows: Int
    let seed: Int
    /// The scores of each target on the test part, or why there are none.
    let scores: Result<[(name: String, scores: any TargetScores)], Diagnostic>
    let continuation: ContinuationScores?
    /// Of the first target, where it is a class and not one of very many.
    let predictions: HeldBackPredictions?
    /// Training rows of each class of the first target.
    let trainingCounts: [Int]
    let seconds: (fit: Double, score: Double)

    /// - Parameter positives: the positive class of each target, where it is not to follow from the call and the training part.
    /// - Throws: what fitting and scoring do; `Cancelled`.
    init(_ estimator: any SequenceEstimator, _ lesson: Lesson, _ parts: RowParts, positives given: [Int?]? = nil, seed: Int, _ call: Call) throws {
        let work = call.context.work, clock = ContinuousClock(), windows = lesson.windows, ahead = estimator.ahead
        let positives = try given ?? FitCommand.positives(windows, call)
        let training = try windows.continued(parts.training, ahead: ahead, work: work)
        defer { letGo(training) }
        let validation = parts.validation.isEmpty ? nil : try windows.continued(parts.validation, ahead: ahead, work: work)
        let start = clock.now
        let (fitted, history) = try FitCommand.fitted(estimator, training, validation: validation, seed: seed, call, work)
        let end = clock.now
        var predictions: HeldBackPredictions?
        if parts.test.isEmpty {
            scores = .failure(Diagnostic("no-test-rows", "no rows were held back, so there are no scores", category: .data, hint: "split by=time-user test=20%"))
            continuation = nil
        } else {
            let test = try windows.continued(parts.test, ahead: ahead, work: work)
            defer { letGo(test) }
            continuation = try FitCommand.continuation(fitted, test, training, work)
            let judged = try FitCommand.scores(fitted, test, training, positives: positives, units: lesson.units(parts.test), work: work)
            scores = judged.map(\.scores)
            if case .success(let judged) = judged, let test = judged.predictions, let first = judged.scores[0].scores as? ClassificationScores {
                predictions = HeldBackPredictions(
                    validation: try validation.flatMap { try FitCommand.predictions(fitted, $0, units: lesson.units(parts.validation), work) }, test: test,
                    positive: first.positive)
            }
        }
        self.fitted = fitted
        self.history = history
        self.predictions = predictions
        trainingCounts = FitCommand.counts(training.outputs[0])
        self.seed = seed
        self.ahead = ahead
        trainingRows = training.count
        seconds = ((end - start) / .seconds(1), (clock.now - end) / .seconds(1))
    }

    /// The model as a value of the session.
    ///
    /// - Parameter lines: the split and its sizes.
    func value(_ name: String, _ lesson: Lesson, _ lines: [String], source: String) -> ModelValue {
        var task = lesson.task
        task.ahead = ahead
        return ModelValue(
            model: name, fitted: fitted, history: history, sourceName: source, task: task, trainingRows: trainingRows, seed: seed,
            heldBack: scores.map { ScoresValue(modelName: name, targets: $0, splitLines: lines, division: lines.prefix(2).map { $0.replacing(lesson.rowNoun, with: "rows", maxReplacements: 1) }, continuation: continuation) }, predictions: predictions, trainingCounts: trainingCounts, seconds: seconds)
    }
}
