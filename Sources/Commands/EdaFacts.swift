import Events
import Expressions
import Runtime
import Tables

/// What 'eda' tells of a log as a whole: lines for people, and a row for each number for programs.
struct EdaFacts {
    /// A line of what a person reads, which may tell several numbers.
    struct Line {
        let what: String
        let text: String
        /// The most telling of them.
        let exact: JSON
    }

    /// A number, or a time, on its own.
    private struct Row {
        let what: String
        var value: Double?
        /// What the value is a part of.
        var whole: Proportion?
        /// Of the share.
        var interval: ClosedRange<Double>?
        var time: Int64?
    }

    private(set) var lines: [Line] = []
    private var rows: [Row] = []

    static let rowNoun = "facts"
    static let schema = ExpressionSchema(
        columns: [.init("what", .text)] + ["value", "of", "share", "low", "high"].map { .init($0, .number) } + [.init("time", .time)])

    /// How many there are of what, from when to when, and who bought.
    init(_ overview: Overview, of log: EventLog) {
        count("events", overview.events)
        count("users", overview.users)
        for (name, count) in [("items", overview.items), ("categories", overview.categories), ("actions", overview.actions)] { if let count { self.count(name, count) } }
        for (name, time) in [("first event", overview.firstTime), ("last event", overview.lastTime)] {
            guard let time else { continue }
            lines.append(Line(what: name, text: CivilTime.text(log.local(time), separator: " "), exact: .string(CivilTime.text(time) + "Z")))
            rows.append(Row(what: name, time: time))
        }
        tell("events per user", overview.eventsPerUser)
        guard let purchase = overview.purchaseAction, let conversion = overview.conversion else { return }
        let (what, interval) = ("users with a '\(purchase)'", conversion.interval)
        lines.append(
            Line(
                what: what,
                text: "\(NumberText.rate(conversion.count, of: conversion.total)), 95 % interval \(NumberText.decimal(interval.lowerBound * 100, 1)) to \(NumberText.percent(interval.upperBound))",
                exact: .number(conversion.share)))
        rows.append(Row(what: what, value: Double(conversion.count), whole: conversion, interval: interval))
    }

    /// - Parameter isCut: whether the sessions are not the log's own, but made by pauses of 30 minutes.
    /// - Throws: `Cancelled`.
    mutating func tell(_ sessions: SessionSummary, isCut: Bool, _ work: Work) throws {
        let single = sessions.single
        lines.append(
            Line(
                what: "sessions" + (isCut ? " (pauses of 30m)" : ""),
                text: "\(NumberText.grouped(sessions.sessions)), \(NumberText.short(sessions.perUser)) a user; of one event: \(NumberText.rate(single.count, of: single.total))",
                exact: .integer(sessions.sessions)))
        rows += [
            Row(what: "sessions", value: Double(sessions.sessions)), Row(what: "sessions per user", value: sessions.perUser),
            Row(what: "sessions of one event", value: Double(single.count), whole: single),
        ]
        tell("events per session", try sessions.length(work: work))
        let duration = try sessions.duration(work: work)
        let nineInTen = duration.quantile(0.9)
        lines.append(Line(what: "session duration", text: "median \(NumberText.duration(duration.median)), nine in ten below \(NumberText.duration(nineInTen))", exact: .number(duration.median)))
        rows += [Row(what: "session duration, median seconds", value: duration.median), Row(what: "session duration, nine in ten below seconds", value: nineInTen)]
    }

    /// - Parameter missing: events without a value, column by column.
    mutating func tellMissing(_ missing: [(column: String, share: Proportion)]) {
        let gaps = missing.filter { $0.share.count > 0 }
        lines.append(
            Line(
                what: "missing values", text: gaps.isEmpty ? "none" : gaps.map { "\($0.column): \(NumberText.rate($0.share.count, of: $0.share.total))" }.joined(separator: "; "),
                exact: .integer(gaps.reduce(0) { $0 + $1.share.count })))
        rows += missing.map { Row(what: "missing values of \($0.column)", value: Double($0.share.count), whole: $0.share) }
    }

    private mutating func count(_ what: String, _ count: Int) {
        lines.append(Line(what: what, text: NumberText.grouped(count), exact: .integer(count)))
        rows.append(Row(what: what, value: Double(count)))
    }

    private mutating func tell(_ what: String, _ values: Distribution) {
        let numbers = [("mean", values.mean), ("median", values.median), ("most", values.greatest)]
        lines.append(Line(what: what, text: numbers.map { "\($0.0) \(NumberText.short($0.1))" }.joined(separator: ", "), exact: .number(values.mean)))
        rows += numbers.map { Row(what: "\(what), \($0.0)", value: $0.1) }
    }

    /// The numbers, with gaps where a column says nothing of one.
    var table: Table {
        Table([
            Column("what", text: rows.map(\.what)), Column("value", numbers: rows.map(\.value)), Column("of", numbers: rows.map { row in row.whole.map { Double($0.total) } }),
            Column("share", numbers: rows.map { $0.whole?.share }), Column("low", numbers: rows.map { $0.interval?.lowerBound }), Column("high", numbers: rows.map { $0.interval?.upperBound }),
            Column("time", .time(rows.map { $0.time ?? 0 }, present: Mask(rows.map { $0.time != nil }), format: .iso)),
        ])
    }
}
