import Diagnostics
import Language

/// Shows the held-back scores of a model.
struct EvaluateCommand: Command {
    static let model = Parameter<String?>.optionalName("model", of: [.model], "the model; the newest unless given")

    static let signature = Signature(
        "evaluate", group: .predict, summary: "Score a model on the rows that were held back from its training.",
        details: """
            Of classes: accuracy, precision, recall and F1 by class, macro (each class counts the same) and weighted (by its rows), area under the ROC curve one class
            against the rest, log loss, Brier score and the confusion matrix. Beside them stands what is reached by always guessing the commonest class of the
            training part, and the bounds of 95 % of the samples of the test part; users are drawn with all of their rows, for these are no independent witnesses. Of two classes the
            threshold is also chosen, on the validation part and never on the test part, for the most F1 and for the most balanced accuracy. A ratio without a denominator is printed as –, and counts as 0 in macro and weighted means. Of a number: how far predictions are off, beside
            those of always the mean of the training part. Of more than \(FitCommand.mostClasses) classes: how far up the true one is ranked among all, beside the commonest first. Of several targets
            each is scored on the held-back rows that have it.

            'evaluate xgboost on other' scores a model of a table on all rows of another table that have the target: columns are found by their names, gaps are filled and categories encoded as
            the model has learnt it, and a category that it does not know is none of those that it knows.
            """,
        prints: ScoresValue.terms + [
            .init("from, to", "the 2.5th and the 97.5th percentile of the measure over samples of the test part, drawn with replacement"),
            .init("threshold", "from which probability on a row counts as positive"), .init("on validation", "what the threshold was chosen for, on the validation part"),
        ] + ScoresValue.continuationTerms,
        memory: "the scores and the held-back predictions, which the model holds",
        draws: "the samples of the bounds, from the session's seed",
        reads: [.model], readsByName: [.table], gives: [.scores],
        examples: [
            Example("simulate shop users=300 days=20 seed=1 | fit rnn seq=5 epochs=1 hidden=8 | evaluate rnn", prints: "accuracy"),
            Example(
                "simulate shop users=300 days=20 seed=1 | label bought = any(action == \"buy\") | features | fit logistic predict=bought | simulate shop users=200 days=20 seed=2 | label bought = any(action == \"buy\") | features as new | evaluate logistic on new",
                prints: "rows of 'new'"),
        ]
    ) { model }

    static func outline(_ call: Call, on input: Outline?) throws(Diagnostic) -> Outline {
        // What another table is scored with is known when it runs.
        guard input?.isSurely([.table]) != true else { return Outline([.scores], properties: ScoresValue.properties) }
        let described = try call[model].map { call.context.outlines[$0] } ?? input
        return Outline([.scores], properties: described?.properties ?? ScoresValue.properties)
    }

    func run(_ call: Call, on input: Input?) throws -> Outcome {
        let other = input?.value.asTable
        var chosen = input
        if let name = try call[Self.model] { chosen = try call.context.value(named: name, at: call.span(of: Self.model)) } else if other != nil {
            guard let newest = call.context.newest(of: [.model]) else { throw Diagnostic("nothing-to-read", "'evaluate' reads a model, and there is none", category: .syntax, at: call.span, hint: "fit one first") }
            chosen = newest
        }
        guard let chosen else { throw Diagnostic("nothing-to-read", "'evaluate' reads a model", category: .syntax, at: call.span) }
        guard let model = chosen.value as? ModelValue else { throw Diagnostic.unexpected(chosen, wanted: .model, at: call.span(of: Self.model)) }
        if let other, let input {
            let (scores, notes) = try Self.scores(of: model, on: other, named: input.name, call)
            return Outcome(scores, blocks: Self.blocks(scores), notes: notes, input: chosen)
        }
        var scores = try model.heldBackScores(at: call.span)
        if let predictions = model.predictions {
            scores.intervals = try predictions.intervals(seed: call.context.seed, call.context.work)
            scores.thresholds = try predictions.thresholds()
        }
        return Outcome(scores, blocks: Self.blocks(scores), input: chosen)
    }

    private static func blocks(_ scores: ScoresValue) -> [Block] { [.text(scores.splitLines.joined(separator: "\n"))] + scores.continuationBlocks + scores.tables(isWhole: true).map { .table($0) } }
}
