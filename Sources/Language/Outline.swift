import Expressions

/// What is known of a value before the statement that makes it has run: the static check, completion and the prompt's hints go by it.
///
/// Whatever is nil is not known, and nothing is held against it.
public struct Outline: Sendable {
    /// The kinds that the value may be of; a single one as soon as that is known.
    public var kinds: [Kind]
    /// Its columns with their types, and the roles that they play.
    public var schema: ExpressionSchema?
    /// Texts that columns surely hold, by column; they may hold others too.
    public var texts: [String: [String]] = [:]
    /// What a row is, in the plural: `users`.
    public var rowNoun: String?
    /// The numeric columns that describe a row, which clusterings take.
    public var features: [String]?
    /// The names that a live number in prose may ask for: `auc` of `{lstm.auc}`.
    public var properties: [String]?
    /// The verb whose result it is, where a kind of chart is drawn of that alone: `elbow` of `plot elbow`.
    public var maker: String?
    /// Names that stand for nothing once the statement has run.
    public var forgotten: [String] = []

    public init(_ kinds: [Kind], schema: ExpressionSchema? = nil, features: [String]? = nil, properties: [String]? = nil, rowNoun: String? = nil, maker: String? = nil) {
        self.kinds = kinds
        self.schema = schema
        self.features = features
        self.properties = properties
        self.rowNoun = rowNoun
        self.maker = maker
    }

    /// Whether the value is surely of one of some kinds.
    public func isSurely(_ wanted: [Kind]) -> Bool { !kinds.isEmpty && kinds.allSatisfy(wanted.contains) }
    func mayBe(_ wanted: [Kind]) -> Bool { kinds.contains(where: wanted.contains) }
}

extension KindValue {
    public var outline: Outline { Outline([kind], properties: propertyNames) }
}
