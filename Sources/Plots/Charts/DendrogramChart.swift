import Runtime

/// Which groups were joined at what height, the leaves at the right.
public struct DendrogramChart: Chart {
    public static let kind = "dendrogram"
    public static let summary = "which segments of a hierarchical clustering were joined at what height"
    /// More leaves cannot be read; the lower joins are left out.
    public static let leafLimit = 60

    /// What is no longer parted in the picture.
    public struct Leaf: Sendable, Hashable {
        /// May be empty: then the number of rows is all that is said.
        public let name: String
        public let rows: Int
        /// The index of the segment that all of its rows are in; none where they are of several.
        public let segment: Int?

        public init(name: String = "", rows: Int, segment: Int?) {
            self.name = name
            self.rows = rows
            self.segment = segment
        }
    }

    /// Two groups, each a leaf or, counted from the number of leaves, an earlier join, become one.
    public struct Join: Sendable, Hashable {
        public let first: Int, second: Int
        public let height: Double

        public init(_ first: Int, _ second: Int, height: Double) {
            self.first = first
            self.second = second
            self.height = height
        }
    }

    public var title: String
    public let notes: [String]
    public let leaves: [Leaf]
    /// One fewer than leaves, by rising height.
    public let joins: [Join]
    /// Where the tree was cut into segments.
    public let cut: Double?
    /// Into how many segments it was cut, some of which may lie in one leaf.
    public let segmentCount: Int
    public let heightName: String
    public let rowNoun: String
    /// Leaves from the top, and where each leaf and join stands among them.
    private let order: [Int]
    private let places: [Double]
    /// For each leaf and join its rows, and the segment that they all are in.
    private let rows: [Int]
    private let segments: [Int?]

    /// - Parameter segmentCount: as many as the leaves name unless given.
    /// - Throws: `PlotError` for no leaf, above `leafLimit`, joins that are not one fewer or not of groups that are there yet, heights that fall or are not finite.
    public init(
        title: String = "Dendrogram", leaves: [Leaf], joins: [Join], cut: Double? = nil, segmentCount: Int? = nil, heightName: String = "height", rowNoun: String = "users", notes: [String] = []
    ) throws(PlotError) {
        guard !leaves.isEmpty else { throw .empty(kind: Self.kind, what: "at least one leaf") }
        guard leaves.count <= Self.leafLimit else { throw .tooMany(kind: Self.kind, what: "leaves", limit: Self.leafLimit, found: leaves.count) }
        try Check.sameCount(Self.kind, "joins", leaves.count - 1, joins.count)
        try Check.counts(Self.kind, "a number of rows", leaves.map(\.rows))
        try Check.numbers(Self.kind, "a height", joins.map(\.height) + [cut].compactMap { $0 }, in: 0...Double.greatestFiniteMagnitude)
        var isJoined = [Bool](repeating: false, count: leaves.count + joins.count), before = 0.0
        for (index, join) in joins.enumerated() {
            for group in [join.first, join.second] {
                guard (0..<leaves.count + index).contains(group), !isJoined[group] else { throw .unusableNumber(kind: Self.kind, what: "a group that is there to be joined", value: "\(group)") }
                isJoined[group] = true
            }
            guard join.height >= before else { throw .unusableNumber(kind: Self.kind, what: "heights that fall, as to", value: "\(join.height)") }
            before = join.height
        }
        self.title = title
        self.notes = notes
        self.leaves = leaves
        self.joins = joins
        self.cut = cut
        self.segmentCount = segmentCount ?? Set(leaves.map(\.segment)).count
        self.heightName = heightName
        self.rowNoun = rowNoun

        var rows = leaves.map(\.rows), segments = leaves.map(\.segment)
        for join in joins {
            rows.append(rows[join.first] + rows[join.second])
            segments.append(segments[join.first] == segments[join.second] ? segments[join.first] : nil)
        }
        // The larger group above.
        var order: [Int] = [], pending = [leaves.count + joins.count - 1]
        while let group = pending.popLast() {
            guard group >= leaves.count else {
                order.append(group)
                continue
            }
            let join = joins[group - leaves.count]
            let (upper, lower) = rows[join.first] >= rows[join.second] ? (join.first, join.second) : (join.second, join.first)
            pending += [lower, upper]
        }
        var places = [Double](repeating: 0, count: leaves.count)
        for (place, leaf) in order.enumerated() { places[leaf] = Double(place) }
        for join in joins { places.append((places[join.first] + places[join.second]) / 2) }
        (self.order, self.places, self.rows, self.segments) = (order, places, rows, segments)
    }

    private func height(of group: Int) -> Double { group < leaves.count ? 0 : joins[group - leaves.count].height }
    private func words(of leaf: Leaf) -> String {
        let count = NumberText.counted(leaf.rows, rowNoun)
        return leaf.name.isEmpty ? count : "\(leaf.name): \(count)"
    }

