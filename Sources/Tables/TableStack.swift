import Runtime

/// Puts tables with the same columns one below the other.
public final class TableStack {
    private var columns: [Growing] = []
    public private(set) var rowCount = 0
    private let expected: Int

    /// - Parameter expected: how many rows to make room for.
    public init(expecting expected: Int = 0) { self.expected = expected }

    /// - Precondition: the table has the columns of those before it, of the same kinds.
    /// - Throws: `DataError.tooManyRows`.
    /// - Complexity: O(values of the table and texts that its columns hold).
    public func append(_ table: Table) throws(DataError) {
        guard rowCount + table.rowCount <= Int(Int32.max) else { throw .tooManyRows("the events") }
        if columns.isEmpty { columns = table.columns.map { Growing($0, room: expected) } }
        precondition(columns.map(\.name) == table.names, "stacked tables have the same columns")
        for (growing, column) in zip(columns, table.columns) { growing.append(column, at: rowCount) }
        rowCount += table.rowCount
    }

    /// All rows.
    public var table: Table { Table(columns.map { $0.column(rows: rowCount) }) }

    /// One column so far; only the array of its kind is used.
    private final class Growing {
        let name: String
        private let kind: Column.Kind
        private let format: TimeFormat
        private let interner = TextInterner()
        private var codes: [Int32] = []
        /// Whole numbers and times.
        private var integers: [Int64] = []
        private var numbers: [Double] = []
        private var truths: [Bool] = []
        /// Rows without a value.
        private var gaps: [Int] = []

        init(_ column: Column, room: Int) {
            name = column.name
            kind = column.kind
            if case .time(_, _, let format) = column.storage { self.format = format } else { format = .iso }
            switch kind {
            case .text: codes.reserveCapacity(room)
            case .integer, .time: integers.reserveCapacity(room)
            case .number: numbers.reserveCapacity(room)
            case .boolean: truths.reserveCapacity(room)
            }
        }

        func append(_ column: Column, at first: Int) {
            precondition(column.kind == kind, "stacked columns are of the same kind")
            switch column.storage {
            case .text(let more, let dictionary):
                // A text gets its number when the first row with it comes, as if the rows had come one by one.
                var known = [Int32](repeating: -1, count: dictionary.count)
                for code in more {
                    if code >= 0, known[Int(code)] < 0 { known[Int(code)] = dictionary.withBytes(of: Int(code)) { interner.code(of: $0).code } }
                    codes.append(code < 0 ? -1 : known[Int(code)])
                }
            case .integer(let more, _), .time(let more, _, _): integers.append(contentsOf: more)
            case .number(let more, _): numbers.append(contentsOf: more)
            case .boolean(let more, _): truths.append(contentsOf: more)
            }
            if let present = column.present { for row in 0..<column.count where !present[row] { gaps.append(first + row) } }
        }

        func column(rows: Int) -> Column {
            var present: Mask?
            if !gaps.isEmpty {
                var mask = Mask(count: rows)
                for row in gaps { mask[row] = false }
                present = mask
            }
            return switch kind {
            case .text: Column(name, .text(codes: codes, dictionary: interner.dictionary))
            case .integer: Column(name, .integer(integers, present: present))
            case .number: Column(name, .number(numbers, present: present))
            case .boolean: Column(name, .boolean(truths, present: present))
            case .time: Column(name, .time(integers, present: present, format: format))
            }
        }
    }
}
