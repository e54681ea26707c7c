import Diagnostics
import Events
import Language
import Runtime
import Tables

/// Makes a table of what the events of each user or session are like.
struct FeaturesCommand: Command {
    static let unit = Parameter<String>.named("per", default: FilterUnit.user.rawValue, "what a row is about", oneOf: [FilterUnit.user, .session].map(\.rawValue))
    static let last = Parameter<Int>.named("last", default: EventFeatures.Options().last, in: 0...100, "how many of the last actions have a column each")
    static let first = Parameter<Int>.named("first", default: EventFeatures.Options().first, in: 0...100, "how many of the first URLs have a column each")

    static let signature = Signature(
        "features", group: .data, summary: "Make a table with a row for each user or session: what their events are like, in numbers and categories.",
        details: """
            Columns whose role nothing plays are left out, which is said. Of a log with a label only the events that may be seen are looked at (see 'label'); users or sessions
            without one have no row. The label has a column, which no model reads as a feature. Hours and days of the week are those of the log's zone (UTC unless 'load' was given zone=). The same events give the same table, in
            the order of the users in the log; a model makes the same columns of the events that it scores.
            """,
        prints: [
            .init("user, session", "who the row is about; no features"),
            .init("events", "the events of the user or session"),
            .init("sessions", "different sessions of the user"),
            .init("distinct_items, distinct_categories", "different items and categories"),
            .init("duration", "seconds from the first event to the last"),
            .init("gap_mean, gap_median, gap_max", "seconds between neighbouring events; missing of a single event"),
            .init("recency", "days from the last event to the last of all in the log, or to the time 'at' of a label; left out where a label cuts the events off by what they are"),
            .init("action_entropy", "in bits, of the shares of actions: 0 if all are the same; missing without any action"),
            .init("count_A", "events with action A, the commonest action first; after 50 actions all others are 'other'"),
            .init("share_A", "count_A, of the events with an action"),
            .init("hour_0 to hour_23", "share of the events in each hour of the day"),
            .init("weekday_1 to weekday_7", "share of the events on each day of the week, 1 Monday"),
            .init("last_1, last_2, ...", "the last action, the one before, ..., of the events with an action"),
            .init("url0, url1, ..., url_last", "the first URLs and the last one; page0 and so on where 'map' gave the URLs categories"),
            .init("the other columns", "of the log that play no role, where all events of each user or session hold the same, such as country"),
            .init("label", "what is to be predicted"),
        ],
        memory: "the table, 8 bytes a number, and a few codes for each event while it is made",
        reads: [.events], gives: [.table],
        examples: [
            Example("load datasets/shop.csv | sample 10% | sessions | features per=user", prints: "Features by user"),
            Example("load datasets/pages.csv | map url datasets/pages.rules | sessions | features per=session first=4 | select session country page0 page1 page2 page3", prints: "product"),
            Example("simulate shop users=200 days=20 seed=1 | label bought = any(action == \"buy\") per=user at=2025-09-10 for=7d | features per=user last=2", prints: "bought"),
        ]
    ) {
        unit
        last
        first
    }

    static func outline(_ call: Call, on input: Outline?) throws(Diagnostic) -> Outline {
        if let schema = input?.schema, !schema.isOpen, try call[unit] == FilterUnit.session.rawValue, schema.roles[Role.session.rawValue] == nil {
            throw DataError.missingRole("session", use: "features per=session", hint: "sessions gap=30m makes them").diagnostic.placed(at: call.span(of: unit))
        }
        guard let unit = FilterUnit(rawValue: try call[unit]) else { return TableValue.outline(nil, maker: signature.verb) }
        let schema = input?.schema ?? .unknown
        let actions = schema.roles[Role.action.rawValue].flatMap { input?.texts[$0] } ?? []
        return TableValue.outline(EventFeatures.schema(of: schema, actions: actions, per: unit, .init(last: try call[last], first: try call[first])), maker: signature.verb)
    }

    func run(_ call: Call, on input: Input?) throws -> Outcome {
        let events = try EventsValue.read(input, call)
        let log = try events.log(call.context.work)
        let unit = FilterUnit(rawValue: try call[Self.unit]) ?? .user
        let options = EventFeatures.Options(last: try call[Self.last], first: try call[Self.first])
        let features: EventFeatures
        do { features = try log.features(per: unit, options, work: call.context.work) } catch let error as DataError {
            throw error.diagnostic.placed(at: call.span(of: Self.unit))
        }
        let noun = unit.rawValue + "s"
        var units = features.units
        for label in features.labels { units[label] = "label" }
        let value = TableValue(
            features.table, title: "Features by \(unit.rawValue)", rowNoun: noun, identifier: features.identifiers.first, featureColumns: features.numbers, labels: features.labels,
            hidden: Array(features.identifiers.dropFirst()), units: units, steps: events.source.steps + [.features(per: unit, options)])
        return Outcome(value, blocks: [.text(Self.lines(features, of: log, noun).joined(separator: "\n")), .table(try value.display(limit: Self.shownRows, check: call.context.work.check))])
    }

    private static let shownRows = 5

    private static func lines(_ features: EventFeatures, of log: EventLog, _ noun: String) -> [String] {
        var head = "\(NumberText.counted(features.table.rowCount, noun)): \(NumberText.counted(features.numbers.count, "numbers")) and \(NumberText.grouped(features.categories.count)) categories each"
        if !features.labels.isEmpty { head += ", and the label \(features.labels.joined(separator: ", "))" }
        var lines = [head]
        if features.seen.count < features.seen.total { lines.append("from \(NumberText.rate(features.seen.count, of: features.seen.total)) events, which features may see") }
        if let end = features.end { lines.append("recency is told to \(CivilTime.text(log.local(end), separator: " "))") }
        return lines + features.notes
    }
}
