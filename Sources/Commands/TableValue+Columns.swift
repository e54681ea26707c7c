import Algebra
import Features
import Models
import Runtime
import Tables

// The columns of a table as clusterings and networks read them.

extension TableValue {
    /// Columns of numbers in the original units, a gap as NaN.
    func numbers(of names: [String], work: Work) throws -> FeatureMatrix {
        try FeatureMatrix(of: names.compactMap { table.column(named: $0) }, rows: table.rowCount, users: rowNames(work), work: work)
    }

    /// Who the rows are about, where something says so.
    func rowNames(_ work: Work) throws -> [String]? {
        guard let column = identifier.flatMap({ table.column(named: $0) }) else { return nil }
        return try work.map(rows: table.rowCount) { column.text(at: $0) ?? "" }
    }

    /// Columns as categories, a gap as a level of its own.
    func categories(of names: [String], work: Work) throws -> CategoryColumns {
        var levels: [[String]] = [], codes: [[Int32]] = []
        for column in names.compactMap({ table.column(named: $0) }) {
            var interning = TextInterning()
            codes.append(try work.map(rows: column.count) { interning.code(of: column.text(at: $0) ?? SequenceInputs.Variable.missingWord) })
            levels.append(interning.names)
        }
        return CategoryColumns(names: names, levels: levels, codes: codes, rows: table.rowCount)
    }

    /// The table with a column that names its rows, where it has none that is known to and a text differs in each row.
    func named(_ work: Work) throws -> TableValue {
        guard identifier == nil, table.rowCount > 1 else { return self }
        for column in table.columns where column.kind == .text && !tells(column.name) {
            if try column.differsInEachRow(check: work.check) { return identified(by: column.name) }
        }
        return self
    }

    /// Columns of whole numbers that differ in each row and rise from row to row, as numbers do that only tell rows apart.
    func counters(among names: [String]) -> [String] {
        guard table.rowCount >= Self.fewestCounted else { return [] }
        return names.filter { name in
            guard case .integer(let values, nil)? = table.column(named: name)?.storage else { return false }
            return zip(values, values.dropFirst()).allSatisfy { $0 < $1 }
        }
    }

    /// Of fewer rows a column may rise by chance.
    private static let fewestCounted = 10
}

extension Column {
    /// Whether every row has a value, and no two the same.
    func differsInEachRow(check: () throws -> Void) throws -> Bool {
        try unpack(check: check)
        if case .text(let codes, let dictionary) = storage { return dictionary.count >= codes.count && !codes.contains(-1) && Set(codes).count == codes.count }
        guard let values = try numbers(check: check), !values.contains(where: \.isNaN) else { return false }
        return Set(values).count == values.count
    }
}

extension FeatureMatrix {
    /// Columns of numbers side by side, a gap as NaN.
    ///
    /// - Parameter rows: how many each has, should there be none.
    /// - Throws: `FeatureError.repeatedColumn`; `Cancelled`.
    init(of columns: [Column], rows: Int, users: [String]? = nil, work: Work) throws {
        let known = try columns.map { try $0.numbers(check: work.check) ?? [] }
        var values: [Double] = []
        values.reserveCapacity(rows * known.count)
        try work.forEachStretch(of: rows) { for row in $0 { for column in known { values.append(column[row]) } } }
        try self.init(columns: columns.map(\.name), values: DenseMatrix(rows: rows, columns: known.count, values: values), users: users.map { .names($0) })
    }
}
