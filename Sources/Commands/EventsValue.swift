import Diagnostics
import Events
import Expressions
import Features
import Foundation
import Language
import Notebooks
import Runtime
import Tables

/// A log of events as a value of the session: read when first asked something.
struct EventsValue: KindValue {
    let source: EventSource
    /// How models are to be scored on it; the default for its data when none was chosen.
    let split: SplitPlan?
    /// Whether it was told what came up when the files were read; the same for all values made of one another.
    private let isTold: Flag

    init(_ source: EventSource) { self.init(source, split: nil, isTold: Flag()) }

    private init(_ source: EventSource, split: SplitPlan?, isTold: Flag) {
        self.source = source
        self.split = split
        self.isTold = isTold
    }

    var kind: Kind { .events }

    /// The log in memory; the first call reads it.
    func log(_ work: Work) throws -> EventLog { try source.collect(work) }

    /// The events that models and the features of users may see, and a note where a label hides the others.
    ///
    /// - Parameter reads: columns that are asked for.
    /// - Throws: `wrong-column` where one of those tells a label.
    func visible(_ call: Call, reading columns: some Collection<String> = [], at option: String) throws -> (log: EventLog, notes: [Diagnostic]) {
        let log = try log(call.context.work)
        try expectVisible(columns, log, call, at: option)
        let visible = try log.visible(work: call.context.work)
        guard visible.count < log.count else { return (visible, []) }
        let names = log.report.labels.all.filter { $0.cutoff != .none }.map { "'\($0.name)'" }
        return (visible, Self.notes(["only the \(NumberText.rate(visible.count, of: log.count)) events before the cut-off of \(names.joined(separator: " and ")) are looked at"]))
    }

    /// - Throws: `wrong-column` for a column that tells a label.
    func expectVisible(_ columns: some Collection<String>, _ log: EventLog, _ call: Call, at option: String) throws(Diagnostic) {
        guard let column = columns.sorted().first(where: log.report.labels.isHidden) else { return }
        throw Diagnostic(
            "wrong-column", "'\(column)' tells a label, and what models read must not", category: .data, at: call.span(named: option), label: "tells a label",
            hint: "'features' makes a table that has the label beside what may be seen")
    }

    /// The value after one more step on its source.
    func followed(by source: EventSource) -> EventsValue { EventsValue(source, split: split, isTold: isTold) }

    func splitting(_ split: SplitPlan) -> EventsValue { EventsValue(source, split: split, isTold: isTold) }

    func takeNotes() -> [Diagnostic] {
        guard source.detection != nil, let log = source.remembered else { return [] }
        return isTold.raise() ? LoadCommand.notes(log.report) : []
    }

    /// The outcome of a verb that gives events: they are read at once, so that what it kept can be said.
    ///
    /// - Parameters:
    ///   - whenEmpty: what to do next if nothing is left.
    ///   - kept: how much the verb kept of how much, from what the log says of itself.
    func following(_ source: EventSource, call: Call, whenEmpty: String? = nil, kept: (EventReport) -> String? = { _ in nil }) throws -> Outcome {
        let before = self.source.remembered?.report.notes.count ?? 0
        let value = followed(by: source)
        // A large shop is made in one go with the steps on the way to a question.
        if self.source.pendingShop != nil, source.isStreamed { return Outcome(value, blocks: [.text(value.summary)]) }
        let log: EventLog
        do { log = try value.log(call.context.work) } catch DataError.noRowsLeft(let what) {
            throw Diagnostic("no-rows", what, category: .data, at: call.span, label: "nothing is left", hint: whenEmpty ?? DataError.noRowsLeft(what).diagnostic.hint)
        }
        let lines = try [kept(log.report)].compactMap { $0 } + Self.lines(log, call.context.work)
        return Outcome(value, blocks: [.text(lines.joined(separator: "\n"))], notes: Self.notes(log.report.notes.dropFirst(before)))
    }

    /// The outcome of a verb that changes no row and nothing but which columns there are: what was not read yet stays so.
    func followingColumns(_ source: EventSource, call: Call) throws -> Outcome {
        let line = "columns: \(source.schema.columns.map(\.name).joined(separator: ", "))"
        guard self.source.isPending else { return try following(source, call: call) { _ in line } }
        return Outcome(followed(by: source), blocks: [.text("\(line)\nread when it is first asked something")])
    }

    static func notes(_ texts: some Sequence<String>) -> [Diagnostic] {
        texts.map { Diagnostic("note", $0, severity: .note) }
    }

    /// The input of a verb that reads events.
    static func read(_ input: Input?, _ call: Call) throws(Diagnostic) -> EventsValue {
        guard let input else { throw Diagnostic("nothing-to-read", "'\(call.signature.verb)' reads events", category: .syntax, at: call.span) }
        guard let events = input.value as? EventsValue else { throw .unexpected(input, wanted: .events, at: call.span) }
        return events
    }

