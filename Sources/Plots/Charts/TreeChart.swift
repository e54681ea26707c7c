/// A tree of tests: a box a node, from left to right.
public struct TreeChart: Chart {
    public static let kind = "tree"
    public static let summary = "the tests of a tree, with rows and the share of a class in each node"
    /// Tests one after another that are drawn.
    public static let depthLimit = 4

    public struct Node: Sendable, Hashable {
        /// What is asked of a row: yes goes to `yes`. None in a leaf.
        public let test: String?
        public let rows: Int
        /// The share of the class that is shown.
        public let share: Double
        /// The likeliest class.
        public let likeliest: String
        /// Places in the list of nodes, greater than the node's own.
        public let yes: Int?, no: Int?

        public init(test: String? = nil, rows: Int, share: Double, likeliest: String, yes: Int? = nil, no: Int? = nil) {
            (self.test, self.rows, self.share, self.likeliest, self.yes, self.no) = (test, rows, share, likeliest, yes, no)
        }
    }

    public var title: String
    public let notes: [String]
    /// The class whose share is shown; none where each box has its likeliest class and that one's share.
    public let positive: String?
    /// The root first.
    public let nodes: [Node]

    /// A node that is drawn: where it stands, and how many leaves below it are not.
    private struct Place: Sendable, Hashable {
        let node: Int, depth: Int
        /// From above, in units of a leaf.
        let row: Double
        let parent: Int?
        let isYes: Bool
        let hidden: Int
    }
    private let places: [Place]
    private let rowCount: Int

    /// - Throws: `PlotError` without a node, for a share outside of 0...1, a negative count, or a node whose children do not come after it.
    public init(title: String = "Tree", nodes: [Node], positive: String?, notes: [String] = []) throws(PlotError) {
        guard !nodes.isEmpty else { throw .empty(kind: Self.kind, what: "at least one node") }
        try Check.numbers(Self.kind, "a share", nodes.map(\.share), in: 0...1)
        try Check.counts(Self.kind, "a count", nodes.map(\.rows))
        for (place, node) in nodes.enumerated() {
            for child in [node.yes, node.no] where child.map({ $0 <= place || $0 >= nodes.count }) ?? (node.test != nil) {
                throw .unusableNumber(kind: Self.kind, what: "the place of a child", value: child.map { "\($0)" } ?? "none")
            }
        }
        self.title = title
        self.nodes = nodes
        self.positive = positive
        var leaves = [Int](repeating: 1, count: nodes.count)
        for (place, node) in nodes.enumerated().reversed() { if let yes = node.yes, let no = node.no, node.test != nil { leaves[place] = leaves[yes] + leaves[no] } }
        // Rows are given to the leaves from above; a node stands in the middle of its children.
        var places: [Place] = [], next = 0
        func stand(_ node: Int, _ depth: Int, _ parent: Int?, _ isYes: Bool) -> Double {
            let own = places.count
            places.append(Place(node: node, depth: depth, row: 0, parent: parent, isYes: isYes, hidden: 0))
            var row = Double(next)
            var hidden = 0
            if nodes[node].test != nil, depth < Self.depthLimit, let yes = nodes[node].yes, let no = nodes[node].no {
                row = (stand(yes, depth + 1, own, true) + stand(no, depth + 1, own, false)) / 2
            } else {
                hidden = nodes[node].test == nil ? 0 : leaves[node]
                next += 1
            }
            places[own] = Place(node: node, depth: depth, row: row, parent: parent, isYes: isYes, hidden: hidden)
            return row
        }
        _ = stand(0, 0, nil, true)
        self.places = places
        rowCount = next
        let hidden = places.reduce(0) { $0 + $1.hidden }
        self.notes = notes + (hidden == 0 ? [] : ["\(Format.counted(hidden, "leaf").replacing("leafs", with: "leaves")) of \(Format.count(leaves[0])) lie deeper than \(Self.depthLimit) tests and are not drawn"])
    }

    private func share(_ node: Node) -> String { positive == nil ? "\(node.likeliest) \(Format.percent(node.share))" : Format.percent(node.share) }
    private func second(_ node: Node) -> String { "\(share(node)) of \(Format.counted(node.rows, "row"))" }
    private func first(_ place: Place) -> String {
        let node = nodes[place.node]
        return node.test.map { $0 + (place.hidden > 0 ? " …" : "") } ?? (positive == nil ? "" : node.likeliest)
    }

    private var leafCount: Int { nodes.count { $0.test == nil } }

    public var altText: String {
        let what = positive.map { "the share of \(Format.name($0))" } ?? "the likeliest class"
        let leaves = Format.counted(leafCount, "leaf").replacing("leafs", with: "leaves")
        guard let test = nodes[0].test, let yes = nodes[0].yes, let no = nodes[0].no else { return "A tree without a test: \(second(nodes[0])) (\(what))." }
        return "Tree of \(leaves), with \(what): all \(second(nodes[0])); where \(Format.name(test)), \(second(nodes[yes])), else \(second(nodes[no]))."
    }

