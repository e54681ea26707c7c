/// Which node of a growing tree each row is in: those below `rows` are the rows, the others what merges made, one after the other.
struct MergedNodes {
    private var nodes: DisjointSets
    private var sizes: [Int]

    init(_ rows: Int) {
        nodes = DisjointSets(count: rows)
        sizes = Array(repeating: 1, count: rows)
    }

    mutating func root(_ row: Int) -> Int { nodes.root(row) }

    /// Makes a new node of two, and gives its rows.
    mutating func merge(_ first: Int, _ second: Int) -> Int {
        let node = nodes.joinUnderNew(first, second)
        sizes.append(sizes[first] + sizes[second])
        return sizes[node]
    }
}
