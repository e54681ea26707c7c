import Features
import Runtime

/// Numbers the events of training windows by what is known of them, so that windows of another log, where the same events have other places, are read alike.
struct EventNumbers: Sendable {
    private let numbers: [[Int32]: Int32]

    var count: Int { numbers.count }

    /// The events that training windows hold, in the order of their places.
    init(_ windows: SequenceWindows, _ rows: WindowRows, work: Work) throws {
        var isIn = [Bool](repeating: false, count: windows.inputs.eventCount)
        try work.forEachStretch(of: windows.count) {
            for row in $0 { for place in Int(rows.firsts[row])..<Int(windows.ends[row]) { isIn[Int(windows.events[place])] = true } }
        }
        var numbers: [[Int32]: Int32] = [:]
        try work.forEachStretch(of: isIn.count) {
            for event in $0 where isIn[event] {
                let codes = Self.codes(of: event, windows.inputs)
                if numbers[codes] == nil { numbers[codes] = Int32(numbers.count) }
            }
        }
        self.numbers = numbers
    }

    /// The number of each different event of windows; -1 of one that was in none of the training windows.
    func numbers(of inputs: SequenceInputs, work: Work) throws -> [Int32] {
        try work.map(rows: inputs.eventCount) { numbers[Self.codes(of: $0, inputs)] ?? -1 }
    }

    private static func codes(of event: Int, _ inputs: SequenceInputs) -> [Int32] {
        guard let events = inputs.events else { return [Int32(event)] }
        let variables = inputs.variables.count
        return Array(events.codes[event * variables..<(event + 1) * variables])
    }
}
