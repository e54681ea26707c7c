import Diagnostics
import Events
import Expressions
import Language
import Runtime
import Tables

/// Puts the columns of a table beside events or the rows of another table.
struct JoinCommand: Command {
    static let table = Parameter<String>.requiredName("table", of: [.table, .segments], "the table, or the segments, whose columns are added", isBesideInput: true)
    static let key = Parameter<String>.requiredColumn("by", "the column that both have, or the role that it plays here", place: .option)

    static let signature = Signature(
        "join", group: .data, summary: "Add the columns of a table to events or to another table, by a key.",
        details: """
            Every event or row stays; it gets the values of the row of the table that holds the same key, and gaps where there is none. A key may stand once in the table; a
            missing key finds nothing. The table's key has the same name, or that of the column that plays the role: by=user finds 'user' there also if it is called otherwise
            here. Keys are the same if they are written the same; whole numbers match numbers. Of segments the number of the segment is added. A new column that bears the name
            of a role that none plays, such as category, plays it if its type fits. What is joined to is the newest events or table besides that one, or what 'on' names.
            """,
        prints: [
            .init("N of M have a row", "events or rows that found their key in the table; the others have gaps in the new columns"),
            .init("N events of M users, DAY to DAY", "events, different users, and the days of the first and the last event, in UTC or the zone that load was given"),
        ],
        memory: "the new columns, 4 to 8 bytes a row each; the others are shared with the value that was read",
        reads: [.events, .table], gives: [.events, .table],
        examples: [
            Example("simulate shop users=100 days=20 seed=1 | rfm | join rfm by=user", prints: "have a row of 'rfm'"),
            Example("simulate shop users=100 days=20 seed=1 | rfm | kmeans k=2 | join kmeans by=user", prints: "segment"),
        ]
    ) {
        table
        key
    }

    static func outline(_ call: Call, on input: Outline?) throws(Diagnostic) -> Outline {
        let (name, by) = (try call[table], try call[key])
        guard let input, let schema = input.schema else { return Outline(signature.gives, maker: signature.verb) }
        // The columns of segments are known once they are made.
        guard let other = call.context.outlines[name], !other.kinds.contains(.segments), let added = other.schema else { return Outline(input.kinds, maker: signature.verb) }
        do throws(DataError) {
            if input.kinds.contains(.events) { return input.having(try EventSource.schema(schema, joining: added, by: by).schema, maker: signature.verb) }
            let (joined, _, theirs) = try schema.joining(added, by: by)
            let new = added.columns.filter { $0.name != theirs && $0.type == .number }.map(\.name)
            return input.having(joined, features: input.features.map { $0 + new }, maker: signature.verb)
        } catch { throw placed(error, call) }
    }

    private static func placed(_ error: DataError, _ call: Call) -> Diagnostic {
        var diagnostic = error.diagnostic
        if case .nameTaken(let name, _) = error {
            diagnostic.hint = "'rename \(Expression.quotedName(name))=NAME' before it makes room, and 'on NAME' joins to another value than the newest"
            return diagnostic.placed(at: call.span(of: table))
        }
        return diagnostic.placed(at: call.span(of: key))
    }

    func run(_ call: Call, on input: Input?) throws -> Outcome {
        let (name, by) = (try call[Self.table], try call[Self.key])
        let work = call.context.work
        let value = try call.context.value(named: name, at: call.span(of: Self.table)).value
        guard let rows = try value.rows(work) else { throw Diagnostic("wrong-kind", "'\(name)' has no rows to join", category: .syntax, at: call.span(of: Self.table)) }
        let other = value is SegmentsValue ? try rows.table.selecting([rows.identifier, "segment"].compactMap { $0 }) : rows.table
        do {
            if let table = input?.value.asTable {
                let (_, mine, theirs) = try table.table.schema().joining(other.schema(), by: by)
                let (joined, matched) = try table.table.joining(other, by: mine, theirs, work: work)
                // The number of a segment is its name, and describes nothing.
                let numeric = value is SegmentsValue ? [] : other.columns.filter { $0.name != theirs && $0.expressionType == .number && !rows.tells($0.name) }.map(\.name)
                let result = table.with(
                    joined, after: .join(other, name: name, by: mine, theirs), featureColumns: table.featureColumns + numeric,
                    hiding: other.columns.map(\.name).filter { $0 != theirs && rows.tells($0) })
                return Outcome(
                    result, blocks: [.text("\(NumberText.rate(matched, of: joined.rowCount)) \(table.rowNoun) have a row of '\(name)'")] + result.blocks, notes: Self.warnings(table.steps, rows, name, call))
            }
            let events = try EventsValue.read(input, call)
            var outcome = try events.following(try events.source.joining(other, named: name, by: by, hiding: Set(other.columns.map(\.name).filter(rows.tells))), call: call) { report in
                report.joins.last.map { "\(NumberText.rate($0.events.count, of: $0.events.total)) events have a row of '\(name)'" }
            }
            outcome.notes += Self.warnings(events.source.steps, rows, name, call)
            return outcome
        } catch let error as DataError { throw Self.placed(error, call) }
    }

    /// A word where what is joined saw events that a label hides.
    ///
    /// - Parameter steps: those of what is joined to.
    private static func warnings(_ steps: [EventStep], _ rows: TableValue, _ name: String, _ call: Call) -> [Diagnostic] {
        guard let label = steps.first(where: \.isLabel), rows.steps.contains(where: \.makesRows), !rows.steps.contains(where: \.isLabel) else { return [] }
        return [
            Diagnostic(
                "made-too-late", "'\(name)' was made from all events, also from those that '\(label.text)' hides from models, so that its columns may tell the label", category: .data, severity: .warning,
                at: call.span(of: table), label: "saw what came after", hint: "make '\(name)' from the events after the label")
        ]
    }
}
