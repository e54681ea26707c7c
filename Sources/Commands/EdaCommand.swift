import Diagnostics
import Events
import Language
import Runtime
import Tables

/// A first look at a log, in a handful of tables.
struct EdaCommand: Command {
    static let signature = Signature(
        "eda", group: .look, summary: "A first look: size and span, actions, events per user, sessions, busiest days and hours, missing values.",
        details: """
            Conversion is the share of users with at least one purchase, with its 95 % interval (Wilson). Sessions are those of the log, else cut at pauses of
            30 minutes. Days and hours are those of UTC, or of the zone that load was given.
            """,
        prints: [
            .init("events per user", "mean, median and most over the users"),
            .init("users with a 'buy'", "users with at least one purchase, of all, with the 95 % interval (Wilson)"),
            .init("sessions", "those of the log, else pauses of more than 30 minutes cut; of one event: sessions that hold a single event"),
            .init("events per session", "mean, median and most over the sessions"),
            .init("session duration", "from the first to the last event of a session: the median, and what nine in ten lie below"),
            .init("missing values", "events without a value, column by column"),
            .init("share, share of users", "events of the action of all events; users with it of all users"),
        ],
        memory: "counts only, beside the events",
        reads: [.events], gives: [.answer],
        examples: [Example("simulate shop users=100 days=20 seed=1 | eda", prints: "events per user")])

    func run(_ call: Call, on input: Input?) throws -> Outcome {
        let work = call.context.work
        let log = try EventsValue.read(input, call).log(work)
        let overview = try log.overview(work: work)
        var facts: [(String, String, JSON)] = [
            ("events", NumberText.grouped(overview.events), .integer(overview.events)), ("users", NumberText.grouped(overview.users), .integer(overview.users)),
        ]
        for (name, count) in [("items", overview.items), ("categories", overview.categories), ("actions", overview.actions)] {
            if let count { facts.append((name, NumberText.grouped(count), .integer(count))) }
        }
        if let first = overview.firstTime, let last = overview.lastTime {
            facts.append(("first event", CivilTime.text(log.local(first), separator: " "), .string(CivilTime.text(first) + "Z")))
            facts.append(("last event", CivilTime.text(log.local(last), separator: " "), .string(CivilTime.text(last) + "Z")))
        }
        let perUser = overview.eventsPerUser
        facts.append(("events per user", "mean \(NumberText.short(perUser.mean)), median \(NumberText.short(perUser.median)), most \(NumberText.short(perUser.greatest))", .number(perUser.mean)))
        if let purchase = overview.purchaseAction, let conversion = overview.conversion {
            let interval = conversion.interval
            facts.append((
                "users with a '\(purchase)'",
                "\(NumberText.rate(conversion.count, of: conversion.total)), 95 % interval \(NumberText.decimal(interval.lowerBound * 100, 1)) to \(NumberText.percent(interval.upperBound))",
                .number(conversion.share)
            ))
        }
        var properties: [(name: String, value: Value)] = [("events", .integer(overview.events)), ("users", .integer(overview.users))]
        if log.isTimed {
            let found = try Self.sessionFacts(log, work)
            facts += found.facts
            properties.append(("sessions", .integer(found.sessions)))
        }
        let missing = overview.missing.filter { $0.share.count > 0 }
        facts.append(("missing values", missing.isEmpty ? "none" : missing.map { "\($0.column): \(NumberText.rate($0.share.count, of: $0.share.total))" }.joined(separator: "; "), .integer(missing.reduce(0) { $0 + $1.share.count })))
        let overviewTable = DisplayTable(title: "Overview", columns: [.init("what"), .init("value")], rows: facts.map { [.init($0.0), .init($0.1, $0.2)] })
        var blocks: [Block] = [.table(overviewTable)]
        if log.roles[.action] != nil {
            let actions = try log.top("action", limit: 20, work: work)
            blocks.append(
                .table(
                    DisplayTable(
                        title: "Actions", columns: [.init("action"), .init("events", .right), .init("share", .right), .init("users", .right), .init("share of users", .right)],
                        rows: actions.map {
                            [.init($0.value), .count($0.events), .percent($0.share.share), .count($0.users), .percent(Double($0.users) / Double(max(1, overview.users)))]
                        })))
        }
        if log.isTimed {
            blocks.append(.table(Self.busiest("Busiest and quietest days", "day", try log.dailyCounts(work: work))))
            blocks.append(.table(Self.busiest("Busiest and quietest hours of the day", "hour", try log.hourlyCounts(work: work))))
        }
        let table = Table([Column("what", text: facts.map(\.0)), Column("value", text: facts.map(\.1))])
        return Outcome(
            TableValue(
                table, kind: .answer, title: "Overview", rowNoun: "facts", summaryBlocks: blocks,
                properties: properties + (overview.conversion.map { [("conversion", .number($0.share))] } ?? [])))
    }

    /// What is told of the sessions: those of the log, or those that pauses of 30 minutes make.
    private static func sessionFacts(_ log: EventLog, _ work: Work) throws -> (facts: [(String, String, JSON)], sessions: Int) {
        var facts: [(String, String, JSON)] = []
        let sessioned = log.roles[.session] == nil ? try log.withSessions(gap: 30 * 60 * 1_000_000, work: work) : log
        let sessions = try sessioned.sessionSummary(work: work)
        let length = try sessions.length(work: work)
        let duration = try sessions.duration(work: work)
        facts.append((
            "sessions" + (log.roles[.session] == nil ? " (pauses of 30m)" : ""),
            "\(NumberText.grouped(sessions.sessions)), \(NumberText.short(sessions.perUser)) a user; of one event: \(NumberText.rate(sessions.single.count, of: sessions.single.total))", .integer(sessions.sessions)
        ))
        facts.append(("events per session", "mean \(NumberText.short(length.mean)), median \(NumberText.short(length.median)), most \(NumberText.short(length.greatest))", .number(length.mean)))
        facts.append(("session duration", "median \(NumberText.duration(duration.median)), nine in ten below \(NumberText.duration(duration.quantile(0.9)))", .number(duration.median)))
        return (facts, sessions.sessions)
    }

    /// The three greatest and three least of some stretches of time.
    private static func busiest(_ title: String, _ name: String, _ counts: TimeCounts) -> DisplayTable {
        let totals = counts.counts.map { $0.reduce(0, +) }
        let order = totals.indices.sorted { (totals[$1], $0) < (totals[$0], $1) }
        let shown = order.count <= 6 ? order : Array(order.prefix(3)) + Array(order.suffix(3))
        let all = totals.reduce(0, +)
        return DisplayTable(
            title: title, columns: [.init(name), .init("events", .right), .init("share", .right)],
            rows: shown.map { [.init(counts.labels[$0]), .count(totals[$0]), .percent(all == 0 ? 0 : Double(totals[$0]) / Double(all))] }, totalRows: order.count, gap: order.count > 6 ? 3 : nil)
    }
}
