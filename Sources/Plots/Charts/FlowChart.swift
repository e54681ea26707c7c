/// How the rows of one partition are spread over another: ribbons as thick as the rows that they stand for.
public struct FlowChart: Chart {
    public static let kind = "flow"
    public static let summary = "rows between two segmentations, as ribbons"
    public static let groupLimit = 24

    public var title: String
    public let notes: [String]
    /// What the two partitions are called.
    public let leftName: String, rightName: String
    public let left: [String], right: [String]
    /// `counts[left][right]`.
    public let counts: [[Int]]
    public let rowNoun: String

    /// - Throws: `PlotError` for a side without groups, above `groupLimit`, lists of unlike length, a negative count, or no rows at all.
    public init(
        title: String = "Rows between two segmentations", leftName: String, left: [String], rightName: String, right: [String], counts: [[Int]], rowNoun: String = "users", notes: [String] = []
    ) throws(PlotError) {
        guard !left.isEmpty, !right.isEmpty else { throw .empty(kind: Self.kind, what: "at least one group on each side") }
        guard max(left.count, right.count) <= Self.groupLimit else { throw .tooMany(kind: Self.kind, what: "groups on a side", limit: Self.groupLimit, found: max(left.count, right.count)) }
        try Check.sameCount(Self.kind, "rows of counts", left.count, counts.count)
        for row in counts {
            try Check.sameCount(Self.kind, "counts in each row", right.count, row.count)
            try Check.counts(Self.kind, "a count", row)
        }
        guard counts.joined().contains(where: { $0 > 0 }) else { throw .empty(kind: Self.kind, what: "at least one row that both sides hold") }
        self.title = title
        self.notes = notes
        (self.leftName, self.left, self.rightName, self.right) = (leftName, left, rightName, right)
        self.counts = counts
        self.rowNoun = rowNoun
        leftSizes = counts.map { $0.reduce(0, +) }
        rightSizes = right.indices.map { place in counts.reduce(0) { $0 + $1[place] } }
        total = leftSizes.reduce(0, +)
    }

    private let total: Int
    private let leftSizes: [Int], rightSizes: [Int]

    public var altText: String {
        let cells = left.indices.flatMap { from in right.indices.map { (from, $0, counts[from][$0]) } }.filter { $0.2 > 0 }.sorted { ($1.2, $0.0, $0.1) < ($0.2, $1.0, $1.1) }
        let each = cells.prefix(5).map { "\(Format.count($0.2)) (\(Format.percent(Double($0.2) / Double(total)))) from \(Format.name(left[$0.0])) to \(Format.name(right[$0.1]))" }
        return "Flow of \(Format.count(total)) \(rowNoun) from \(Format.counted(left.count, "group")) of \(Format.name(leftName)) to \(Format.count(right.count)) of \(Format.name(rightName)); "
            + "the widest: \(Format.list(each))."
    }

    public var data: ChartTable {
        var table = ChartTable(["from", "to", "count", "share of from"])
        for (from, row) in counts.enumerated() {
            let sum = row.reduce(0, +)
            for (to, count) in row.enumerated() { table.append([.text(left[from]), .text(right[to]), .integer(count), sum == 0 ? .missing : .number(Double(count) / Double(sum))]) }
        }
        return table
    }

    public var preferredSize: ChartSize { ChartSize(clamping: 720, min(1_000, 320 + max(0, max(left.count, right.count) - 4) * 34)) }

    /// Where the groups of a side stand, from the top, in shares of the height; a gap between two.
    private struct Side {
        let tops: [Double]
        let heights: [Double]

        init(_ sizes: [Int], gap: Double) {
            let total = Double(sizes.reduce(0, +)), free = 1 - gap * Double(sizes.count - 1)
            heights = sizes.map { free * Double($0) / total }
            var top = 0.0, tops: [Double] = []
            for height in heights {
                tops.append(top)
                top += height + gap
            }
            self.tops = tops
        }
    }

