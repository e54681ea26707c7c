/// How well each user fits its cluster: a band of silhouette widths for each cluster, widest first.
public struct SilhouetteChart: Chart {
    public static let kind = "silhouette"
    public static let summary = "silhouette widths of each cluster as bands, with their mean"
    public static let clusterLimit = 24
    /// A band is drawn with at most so many steps; more cannot be seen.
    static let steps = 240

    public struct Cluster: Sendable, Hashable {
        public let name: String
        /// One a user, -1...1, in any order.
        public let widths: [Double]

        public init(name: String, widths: [Double]) {
            self.name = name
            self.widths = widths
        }
    }

    public var title: String
    public let notes: [String]
    private let bands: [Band]
    /// The mean over all users.
    public let mean: Double

    private struct Band: Sendable {
        let name: String
        let count: Int
        let mean: Double
        let below: Int
        /// Falling, evenly spaced through the cluster.
        let widths: [Double]
    }

    /// - Throws: `PlotError` without a cluster or with an empty one, above `clusterLimit`, or for a width outside of -1...1.
    public init(title: String = "Silhouette widths", clusters: [Cluster], notes: [String] = []) throws(PlotError) {
        guard !clusters.isEmpty else { throw .empty(kind: Self.kind, what: "at least one cluster") }
        guard clusters.count <= Self.clusterLimit else {
            throw .tooMany(kind: Self.kind, what: "clusters", limit: Self.clusterLimit, found: clusters.count)
        }
        var bands: [Band] = []
        var sum = 0.0
        var users = 0
        for cluster in clusters {
            guard !cluster.widths.isEmpty else { throw .empty(kind: Self.kind, what: "at least one user in '\(cluster.name)'") }
            try Check.numbers(Self.kind, "a width", cluster.widths, in: -1...1)
            let sorted = cluster.widths.sorted(by: >)
            let part = sorted.reduce(0, +)
            let picked = sorted.count <= Self.steps ? sorted : (0..<Self.steps).map { sorted[$0 * (sorted.count - 1) / (Self.steps - 1)] }
            bands.append(
                Band(name: cluster.name, count: sorted.count, mean: part / Double(sorted.count), below: sorted.count { $0 < 0 }, widths: picked))
            sum += part
            users += sorted.count
        }
        self.title = title
        self.notes = notes
        self.bands = bands
        mean = sum / Double(users)
    }

    private var users: Int { bands.reduce(0) { $0 + $1.count } }

    public var altText: String {
        let below = bands.reduce(0) { $0 + $1.below }
        let each = bands.map { "\(Format.name($0.name)) \(Format.fixed($0.mean, 2)) (\(Format.counted($0.count, "user")))" }
        return "Silhouette widths of \(Format.counted(users, "user")) in \(Format.counted(bands.count, "cluster")): mean \(Format.fixed(mean, 3)); "
            + "by cluster: \(Format.list(each)). \(Format.counted(below, "user")) \(below == 1 ? "has" : "have") a width below 0 and may belong elsewhere."
    }

    public var data: ChartTable {
        var table = ChartTable(["cluster", "users", "mean", "share of users", "width"])
        for band in bands {
            for (index, width) in band.widths.enumerated() {
                let share = band.widths.count == 1 ? 1 : Double(index) / Double(band.widths.count - 1)
                table.append([.text(band.name), .integer(band.count), .number(band.mean), .number(share), .number(width)])
            }
        }
        return table
    }

    public var preferredSize: ChartSize { ChartSize(clamping: 720, min(900, 360 + max(0, bands.count - 4) * 30)) }