    public var data: ChartTable {
        var table = ChartTable(["node", "depth", "parent", "answer", "test", "rows", "likeliest", "share"])
        for place in places {
            let node = nodes[place.node]
            table.append([
                .integer(place.node), .integer(place.depth), place.parent.map { .integer(places[$0].node) } ?? .missing, place.parent == nil ? .missing : .text(place.isYes ? "yes" : "no"),
                node.test.map { .text($0) } ?? .missing, .integer(node.rows), .text(node.likeliest), .number(node.share),
            ])
        }
        return table
    }

    private var depth: Int { places.reduce(0) { max($0, $1.depth) } }
    public var preferredSize: ChartSize { ChartSize(clamping: max(360, 12 + (depth + 1) * 214), 34 + rowCount * 46) }

    public func commands(_ style: Style) -> [String] {
        var figure = Figure(style, title: title, notes: notes)
        let area = figure.area, top = area.top + 22
        let column = area.width / Double(depth + 1), step = (area.bottom - top) / Double(rowCount)
        let gap = min(28, column * 0.2), wide = column - gap, high = min(38, step * 0.86)
        let size = min(Theme.smallSize, high * 0.4), isLegible = size >= 5
        figure.text(
            figure.fitted(positive.map { "share of \($0)" } ?? "likeliest class", area.width * 0.6, size: Theme.smallSize), area.left, area.top + 8, size: Theme.smallSize, Theme.quiet)
        figure.text("yes above, no below", area.right, area.top + 8, .end, size: Theme.smallSize, Theme.quiet)
        func box(_ place: Place) -> Frame {
            let left = area.left + Double(place.depth) * column, middle = top + (place.row + 0.5) * step
            return Frame(left: left, top: middle - high / 2, right: left + wide, bottom: middle + high / 2)
        }
        let frame = Frame(left: area.left, top: top, right: area.right, bottom: area.bottom)
        var rows: [[Double]] = []
        for place in places {
            let own = box(place), heat = nodes[place.node].share
            if let parent = place.parent {
                let from = box(places[parent]), x = (from.right + own.left) / 2, (start, end) = ((from.top + from.bottom) / 2, (own.top + own.bottom) / 2)
                if place.isYes { figure.segment(from.right, start, x, start, Theme.axis, behind: true) }
                figure.segment(x, start, x, end, Theme.axis, behind: true)
                figure.segment(x, end, own.left, end, Theme.axis, behind: true)
            }
            rows.append(
                [(own.left + own.right) / 2, (own.top + own.bottom) / 2, own.left, own.right, own.top, own.bottom].enumerated().map { index, value in
                    let isX = [0, 2, 3].contains(index)
                    return ((isX ? (value - frame.left) / frame.width : (frame.bottom - value) / frame.height) * 1e5).rounded() / 1e5
                } + [Figure.colourNumber(Theme.heat, opacity: HeatGrid.opacity(heat))])
            guard isLegible else { continue }
            let role = HeatGrid.needsLightLetters(heat) ? Theme.onHeat : Theme.ink, middle = (own.top + own.bottom) / 2, words = first(place), room = wide - 12
            let isLeaf = nodes[place.node].test == nil
            if words.isEmpty { figure.text(figure.fitted(second(nodes[place.node]), room, size: size), own.left + 6, middle, size: size, role) } else {
                figure.text(figure.fitted(words, room, size: size, bold: !isLeaf), own.left + 6, middle - high * 0.23, size: size, bold: !isLeaf, role)
                figure.text(figure.fitted(second(nodes[place.node]), room, size: size), own.left + 6, middle + high * 0.24, size: size, role)
            }
        }
        let block = figure.block(rows: rows)
        figure.panel(
            frame, x: Scale(lower: 0, upper: 1, tics: []), y: Scale(lower: 0, upper: 1, tics: []), grid: false, baseline: false,
            ["\(block) using 1:2:3:4:5:6:7 with boxxyerror fillstyle solid noborder linecolor rgb variable"])
        return figure.commands
    }

    public func text(_ page: TextPage) -> [String]? {
        places.map { place in
            let node = nodes[place.node], indent = String(repeating: "   ", count: place.depth)
            let answer = place.parent == nil ? "" : place.isYes ? "yes: " : "no: "
            let test = first(place), told = second(node)
            let room = page.columns - Letters.cells(indent + answer + told) - 2
            let words = test.isEmpty ? "" : room >= 8 ? page.fitted(test, room) + ", " : ""
            return page.fitted(indent + answer + words + told, page.columns)
        }
    }
}
