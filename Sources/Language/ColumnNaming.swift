/// A value with columns that statements may name. Completion at the prompt asks for them.
public protocol ColumnNaming {
    /// Every name that an expression over the value may use: its columns, and the roles that they play. Cheap, and without side effects.
    var columnNames: [String] { get }
}
