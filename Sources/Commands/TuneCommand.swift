import Diagnostics
import Features
import Language
import Models
import Runtime
import Scoring
import Tables

/// Chooses the options of a model by rows that it does not learn from, and fits it with the best.
struct TuneCommand: Command {
    static let model = Parameter<String>.variant("model", "what to fit", words: FitCommand.sequenceModels.map(\.variant.word))
    static let trials = Parameter<Int?>.optional("trials", "how many of the combinations are tried, drawn at random; all of them unless given", check: { $0 >= 1 ? nil : "whole number from 1" })
    static let folds = Parameter<Int?>.optional(
        "folds", "choose by cross-validation among the rows that are not for the test; by the validation part unless given", check: { (2...100).contains($0) ? nil : "whole number in 2...100" })
    static let aim = Parameter<String?>.optional(
        "aim", "the measure that chooses; unless given log loss, of numbers RMSE, of very many values ndcg@10", oneOf: ["log_loss", "auc", "pr_auc", "f1", "accuracy", "balanced_accuracy", "brier", "mcc", "rmse", "mae", "r2", "ndcg10", "hr10", "mrr"])
    /// More would be a mistake in a range.
    private static let mostTrials = 10_000

    static let signature = Signature(
        "tune", group: .predict, summary: "Choose the options of a model from sets, and fit it with the best.",
        details: """
            Any option of the model takes a set in place of a value: 'tune lstm hidden={32, 64} rate={0.01, 0.003}', or a range of whole numbers: depth=2..8. Each combination is fitted, or as
            many of them as 'trials' says, drawn at random, and judged on the validation part of the split; with folds=5 on folds of all rows that are not for the test, which takes longer and says
            more where rows are few. The test part has no say in the choice: it scores the model that was chosen, which is what 'fit' with those options gives.
            """,
        prints: [.init("(best)", "the options that were chosen"), .init("baseline", "always the commonest class")] + ScoresValue.terms.filter { !["precision", "recall", "rows, predicted"].contains($0.name) },
        memory: "that of a 'fit', and the scores of each combination",
        draws: "which combinations are tried, with 'trials'; the folds; and what 'fit' draws",
        gives: [.model], namesResultByVariant: true, variants: FitCommand.sequenceModels.map(variant),
        examples: [
            Example("simulate shop users=200 days=20 seed=1 | label bought = any(action == \"buy\") | features | tune logistic predict=bought c={0.01, 1} penalty={l1, l2}", prints: "(best)"),
        ]
    ) {
        model
        trials
        folds
        aim
    }

    /// As the form of 'fit', each option with a set in place of a value.
    private static func variant(_ model: FitCommand.SequenceFit) -> Signature.Variant {
        let fit = model.variant, left = Set(FitCommand.checkpointParameters.map(\.name))
        // What is learnt and the seed stay what they are.
        let fixed = Set([FitCommand.targets.description, FitCommand.kinds.description, FitCommand.positive.description, FitCommand.seed.description].map(\.name))
        let isOfRows = fit.reads == [.table]
        let sets = ["trees={3, 6}", "rounds={3, 6}", "depth={2, 3}", "c={0.1, 1}"]
        let source = isOfRows ? "simulate shop users=200 days=20 seed=1 | label bought = any(action == \"buy\") | features" : "simulate shop users=150 days=20 seed=1"
        let first = fit.parameters.first { $0.name == "epochs" } != nil ? " seq={2, 3} epochs=1" : isOfRows ? " predict=bought\(sets.first { set in fit.parameters.contains { set.hasPrefix("\($0.name)=") } }.map { " \($0)" } ?? "")" : " seq={2, 3}"
        return Signature.Variant(
            fit.word, fit.summary, details: "'help fit \(fit.word)' says how it is fitted.",
            parameters: fit.parameters.filter { !left.contains($0.name) }.map { fixed.contains($0.name) ? $0 : $0.choosing }, reads: fit.reads, readsByName: fit.readsByName, gives: [.model],
            examples: [Example("\(source) | tune \(fit.word)\(first)", prints: "(best)")])
    }

    static func outline(_ call: Call, on input: Outline?) throws(Diagnostic) -> Outline {
        // What holds of one combination is found in the first; no mistake is told that the others may not have.
        try FitCommand.outline(call.replacing(call.choices.map { ($0.name, $0.values[0]) }), on: input)
    }

