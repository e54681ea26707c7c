import Algebra
import CKernels
import Runtime

/// A fitted tree.
public struct TreeModel: RowPredictor {
    public struct Node: Sendable {
        /// The column that is tested; none in a leaf.
        public let column: Int?
        /// Rows whose value is at most this go to the next node of the list, the others to `right`; infinite where all but gaps go to the next.
        public let threshold: Double
        public let gapsGoLeft: Bool
        public let right: Int
        /// How many training rows of each class come here.
        public let counts: [Int]
        public let impurity: Double
        /// The training rows that come here, as their classes weigh.
        public let weight: Double

        public var rows: Int { counts.reduce(0, +) }
    }

    public let columns: [String]
    public let classes: [String]
    public let criterion: TreeCriterion
    /// The root first, each node before its left child and that before the right one.
    public let nodes: [Node]
    /// One a class.
    private let weights: [Double]
    private let flat: [cnb_tree_node]
    /// The probabilities of each leaf, `[leaves, classes]`.
    private let shares: [Float]

    init(_ grown: GrownTree, columns: [String], classes: [String], criterion: TreeCriterion, weights: [Double]) {
        let weights = weights.isEmpty ? [Double](repeating: 1, count: classes.count) : weights, size = classes.count
        var counts = [[Int]](repeating: [], count: grown.nodes.count)
        for place in grown.nodes.indices.reversed() {
            let node = grown.nodes[place]
            counts[place] = node.column < 0
                ? grown.leafCounts[Int(~node.column) * size..<Int(~node.column + 1) * size].map { Int($0) } : zip(counts[place + 1], counts[Int(node.right & 0x7FFF_FFFF)]).map { $0 + $1 }
        }
        let nodes = grown.nodes.indices.map { place in
            let node = grown.nodes[place], weighed = zip(counts[place], weights).map { Double($0) * $1 }
            return Node(
                column: node.column < 0 ? nil : Int(node.column), threshold: node.threshold, gapsGoLeft: node.right >> 31 == 1, right: Int(node.right & 0x7FFF_FFFF), counts: counts[place],
                impurity: criterion.impurity(weighed), weight: weighed.reduce(0, +))
        }
        self.init(nodes, columns: columns, classes: classes, criterion: criterion, weights: weights)
    }

    private init(_ nodes: [Node], columns: [String], classes: [String], criterion: TreeCriterion, weights: [Double]) {
        (self.nodes, self.columns, self.classes, self.criterion, self.weights) = (nodes, columns, classes, criterion, weights)
        var shares: [Float] = []
        flat = nodes.enumerated().map { place, node in
            if let column = node.column { return cnb_tree_node(threshold: node.threshold, column: Int32(column), right: UInt32(node.right) | (node.gapsGoLeft ? 1 << 31 : 0)) }
            defer { shares += zip(node.counts, weights).map { Float(Double($0) * $1 / node.weight) } }
            return cnb_tree_node(threshold: .nan, column: ~Int32(shares.count / classes.count), right: UInt32(place))
        }
        self.shares = shares
    }

    /// The probability of each class in a node.
    public func shares(of node: Node) -> [Double] { zip(node.counts, weights).map { Double($0) * $1 / node.weight } }

    public var leafCount: Int { nodes.count { $0.column == nil } }

    /// Tests one after another at most.
    public var depth: Int {
        var depths = [Int](repeating: 0, count: nodes.count)
        for (place, node) in nodes.enumerated() where node.column != nil {
            depths[place + 1] = depths[place] + 1
            depths[node.right] = depths[place] + 1
        }
        return depths.max() ?? 0
    }

    /// A column and a number a test, and a share a class and leaf.
    public var parameterCount: Int { 2 * (nodes.count - leafCount) + leafCount * (classes.count - 1) }
    public var settings: [(name: String, value: String)] { [("leaves", NumberText.grouped(leafCount)), ("depth", "\(depth)"), ("criterion", criterion.rawValue)] }
    public var tables: [ModelTable] { importances.map { ModelTable($0) } }

    public var importances: [FeatureImportance] {
        var gains = [Double](repeating: 0, count: columns.count)
        for (place, node) in nodes.enumerated() {
            guard let column = node.column else { continue }
            let (left, right) = (nodes[place + 1], nodes[node.right])
            gains[column] += node.weight * node.impurity - left.weight * left.impurity - right.weight * right.impurity
        }
        let sum = gains.reduce(0, +)
        return [FeatureImportance(
            name: "impurity", meaning: "share of the fall in impurity (\(criterion.rawValue)) that is due to the tests of a column, on the training rows", columns: columns,
            values: sum > 0 ? gains.map { $0 / sum } : gains, deviations: nil)]
    }

