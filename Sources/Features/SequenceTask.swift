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

        public var name: String {
            switch self {
            case .next(let column), .column(let column): column
            case .label(let label): label.name
            }
        }
    }

    /// At least one.
    public let targets: [Target]
    /// What each target is said to be; none where its values tell.
    public let kinds: [TargetKind?]
    /// Columns, by name or role, that say what an event is: texts and truth values as they are, numbers as numbers; also `hour` and `weekday`, of the event's time.
    public let inputs: [String]
    /// Columns that are known of the user or session: their value in a window's last event, beside what is read of the events.
    public let context: [String]
    /// How many of the last events are looked at.
    public let length: Int
    /// How many of the next events are predicted.
    public var ahead = 1

    /// The first target.
    public var target: Target { targets[0] }

    /// - Precondition: there is a target, and a kind for each.
    public init(_ targets: [Target], kinds: [TargetKind?], inputs: [String], context: [String] = [], length: Int) {
        precondition(!targets.isEmpty && kinds.count == targets.count, "SequenceTask needs targets, and a kind for each")
        self.targets = targets
        self.kinds = kinds
        self.inputs = inputs
        self.context = context
        self.length = length
    }

    public init(_ target: Target, inputs: [String], length: Int) { self.init([target], kinds: [nil], inputs: inputs, length: length) }

    /// What comes next in one column, from that column.
    public static func next(_ column: String, length: Int) -> SequenceTask { SequenceTask(.next(column), inputs: [column], length: length) }
}
