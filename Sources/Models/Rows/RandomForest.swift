import Algebra
import CKernels
import Features
import Layers
import Runtime
import Synchronization

/// Predicts a class by the mean of many trees, each grown from as many rows as there are, drawn with replacement, with a few columns drawn at each node.
///
/// Trees are grown until their leaves are pure, unless told. Each tree has a stream of random numbers of its own, so that the forest is the same at any number of threads.
/// The rows that a tree was not shown tell how good the forest is on new ones (out of bag), as each is judged only by the trees that do not know it.
///
/// - Complexity: O(trees · rows · columns tried · depth) time; 16 bytes a node.
///
/// ### References
/// L. Breiman. Random Forests. Machine Learning 2001.
public struct RandomForest: RowEstimator {
    public var trees = 100
    public var criterion = TreeCriterion.gini
    /// Tests one after another at most; 0 for as many as there are.
    public var depth = 0
    public var leastLeaf = 1
    /// Columns drawn at each node: 0 for the square root of their number, below 1 a share, else how many.
    public var features = 0.0
    /// How often each column is shuffled to see how much it counts.
    public var permutations = 5
    public var classWeights = ClassWeights.none
    public var encoding = RowRecipe.Encoding.onehot
    public static let scalesNumbers = false
    public static let readsGaps = true

    public static let schema = Schema<Self>(
        "forest", "Predict a class from the columns of a table by the mean of many trees, each grown from other rows and columns.",
        Hyperparameter("trees", \.trees, in: 1...100_000, "number of trees"),
        Hyperparameter("criterion", \.criterion, "how the purity of a node is measured"),
        Hyperparameter("depth", \.depth, in: 0...1000, "most tests one after another; 0 for no limit"),
        Hyperparameter("min-leaf", \.leastLeaf, in: 1...1_000_000_000, "least rows of a leaf, each counted as often as it was drawn"),
        Hyperparameter("features", \.features, in: 0...1e6, "columns drawn at each node: 0 for the square root of their number, below 1 a share of them, else how many"),
        Hyperparameter("permutations", \.permutations, in: 0...1000, "how often each column is shuffled to see how much it counts; 0 for not at all"),
        Hyperparameter("class-weights", \.classWeights, "what a row of a class counts for: the same, or the more the rarer it is"),
        Hyperparameter("encode", \.encoding, "how a category becomes numbers: a column each, its place by frequency, or the classes' shares in it"))

    public init() {}

    public func fitRows(_ training: RowPart, validation: RowPart?, seed: Int, work: Work) throws -> (predictor: any RowPredictor, history: TrainingHistory) {
        (try fitForest(training, seed: seed, work: work), TrainingHistory())
    }

    /// As `fitRows`, with the type of what it gives.
    public func fitForest(_ training: RowPart, seed: Int = 0, work: Work = Work()) throws -> ForestModel {
        let classes = training.classes.count, columns = training.columns.count, weights = classWeights.weights(training.targets, classes: classes)
        let bins = try BinnedRows(training.rows, seed: seed, work: work)
        let limits = TreeLimits(criterion: criterion, depth: depth == 0 ? .max : depth, leastLeaf: leastLeaf, columns: tried(of: columns))
        let finished = Atomic<Int>(0)
        let size = training.targets.count * classes
        nonisolated(unsafe) let sums = UnsafeMutablePointer<UInt64>.allocate(capacity: max(1, size))
        sums.initialize(repeating: 0, count: size)
        defer { sums.deallocate() }
        let grown = try work.workers.map(shards: trees) { index in
            try work.check()
            var stream = RandomStream(seed: seed, name: "forest", purpose: "tree \(index)")
            let grower = TreeGrower(bins, classes: classes, weights: weights, limits: limits, work: work, isParallel: false)
            var (rows, others, bag) = Self.drawn(training.targets, &stream)
            let tree = try rows.withUnsafeMutableBufferPointer { rows in
                try others.withUnsafeMutableBufferPointer { try grower.grow(rows, others: .init(rows: $0, sums: sums), stream: &stream) }
            }
            let count = finished.wrappingAdd(1, ordering: .relaxed).newValue
            work.report("growing trees", Double(count) / Double(trees), "\(count) of \(trees)")
            return (tree: ForestModel.Tree(tree, classes: classes, weights: weights), gains: tree.gains, bag: bag)
        }
        var model = ForestModel(columns: training.columns, classes: training.classes, trees: grown.map(\.tree), tried: limits.columns)
        model.importances = [Self.importance(grown.map(\.gains), columns: training.columns, criterion)]
        let bag = OutOfBag(model, training, bags: grown.map(\.bag))
        model.outOfBag = try bag.score(UnsafeBufferPointer(start: sums, count: size), work)
        if permutations > 0, let importance = try bag.importance(permutations, seed: seed, work) { model.importances.append(importance) }
        return model
    }

    private func tried(of columns: Int) -> Int {
        let wanted = features == 0 ? Double(columns).squareRoot() : features < 1 ? features * Double(columns) : features
        return max(1, min(columns, Int(wanted)))
    }

    /// As many rows as there are, drawn with replacement: those that were, the others, and marks of which were.
    private static func drawn(_ targets: [Int32], _ stream: inout RandomStream) -> (rows: [cnb_tree_row], others: [UInt32], bag: [UInt64]) {
        var counts = [UInt16](repeating: 0, count: targets.count), bag = [UInt64](repeating: 0, count: (targets.count + 63) / 64)
        var different = 0
        for _ in targets.indices {
            let row = stream.below(targets.count)
            if counts[row] == 0 { different += 1 }
            counts[row] += 1
        }
        var rows: [cnb_tree_row] = [], others: [UInt32] = []
        rows.reserveCapacity(different)
        others.reserveCapacity(targets.count - different)
        for row in targets.indices {
            if counts[row] == 0 {
                others.append(UInt32(row))
                continue
            }
            rows.append(cnb_tree_row(row: UInt32(row), target: UInt16(targets[row]), count: counts[row]))
            bag[row >> 6] |= 1 << UInt64(row & 63)
        }
        return (rows, others, bag)
    }

    /// The mean over the trees of each one's shares, as scikit-learn has it.
    private static func importance(_ gains: [[Double]], columns: [String], _ criterion: TreeCriterion) -> FeatureImportance {
        let shares = gains.compactMap { own -> [Double]? in
            let sum = own.reduce(0, +)
            return sum > 0 ? own.map { $0 / sum } : nil
        }
        let count = Double(max(1, shares.count))
        let means = columns.indices.map { column in shares.reduce(0) { $0 + $1[column] } / count }
        let deviations = columns.indices.map { column in (shares.reduce(0) { $0 + ($1[column] - means[column]) * ($1[column] - means[column]) } / count).squareRoot() }
        return FeatureImportance(
            name: "impurity",
            meaning: "share of the fall in impurity (\(criterion.rawValue)) that is due to the tests of a column, on the training rows: the mean of all trees, and the deviation between them", columns: columns,
            values: means, deviations: deviations)
    }
}
