import Diagnostics
import Expressions

/// Columns of the same length under different names.
public struct Table: Sendable {
    public let columns: [Column]
    public let rowCount: Int

    public init(_ columns: [Column]) {
        let rows = columns.first?.count ?? 0
        precondition(columns.allSatisfy { $0.count == rows }, "a table's columns are of the same length")
        self.columns = columns
        rowCount = rows
    }

    public var names: [String] { columns.map(\.name) }

    public func column(named name: String) -> Column? { columns.first { $0.name == name } }

    /// The rows given, in their order.
    public func subset(rows: [Int32]) -> Table { Table(columns.map { $0.subset(rows: rows) }) }

    /// The rows for which `keep` is true.
    public func filtered(_ keep: [Bool]) -> Table {
        var rows: [Int32] = []
        for (row, isKept) in keep.enumerated() where isKept { rows.append(Int32(row)) }
        return rows.count == rowCount ? self : subset(rows: rows)
    }

    public func prefix(_ count: Int) -> Table { subset(rows: (0..<Int32(min(count, rowCount))).map { $0 }) }

    /// Some of the columns, in the order asked for.
    ///
    /// - Throws: `DataError.unknownColumn` with the nearest name.
    public func selecting(_ names: [String]) throws(DataError) -> Table {
        var selected: [Column] = []
        for name in names {
            guard let column = column(named: name) else { throw .unknownColumn(name, known: self.names) }
            selected.append(column)
        }
        return Table(selected)
    }

    /// The columns under new names, by their old ones.
    public func renaming(_ names: [String: String]) -> Table { Table(columns.map { column in names[column.name].map(column.renamed) ?? column }) }

    /// The table with a column added, or put in the place of the one of its name.
    public func adding(_ column: Column) -> Table {
        precondition(columns.isEmpty || column.count == rowCount, "a table's columns are of the same length")
        var columns = self.columns
        if let index = columns.firstIndex(where: { $0.name == column.name }) { columns[index] = column } else { columns.append(column) }
        return Table(columns)
    }

    /// The rows in rising (or falling) order of a column; equal values keep their order, gaps come last.
    ///
    /// Texts are ordered by their Unicode scalars.
    public func sorted(by name: String, descending: Bool = false) throws(DataError) -> Table {
        guard let column = column(named: name) else { throw .unknownColumn(name, known: names) }
        let missing = (0..<rowCount).map { column.isMissing($0) }
        let precedes: (Int, Int) -> Bool
        switch column.storage {
        case .text(let codes, let dictionary):
            let order = (0..<dictionary.count).sorted { dictionary.precedes($0, $1) }
            var ranks = [Int](repeating: 0, count: dictionary.count)
            for (rank, code) in order.enumerated() { ranks[code] = rank }
            precedes = { ranks[Int(codes[$0])] < ranks[Int(codes[$1])] }
        case .integer(let values, _), .time(let values, _, _): precedes = { values[$0] < values[$1] }
        case .number(let values, _): precedes = { values[$0] < values[$1] }
        case .boolean(let values, _): precedes = { !values[$0] && values[$1] }
        }
        let rows = (0..<rowCount).sorted { a, b in
            if missing[a] || missing[b] { return missing[a] == missing[b] ? a < b : missing[b] }
            if descending ? precedes(b, a) : precedes(a, b) { return true }
            if descending ? precedes(a, b) : precedes(b, a) { return false }
            return a < b
        }
        return subset(rows: rows.map(Int32.init))
    }

    /// What an expression may name over this table.
    public func schema(roles: [String: String] = [:]) -> ExpressionSchema {
        ExpressionSchema(columns: columns.map { .init($0.name, $0.expressionType) }, roles: roles)
    }
}
