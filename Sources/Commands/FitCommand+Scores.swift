import Diagnostics
import Features
import Language
import Models
import Runtime
import Scoring

// How a fitted model does on the windows of the test part, target by target.

extension FitCommand {
    /// The predictions of one target, window by window, as its scores want them.
    private enum Collected {
        case classes(labels: [Int], chances: [Double])
        case ranking(RankingScores.Collector)
        case numbers(truth: [Double], predicted: [Double])
    }

    /// What a model is worth on some windows.
    struct Judged {
        let scores: [(name: String, scores: any TargetScores)]
        /// What it says of the first target, where that is a class and not one of very many.
        let predictions: ClassPredictions?
    }

    /// More probabilities than this, 64 MB of them, are not kept with a model.
    static let mostKept = 1 << 23

    /// The scores of each target on the windows that have it. Of very many classes the probabilities are never in memory for all windows together.
    ///
    /// - Parameters:
    ///   - training: what the baselines are of.
    ///   - positives: the positive class of each target, where it was named.
    ///   - units: which windows belong together.
    /// - Returns: the scores, or why there are none: a target without a value in the test part.
    /// - Throws: `ScoringError`, `SequenceModelError`, `Cancelled`.
    static func scores(
        _ model: any SequenceModel, _ test: SequenceWindows, _ training: SequenceWindows, positives: [Int?], units: [Int32], work: Work
    ) throws -> Result<Judged, Diagnostic> {
        for target in test.outputs where try target.known(work: work).isEmpty {
            return .failure(
                Diagnostic("no-test-rows", "no held-back window has a value of '\(target.name)', so there are no scores", category: .data, hint: "use more users, or another split before it: split by=random test=20%"))
        }
        let collected = try collect(model, test, try training.outputs.map(empty), work)
        var kept: ClassPredictions?
        let scores = try zip(test.outputs.indices, collected).map { index, collected -> (name: String, scores: any TargetScores) in
            let (target, learnt) = (test.outputs[index], training.outputs[index])
            switch (collected, learnt.values) {
            case (.ranking(let collector), _): return (target.name, try collector.scores())
            case (.classes(let labels, let chances), _):
                let predictions = ClassPredictions(classes: target.classes, labels: labels, probabilities: chances, units: try target.known(work: work).map { units[$0] })
                if index == 0, chances.count <= mostKept { kept = predictions }
                return (target.name, try ClassificationScores(predictions, trainingCounts: counts(learnt), positive: positives[index], work: work))
            case (.numbers(let truth, let predicted), .numbers(let training)):
                return (target.name, try RegressionScores(truth: truth, predicted: predicted, training: training.filter { !$0.isNaN }, work: work))
            case (.numbers, .classes): preconditionFailure("training and test windows have the same targets")
            }
        }
        return .success(Judged(scores: scores, predictions: kept))
    }

    /// What a model says of the first target, where that is a class and not one of very many, in the windows that have it; none where none has.
    ///
    /// - Throws: as `scores`.
    static func predictions(_ model: any SequenceModel, _ windows: SequenceWindows, units: [Int32], _ work: Work) throws -> ClassPredictions? {
        let target = windows.outputs[0], known = try target.known(work: work)
        guard !target.classes.isEmpty, target.classes.count <= mostClasses, !known.isEmpty, known.count * target.classes.count <= mostKept else { return nil }
        // Of further targets nothing is asked, but a model says something of all.
        let all = try collect(model, windows, try windows.outputs.map(empty), work)
        guard case .classes(let labels, let chances) = all[0] else { return nil }
        return ClassPredictions(classes: target.classes, labels: labels, probabilities: chances, units: known.map { units[$0] })
    }

    /// What a model says of all targets, at most 64 MB of probabilities at a time.
    private static func collect(_ model: any SequenceModel, _ windows: SequenceWindows, _ empty: [Collected], _ work: Work) throws -> [Collected] {
        var collected = empty
        let width = windows.outputs.reduce(0) { $0 + max(1, $1.classes.count) }
        let tile = max(64, (16 << 20) / width)
        for start in stride(from: 0, to: windows.count, by: tile) {
            let part = tile >= windows.count ? windows : try windows.subset(Array(start..<min(windows.count, start + tile)), work: work)
            work.report("scoring", Double(start) / Double(windows.count))
            for (index, prediction) in try model.predictions(part, work: work).enumerated() { try add(prediction, part.outputs[index], to: &collected[index], work) }
        }
        return collected
    }

    private static func empty(_ training: WindowTarget) throws -> Collected {
        if case .numbers = training.values { return .numbers(truth: [], predicted: []) }
        return training.classes.count > mostClasses ? .ranking(try RankingScores.Collector(trainingCounts: counts(training))) : .classes(labels: [], chances: [])
    }

    /// The windows of each class.
    static func counts(_ target: WindowTarget) -> [Int] {
        guard case .classes(let codes, let names) = target.values else { return [] }
        var counts = [Int](repeating: 0, count: names.count)
        for code in codes where code >= 0 { counts[Int(code)] += 1 }
        return counts
    }

    private static func add(_ prediction: SequencePrediction, _ target: WindowTarget, to collected: inout Collected, _ work: Work) throws {
        let known = try target.known(work: work)
        switch (prediction, target.values, collected) {
        case (.classes(let chances), .classes(let codes, _), .classes(var labels, var all)):
            collected = .classes(labels: [], chances: [])  // so that they grow in place
            all.reserveCapacity(all.count + known.count * chances.columns)
            for row in known {
                labels.append(Int(codes[row]))
                for label in 0..<chances.columns { all.append(Double(chances.values[row * chances.columns + label])) }
            }
            collected = .classes(labels: labels, chances: all)
        case (.classes(let chances), .classes(let codes, _), .ranking(var collector)):
            let isWhole = known.count == codes.count
            let values = isWhole ? chances.values : known.flatMap { chances.values[$0 * chances.columns..<($0 + 1) * chances.columns] }
            try collector.add(labels: isWhole ? codes : known.map { codes[$0] }, probabilities: values, work: work)
            collected = .ranking(collector)
        case (.numbers(let predicted), .numbers(let truth), .numbers(let before, let found)):
            collected = .numbers(truth: before + known.map { truth[$0] }, predicted: found + known.map { predicted[$0] })
        default: preconditionFailure("a model predicts the kinds of targets that it has learnt")
        }
    }
}
