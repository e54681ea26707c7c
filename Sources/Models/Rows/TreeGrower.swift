import CKernels
import Runtime

#if canImport(Glibc)
    import Glibc
#endif

/// How pure the rows of a node are.
public enum TreeCriterion: String, Sendable, Hashable, CaseIterable {
    /// 1 - Σ share².
    case gini
    /// -Σ share · log2 share, in bits.
    case entropy

    /// Of what rows of each class weigh together.
    func impurity(_ weights: some Collection<Double>) -> Double {
        let all = weights.reduce(0, +)
        guard all > 0 else { return 0 }
        switch self {
        case .gini: return 1 - weights.reduce(0) { $0 + $1 / all * ($1 / all) }
        case .entropy: return weights.reduce(0) { $1 > 0 ? $0 - $1 / all * log2($1 / all) : $0 }
        }
    }
}

/// What a tree may become.
struct TreeLimits: Sendable {
    var criterion = TreeCriterion.gini
    /// Tests one after another at most.
    var depth = Int.max
    /// How many rows, as often as they are drawn, a child must have, and a node that is divided.
    var leastLeaf = 1, leastSplit = 2
    /// How many columns are drawn at each node; all where it is as large as their number.
    var columns = Int.max
}

/// A tree as it was grown: nodes in the order in which they are come to, left before right.
struct GrownTree: Sendable {
    var nodes: [cnb_tree_node] = []
    /// How often rows of each class were drawn into each leaf, `[leaves, classes]`.
    var leafCounts: [UInt32] = []
    /// By how much the nodes of each column lower the impurity, times the weight of their rows.
    var gains: [Double]
}

/// Grows trees over binned columns: at each node the column and the cut that leave the children purest (CART).
///
/// Of cuts that are worth the same the one of the first column is taken, and of those the lowest; where columns are drawn, the first is the one that was drawn first.
///
/// - Complexity: O(rows · columns) for each level of a tree.
///
/// ### References
/// L. Breiman, J. Friedman, R. Olshen, C. Stone. Classification and Regression Trees. Wadsworth 1984.
final class TreeGrower {
    private let rows: BinnedRows
    private let classes: Int
    /// One a class.
    private let weights: [Double]
    private let limits: TreeLimits
    private let work: Work
    /// Whether columns of large nodes are looked at side by side; for one tree alone.
    private let isParallel: Bool
    private let table: [Double]
    private let histogram: UnsafeMutablePointer<UInt32>
    private let scratch: UnsafeMutablePointer<cnb_tree_row>
    private let histogramSize: Int
    /// The codes of the rows of a small subtree, `[columns, room]`, so that the caches hold them, and which rows those are.
    private let near: UnsafeMutablePointer<UInt8>
    private let names: UnsafeMutablePointer<UInt32>
    private let room: Int
    private let otherScratch: UnsafeMutablePointer<UInt32>

    private static let logs: [Double] = (0..<Int(CNB_TREE_TABLE)).map { count in count < 2 ? 0 : Double(count) * log2(Double(count)) }
    private static let parallelRows = 1 << 14, checkedRows = 1 << 20, nearBytes = 1 << 16

    /// - Parameter weights: one a class, or none where all weigh 1.
    init(_ rows: BinnedRows, classes: Int, weights: [Double], limits: TreeLimits, work: Work, isParallel: Bool) {
        self.rows = rows
        self.classes = classes
        self.weights = weights.isEmpty ? [Double](repeating: 1, count: classes) : weights
        self.limits = limits
        self.work = work
        self.isParallel = isParallel && work.workers.threads > 1
        table = limits.criterion == .entropy && weights.isEmpty ? Self.logs : []
        histogramSize = Int(CNB_TREE_BINS) * classes
        histogram = .allocate(capacity: histogramSize)
        histogram.initialize(repeating: 0, count: histogramSize)
        scratch = .allocate(capacity: max(1, rows.rows))
        otherScratch = .allocate(capacity: max(1, rows.rows))
        // Where few of very many columns are tried, gathering all would cost more than it helps.
        room = rows.columns > 16 * min(limits.columns, rows.columns) ? 0 : Self.nearBytes / max(1, rows.columns)
        near = .allocate(capacity: max(1, room * rows.columns))
        names = .allocate(capacity: max(1, room))
    }

    deinit {
        histogram.deallocate()
        scratch.deallocate()
        otherScratch.deallocate()
        near.deallocate()
        names.deallocate()
    }

