import Diagnostics
import Events
import Language
import Runtime
import Tables

/// How the users of segments go through the events of the session.
struct SegmentJourneys {
    private let journeys: GroupJourneys
    private let sourceName: String
    private let log: EventLog
    /// Rows of the segments whose user has events.
    private let found: Int

    /// Below this share of the users, events that nobody named are those of others.
    private static let leastShare = 0.5

    /// - Returns: none where no events were named and the session has none of these users.
    /// - Throws: a `Diagnostic` where events were named and are of nobody here; `Cancelled`.
    init?(of segments: SegmentsValue, _ call: Call) throws {
        let named = try call[ProfileCommand.events], span = call.span(of: ProfileCommand.events), work = call.context.work
        guard let input = try named.map({ try call.context.value(named: $0, at: span) }) ?? call.context.newest(of: [.events]) else { return nil }
        guard let events = input.value as? EventsValue else { throw Diagnostic.unexpected(input, wanted: .events, at: span) }
        guard segments.unit == .user, let names = try segments.table.rowNames(work) else {
            guard named != nil else { return nil }
            throw Diagnostic("no-key", "the \(segments.rowNoun) of '\(segments.method)' have no name by which their events could be found", category: .data, at: span, label: "nobody in particular", hint: "segments of users, such as those of 'rfm' or 'features', have one")
        }
        let log = try events.log(work)
        var groups: [String: Int] = [:]
        for (row, name) in names.enumerated() { groups[name] = segments.found.labels[row] }
        var seen = 0
        let ofUsers = try work.map(rows: log.userCount) { user -> Int in
            guard let group = groups[log.user(user)] else { return -1 }
            seen += 1
            return group
        }
        guard seen > 0, named != nil || Double(seen) >= Self.leastShare * Double(names.count) else {
            guard let named else { return nil }
            throw Diagnostic("different-rows", "'\(named)' has no events of the \(segments.rowNoun) of '\(segments.method)'", category: .data, at: span, label: "other users", hint: "name the events that the segments were made of")
        }
        journeys = try log.journeys(ofGroups: ofUsers, count: segments.sizes.count, work: work)
        sourceName = input.name
        self.log = log
        found = seen
    }

    func tables(_ segments: SegmentsValue) -> [DisplayTable] {
        let groups = journeys.groups, note = "Events of '\(sourceName)', which has \(NumberText.rate(found, of: segments.rows)) \(segments.rowNoun)."
        var tables: [DisplayTable] = []
        if groups.contains(where: { !$0.starts.isEmpty }) {
            tables.append(
                DisplayTable(
                    title: "How journeys begin", columns: [.init("segment"), .init("events each", .right), .init("commonest first steps"), .init("and then")],
                    rows: groups.enumerated().map { index, group in
                        let starts = group.starts.map { "\($0.actions.joined(separator: " -> ")) \(NumberText.percent(Double($0.users) / Double(max(1, group.users))))" }
                        return [
                            .init(segments.names[index]), group.users == 0 ? .undefined : .number(Double(group.events) / Double(group.users), 1), starts.first.map { .init($0) } ?? .undefined,
                            starts.count > 1 ? .init(starts[1]) : .undefined,
                        ]
                    }, notes: [note]))
        }
        guard !journeys.bounds.isEmpty else { return tables }
        let days = journeys.bounds.map { Gregorian.text(CivilTime.day(of: log.local($0))) }
        let rows = groups.enumerated().map { index, group -> [DisplayTable.Cell] in
            [.init(segments.names[index])] + group.active.indices.map { journeys.active[$0] == 0 ? .undefined : .percent(Double(group.active[$0]) / Double(journeys.active[$0])) }
        }
        let active: [DisplayTable.Cell] = [.init("active \(segments.rowNoun)")] + journeys.active.map { .count($0) }
        tables.append(
            DisplayTable(
                title: "Share of the active \(segments.rowNoun), by quarter of the span", columns: [.init("segment")] + days.dropLast().map { .init("from \($0)", .right) }, rows: rows + [active],
                notes: tables.isEmpty ? [note] : []))
        return tables
    }
}
