import Diagnostics
import Features
import Language
import Models
import Runtime
import Scoring
import Tables

// A model of a table is scored on the rows of another one.

extension EvaluateCommand {
    /// The scores on all rows of a table that have the target.
    ///
    /// - Throws: a `Diagnostic` for a model that reads no rows, and a table that lacks a column or has another sort of values in one.
    static func scores(of model: ModelValue, on table: TableValue, named name: String, _ call: Call) throws -> (scores: ScoresValue, notes: [Diagnostic]) {
        let work = call.context.work, classes = model.fitted.classes
        guard case .column(let target) = model.task.target, !classes.isEmpty, model.fitted.targets.count == 1 else {
            throw Diagnostic(
                "wrong-kind", "'\(model.model)' does not predict a class from the rows of a table", category: .data, at: call.span, label: "cannot be scored on '\(name)'",
                hint: "'evaluate \(model.model)' scores it on what was held back")
        }
        let truth = try column(target, of: table, call)
        var places: [String: Int] = [:]
        for (place, word) in classes.enumerated() { places[word] = place }
        let labels = try work.map(rows: truth.count) { row in truth.text(at: row).flatMap { places[$0] } ?? -1 }
        let known = try work.map(rows: labels.count) { labels[$0] >= 0 }
        let kept = labels.filter { $0 >= 0 }
        guard !kept.isEmpty else {
            throw Diagnostic("no-rows", "no row of '\(name)' has a '\(target)' that the model knows", category: .data, at: call.span, hint: "its classes are \(classes.prefix(10).joined(separator: ", "))")
        }
        let rows = table.table.filtered(known)
        let columns = try model.task.inputs.map { try column($0, of: table.with(rows), call) }
        let read = try SequenceInputs(columns: columns, work: work)
        guard let inputs = read.coded(like: model.fitted.variables, numbers: model.fitted.numbers) else {
            let wanted = model.task.inputs.first { model.fitted.numbers.contains($0) != read.numbers.contains($0) } ?? ""
            throw Diagnostic(
                "wrong-column", "'\(wanted)' of '\(name)' holds \(read.numbers.contains(wanted) ? "numbers, and the model has learnt from texts" : "texts, and the model has learnt from numbers")", category: .data, at: call.span,
                label: "another sort of values", hint: "load it with types={\(wanted): \(read.numbers.contains(wanted) ? "text" : "number")}")
        }
        let windows = SequenceWindows(
            rows: inputs, outputs: [WindowTarget(name: target, goal: .label, .classes(kept.map { Int32($0) }, names: classes))], groups: Array(repeating: 0, count: kept.count))
        let predictions: ClassPredictions
        do {
            guard let found = try FitCommand.predictions(model.fitted, windows, units: kept.indices.map { Int32($0) }, work) else {
                throw Diagnostic("too-many-values", "\(NumberText.grouped(kept.count)) rows of \(classes.count) classes are more than can be scored at once", category: .data, at: call.span, hint: "filter or sample '\(name)'")
            }
            predictions = found
        } catch SequenceModelError.vocabulary {
            throw Diagnostic(
                "unknown-category", "'\(name)' has categories that '\(model.model)' has not learnt, and it reads no others", category: .data, at: call.span, label: "cannot be read",
                hint: "filter them out; logistic, tree, forest and xgboost take unknown categories for none of those that they know")
        }
        let counts = model.trainingCounts.isEmpty ? classes.indices.map { place in kept.count { $0 == place } } : model.trainingCounts
        let scores = try ClassificationScores(predictions, trainingCounts: counts, positive: model.predictions?.positive, work: work)
        let held = HeldBackPredictions(validation: model.predictions?.validation, test: predictions, positive: scores.positive)
        var value = ScoresValue(
            modelName: model.model, targets: [(target, scores)], splitLines: ["\(NumberText.counted(kept.count, table.rowNoun)) of '\(name)'"], rowsName: "rows of '\(name)'",
            intervals: try held.intervals(seed: call.context.seed, work))
        value.thresholds = try held.thresholds()
        var notes: [String] = []
        let left = labels.count - kept.count
        if left > 0 { notes.append("\(NumberText.rate(left, of: labels.count)) \(table.rowNoun) have no '\(target)' that the model knows and are left out") }
        if name == model.sourceName { notes.append("'\(name)' holds the rows that '\(model.model)' has learnt from, so these scores are too good; 'evaluate \(model.model)' scores what was held back") }
        for (own, learnt) in zip(inputs.variables, model.fitted.variables) where own.vocabulary.count > learnt.vocabulary.count {
            notes.append("'\(own.name)' has \(NumberText.counted(own.vocabulary.count - learnt.vocabulary.count, "values")) that the model has not seen, such as '\(own.vocabulary[learnt.vocabulary.count])'")
        }
        return (value, EventsValue.notes(notes))
    }

    private static func column(_ name: String, of table: TableValue, _ call: Call) throws -> Column {
        guard let column = table.table.column(named: name) else { throw DataError.unknownColumn(name, known: table.table.names).diagnostic.placed(at: call.span) }
        return column
    }
}