    public var altText: String {
        let all = "Dendrogram of \(Format.count(rows[rows.count - 1])) \(rowNoun) in \(leaves.count == 1 ? "1 leaf" : "\(leaves.count) leaves")"
        guard let top = joins.last else { return all + "." }
        let sizes = [rows[top.first], rows[top.second]].sorted(by: >)
        let last = "; the last two groups, of \(Format.count(sizes[0])) and \(Format.count(sizes[1])), are joined at \(Format.significant(top.height))"
        return all + last + (cut.map { "; cut at \(Format.significant($0)) into \(Format.counted(segmentCount, "segment"))." } ?? ".")
    }

    public var data: ChartTable {
        var table = ChartTable(["group", "name", "rows", "segment", "first", "second", "height"])
        for (index, leaf) in leaves.enumerated() { table.append([.integer(index), .text(leaf.name), .integer(leaf.rows), leaf.segment.map { .integer($0 + 1) } ?? .missing]) }
        for (index, join) in joins.enumerated() {
            let group = leaves.count + index
            table.append([.integer(group), .text(""), .integer(rows[group]), segments[group].map { .integer($0 + 1) } ?? .missing, .integer(join.first), .integer(join.second), .number(join.height)])
        }
        return table
    }

    public var preferredSize: ChartSize { ChartSize(clamping: 720, min(1_300, 110 + max(6, leaves.count) * 20)) }

    public func commands(_ style: Style) -> [String] {
        var figure = Figure(style, title: title, notes: notes)
        let most = max(joins.last?.height ?? 1, cut ?? 0, 1e-300)
        var x = Scale.linear(0, most, steps: 6)
        // The root at the left, the leaves at 0.
        (x.lower, x.upper) = (most * 1.04, 0)
        x.tics.removeAll { $0.value > x.lower }
        let size = min(Theme.textSize, max(6, (figure.area.height - figure.below - 26) / Double(leaves.count) * 0.8))
        let room = min(figure.widest(leaves.map(words), size: size), figure.area.width * 0.4)
        let frame = Frame(
            left: figure.area.left + figure.across(12), top: figure.area.top + 26, right: figure.area.right - room - figure.across(14), bottom: figure.area.bottom - figure.below)
        let step = 1 / Double(leaves.count)
        func y(_ place: Double) -> Double { 1 - (place + 0.5) * step }

        // Lines of one colour in one block, a gap between two joins.
        var lines: [Int: [[Double]]] = [:]
        for (index, join) in joins.enumerated() {
            let own = segments[leaves.count + index] ?? -1
            lines[own, default: []] += [
                [height(of: join.first), y(places[join.first])], [join.height, y(places[join.first])], [join.height, y(places[join.second])], [height(of: join.second), y(places[join.second])], [.nan, .nan],
            ]
        }
        var plots: [String] = []
        for own in lines.keys.sorted() {
            let block = figure.block(rows: lines[own] ?? [])
            let role = own < 0 ? Theme.axis : Theme.series[own % Theme.series.count]
            plots.append("\(block) using 1:2 with lines \(figure.stroke(role, width: own < 0 ? 1.6 : 2, index: max(0, own)))")
        }
        // Where leaves lie closer than words may, those between two that fit go without.
        let every = max(1, Int((size * 1.15 / (frame.height * step)).rounded(.up)))
        for (place, leaf) in order.enumerated() where place % every == 0 {
            let role = leaves[leaf].segment.map { Theme.words[$0 % Theme.words.count] } ?? Theme.ink
            figure.text(figure.fitted(words(of: leaves[leaf]), room, size: size), frame.right + figure.across(10), frame.top + frame.height * (Double(place) + 0.5) * step, size: size, role)
        }
        if let cut, !joins.isEmpty {
            let at = frame.left + frame.width * x.position(cut)
            figure.segment(at, frame.top - 4, at, frame.bottom, Theme.mark, width: 1.5, dash: "(5,4)")
            let words = "cut into \(segmentCount)"
            let half = figure.measure(words, size: Theme.smallSize, bold: true) / 2
            figure.text(words, min(max(at, frame.left + half), figure.area.right - half), frame.top - 12, .middle, size: Theme.smallSize, bold: true, Theme.mark)
        }
        figure.nameX(heightName, of: frame)
        figure.panel(frame, x: figure.thinned(x, width: frame.width), y: Scale(lower: 0, upper: 1, tics: []), grid: false, plots)
        return figure.commands
    }

    public func text(_ page: TextPage) -> [String]? {
        var lines: [String] = [], pending: [(group: Int, depth: Int)] = [(leaves.count + joins.count - 1, 0)]
        while let (group, depth) = pending.popLast() {
            let indent = String(repeating: "  ", count: min(depth, page.columns / 6))
            guard group >= leaves.count else {
                lines.append(page.fitted(indent + words(of: leaves[group]), page.columns))
                continue
            }
            let join = joins[group - leaves.count], isUncut = cut.map { join.height > $0 } ?? false
            lines.append(page.fitted("\(indent)\(Format.count(rows[group])) joined at \(Format.significant(join.height))\(isUncut ? ", cut" : "")", page.columns))
            let (upper, lower) = rows[join.first] >= rows[join.second] ? (join.first, join.second) : (join.second, join.first)
            pending += [(lower, depth + 1), (upper, depth + 1)]
        }
        return lines
    }
}
