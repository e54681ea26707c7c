/// A change to the session that a verb asks for besides its value.
public enum Effect: Sendable {
    case setSeed(Int)
    case setThreads(Int)
    case drop([String])
    /// The person is to change the last input in an editor, or all statements of the session; what they leave is run. For whoever prompts.
    case edit(all: Bool)
    /// The session ends here. Whoever runs it sees this in the statement's effects and stops.
    case quit
}
