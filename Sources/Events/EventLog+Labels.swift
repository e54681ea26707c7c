import Diagnostics
import Expressions
import Runtime
import Tables

extension EventLog {
    /// The events of users or sessions as neighbouring rows: the table in that order and, where it differs from the log's own, the log's row at each place.
    ///
    /// - Throws: `DataError.missingRole` where the log has no sessions; `Cancelled`.
    package func grouping(per unit: FilterUnit, for use: String, work: Work) throws -> (table: Table, groups: Groups, rows: [Int32]?) {
        guard unit == .session else { return (table, userGroups, nil) }
        guard let sessions = try sessionGroups(work: work) else { throw EventStep.needsSessions(use) }
        return sessions
    }

    /// The log with a label: a column of its values, and for sessions and users one that says which events features may see.
    ///
    /// The cut-off of a group is the first event of the first match of the rule's pattern (that which ends first; of several that end there the one that begins last), the
    /// time `at`, or both; without either, the first event or match that the value looks for. A value that looks for none is only taken if it is read from columns without a
    /// role that hold the same in all events of a group; those are then hidden from features.
    ///
    /// - Throws: a `Diagnostic` where it cannot be told what may be seen; `DataError.noRowsLeft` if nothing may, or nothing lies where the label is asked; `Cancelled`.
    func labelled(_ rule: LabelRule, _ work: Work) throws -> EventLog {
        let type = try LabelRule.schema(schema, labelling: rule)
        if type.columns.contains(where: { $0.name == EventLabels.seenColumn }), table.column(named: EventLabels.seenColumn) != nil, report.labels.seen != EventLabels.seenColumn, rule.unit != .event {
            throw DataError.nameTaken(EventLabels.seenColumn, by: "a column")
        }
        guard rule.unit != .event else {
            let values = try rule.value.column(named: rule.name, over: table, work: work)
            return try adding(values, seen: nil, rule, hiding: [], cutoff: .none, fellOut: Proportion(0, of: count), of: values, isSeen: Array(repeating: true, count: count), work)
        }
        let (table, groups, rows) = try grouping(per: rule.unit, for: "label per=session", work: work)
        let values = try labels(rule, table, groups, work)
        let (ends, cutoff, hidden) = try cutoffs(rule, table, groups, work)
        let isWhole = try work.map(rows: groups.count) { ends[$0] == groups[$0].upperBound }
        let uncut = try unhidden(rule, values, isWhole)
        var seen = [Bool](repeating: false, count: count)
        var groupOfRow = [Int32](repeating: 0, count: count)
        for group in 0..<groups.count {
            if group & 0xFFF == 0 { try work.check() }
            for place in groups[group] {
                let row = rows.map { Int($0[place]) } ?? place
                seen[row] = place < ends[group]
                groupOfRow[row] = Int32(group)
            }
        }
        if let earlier = report.labels.seen, case .boolean(let mask, _)? = self.table.column(named: earlier)?.storage {
            try work.forEachStretch(of: count) { for row in $0 where !mask[row] { seen[row] = false } }
        }
        let isSeen = try work.map(rows: groups.count) { group in groups[group].contains { place in seen[rows.map { Int($0[place]) } ?? place] } }
        let lost = isSeen.count { !$0 }
        guard lost < groups.count else {
            throw DataError.noRowsLeft("no event may be seen of any \(rule.unit.rawValue): all \(NumberText.grouped(count)) lie at or after the cut-off of '\(rule.name)'")
        }
        var log = try adding(
            values.subset(rows: groupOfRow, check: work.check), seen: seen, rule, hiding: hidden, cutoff: cutoff,
            fellOut: Proportion(lost, of: groups.count), of: values, isSeen: isSeen, work)
        if let uncut { log.report.notes.append(uncut) }
        return log
    }

