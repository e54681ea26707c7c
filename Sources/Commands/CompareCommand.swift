import Diagnostics
import Expressions
import Language
import Runtime
import Scoring
import Tables

/// Sets the held-back scores of several models side by side, with the baseline.
struct CompareCommand: Command {
    static let models = Parameter<[String]>.names("models", of: [.model], "models to compare; all of the session unless given")

    static let signature = Signature(
        "compare", group: .predict, summary: "Held-back scores of several models in one table, the baseline always in it.",
        details: "Models can be compared only on the same held-back rows: the same data, split, seed and target. Of several targets the first is compared.",
        prints: [
            .init("balanced", "balanced accuracy: the mean recall over the classes that have rows"), .init("F1", "of the positive class of two, else the macro mean"),
            .init("AUC", "of the positive class of two, else the macro mean"), .init("always ...", "the baseline: what is reached by always guessing the commonest class of the training part"),
            .init("(best)", "the model of the lowest log loss; of numbers of the lowest RMSE, of ranked values of the highest ndcg@10"),
        ] + ScoresValue.terms.filter { ["accuracy", "log loss", "Brier", "RMSE", "MAE", "median absolute error", "R²", "hr@k", "ndcg@10", "mrr"].contains($0.name) },
        memory: "the scores only, which the models hold",
        reads: [.model], gives: [.answer],
        examples: [
            Example("simulate shop users=200 days=20 seed=1 | fit rnn seq=5 epochs=1 hidden=8 | fit lstm seq=5 epochs=1 hidden=8 | compare rnn lstm", prints: "always"),
        ]
    ) { models }

    static func outline(_ call: Call, on input: Outline?) throws(Diagnostic) -> Outline {
        // Classes, numbers and ranks have measures of their own.
        TableValue.outline(ExpressionSchema(columns: [.init("model", .text)], isOpen: true), kind: .answer, properties: ["best"], rowNoun: "models", maker: signature.verb)
    }

    func run(_ call: Call, on input: Input?) throws -> Outcome {
        let context = call.context
        let names = try call[Self.models]
        let inputs = names.isEmpty ? context.all(of: [.model]) : try names.map { try context.value(named: $0, at: call.span(of: Self.models)) }
        var chosen: [(name: String, scores: ScoresValue)] = []
        for input in inputs {
            guard let model = input.value as? ModelValue else { throw Diagnostic.unexpected(input, wanted: .model, at: call.span(of: Self.models)) }
            chosen.append((input.name, try model.heldBackScores(at: call.span)))
        }
        guard let first = chosen.first?.scores else { throw Diagnostic("nothing-to-read", "'compare' reads models", category: .syntax, at: call.span) }
        for other in chosen.dropFirst() {
            guard other.scores.isOfSame(first) else {
                throw Diagnostic(
                    "different-targets", "'\(chosen[0].name)' and '\(other.name)' predict different things: \(first.what) and \(other.scores.what)", at: call.span(of: Self.models), label: "cannot be compared",
                    hint: "fit both with the same predict=")
            }
            guard other.scores.splitLines == first.splitLines, other.scores.targets[0].scores.rows == first.targets[0].scores.rows else {
                throw Diagnostic(
                    "different-rows", "'\(chosen[0].name)' and '\(other.name)' were scored on different rows", at: call.span(of: Self.models), label: "cannot be compared",
                    notes: first.splitLines + other.scores.splitLines, hint: "fit both on the same events, with the same split, seed and target")
            }
        }
        let shown = chosen.map(\.name), all = chosen.map(\.scores.targets[0].scores)
        let table =
            if let scores = all as? [ClassificationScores] { ScoresComparison(shown, scores) } else if let scores = all as? [RegressionScores] { ScoresComparison(shown, scores) } else {
                ScoresComparison(shown, all.compactMap { $0 as? RankingScores })
            }
        let display = table.display(title: "Held-back scores on \(NumberText.grouped(all[0].rows)) rows")
        return Outcome(
            TableValue(
                table.table, kind: .answer, title: "Held-back scores", rowNoun: "models", summaryBlocks: [.text(first.splitLines.joined(separator: "\n")), .table(display)],
                properties: table.best.map { [("best", Value.word(shown[$0]))] } ?? []), input: inputs.first)
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
