import Events
import Runtime
import Tables

/// Windows over the events of a log for learning what comes next, and when that was.
public struct EventWindows: Sendable {
    public let windows: SequenceWindows
    /// Microseconds since 1970 of each window's target; none of sequences without times.
    public let times: [Int64]?
    /// In which a cut-off is told.
    let zone: Zone?
    /// The user of each window, as an index of `users`.
    public let users: [String]
    /// Targets that had fewer earlier events than were asked for.
    public let skipped: Int

    public var count: Int { windows.count }

    /// One window for each event with enough earlier events of the same user, in the order of the log, of one column that is both read and learned.
    public init(of log: EventLog, column: String = "action", length: Int = 10, minimumHistory: Int = 1, work: Work = Work()) throws {
        try self.init(of: log, .next(column, length: length), minimumHistory: minimumHistory, work: work)
    }

    /// The windows of a task.
    ///
    /// What comes next: one for each event with a target and enough earlier events of the same user, in the order of the log. A label: one for each user or session that has one, of
    /// its last events. Of several targets the windows of each, those of the first target first; a target is missing in the windows that it alone would not have. Events without a value
    /// in any input are passed over; where some inputs have values, a missing text is a word of its own, and a missing number counts as the mean.
    ///
    /// - Parameters:
    ///   - log: the events that may be seen.
    ///   - minimumHistory: how many earlier events a target needs; shorter histories are taken as they are. Take the task's length for full windows only.
    /// - Throws: `DataError.unknownColumn`, `.badOption`, or `.noRowsLeft` if no event has that many before it; `Cancelled`.
    /// - Complexity: O(events), in time and memory.
    public init(of log: EventLog, _ task: SequenceTask, minimumHistory: Int = 1, work: Work = Work()) throws {
        let length = task.length
        guard length >= 1, length <= 10_000 else { throw DataError.badOption(name: "seq=", value: "\(length)", wanted: "a number of events from 1 to 10000") }
        guard (1...length).contains(minimumHistory) else {
            throw DataError.badOption(name: "minimum history", value: "\(minimumHistory)", wanted: "a number of events from 1 to the window's length, \(length)")
        }
        let (inputs, codes) = try SequenceInputs.read(task.inputs, of: log, work)
        var made = WindowMaker(length: length, minimumHistory: minimumHistory, keepsLastRows: !task.context.isEmpty, log, codes, work)
        let outputs: [WindowTarget], context: SequenceInputs?
        do {
            outputs = try made.add(task, inputs: inputs)
            context = task.context.isEmpty ? nil : try SequenceInputs(columns: task.context.map { try Self.known($0, of: log, at: made.lastRows, work) }, work: work)
        } catch {
            letGo(made)
            throw error
        }
        guard !made.ends.isEmpty else {
            throw DataError.noRowsLeft("no user has an event with \(minimumHistory) earlier event\(minimumHistory == 1 ? "" : "s")")
        }
        windows = SequenceWindows(length: length, events: made.events, ends: made.ends, known: made.known, outputs: outputs, groups: made.groups, inputs: inputs, context: context)
        times = log.clock == nil ? nil : made.times
        zone = log.zone
        skipped = made.skipped
        users = log.users
    }

    /// What a column says at some rows.
    private static func known(_ name: String, of log: EventLog, at rows: [Int32], _ work: Work) throws -> Column {
        guard let column = log.column(named: name) else { throw DataError.unknownColumn(name, known: log.knownNames) }
        return try column.subset(rows: rows, check: work.check)
    }
}