    public func commands(_ style: Style) -> [String] {
        var figure = Figure(style, title: title, notes: notes)
        let sides = [(left, leftSizes), (right, rightSizes)]
        let texts = sides.map { names, sizes in zip(names, sizes).map { ($0, "\(Format.count($1)) · \(Format.percent(Double($1) / Double(total)))") } }
        let detailRooms = texts.map { figure.widest($0.map(\.1), size: Theme.smallSize) + figure.across(6) }
        let nameRooms = zip(texts, detailRooms).map { texts, detail in min(figure.widest(texts.map(\.0), bold: true), figure.area.width * 0.26 - min(detail, figure.area.width * 0.1)) }
        let rooms = zip(nameRooms, detailRooms).map(+)
        let frame = Frame(
            left: figure.area.left + rooms[0] + figure.across(12), top: figure.area.top + 26, right: figure.area.right - rooms[1] - figure.across(12), bottom: figure.area.bottom - figure.down(8))
        let most = Double(max(left.count, right.count)), gap = min(0.03, 0.3 / most)
        let from = Side(leftSizes, gap: gap), to = Side(rightSizes, gap: gap)
        let bar = 9 / max(30, frame.width)
        func rounded(_ value: Double) -> Double { (value * 1e5).rounded() / 1e5 }

        // Ribbons leave in the order of the right side and arrive in that of the left, so that they cross as little as that order allows.
        var plots: [String] = [], arrived = [Double](repeating: 0, count: right.count)
        let steps = 24
        for (own, row) in counts.enumerated() {
            var left = 0.0
            for (other, count) in row.enumerated() where count > 0 {
                let start = from.heights[own] * Double(count) / Double(max(1, leftSizes[own])), end = to.heights[other] * Double(count) / Double(max(1, rightSizes[other]))
                let (y0, y1) = (1 - from.tops[own] - left, 1 - to.tops[other] - arrived[other])
                left += start
                arrived[other] += end
                func edge(_ step: Int, _ low: Double) -> [Double] {
                    let t = Double(step) / Double(steps), smooth = t * t * (3 - 2 * t)
                    let thick = start + (end - start) * smooth
                    return [rounded(bar + (1 - 2 * bar) * t), rounded(y0 + (y1 - y0) * smooth - low * thick)]
                }
                let block = figure.block(rows: (0...steps).map { edge($0, 0) } + (0...steps).reversed().map { edge($0, 1) })
                plots.append("\(block) using 1:2 with filledcurves closed fillcolor rgb '\(Figure.colour(Theme.series[own % Theme.series.count], opacity: 0.42))'")
            }
        }
        for (place, side) in [from, to].enumerated() {
            for (group, height) in side.heights.enumerated() where height > 0 {
                let (low, high) = place == 0 ? (0.0, bar) : (1 - bar, 1.0)
                let (top, bottom) = (rounded(1 - side.tops[group]), rounded(1 - side.tops[group] - height))
                let block = figure.block(rows: [[low, top], [high, top], [high, bottom], [low, bottom]].map { $0.map(rounded) })
                let role = place == 0 ? Theme.series[group % Theme.series.count] : Theme.axis
                plots.append("\(block) using 1:2 with filledcurves closed fillcolor rgb '\(role.light)'")
            }
        }
        let line = min(figure.line(), frame.height / most)
        for (place, side) in [from, to].enumerated() {
            let middles = zip(side.tops, side.heights).map { frame.top + frame.height * ($0 + $1 / 2) }
            let spread = Figure.spread(middles, gap: line, from: frame.top + line / 2, to: frame.bottom - line / 2)
            for (group, y) in spread.enumerated() {
                let name = figure.fitted(texts[place][group].0, nameRooms[place], bold: true), detail = texts[place][group].1
                if place == 0 {
                    figure.text(detail, frame.left - figure.across(8), y, .end, size: Theme.smallSize, Theme.quiet)
                    figure.text(name, frame.left - figure.across(8) - detailRooms[0], y, .end, bold: true, Theme.words[group % Theme.words.count])
                } else {
                    figure.text(detail, frame.right + figure.across(8), y, size: Theme.smallSize, Theme.quiet)
                    figure.text(name, frame.right + figure.across(8) + detailRooms[1], y, bold: true, Theme.ink)
                }
            }
        }
        let half = figure.area.width / 2 - 10
        figure.text(figure.fitted(leftName, half, size: Theme.smallSize), frame.left, frame.top - 14, .start, size: Theme.smallSize, Theme.quiet)
        figure.text(figure.fitted(rightName, half, size: Theme.smallSize), frame.right, frame.top - 14, .end, size: Theme.smallSize, Theme.quiet)
        figure.panel(frame, x: Scale(lower: 0, upper: 1, tics: []), y: Scale(lower: 0, upper: 1, tics: []), grid: false, baseline: false, plots)
        return figure.commands
    }

    public func text(_ page: TextPage) -> [String]? {
        func table(_ names: [String]) -> ([String], [[String]]) {
            (["\(leftName) \\ \(rightName)"] + names + ["all"], left.indices.map { row in [left[row]] + counts[row].map { Format.count($0) } + [Format.count(leftSizes[row])] }
                + [["all"] + rightSizes.map { Format.count($0) } + [Format.count(total)]])
        }
        let (head, body) = table(right)
        if page.fits(head, body) { return page.table(head, body) }
        let (numbered, same) = table(right.indices.map { String($0 + 1) })
        return page.table(numbered, same) + page.wrapped(right.enumerated().map { "\($0.offset + 1) \($0.element)" }.joined(separator: ", "))
    }
}