    /// What is to be said where `before` finds nothing: all events of such users may be seen, also those that tell the label.
    ///
    /// - Parameter isWhole: whether no event of a group is hidden.
    /// - Throws: a `Diagnostic` where it finds nothing in any.
    private func unhidden(_ rule: LabelRule, _ values: Column, _ isWhole: [Bool]) throws(Diagnostic) -> String? {
        guard let before = rule.before, rule.at == nil else { return nil }
        guard isWhole.contains(false) else {
            throw Diagnostic(
                "no-match", "'\(before)' is found in no \(rule.unit.rawValue), so before= hides nothing from models", category: .data, hint: "'top action' lists the actions that there are")
        }
        guard case .boolean(let truths, let present) = values.storage else { return nil }
        let positive = truths.indices.filter { truths[$0] && present?[$0] != false }, open = positive.count { isWhole[$0] }
        guard open > 0 else { return nil }
        return "in \(NumberText.rate(open, of: positive.count)) \(rule.unit.rawValue)s where '\(rule.name)' is true '\(before)' is not found: all of their events may be seen, also those that tell it"
    }

    /// - Parameters:
    ///   - column: the label of each event.
    ///   - values: the label of each group or event, and `isSeen` whether it has an event to be seen.
    private func adding(
        _ column: Column, seen: [Bool]?, _ rule: LabelRule, hiding hidden: Set<String>, cutoff: EventLabel.Cutoff, fellOut: Proportion, of values: Column, isSeen: [Bool], _ work: Work
    ) throws -> EventLog {
        func positives(_ counts: (Int) -> Bool) -> Proportion? {
            guard case .boolean(let truths, let present) = values.storage else { return nil }
            let known = truths.indices.filter { present?[$0] != false && counts($0) }
            return Proportion(known.count { truths[$0] }, of: known.count)
        }
        var labelled = table.adding(column)
        if let seen { labelled = labelled.adding(Column(report.labels.seen ?? EventLabels.seenColumn, booleans: seen)) }
        var log = try EventLog(sorted: labelled, roles: roles, report: report, work: work)
        log.report.labels.add(
            EventLabel(
                name: rule.name, unit: rule.unit, cutoff: cutoff, positive: positives { _ in true }, positiveSeen: positives { isSeen[$0] },
                seen: Proportion(seen?.count { $0 } ?? count, of: count), fellOut: fellOut, missing: Proportion(values.missingCount, of: values.count)),
            hiding: hidden)
        if let at = start(of: rule), let end = end(of: rule), let last = report.lastTime, let length = rule.length, end > last {
            log.report.notes.append("the log ends \(shown(last)), before the \(EventStep.duration(length)) from \(shown(at)) are over: labels may be incomplete")
        }
        if let seen = log.report.labels.label(named: rule.name)?.positiveSeen, rule.unit != .event, seen.count == 0 || seen.count == seen.total {
            log.report.notes.append("'\(rule.name)' is \(seen.count == 0 ? "false" : "true") for every \(rule.unit.rawValue) that can be seen, so there is nothing to tell apart")
        }
        return log
    }

    /// When the label's value begins to be asked, in microseconds since 1970.
    private func start(of rule: LabelRule) -> Int64? { rule.at.map { zone?.universal($0) ?? $0 } }

    /// When it is asked no more: a day of the length is one of the zone's clocks, also where it has 23 or 25 hours.
    private func end(of rule: LabelRule) -> Int64? {
        guard let at = rule.at, let length = rule.length else { return nil }
        let (end, overflows) = at.addingReportingOverflow(length)
        return overflows ? .max : zone?.universal(end) ?? end
    }

    /// A time as the clocks of the log's zone show it.
    private func shown(_ time: Int64) -> String { CivilTime.text(local(time), separator: " ") }

