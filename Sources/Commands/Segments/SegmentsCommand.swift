import Diagnostics
import Expressions
import Language
import Models
import Runtime
import Tables

/// Takes the values of a column for segments: `segments by=country`.
struct SegmentsCommand: Command {
    static let key = Parameter<String>.requiredColumn("by", "the column whose values are the segments", place: .option)

    static let signature = Signature(
        "segments", group: .segments, summary: "Take the values of a column for segments, such as the groups of 'rfm'.",
        details: """
            Rows with the same value are a segment, which bears the value's name; rows without one are in none. What 'profile', 'explain' and 'assign' say of clusters they then say of
            these: what sets a country apart, or by which rule a group of 'rfm' is found. Segments are listed by falling size.
            """,
        prints: [
            .init("users, share", "rows of the segment, and of all"),
            .init("the other columns", "of a number the mean over the segment, in the original units; of a category its commonest value there, with its share"),
        ],
        memory: "a number for each row; the columns are shared with the table",
        reads: [.table], gives: [.segments],
        examples: [Example("simulate shop users=300 days=30 seed=1 | rfm | segments by=group", prints: "champions")]
    ) { key }

    static func outline(_ call: Call, on input: Outline?) throws(Diagnostic) -> Outline {
        let name = try call[key]
        if let schema = input?.schema, !schema.isOpen, schema.column(named: name) == nil { throw DataError.unknownColumn(name, known: schema.names).diagnostic.placed(at: call.span(of: key)) }
        return SegmentsValue.outline(features: input?.features?.filter { $0 != name }, rowNoun: input?.rowNoun, measures: [], maker: signature.verb)
    }

    private static let mostValues = 1000

    func run(_ call: Call, on input: Input?) throws -> Outcome {
        guard let input else { throw Diagnostic("nothing-to-read", "'segments' reads a table", category: .syntax, at: call.span) }
        let table = try input.table(for: call), work = call.context.work
        let name = try call[Self.key], span = call.span(of: Self.key)
        guard let column = table.table.column(named: name) else { throw DataError.unknownColumn(name, known: table.table.names).diagnostic.placed(at: span) }
        let (codes, values) = try column.interned(work: work)
        guard !values.isEmpty else { throw Diagnostic("no-rows", "'\(name)' has no value in any of the \(NumberText.counted(column.count, table.rowNoun))", category: .data, at: span, label: "missing everywhere") }
        guard values.count <= Self.mostValues else {
            throw Diagnostic(
                "too-many-values", "'\(name)' has \(NumberText.grouped(values.count)) different values, and segments are up to \(NumberText.grouped(Self.mostValues))", category: .data, at: span, label: "too many values",
                hint: "derive a column with fewer values, or 'kmeans' for numbers")
        }
        let found = ColumnSegments.segmentation(of: name, codes: codes.map(Int.init), levels: values)
        let names = (found.model as? ColumnSegments)?.values
        let others = try table.categories(of: table.categoryColumns.filter { $0 != name }, work: work)
        return Outcome(SegmentsValue(method: Self.signature.verb, sourceName: input.name, table: table, reading: .column(name, others: others), found: found, names: names, seed: call.context.seed))
    }
}
