import Diagnostics
import Events
import Expressions
import Language
import Runtime
import Tables

/// Describes a value: the columns of a log or table, a model's settings and epochs, or the size of anything else.
struct DescribeCommand: Command {
    static let name = Parameter<String?>.optionalName("name", of: [], "the value; the newest unless given")

    static let signature = Signature(
        "describe", group: .look, summary: "What a value holds: columns with type, role, gaps and spread; a model's settings and epochs.",
        details: "Quartiles are those of NumPy and pandas (linear between neighbours). Distinct values of columns of numbers are not counted.",
        prints: [
            .init("step", "what was done since the events were loaded, as it is typed; of a table also what was done to the events that it was made of"),
            .init("in scoring", "replayed: a model does the same to the events that it scores; for training only: it chose what models learn from"),
            .init("type", "number, text, true/false or time, as found in the data"),
            .init("role", "which role the column plays, if any"),
            .init("missing", "rows without a value in the column"),
            .init("values", "of texts the number of different ones and the commonest with their share of the known; of numbers the mean, and least, quartiles, greatest; of times the first and the last"),
        ],
        memory: "the numbers of one column at a time, for the quartiles",
        reads: [.events, .table, .segments, .model, .scores], gives: [.answer],
        examples: [
            Example("simulate shop users=100 days=20 seed=1 | describe", prints: "category"),
            Example("load datasets/shop.csv | sample 50% | sessions | features | select user events sessions | describe", prints: "for training only"),
            Example("simulate shop users=300 days=20 seed=1 | fit rnn seq=5 epochs=2 hidden=8 | describe rnn", prints: "Epochs"),
        ]
    ) { name }

    static func outline(_ call: Call, on input: Outline?) throws(Diagnostic) -> Outline {
        let described = try call[name].map { call.context.outlines[$0] } ?? input
        // Of the others it only shows what they are.
        guard described?.kinds.allSatisfy({ [.events, .table, .answer].contains($0) }) == true else { return Outline(signature.gives, maker: signature.verb) }
        let schema = ExpressionSchema(columns: [.init("column", .text), .init("type", .text), .init("missing", .number)])
        return TableValue.outline(schema, kind: .answer, rowNoun: rowNoun, maker: signature.verb)
    }

    private static let rowNoun = "columns"

    func run(_ call: Call, on input: Input?) throws -> Outcome {
        var chosen = input
        if let name = try call[Self.name] { chosen = try call.context.value(named: name, at: call.span(of: Self.name)) }
        guard let chosen else { throw Diagnostic("nothing-to-read", "there is nothing to describe yet", category: .syntax, at: call.span) }
        var outcome = try described(chosen, call)
        outcome.input = chosen
        return outcome
    }

    private func described(_ chosen: Input, _ call: Call) throws -> Outcome {
        switch chosen.value {
        case let events as EventsValue:
            let log = try events.log(call.context.work)
            let roles = Dictionary(uniqueKeysWithValues: log.roles.map { ($0.value, $0.key.rawValue) })
            return try columns(
                log.table, roles: roles, head: [.text(EventsValue.size(log))] + Self.steps(events.source.steps, events.split), title: "Columns of '\(chosen.name)'", call.context.work)
        case let table as TableValue:
            return try columns(
                table.table, roles: [:], head: [.text("\(NumberText.grouped(table.table.rowCount)) \(table.rowNoun)")] + Self.steps(table.steps, table.split),
                title: "Columns of '\(chosen.name)'", call.context.work)
        case let model as ModelValue: return .shown(model.description)
        // What these show begins with their summary, but for a chart.
        case is FigureValue: return .shown([.text(chosen.value.summary)] + chosen.value.blocks)
        default: return .shown(chosen.value.blocks)
        }
    }

    /// What was done on the way from raw events, and which of it a model does again to the events that it scores.
    private static func steps(_ steps: [EventStep], _ split: SplitPlan?) -> [Block] {
        var rows = steps.map { [DisplayTable.Cell($0.text), .init($0.isReplayedInScoring ? "replayed" : "for training only")] }
        if let split { rows.append([.init(split.text), "for training only"]) }
        return rows.isEmpty ? [] : [.table(DisplayTable(title: "Steps", columns: [.init("step"), .init("in scoring")], rows: rows))]
    }

    private func columns(_ table: Table, roles: [String: String], head: [Block], title: String, _ work: Work) throws -> Outcome {
        var rows: [[DisplayTable.Cell]] = []
        for column in table.columns {
            try work.check()
            let missing = column.missingCount
            var row: [DisplayTable.Cell] = [.init(column.name), .init(column.kind.word)]
            if !roles.isEmpty { row.append(.init(roles[column.name] ?? "")) }
            row.append(.init(missing == 0 ? "0" : NumberText.rate(missing, of: column.count), .integer(missing)))
            row.append(.init(try Self.spread(column, work)))
            rows.append(row)
        }
        var headings: [DisplayTable.Column] = [.init("column"), .init("type")]
        if !roles.isEmpty { headings.append(.init("role")) }
        headings += [.init("missing", .right), .init("values")]
        let hasNumbers = table.columns.contains { $0.kind == .integer || $0.kind == .number }
        let answer = Table([
            Column("column", text: table.names), Column("type", text: table.columns.map(\.kind.word)), Column("missing", integers: table.columns.map { Int64($0.missingCount) }),
        ])
        return Outcome(
            TableValue(
                answer, kind: .answer, title: title, rowNoun: Self.rowNoun,
                summaryBlocks: head + [.table(DisplayTable(title: title, columns: headings, rows: rows, notes: hasNumbers ? ["Of numbers: mean; least, quartiles, greatest."] : []))]))
    }

    /// What the values of a column are like, on one line.
    static func spread(_ column: Column, _ work: Work) throws -> String {
        switch column.storage {
        case .text(let codes, let dictionary):
            var counts = [Int](repeating: 0, count: dictionary.count)
            try work.forEachStretch(of: codes.count) { for row in $0 where codes[row] >= 0 { counts[Int(codes[row])] += 1 } }
            var order = counts.indices.filter { counts[$0] > 0 }
            try work.sort(&order) { (counts[$1], $0) < (counts[$0], $1) }
            let known = codes.count - column.missingCount
            let examples = order.prefix(4).map { "\(dictionary[$0]) (\(NumberText.share(counts[$0], of: known)))" }.joined(separator: ", ")
            return "\(NumberText.grouped(order.count)) different: \(examples)\(order.count > 4 ? ", ..." : "")"
        case .boolean(let values, _):
            let known = (0..<values.count).filter { !column.isMissing($0) }
            return "true: \(NumberText.rate(known.count { values[$0] }, of: known.count))"
        case .time(let values, _, let format):
            var first = Int64.max
            var last = Int64.min
            try work.forEachStretch(of: values.count) {
                for row in $0 where !column.isMissing(row) {
                    first = min(first, values[row])
                    last = max(last, values[row])
                }
            }
            guard first <= last else { return "none" }
            return "\(format.shown(first)) to \(format.shown(last))"
        case .integer, .number:
            let spread = try Distribution(column.knownNumbers(check: work.check) ?? [], work: work)
            guard spread.count > 0 else { return "none" }
            let quartiles = [0, 0.25, 0.5, 0.75, 1].map { NumberText.short(spread.quantile($0)) }
            return "mean \(NumberText.short(spread.mean)); \(quartiles.joined(separator: "  "))"
        }
    }
}
