import Runtime

/// Fixed-length windows of coded events with the code that came next.
///
/// A window is a stretch of one array of events, which neighbouring windows share: memory follows the events, not their number times the length.
public struct SequenceWindows: Sendable {
    /// What a target is of.
    public enum Goal: Sendable, Hashable {
        /// The event that follows the window.
        case nextEvent
        /// The user or session whose last events the window holds, or the row of a table that it is.
        case label
    }

    /// Of the first target.
    public let goal: Goal
    /// The number of events that each window has room for.
    public let length: Int
    /// The number of windows.
    public let count: Int
    /// What is known of the events.
    public let inputs: SequenceInputs
    /// Places of `inputs`' different events, of which each window is a stretch; -1, in windows that were given whole, pads at the front of one.
    public let events: [Int32]
    /// The place in `events` after each window's last event.
    public let ends: [Int32]
    /// How many events each window has, at most `length`; a model's state stays zero until the first.
    public let known: [Int32]
    /// All that is to be learnt of the windows.
    public let outputs: [WindowTarget]
    /// Of the first target, if it is a class: the code in `classes` that came after each window, or the label of its user, session or row; -1 where there is none.
    public let targets: [Int32]
    /// What is known of each window beside its events: a row each; none where nothing is.
    public let context: SequenceInputs?
    /// How many of the codes that came after each window are known to whoever learns from it.
    public internal(set) var ahead = 1
    /// `[count, ahead]`: the codes that came after each window, the target first; -1 from the first on that is not to be seen. Empty where one is all.
    public internal(set) var continuations: [Int32] = []
    /// The user index of each window: windows of one user stay on one side of a split.
    public let groups: [Int32]
    public let classes: [String]
    /// The words of the only variable's codes.
    public var vocabulary: [String] { inputs.variables.first?.vocabulary ?? [] }

    /// - Precondition: `ends`, `known` and `groups` have a member for each window, as have the targets, of which there is one at least; what the events are is checked where they are used.
    public init(length: Int, events: [Int32], ends: [Int32], known: [Int32], outputs: [WindowTarget], groups: [Int32], inputs: SequenceInputs, context: SequenceInputs? = nil) {
        precondition(groups.count == ends.count && known.count == ends.count && outputs.allSatisfy { $0.count == ends.count }, "SequenceWindows needs a group, a place and targets for each window")
        precondition(!outputs.isEmpty && context.map { $0.eventCount == ends.count } ?? true, "SequenceWindows needs a target, and what is known of each window")
        goal = outputs[0].goal
        self.length = length
        count = ends.count
        self.outputs = outputs
        self.context = context
        self.events = events
        self.ends = ends
        self.known = known
        if case .classes(let codes, let names) = outputs[0].values { (targets, classes) = (codes, names) } else { (targets, classes) = ([], []) }
        self.groups = groups
        self.inputs = inputs
    }

    /// Windows of one variable, `action`.
    ///
    /// - Parameter codes: `[count, length]`, row after row; shorter histories are padded at the front with -1.
    /// - Precondition: `codes` has `targets.count · length` members, fewer than 2³¹, and `groups` one a window.
    public init(goal: Goal = .nextEvent, length: Int, codes: [Int32], targets: [Int32], groups: [Int32], vocabulary: [String], classes: [String]) {
        precondition(length >= 0 && codes.count == targets.count * length && codes.count <= Int(Int32.max), "SequenceWindows needs `length` codes for each target")
        self.init(
            length: length, events: codes, ends: targets.indices.map { Int32(($0 + 1) * length) }, known: Array(repeating: Int32(length), count: targets.count),
            outputs: [WindowTarget(name: "action", goal: goal, .classes(targets, names: classes))], groups: groups, inputs: SequenceInputs(.init("action", vocabulary: vocabulary)))
    }

    /// The rows of a table as sequences of one step.
    ///
    /// - Parameters:
    ///   - inputs: with a row of events for each row.
    ///   - context: what is joined to what is made of those, a row each.
    ///   - groups: the user of each row.
    public init(rows inputs: SequenceInputs, context: SequenceInputs? = nil, outputs: [WindowTarget], groups: [Int32]) {
        let places = groups.indices.map { Int32($0) }
        self.init(
            length: 1, events: places, ends: places.map { $0 + 1 }, known: Array(repeating: 1, count: groups.count), outputs: outputs, groups: groups, inputs: inputs, context: context)
    }

    /// One window with its padding, -1.
    public subscript(row: Int) -> [Int32] {
        let (end, known) = (Int(ends[row]), Int(known[row]))
        return Array(repeating: -1, count: length - known) + events[end - known..<end]
    }

    /// The codes that came after a window, as many as are known to whoever learns from it, and -1 after them.
    public func steps(_ row: Int) -> ArraySlice<Int32> { ahead == 1 ? targets[row..<row + 1] : continuations[row * ahead..<(row + 1) * ahead] }

    /// How many windows know each code at each step, `[ahead][classes]`.
    public func stepCounts(work: Work = Work()) throws -> [[Int]] {
        var counts = [[Int]](repeating: [Int](repeating: 0, count: classes.count), count: ahead)
        try work.forEachStretch(of: count) { rows in for row in rows { for (step, code) in steps(row).enumerated() where code >= 0 { counts[step][Int(code)] += 1 } } }
        return counts
    }

    /// The windows at `rows`, in the order given.
    ///
    /// - Throws: `Cancelled`.
    public func subset(_ rows: [Int], work: Work = Work()) throws -> SequenceWindows {
        func chosen(_ values: [Int32]) throws -> [Int32] { try work.map(rows: rows.count) { values[rows[$0]] } }
        let places = try work.map(rows: rows.count) { Int32(rows[$0]) }
        var subset = SequenceWindows(
            length: length, events: events, ends: try chosen(ends), known: try chosen(known), outputs: try outputs.map { try $0.at(places, work: work) }, groups: try chosen(groups), inputs: inputs,
            context: try context?.rows(rows, work: work))
        subset.ahead = ahead
        if !continuations.isEmpty { subset.continuations = try work.map(rows: rows.count * ahead) { continuations[rows[$0 / ahead] * ahead + $0 % ahead] } }
        return subset
    }

    /// The windows at `rows` with the next `ahead` codes of the same user, as far as these are targets of `rows` too: what a part of a split may see of what follows.
    ///
    /// - Parameter rows: rising. The windows of a user stand together in the order of their targets, as those of `EventWindows` do.
    /// - Throws: `Cancelled`.
    public func continued(_ rows: [Int], ahead: Int, work: Work = Work()) throws -> SequenceWindows {
        var part = try subset(rows, work: work)
        guard ahead > 1 else { return part }
        part.ahead = ahead
        part.continuations = try work.map(rows: rows.count * ahead) { index in
            let place = index / ahead, step = index % ahead
            guard place + step < rows.count, rows[place + step] == rows[place] + step, groups[rows[place + step]] == groups[rows[place]] else { return -1 }
            return targets[rows[place + step]]
        }
        return part
    }
}
