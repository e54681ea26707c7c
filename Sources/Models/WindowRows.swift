import Features
import Runtime

/// Where the real events of windows lie: padding at the front falls away.
struct WindowRows: Sendable {
    /// The place in the windows' `events` of each window's first event, and how many it has.
    let firsts: [Int32], lengths: [Int32]

    /// - Throws: `SequenceModelError.code` for an event that there is not, or a gap after the first; `.attribute` for a code that a variable of an event does not have; `Cancelled`.
    /// - Complexity: O(count · length).
    init(_ windows: SequenceWindows, work: Work) throws {
        let kinds = windows.inputs.eventCount
        var lengths: [Int32] = []
        lengths.reserveCapacity(windows.count)
        try windows.events.withUnsafeBufferPointer { events in
            try work.forEachStretch(of: windows.count) { rows in
                for row in rows {
                    let end = Int(windows.ends[row])
                    precondition(windows.known[row] >= 0 && Int(windows.known[row]) <= min(windows.length, end) && end <= events.count, "a window lies within the events")
                    var place = end - Int(windows.known[row])
                    while place < end, events[place] == -1 { place += 1 }
                    lengths.append(Int32(end - place))
                    while place < end {
                        guard events[place] >= 0, Int(events[place]) < kinds else {
                            throw SequenceModelError.code(events[place], window: row, position: windows.length - (end - place))
                        }
                        place += 1
                    }
                }
            }
        }
        if let events = windows.inputs.events {
            let sizes = windows.inputs.variables.map { Int32($0.vocabulary.count) }
            try work.forEachStretch(of: events.codes.count) { places in
                for place in places where events.codes[place] < 0 || events.codes[place] >= sizes[place % sizes.count] {
                    throw SequenceModelError.attribute(
                        events.codes[place], event: place / sizes.count, variable: place % sizes.count, vocabulary: Int(sizes[place % sizes.count]))
                }
            }
        }
        self.lengths = lengths
        firsts = try work.map(rows: windows.count) { windows.ends[$0] - lengths[$0] }
    }
}
