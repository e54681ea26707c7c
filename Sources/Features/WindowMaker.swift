import Events
import Runtime
import Tables

/// The windows of a task as they are made: those of what comes next together, and those of the labels of one unit together.
struct WindowMaker {
    let length: Int, minimumHistory: Int
    let log: EventLog
    let clock: TimeValues?
    let codes: [Int32]
    let work: Work
    var events: [Int32] = []
    var ends: [Int32] = []
    var known: [Int32] = []
    /// The event or the group whose target a window has.
    var sources: [Int32] = []
    /// The row of each window's last event, where something beside the events is read there.
    var lastRows: [Int32] = []
    private let keepsLastRows: Bool
    var groups: [Int32] = []
    var times: [Int64] = []
    var skipped = 0

    init(length: Int, minimumHistory: Int, keepsLastRows: Bool, _ log: EventLog, _ codes: [Int32], _ work: Work) {
        self.length = length
        self.minimumHistory = minimumHistory
        self.keepsLastRows = keepsLastRows
        self.log = log
        self.codes = codes
        self.work = work
        clock = log.clock
    }

    private mutating func add(_ source: Int, from first: Int, after last: Int, user: Int, row: Int) {
        ends.append(Int32(events.count))
        known.append(Int32(min(length, events.count - first)))
        sources.append(Int32(source))
        if keepsLastRows { lastRows.append(Int32(last)) }
        groups.append(Int32(user))
        if let clock { times.append(clock[row]) }
    }

    /// The windows of all targets, and what each has of each.
    mutating func add(_ task: SequenceTask, inputs: SequenceInputs) throws -> [WindowTarget] {
        var found: [(target: WindowTarget, windows: Range<Int>)?] = task.targets.map { _ in nil }
        for place in task.targets.indices where found[place] == nil {
            // Targets of the same events or groups share their windows.
            let alike = task.targets.indices.filter { task.targets[$0].unit == task.targets[place].unit }
            let start = ends.count
            let targets: [WindowTarget]
            switch task.targets[place] {
            case .next:
                targets = try alike.map { try next(task.targets[$0].name, task.kinds[$0], task, inputs) }
                try addNext(targets)
            case .label(let label):
                targets = try alike.map { try self.label(task.targets[$0], task.kinds[$0]) }
                try addLabels(targets, of: label)
            case .column(let column): throw DataError.unknownColumn(column, known: log.knownNames)
            }
            for (index, target) in zip(alike, targets) { found[index] = (target, start..<ends.count) }
        }
        return try found.compactMap { $0 }.map { target, windows in
            // The values of one target alone are those of its windows.
            let places = windows.count == ends.count ? sources : try work.map(rows: ends.count) { windows.contains($0) ? sources[$0] : -1 }
            return try target.at(places, work: work)
        }
    }

    /// The values of a column for all events.
    private func next(_ name: String, _ kind: TargetKind?, _ task: SequenceTask, _ inputs: SequenceInputs) throws -> WindowTarget {
        guard let column = log.column(named: name) else { throw DataError.unknownColumn(name, known: log.knownNames) }
        if try kind ?? TargetKind(of: column, work: work) == .number { return WindowTarget(name: name, goal: .nextEvent, .numbers(try numbers(column, name))) }
        let coded = task.inputs == [name] && inputs.events == nil ? (codes, inputs.variables[0].vocabulary) : try log.codes(of: name, work: work)
        return WindowTarget(name: name, goal: .nextEvent, .classes(coded.0, names: coded.1))
    }

    /// The label of all groups.
    private func label(_ target: SequenceTask.Target, _ kind: TargetKind?) throws -> WindowTarget {
        guard case .label(let label) = target else { preconditionFailure("targets of one unit are labels") }
        let column = try log.labelValues(label, work: work)
        if try kind ?? TargetKind(of: column, work: work) == .number { return WindowTarget(name: label.name, goal: .label, .numbers(try numbers(column, label.name))) }
        let groups = try log.labelledGroups(label, work: work)
        return WindowTarget(name: label.name, goal: .label, .classes(groups.codes, names: groups.words))
    }

    private func numbers(_ column: Column, _ name: String) throws -> [Double] {
        guard column.kind == .integer || column.kind == .number, let numbers = try column.numbers(check: work.check) else {
            throw DataError.badOption(name: "as=number", value: name, wanted: "a target that holds numbers")
        }
        return numbers
    }

    /// A window before each event that has one of some targets.
    private mutating func addNext(_ targets: [WindowTarget]) throws {
        // Room for all at once: growing an array of millions copies it again and again.
        events.reserveCapacity(events.count + log.count)
        ends.reserveCapacity(ends.count + log.count)
        known.reserveCapacity(ends.count + log.count)
        sources.reserveCapacity(ends.count + log.count)
        if keepsLastRows { lastRows.reserveCapacity(ends.count + log.count) }
        groups.reserveCapacity(ends.count + log.count)
        times.reserveCapacity(ends.count + log.count)
        let isWanted = try isKnown(targets, count: log.count)
        for user in 0..<log.userCount {
            if user & 0xFF == 0 { try work.check() }
            let first = events.count
            var last = 0
            for row in log.userOffsets[user]..<log.userOffsets[user + 1] where codes[row] >= 0 || isWanted[row] {
                if isWanted[row] {
                    if events.count - first >= minimumHistory { add(row, from: first, after: last, user: user, row: row) } else { skipped += 1 }
                }
                if codes[row] >= 0 {
                    events.append(codes[row])
                    last = row
                }
            }
        }
    }

    /// A window of the last events of each user or session that has one of some labels.
    private mutating func addLabels(_ targets: [WindowTarget], of label: EventLabel) throws {
        let groups = try log.labelledGroups(label, work: work)
        let isWanted = try isKnown(targets, count: groups.count)
        events.reserveCapacity(events.count + log.count)
        for group in 0..<groups.count {
            if group & 0xFF == 0 { try work.check() }
            let first = events.count
            var last: Int?
            for row in groups.rows(of: group) where codes[row] >= 0 {
                events.append(codes[row])
                last = row
            }
            if isWanted[group], let last, events.count - first >= minimumHistory {
                add(group, from: first, after: last, user: Int(groups.users[group]), row: last)
            } else {
                skipped += 1
            }
        }
    }

    /// Whether any of some targets has a value, place by place.
    private func isKnown(_ targets: [WindowTarget], count: Int) throws -> [Bool] {
        var isKnown = [Bool](repeating: false, count: count)
        for target in targets {
            try work.forEachStretch(of: count) { rows in
                switch target.values {
                case .classes(let codes, _): for row in rows where codes[row] >= 0 { isKnown[row] = true }
                case .numbers(let numbers): for row in rows where !numbers[row].isNaN { isKnown[row] = true }
                }
            }
        }
        return isKnown
    }
}

extension SequenceTask.Target {
    /// Of what there is one value each: users or sessions; none of events.
    fileprivate var unit: FilterUnit? { if case .label(let label) = self { label.unit } else { nil } }
}
