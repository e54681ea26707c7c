import Algebra
import Runtime

/// The components of points that chains of steps of at most a given reach connect: what clusters of DBSCAN are among the core rows.
///
/// Points in a box whose diagonal is at most the reach are one component without a look at their distances; of the other pairs of boxes only those are
/// looked into that lie near each other and are not connected yet, and only until one pair of points is found. So the time does not grow with the
/// number of pairs in reach.
struct DensityComponents {
    private let tree: PointTree
    private let square: Double
    private var sets: DisjointSets
    /// Boxes all of whose points are known to be of one component.
    private var isUniform: [Bool]
    private var steps = 0

    /// - Throws: `Cancelled`.
    /// - Returns: the component of each of the rows, in their order, numbered by the first of them.
    static func components(of matrix: DenseMatrix, rows: [Int], square: Double, work: Work) throws -> [Int] {
        guard !rows.isEmpty else { return [] }
        var found = DensityComponents(try PointTree(matrix, rows: rows, leaf: 1, squaredDiameter: square, work: work), square: square)
        try found.connect(0, 0, work)
        var roots: [Int: Int] = [:]
        for place in rows.indices { roots[found.tree.rows[place]] = found.sets.root(place) }
        return rows.map { roots[$0] ?? -1 }.numberedByFirst()
    }

    private init(_ tree: PointTree, square: Double) {
        (self.tree, self.square) = (tree, square)
        sets = DisjointSets(count: tree.rows.count)
        isUniform = tree.nodes.map { $0.child == nil }
        for node in tree.nodes where node.child == nil { for place in node.start..<node.end { sets.join(node.start, place) } }
    }

    private mutating func areOne(_ first: Int, _ second: Int) -> Bool {
        isUniform[first] && isUniform[second] && sets.root(tree.nodes[first].start) == sets.root(tree.nodes[second].start)
    }

    private mutating func connect(_ first: Int, _ second: Int, _ work: Work) throws {
        steps &+= 1
        if steps & 0xFFF == 0 { try work.check() }
        if areOne(first, second) { return }
        if first == second {
            guard let child = tree.nodes[first].child else { return }
            try connect(child, child, work)
            try connect(child + 1, child + 1, work)
            try connect(child, child + 1, work)
            isUniform[first] = areOne(child, child + 1)
            return
        }
        if tree.areApart(first, second, square: square) { return }
        let firstSize = tree.nodes[first].end - tree.nodes[first].start, secondSize = tree.nodes[second].end - tree.nodes[second].start
        if let child = tree.nodes[first].child, firstSize >= secondSize || tree.nodes[second].child == nil {
            try connect(child, second, work)
            try connect(child + 1, second, work)
        } else if let child = tree.nodes[second].child {
            try connect(first, child, work)
            try connect(first, child + 1, work)
        } else if firstSize <= secondSize ? tree.meet(first, second, square: square) : tree.meet(second, first, square: square) {
            sets.join(tree.nodes[first].start, tree.nodes[second].start)
        }
    }
}
