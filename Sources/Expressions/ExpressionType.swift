import Diagnostics

/// What an expression gives for a row.
public enum ExpressionType: String, Sendable, Hashable {
    case number, text, boolean, time, duration
    /// The type of `missing` alone: fits every other.
    case missing

    /// As a sentence says what a column holds.
    public var plural: String {
        switch self {
        case .number: "numbers"
        case .text: "texts"
        case .boolean: "conditions"
        case .time: "times"
        case .duration: "durations"
        case .missing: "nothing"
        }
    }

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
    /// Whether there may be columns beside those that are known: then any name may be one, of any type.
    public let isOpen: Bool

    public init(columns: [Column], roles: [String: String] = [:], isOpen: Bool = false) {
        self.columns = columns
        self.roles = roles
        self.isOpen = isOpen
    }

    /// Nothing is known; only what is wrong with any columns is found over it.
    public static let unknown = ExpressionSchema(columns: [], isOpen: true)

    /// The column that a written name means: a column's own name first, else the column that plays the role of that name.
    public func column(named name: String) -> Column? {
        if let own = columns.first(where: { $0.name == name }) { return own }
        if let player = roles[name], let column = columns.first(where: { $0.name == player }) { return column }
        return isOpen ? Column(name, .missing) : nil
    }

    /// All names that an expression may use, each once: the columns' own, then the roles.
    public var names: [String] {
        var seen: Set<String> = []
        return (columns.map(\.name) + roles.keys.sorted()).filter { seen.insert($0).inserted }
    }
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
