import Diagnostics
import Events
import Expressions
import Language
import Runtime
import Tables

/// Gives events, sessions or users a target for models to learn, and hides from features what would tell it.
struct LabelCommand: Command {
    static let assignment = Parameter<Assignment>.assignment("label", "the name of the label, and what it is, such as bought = any(action == \"buy\")")
    static let unit = Parameter<String>.named("per", default: FilterUnit.user.rawValue, "what is labelled", oneOf: FilterUnit.allCases.map(\.rawValue))
    static let before = Parameter<Pattern?>.optionalPattern("before", "features see only the events before its first match")
    static let at = Parameter<Moment?>.optional("at", "features see only the events before this time, and the label is asked of those from then on")
    static let length = Parameter<Seconds?>.optional("for", "how long from 'at' on it is asked; to the end of the log unless given", check: { $0.seconds > 0 ? nil : "duration above 0" })

    static let signature = Signature(
        "label", group: .data, summary: "Name the target that models are to predict, and hide from features what would tell it.",
        details: """
            The label becomes a column, the same for all events of a user or session. The column 'seen' says which events features may see: 'features', 'rfm' and 'fit' look at
            those alone, and never at a label, at a column made from one, or at a column without a role that the label was read from. The events stay in the log. With
            before=PATTERN the events before the first match may be seen: the match that ends first, and of several that end there the one that begins last. With at=DATE those
            before that time (in the zone of the log), and the label is asked of the events from then on, for as long as 'for' says, in days of the zone's clocks; a user without any then is labelled as having none: any(...) is
            false, count(...) is 0. Without either, nothing is seen from the first event on that any(...) or count(...) looks for, or the first match of has(...). A label read
            from columns without a role that never change in a group, such as country, hides those columns and no event. Any other label needs before= or at=. Events at the
            same time count in their order. Several labels hide what each of them hides. Labels are for training only: nothing is asked of the events that a model scores.
            """,
        prints: [
            .init("true for N of M", "users, sessions or events for which the label is true, of those for which it has a value; of labels with other values their spread"),
            .init("seen", "where the events end that features may see, and how many they are"),
            .init("fell out", "users or sessions without an event before the cut-off, of whom features know nothing, and how many of them are labelled true"),
            .init("N events of M users, DAY to DAY", "events, different users, and the days of the first and the last event, in UTC or the zone that load was given"),
        ],
        memory: "the label and a truth value for each event, beside the events, which are shared",
        reads: [.events], gives: [.events],
        examples: [
            Example("simulate shop users=200 days=20 seed=1 | label bought = any(action == \"buy\") per=user", prints: "before the first action == \"buy\""),
            Example("simulate shop users=200 days=20 seed=1 | label active = count() > 5 per=user at=2025-09-10 for=7d", prints: "fell out"),
            Example("simulate shop users=200 days=20 seed=1 | sessions | label carts = count(action == \"cart\") per=session before=cart", prints: "carts: mean"),
        ]
    ) {
        assignment
        unit
        before
        at
        length
    }

    /// The rule that is written, over the columns of a log.
    private static func rule(_ call: Call, _ schema: ExpressionSchema) throws(Diagnostic) -> LabelRule {
        let assigned = try call[assignment]
        let unit = FilterUnit(rawValue: try call[unit]) ?? .user
        if unit == .event, let option = ["before", "at", "for"].first(where: call.isGiven) {
            throw Diagnostic(
                "wrong-value", "'\(option)' cuts off the events of a user or session, and per=event labels each event alone", category: .syntax, at: call.span(named: option),
                label: "not for single events", hint: "per=user or per=session")
        }
        if call.isGiven("for"), !call.isGiven("at") {
            throw Diagnostic(
                "wrong-value", "'for' says how long from 'at' on the label is asked, and 'at' is not given", category: .syntax, at: call.span(of: length), label: "from when on?",
                hint: "at=2017-12-01 for=7d")
        }
        // Far beyond any log, and still a whole number of microseconds.
        func microseconds(_ seconds: Double) -> Int64 { Int64((max(-9e12, min(9e12, seconds)) * 1e6).rounded()) }
        do throws(Diagnostic) {
            let rule = try LabelRule(
                assigned.name.text, assigned.expression, per: unit, before: try call[before], at: try call[at].map { microseconds($0.seconds) },
                length: try call[length].map { microseconds($0.seconds) }, schema: schema)
            do throws(DataError) { _ = try LabelRule.schema(schema, labelling: rule) } catch {
                var diagnostic = error.diagnostic.placed(at: assigned.name.span)
                diagnostic.hint = "give the label another name, or 'on NAME' reads the events before it"
                throw diagnostic
            }
            return rule
        } catch { throw error.placed(at: assigned.expression.span) }
    }

