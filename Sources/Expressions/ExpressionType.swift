import Diagnostics

/// What an expression gives for a row.
public enum ExpressionType: String, Sendable, Hashable {
    case number, text, boolean, time, duration
    /// The type of `missing` alone: fits every other.
    case missing

    func fits(_ other: ExpressionType) -> Bool { self == other || self == .missing || other == .missing }
}

/// The columns that an expression may name, with their types; roles stand beside them as further names.
public struct ExpressionSchema: Sendable {
    public struct Column: Sendable {
        public let name: String
        public let type: ExpressionType
        public init(_ name: String, _ type: ExpressionType) {
            self.name = name
            self.type = type
        }
    }
    public let columns: [Column]
    /// Role to the name of the column that plays it: `action` to `behavior`.
    public let roles: [String: String]

    public init(columns: [Column], roles: [String: String] = [:]) {
        self.columns = columns
        self.roles = roles
    }

    /// The column that a written name means: a column's own name first, else the column that plays the role of that name.
    public func column(named name: String) -> Column? {
        if let own = columns.first(where: { $0.name == name }) { return own }
        guard let player = roles[name] else { return nil }
        return columns.first { $0.name == player }
    }

    var names: [String] { columns.map(\.name) + roles.keys.sorted() }
}

extension Literal {
    public var type: ExpressionType {
        switch self {
        case .integer, .number: .number
        case .text: .text
        case .boolean: .boolean
        case .time: .time
        case .duration: .duration
        case .missing: .missing
        }
    }
}