    /// The label of each group.
    private func labels(_ rule: LabelRule, _ table: Table, _ groups: Groups, _ work: Work) throws -> Column {
        guard let at = start(of: rule) else { return try rule.value.column(named: rule.name, over: table, groups: groups, work: work) }
        let end = end(of: rule) ?? .max
        guard let timeName = roles[.time], case .time(let times, _, _)? = table.column(named: timeName)?.storage else {
            throw DataError.missingRole("time", use: "label at=", hint: "time=COLUMN of load says which column it is")
        }
        var places: [Int32] = []
        var offsets = [0]
        for group in 0..<groups.count {
            if group & 0xFFF == 0 { try work.check() }
            for place in groups[group] where times[place] >= at && times[place] < end { places.append(Int32(place)) }
            offsets.append(places.count)
        }
        guard !places.isEmpty else {
            let until = rule.length.map { ", \(EventStep.duration($0)) long" } ?? ""
            throw DataError.noRowsLeft("no event lies in the time from \(shown(at)) on\(until), of which '\(rule.name)' is asked")
        }
        let always = [Role.user, .action, .time].compactMap { roles[$0] }
        let columns = try table.columns.filter { rule.value.columns.contains($0.name) || always.contains($0.name) }.map { try $0.subset(rows: places, check: work.check) }
        return try rule.value.column(named: rule.name, over: Table(columns), groups: Groups(offsets: offsets), work: work)
    }

    /// For each group the place of the first event that features may not see; where that is, in words; and the columns that they may not look at.
    private func cutoffs(_ rule: LabelRule, _ table: Table, _ groups: Groups, _ work: Work) throws -> (ends: [Int], cutoff: EventLabel.Cutoff, hidden: Set<String>) {
        let players = Set(roles.values)
        // A column such as `is_order` tells the target by itself, whichever events are seen.
        let read = rule.value.columns.subtracting(players)
        var ends = try work.map(rows: groups.count) { groups[$0].upperBound }
        if let at = start(of: rule), let name = roles[.time], case .time(let times, _, _)? = table.column(named: name)?.storage {
            for group in 0..<groups.count {
                if group & 0xFFF == 0 { try work.check() }
                if let place = groups[group].first(where: { times[$0] >= at }) { ends[group] = place }
            }
        }
        if let before = rule.before {
            try cut(&ends, at: [.match(before)], table, groups, work)
            return (ends, .event("\(start(of: rule).map { "\(shown($0)) and " } ?? "")the first match of \(before)"), read)
        }
        if let at = start(of: rule) { return (ends, .time(at), read) }
        let attributes = rule.value.columns.subtracting([roles[.user]].compactMap { $0 })
        if !rule.value.columns.isEmpty, attributes.isDisjoint(with: players), !rule.value.expression.counts, try attributes.allSatisfy({ try isConstant($0, table, groups, work) }) {
            return (ends, .none, attributes)
        }
        guard let targets = rule.targets else {
            throw Diagnostic(
                "unbounded-label", "it does not follow from the expression which events come before what '\(rule.name)' tells, so features would see it", category: .data,
                at: rule.value.expression.span, label: "sums up all events", hint: "before=buy or at=2017-12-01 for=7d says what may be seen; any(...), count(...) and has(...) say it themselves")
        }
        try cut(&ends, at: targets, table, groups, work)
        let words = targets.map { target in
            switch target {
            case .event(let condition): "\(condition.expression)"
            case .match(let pattern): "\(pattern)"
            }
        }
        return (ends, targets.isEmpty ? .none : .event("the first \(words.joined(separator: " or "))"), read)
    }

    /// Moves the end of what may be seen of each group to before the first of some targets.
    private func cut(_ ends: inout [Int], at targets: [LabelRule.Target], _ table: Table, _ groups: Groups, _ work: Work) throws {
        for target in targets {
            let first: (Range<Int>) -> Int?
            switch target {
            case .event(let condition):
                let truths = try condition.truths(over: table, work: work)
                first = { $0.first { truths[$0] } }
            case .match(let pattern):
                guard let name = schema.column(named: Role.action.rawValue)?.name, case .text(let codes, let dictionary)? = table.column(named: name)?.storage else {
                    throw DataError.missingRole("action", use: "a pattern", hint: "action=COLUMN of load says which column it is")
                }
                var times: [Int64] = []
                if let name = roles[.time], case .time(let values, _, _)? = table.column(named: name)?.storage { times = values }
                if pattern.window != nil, !isTimed { throw Self.needsTimes("'within'") }
                let matcher = PatternMatcher(pattern, actions: dictionary.names)
                first = { matcher.firstMatch(codes, times, rows: $0)?.lowerBound }
            }
            for group in 0..<groups.count {
                if group & 0xFF == 0 { try work.check() }
                if let place = first(groups[group]) { ends[group] = min(ends[group], place) }
            }
        }
    }

