import Events
import Runtime
import Tables

extension EventWindows {
    /// Stretches of the events of each user, one after another from the last event back, in the order of time; what is to be told of a stretch is its own codes, the last first.
    ///
    /// Events without a value are passed over. The first stretch of a user may be shorter. Its time is that of its last event.
    ///
    /// - Parameter column: texts or truth values.
    /// - Throws: `DataError.unknownColumn`, `.badOption` for numbers and times, `.noRowsLeft` if no event has a value; `Cancelled`.
    /// - Complexity: O(events), in time and memory.
    public init(stretchesOf log: EventLog, column: String = "action", length: Int, work: Work = Work()) throws {
        guard length >= 1, length <= 1000 else { throw DataError.badOption(name: "seq=", value: "\(length)", wanted: "a number of events from 1 to 1000") }
        let (inputs, codes) = try SequenceInputs.read([column], of: log, work)
        guard let vocabulary = inputs.variables.first?.vocabulary, inputs.numbers.isEmpty else {
            throw DataError.badOption(name: "inputs=", value: column, wanted: "a column of texts or truth values")
        }
        var events: [Int32] = [], ends: [Int32] = [], known: [Int32] = [], groups: [Int32] = [], times: [Int64] = [], continuations: [Int32] = []
        for user in 0..<log.userCount {
            if user & 0xFF == 0 { try work.check() }
            let rows = (log.userOffsets[user]..<log.userOffsets[user + 1]).filter { codes[$0] >= 0 }
            var last = rows.count % length == 0 ? length : rows.count % length
            while last <= rows.count {
                let stretch = rows[max(0, last - length)..<last]
                guard let end = stretch.last else { break }
                events += stretch.map { codes[$0] }
                ends.append(Int32(events.count))
                known.append(Int32(stretch.count))
                groups.append(Int32(user))
                if let clock = log.clock { times.append(clock[end]) }
                continuations += stretch.reversed().map { codes[$0] } + Array(repeating: -1, count: length - stretch.count)
                last += length
            }
        }
        guard !ends.isEmpty else { throw DataError.noRowsLeft("no event has a value of '\(column)'") }
        let targets = try work.map(rows: ends.count) { continuations[$0 * length] }
        var windows = SequenceWindows(
            length: length, events: events, ends: ends, known: known, outputs: [WindowTarget(name: column, goal: .label, .classes(targets, names: vocabulary))], groups: groups, inputs: inputs)
        if length > 1 { (windows.ahead, windows.continuations) = (length, continuations) }
        self.windows = windows
        self.times = log.clock == nil ? nil : times
        zone = log.zone
        users = log.users
        skipped = 0
    }

    /// The last window of each user who has one, rising.
    public var lastOfUsers: [Int] { windows.groups.indices.filter { $0 + 1 == windows.count || windows.groups[$0 + 1] != windows.groups[$0] } }
}
