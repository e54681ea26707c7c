import Events

/// What is learnt from sequences of events, or from the rows of a table: from what, and what.
public struct SequenceTask: Sendable, Hashable {
    public enum Target: Sendable, Hashable {
        /// The value of a column, by name or role, in the event that comes next.
        case next(String)
        /// A label of users or sessions that the log carries.
        case label(EventLabel)
        /// A column of a table, whose rows are sequences of one step.
        case column(String)
    }

    public let target: Target
    /// Columns, by name or role, that say what an event is: texts and truth values as they are, numbers as numbers; also `hour` and `weekday`, of the event's time.
    public let inputs: [String]
    /// How many of the last events are looked at.
    public let length: Int
    /// How many of the next events are predicted.
    public var ahead = 1

    public init(_ target: Target, inputs: [String], length: Int) {
        self.target = target
        self.inputs = inputs
        self.length = length
    }

    /// What comes next in one column, from that column.
    public static func next(_ column: String, length: Int) -> SequenceTask { SequenceTask(.next(column), inputs: [column], length: length) }
}