    func run(_ call: Call, on input: Input?) throws -> Outcome {
        guard let model = FitCommand.sequenceModels.first(where: { $0.variant.word == call.variant }) else { preconditionFailure("a model of 'fit' that 'tune' does not know: \(call.variant ?? "none")") }
        let choices = call.choices
        guard !choices.isEmpty else {
            throw Diagnostic("missing-argument", "'tune' chooses from sets, and no option is one", category: .syntax, at: call.span, label: "nothing to choose", hint: "seq={5, 10}, or depth=2..8; 'fit \(model.variant.word)' takes single values")
        }
        let seed = try call[FitCommand.seed] ?? call.context.seed
        let combinations = try Self.combinations(choices, call, seed: seed)
        var tried: [(call: Call, values: [Value], scores: FoldScores)] = []
        for (place, values) in combinations.enumerated() {
            let one = call.replacing(zip(choices, values).map { ($0.name, $1) })
            call.context.work.report("combination \(place + 1) of \(combinations.count)", Double(place) / Double(combinations.count))
            tried.append((one, values, FoldScores(try Self.judged(model, one, input, seed: seed))))
        }
        let aim = try Self.place(of: call, in: tried[0].scores)
        let judged = tried.indices.map { tried[$0].scores.mean(aim) }
        let isLoss = tried[0].scores.isLoss(aim)
        guard let best = judged.indices.filter({ judged[$0] != nil }).min(by: { first, second in
            let (one, other) = (judged[first] ?? 0, judged[second] ?? 0)
            return one != other ? (one < other) == isLoss : first < second
        }) else {
            throw Diagnostic("no-scores", "\(tried[0].scores.shown(aim)) is defined for none of the combinations", category: .data, at: call.span(of: Self.aim), hint: "aim=log_loss")
        }
        // The chosen options, now with the test part.
        let chosen = tried[best].call
        let outcome = try FitCommand.fit(model, chosen, input)
        let table = Self.table(choices.map(\.name), tried.map { ($0.values, $0.scores) }, best: best, aim: aim, of: combinations.count, folds: try call[Self.folds])
        return Outcome(outcome.value, blocks: [.table(table)] + outcome.blocks, notes: outcome.notes)
    }

    /// Every combination, or as many as are asked for, in their order.
    private static func combinations(_ choices: [(name: String, values: [Value], span: SourceSpan)], _ call: Call, seed: Int) throws -> [[Value]] {
        var count = 1
        for choice in choices {
            let (product, overflows) = count.multipliedReportingOverflow(by: choice.values.count)
            count = overflows ? .max : product
        }
        let asked = try call[trials]
        guard asked ?? count <= mostTrials, count < 1 << 40 else {
            throw Diagnostic("too-many-values", "the sets have \(NumberText.grouped(count)) combinations; at most \(NumberText.grouped(mostTrials)) are tried", category: .syntax, at: call.span, label: "too many", hint: "trials=50 draws some of them")
        }
        var places = [Int]()
        if let asked, asked < count {
            var stream = RandomStream(seed: seed, name: "tune", purpose: "trials"), drawn = Set<Int>()
            while drawn.count < asked { drawn.insert(stream.below(count)) }
            places = drawn.sorted()
        } else {
            places = Array(0..<count)
        }
        return places.map { place in
            var rest = place, values: [Value] = []
            for choice in choices.reversed() {
                values.append(choice.values[rest % choice.values.count])
                rest /= choice.values.count
            }
            return values.reversed()
        }
    }

    /// How one combination does without a look at the test part: on the validation part, or on folds.
    private static func judged(_ model: FitCommand.SequenceFit, _ call: Call, _ input: Input?, seed: Int) throws -> [any TargetScores] {
        try FitCommand.checkTargets(call)
        let estimator = try model.estimator(call)
        let lesson = try FitCommand.lesson(call, input)
        defer { letGo(lesson) }
        try FitCommand.expect(lesson.windows, fit: estimator, call)
        let split = try lesson.divided(seed).split
        if let count = try call[folds] {
            let rows = (split.training + split.validation).sorted()
            let part = try lesson.subset(rows, call.context.work)
            defer { letGo(part) }
            let folds = try part.folds(nil, count: count, stratified: true, seed: seed, call)
            return try CrossValidationCommand.scores(estimator, part, folds, seed: seed, call).map { $0[0].scores }
        }
        guard !split.validation.isEmpty else {
            throw Diagnostic("no-validation-rows", "'tune' chooses by the validation part, and the split has none", category: .data, at: call.span, hint: "split valid=10% before, or folds=5")
        }
        let parts = RowParts(training: split.training, validation: split.validation, test: split.validation)
        return [try Trial(estimator, lesson, parts, seed: seed, call).scores.get()[0].scores]
    }

    /// The measure that chooses.
    private static func place(of call: Call, in scores: FoldScores) throws -> Int {
        let name = try call[aim] ?? scores.judge
        guard let place = scores.place(of: name) else {
            throw Diagnostic("wrong-value", "what is predicted has no measure '\(name)'", category: .data, at: call.span(of: aim), label: "not one of its measures", hint: "one of \(scores.names.joined(separator: ", "))")
        }
        return place
    }

    private static func table(_ names: [String], _ tried: [(values: [Value], scores: FoldScores)], best: Int, aim: Int, of count: Int, folds: Int?) -> DisplayTable {
        let first = tried[0].scores, places = first.places(besides: aim)
        let rows = tried.enumerated().map { index, one in
            one.values.enumerated().map { DisplayTable.Cell($0.element.description + ($0.offset == 0 && index == best ? " (best)" : "")) } + places.map(one.scores.meanCell)
        }
        return DisplayTable(
            title: "\(NumberText.counted(tried.count, "combinations")), \(folds.map { "the mean of \($0) folds" } ?? "judged by the validation part")", columns: names.map { .init($0) } + places.map { .init(first.shown($0), .right) }, rows: rows,
            notes: ["Best by \(first.shown(aim)). What follows is the best one, scored on the test part, which had no say."])
    }
}

extension Lesson {
    /// The same lesson with some of its rows.
    ///
    /// - Throws: `Cancelled`.
    fileprivate func subset(_ rows: [Int], _ work: Work) throws -> Lesson {
        Lesson(
            windows: try windows.subset(rows, work: work), task: task, notes: notes, users: users, times: times.map { times in rows.map { times[$0] } }, strata: strata.map { strata in rows.map { strata[$0] } }, rowNoun: rowNoun,
            divided: divided)
    }
}