    /// Rows that a tree is not shown, and what it says of them: for each class the sum of the trees' probabilities in units of 2⁻³², so that their order does not matter.
    struct Others {
        let rows: UnsafeMutableBufferPointer<UInt32>
        /// `[all rows, classes]`.
        let sums: UnsafeMutablePointer<UInt64>
    }

    /// A node that waits to be divided, its rows and those that the tree is not shown, and the node whose right child it is.
    private struct Pending {
        var start: Int, count: Int
        var otherStart: Int, otherCount: Int
        let depth: Int, parent: Int
        /// Whether the rows are named by their places in `near`.
        var isNear: Bool
    }

    /// Grows a tree from rows, whose order is lost.
    ///
    /// - Parameters:
    ///   - others: is told what the tree says of rows that it is not shown.
    ///   - stream: draws columns, where not all are tried.
    func grow(_ rows: UnsafeMutableBufferPointer<cnb_tree_row>, others: Others? = nil, stream: inout RandomStream) throws -> GrownTree {
        let columns = self.rows.columns
        var tree = GrownTree(gains: [Double](repeating: 0, count: columns))
        guard let first = rows.baseAddress else { return tree }
        var pending = [Pending(start: 0, count: rows.count, otherStart: 0, otherCount: others?.rows.count ?? 0, depth: 0, parent: -1, isNear: false)]
        // The counts of the classes in each pending node, one after another.
        var counts = [UInt32](repeating: 0, count: classes)
        for row in rows { counts[Int(row.target)] += UInt32(row.count) }
        var here = counts, left = counts
        var order = (0..<columns).map { Int32($0) }
        var seen = 0
        while var node = pending.popLast() {
            for index in 0..<classes { here[index] = counts[pending.count * classes + index] }
            let place = tree.nodes.count
            if node.parent >= 0 { tree.nodes[node.parent].right |= UInt32(place) }
            seen += node.count
            if seen > Self.checkedRows {
                try work.check()
                seen = 0
            }
            let otherRows = others?.rows.baseAddress.map { $0 + node.otherStart }
            if !node.isNear, node.count + node.otherCount <= room, mayBeCut(here, depth: node.depth) {
                cnb_tree_gather(self.rows.codesByRow, Int64(columns), first + node.start, Int64(node.count), otherRows, Int64(node.otherCount), Int64(room), near, names)
                node.isNear = true
            }
            guard let (column, cut) = try cut(first + node.start, node.count, isNear: node.isNear, depth: node.depth, here, &order, &stream) else {
                tree.nodes.append(cnb_tree_node(threshold: .nan, column: ~Int32(tree.leafCounts.count / classes), right: UInt32(place)))
                tree.leafCounts += here
                if let others, node.otherCount > 0 {
                    cnb_tree_credit(otherRows, Int64(node.otherCount), node.isNear ? names : nil, Int64(classes), units(here), others.sums)
                }
                continue
            }
            tree.gains[column] += cut.score - worth(here)
            let threshold = self.rows.threshold(column, after: Int(cut.last), before: Int(cut.next))
            tree.nodes.append(cnb_tree_node(threshold: threshold, column: Int32(column), right: cut.gaps_left != 0 ? 1 << 31 : 0))
            let codes = codes(of: column, isNear: node.isNear)
            let lefts = Int(cnb_tree_part(first + node.start, Int64(node.count), codes, cut.last, cut.gaps_left, Int64(classes), scratch, &left))
            let otherLefts = node.otherCount == 0 ? 0 : Int(cnb_tree_part_others(otherRows, Int64(node.otherCount), codes, cut.last, cut.gaps_left, otherScratch))
            // The left child comes next, so it is put on top.
            let top = pending.count * classes
            if counts.count < top + 2 * classes { counts.append(contentsOf: repeatElement(0, count: top + 2 * classes - counts.count)) }
            for index in 0..<classes {
                counts[top + index] = here[index] - left[index]
                counts[top + classes + index] = left[index]
            }
            pending.append(
                Pending(
                    start: node.start + lefts, count: node.count - lefts, otherStart: node.otherStart + otherLefts, otherCount: node.otherCount - otherLefts, depth: node.depth + 1,
                    parent: place, isNear: node.isNear))
            pending.append(
                Pending(start: node.start, count: lefts, otherStart: node.otherStart, otherCount: otherLefts, depth: node.depth + 1, parent: -1, isNear: node.isNear))
        }
        return tree
    }

