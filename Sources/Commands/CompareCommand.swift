import Diagnostics
import Expressions
import Language
import Runtime
import Tables

/// Sets the held-back scores of several models side by side, with the baseline.
struct CompareCommand: Command {
    static let models = Parameter<[String]>.names("models", of: [.model], "models to compare; all of the session unless given")

    static let signature = Signature(
        "compare", group: .predict, summary: "Held-back scores of several models in one table, the baseline always in it.",
        details: "Models can be compared only on the same held-back rows: the same data, split, seed and target.",
        prints: [
            .init("balanced", "balanced accuracy: the mean recall over the classes that have rows"), .init("F1", "of the positive class of two, else the macro mean"),
            .init("AUC", "of the positive class of two, else the macro mean"), .init("always ...", "the baseline: what is reached by always guessing the commonest class of the training part"),
            .init("(best)", "the model of the lowest log loss"),
        ] + ScoresValue.terms.filter { ["accuracy", "log loss", "Brier"].contains($0.name) },
        memory: "the scores only, which the models hold",
        reads: [.model], gives: [.answer],
        examples: [
            Example("simulate shop users=200 days=20 seed=1 | fit rnn seq=5 epochs=1 hidden=8 | fit lstm seq=5 epochs=1 hidden=8 | compare rnn lstm", prints: "always"),
        ]
    ) { models }

    static func outline(_ call: Call, on input: Outline?) throws(Diagnostic) -> Outline {
        let numbers = ["accuracy", "balanced_accuracy", "f1", "auc", "log_loss", "brier"]
        return TableValue.outline(
            ExpressionSchema(columns: [.init("model", .text)] + numbers.map { .init($0, .number) }), kind: .answer, properties: ["best"], rowNoun: "models", maker: signature.verb)
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
        for other in chosen.dropFirst() where other.scores.splitLines != first.splitLines || other.scores.scores.classes != first.scores.classes || other.scores.scores.rows != first.scores.rows {
            throw Diagnostic(
                "different-rows", "'\(chosen[0].name)' and '\(other.name)' were scored on different rows", at: call.span(of: Self.models), label: "cannot be compared",
                notes: first.splitLines + other.scores.splitLines, hint: "fit both on the same events, with the same split, seed and target")
        }
        let best = chosen.indices.max { chosen[$0].scores.scores.logLoss > chosen[$1].scores.scores.logLoss }
        var rows: [[DisplayTable.Cell]] = []
        for (index, one) in chosen.enumerated() {
            let scores = one.scores.scores
            let f1 = scores.positive.map { scores.byClass[$0].f1 } ?? .value(scores.macro.f1)
            rows.append([
                .init(one.name + (index == best && chosen.count > 1 ? " (best)" : ""), .string(one.name)), .number(scores.accuracy, 4), .number(scores.balancedAccuracy, 4), ScoresValue.cell(f1),
                ScoresValue.cell(scores.auc), .number(scores.logLoss, 4), .number(scores.brier, 4),
            ])
        }
        let baseline = first.scores.baseline
        rows.append([
            .init("always '\(first.scores.classes[baseline.label])'", .string("baseline")), .number(baseline.accuracy, 4), .undefined, .undefined, .number(0.5, 4), .number(baseline.logLoss, 4), .undefined,
        ])
        let isBinary = first.scores.positive != nil
        let display = DisplayTable(
            title: "Held-back scores on \(NumberText.grouped(first.scores.rows)) rows",
            columns: [
                .init("model"), .init("accuracy", .right), .init("balanced", .right), .init(isBinary ? "F1" : "F1, macro", .right), .init(isBinary ? "AUC" : "AUC, macro", .right),
                .init("log loss", .right, unit: "nats"), .init("Brier", .right),
            ], rows: rows, notes: chosen.count > 1 ? ["Best by log loss."] : [])
        let all = chosen.map(\.scores.scores)
        let table = Table([
            Column("model", text: chosen.map(\.name) + ["baseline"]), Column("accuracy", numbers: all.map { $0.accuracy } + [baseline.accuracy]),
            Column("balanced_accuracy", numbers: all.map { Optional($0.balancedAccuracy) } + [nil]),
            Column("f1", numbers: all.map { scores in scores.positive.map { scores.byClass[$0].f1.value } ?? scores.macro.f1 } + [nil]),
            Column("auc", numbers: all.map { $0.auc.value } + [0.5]), Column("log_loss", numbers: all.map { $0.logLoss } + [baseline.logLoss]),
            Column("brier", numbers: all.map { Optional($0.brier) } + [nil]),
        ])
        return Outcome(
            TableValue(
                table, kind: .answer, title: "Held-back scores", rowNoun: "models", summaryBlocks: [.text(first.splitLines.joined(separator: "\n")), .table(display)],
                properties: best.map { [("best", .word(chosen[$0].name))] } ?? []), input: inputs.first)
    }
}
