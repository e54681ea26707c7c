import Algebra
import CKernels
import Runtime
import Scoring

#if canImport(Glibc)
    import Glibc
#endif

/// A forest's training rows, each judged by the trees that were not shown it.
struct OutOfBag {
    private let model: ForestModel
    private let training: RowPart
    /// For each tree a mark for each row that it was shown.
    private let bags: [[UInt64]]

    private static let mostRows = 2000, leastRows = 200, mostVisits = 2e7

    init(_ model: ForestModel, _ training: RowPart, bags: [[UInt64]]) {
        (self.model, self.training, self.bags) = (model, training, bags)
    }

    private var classes: Int { model.classes.count }
    private func isShown(_ row: Int, to tree: Int) -> Bool { bags[tree][row >> 6] >> UInt64(row & 63) & 1 == 1 }

    /// - Parameter sums: for each row and class the probabilities that the trees which do not know the row say, in units of 2⁻³², `[rows, classes]`.
    func score(_ sums: UnsafeBufferPointer<UInt64>, _ work: Work) throws -> ForestModel.OutOfBagScore? {
        var right = 0, loss = 0.0, seen = 0
        var positives: [Bool] = [], chances: [Double] = [], own = [Double](repeating: 0, count: classes)
        try work.forEachStretch(of: training.targets.count) { rows in
            for row in rows {
                for k in 0..<classes { own[k] = Double(sums[row * classes + k]) }
                let all = own.reduce(0, +), target = Int(training.targets[row])
                guard all > 0 else { continue }
                seen += 1
                right += likeliest(own[...]) == target ? 1 : 0
                loss -= log(min(max(own[target] / all, ClassProbabilities.clip), 1 - ClassProbabilities.clip))
                if classes == 2 {
                    positives.append(target == 1)
                    chances.append(own[1] / all)
                }
            }
        }
        guard seen > 0 else { return nil }
        let hasBoth = positives.contains(true) && positives.contains(false)
        return .init(
            rows: seen, accuracy: Double(right) / Double(seen), logLoss: loss / Double(seen), auc: hasBoth ? try ROCCurve(isPositive: positives, scores: chances, dropIntermediate: true).area : nil)
    }

    /// The class of the greatest sum, of equals the first.
    private func likeliest(_ sums: ArraySlice<Double>) -> Int {
        var best = sums.startIndex
        for place in sums.indices where sums[place] > sums[best] { best = place }
        return best - sums.startIndex
    }

    /// By how much the accuracy on rows that are out of bag falls when the values of a column are shuffled among them.
    ///
    /// At most 2,000 rows are drawn, fewer of very many columns and trees. A column that no tree tests counts for nothing.
    func importance(_ repeats: Int, seed: Int, _ work: Work) throws -> FeatureImportance? {
        let columns = training.columns.count, trees = model.trees
        let uses = trees.map { tree in
            var uses = [Bool](repeating: false, count: columns)
            for node in tree.nodes where node.column >= 0 { uses[Int(node.column)] = true }
            return uses
        }
        let used = (0..<columns).filter { column in uses.contains { $0[column] } }
        let visits = Double(max(1, used.count)) * Double(trees.count) * Double(repeats)
        let most = max(Self.leastRows, min(Self.mostRows, Int(Self.mostVisits / visits)))
        let known = try work.map(rows: training.targets.count) { row in trees.indices.contains { !isShown(row, to: $0) } ? row : -1 }.filter { $0 >= 0 }
        guard !known.isEmpty else { return nil }
        var stream = RandomStream(seed: seed, name: "forest", purpose: "permutation rows")
        var order = known
        for place in 0..<min(most, order.count) { order.swapAt(place, place + stream.below(order.count - place)) }
        let rows = Array(order.prefix(most)), matrix = training.rows.selecting(rows: rows), targets = rows.map { Int(training.targets[$0]) }
        let picks = trees.indices.map { tree in rows.indices.filter { !isShown(rows[$0], to: tree) }.map { Int32($0) } }
        @Sendable func leaves(_ tree: Int, _ matrix: DenseMatrix) -> [Int32] {
            var leaves = [Int32](repeating: 0, count: picks[tree].count)
            matrix.values.withUnsafeBufferPointer { cnb_tree_leaves(trees[tree].nodes, $0.baseAddress!, Int64(columns), picks[tree], Int64(picks[tree].count), &leaves) }
            return leaves
        }
        let plain = try work.workers.map(shards: trees.count) { leaves($0, matrix) }
        @Sendable func right(_ leaves: (Int) -> [Int32]) -> Int {
            var sums = [Double](repeating: 0, count: rows.count * classes)
            for tree in trees.indices {
                for (pick, leaf) in zip(picks[tree], leaves(tree)) { for k in 0..<classes { sums[Int(pick) * classes + k] += Double(trees[tree].shares[Int(leaf) * classes + k]) } }
            }
            return rows.indices.count { likeliest(sums[$0 * classes..<($0 + 1) * classes]) == targets[$0] }
        }
        let whole = right { plain[$0] }
        let falls = try work.workers.map(shards: used.count) { place in
            let column = used[place]
            var stream = RandomStream(seed: seed, name: "forest", purpose: "permutation \(column)"), shuffled = matrix
            return try (0..<repeats).map { _ in
                try work.check()
                var values = matrix.column(column)
                stream.shuffle(&values)
                for (row, value) in values.enumerated() { shuffled[row, column] = value }
                return whole - right { uses[$0][column] ? leaves($0, shuffled) : plain[$0] }
            }
        }
        var means = [Double](repeating: 0, count: columns), deviations = means
        for (column, own) in zip(used, falls) {
            let shares = own.map { Double($0) / Double(rows.count) }
            means[column] = Double(own.reduce(0, +)) / Double(rows.count * repeats)
            deviations[column] = (shares.reduce(0) { $0 + ($1 - means[column]) * ($1 - means[column]) } / Double(repeats)).squareRoot()
        }
        return FeatureImportance(
            name: "permutation",
            meaning: "fall of the accuracy when the column is shuffled, on \(NumberText.counted(rows.count, "training rows")), each judged by the trees that were not shown it: the mean and the deviation of \(NumberText.counted(repeats, "shuffles"))",
            columns: model.columns, values: means, deviations: repeats > 1 ? deviations : nil)
    }
}
