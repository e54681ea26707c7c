import Events
import Language
import Runtime
import Tables

// Verbs that read a log and whose work grows with its events.

extension SampleCommand {
    func plan(_ call: Call, on input: Input?) throws -> Plan? {
        let share = try call[Self.share].value
        let events = try EventsValue.read(input, call)
        guard events.source.remembered == nil, events.source.steps.isEmpty, let detection = events.source.detection, let path = events.source.files.first?.name else {
            return try planOverEvents("draw users", call, input, keeps: share)
        }
        // The draw is made while the file is read, and the others are never kept.
        let work = Probe.quiet(call.context.work)
        let seed = try call[Self.seed] ?? call.context.seed
        let file = try FileProbe(path, detection: detection, files: events.source.files, work: work)
        return Plan([try file.readingStep(work, sample: (UserDraw(seed: seed, purpose: "sample"), share))])
    }
}

extension CleanCommand {
    func plan(_ call: Call, on input: Input?) throws -> Plan? { try planOverEvents("look for what to drop", call, input, keeps: 1, remark: "columns that stay whole are shared and take no memory twice") }
}

extension FilterCommand {
    func plan(_ call: Call, on input: Input?) throws -> Plan? {
        if input?.value is TableValue { return try planOverRows("try the condition", call, input, keeps: 1, remark: "memory at most") }
        return try planOverEvents("try the condition", call, input, keeps: 1, remark: "memory at most: as if all were kept")
    }
}

extension DeriveCommand {
    func plan(_ call: Call, on input: Input?) throws -> Plan? {
        if input?.value is TableValue { return try planOverRows("work out the column", call, input, remark: "a column of 4 to 8 bytes a row is added") }
        return try planOverEvents("work out the column", call, input, remark: "a column of 4 to 8 bytes an event is added, the others are shared")
    }
}

extension TransitionsCommand {
    func plan(_ call: Call, on input: Input?) throws -> Plan? { try planOverEvents("count transitions", call, input) }
}

extension JoinCommand {
    func plan(_ call: Call, on input: Input?) throws -> Plan? {
        let remark = "the columns of the table are added, 4 to 8 bytes a row each"
        if input?.value is TableValue { return try planOverRows("find the rows of the table", call, input, remark: remark) }
        return try planOverEvents("find the rows of the table", call, input, remark: remark)
    }
}

extension SelectCommand {
    func plan(_ call: Call, on input: Input?) throws -> Plan? { .cheap("select columns", why: "the columns that are left are shared, or read when something is first asked") }
}

extension RenameCommand {
    func plan(_ call: Call, on input: Input?) throws -> Plan? { .cheap("rename columns", why: "the columns are shared, or read when something is first asked") }
}

extension SessionsCommand {
    func plan(_ call: Call, on input: Input?) throws -> Plan? { try planOverEvents("cut sessions", call, input, remark: "a column of 4 to 8 bytes an event is added, the others are shared") }
}

extension SplitCommand {
    func plan(_ call: Call, on input: Input?) throws -> Plan? {
        if input?.value is TableValue { return try planOverRows("divide", call, input) }
        return try planOverEvents("divide", call, input)
    }
}

extension MapCommand {
    func plan(_ call: Call, on input: Input?) throws -> Plan? { try planOverEvents("map URLs", call, input, remark: "a column of 4 bytes an event is added, the others are shared") }
}

extension LabelCommand {
    func plan(_ call: Call, on input: Input?) throws -> Plan? { try planOverEvents("label and cut off", call, input, remark: "a label and a truth value are added to each event, the others are shared") }
}

extension FeaturesCommand {
    func plan(_ call: Call, on input: Input?) throws -> Plan? { try planOverEvents("measure each user's or session's events", call, input) }
}

extension RFMCommand {
    func plan(_ call: Call, on input: Input?) throws -> Plan? { try planOverEvents("sum up each user's purchases", call, input) }
}

extension EdaCommand {
    func plan(_ call: Call, on input: Input?) throws -> Plan? { try planOverEvents("count", call, input) }
}

extension TopCommand {
    func plan(_ call: Call, on input: Input?) throws -> Plan? {
        if input?.value is TableValue { return try planOverRows("count values", call, input) }
        return try planOverEvents("count values", call, input)
    }
}

extension DescribeCommand {
    func plan(_ call: Call, on input: Input?) throws -> Plan? {
        var chosen = input
        if let name = try call[Self.name] { chosen = try call.context.value(named: name, at: call.span(of: Self.name)) }
        guard let chosen else { return nil }
        guard chosen.value is EventsValue, try call[Self.name] == nil else {
            return chosen.value is EventsValue ? nil : .cheap("describe", why: "what it tells is known already")
        }
        return try planOverEvents("measure columns", call, chosen)
    }
}
