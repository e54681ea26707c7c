import Diagnostics
import Expressions
import Language
import Runtime
import Scoring
import Tables

/// Sets the held-back scores of several models side by side, with the baseline.
struct CompareCommand: Command {
    static let models = Parameter<[String]>.names("models", of: [.model], "models to compare; all of the session unless given")
    static let timings = Parameter<Bool>.named("timings", default: false, "show the seconds that fitting and scoring took; they differ from run to run")

    static let signature = Signature(
        "compare", group: .predict, summary: "Held-back scores of several models in one table, the baseline always in it.",
        details: """
            Models can be compared only on the same held-back rows: the same data, split, seed and target. Of several targets the first is compared.

            Of classes the bounds of each measure are told, which 95 % of samples of the test part keep, and the best two models are held against each other row by row: how often would chance
            alone, turning the sign of each user's difference in log loss, give a difference as large? Users are drawn and turned with all of their rows, for these are no independent witnesses.
            """,
        prints: [
            .init("balanced", "balanced accuracy: the mean recall over the classes that have rows"), .init("F1", "of the positive class of two, else the macro mean"),
            .init("AUC, PR-AUC", "of the positive class of two, else the macro mean"), .init("calibration", "the calibration error: the mean gap between probability and share over ten bins"),
            .init("p", "how often turned signs give a difference at least as large; small where the better model is better by more than chance"), .init("always ...", "the baseline: what is reached by always guessing the commonest class of the training part"),
            .init("Best by", "the model of the lowest log loss; of numbers of the lowest RMSE, of ranked values of the highest ndcg@10"),
        ] + ScoresValue.terms.filter { ["accuracy", "log loss", "Brier", "RMSE", "MAE", "median absolute error", "R²", "hr@k", "ndcg@10", "mrr"].contains($0.name) },
        memory: "the scores and the held-back predictions, which the models hold",
        draws: "the samples of the bounds, and the signs of the test",
        reads: [.model], gives: [.answer],
        examples: [
            Example("simulate shop users=200 days=20 seed=1 | fit rnn seq=5 epochs=1 hidden=8 | fit lstm seq=5 epochs=1 hidden=8 | compare rnn lstm", prints: "always"),
        ]
    ) {
        models
        timings
    }

    static func outline(_ call: Call, on input: Outline?) throws(Diagnostic) -> Outline {
        // Classes, numbers and ranks have measures of their own.
        TableValue.outline(ExpressionSchema(columns: [.init("model", .text)], isOpen: true), kind: .answer, properties: ["best"], rowNoun: "models", maker: signature.verb)
    }

    func run(_ call: Call, on input: Input?) throws -> Outcome {
        let chosen = try Self.chosen(call, try call[Self.models])
        guard let first = chosen.first?.scores else { throw Diagnostic("nothing-to-read", "'compare' reads models", category: .syntax, at: call.span) }
        let (work, seed) = (call.context.work, call.context.seed), isTimed = try call[Self.timings]
        let models = try chosen.map { one in
            let model = one.model
            return ScoresComparison.Model(
                name: one.name, scores: one.scores.targets[0].scores, parameters: model.fitted.parameterCount, intervals: try model.predictions?.intervals(seed: seed, work),
                seconds: isTimed ? model.seconds : nil)
        }
        let comparison = ScoresComparison(models)
        var notes: [String] = []
        var properties: [(name: String, value: Value)] = []
        if let best = comparison.best {
            properties.append(("best", .word(models[best].name)))
            let second = comparison.order[1]
            if let test = try Self.test(chosen[best].model, chosen[second].model, seed: seed, work) {
                notes.append(Self.text(test, models[best].name, models[second].name))
                properties += [("p", .number(test.pValue)), ("difference", .number(test.difference))]
            }
        }
        let display = comparison.display(title: "Held-back scores on \(NumberText.grouped(models[0].scores.rows)) rows", notes: notes)
        return Outcome(
            TableValue(
                comparison.table, kind: .answer, title: "Held-back scores", rowNoun: "models",
                summaryBlocks: [.text(first.splitLines.joined(separator: "\n")), .table(display)] + (comparison.bounds.map { [.table($0)] } ?? []), properties: properties), input: chosen[0].input)
    }

    /// A model with its held-back scores.
    struct Chosen {
        let input: Input
        let scores: ScoresValue
        let model: ModelValue
        var name: String { input.name }
    }

    /// The models of some names, or all of the session, that were scored on the same rows for the same target.
    static func chosen(_ call: Call, _ names: [String]) throws -> [Chosen] {
        let context = call.context, span = call.span(named: "models")
        try call.expectEachOnce(names, of: "models", hint: "each model once")
        let inputs = names.isEmpty ? context.all(of: [.model]) : try names.map { try context.value(named: $0, at: span) }
        let chosen = try inputs.map { input -> Chosen in
            guard let model = input.value as? ModelValue else { throw Diagnostic.unexpected(input, wanted: .model, at: span) }
            return Chosen(input: input, scores: try model.heldBackScores(at: call.span), model: model)
        }
        guard let first = chosen.first else { return [] }
        for other in chosen.dropFirst() {
            guard other.scores.isOfSame(first.scores) else {
                throw Diagnostic(
                    "different-targets", "'\(first.name)' and '\(other.name)' predict different things: \(first.scores.what) and \(other.scores.what)", at: span, label: "cannot be compared",
                    hint: "fit both with the same predict=")
            }
            guard other.scores.division == first.scores.division, other.scores.targets[0].scores.rows == first.scores.targets[0].scores.rows else {
                throw Diagnostic(
                    "different-rows", "'\(first.name)' and '\(other.name)' were scored on different rows", at: span, label: "cannot be compared",
                    notes: first.scores.splitLines + other.scores.splitLines, hint: "fit both on the same events, with the same split, seed and target")
            }
        }
        return chosen
    }

    /// The first model's log loss held against the second's; none where what they say is not known row by row in the same order.
    private static func test(_ first: ModelValue, _ second: ModelValue, seed: Int, _ work: Work) throws -> PairedTest? {
        guard let one = first.predictions?.test, let other = second.predictions?.test, one.labels == other.labels else { return nil }
        return try PairedTest(one.checked().logLosses(labels: one.labels), other.checked().logLosses(labels: other.labels), units: one.units, seed: seed, work: work)
    }

    private static func text(_ test: PairedTest, _ best: String, _ second: String) -> String {
        func number(_ value: Double) -> String { NumberText.decimal(value, 4) }
        return "'\(best)' against '\(second)': a log loss lower by \(number(-test.difference)) (95 % from \(number(-test.interval.upperBound)) to \(number(-test.interval.lowerBound))), p = \(NumberText.short(test.pValue)) by \(NumberText.grouped(test.permutations)) turns of signs."
    }
}

extension ScoresValue {
    /// What the first target is.
    fileprivate var what: String {
        let kind = if targets[0].scores is RegressionScores { "a number" } else if let scores = classification { NumberText.counted(scores.classes.count, "classes") } else { "ranked values" }
        return "'\(targets[0].name)' (\(kind))"
    }

    /// Whether the first targets are the same.
    fileprivate func isOfSame(_ other: ScoresValue) -> Bool {
        guard targets[0].name == other.targets[0].name, type(of: targets[0].scores) == type(of: other.targets[0].scores) else { return false }
        return classification?.classes == other.classification?.classes && classification?.positive == other.classification?.positive
    }
}
