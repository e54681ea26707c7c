import Runtime
/// Counts by calendar day.
public struct DailyChart: Chart {
    public static let kind = "daily"
    public static let summary = "counts by calendar day, a line for each action or one in all"
    public static let dayLimit = 40_000

    public var title: String
    public let notes: [String]
    /// Days since 1970-01-01.
    public let firstDay: Int
    /// What is counted: `events`.
    public let unit: String
    /// The zone whose midnight parts the days, as words: `UTC`.
    public let zone: String
    private let lines: CountLines
    /// By falling total; above eight the smallest are one.
    public var series: [CountSeries] { lines.series }

    /// - Throws: `PlotError` without a series or a day, above `dayLimit` days, for lists of unlike length or a negative count.
    public init(
        title: String = "Events by day", firstDay: Int, series: [CountSeries], unit: String = "events", zone: String = "UTC", notes: [String] = []
    ) throws(PlotError) {
        let days = series.first?.counts.count ?? 0
        guard days > 0 else { throw .empty(kind: Self.kind, what: "at least one day") }
        guard days <= Self.dayLimit else { throw .tooMany(kind: Self.kind, what: "days", limit: Self.dayLimit, found: days) }
        guard (-1_000_000...3_000_000).contains(firstDay) else { throw .unusableNumber(kind: Self.kind, what: "a first day", value: "\(firstDay)") }
        lines = try CountLines(kind: Self.kind, series: series, length: days)
        self.title = title
        self.firstDay = firstDay
        self.unit = unit
        self.zone = zone
        self.notes = notes + lines.notes
    }

    private var days: Int { series[0].counts.count }
    private var lastDay: Int { firstDay + days - 1 }

    public var altText: String {
        let span = days == 1 ? "on \(Calendar.words(firstDay))" : "from \(Calendar.words(firstDay)) to \(Calendar.words(lastDay))"
        let each = series.map { one -> String in
            let total = one.counts.reduce(0, +)
            let name = one.name.isEmpty ? "all" : Format.name(one.name)
            guard days > 1, let peak = one.counts.max(), peak > 0, let at = one.counts.firstIndex(of: peak) else {
                return "\(name) \(Format.count(total))"
            }
            return "\(name) \(Format.count(total)), most on \(Calendar.words(firstDay + at)) (\(Format.count(peak)))"
        }
        return "\(unit.prefix(1).uppercased() + unit.dropFirst()) by day \(span): \(each.joined(separator: "; "))."
    }

    public var data: ChartTable {
        var table = ChartTable(["day"] + series.map(\.name))
        for index in 0..<days { table.append([.text(Gregorian.text(firstDay + index))] + series.map { .integer($0.counts[index]) }) }
        return table
    }

    public var preferredSize: ChartSize { ChartSize(clamping: 720, lines.hasPanels ? min(760, 90 + 98 * min(6, series.count)) : 380) }

    public func commands(_ style: Style) -> [String] {
        var figure = Figure(style, title: title, notes: notes)
        let (first, last) = (firstDay, lastDay)
        let label = figure.measure("30 Dec 2024") + figure.across(14)
        lines.draw(
            &figure,
            x: { width in
                let room = first == last ? 1 : 0.0
                return Scale(lower: Double(first) - room, upper: Double(last) + room, tics: Calendar.tics(first, last, count: Int(width / label)))
            }, at: (first...last).map(Double.init), xName: zone.isEmpty ? "day" : "day (\(zone))", yName: "\(unit) per day")
        return figure.commands
    }
}
