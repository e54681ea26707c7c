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
    /// Threads to read on where a value is shown outside of a statement.
    private let threads: Int

    init(_ source: EventSource, split: SplitPlan? = nil, threads: Int) {
        self.source = source
        self.split = split
        self.threads = threads
    }

    var kind: Kind { .events }

    /// The log in memory; the first call reads it.
    func log(_ work: Work) throws -> EventLog { try source.collect(work) }

    /// The value after one more step on its source.
    func followed(by source: EventSource) -> EventsValue { EventsValue(source, split: split, threads: threads) }

    func splitting(_ split: SplitPlan) -> EventsValue { EventsValue(source, split: split, threads: threads) }

    /// The outcome of a verb that gives events: they are read at once, so that what it kept can be said.
    ///
    /// - Parameter whenEmpty: what to do next if nothing is left.
    func following(_ source: EventSource, call: Call, whenEmpty: String? = nil) throws -> Outcome {
        let before = try self.source.isRead ? log(call.context.work).report.notes.count : 0
        let value = followed(by: source)
        let log: EventLog
        do { log = try value.log(call.context.work) } catch DataError.noRowsLeft(let what) {
            throw Diagnostic("no-rows", what, category: .data, at: call.span, label: "nothing is left", hint: whenEmpty ?? DataError.noRowsLeft(what).diagnostic.hint)
        }
        return Outcome(value, blocks: [.text(Self.lines(log).joined(separator: "\n"))], notes: Self.notes(log.report.notes.dropFirst(before)))
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

    // How it is shown

    /// How many there are of what, and from when to when.
    static func size(_ log: EventLog) -> String {
        "\(NumberText.counted(log.count, "events")) of \(NumberText.counted(log.userCount, "users"))\(span(log).map { ", \($0.from) to \($0.to)" } ?? "")"
    }

    static func span(_ log: EventLog) -> (from: String, to: String)? {
        guard let first = log.report.firstTime, let last = log.report.lastTime else { return nil }
        return (Gregorian.text(CivilTime.day(of: first)), Gregorian.text(CivilTime.day(of: last)))
    }

    static func lines(_ log: EventLog) -> [String] {
        var lines: [String] = []
        if let sample = log.report.samples.last {
            let interval = sample.users.interval
            lines.append(
                "\(NumberText.grouped(sample.users.count)) of \(NumberText.grouped(sample.users.total)) users, \(NumberText.grouped(sample.events.count)) of \(NumberText.grouped(sample.events.total)) events; "
                    + "share of the users \(NumberText.percent(sample.users.share, 2)), 95 % interval \(NumberText.decimal(interval.lowerBound * 100, 2)) to \(NumberText.percent(interval.upperBound, 2))")
        }
        lines.append(size(log))
        if let sessions = log.sessionCount { lines.append(NumberText.counted(sessions, "sessions")) }
        return lines
    }

    private var known: Result<EventLog, any Error> { Result { try log(Work(threads: threads)) } }

    var summary: String {
        if source.isRead, case .success(let log) = known { return Self.size(log) }
        let files = source.files.map { URL(fileURLWithPath: $0.name).lastPathComponent }.joined(separator: ", ")
        return "events of \(files) (\(NumberText.bytes(source.files.reduce(0) { $0 + $1.bytes }))), not read yet" + source.steps.map { " | \($0.text)" }.joined()
    }

    var blocks: [Block] { [.text(summary)] }

    var json: JSON {
        // Saying how many there are is no reason to read gigabytes.
        guard source.isRead else { return ["rows": nil, "users": nil, "from": nil, "to": nil, "bytes": .integer(source.files.reduce(0) { $0 + $1.bytes })] }
        switch known {
        case .success(let log):
            let times = [log.report.firstTime, log.report.lastTime].map { time -> JSON in time.map { .string(CivilTime.text($0) + "Z") } ?? .null }
            return ["rows": .integer(log.count), "users": .integer(log.userCount), "from": times[0], "to": times[1]]
        case .failure(let error): return ["error": .string((error as? any Diagnosable)?.diagnostic.message ?? "\(error)")]
        }
    }

    func property(_ name: String) -> Value? {
        guard case .success(let log) = known else { return nil }
        switch name {
        case "rows", "events": return .integer(log.count)
        case "users": return .integer(log.userCount)
        case "from": return Self.span(log).map { .text($0.from) }
        case "to": return Self.span(log).map { .text($0.to) }
        case "sessions": return log.sessionCount.map { .integer($0) }
        default: return nil
        }
    }

    static let properties = ["rows", "events", "users", "from", "to", "sessions"]
    var propertyNames: [String] { Self.properties }
    var outline: Outline { Self.outline(source.schema) }

    /// Events with some columns, as far as they are known.
    static func outline(_ schema: ExpressionSchema?) -> Outline { Outline([.events], schema: schema, properties: properties) }
}

extension EventsValue: DataCardProviding {
    /// What was read of each file, by its name without its folder, which differs from machine to machine.
    var dataCard: [DataCardEntry] {
        guard source.isRead, case .success(let log) = known else { return [] }
        let read = log.report.read
        return read.files.enumerated().map { index, file in
            let isOnly = read.files.count == 1
            return DataCardEntry(
                file: URL(fileURLWithPath: file.path).lastPathComponent, rows: isOnly ? read.rows : nil, users: isOnly ? read.usersSeen : nil,
                span: isOnly ? Self.span(log) : nil, digest: "\(file.digest)")
        }
    }
}
