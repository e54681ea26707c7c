import Runtime

/// Users as points on two axes, coloured by cluster.
public struct ClusterChart: Chart {
    public static let kind = "clusters"
    public static let summary = "users on two axes, coloured by cluster, with the centroids"
    /// More marks only cover each other.
    public static let markLimit = 5_000
    public static let clusterLimit = 24

    public struct Cluster: Sendable {
        public let name: String
        /// All of its users, drawn or not.
        public let users: Int
        /// On the two axes; none is not marked.
        public let centroid: (x: Double, y: Double)?

        public init(name: String, users: Int, centroid: (x: Double, y: Double)? = nil) {
            self.name = name
            self.users = users
            self.centroid = centroid
        }
    }

    public var title: String
    public let notes: [String]
    public let xName: String, yName: String
    public let clusters: [Cluster]
    /// 0.05...1
    public let opacity: Double
    /// The points that are drawn, in the order of the data.
    private let marks: [(x: Double, y: Double, cluster: Int)]
    private let total: Int

    /// - Parameters:
    ///   - x: one a user, as `y` and `labels`; a user without finite numbers is left out, and counted in the notes.
    ///   - labels: the index of the user's cluster; -1 for users of none (noise).
    ///   - centroids: one a cluster, or none for one that is not marked; empty to mark none at all.
    ///   - limit: how many marks at most, up to `markLimit`; above it a sample is drawn, always the same for a seed.
    ///   - opacity: of a mark; none chooses by how many there are.
    /// - Throws: `PlotError` for nothing to draw, lists of unlike length, above `clusterLimit` clusters, or a label without a cluster.
    public init(
        title: String = "Clusters", xName: String, yName: String, x: [Double], y: [Double], labels: [Int], clusterNames: [String],
        centroids: [(x: Double, y: Double)?] = [], limit: Int = ClusterChart.markLimit, seed: Int = 0, opacity: Double? = nil, notes: [String] = []
    ) throws(PlotError) {
        try Check.sameCount(Self.kind, "y values", x.count, y.count)
        try Check.sameCount(Self.kind, "labels", x.count, labels.count)
        guard clusterNames.count <= Self.clusterLimit else {
            throw .tooMany(kind: Self.kind, what: "clusters", limit: Self.clusterLimit, found: clusterNames.count)
        }
        if !centroids.isEmpty { try Check.sameCount(Self.kind, "centroids", clusterNames.count, centroids.count) }
        try Check.finite(Self.kind, "a centroid", centroids.compactMap { $0 }.flatMap { [$0.x, $0.y] })
        if let bad = labels.first(where: { $0 < -1 || $0 >= clusterNames.count }) {
            throw .unusableNumber(kind: Self.kind, what: "a label", value: "\(bad)")
        }
        if let opacity { try Check.numbers(Self.kind, "an opacity", [opacity], in: 0.05...1) }
        guard limit >= 1 else { throw .unusableNumber(kind: Self.kind, what: "a limit", value: "\(limit)") }

        var sizes = Array(repeating: 0, count: clusterNames.count)
        for label in labels where label >= 0 { sizes[label] += 1 }
        let usable = x.indices.filter { x[$0].isFinite && y[$0].isFinite }
        guard !usable.isEmpty else { throw .empty(kind: Self.kind, what: "at least one user with numbers") }
        let drawn = Self.sample(usable, min(limit, Self.markLimit), seed: seed)

        var remarks: [String] = []
        if drawn.count < usable.count {
            remarks.append("\(Format.count(drawn.count)) of \(Format.counted(usable.count, "user")) drawn, a random sample")
        }
        if usable.count < x.count { remarks.append("\(Format.counted(x.count - usable.count, "user")) without numbers on these axes left out") }
        self.title = title
        self.notes = notes + remarks
        self.xName = xName
        self.yName = yName
        clusters = clusterNames.indices.map { Cluster(name: clusterNames[$0], users: sizes[$0], centroid: centroids.isEmpty ? nil : centroids[$0]) }
        marks = drawn.map { (x[$0], y[$0], labels[$0]) }
        total = x.count
        self.opacity = opacity ?? (drawn.count > 2_000 ? 0.45 : drawn.count > 400 ? 0.6 : 0.85)
    }

    /// `count` of the indices, each as likely, in their order (selection sampling, Knuth's algorithm S).
    private static func sample(_ indices: [Int], _ count: Int, seed: Int) -> [Int] {
        guard indices.count > count else { return indices }
        var stream = RandomStream(seed: seed, name: "plot", purpose: "clusters")
        var kept: [Int] = []
        kept.reserveCapacity(count)
        for (seen, index) in indices.enumerated() where stream.below(indices.count - seen) < count - kept.count { kept.append(index) }
        return kept
    }

    private var noise: Int { total - clusters.reduce(0) { $0 + $1.users } }

    public var altText: String {
        let each = clusters.map {
            "\(Format.name($0.name)) \(Format.counted($0.users, "user")) (\(Format.percent(Double($0.users) / Double(total))))"
        }
        let none = noise > 0 ? [Format.counted(noise, "user") + " in no cluster"] : []
        return
            "Scatter plot of \(Format.counted(total, "user")) by \(Format.name(xName)) and \(Format.name(yName)), coloured by cluster: \(Format.list(each + none))."
    }

    public var data: ChartTable {
        var table = ChartTable(["mark", "cluster", xName, yName])
        for mark in marks {
            table.append([.text("user"), mark.cluster < 0 ? .missing : .text(clusters[mark.cluster].name), .number(mark.x), .number(mark.y)])
        }
        for cluster in clusters {
            if let centroid = cluster.centroid { table.append([.text("centroid"), .text(cluster.name), .number(centroid.x), .number(centroid.y)]) }
        }
        return table
    }

