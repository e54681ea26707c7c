/// A change to the session that a verb asks for besides its value.
public enum Effect: Sendable {
    case setSeed(Int)
    case setThreads(Int)
    case drop([String])
    /// The session ends here. Whoever runs it sees this in the statement's effects and stops.
    case quit
}
