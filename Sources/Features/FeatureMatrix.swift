import Algebra
import Diagnostics

/// Numbers about users: named columns, a row for each user. A missing value is NaN.
public struct FeatureMatrix: Sendable, Hashable, Codable {
    public let columns: [String]
    /// `[users, columns]`.
    public let values: DenseMatrix
    public let users: RowNames

    /// Who the rows are about.
    public enum RowNames: Sendable, Hashable, Codable {
        /// Nobody in particular: rows are called by their number, counted from 1.
        case numbered(Int)
        case names([String])
        /// Codes of a dictionary, as an event log keeps its users.
        case codes([UInt32], dictionary: [String])

        public var count: Int {
            switch self {
            case .numbered(let count): count
            case .names(let names): names.count
            case .codes(let codes, _): codes.count
            }
        }

        public subscript(row: Int) -> String {
            switch self {
            case .numbered: String(row + 1)
            case .names(let names): names[row]
            case .codes(let codes, let dictionary): dictionary[Int(codes[row])]
            }
        }

        /// The names of the rows at `rows`, in that order; numbered rows keep their numbers.
        func selecting(_ rows: [Int]) -> RowNames {
            switch self {
            case .numbered: .names(rows.map { self[$0] })
            case .names(let names): .names(rows.map { names[$0] })
            case .codes(let codes, let dictionary): .codes(rows.map { codes[$0] }, dictionary: dictionary)
            }
        }
    }

    /// - Parameter users: who the rows are about; numbered when not given.
    /// - Throws: `FeatureError.columnCount`, `rowCount`, `unknownUserCode`, `repeatedColumn`.
    public init(columns: [String], values: DenseMatrix, users: RowNames? = nil) throws(FeatureError) {
        guard columns.count == values.columns else { throw .columnCount(names: columns.count, found: values.columns) }
        let users = users ?? .numbered(values.rows)
        guard users.count == values.rows else { throw .rowCount(users: users.count, found: values.rows) }
        if case .codes(let codes, let dictionary) = users, let code = codes.first(where: { Int($0) >= dictionary.count }) {
            throw .unknownUserCode(Int(code), names: dictionary.count)
        }
        var seen: Set<String> = []
        for name in columns where !seen.insert(name).inserted { throw .repeatedColumn(name) }
        self.columns = columns
        self.values = values
        self.users = users
    }

    public var rows: Int { values.rows }

    /// - Throws: `FeatureError.unknownColumn`.
    public func index(of column: String) throws(FeatureError) -> Int {
        guard let index = columns.firstIndex(of: column) else { throw .unknownColumn(column, known: columns) }
        return index
    }

    public func column(named name: String) throws(FeatureError) -> [Double] { values.column(try index(of: name)) }

    /// The columns of these names, in that order.
    public func selecting(columns names: [String]) throws(FeatureError) -> FeatureMatrix {
        var indices: [Int] = []
        for name in names { indices.append(try index(of: name)) }
        return try FeatureMatrix(columns: names, values: values.selecting(columns: indices), users: users)
    }

    /// The rows at `rows`, in that order.
    public func selecting(rows: [Int]) throws(FeatureError) -> FeatureMatrix {
        try FeatureMatrix(columns: columns, values: values.selecting(rows: rows), users: users.selecting(rows))
    }

    /// The same users with other values of the same columns.
    public func replacing(values: DenseMatrix) throws(FeatureError) -> FeatureMatrix {
        try FeatureMatrix(columns: columns, values: values, users: users)
    }

    /// Throws for the first column, from the left, that has values which are missing, infinite or beyond 1e150.
    public func checkComplete() throws(FeatureError) {
        guard values.firstUnusable != nil else { return }
        for column in columns.indices {
            let unusable = (0..<rows).filter { !(values[$0, column].magnitude <= 1e150) }
            guard let first = unusable.first else { continue }
            if values[first, column].isNaN { throw .missing(column: columns[column], user: users[first], count: unusable.count) }
            throw .tooLarge(column: columns[column], user: users[first])
        }
    }
}

/// Why features cannot be used.
public enum FeatureError: Error, Sendable, Hashable, Diagnosable {
    case columnCount(names: Int, found: Int)
    case rowCount(users: Int, found: Int)
    case unknownUserCode(Int, names: Int)
    case repeatedColumn(String)
    case unknownColumn(String, known: [String])
    case noRows
    case noColumns
    case missing(column: String, user: String, count: Int)
    case tooLarge(column: String, user: String)
    case nothingKnown(column: String)
    case otherColumns(expected: [String], found: [String])
    case negativeForLog(column: String, user: String)

    public var diagnostic: Diagnostic {
        switch self {
        case .columnCount(let names, let found):
            Diagnostic("wrong-columns", "\(names) columns are named, but rows have \(found) values", hint: "name each column once")
        case .rowCount(let users, let found):
            Diagnostic("wrong-rows", "\(users) users are named, but there are \(found) rows", hint: "give one row for each user")
        case .unknownUserCode(let code, let names):
            Diagnostic("wrong-rows", "a row is about user number \(code), but only \(names) are named", hint: "name each user")
        case .repeatedColumn(let name):
            Diagnostic("repeated-column", "two columns are named '\(name)'", category: .data, hint: "rename one of them")
        case .unknownColumn(let name, let known):
            Diagnostic(
                "unknown-column", "no column is named '\(name)'", category: .data,
                hint: nearest(to: name, in: known).map { "did you mean '\($0)'?" } ?? "there are \(known.joined(separator: ", "))")
        case .noRows: Diagnostic("no-rows", "there are no rows to learn from", category: .data, hint: "filter less, or take a larger sample")
        case .noColumns: Diagnostic("no-columns", "there are no columns of numbers to learn from", category: .data, hint: "make features first: rfm")
        case .missing(let column, let user, let count):
            Diagnostic(
                "missing-values", "column '\(column)' has no value in \(count == 1 ? "1 row" : "\(count) rows"), the first is '\(user)'",
                category: .data, hint: "filter not (\(column) == missing) keeps the rows that have a value")
        case .tooLarge(let column, let user):
            Diagnostic(
                "not-finite", "column '\(column)' has a value in row '\(user)' that is infinite or too large to square", category: .data,
                hint: "leave the user or the column out")
        case .nothingKnown(let column):
            Diagnostic("missing-values", "column '\(column)' has no value at all", category: .data, hint: "leave the column out")
        case .otherColumns(let expected, let found):
            Diagnostic(
                "other-columns", "columns \(expected.joined(separator: ", ")) are expected, found \(found.joined(separator: ", "))", category: .data,
                hint: "make the features as for the first data, in the same order")
        case .negativeForLog(let column, let user):
            Diagnostic(
                "negative-value", "column '\(column)' was scaled by a logarithm, but row '\(user)' has a value below 0", category: .data,
                hint: "learn the scaling on data that has such values too")
        }
    }
}
