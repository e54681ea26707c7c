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
            .init("what, value, of, share, low, high, time", "what programs get and 'write' writes of the overview: a row for each number; what it is a part of, its share with the bounds of the interval; a time in UTC"),
        ],
        memory: "counts only, beside the events",
        reads: [.events], gives: [.answer],
        examples: [Example("simulate shop users=100 days=20 seed=1 | eda", prints: "events per user")])

    static func outline(_ call: Call, on input: Outline?) throws(Diagnostic) -> Outline {
        TableValue.outline(EdaFacts.schema, kind: .answer, properties: ["events", "users", "sessions", "conversion"], rowNoun: EdaFacts.rowNoun, maker: signature.verb)
    }

    func run(_ call: Call, on input: Input?) throws -> Outcome {
        let work = call.context.work
        let log = try EventsValue.read(input, call).log(work)
        let overview = try log.overview(work: work)
        var facts = EdaFacts(overview, of: log)
        var properties: [(name: String, value: Value)] = [("events", .integer(overview.events)), ("users", .integer(overview.users))]
        if log.isTimed {
            let isCut = log.roles[.session] == nil
            let sessions = try (isCut ? log.withSessions(gap: 30 * 60 * 1_000_000, work: work) : log).sessionSummary(work: work)
            try facts.tell(sessions, isCut: isCut, work)
            properties.append(("sessions", .integer(sessions.sessions)))
        }
        facts.tellMissing(overview.missing)
        let overviewTable = DisplayTable(title: "Overview", columns: [.init("what"), .init("value")], rows: facts.lines.map { [.init($0.what), .init($0.text, $0.exact)] })
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
        return Outcome(
            TableValue(
                facts.table, kind: .answer, title: "Overview", rowNoun: EdaFacts.rowNoun, summaryBlocks: blocks,
                properties: properties + (overview.conversion.map { [("conversion", .number($0.share))] } ?? [])))
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