    static func outline(_ call: Call, on input: Outline?) throws(Diagnostic) -> Outline {
        let rule = try rule(call, input?.schema ?? .unknown)
        guard let schema = input?.schema else { return EventsValue.outline(nil) }
        do throws(DataError) { return EventsValue.outline(try LabelRule.schema(schema, labelling: rule)) } catch { throw error.diagnostic.placed(at: call.span) }
    }

    func run(_ call: Call, on input: Input?) throws -> Outcome {
        let events = try EventsValue.read(input, call)
        let rule = try Self.rule(call, events.source.schema)
        let source = try events.source.labelling(rule)
        let work = call.context.work
        let log: EventLog
        do { log = try source.collect(work) } catch let error as DataError {
            var diagnostic = error.diagnostic
            if case .noRowsLeft = error, let span = EventsValue.span(try events.log(work)) { diagnostic.hint = "events go from \(span.from) to \(span.to)" }
            throw diagnostic.placed(at: call.span)
        }
        guard let label = log.report.labels.label(named: rule.name) else { preconditionFailure("a log that was labelled carries the label") }
        let lines = try Self.lines(label, of: log, try log.labelValues(label, work: work), work)
        return try events.following(source, call: call) { _ in lines.joined(separator: "\n") }
    }

    /// What was labelled how, what may be seen, and who fell out.
    private static func lines(_ label: EventLabel, of log: EventLog, _ values: Column, _ work: Work) throws -> [String] {
        let noun = label.unit.rawValue + "s"
        var lines = [try "\(label.name): " + (label.positive.map { "true for \(NumberText.rate($0.count, of: $0.total)) \(noun)" } ?? "\(DescribeCommand.spread(values, work)) over \(NumberText.counted(values.count, noun))")]
        if label.missing.count > 0 { lines[0] += "; missing for \(NumberText.rate(label.missing.count, of: label.missing.total)) \(noun)" }
        guard label.unit != .event else { return lines }
        let others = log.report.labels.all.filter { $0 != label && $0.cutoff != .none }.map { "'\($0.name)'" }
        let also = others.isEmpty ? "" : ", and before the cut-off of \(others.joined(separator: " and "))"
        let amount = "\(also): \(NumberText.rate(label.seen.count, of: label.seen.total)) events"
        switch label.cutoff {
        case .none: lines.append("seen: all events\(amount), as the label was read from columns that never change in a \(label.unit.rawValue); no feature comes from those")
        case .event(let words): lines.append("seen: events before \(words) of a \(label.unit.rawValue)\(amount)")
        case .time(let time): lines.append("seen: events before \(CivilTime.text(log.local(time), separator: " "))\(amount)")
        }
        var fallen = "fell out: \(NumberText.rate(label.fellOut.count, of: label.fellOut.total)) \(noun) have no event before the cut-off"
        if let all = label.positive, let seen = label.positiveSeen, label.fellOut.count > 0 {
            fallen += ", \(NumberText.grouped(all.count - seen.count)) of them true; of the others \(label.name) is true for \(NumberText.rate(seen.count, of: seen.total))"
        }
        if label.cutoff != .none { lines.append(fallen) }
        return lines
    }
}
