import Expressions

// Columns that a person names, by their own names or by the roles that they play.

extension ExpressionSchema {
    /// The own names of columns, each once.
    ///
    /// - Throws: `DataError.unknownColumn` with the nearest name.
    public func ownNames(_ names: [String]) throws(DataError) -> [String] {
        var found: [String] = []
        for name in names {
            let own = try ownName(name)
            if !found.contains(own) { found.append(own) }
        }
        return found
    }

    /// The own names of columns in the order in which they are named, or with `except` of all others in theirs.
    ///
    /// - Throws: `DataError.unknownColumn`; `badOption` where none is left.
    public func selecting(_ names: [String], except: Bool = false) throws(DataError) -> [String] {
        let chosen = try ownNames(names)
        guard except else { return chosen }
        let kept = columns.map(\.name).filter { !chosen.contains($0) }
        guard !kept.isEmpty || isOpen else { throw .badOption(name: "except", value: names.joined(separator: " "), wanted: "fewer columns than there are") }
        return kept
    }

    /// The own name of the column that a written name means.
    ///
    /// - Throws: `DataError.unknownColumn` with the nearest name.
    public func ownName(_ name: String) throws(DataError) -> String {
        guard let column = column(named: name) else { throw .unknownColumn(name, known: names) }
        return column.name
    }

    /// New names by the own old ones, for renamings that happen all at once: `a=b b=a` swaps two names.
    ///
    /// - Throws: `DataError.unknownColumn`; `nameTaken` where two columns would answer to one name or one column were to bear two.
    public func newNames(_ pairs: [(from: String, to: String)]) throws(DataError) -> [String: String] {
        var names: [String: String] = [:]
        for (from, to) in pairs {
            let own = try ownName(from)
            if let other = names[own] { throw .nameTaken(from, by: "renamed to '\(other)'") }
            if let other = names.first(where: { $0.value == to }) { throw .nameTaken(to, by: "the new name of '\(other.key)'") }
            names[own] = to
        }
        for (from, to) in pairs {
            let own = try ownName(from)
            if columns.contains(where: { $0.name == to }), names[to] == nil { throw .nameTaken(to, by: "another column") }
            if let player = roles[to], player != own { throw .nameTaken(to, by: "the role of '\(player)'") }
        }
        return names
    }

    /// The columns under new names, with the roles that they play.
    public func renaming(_ names: [String: String]) -> ExpressionSchema {
        ExpressionSchema(columns: columns.map { .init(names[$0.name] ?? $0.name, $0.type) }, roles: roles.mapValues { names[$0] ?? $0 }, isOpen: isOpen)
    }

    /// The columns with another one, or with one in the place of that of its name.
    public func adding(_ name: String, _ type: ExpressionType) -> ExpressionSchema {
        let column = Column(name, type)
        let isNew = !columns.contains { $0.name == name }
        return ExpressionSchema(columns: columns.map { $0.name == name ? column : $0 } + (isNew ? [column] : []), roles: roles, isOpen: isOpen)
    }
}

extension ExpressionType {
    /// The type of a column that holds such values: a duration is kept as its seconds.
    public var inColumn: ExpressionType { self == .duration ? .number : self }
}