    public func commands(_ style: Style) -> [String] {
        var figure = Figure(style, title: title, notes: notes)
        let xs = marks.map(\.x) + clusters.compactMap { $0.centroid?.x }
        let ys = marks.map(\.y) + clusters.compactMap { $0.centroid?.y }
        let x = padded(xs, steps: 7), y = padded(ys, steps: 6)
        let left = figure.area.left + figure.axisWidth(y)
        var entries = clusters.enumerated().map {
            (number: "\($0.offset + 1)", name: $0.element.name, users: $0.element.users, role: Theme.series[$0.offset % Theme.series.count])
        }
        if noise > 0 { entries.append(("", "no cluster", noise, Theme.noise)) }
        let shares = entries.map { "\(Format.count($0.users)) (\(Format.percent(Double($0.users) / Double(max(1, total)))))" }
        let swatch = figure.across(22)
        // The key: name over size, or beside it when clusters are many.
        let free = figure.area.height - figure.above - figure.below
        let isStacked = figure.isText || free / Double(entries.count) >= 38
        let shareRoom = figure.widest(shares, size: Theme.smallSize)
        let nameRoom = figure.widest(entries.map(\.name), bold: true)
        let room = min(isStacked ? max(nameRoom, shareRoom) : nameRoom + shareRoom + 12, figure.area.width * 0.34)
        let frame = figure.inset(
            Frame(
                left: left, top: figure.area.top + figure.above, right: figure.area.right - room - swatch - figure.across(20),
                bottom: figure.area.bottom - figure.below),
            for: x)
        figure.nameY(yName, of: frame)
        figure.nameX(xName, of: frame)

        let step =
            figure.isText
            ? min(3, max(1, (frame.height / Double(entries.count)).rounded(.down))) : min(isStacked ? 42 : 23, frame.height / Double(entries.count))
        for (index, entry) in entries.enumerated() {
            let keyX = frame.right + figure.across(24)
            let keyY = frame.top + step * Double(index) + (figure.isText ? 0.5 : 8)
            if figure.isText {
                figure.dot(keyX, keyY, radius: 1, entry.role, character: index % 20 + 1)
            } else {
                let isNumbered = index < clusters.count && clusters[index].centroid != nil
                figure.dot(keyX, keyY, radius: isNumbered ? 8.5 : 5, entry.role, hollow: isNumbered)
                if isNumbered { figure.text(entry.number, keyX, keyY, .middle, size: 10, bold: true) }
            }
            // Half a pixel more, so that the rounding of the difference does not cut a name that has its room.
            let wide = isStacked ? room : room - shareRoom - 11.5
            figure.text(figure.fitted(entry.name, wide, bold: true), keyX + figure.across(15), keyY, bold: true)
            if !isStacked {
                figure.text(shares[index], figure.area.right, keyY, .end, size: Theme.smallSize, Theme.quiet)
            } else if step >= 2 {
                figure.text(
                    figure.fitted(shares[index], room, size: Theme.smallSize), keyX + figure.across(15), keyY + figure.line(), size: Theme.smallSize,
                    Theme.quiet)
            }
        }

        var plots: [String] = []
        if figure.isText {
            for (index, entry) in entries.enumerated() {
                let members = marks.filter { $0.cluster == index || ($0.cluster < 0 && index >= clusters.count) }
                guard !members.isEmpty else { continue }
                let block = figure.block(members.map(\.x), members.map(\.y))
                plots.append("\(block) using 1:2 with points \(figure.mark(entry.role, radius: 1, character: index % 20 + 1))")
            }
        } else {
            let rows = marks.map { mark in
                [
                    short(mark.x, x), short(mark.y, y),
                    Figure.colourNumber(mark.cluster < 0 ? Theme.noise : Theme.series[mark.cluster % Theme.series.count], opacity: opacity),
                ]
            }
            let block = figure.block(rows: rows)
            let radius = marks.count > 2_000 ? 2.2 : marks.count > 400 ? 2.8 : 3.6
            plots.append(
                "\(block) using 1:2:3 with points pointtype 7 pointsize \(Format.trimmed(Format.fixed(figure.pointSize(radius), 4))) linecolor rgb variable"
            )
            for (index, cluster) in clusters.enumerated() {
                guard let centroid = cluster.centroid else { continue }
                let (px, py) = (frame.left + frame.width * x.position(centroid.x), frame.bottom - frame.height * y.position(centroid.y))
                figure.dot(px, py, radius: 11, Theme.paper)
                figure.dot(px, py, radius: 9.5, Theme.series[index % Theme.series.count], hollow: true)
                figure.text("\(index + 1)", px, py, .middle, size: 11, bold: true)
            }
        }
        figure.panel(frame, x: figure.thinned(x, width: frame.width), y: y, plots)
        return figure.commands
    }

    private func padded(_ values: [Double], steps: Int) -> Scale {
        let (low, high) = (values.min() ?? 0, values.max() ?? 1)
        let room = high > low ? (high - low) * 0.04 : max(abs(high) * 0.1, 1)
        return .linear(low - (room.isFinite ? room : 0), high + (room.isFinite ? room : 0), steps: steps, exact: true)
    }

    /// Without digits that move a mark by less than a twentieth of a pixel.
    private func short(_ value: Double, _ scale: Scale) -> Double {
        let unit = power(10, ((scale.upper - scale.lower) / 40_000).logarithm10.rounded(.down))
        let rounded = (value / unit).rounded() * unit
        guard unit.isNormal, rounded.isFinite else { return value }
        return Double(Format.fixedPlain(rounded, unit: unit)) ?? value
    }
}
