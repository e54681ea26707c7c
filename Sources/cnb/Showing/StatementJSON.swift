import Diagnostics
import Language
import Runtime

/// What programs get: one object a line for each statement, and one for a failure.
enum StatementJSON {
    static func line(_ result: StatementResult) -> String {
        let (kind, value) = value(of: result)
        return JSON.object([
            .init("statement", .string(result.statement)),
            .init("verb", .string(result.verb)),
            .init("kind", kind.map { .string($0) } ?? .null),
            .init("name", result.name.map { .string($0) } ?? .null),
            .init("input", result.input.map { .string($0) } ?? .null),
            .init("value", value),
        ]).text
    }

    static func line(_ diagnostic: Diagnostic) -> String {
        let place = diagnostic.span.map { ($0.file.name, $0.file.place(of: $0.range.lowerBound)) }
        let end = diagnostic.span.map { $0.file.place(of: $0.range.upperBound) }
        return JSON.object([
            .init(
                "error",
                .object([
                    .init("code", .string(diagnostic.code)),
                    .init("message", .string(diagnostic.message)),
                    .init("file", place.map { .string($0.0) } ?? .null),
                    .init("line", place.map { .integer($0.1.line) } ?? .null),
                    .init("column", place.map { .integer($0.1.column) } ?? .null),
                    .init("hint", diagnostic.hint.map { .string($0) } ?? .null),
                    // What an editor needs besides, to mark the words.
                    .init("severity", .string(diagnostic.severity.rawValue)),
                    .init("cell", diagnostic.span?.cell.map { .string($0) } ?? .null),
                    .init("label", .string(diagnostic.label)),
                    .init("end_line", end.map { .integer($0.line) } ?? .null),
                    .init("end_column", end.map { .integer($0.column) } ?? .null),
                ]))
        ]).text
    }

    /// The statement's value; a statement that only shows something gives its table, or its text.
    private static func value(of result: StatementResult) -> (kind: String?, JSON) {
        if let value = result.value { return (value.kind.name, value.json) }
        let tables: [JSON] = result.blocks.compactMap { if case .table(let table) = $0 { json(of: table) } else { nil } }
        if tables.count == 1 { return ("table", tables[0]) }
        if !tables.isEmpty { return ("table", .array(tables)) }
        let texts: [String] = result.blocks.compactMap { if case .text(let text) = $0 { text } else { nil } }
        return texts.isEmpty ? (nil, .null) : (Kind.plain.name, .string(texts.joined(separator: "\n")))
    }

    private static func json(of table: DisplayTable) -> JSON {
        .object([
            .init("rows", .integer(table.totalRows)),
            .init("columns", .array(table.columns.map { .string($0.title) })),
            .init("data", .array(table.rows.map { .array($0.map(\.value)) })),
        ])
    }
}
