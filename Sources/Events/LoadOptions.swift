import Expressions
import Store
import Tables

/// What the user has said about a file; everything else is found out.
public struct LoadOptions: Sendable {
    public enum Kind: String, Sendable, CaseIterable { case events, table }
    public enum ColumnType: String, Sendable, CaseIterable {
        case text, number, time

        var expressionType: ExpressionType {
            switch self {
            case .text: .text
            case .number: .number
            case .time: .time
            }
        }
    }

    public var schema: FileSchema?
    public var kind: Kind?
    public var separator: DelimitedFormat.Separator?
    public var hasHeader: Bool?
    public var columns: [String]?
    public var roles: [Role: String]
    public var timeFormat: TimeFormat?
    /// In which local times are read, and days and hours counted; UTC unless it is given.
    public var zone: Zone?
    public var types: [String: ColumnType]
    public var badRows: BadRowPolicy
    /// Bytes that the events may take while they are read; none for no limit.
    public var memory: Int?
    /// Where the columns of large files are kept for the next time; nowhere unless it is given.
    public var cache: ContentCache?
    /// What the schema has to say of its roles.
    var schemaNotes: [String] = []

    public init(
        schema: FileSchema? = nil, kind: Kind? = nil, separator: DelimitedFormat.Separator? = nil, hasHeader: Bool? = nil, columns: [String]? = nil, roles: [Role: String] = [:],
        timeFormat: TimeFormat? = nil, zone: Zone? = nil, types: [String: ColumnType] = [:], badRows: BadRowPolicy = BadRowPolicy()
    ) {
        self.schema = schema
        self.kind = kind
        self.separator = separator
        self.hasHeader = hasHeader
        self.columns = columns
        self.roles = roles
        self.timeFormat = timeFormat
        self.zone = zone
        self.types = types
        self.badRows = badRows
    }
}
