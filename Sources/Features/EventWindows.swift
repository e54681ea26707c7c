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

    /// One window for each event with enough earlier events of the same user, in the order of the log, of one column that is both read and learned.
    public init(of log: EventLog, column: String = "action", length: Int = 10, minimumHistory: Int = 1, work: Work = Work()) throws {
        try self.init(of: log, .next(column, length: length), minimumHistory: minimumHistory, work: work)
    }

    /// The windows of a task.
    ///
    /// What comes next: one for each event with a target and enough earlier events of the same user, in the order of the log. A label: one for each user or session that has one, of
    /// its last events. Events without a value in any input are passed over; where some inputs have values, a missing text is a word of its own, and a missing number counts as the mean.
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
        var made = Windows(length: length, minimumHistory: minimumHistory, log, codes, work)
        let classes: [String]
        do {
            switch task.target {
            case .next(let column):
                let known = task.inputs == [column] ? (codes, inputs.variables.first?.vocabulary ?? []) : try log.codes(of: column, work: work)
                classes = known.1
                try made.addNext(known.0)
            case .label(let label):
                classes = try made.addLabels(label)
            case .column(let column):
                throw DataError.unknownColumn(column, known: log.knownNames)
            }
        } catch {
            letGo(made)
            throw error
        }
        guard !made.targets.isEmpty else {
            throw DataError.noRowsLeft("no user has an event with \(minimumHistory) earlier event\(minimumHistory == 1 ? "" : "s")")
        }
        let goal: SequenceWindows.Goal = if case .label = task.target { .label } else { .nextEvent }
        windows = SequenceWindows(
            goal: goal, length: length, events: made.events, ends: made.ends, known: made.known, targets: made.targets, groups: made.groups, inputs: inputs, classes: classes)
        times = log.clock == nil ? nil : made.times
        zone = log.zone
        skipped = made.skipped
        users = log.users
    }
}

/// Windows as they are made.
private struct Windows {
    let length: Int, minimumHistory: Int
    let log: EventLog
    let clock: TimeValues?
    let codes: [Int32]
    let work: Work
    var events: [Int32] = []
    var ends: [Int32] = []
    var known: [Int32] = []
    var targets: [Int32] = []
    var groups: [Int32] = []
    var times: [Int64] = []
    var skipped = 0

    init(length: Int, minimumHistory: Int, _ log: EventLog, _ codes: [Int32], _ work: Work) {
        self.length = length
        self.minimumHistory = minimumHistory
        self.log = log
        self.codes = codes
        self.work = work
        clock = log.clock
    }

    private mutating func add(_ target: Int32, from first: Int, user: Int, row: Int) {
        ends.append(Int32(events.count))
        known.append(Int32(min(length, events.count - first)))
        targets.append(target)
        groups.append(Int32(user))
        if let clock { times.append(clock[row]) }
    }

    /// A window before each event that has a target.
    mutating func addNext(_ wanted: [Int32]) throws {
        // Room for all at once: growing an array of millions copies it again and again.
        events.reserveCapacity(log.count)
        ends.reserveCapacity(log.count)
        known.reserveCapacity(log.count)
        targets.reserveCapacity(log.count)
        groups.reserveCapacity(log.count)
        times.reserveCapacity(log.count)
        for user in 0..<log.userCount {
            if user & 0xFF == 0 { try work.check() }
            let first = events.count
            for row in log.userOffsets[user]..<log.userOffsets[user + 1] where codes[row] >= 0 || wanted[row] >= 0 {
                if wanted[row] >= 0 {
                    if events.count - first >= minimumHistory { add(wanted[row], from: first, user: user, row: row) } else { skipped += 1 }
                }
                if codes[row] >= 0 { events.append(codes[row]) }
            }
        }
    }

    /// A window of the last events of each user or session that has a label, and the labels' words.
    mutating func addLabels(_ label: EventLabel) throws -> [String] {
        let groups = try log.labelledGroups(label, work: work)
        events.reserveCapacity(log.count)
        for group in 0..<groups.count {
            if group & 0xFF == 0 { try work.check() }
            let first = events.count
            var last: Int?
            for row in groups.rows(of: group) where codes[row] >= 0 {
                events.append(codes[row])
                last = row
            }
            if groups.codes[group] >= 0, let last, events.count - first >= minimumHistory {
                add(groups.codes[group], from: first, user: Int(groups.users[group]), row: last)
            } else {
                skipped += 1
            }
        }
        return groups.words
    }
}
