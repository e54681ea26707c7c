import Diagnostics
import Expressions
import Runtime
import Tables

/// Over what a filter decides.
public enum FilterUnit: String, Sendable, CaseIterable { case event, session, user }

/// One step on the way from raw events to what a model reads: checked when it is written, run when the events are asked for.
///
/// The rows that are made of events go on with the same steps: a table keeps those of its log and its own behind them.
public struct EventStep: Sendable {
    enum Action: Sendable {
        case sample(share: Double, seed: Int)
        case filter(CompiledExpression, per: FilterUnit)
        case clean(CleaningOptions)
        case select([String])
        /// New names by old ones, and the roles as they are then.
        case rename([String: String], roles: [Role: String])
        case derive(String, CompiledExpression, roles: [Role: String])
        case join(Table, name: String, by: String, String, roles: [Role: String], hiding: Set<String>)
        case sessions(SessionRule)
        case label(LabelRule)
        case map(String, AddressRules, to: String)
        /// From here on there are rows.
        case features(per: FilterUnit, EventFeatures.Options)
        case rfm(purchase: CompiledExpression?, monetary: String?, bins: Int)
        case encode
        case assign
    }

    let action: Action
    /// As it is typed.
    public let text: String
    /// Whether the step is part of what a model does to new events, and not only of choosing what it learns from.
    public let isReplayedInScoring: Bool

    /// Whether it hides from models what comes after the target of a label.
    public var isLabel: Bool { if case .label = action { true } else { false } }

    /// Whether it made rows of all events that it could see.
    public var makesRows: Bool {
        switch action {
        case .features, .rfm: true
        default: false
        }
    }

    static func sample(_ share: Double, seed: Int) -> EventStep {
        EventStep(action: .sample(share: share, seed: seed), text: "sample \(Self.percent(share)) seed=\(seed)", isReplayedInScoring: false)
    }

    /// A filter of single events says what counts as an event, also for a model; one of users or sessions says whom to learn from.
    static func filter(_ condition: CompiledExpression, per unit: FilterUnit) -> EventStep {
        EventStep(action: .filter(condition, per: unit), text: "filter \(condition.expression)\(unit == .event ? "" : " per=\(unit.rawValue)")", isReplayedInScoring: unit == .event)
    }

    static func clean(_ options: CleaningOptions) -> EventStep {
        EventStep(action: .clean(options), text: "clean \(options.text)", isReplayedInScoring: false)
    }

    /// A filter of rows, which stand for users or sessions, says whom to learn from.
    public static func filter(rows condition: CompiledExpression) -> EventStep {
        EventStep(action: .filter(condition, per: .event), text: "filter \(condition.expression)", isReplayedInScoring: false)
    }

    public static func select(_ columns: [String]) -> EventStep {
        EventStep(action: .select(columns), text: "select \(columns.map(Expression.quotedName).joined(separator: " "))", isReplayedInScoring: true)
    }

    public static func rename(_ names: [String: String], roles: [Role: String] = [:]) -> EventStep {
        let pairs = names.sorted { $0.key < $1.key }.map { "\(Expression.quotedName($0.key))=\(Expression.quotedName($0.value))" }
        return EventStep(action: .rename(names, roles: roles), text: "rename \(pairs.joined(separator: " "))", isReplayedInScoring: true)
    }

    public static func derive(_ name: String, _ compiled: CompiledExpression, roles: [Role: String] = [:]) -> EventStep {
        EventStep(action: .derive(name, compiled, roles: roles), text: "derive \(Expression.quotedName(name)) = \(compiled.expression)", isReplayedInScoring: true)
    }

    public static func join(_ table: Table, name: String, by key: String, _ otherKey: String, roles: [Role: String] = [:], hiding hidden: Set<String> = []) -> EventStep {
        EventStep(
            action: .join(table, name: name, by: key, otherKey, roles: roles, hiding: hidden), text: "join \(Expression.quotedName(name)) by=\(Expression.quotedName(key))", isReplayedInScoring: true)
    }

    static func sessions(_ rule: SessionRule) -> EventStep { EventStep(action: .sessions(rule), text: rule.text, isReplayedInScoring: true) }

    static func label(_ rule: LabelRule) -> EventStep { EventStep(action: .label(rule), text: rule.text, isReplayedInScoring: false) }

