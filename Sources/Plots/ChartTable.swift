import Runtime

/// The numbers behind a picture as a plain table.
public struct ChartTable: Sendable, Hashable {
    public enum Value: Sendable, Hashable {
        case text(String)
        case integer(Int)
        case number(Double)
        case missing
    }

    public let columns: [String]
    /// Each as long as `columns`.
    public private(set) var rows: [[Value]]

    public init(_ columns: [String], rows: [[Value]] = []) {
        self.columns = columns
        self.rows = []
        for row in rows { append(row) }
    }

    /// Adds a row; one that is too short ends with missing values.
    public mutating func append(_ row: [Value]) {
        precondition(row.count <= columns.count, "a chart table's row has at most as many values as there are columns")
        rows.append(row + Array(repeating: .missing, count: columns.count - row.count))
    }

    /// The table as CSV after RFC 4180, with line feeds; numbers read back to the same double.
    public var csv: String {
        let head = columns.map(Self.quoted).joined(separator: ",")
        return ([head] + rows.map { $0.map(Self.field).joined(separator: ",") }).joined(separator: "\n") + "\n"
    }

    /// `{"columns": [...], "rows": [[...]]}`.
    public var json: JSON {
        let rows: [JSON] = rows.map { .array($0.map(Self.jsonValue)) }
        return ["columns": .array(columns.map { .string($0) }), "rows": .array(rows)]
    }

    private static func jsonValue(_ value: Value) -> JSON {
        switch value {
        case .text(let text): .string(text)
        case .integer(let number): .integer(number)
        case .number(let number): .number(number)
        case .missing: .null
        }
    }

    private static func field(_ value: Value) -> String {
        switch value {
        case .text(let text): quoted(text)
        case .integer(let number): String(number)
        case .number(let number): number.isFinite ? Format.exact(number) : ""
        case .missing: ""
        }
    }

    private static func quoted(_ text: String) -> String {
        guard text.utf8.contains(where: { $0 == 0x22 || $0 == 0x2C || $0 == 0x0A || $0 == 0x0D }) else { return text }
        var doubled = "\""
        for scalar in text.unicodeScalars {
            if scalar == "\"" { doubled += "\"" }
            doubled.unicodeScalars.append(scalar)
        }
        return doubled + "\""
    }
}

extension ChartTable.Value {
    /// A number, or a missing value in place of one that is not finite.
    init(_ number: Double) { self = number.isFinite ? .number(number) : .missing }
}
