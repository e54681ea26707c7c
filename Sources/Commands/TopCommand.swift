import Diagnostics
import Events
import Expressions
import Language
import Runtime
import Tables

/// Lists the commonest values of a column.
struct TopCommand: Command {
    static let column = Parameter<String>.requiredColumn("column", "a column, or the role that it plays")
    static let limit = Parameter<Int>.named("n", default: 10, in: 1...10_000, "how many values")

    static let signature = Signature(
        "top", group: .look, summary: "The commonest values of a column, with their events, users and share.",
        details: "Equal counts stand in the order of first appearance. The share is of all events, those without a value included.",
        prints: [
            .init("events", "events with the value, or rows of a table"),
            .init("share", "of all events or rows, those without a value included"),
            .init("users", "users with at least one such event"),
        ],
        memory: "a count for each different value",
        reads: [.events, .table], gives: [.answer],
        examples: [
            Example("simulate shop users=100 days=20 seed=1 | top action", prints: "pv"),
            Example("simulate shop users=100 days=20 seed=1 | top category n=3", prints: "category"),
        ]
    ) {
        column
        limit
    }

    static func outline(_ call: Call, on input: Outline?) throws(Diagnostic) -> Outline {
        let name = try call[column]
        let counts: [String]
        switch (input?.kinds, input?.rowNoun) {
        case ([.events], _): counts = [eventNoun, "share", "users"]
        case ([.table], let noun?), ([.answer], let noun?): counts = [noun, "share"]
        default: return TableValue.outline(nil, kind: .answer, maker: signature.verb)
        }
        return TableValue.outline(
            ExpressionSchema(columns: [.init(name, .text)] + counts.map { .init($0, .number) }), kind: .answer, rowNoun: rowNoun, maker: signature.verb)
    }

    private static let rowNoun = "values"
    /// What is counted in a log.
    static let eventNoun = "events"

    func run(_ call: Call, on input: Input?) throws -> Outcome {
        let name = try call[Self.column]
        let limit = try call[Self.limit]
        let counts = try ColumnCounts(of: name, in: input, call, at: call.span(of: Self.column))
        let shown = counts.values.prefix(limit)
        let hasUsers = counts.users != nil
        let title = "\(name): the commonest of \(NumberText.counted(counts.values.count, "values"))"
        var columns: [DisplayTable.Column] = [.init(name), .init(counts.noun, .right), .init("share", .right)]
        if hasUsers { columns.append(.init("users", .right)) }
        let rows = shown.indices.map { index -> [DisplayTable.Cell] in
            let (value, count) = shown[index]
            let row: [DisplayTable.Cell] = [.init(value), .count(count), .percent(Double(count) / Double(counts.total))]
            return counts.users.map { row + [.count($0[index])] } ?? row
        }
        var table = [Column(name, text: shown.map(\.value)), Column(counts.noun, integers: shown.map { Int64($0.count) }), Column("share", numbers: shown.map { Double($0.count) / Double(counts.total) })]
        if let users = counts.users { table.append(Column("users", integers: users.prefix(limit).map { Int64($0) })) }
        let rest = counts.total - shown.reduce(0) { $0 + $1.count }
        let notes = rest > 0 ? ["Others and missing: \(NumberText.rate(rest, of: counts.total)) \(counts.noun)."] : []
        return Outcome(
            TableValue(
                Table(table), kind: .answer, title: title, rowNoun: Self.rowNoun, notes: notes,
                summaryBlocks: [.table(DisplayTable(title: title, columns: columns, rows: rows, totalRows: counts.values.count, more: "top \(Expression.quotedName(name)) n=\(min(counts.values.count, 10_000))", notes: notes))]))
    }
}

/// How often each value of a column comes, in events or in the rows of a table.
struct ColumnCounts {
    let values: [(value: String, count: Int)]
    /// Users with such an event, value by value.
    let users: [Int]?
    let total: Int
    let noun: String

    init(of name: String, in input: Input?, _ call: Call, at span: SourceSpan) throws {
        do {
            if let table = input?.value.asTable {
                guard let column = table.table.column(named: name) else { throw DataError.unknownColumn(name, known: table.table.names) }
                var places: [String: Int] = [:]
                var counts: [(value: String, count: Int)] = []
                for row in 0..<column.count {
                    if row & 0xFFF == 0 { try call.context.work.check() }
                    guard let text = column.text(at: row) else { continue }
                    if let place = places[text] { counts[place].count += 1 } else {
                        places[text] = counts.count
                        counts.append((text, 1))
                    }
                }
                values = counts.enumerated().sorted { ($1.element.count, $0.offset) < ($0.element.count, $1.offset) }.map(\.element)
                users = nil
                total = column.count
                noun = table.rowNoun
                return
            }
            let log = try EventsValue.read(input, call).log(call.context.work)
            let work = call.context.work
            let top = try log.top(name, work: work)
            values = try work.map(rows: top.count) { (top[$0].value, top[$0].events) }
            users = try work.map(rows: top.count) { top[$0].users }
            total = log.count
            noun = TopCommand.eventNoun
        } catch let error as DataError { throw error.diagnostic.placed(at: span) }
    }
}