    /// - Parameter rules: what they are called.
    static func map(_ column: String, _ rules: AddressRules, named name: String, to page: String) -> EventStep {
        EventStep(action: .map(column, rules, to: page), text: "map \(Expression.quotedName(column)) \(name)", isReplayedInScoring: true)
    }

    public static func features(per unit: FilterUnit, _ options: EventFeatures.Options) -> EventStep {
        EventStep(action: .features(per: unit, options), text: "features per=\(unit.rawValue) last=\(options.last) first=\(options.first)", isReplayedInScoring: true)
    }

    /// - Parameters:
    ///   - purchase: none where purchases are recognised.
    ///   - monetary: the column that is summed, if one was named.
    ///   - groups: the name of the table of groups, if one was named.
    public static func rfm(purchase: CompiledExpression?, monetary: String?, bins: Int, groups: String? = nil) -> EventStep {
        var text = "rfm"
        if let purchase { text += " purchase=\(purchase.expression)" }
        if let monetary { text += " monetary=\(Expression.quotedName(monetary))" }
        return EventStep(action: .rfm(purchase: purchase, monetary: monetary, bins: bins), text: "\(text) bins=\(bins)" + (groups.map { " groups=\($0)" } ?? ""), isReplayedInScoring: true)
    }

    /// - Parameter segments: their name.
    public static func assign(_ segments: String) -> EventStep { EventStep(action: .assign, text: "assign \(segments)", isReplayedInScoring: true) }

    /// - Parameter text: as it is typed. The weights with which rows are encoded are learnt from them.
    public static func autoencoder(_ text: String) -> EventStep { EventStep(action: .encode, text: text, isReplayedInScoring: false) }

    static func percent(_ share: Double) -> String {
        let percent = (share * 100 * 1e9).rounded() / 1e9
        return (percent == percent.rounded() ? String(Int(percent)) : "\(percent)") + "%"
    }

    /// In the greatest unit that gives a whole number.
    static func duration(_ microseconds: Int64) -> String {
        for (unit, size) in [("d", 86_400_000_000), ("h", 3_600_000_000), ("m", 60_000_000), ("s", 1_000_000)] as [(String, Int64)]
        where microseconds % size == 0 { return "\(microseconds / size)\(unit)" }
        return "\(Double(microseconds) / 1e6)s"
    }

    /// The events after the step.
    public func run(on log: EventLog, _ work: Work) throws -> EventLog {
        try work.check()
        switch action {
        case .sample(let share, let seed): return try log.sampled(share: share, seed: seed, work: work)
        case .filter(let condition, let unit): return try log.filtered(condition, per: unit, work)
        case .clean(let options): return try log.cleaned(options, work: work)
        case .select(let columns): return try log.selecting(columns, work: work)
        case .rename(let names, let roles): return try log.renaming(names, roles: roles, work: work)
        case .derive(let name, let compiled, let roles): return try log.deriving(name, compiled, roles: roles, work)
        case .join(let table, let name, let key, let otherKey, let roles, let hidden):
            let (joined, matched) = try log.table.joining(table, by: key, otherKey, work: work)
            var result = try EventLog(sorted: joined, roles: roles, report: log.report, work: work)
            result.report.labels.hide(hidden)
            result.report.joins.append(JoinReport(table: name, events: Proportion(matched, of: log.count)))
            return result
        case .sessions(let rule): return try log.withSessions(rule, work: work)
        case .label(let rule): return try log.labelled(rule, work)
        case .map(let column, let rules, let name): return try log.mapping(column, by: rules, to: name, work)
        // Rows are made of the events, which stay as they are.
        case .features, .rfm, .encode, .assign: return log
        }
    }
}

extension EventLog {
    /// A share of the users, drawn by hash, each with all of their events.
    ///
    /// The share is of the source: a sample of 5 % lies inside one of 10 % of the same seed, so after a smaller one nothing more is dropped, and a note says so.
    ///
    /// - Throws: `Cancelled`.
    public func sampled(share: Double, seed: Int, work: Work = Work()) throws -> EventLog {
        let draw = UserDraw(seed: seed, purpose: "sample")
        let keep = try work.map(rows: userCount) { user in userNames.withBytes(of: user) { draw.position(of: $0) } < share }
        var log = try filteredUsers(keep, work: work)
        let before = report.samples.last { $0.seed == seed }
        if let before { log.report.notes.append(Self.smallerShareNote(share, before.share, seed)) }
        log.report.samples.append(
            SampleReport(
                share: min(share, before?.share ?? 1), seed: seed, users: Proportion(log.userCount, of: userCount), events: Proportion(log.count, of: count)))
        return log
    }

