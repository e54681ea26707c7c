/// Counts by hour of the day.
public struct HourlyChart: Chart {
    public static let kind = "hourly"
    public static let summary = "counts by hour of the day, a line for each action or bars in all"

    public var title: String
    public let notes: [String]
    public let unit: String
    /// The zone of the hours, as words: `UTC`.
    public let zone: String
    private let lines: CountLines
    /// By falling total; above eight the smallest are one.
    public var series: [CountSeries] { lines.series }

    /// - Parameter series: 24 counts each, from midnight.
    /// - Throws: `PlotError` without a series, for other than 24 counts or a negative one.
    public init(
        title: String = "Events by hour of the day", series: [CountSeries], unit: String = "events", zone: String = "UTC", notes: [String] = []
    ) throws(PlotError) {
        lines = try CountLines(kind: Self.kind, series: series, length: 24)
        self.title = title
        self.unit = unit
        self.zone = zone
        self.notes = notes + lines.notes
    }

    public var altText: String {
        let each = series.map { one -> String in
            let name = one.name.isEmpty ? "all" : Format.name(one.name)
            guard let peak = one.counts.max(), let least = one.counts.min(), peak > 0, let at = one.counts.firstIndex(of: peak),
                let low = one.counts.firstIndex(of: least)
            else { return "\(name) none" }
            return "\(name) most in hour \(at) (\(Format.count(peak))), least in hour \(low) (\(Format.count(least)))"
        }
        return
            "\(unit.prefix(1).uppercased() + unit.dropFirst()) by hour of the day\(zone.isEmpty ? "" : " (\(zone))"): \(each.joined(separator: "; "))."
    }

    public var data: ChartTable {
        ChartTable(["hour"] + series.map(\.name), rows: (0..<24).map { hour in [.integer(hour)] + series.map { .integer($0.counts[hour]) } })
    }

    public var preferredSize: ChartSize { ChartSize(clamping: 720, lines.hasPanels ? min(760, 90 + 98 * min(6, series.count)) : 380) }

    public func commands(_ style: Style) -> [String] {
        var figure = Figure(style, title: title, notes: notes)
        let room = series.count == 1 || lines.hasPanels ? 0.6 : 0.0
        let label = figure.measure("23") + figure.across(10)
        lines.draw(
            &figure,
            x: { width in
                let every = [1, 2, 3, 6, 12].first { width / 24 * Double($0) >= label } ?? 12
                let tics = stride(from: 0, to: 24, by: every).map { Tic(value: Double($0), label: String($0)) }
                return Scale(lower: -room, upper: 23 + room, tics: tics)
            }, at: (0..<24).map(Double.init), xName: zone.isEmpty ? "hour of the day" : "hour of the day (\(zone))", yName: unit,
            barWidth: 0.8)
        return figure.commands
    }

    public func text(_ page: TextPage) -> [String]? {
        guard series.count == 1 else { return nil }
        let peak = max(1, series[0].counts.max() ?? 1)
        let width = Format.count(peak).count
        let body = series[0].counts.enumerated().map { hour, count in
            page.pad(String(hour), 2, right: true) + "  " + page.pad(Format.count(count), width, right: true) + "  "
                + page.bar(Double(count) / Double(peak), width: max(8, page.columns - width - 6), series: 0)
        }
        return ["hour of the day\(zone.isEmpty ? "" : " (\(zone))"), \(unit) per hour"] + body
    }
}
