import Diagnostics
import Expressions
import Features
import Language
import Runtime
import Tables

// A model of sequences reads a table where 'on' names one: each row is a sequence of one step.

extension FitCommand {
    /// What a model learns from, and how its rows are divided.
    struct Material {
        let windows: SequenceWindows
        let split: Split
        let task: SequenceTask
        /// The split and its sizes.
        let lines: [String]
        let notes: [Diagnostic]
    }

    /// Holds the target and the inputs against the columns of a table.
    static func checkRows(_ call: Call, _ schema: ExpressionSchema) throws(Diagnostic) {
        if let name = try call[target], let column = schema.column(named: name) {
            if column.type == .time {
                throw Diagnostic("wrong-target", "'\(name)' holds times, so there are no classes to predict", category: .data, at: call.span(of: target), label: "a time", hint: "derive a column with few values from it")
            }
            if try (call[inputs] ?? []).contains(name) {
                throw Diagnostic("wrong-column", "'\(name)' is what is predicted", category: .data, at: call.span(of: inputs), label: "tells the target", hint: "leave it out")
            }
        }
        for name in try call[inputs] ?? [] {
            guard let column = schema.column(named: name) else { throw DataError.unknownColumn(name, known: schema.names).diagnostic.placed(at: call.span(of: inputs)) }
            if column.type == .time { throw Diagnostic("wrong-column", "'\(name)' holds times", category: .data, at: call.span(of: inputs), label: "a time", hint: "derive a number from it") }
        }
        if call.isGiven("seq"), try call[length] != 1 {
            throw Diagnostic("wrong-value", "a row of a table is a sequence of one step", category: .syntax, at: call.span(of: length), label: "rows have no more", hint: "leave it out")
        }
    }

    /// The rows of a table with a value of the target, divided.
    static func material(_ table: TableValue, _ call: Call, seed: Int) throws -> Material {
        let work = call.context.work
        try checkRows(call, table.table.schema())
        guard let name = try call[target] ?? table.labels.first else {
            throw Diagnostic("missing-argument", "a table has no next event, so 'predict' says which column is learnt", category: .data, at: call.span, hint: "predict=COLUMN, one of \(table.table.names.joined(separator: ", "))")
        }
        guard let column = table.table.column(named: name) else { throw DataError.unknownColumn(name, known: table.table.names).diagnostic.placed(at: call.span(of: target)) }
        let given = try call[inputs] ?? (table.featureColumns + table.categoryColumns).filter { $0 != name && !table.tells($0) }
        for column in given where table.tells(column) {
            throw Diagnostic("wrong-column", "'\(column)' tells a label, and what models read must not", category: .data, at: call.span(of: inputs), label: "tells a label", hint: "leave it out")
        }
        guard !given.isEmpty else { throw TableValue.noFeatures(table.table.names) }
        // Rows without a target are nothing to learn from.
        let known = try work.map(rows: column.count) { !column.isMissing($0) }
        let rows = table.with(table.table.filtered(known))
        guard rows.table.rowCount > 0, let targets = rows.table.column(named: name) else {
            throw Diagnostic("no-rows", "'\(name)' has no value in any of the \(NumberText.counted(column.count, table.rowNoun))", category: .data, at: call.span(of: target))
        }
        let (codes, classes) = try classes(targets, work)
        let plan = table.split ?? .ofRows
        let facts = try SplitCommand.RowFacts(rows, plan.kind, call, stratum: name)
        let (_, split) = try SplitCommand.divided(call, plan) { try facts.split(plan, seed: seed, work: work) }
        let left = column.count - rows.table.rowCount
        let notes = left == 0 ? [] : EventsValue.notes(["\(NumberText.rate(left, of: column.count)) \(table.rowNoun) have no value of '\(name)' and are left out"])
        return Material(
            windows: SequenceWindows(
                rows: try SequenceInputs(columns: given.compactMap(rows.table.column(named:)), work: work), targets: codes, groups: facts.users?.codes ?? Array(repeating: 0, count: codes.count), classes: classes),
            split: split, task: SequenceTask(.column(name), inputs: given, length: 1), lines: facts.lines(split, of: table.rowNoun), notes: notes)
    }

    /// The classes of a column without gaps; truth values have both.
    private static func classes(_ column: Column, _ work: Work) throws -> (codes: [Int32], names: [String]) {
        guard case .boolean(let truths, _) = column.storage else { return try SplitCommand.codes(of: column, work) }
        return (try work.map(rows: truths.count) { truths[$0] ? 1 : 0 }, ["false", "true"])
    }
}