    /// Refuses events that are known to have an order and no times.
    static func expectTimes(_ events: Outline?, for call: Call) throws(Diagnostic) {
        guard let schema = events?.schema, !schema.isOpen, schema.roles[Role.time.rawValue] == nil else { return }
        throw EventLog.needsTimes([call.signature.verb, call.variant].compactMap { $0 }.joined(separator: " ")).diagnostic.placed(at: call.span)
    }

    // How it is shown

    /// How many there are of what, and from when to when.
    static func size(_ log: EventLog) -> String {
        "\(NumberText.counted(log.count, "events")) of \(NumberText.counted(log.userCount, "users"))\(span(log).map { ", \($0.from) to \($0.to)" } ?? "")"
    }

    static func span(_ log: EventLog) -> (from: String, to: String)? {
        guard let first = log.report.firstTime, let last = log.report.lastTime else { return nil }
        return (Gregorian.text(CivilTime.day(of: log.local(first))), Gregorian.text(CivilTime.day(of: log.local(last))))
    }

    static func lines(_ log: EventLog, _ work: Work) throws -> [String] {
        try [size(log)] + (log.sessionCount(work: work).map { ["\(NumberText.counted($0, "sessions")), \(NumberText.short(Double(log.count) / Double(max(1, $0)))) events each on average"] } ?? [])
    }

    /// `412 of 5,000 (8.2 %) events and 20 of 100 (20.0 %) users are kept`.
    static func kept(_ events: Proportion, _ users: Proportion) -> String {
        "\(NumberText.rate(events.count, of: events.total)) events and \(NumberText.rate(users.count, of: users.total)) users are kept"
    }

    var summary: String {
        if let log = source.remembered { return Self.size(log) }
        if let pending = source.pendingShop {
            let steps = source.steps.map { " | \($0.text)" }.joined()
            return "about \(NumberText.counted(Plan.rounded(pending.events), "events")) of \(NumberText.counted(pending.shop.users, "users")), not made yet\(steps)"
        }
        let files = source.files.map { $0.name == "-" ? "standard input" : URL(fileURLWithPath: $0.name).lastPathComponent }.joined(separator: ", ")
        // Of a pipe nobody knows how much there is.
        let bytes = source.files.reduce(0) { $0 + $1.bytes }
        return "events of \(files)\(bytes == 0 ? "" : " (\(NumberText.bytes(bytes)))"), not read yet" + source.steps.map { " | \($0.text)" }.joined()
    }

    var blocks: [Block] { [.text(summary)] }

    var json: JSON {
        // Saying how many there are is no reason to read or make gigabytes.
        if let pending = source.pendingShop { return ["rows": nil, "users": source.steps.isEmpty ? .integer(pending.shop.users) : .null, "from": nil, "to": nil] }
        guard let log = source.remembered else { return ["rows": nil, "users": nil, "from": nil, "to": nil, "bytes": source.files.contains { $0.bytes == 0 } ? .null : .integer(source.files.reduce(0) { $0 + $1.bytes })] }
        let times = [log.report.firstTime, log.report.lastTime].map { time -> JSON in time.map { .string(CivilTime.text($0) + "Z") } ?? .null }
        return ["rows": .integer(log.count), "users": .integer(log.userCount), "from": times[0], "to": times[1]]
    }

    func property(_ name: String, _ work: Work) throws -> Value? {
        guard propertyNames.contains(name) else { return nil }
        let log = try log(work)
        switch name {
        case "rows", "events": return .integer(log.count)
        case "users": return .integer(log.userCount)
        case "from": return Self.span(log).map { .text($0.from) }
        case "to": return Self.span(log).map { .text($0.to) }
        case "sessions": return try log.sessionCount(work: work).map { .integer($0) }
        default: return nil
        }
    }

    static let properties = ["rows", "events", "users", "from", "to", "sessions"]
    var propertyNames: [String] { Self.properties }
    var outline: Outline { Self.outline(source.schema) }

    /// Events with some columns, as far as they are known.
    ///
    /// - Parameter texts: what columns surely hold; of columns that are not there any more it is forgotten.
    static func outline(_ schema: ExpressionSchema?, texts: [String: [String]] = [:]) -> Outline {
        var outline = Outline([.events], schema: schema, properties: properties)
        outline.texts = texts.filter { known in schema?.columns.contains { $0.name == known.key && $0.type == .text } ?? false }
        return outline
    }
}

extension EventsValue: DataCardProviding {
    /// What was read of each file, by its name without its folder, which differs from machine to machine.
    var dataCard: [DataCardEntry] {
        guard let log = source.remembered else { return [] }
        let read = log.report.read
        return read.files.enumerated().map { index, file in
            let isOnly = read.files.count == 1
            return DataCardEntry(
                file: URL(fileURLWithPath: file.path).lastPathComponent, rows: isOnly ? read.rows : nil, users: isOnly ? read.usersSeen : nil,
                span: isOnly ? Self.span(log) : nil, digest: "\(file.digest)")
        }
    }
}
