import Events
import Runtime
import Tables

/// Windows over the events of a log for learning what comes next, and when that was.
public struct EventWindows: Sendable {
    public let windows: SequenceWindows
    /// Microseconds since 1970 of each window's target.
    public let times: [Int64]
    /// The user of each window, as an index of `users`.
    public let users: [String]
    /// Targets that had fewer earlier events than were asked for.
    public let skipped: Int

    public var count: Int { windows.targets.count }

    /// One window for each event with enough earlier events of the same user, in the order of the log.
    ///
    /// - Parameters:
    ///   - column: whose values are learned, by name or role. Events without a value are passed over.
    ///   - length: the number of earlier events in a window, at least 1.
    ///   - minimumHistory: how many earlier events a target needs; shorter histories are padded at the front with -1. Take `length` for full windows only.
    /// - Throws: `DataError.unknownColumn`, `.badOption`, or `.noRowsLeft` if no event has that many before it; `Cancelled`.
    /// - Complexity: O(events · length).
    public init(of log: EventLog, column: String = "action", length: Int = 10, minimumHistory: Int = 1, work: Work = Work()) throws {
        guard length >= 1, length <= 10_000 else { throw DataError.badOption(name: "seq=", value: "\(length)", wanted: "a number of events from 1 to 10000") }
        guard (1...length).contains(minimumHistory) else {
            throw DataError.badOption(name: "minimum history", value: "\(minimumHistory)", wanted: "a number of events from 1 to the window's length, \(length)")
        }
        let (codes, names) = try log.codes(of: column, work: work)
        let logTimes = log.times
        var windows: [Int32] = []
        var targets: [Int32] = []
        var groups: [Int32] = []
        var times: [Int64] = []
        var skipped = 0
        var history: [Int32] = []
        windows.reserveCapacity(log.count * length)
        for user in 0..<log.userCount {
            if user & 0xFF == 0 { try work.check() }
            history.removeAll(keepingCapacity: true)
            for row in log.userOffsets[user]..<log.userOffsets[user + 1] where codes[row] >= 0 {
                if history.count >= minimumHistory {
                    let known = min(length, history.count)
                    for _ in known..<length { windows.append(-1) }
                    windows.append(contentsOf: history[(history.count - known)...])
                    targets.append(codes[row])
                    groups.append(Int32(user))
                    times.append(logTimes[row])
                } else {
                    skipped += 1
                }
                history.append(codes[row])
            }
        }
        guard !targets.isEmpty else {
            throw DataError.noRowsLeft("no user has an event with \(minimumHistory) earlier event\(minimumHistory == 1 ? "" : "s")")
        }
        self.windows = SequenceWindows(length: length, codes: windows, targets: targets, groups: groups, vocabulary: names, classes: names)
        self.times = times
        self.skipped = skipped
        users = log.users
    }
}
