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

    public var count: Int { windows.targets.count }

    /// One window for each event with enough earlier events of the same user, in the order of the log.
    ///
    /// - Parameters:
    ///   - column: whose values are learned, by name or role. Events without a value are passed over.
    ///   - length: the number of earlier events in a window, at least 1.
    ///   - minimumHistory: how many earlier events a target needs; shorter histories are taken as they are. Take `length` for full windows only.
    /// - Throws: `DataError.unknownColumn`, `.badOption`, or `.noRowsLeft` if no event has that many before it; `Cancelled`.
    /// - Complexity: O(events), in time and memory.
    public init(of log: EventLog, column: String = "action", length: Int = 10, minimumHistory: Int = 1, work: Work = Work()) throws {
        guard length >= 1, length <= 10_000 else { throw DataError.badOption(name: "seq=", value: "\(length)", wanted: "a number of events from 1 to 10000") }
        guard (1...length).contains(minimumHistory) else {
            throw DataError.badOption(name: "minimum history", value: "\(minimumHistory)", wanted: "a number of events from 1 to the window's length, \(length)")
        }
        let (codes, names) = try log.codes(of: column, work: work)
        let logTimes = log.clock
        var events: [Int32] = []
        var ends: [Int32] = []
        var known: [Int32] = []
        var targets: [Int32] = []
        var groups: [Int32] = []
        var times: [Int64] = []
        var skipped = 0
        // Room for all at once: growing an array of millions copies it again and again.
        events.reserveCapacity(log.count)
        ends.reserveCapacity(log.count)
        known.reserveCapacity(log.count)
        targets.reserveCapacity(log.count)
        groups.reserveCapacity(log.count)
        times.reserveCapacity(log.count)
        do {
            for user in 0..<log.userCount {
                if user & 0xFF == 0 { try work.check() }
                let first = events.count
                for row in log.userOffsets[user]..<log.userOffsets[user + 1] where codes[row] >= 0 {
                    let history = events.count - first
                    if history >= minimumHistory {
                        ends.append(Int32(events.count))
                        known.append(Int32(min(length, history)))
                        targets.append(codes[row])
                        groups.append(Int32(user))
                        if let logTimes { times.append(logTimes[row]) }
                    } else {
                        skipped += 1
                    }
                    events.append(codes[row])
                }
            }
        } catch {
            letGo((events, ends, known, targets, groups, times))
            throw error
        }
        guard !targets.isEmpty else {
            throw DataError.noRowsLeft("no user has an event with \(minimumHistory) earlier event\(minimumHistory == 1 ? "" : "s")")
        }
        self.windows = SequenceWindows(length: length, events: events, ends: ends, known: known, targets: targets, groups: groups, vocabulary: names, classes: names)
        self.times = logTimes == nil ? nil : times
        zone = log.zone
        self.skipped = skipped
        users = log.users
    }
}
