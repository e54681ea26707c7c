extension Linkage {
    /// The cluster of each row once the last `count` − 1 merges are undone, numbered by first row: exactly `count` clusters, also where heights are equal.
    ///
    /// - Precondition: 1 to `rows` clusters.
    /// - Complexity: O(rows).
    public func cut(into count: Int) -> [Int] {
        precondition((1...rows).contains(count), "a tree is cut into 1 to rows clusters")
        var parents = [Int?](repeating: nil, count: rows + merges.count)
        for (index, merge) in merges.prefix(rows - count).enumerated() { (parents[merge.first], parents[merge.second]) = (rows + index, rows + index) }
        var roots = Array(parents.indices)
        for node in parents.indices.reversed() { if let parent = parents[node] { roots[node] = roots[parent] } }
        return roots.prefix(rows).numberedByFirst()
    }

    /// The heights between which the tree is cut: of the last merge that `count` clusters keep, and of the next one.
    func heights(at count: Int) -> [(name: String, value: Double)] {
        let last = rows - count - 1
        return [("height", last >= 0 ? merges[last].height : 0)] + (count > 1 ? [("next height", merges[last + 1].height)] : [])
    }

    /// The upper part of a tree, for a dendrogram: `leaves` from left to right, and the merges above them.
    public struct Top: Sendable, Hashable {
        /// A subtree that is drawn as a leaf.
        public struct Leaf: Sendable, Hashable {
            /// Of the whole tree; a single row where it is below `rows`.
            public let node: Int
            /// The rows in it.
            public let size: Int
            /// The lowest row in it: its cluster is that of all.
            public let firstRow: Int
        }

        public let leaves: [Leaf]
        /// Nodes below `leaves.count` are places in `leaves`, others leaves.count + i for merge i; `first` is drawn to the left.
        public let merges: [Merge]
    }

    /// The last merges, with at most `count` leaves; all of the tree where it has no more rows.
    ///
    /// - Precondition: at least one leaf, at least one row.
    /// - Complexity: O(rows).
    public func top(_ count: Int) -> Top {
        precondition(count >= 1 && rows >= 1, "the top of a tree has at least one leaf")
        let shown = min(count, rows) - 1
        let lowest = rows + merges.count - shown  // nodes below are leaves
        var firstRows = Array(0..<rows)
        for merge in merges { firstRows.append(min(firstRows[merge.first], firstRows[merge.second])) }
        var leaves: [Top.Leaf] = []
        var places: [Int: Int] = [:]
        var open = [rows + merges.count - 1]
        while let node = open.popLast() {
            if node >= lowest {
                open += [merges[node - rows].second, merges[node - rows].first]
            } else {
                places[node] = leaves.count
                leaves.append(Top.Leaf(node: node, size: node < rows ? 1 : merges[node - rows].size, firstRow: firstRows[node]))
            }
        }
        func place(_ node: Int) -> Int { places[node] ?? leaves.count + node - lowest }
        return Top(
            leaves: leaves,
            merges: merges.suffix(shown).map { Merge(first: place($0.first), second: place($0.second), height: $0.height, size: $0.size) })
    }
}
