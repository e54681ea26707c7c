/// Which node of a growing tree each row is in: those below `rows` are the rows, the others what merges made, one after the other.
struct MergedNodes {
    private var parents: [Int]
    private var sizes: [Int]

    init(_ rows: Int) {
        parents = Array(0..<rows)
        sizes = Array(repeating: 1, count: rows)
    }

    mutating func root(_ row: Int) -> Int {
        var root = row
        while parents[root] != root { root = parents[root] }
        var node = row
        while parents[node] != root { (node, parents[node]) = (parents[node], root) }
        return root
    }

    /// Makes a new node of two, and gives its rows.
    mutating func merge(_ first: Int, _ second: Int) -> Int {
        let node = parents.count
        parents.append(node)
        (parents[first], parents[second]) = (node, node)
        sizes.append(sizes[first] + sizes[second])
        return sizes[node]
    }
}
