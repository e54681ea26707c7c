import Expressions
import Runtime

extension Table {
    /// The rows with the columns of another table beside them, by a key: of each row those of the row there that holds the same key, or gaps where there is none.
    ///
    /// Texts are the same if they are written the same, and a number and a text if the number is written so; a missing key is the same as none.
    ///
    /// - Parameters:
    ///   - key: a column of this table.
    ///   - otherKey: a column of the other one, each of whose values stands there once.
    /// - Returns: the table, and how many of its rows found a row of the other.
    /// - Throws: `DataError.unknownColumn`, `repeatedKey`, or `Cancelled`.
    /// - Complexity: O(rows of both).
    public func joining(_ other: Table, by key: String, _ otherKey: String, work: Work) throws -> (table: Table, matched: Int) {
        guard let left = column(named: key) else { throw DataError.unknownColumn(key, known: names) }
        guard let right = other.column(named: otherKey) else { throw DataError.unknownColumn(otherKey, known: other.names) }
        let rows: [Int32]
        switch (left.storage, right.storage) {
        case (.integer(let mine, _), .integer(let theirs, _)):
            rows = try Self.places(of: { left.isMissing($0) ? nil : mine[$0] }, count: left.count, in: right, keys: { theirs[$0] }, work)
        case (.text(let codes, let dictionary), _):
            // Each different text is looked up once.
            let places = try Self.places(of: { dictionary[$0] }, count: dictionary.count, in: right, keys: { right.text(at: $0) }, work)
            rows = try work.map(rows: codes.count) { codes[$0] < 0 ? -1 : places[Int(codes[$0])] }
        case (_, .text): rows = try Self.places(of: { left.text(at: $0) }, count: left.count, in: right, keys: { right.text(at: $0) }, work)
        default:
            let (mine, theirs) = (left.numbers ?? [], right.numbers ?? [])
            rows = try Self.places(of: { left.isMissing($0) ? nil : mine[$0] }, count: left.count, in: right, keys: { theirs[$0] }, work)
        }
        let others = other.columns.filter { $0.name != otherKey }
        let found = rows
        let added = try work.workers.map(shards: others.count) { try others[$0].gathered(found, check: work.check).compacted(check: work.check) }
        return (Table(columns + added), rows.reduce(0) { $0 + ($1 < 0 ? 0 : 1) })
    }

    /// For each of some keys the row of a column that holds the same, or -1.
    private static func places<Key: Hashable>(of wanted: (Int) -> Key?, count: Int, in column: Column, keys: (Int) -> Key?, _ work: Work) throws -> [Int32] {
        var rows: [Key: Int32] = [:]
        for row in 0..<column.count where !column.isMissing(row) {
            if row & 0x3fff == 0 { try work.check() }
            guard let key = keys(row) else { continue }
            if rows.updateValue(Int32(row), forKey: key) != nil { throw DataError.repeatedKey(column.text(at: row) ?? "", column: column.name) }
        }
        var places = [Int32](repeating: -1, count: count)
        for index in 0..<count {
            if index & 0x3fff == 0 { try work.check() }
            if let key = wanted(index), let row = rows[key] { places[index] = row }
        }
        return places
    }
}

extension Column {
    /// The values of some rows, in the order given; gaps where the row is -1.
    ///
    /// - Parameter check: is asked every few ten thousand rows; what it throws ends the choosing.
    public func gathered(_ rows: [Int32], check: () throws -> Void) rethrows -> Column {
        switch storage {
        case .text(let codes, let dictionary): Column(name, .text(codes: try Self.gather(codes, -1, rows, check), dictionary: dictionary))
        case .integer(let values, let present): Column(name, .integer(try Self.gather(values, 0, rows, check), present: try Self.presence(present, rows, check)))
        case .number(let values, let present): Column(name, .number(try Self.gather(values, 0, rows, check), present: try Self.presence(present, rows, check)))
        case .boolean(let values, let present): Column(name, .boolean(try Self.gather(values, false, rows, check), present: try Self.presence(present, rows, check)))
        case .time(let values, let present, let format):
            Column(name, .time(try Self.gather(values, 0, rows, check), present: try Self.presence(present, rows, check), format: format))
        }
    }

    private static func gather<Value>(_ values: [Value], _ none: Value, _ rows: [Int32], _ check: () throws -> Void) rethrows -> [Value] {
        var gathered: [Value] = []
        gathered.reserveCapacity(rows.count)
        for start in stride(from: 0, to: rows.count, by: 1 << 16) {
            try check()
            gathered.append(contentsOf: rows[start..<min(rows.count, start + (1 << 16))].lazy.map { $0 < 0 ? none : values[Int($0)] })
        }
        return gathered
    }

    /// Which of the rows have a value, if some have none.
    private static func presence(_ present: Mask?, _ rows: [Int32], _ check: () throws -> Void) rethrows -> Mask? {
        var mask = Mask(count: rows.count)
        var isComplete = true
        for (place, row) in rows.enumerated() {
            if place & 0xFFFF == 0 { try check() }
            if row >= 0, present?[Int(row)] ?? true { continue }
            mask[place] = false
            isComplete = false
        }
        return isComplete ? nil : mask
    }
}

extension ExpressionSchema {
    /// The columns once those of another table stand beside them, and what the key is called in both.
    ///
    /// - Parameter name: of the key, by its own name or role here; there by the same name, or by the own name of the column here.
    /// - Throws: `DataError.unknownColumn`; `badOption` where the keys are of types that cannot be the same; `nameTaken` where both have another column of a name.
    public func joining(_ other: ExpressionSchema, by name: String) throws(DataError) -> (schema: ExpressionSchema, key: String, otherKey: String) {
        let key = try ownName(name)
        guard let theirs = [name, key].lazy.compactMap({ other.column(named: $0) }).first else { throw .unknownColumn(name, known: other.names) }
        if let mine = column(named: key), mine.type != theirs.type, mine.type != .missing, theirs.type != .missing, Set([mine.type, theirs.type]) != [.text, .number] {
            throw .badOption(name: "by=", value: name, wanted: "a column of one type, and here are \(mine.type.plural) and there \(theirs.type.plural)")
        }
        // What else a table may have, it brings.
        var schema = ExpressionSchema(columns: columns, roles: roles, isOpen: isOpen || other.isOpen)
        for column in other.columns where column.name != theirs.name {
            if columns.contains(where: { $0.name == column.name }) { throw .nameTaken(column.name, by: "a column of both") }
            if let player = roles[column.name] { throw .nameTaken(column.name, by: "the role of '\(player)'") }
            schema = schema.adding(column.name, column.type)
        }
        return (schema, key, theirs.name)
    }
}
