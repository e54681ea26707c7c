import Tables

/// What the user has said about a file; everything else is found out.
public struct LoadOptions: Sendable {
    public enum Kind: String, Sendable, CaseIterable { case events, table }
    public enum ColumnType: String, Sendable, CaseIterable { case text, number, time }

    public var kind: Kind?
    public var separator: DelimitedFormat.Separator?
    public var hasHeader: Bool?
    public var columns: [String]?
    public var roles: [Role: String]
    public var timeFormat: TimeFormat?
    public var types: [String: ColumnType]
    public var badRows: BadRowPolicy

    public init(
        kind: Kind? = nil, separator: DelimitedFormat.Separator? = nil, hasHeader: Bool? = nil, columns: [String]? = nil, roles: [Role: String] = [:],
        timeFormat: TimeFormat? = nil, types: [String: ColumnType] = [:], badRows: BadRowPolicy = BadRowPolicy()
    ) {
        self.kind = kind
        self.separator = separator
        self.hasHeader = hasHeader
        self.columns = columns
        self.roles = roles
        self.timeFormat = timeFormat
        self.types = types
        self.badRows = badRows
    }
}