    public func probabilities(_ rows: DenseMatrix, work: Work) throws -> Matrix {
        let count = classes.count
        var result = Matrix(rows: rows.rows, columns: count)
        var leaves = [Int32](repeating: 0, count: min(rows.rows, 1 << 16))
        try work.forEachStretch(of: rows.rows) { stretch in
            rows.values.withUnsafeBufferPointer { values in
                guard let first = values.baseAddress else { return }
                cnb_tree_leaves(flat, first + stretch.lowerBound * rows.columns, Int64(rows.columns), nil, Int64(stretch.count), &leaves)
            }
            for row in stretch { for index in 0..<count { result.values[row * count + index] = shares[Int(leaves[row - stretch.lowerBound]) * count + index] } }
        }
        return result
    }

    // MARK: Pruning

    /// What the node adds to the impurity of the tree as a leaf.
    private func cost(_ node: Node) -> Double { node.weight / nodes[0].weight * node.impurity }

    /// The smallest tree within this one whose impurity plus `alpha` for each leaf is least.
    public func pruned(_ alpha: Double) -> TreeModel {
        var costs = nodes.map { cost($0) }, leaves = [Int](repeating: 1, count: nodes.count), isLeaf = nodes.map { $0.column == nil }
        for (place, node) in nodes.enumerated().reversed() where node.column != nil {
            let below = costs[place + 1] + costs[node.right], count = leaves[place + 1] + leaves[node.right]
            isLeaf[place] = (costs[place] - below) / Double(count - 1) <= alpha
            if !isLeaf[place] { (costs[place], leaves[place]) = (below, count) }
        }
        return cut { isLeaf[$0] }
    }

    /// The tree that is left where some nodes become leaves.
    private func cut(_ isLeaf: (Int) -> Bool) -> TreeModel {
        var kept: [Node] = [], pending = [(place: 0, parent: -1)]
        while let (place, parent) = pending.popLast() {
            let node = nodes[place], isEnd = isLeaf(place)
            if parent >= 0 { kept[parent] = kept[parent].with(right: kept.count) }
            kept.append(Node(column: isEnd ? nil : node.column, threshold: isEnd ? .nan : node.threshold, gapsGoLeft: !isEnd && node.gapsGoLeft, right: kept.count, counts: node.counts, impurity: node.impurity, weight: node.weight))
            guard !isEnd else { continue }
            pending.append((node.right, kept.count - 1))
            pending.append((place + 1, -1))
        }
        return TreeModel(kept, columns: columns, classes: classes, criterion: criterion, weights: weights)
    }

    /// The values of `prune` at which the tree becomes smaller, rising, with the leaves that are left and their impurity; first the whole tree at 0.
    ///
    /// Each step makes the node a leaf whose own leaves lower the impurity least, each: weakest-link pruning.
    ///
    /// - Complexity: O(nodes · leaves).
    public func pruningPath() -> [(alpha: Double, leaves: Int, impurity: Double)] {
        let own = nodes.map { cost($0) }
        var costs = own, leaves = [Int](repeating: 1, count: nodes.count), isLeaf = nodes.map { $0.column == nil }, isGone = [Bool](repeating: false, count: nodes.count)
        var parents = [Int](repeating: -1, count: nodes.count)
        for (place, node) in nodes.enumerated().reversed() where node.column != nil {
            costs[place] = costs[place + 1] + costs[node.right]
            leaves[place] = leaves[place + 1] + leaves[node.right]
            parents[place + 1] = place
            parents[node.right] = place
        }
        var path = [(alpha: 0.0, leaves: leaves[0], impurity: costs[0])]
        while !isLeaf[0] {
            var weakest = -1, alpha = Double.infinity
            for place in nodes.indices where !isLeaf[place] && !isGone[place] {
                let gain = (own[place] - costs[place]) / Double(leaves[place] - 1)
                if gain < alpha { (weakest, alpha) = (place, gain) }
            }
            guard weakest >= 0 else { break }
            isLeaf[weakest] = true
            // What lies below stands between the node and the next that does not.
            var pending = [weakest + 1, nodes[weakest].right]
            while let place = pending.popLast() {
                isGone[place] = true
                if !isLeaf[place] { pending += [place + 1, nodes[place].right] }
            }
            let (cost, count) = (own[weakest] - costs[weakest], leaves[weakest] - 1)
            var place = weakest
            while place >= 0 {
                costs[place] += cost
                leaves[place] -= count
                place = parents[place]
            }
            path.append((alpha, leaves[0], costs[0]))
        }
        return path
    }
}

extension TreeModel.Node {
    fileprivate func with(right: Int) -> Self { Self(column: column, threshold: threshold, gapsGoLeft: gapsGoLeft, right: right, counts: counts, impurity: impurity, weight: weight) }
}
