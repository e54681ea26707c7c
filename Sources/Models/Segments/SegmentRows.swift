import Algebra
import Features

/// Rows as clusterings read them: numbers on a common scale, and categories.
public struct SegmentRows: Sendable {
    /// Without gaps; without columns where all are categories.
    public let numbers: FeatureMatrix
    /// Without columns where all are numbers.
    public let categories: CategoryColumns

    /// - Precondition: both have as many rows.
    public init(numbers: FeatureMatrix, categories: CategoryColumns) {
        precondition(numbers.rows == categories.rows, "numbers and categories are of the same rows")
        self.numbers = numbers
        self.categories = categories
    }

    /// Rows of numbers alone.
    public init(_ numbers: FeatureMatrix) { self.init(numbers: numbers, categories: CategoryColumns(rows: numbers.rows)) }

    public var count: Int { numbers.rows }
    public var columns: [String] { numbers.columns + categories.names }

    /// Some of the rows, in that order.
    public func selecting(_ rows: [Int]) throws(FeatureError) -> SegmentRows {
        SegmentRows(numbers: try numbers.selecting(rows: rows), categories: categories.selecting(rows))
    }
}

/// Columns of categories as codes. A missing value is a level of its own, as any other.
public struct CategoryColumns: Sendable, Hashable, Codable {
    public let names: [String]
    /// The levels of each column; which comes first means nothing.
    public let levels: [[String]]
    /// For each column the level of each row: its place among `levels`, or -1 for one that is not among them.
    public let codes: [[Int32]]
    public let rows: Int

    /// - Precondition: a list of levels and one of `rows` codes for each name.
    public init(names: [String] = [], levels: [[String]] = [], codes: [[Int32]] = [], rows: Int) {
        precondition(names.count == levels.count && names.count == codes.count && codes.allSatisfy { $0.count == rows }, "levels and codes are given for each column")
        (self.names, self.levels, self.codes, self.rows) = (names, levels, codes, rows)
    }

    public func selecting(_ rows: [Int]) -> CategoryColumns {
        CategoryColumns(names: names, levels: levels, codes: codes.map { column in rows.map { column[$0] } }, rows: rows.count)
    }

    /// The same rows by the codes of other levels, those of a model; -1 for a level that is not among them.
    ///
    /// - Throws: `ClusteringError.otherColumnNames` unless the columns bear the same names.
    public func recoded(names wanted: [String], levels known: [[String]]) throws(ClusteringError) -> CategoryColumns {
        guard names == wanted else { throw .otherColumnNames(expected: wanted, found: names) }
        guard levels != known else { return self }
        let recoded = zip(levels, zip(known, codes)).map { old, new -> [Int32] in
            let places = Dictionary(uniqueKeysWithValues: new.0.enumerated().map { ($0.element, Int32($0.offset)) })
            let translation = old.map { places[$0] ?? -1 }
            return new.1.map { $0 < 0 ? -1 : translation[Int($0)] }
        }
        return CategoryColumns(names: names, levels: known, codes: recoded, rows: rows)
    }
}
