import Diagnostics
import Events
import Expressions
import Language
import Runtime
import Tables

/// Works out a column row by row.
struct DeriveCommand: Command {
    static let assignment = Parameter<Assignment>.assignment("column", "the name of the new column, and what it holds, such as spent = price * quantity")

    static let signature = Signature(
        "derive", group: .data, summary: "Add a column that is worked out from the others, row by row.",
        details: """
            The type of the expression is the type of the column; a duration is kept as its seconds. A calculation with a missing value is missing, and so is a number that
            is not finite, as after a division by zero. A column of the same name is replaced. One that plays a role is replaced only by one of its type; where that is the user
            or the time, no value may be missing, and the events are sorted anew. A new column that bears the name of a role that none plays, such as value, plays it if its
            type fits.
            """,
        prints: [
            .init("NAME: TYPE", "the new column and its type, whether it took the place of another one, and the role that it plays"),
            .init("missing in N of M", "rows for which the expression has no value"),
            .init("N events of M users, DAY to DAY", "events, different users, and the days of the first and the last event, in UTC or the zone that load was given"),
        ],
        memory: "the new column, 4 to 8 bytes a row; the others are shared with the value that was read",
        reads: [.events, .table], gives: [.events, .table],
        examples: [
            Example("simulate shop users=100 days=20 seed=1 | derive evening = hour(time) >= 18", prints: "evening: true/false"),
            Example("simulate shop users=100 days=20 seed=1 | rfm | derive each = monetary / frequency | filter each < 1", prints: "each: number"),
        ]
    ) { assignment }

    /// The expression over the columns of a table, and the columns once it is derived.
    private static func derived(_ schema: ExpressionSchema, _ name: String, _ expression: Expression, isTable: Bool) throws(Diagnostic) -> (compiled: CompiledExpression, schema: ExpressionSchema) {
        let compiled = try CompiledExpression(expression, schema: schema)
        guard compiled.type != .missing || schema.isOpen else {
            throw Diagnostic(
                "type-mismatch", "a column needs a type, and this is missing everywhere", category: .syntax, at: expression.span, label: "no value",
                hint: "if CONDITION then VALUE else missing")
        }
        return (compiled, isTable ? schema.adding(name, compiled.type.inColumn) : try EventSource.schema(schema, deriving: name, compiled))
    }

    static func outline(_ call: Call, on input: Outline?) throws(Diagnostic) -> Outline {
        let assigned = try call[assignment]
        let (name, schema) = (assigned.name.text, input?.schema ?? .unknown)
        let isTable = input.map { !$0.kinds.contains(.events) } ?? false
        let next: ExpressionSchema
        do throws(Diagnostic) { next = try derived(schema, name, assigned.expression, isTable: isTable).schema } catch { throw error.placed(at: assigned.name.span) }
        guard var input, input.schema != nil else { return Outline(signature.gives, maker: signature.verb) }
        input.texts[name] = nil
        let isNumber = next.columns.first { $0.name == name }?.type == .number
        return input.having(next, features: input.features.map { features(after: $0, name, isNumber: isNumber) }, maker: signature.verb)
    }

    /// The columns that describe a row, once there is another column.
    private static func features(after features: [String], _ name: String, isNumber: Bool) -> [String] {
        isNumber ? features.contains(name) ? features : features + [name] : features.filter { $0 != name }
    }

    /// What is said of the new column.
    private static func line(_ column: Column?, replaces: Bool, role: String?, _ rowNoun: String) -> String {
        guard let column else { return "" }
        return "\(column.name): \(column.kind.word)\(role.map { " (\($0))" } ?? ""), missing in \(NumberText.rate(column.missingCount, of: column.count)) \(rowNoun)"
            + (replaces ? "; it takes the place of the column of that name" : "")
    }

    func run(_ call: Call, on input: Input?) throws -> Outcome {
        let assigned = try call[Self.assignment]
        let name = assigned.name.text
        if let table = input?.value.asTable {
            let compiled = try Self.derived(table.table.schema(), name, assigned.expression, isTable: true).compiled
            let column = try compiled.column(named: name, over: table.table, work: call.context.work)
            let isNumber = column.expressionType == .number
            let tells = compiled.columns.contains(where: table.tells)
            let features = Self.features(after: table.featureColumns, name, isNumber: isNumber && !tells && !table.labels.contains(name))
            let value = table.with(table.table.adding(column), after: .derive(name, compiled), featureColumns: features, hiding: tells ? [name] : [])
            let line = Self.line(column, replaces: table.table.column(named: name) != nil, role: nil, table.rowNoun)
            return Outcome(value, blocks: [.text(line)] + value.blocks)
        }
        let events = try EventsValue.read(input, call)
        let replaces = events.source.schema.columns.contains { $0.name == name }
        let source: EventSource
        do throws(Diagnostic) {
            _ = try Self.derived(events.source.schema, name, assigned.expression, isTable: false)
            source = try events.source.deriving(name, assigned.expression)
        } catch { throw error.placed(at: assigned.name.span) }
        let role = source.roles.first { $0.value == name }.map { "role \($0.key.rawValue)" }
        let log = try source.collect(call.context.work)
        return try events.following(source, call: call) { _ in Self.line(log.table.column(named: name), replaces: replaces, role: role, "events") }
    }
}