    /// The codes of a column, by the names that rows have.
    private func codes(of column: Int, isNear: Bool) -> UnsafePointer<UInt8> { isNear ? UnsafePointer(near + column * room) : rows.codes(of: column) }

    /// The probabilities of a leaf in units of 2⁻³².
    private func units(_ counts: [UInt32]) -> [UInt64] {
        var all = 0.0
        for index in 0..<classes { all += Double(counts[index]) * weights[index] }
        return (0..<classes).map { UInt64((Double(counts[$0]) * weights[$0] / all * 0x1p32).rounded()) }
    }

    /// Whether a node is not a leaf already by its counts and its depth.
    private func mayBeCut(_ counts: [UInt32], depth: Int) -> Bool {
        var all = 0, most = 0
        for value in counts {
            all += Int(value)
            most = max(most, Int(value))
        }
        return most < all && depth < limits.depth && all >= limits.leastSplit && all >= 2 * limits.leastLeaf
    }

    /// What the rows of a node are worth as `cnb_tree_cut.score` counts it.
    private func worth(_ counts: [UInt32]) -> Double {
        var all = 0.0, sum = 0.0
        for index in 0..<classes {
            let weight = Double(counts[index]) * weights[index]
            all += weight
            sum += limits.criterion == .gini ? weight * weight : weight > 0 ? weight * log2(weight) : 0
        }
        return limits.criterion == .gini ? sum / all : sum - all * log2(all)
    }

    /// The best cut of a node; none where it stays a leaf.
    private func cut(
        _ rows: UnsafeMutablePointer<cnb_tree_row>, _ count: Int, isNear: Bool, depth: Int, _ counts: [UInt32], _ order: inout [Int32], _ stream: inout RandomStream
    ) throws -> (column: Int, cut: cnb_tree_cut)? {
        guard mayBeCut(counts, depth: depth) else { return nil }
        var best = cnb_tree_cut(score: -.infinity, last: 0, next: 0, gaps_left: 0), column = -1
        let columns = order.count
        if limits.columns >= columns {
            if isParallel, count >= Self.parallelRows { return try cutSideBySide(rows, count, counts) }
            for candidate in 0..<columns where tried(codes(of: candidate, isNear: isNear), rows, count, counts, histogram, &best) & 2 != 0 { column = candidate }
        } else {
            // Columns in which the rows are all alike count as drawn, but one that is not is looked for.
            var visited = 0, isFound = false
            while visited < columns, visited < limits.columns || !isFound {
                order.swapAt(visited, visited + stream.below(columns - visited))
                let candidate = Int(order[visited]), answer = tried(codes(of: candidate, isNear: isNear), rows, count, counts, histogram, &best)
                visited += 1
                isFound = isFound || answer & 1 != 0
                if answer & 2 != 0 { column = candidate }
            }
        }
        return column < 0 ? nil : (column, best)
    }

    private func tried(
        _ codes: UnsafePointer<UInt8>, _ node: UnsafePointer<cnb_tree_row>, _ count: Int, _ counts: [UInt32], _ histogram: UnsafeMutablePointer<UInt32>, _ best: inout cnb_tree_cut
    ) -> Int32 {
        table.withUnsafeBufferPointer { table in
            cnb_tree_best_cut(
                node, Int64(count), codes, Int64(classes), limits.criterion == .entropy ? 1 : 0, weights, counts, UInt64(limits.leastLeaf),
                table.isEmpty ? nil : table.baseAddress, histogram, &best)
        }
    }

    /// As the loop over all columns, on several threads.
    private func cutSideBySide(_ node: UnsafeMutablePointer<cnb_tree_row>, _ count: Int, _ counts: [UInt32]) throws -> (column: Int, cut: cnb_tree_cut)? {
        nonisolated(unsafe) let node = node
        nonisolated(unsafe) let grower = self
        let cuts = try work.workers.map(shards: rows.columns) { column in
            var histogram = [UInt32](repeating: 0, count: grower.histogramSize), best = cnb_tree_cut(score: -.infinity, last: 0, next: 0, gaps_left: 0)
            return grower.tried(grower.rows.codes(of: column), node, count, counts, &histogram, &best) & 2 != 0 ? best : nil
        }
        var best: (column: Int, cut: cnb_tree_cut)?
        for (column, cut) in cuts.enumerated() { if let cut, cut.score > best?.cut.score ?? -.infinity { best = (column, cut) } }
        return best
    }
}
