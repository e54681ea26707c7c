/// A tree of single linkage in which only splits into two parts of some size count, and the segments of most excess of mass in it.
///
/// - Complexity: O(rows).
struct CondensedTree {
    /// A part that is large enough: from where it split off (a density 1 / distance) until its last row has fallen out.
    private struct Part {
        let parent: Int?
        let birth: Double
        /// The sum over its rows of the density at which each leaves it, less that of its birth.
        var stability = 0.0
        var children: [Int] = []
    }

    private var parts = [Part(parent: nil, birth: 0)]
    /// The part that each row falls out of.
    private var lastPart: [Int]

    init(_ tree: ReachabilityTree, minimumSize: Int) {
        let rows = tree.coreDistances.count
        lastPart = Array(repeating: 0, count: rows)
        var nodes = MergedNodes(rows)
        let merges = tree.edges.map { edge in
            let (first, second) = (nodes.root(edge.first), nodes.root(edge.second))
            return (first: first, second: second, reach: edge.reach, size: nodes.merge(first, second))
        }
        func size(_ node: Int) -> Int { node < rows ? 1 : merges[node - rows].size }

        // Of a node whose rows have fallen out already nothing more is counted.
        var open = [(node: rows + merges.count - 1, part: 0, isOut: false)]
        while let (node, part, isOut) = open.popLast() {
            guard node >= rows else {
                lastPart[node] = part
                continue
            }
            let merge = merges[node - rows], sides = [merge.first, merge.second]
            let density = 1 / merge.reach
            func leave(_ count: Int) { parts[part].stability += (density - parts[part].birth) * Double(count) }
            if isOut {
                open += sides.map { ($0, part, true) }
            } else if density.isInfinite {
                // Equal rows never split: all leave together.
                leave(merge.size)
                open += sides.map { ($0, part, true) }
            } else if sides.allSatisfy({ size($0) >= minimumSize }) {
                leave(merge.size)
                for side in sides {
                    parts[part].children.append(parts.count)
                    open.append((side, parts.count, false))
                    parts.append(Part(parent: part, birth: density))
                }
            } else {
                for side in sides {
                    let isSmall = size(side) < minimumSize
                    if isSmall { leave(size(side)) }
                    open.append((side, part, isSmall))
                }
            }
        }
    }

    /// The segment of each row, -1 for noise, and how many there are.
    func labels() -> (labels: [Int], count: Int) {
        var stabilities = parts.map(\.stability)
        var isChosen = [Bool](repeating: false, count: parts.count)
        // Children come after their parents. The first part, all rows, is never chosen.
        for part in parts.indices.dropFirst().reversed() {
            let inside = parts[part].children.reduce(0) { $0 + stabilities[$1] }
            if inside > stabilities[part] { stabilities[part] = inside } else { isChosen[part] = true }
        }
        // The outermost that is chosen stands for all inside it; a part inside none is noise.
        var segment = [Int](repeating: -1, count: parts.count)
        var count = 0
        for part in parts.indices.dropFirst() {
            if let parent = parts[part].parent, segment[parent] >= 0 {
                segment[part] = segment[parent]
            } else if isChosen[part] {
                segment[part] = count
                count += 1
            }
        }
        return (lastPart.map { segment[$0] }, count)
    }
}