    static func smallerShareNote(_ a: Double, _ b: Double, _ seed: Int) -> String {
        "shares are of the source: \(EventStep.percent(max(a, b))) and \(EventStep.percent(min(a, b))) with seed \(seed) keep the smaller, \(EventStep.percent(min(a, b)))"
    }

    /// The events, or those of the sessions or users, for which the condition is true.
    func filtered(_ condition: CompiledExpression, per unit: FilterUnit, _ work: Work) throws -> EventLog {
        var log = try keeping(condition, per: unit, work)
        log.report.filters.append(FilterReport(unit: unit, users: Proportion(log.userCount, of: userCount), events: Proportion(log.count, of: count)))
        return log
    }

    private func keeping(_ condition: CompiledExpression, per unit: FilterUnit, _ work: Work) throws -> EventLog {
        switch unit {
        case .event: return try filtered(condition.truths(over: table, work: work), work: work)
        case .user: return try filteredUsers(condition.truths(over: table, groups: userGroups, work: work), work: work)
        case .session:
            guard let (table, groups, rows) = try sessionGroups(work: work) else { throw EventStep.needsSessions("filter per=session") }
            let truths = try condition.truths(over: table, groups: groups, work: work)
            var keep = [Bool](repeating: false, count: count)
            for group in 0..<groups.count {
                if group & 0xFFF == 0 { try work.check() }
                guard truths[group] else { continue }
                for place in groups[group] { keep[rows.map { Int($0[place]) } ?? place] = true }
            }
            return try filtered(keep, work: work)
        }
    }

    /// Some of the columns, those of user and time among them.
    func selecting(_ columns: [String], work: Work) throws -> EventLog {
        let kept = try table.selecting(columns)
        var report = report
        try report.labels.select(columns)
        return try EventLog(sorted: kept, roles: roles.filter { kept.column(named: $0.value) != nil }, report: report, work: work)
    }

    /// The log with a column that is worked out event by event.
    ///
    /// - Throws: a `Diagnostic` where an event would be left without user or time.
    func deriving(_ name: String, _ compiled: CompiledExpression, roles: [Role: String], _ work: Work) throws -> EventLog {
        let column = try compiled.column(named: name, over: table, work: work)
        let table = table.adding(column)
        var report = report
        do throws(Diagnostic) { try report.labels.derive(name, from: compiled.columns) } catch { throw error.placed(at: compiled.expression.span) }
        guard name == roles[.user] || name == roles[.time] else { return try EventLog(sorted: table, roles: roles, report: report, work: work) }
        let missing = column.missingCount
        guard missing == 0 else {
            throw Diagnostic(
                "incomplete-events", "\(NumberText.rate(missing, of: count)) events would have no \(name == roles[.user] ? "user" : "time")", category: .data, at: compiled.expression.span,
                label: "missing there", hint: "'filter' drops such events first, or give the new column a name of its own")
        }
        var log = try EventLog(table, roles: roles, read: report.read, work: work)
        let (events, users, first, last) = (log.report.events, log.report.users, log.report.firstTime, log.report.lastTime)
        log.report = report
        (log.report.events, log.report.users, log.report.firstTime, log.report.lastTime) = (events, users, first, last)
        return log
    }

    /// The columns under new names.
    func renaming(_ names: [String: String], roles: [Role: String], work: Work) throws -> EventLog {
        let renamed = table.renaming(names)
        var report = report
        report.labels.rename(names)
        for index in report.mappings.indices {
            report.mappings[index].column = names[report.mappings[index].column] ?? report.mappings[index].column
            report.mappings[index].name = names[report.mappings[index].name] ?? report.mappings[index].name
        }
        return try EventLog(sorted: renamed, roles: roles.filter { renamed.column(named: $0.value) != nil }, report: report, work: work)
    }
}

extension EventStep {
    static func needsSessions(_ use: String) -> DataError { .missingRole("session", use: use, hint: "sessions gap=30m makes them") }
}