    /// The label of each group (or event), in the order of the log.
    ///
    /// - Throws: `DataError.unknownColumn` for a label that the log does not carry, `missingRole` for one of sessions where there are none any more; `Cancelled`.
    public func labelValues(_ label: EventLabel, work: Work = Work()) throws -> Column {
        guard let column = table.column(named: label.name) else { throw DataError.unknownColumn(label.name, known: knownNames) }
        guard label.unit != .event else { return column }
        let (_, groups, rows) = try grouping(per: label.unit, for: "a label per=session", work: work)
        return try column.subset(rows: work.map(rows: groups.count) { group in rows.map { $0[groups[group].lowerBound] } ?? Int32(groups[group].lowerBound) }, check: work.check)
    }

    /// The groups that a label of sessions or users is of.
    public struct LabelledGroups: Sendable {
        /// The code of each group's label in `words`; -1 where it has none.
        public let codes: [Int32]
        public let words: [String]
        /// The user of each group.
        public let users: [Int32]
        private let groups: Groups
        private let rows: [Int32]?

        fileprivate init(codes: [Int32], words: [String], users: [Int32], groups: Groups, rows: [Int32]?) {
            (self.codes, self.words, self.users, self.groups, self.rows) = (codes, words, users, groups, rows)
        }

        public var count: Int { groups.count }

        /// The rows of the log that are a group's events, in their order.
        public func rows(of group: Int) -> some Sequence<Int> { groups[group].lazy.map { [rows] place in rows.map { Int($0[place]) } ?? place } }
    }

    /// - Throws: as `labelValues`.
    public func labelledGroups(_ label: EventLabel, work: Work = Work()) throws -> LabelledGroups {
        let values = try labelValues(label, work: work)
        let (_, groups, rows) = try grouping(per: label.unit, for: "a label per=session", work: work)
        var codes: [Int32]
        var words: [String]
        if case .boolean(let truths, let present) = values.storage {
            words = ["false", "true"]
            codes = try work.map(rows: values.count) { present?[$0] == false ? -1 : truths[$0] ? 1 : 0 }
        } else {
            (codes, words) = try values.interned(work: work)
        }
        var user = 0
        let firsts = try work.map(rows: groups.count) { group in rows.map { Int($0[groups[group].lowerBound]) } ?? groups[group].lowerBound }
        // Groups come user after user.
        let users = firsts.map { row -> Int32 in
            while user + 1 < userCount, userOffsets[user + 1] <= row { user += 1 }
            return Int32(user)
        }
        return LabelledGroups(codes: codes, words: words, users: users, groups: groups, rows: rows)
    }

    /// Whether a column says something of users: the same in all events of each, and some user has several.
    ///
    /// - Throws: `Cancelled`.
    public func isOfUsers(_ name: String, work: Work) throws -> Bool {
        guard (0..<userGroups.count).contains(where: { userGroups[$0].count > 1 }) else { return false }
        return try isConstant(name, table, userGroups, work)
    }

    /// Whether all values that a column has in a group are the same, in each group.
    func isConstant(_ name: String, _ table: Table, _ groups: Groups, _ work: Work) throws -> Bool {
        guard let column = table.column(named: name) else { return false }
        return try (0..<groups.count).allSatisfy { group in
            if group & 0xFF == 0 { try work.check() }
            guard let first = groups[group].first(where: { !column.isMissing($0) }) else { return true }
            return groups[group].allSatisfy { $0 <= first || column.isMissing($0) || column.isSame(first, $0) }
        }
    }
}

extension Expression {
    /// Whether it depends on how many events there are, whatever they hold.
    fileprivate var counts: Bool {
        if case .call(let name, _) = node, name == "count" || name == "sum" { return true }
        return children.contains(where: \.counts)
    }
}
