import Diagnostics
import Expressions
import Language
import Runtime
import Tables

/// Shows the rows of a value.
struct ShowCommand: Command {
    static let name = Parameter<String?>.optionalName("name", of: [], "the value; the newest unless given")
    static let limit = Parameter<RowLimit>.named("n", default: .rows(TableValue.defaultRows), "how many rows, or all")

    static let signature = Signature(
        "show", group: .look, summary: "The rows of a value: events, a table, segments with their users; or a model, scores or chart again.",
        prints: [
            .init("rows", "in the order of the value; – where a value is missing; below them how many of how many are shown"),
        ],
        memory: "the rows that are shown",
        reads: [.events, .table, .answer, .segments, .model, .scores, .figure, .plain], gives: [.answer],
        examples: [
            Example("simulate shop users=100 days=20 seed=1 | show n=3", prints: "user"),
            Example("simulate shop users=100 days=20 seed=1 | rfm | kmeans k=2 | show n=3", prints: "segment"),
        ]
    ) {
        name
        limit
    }

    static func outline(_ call: Call, on input: Outline?) throws(Diagnostic) -> Outline {
        let shown = try call[name].map { call.context.outlines[$0] } ?? input
        // Segments are shown with a column that names their rows, and models have none.
        guard let shown, let schema = shown.schema, shown.kinds.allSatisfy({ [.events, .table, .answer].contains($0) }) else { return Outline(signature.gives, maker: signature.verb) }
        return Outline([.answer], schema: ExpressionSchema(columns: schema.columns, isOpen: schema.isOpen), properties: [], rowNoun: shown.rowNoun, maker: signature.verb)
    }

    func run(_ call: Call, on input: Input?) throws -> Outcome {
        var chosen = input
        if let name = try call[Self.name] { chosen = try call.context.value(named: name, at: call.span(of: Self.name)) }
        guard let chosen else { throw Diagnostic("nothing-to-read", "there is nothing to show yet", category: .syntax, at: call.span) }
        guard let table = try chosen.value.rows(call.context.work) else { return .shown(chosen.value.blocks, input: chosen) }
        let limit = switch try call[Self.limit] {
        case .all: table.table.rowCount
        case .rows(let rows): rows
        }
        // What is shown becomes a value only for programs, which get as many rows as are shown.
        let name = call.isGiven(Self.name.description.name) ? " " + Expression.quotedName(chosen.name) : ""
        let shown = ShownRows(table: table, limit: limit, more: "show\(name) n=all")
        return Outcome(shown, blocks: [.table(try shown.display(call.context.work))], input: chosen)
    }
}

/// Some rows of a value, as `show` gives them.
struct ShownRows: KindValue {
    let table: TableValue
    let limit: Int
    /// The statement that shows all.
    let more: String

    var kind: Kind { .answer }
    var summary: String { table.summary }
    var blocks: [Block] { [.table(table.display(limit: limit, more: more, check: {}))] }
    var json: JSON { table.json(limit: limit) }
    var outline: Outline { Outline([kind], schema: table.table.schema(), properties: [], rowNoun: table.rowNoun) }

    /// - Throws: `Cancelled`.
    func display(_ work: Work) throws -> DisplayTable { try table.display(limit: limit, more: more, check: work.check) }
}

extension KindValue {
    /// The table that the value is, or that 'show' made of another.
    var asTable: TableValue? { self as? TableValue ?? (self as? ShownRows)?.table }

    /// The value as rows, if it has any.
    func rows(_ work: Work) throws -> TableValue? {
        switch self {
        case let table as TableValue: return table
        case let shown as ShownRows: return shown.table
        case let events as EventsValue:
            let log = try events.log(work)
            return TableValue(log.table, kind: .answer, title: "Events", rowNoun: "events", identifier: log.column(.user)?.name, featureColumns: [])
        case let segments as SegmentsValue:
            return TableValue(try segments.assignments(work), kind: .answer, title: "\(segments.rowNoun.capitalisedFirst) and their segments", rowNoun: segments.rowNoun, identifier: segments.identifier, units: segments.table.units)
        default: return nil
        }
    }
}
