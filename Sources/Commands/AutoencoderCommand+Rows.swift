import Algebra
import Diagnostics
import Features
import Language
import Layers
import Models
import Runtime
import Tables

// The rows of a table: numbers scaled, categories by embeddings.

extension AutoencoderCommand {
    static func rows(_ table: TableValue, _ estimator: Autoencoder, _ call: Call, seed: Int, of input: Input?) throws -> Outcome {
        let work = call.context.work
        try call.refuse(["seq"], because: "a row of a table is no sequence of events")
        guard table.table.rowCount > 1 else { throw Diagnostic("no-rows", "the table has \(NumberText.counted(table.table.rowCount, table.rowNoun)), and some are held back", category: .data, at: call.span) }
        let (numbers, categories) = try columns(table, call)
        let plan = table.split ?? .ofRows
        let facts = try SplitCommand.RowFacts(table, plan.kind, call)
        let (_, split) = try SplitCommand.divided(call, plan) { try facts.split(plan, seed: seed, work: work) }
        let (inputs, scaling) = try inputs(numbers, categories, training: split.training, call)
        let count = table.table.rowCount
        let all = SequenceWindows(
            rows: inputs, outputs: [WindowTarget(name: table.rowNoun, goal: .label, .classes(Array(repeating: 0, count: count), names: [table.rowNoun]))],
            groups: facts.users?.codes ?? Array(repeating: 0, count: count))
        defer { letGo(all) }
        let training = try all.subset(split.training, work: work)
        let (model, history) = try estimator.fit(
            rows: training, validation: split.validation.isEmpty ? nil : try all.subset(split.validation, work: work), seed: seed, work: work)
        let errors = split.test.isEmpty ? [] : try model.errors(all.subset(split.test, work: work), trainedOn: training, work: work)
        let what = ClusteringOptions.counted(numbers: numbers.count, categories: categories.count)
        var lines = [
            "\(NumberText.counted(count, table.rowNoun)), each said in \(NumberText.counted(estimator.code, "numbers")) from \(what)",
            line(history, rows: training.count, table.rowNoun, parameters: model.parameterCount),
        ]
        lines += facts.lines(split, of: table.rowNoun) + [scaling.map { "scaled: \($0.summary)" }].compactMap { $0 }
        if errors.isEmpty { lines.append("no rows were held back, so nothing says how much is lost") }
        let result = Result(
            codes: try model.codes(all, work: work), identifier: table.identifier.flatMap(table.table.column(named:)), labels: table.labels.compactMap(table.table.column(named:)),
            hidden: table.hidden.compactMap(table.table.column(named:)), rowNoun: table.rowNoun,
            lines: lines, errors: errors.isEmpty ? nil : display(errors), properties: properties(errors), steps: table.steps, split: table.split)
        return try outcome(result, call, of: input)
    }

    /// The columns that are said: numbers, and texts and truth values.
    ///
    /// - Throws: a `Diagnostic` for columns that cannot be, or none.
    private static func columns(_ table: TableValue, _ call: Call) throws -> (numbers: [Column], categories: [Column]) {
        let named = try call[inputs]
        var numbers: [Column] = [], categories: [Column] = []
        for name in named ?? (table.featureColumns + table.categoryColumns).filter({ !table.tells($0) }) {
            guard let column = table.table.column(named: name) else { throw DataError.unknownColumn(name, known: table.table.names).diagnostic.placed(at: call.span(of: inputs)) }
            func refused(_ why: String, _ label: String, _ hint: String) -> Diagnostic {
                Diagnostic("wrong-column", "'\(name)' \(why)", category: .data, at: call.span(of: inputs), label: label, hint: hint)
            }
            if name == table.identifier { throw refused("names the \(table.rowNoun), whom a network is not to learn by heart", "names the rows", "leave it out") }
            if table.tells(name) { throw refused("tells a label, and what models read must not", "tells a label", "leave it out") }
            if column.kind == .time { throw refused("holds times", "a time", "derive a number from it") }
            if column.kind == .text || column.kind == .boolean { categories.append(column) } else { numbers.append(column) }
        }
        guard !numbers.isEmpty || !categories.isEmpty else { throw TableValue.noFeatures(table.table.names) }
        return (numbers, categories)
    }

    /// What is known of the rows: numbers on a common scale that the training rows give, NaN where there is none.
    private static func inputs(_ numbers: [Column], _ categories: [Column], training: [Int], _ call: Call) throws -> (SequenceInputs, Scaling?) {
        let work = call.context.work, count = numbers.first?.count ?? categories.first?.count ?? 0
        let coded = try SequenceInputs(columns: categories, work: work)
        for variable in coded.variables { try expectWords(variable.vocabulary.count, of: variable.name, call, hint: "name the columns that describe a row: inputs=[...]") }
        guard !numbers.isEmpty else { return (coded, nil) }
        let raw = try FeatureMatrix(of: numbers, rows: count, work: work)
        let scaling = try Scaling(learningFrom: raw.selecting(rows: training), log: call[log] ? .skewed(above: 1) : .never, missing: .mean, work: work)
        let scaled: FeatureMatrix
        do { scaled = try scaling.apply(to: raw, missing: .mean) } catch {
            var diagnostic = error.diagnostic
            if case .negativeForLog = error { diagnostic.hint = "log=no" }
            throw diagnostic
        }
        // What is missing is read as the mean, and not learnt.
        let marked = try work.map(rows: raw.values.values.count) { raw.values.values[$0].isNaN ? .nan : scaled.values.values[$0] }
        return (SequenceInputs(variables: coded.variables, numbers: numbers.map(\.name), count: count, codes: coded.events?.codes ?? [], values: marked), scaling)
    }

    private static func display(_ errors: [RowCoder.ColumnError]) -> DisplayTable {
        func cell(_ value: Double?) -> DisplayTable.Cell { value.map { .number($0, 4) } ?? .undefined }
        let rows = errors.prefix(mostShown).map { one -> [DisplayTable.Cell] in [.init(one.name), .init(one.isNumber ? "squared error" : "share wrong"), .count(one.rows), cell(one.error), cell(one.baseline)] }
        let means = mean(errors)
        return DisplayTable(
            title: "Held-back error of what the codes give back",
            columns: [.init("column"), .init("measure"), .init("rows", .right), .init("autoencoder", .right), .init("baseline", .right)],
            rows: rows + (errors.count > 1 ? [[.init("mean"), .init(""), .init(""), cell(means?.error), cell(means?.baseline)]] : []),
            notes: (errors.count > mostShown ? ["\(errors.count - mostShown) more columns are in the mean only."] : [])
                + ["Baseline: the mean of a number, the commonest word of a category. Squared errors are in standard deviations."])
    }

    private static let mostShown = 20

    /// Over the columns that have a value in some held-back row.
    private static func mean(_ errors: [RowCoder.ColumnError]) -> (error: Double, baseline: Double)? {
        let known = errors.compactMap { one in one.error.flatMap { error in one.baseline.map { (error, $0) } } }
        guard !known.isEmpty else { return nil }
        return (known.reduce(0) { $0 + $1.0 } / Double(known.count), known.reduce(0) { $0 + $1.1 } / Double(known.count))
    }

    private static func properties(_ errors: [RowCoder.ColumnError]) -> [(name: String, value: Value)] {
        mean(errors).map { [("error", .number($0.error)), ("baseline", .number($0.baseline))] } ?? []
    }
}
