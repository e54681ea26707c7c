import Diagnostics
import Events
import Features
import Language
import Layers
import Models
import Runtime
import Scoring
import Tables

// The last events of each user: an encoder and a decoder of recurrent units.

extension AutoencoderCommand {
    static func stretches(_ events: EventsValue, _ estimator: Autoencoder, _ call: Call, seed: Int, of input: Input?) throws -> Outcome {
        let work = call.context.work
        try call.refuse(["log"], because: "events have no numbers here that could be skewed")
        let named = try call[inputs] ?? [FitCommand.defaultTarget]
        guard named.count == 1 else {
            throw Diagnostic("wrong-value", "of events one column is given back, not \(named.count)", category: .syntax, at: call.span(of: inputs), label: "too many", hint: "inputs=[\(named[0])]")
        }
        guard estimator.hidden.count == 1 else {
            throw Diagnostic(
                "bad-layers", "of events 'hidden' is one number, not \(estimator.hidden.count): one layer reads them, and one gives them back", at: call.span(named: "hidden"), label: "too many",
                hint: "hidden=\(estimator.hidden[0])")
        }
        let schema = try events.log(work).schema
        let (log, notes) = try events.visible(call, reading: [schema.column(named: named[0])?.name].compactMap { $0 }, at: "inputs")
        let made: EventWindows
        do { made = try EventWindows(stretchesOf: log, column: named[0], length: try call[length], work: work) } catch let error as DataError { throw error.diagnostic.placed(at: call.span(of: inputs)) }
        defer { letGo(made) }
        try expectWords(made.windows.classes.count, of: named[0], call, hint: "inputs=[action], or another column with fewer values")
        let (_, split) = try SplitCommand.divided(call, events.split ?? .ofUsers) { try (events.split ?? .ofUsers).divide(made, seed: seed, work: work) }
        let training = try made.windows.subset(split.training, work: work)
        defer { letGo(training) }
        let (model, history) = try estimator.fit(
            stretches: training, validation: split.validation.isEmpty ? nil : try made.windows.subset(split.validation, work: work), seed: seed, work: work)
        let scores = try FitCommand.scores(model, made.windows.subset(split.test, work: work), training, work)
        let users = made.lastOfUsers, last = try made.windows.subset(users, work: work), noun = "stretches"
        var lines = [
            "\(NumberText.counted(users.count, "users")), the last \(made.windows.length) values of \(named[0]) of each said in \(NumberText.counted(estimator.code, "numbers"))",
            line(history, rows: training.count, "\(noun) of \(made.windows.length) events", parameters: model.parameterCount),
        ]
        lines += SplitPlan.lines(split, of: noun)
        if split.test.isEmpty { lines.append("no users were held back, so nothing says how much is lost") }
        let result = Result(
            codes: try model.codes(last, work: work), identifier: Column("user", text: try work.map(rows: users.count) { made.users[Int(made.windows.groups[users[$0]])] }), rowNoun: "users", lines: lines,
            errors: split.test.isEmpty ? nil : display(scores, named[0], made.windows), properties: properties(scores), steps: events.source.steps)
        return try outcome(result, call, of: input, notes: notes)
    }

    private static func display(_ scores: ContinuationScores, _ column: String, _ windows: SequenceWindows) -> DisplayTable {
        func row(_ name: String, _ tally: ContinuationScores.Tally) -> [DisplayTable.Cell] {
            [.init(name), .count(tally.rows), tally.accuracy.map { .number($0, 4) } ?? .undefined, tally.baseline.map { .number($0, 4) } ?? .undefined]
        }
        return DisplayTable(
            title: "What the codes of held-back users give back right", columns: [.init("what"), .init("rows", .right), .init("autoencoder", .right), .init("baseline", .right)],
            rows: [row("values of \(column)", scores.all), row("stretches of \(windows.length)", scores.whole)], notes: ["Baseline: the commonest \(column) of each place in training."])
    }

    private static func properties(_ scores: ContinuationScores) -> [(name: String, value: Value)] {
        [("accuracy", scores.all.accuracy), ("baseline", scores.all.baseline), ("sequence_accuracy", scores.whole.accuracy)].compactMap { name, value in value.map { (name, .number($0)) } }
    }
}