    public func commands(_ style: Style) -> [String] {
        var figure = Figure(style, title: title, notes: notes)
        let least = bands.flatMap(\.widths).min() ?? 0
        let scale = Scale.linear(min(0, least), 1, steps: 6)
        let names = bands.map(\.name)
        let room = min(figure.widest(names, bold: true), figure.area.width * 0.28)
        let details = bands.map { "\(Format.counted($0.count, "user")), \(Format.fixed($0.mean, 2))" }
        let detailRoom = figure.widest(details, size: Theme.smallSize)
        let top = figure.area.top + 40
        let frame = Frame(
            left: figure.area.left + room + 14, top: top, right: max(figure.area.left + room + 60, figure.area.right - detailRoom - 14),
            bottom: figure.area.bottom - figure.below)

        // Heights follow the sizes, but the smallest cluster can still be seen.
        let gap = min(8, frame.height / Double(bands.count) * 0.2)
        let least0 = min(5, frame.height / Double(bands.count) * 0.5)
        let free = frame.height - gap * Double(bands.count + 1)
        let raw = bands.map { max(least0, free * Double($0.count) / Double(users)) }
        let shrink = free / raw.reduce(0, +)
        var y = frame.top + gap
        var plots: [String] = []
        var middles: [Double] = []
        for (index, band) in bands.enumerated() {
            let height = raw[index] * shrink
            middles.append(y + height / 2)
            func level(_ pixels: Double) -> Double { ((frame.bottom - pixels) / frame.height * 1e5).rounded() / 1e5 }
            var outline: [[Double]] = [[0, level(y)]]
            for (step, width) in band.widths.enumerated() {
                let count = Double(band.widths.count)
                let rounded = (width * 1e4).rounded() / 1e4
                if band.widths.count < Self.steps { outline.append([rounded, level(y + height * Double(step) / count)]) }
                outline.append([rounded, level(y + height * Double(step + 1) / count)])
            }
            outline.append([0, level(y + height)])
            let block = figure.block(rows: outline)
            plots.append("\(block) using 1:2 with filledcurves closed fillcolor rgb '\(Theme.series[index % Theme.series.count].light)'")
            y += height + gap
        }
        let lineGap = min(figure.line(), frame.height / Double(bands.count))
        for (index, place) in Figure.spread(middles, gap: lineGap, from: frame.top + 6, to: frame.bottom - 6).enumerated() {
            let role = Theme.words[index % Theme.words.count]
            figure.text(figure.fitted(names[index], room, bold: true), frame.left - 10, place, .end, bold: true, role)
            figure.text(details[index], figure.area.right, place, .end, size: Theme.smallSize, Theme.quiet)
        }
        figure.text("users, mean width", figure.area.right, frame.top - 12, .end, size: Theme.smallSize, Theme.quiet)
        let zero = frame.left + frame.width * scale.position(0)
        figure.segment(zero, frame.top, zero, frame.bottom, Theme.axis)
        let middle = frame.left + frame.width * scale.position(min(max(mean, scale.lower), 1))
        figure.segment(middle, frame.top - 6, middle, frame.bottom, Theme.mark, width: 1.5, dash: "(5,4)")
        figure.text("mean \(Format.fixed(mean, 3))", middle, frame.top - 14, .middle, size: Theme.smallSize, bold: true, Theme.mark)
        figure.nameX("silhouette width", of: frame)
        figure.panel(frame, x: scale, y: Scale(lower: 0, upper: 1, tics: []), grid: false, plots)
        return figure.commands
    }

    public func text(_ page: TextPage) -> [String]? {
        let names = bands.map { page.fitted($0.name, page.columns / 3) }
        let wide = names.reduce(0) { max($0, Letters.cells($1)) }
        let counts = bands.map { Format.counted($0.count, "user") }
        let widest = counts.reduce(0) { max($0, $1.count) }
        let room = max(8, page.columns - wide - widest - 12)
        var lines = bands.indices.map { index in
            page.pad(names[index], wide) + "  " + page.pad(counts[index], widest, right: true) + "  "
                + page.pad(Format.fixed(bands[index].mean, 3), 6, right: true)
                + "  " + page.bar(max(0, bands[index].mean), width: room, series: index)
        }
        lines += page.wrapped(
            "mean width \(Format.fixed(mean, 3)); \(Format.counted(bands.reduce(0) { $0 + $1.below }, "user")) below 0; bars end at 1")
        return lines
    }
}
