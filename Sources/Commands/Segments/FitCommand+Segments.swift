import Diagnostics
import Events
import Expressions
import Features
import Language
import Runtime
import Tables

// Segments as what is predicted: 'fit xgboost predict=segments', or by the name that they bear.

extension FitCommand {
    /// The word that means the newest segments, where no column bears it.
    private static let newestSegments = "segments"

    /// The columns as they will be once the segments among the targets are joined.
    static func schema(_ schema: ExpressionSchema, withSegmentsOf call: Call) throws(Diagnostic) -> ExpressionSchema {
        var schema = schema
        for name in try call[targets] ?? [] where schema.column(named: name) == nil {
            let isSegments = call.context.outlines[name]?.kinds == [.segments] || name == newestSegments && call.context.outlines.values.contains { $0.kinds == [.segments] }
            if isSegments { schema = schema.adding(name, .text) }
        }
        return schema
    }

    /// The input with the segments among the targets as columns, found by who each row or event is about, and a note on what the segments know.
    static func joiningSegments(_ call: Call, _ input: Input?) throws -> (input: Input?, notes: [Diagnostic]) {
        guard var input else { return (nil, []) }
        var notes: [Diagnostic] = []
        for name in try call[targets] ?? [] {
            let names = input.value.asTable?.table.schema() ?? (input.value as? EventsValue)?.source.schema
            guard let names, names.column(named: name) == nil, let segments = try segments(name, call) else { continue }
            let (joined, remarks) = try Self.joined(input.value, segments, as: name, call)
            input = Input(name: input.name, value: joined, entry: input.entry)
            notes += EventsValue.notes(remarks)
        }
        return (input, notes)
    }

    private static func segments(_ name: String, _ call: Call) throws -> SegmentsValue? {
        if let own = call.context.values.last(where: { $0.name == name }) {
            guard own.value is SegmentsValue else { return nil }
            return try call.context.value(named: name, at: call.span(of: targets)).value as? SegmentsValue
        }
        guard name == newestSegments else { return nil }
        return call.context.newest(of: [.segments])?.value as? SegmentsValue
    }

    private static func joined(_ value: any KindValue, _ segments: SegmentsValue, as name: String, _ call: Call) throws -> (any KindValue, [String]) {
        let work = call.context.work, span = call.span(of: targets)
        if let table = value.asTable, segments.isOf(table) { return try besides(table, segments, as: name, call) }
        guard let key = segments.table.identifier, let who = segments.table.table.column(named: key) else {
            throw Diagnostic("no-key", "the \(segments.rowNoun) of '\(segments.method)' have no name by which others could be found", category: .data, at: span, label: "nobody in particular", hint: "segments of users, such as those of 'rfm' or 'features', have one")
        }
        if let table = value.asTable {
            let other = Table([who, try segments.segmentColumn(name, work)])
            do {
                let (_, mine, theirs) = try table.table.schema().joining(other.schema(), by: key)
                let (rows, matched) = try table.table.joining(other, by: mine, theirs, work: work)
                return (
                    table.with(rows, after: .join(other, name: name, by: mine, theirs), featureColumns: table.featureColumns),
                    ["\(NumberText.rate(matched, of: rows.rowCount)) \(table.rowNoun) have a segment of '\(segments.method)'"] + (try remarks(segments, table, call))
                )
            } catch let error as DataError { throw error.diagnostic.placed(at: span) }
        }
        guard let events = value as? EventsValue else { return (value, []) }
        let unit = segments.unit
        guard let column = events.source.schema.roles[unit.rawValue] else {
            throw Diagnostic("missing-role", "events without \(unit.rawValue)s have no segments of \(unit.rawValue)s", category: .data, at: span, hint: unit == .session ? "sessions gap=30m makes them" : nil)
        }
        // What is joined stands at each event; as a label of the user or session it is learnt from what was done there, and read by nothing.
        let joined = "\(name) of the \(unit.rawValue)", names = try segments.table.rowNames(work) ?? []
        let other = Table([who.renamed(column), try segments.segmentColumn(joined, work)])
        do {
            let source = try events.source.joining(other, named: segments.method, by: column)
            let value = Expression(.call("first", [Expression(.column(joined), at: span)]), at: span)
            let labelled = try source.labelling(try LabelRule(name, value, per: unit, schema: source.schema))
            let present = try Self.names(of: unit, in: try events.log(work), work), known = Set(zip(names, segments.found.labels).lazy.filter { $0.1 >= 0 }.map(\.0))
            return (events.followed(by: labelled), ["\(NumberText.rate(present.count(where: known.contains), of: present.count)) \(unit.rawValue)s have a segment of '\(segments.method)'"])
        } catch let error as DataError { throw error.diagnostic.placed(at: span) }
    }

    /// Whom a log has.
    private static func names(of unit: FilterUnit, in log: EventLog, _ work: Work) throws -> Set<String> {
        guard unit == .session, let sessions = log.column(.session) else { return Set(try work.map(rows: log.userCount) { log.user($0) }) }
        return Set(try work.map(rows: log.count) { sessions.text(at: $0) ?? "" })
    }

    /// The rows that the segments were found in, with their segments.
    private static func besides(_ table: TableValue, _ segments: SegmentsValue, as name: String, _ call: Call) throws -> (any KindValue, [String]) {
        let rows = table.table.adding(try segments.segmentColumn(name, call.context.work))
        return (table.with(rows, after: .assign(segments.method), featureColumns: table.featureColumns), try remarks(segments, table, call))
    }

    /// A word where a model reads what the segments were found by.
    private static func remarks(_ segments: SegmentsValue, _ table: TableValue, _ call: Call) throws -> [String] {
        let read = Set(try call[inputs] ?? table.featureColumns + table.categoryColumns), known = (segments.columns.numbers + segments.columns.categories).filter(read.contains), shown = known.prefix(5).joined(separator: ", ")
        return known.isEmpty ? [] : ["the segments were found by \(shown)\(known.count > 5 ? " and others" : ""), which the model reads too: it learns where their borders run, and its scores say how well it redraws them"]
    }
}

extension SegmentsValue {
    /// Whether a table holds the very rows that the segments were found in, by all that was read of them.
    fileprivate func isOf(_ other: TableValue) -> Bool {
        guard other.table.rowCount == rows else { return false }
        return (columns.numbers + columns.categories).allSatisfy { name in
            guard let mine = table.table.column(named: name), let theirs = other.table.column(named: name) else { return false }
            return (0..<rows).allSatisfy { mine.text(at: $0) == theirs.text(at: $0) }
        }
    }
}
