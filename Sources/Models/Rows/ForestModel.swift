import Algebra
import CKernels
import Runtime

/// A fitted forest.
public struct ForestModel: RowPredictor {
    /// A tree as far as prediction needs it.
    struct Tree: Sendable {
        let nodes: [cnb_tree_node]
        /// Probabilities, `[.., classes]`: those of each class alone, which pure leaves share, then those of the others.
        let shares: [Float]

        init(_ grown: GrownTree, classes: Int, weights: [Double]) {
            var shares = [Float](repeating: 0, count: classes * classes)
            for index in 0..<classes { shares[index * classes + index] = 1 }
            var nodes = [cnb_tree_node](unsafeUninitializedCapacity: grown.nodes.count) { _, count in count = 0 }
            for var node in grown.nodes {
                if node.column < 0 {
                    let start = Int(~node.column) * classes, counts = grown.leafCounts[start..<start + classes]
                    if counts.count(where: { $0 > 0 }) == 1, let only = counts.firstIndex(where: { $0 > 0 }) { node.column = ~Int32(only - start) } else {
                        let weighed = counts.enumerated().map { Double($1) * (weights.isEmpty ? 1 : weights[$0]) }, sum = weighed.reduce(0, +)
                        node.column = ~Int32(shares.count / classes)
                        shares += weighed.map { Float($0 / sum) }
                    }
                }
                nodes.append(node)
            }
            (self.nodes, self.shares) = (nodes, shares)
        }
    }

    /// How the forest does on the training rows, each judged by the trees that were not shown it.
    public struct OutOfBagScore: Sendable, Hashable {
        /// Those that some tree was not shown.
        public let rows: Int
        public let accuracy: Double
        public let logLoss: Double
        /// Of two classes.
        public let auc: Double?
    }

    public let columns: [String]
    public let classes: [String]
    let trees: [Tree]
    /// Columns drawn at each node.
    private let tried: Int
    public internal(set) var importances: [FeatureImportance] = []
    /// None where each tree was shown all rows.
    public internal(set) var outOfBag: OutOfBagScore?

    init(columns: [String], classes: [String], trees: [Tree], tried: Int) {
        (self.columns, self.classes, self.trees, self.tried) = (columns, classes, trees, tried)
    }

    public var treeCount: Int { trees.count }
    public var leafCount: Int { trees.reduce(0) { $0 + $1.nodes.count { $0.column < 0 } } }

    /// A column and a number a test, and a share a class and leaf.
    public var parameterCount: Int { trees.reduce(0) { sum, tree in sum + 2 * tree.nodes.count { $0.column >= 0 } } + leafCount * (classes.count - 1) }

    public var settings: [(name: String, value: String)] {
        var settings = [("trees", NumberText.grouped(trees.count)), ("leaves", "\(NumberText.grouped(leafCount)), \(NumberText.grouped(leafCount / max(1, trees.count))) a tree"), ("columns tried", "\(tried) of \(columns.count) at each node")]
        if let outOfBag {
            let auc = outOfBag.auc.map { ", AUC \(NumberText.decimal($0, 4))" } ?? ""
            settings.append(("out of bag", "accuracy \(NumberText.decimal(outOfBag.accuracy, 4)), log loss \(NumberText.decimal(outOfBag.logLoss, 4))\(auc) of \(NumberText.counted(outOfBag.rows, "rows"))"))
        }
        return settings
    }

    public var tables: [ModelTable] { importances.map { ModelTable($0) } }

    private static let block = 1024

    public func probabilities(_ rows: DenseMatrix, work: Work) throws -> Matrix {
        let count = classes.count, blocks = (rows.rows + Self.block - 1) / Self.block
        let parts = try work.workers.map(shards: blocks) { block in
            try work.check()
            let first = block * Self.block, here = min(Self.block, rows.rows - first)
            var leaves = [Int32](repeating: 0, count: here), sums = [Double](repeating: 0, count: here * count)
            rows.values.withUnsafeBufferPointer { values in
                guard let values = values.baseAddress else { return }
                for tree in trees {
                    cnb_tree_leaves(tree.nodes, values + first * rows.columns, Int64(rows.columns), nil, Int64(here), &leaves)
                    for row in 0..<here { for index in 0..<count { sums[row * count + index] += Double(tree.shares[Int(leaves[row]) * count + index]) } }
                }
            }
            return sums.map { Float($0 / Double(trees.count)) }
        }
        var result = Matrix(rows: rows.rows, columns: count)
        for (block, part) in parts.enumerated() { for (place, value) in part.enumerated() { result.values[block * Self.block * count + place] = value } }
        return result
    }
}
