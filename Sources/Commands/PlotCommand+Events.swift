import Diagnostics
import Events
import Language
import Plots
import Runtime
import Tables

// Charts of events and of columns.

extension PlotCommand {
    func rfmChart(_ call: Call, _ input: Input, _ title: String?) throws -> any Chart {
        guard let table = input.value as? TableValue, case .rfm(let rfm) = table.detail else {
            throw Diagnostic("nothing-to-read", "'plot rfm' draws what 'rfm' found, and '\(input.name)' is another table", at: call.span, label: "nothing to draw", hint: "rfm | plot rfm")
        }
        let cells = (1...rfm.bins).map { recency in
            (1...rfm.bins).map { frequency -> RFMChart.Cell in
                let members = rfm.users.indices.filter { rfm.recencyScores[$0] == recency && rfm.frequencyScores[$0] == frequency }
                let mean = members.isEmpty ? nil : members.reduce(0) { $0 + rfm.monetary[$1] } / Double(members.count)
                return RFMChart.Cell(users: members.count, meanMonetary: mean)
            }
        }
        let unit = switch rfm.monetaryKind {
        case .sum(let column): column
        case .distinctItems: "different items"
        case .purchases: "purchases"
        }
        return try RFMChart(title: title ?? "Buyers by recency and frequency score", cells: cells, monetaryUnit: unit)
    }

    func dailyChart(_ call: Call, _ input: Input, _ title: String?) throws -> any Chart {
        let log = try EventsValue.read(input, call).log(call.context.work)
        let counts = try log.dailyCounts(work: call.context.work)
        guard let first = counts.firstDay else { throw Diagnostic("no-rows", "no event has an action and a time", category: .data, at: call.span) }
        return try DailyChart(title: title ?? "Events by day", firstDay: first, series: Self.series(counts), zone: log.zone?.name ?? "UTC")
    }

    func hourlyChart(_ call: Call, _ input: Input, _ title: String?) throws -> any Chart {
        let log = try EventsValue.read(input, call).log(call.context.work)
        return try HourlyChart(title: title ?? "Events by hour of the day", series: Self.series(log.hourlyCounts(work: call.context.work)), zone: log.zone?.name ?? "UTC")
    }

    private static func series(_ counts: TimeCounts) -> [CountSeries] {
        counts.actions.indices.map { action in CountSeries(name: counts.actions[action], counts: counts.counts.map { $0[action] }) }
    }

    func histogramChart(_ call: Call, _ input: Input, _ title: String?) throws -> any Chart {
        let names = try call[Self.columns]
        if let table = input.value.asTable {
            guard let name = names.first ?? table.featureColumns.first else {
                throw Diagnostic("no-numeric-columns", "the table has no numeric column to draw", category: .data, at: call.span, hint: "columns are \(table.table.names.joined(separator: ", "))")
            }
            return try histogram(of: table.table, name, unit: table.units[name], noun: table.rowNoun, call, title)
        }
        let log = try EventsValue.read(input, call).log(call.context.work)
        guard let name = names.first else {
            // Of a log as a whole, the most telling numbers are how much each user does.
            return try HistogramChart(title: title ?? "Events per user", name: "events", values: log.eventCounts().map { Double($0) }, isLogarithmic: false, unit: "users", work: call.context.work)
        }
        return try histogram(of: log.table, log.column(named: name)?.name ?? name, noun: "events", call, title)
    }

    private func histogram(of table: Table, _ name: String, unit: String? = nil, noun: String, _ call: Call, _ title: String?) throws -> any Chart {
        guard let column = table.column(named: name) else { throw DataError.unknownColumn(name, known: table.names).diagnostic.placed(at: call.span(of: Self.columns)) }
        let work = call.context.work
        guard column.kind == .integer || column.kind == .number, let known = try column.knownNumbers(check: work.check) else {
            throw Diagnostic("wrong-column", "'\(name)' holds no numbers", category: .data, at: call.span(of: Self.columns), label: "a column of \(column.kind.rawValue)", hint: "plot top of \(name)")
        }
        let notes = known.count < column.count ? ["\(NumberText.rate(column.count - known.count, of: column.count)) \(noun) without a value left out"] : []
        let axis = unit.map { $0 == name ? name : "\(name) (\($0))" } ?? name
        return try HistogramChart(title: title ?? "Histogram of \(name), \(NumberText.grouped(known.count)) \(noun)", name: axis, values: known, unit: noun, notes: notes, work: work)
    }

    func topChart(_ call: Call, _ input: Input, _ title: String?) throws -> any Chart {
        let names = try call[Self.columns]
        var name = names.first
        if name == nil, let events = input.value as? EventsValue { name = ["action", "category", "item"].first { events.source.schema.column(named: $0) != nil } }
        guard let name else { throw Diagnostic("missing-argument", "'plot top' needs a column", at: call.span, hint: "plot top of COLUMN") }
        let counts = try ColumnCounts(of: name, in: input, call, at: call.span(of: Self.columns))
        let shown = counts.values.prefix(15)
        let notes = shown.count < counts.values.count ? ["The commonest \(shown.count) of \(NumberText.grouped(counts.values.count)) values"] : []
        return try TopChart(
            title: title ?? "Commonest values of \(name)", name: name, values: shown.map(\.value), counts: shown.map(\.count), total: counts.total, unit: counts.noun, notes: notes)
    }
}

extension TimeCounts {
    /// Days since 1970-01-01 of the first label of daily counts.
    fileprivate var firstDay: Int? {
        guard let parts = labels.first?.split(separator: "-").compactMap({ Int($0) }), parts.count == 3 else { return nil }
        return Gregorian.number(year: parts[0], month: parts[1], day: parts[2])
    }
}
