import Algebra
import CKernels
import Features
import Layers
import Runtime

/// Predicts a class by tests of single columns, one after another (CART).
///
/// At each node the column and the number that leave the purest children are found among the bins of the training rows; of cuts that are worth the same the first column's
/// lowest counts. Gaps go to the side where they do most good. The depth is held at 6 unless told, for the rules of 64 leaves can still be read.
///
/// - Complexity: O(rows · columns) for each level.
///
/// ### References
/// L. Breiman, J. Friedman, R. Olshen, C. Stone. Classification and Regression Trees. Wadsworth 1984.
public struct DecisionTree: RowEstimator {
    public var criterion = TreeCriterion.gini
    /// Tests one after another at most; 0 for as many as there are.
    public var depth = 6
    public var leastLeaf = 1
    public var leastSplit = 2
    /// What a leaf more must lower the impurity by, as a share of that of all rows weighing 1: scikit-learn's `ccp_alpha`.
    public var prune = 0.0
    public var classWeights = ClassWeights.none
    public var encoding = RowRecipe.Encoding.onehot
    public static let scalesNumbers = false
    public static let readsGaps = true

    public static let schema = Schema<Self>(
        "tree", "Predict a class from the columns of a table by a tree of tests, which can be read as rules.",
        Hyperparameter("criterion", \.criterion, "how the purity of a node is measured"),
        Hyperparameter("depth", \.depth, in: 0...1000, "most tests one after another; 0 for no limit"),
        Hyperparameter("min-leaf", \.leastLeaf, in: 1...1_000_000_000, "least rows of a leaf"),
        Hyperparameter("min-split", \.leastSplit, in: 2...1_000_000_000, "least rows of a node that is divided"),
        Hyperparameter("prune", \.prune, in: 0...10, "what each leaf must lower the impurity by to stay, as scikit-learn's ccp_alpha; 0 prunes nothing"),
        Hyperparameter("class-weights", \.classWeights, "what a row of a class counts for: the same, or the more the rarer it is"),
        Hyperparameter("encode", \.encoding, "how a category becomes numbers: a column each, its place by frequency, or the classes' shares in it"))

    public init() {}

    public func fitRows(_ training: RowPart, validation: RowPart?, seed: Int, work: Work) throws -> (predictor: any RowPredictor, history: TrainingHistory) {
        (try fitTree(training, seed: seed, work: work), TrainingHistory())
    }

    /// As `fitRows`, with the type of what it gives.
    public func fitTree(_ training: RowPart, seed: Int = 0, work: Work = Work()) throws -> TreeModel {
        let classes = training.classes.count, weights = classWeights.weights(training.targets, classes: classes)
        let bins = try BinnedRows(training.rows, seed: seed, work: work)
        let limits = TreeLimits(criterion: criterion, depth: depth == 0 ? .max : depth, leastLeaf: leastLeaf, leastSplit: leastSplit)
        var rows = try work.map(rows: training.targets.count) { cnb_tree_row(row: UInt32($0), target: UInt16(training.targets[$0]), count: 1) }
        // All columns are tried, so nothing is drawn.
        var stream = RandomStream(seed: seed, name: "tree", purpose: "columns")
        let grower = TreeGrower(bins, classes: classes, weights: weights, limits: limits, work: work, isParallel: true)
        let grown = try rows.withUnsafeMutableBufferPointer { try grower.grow($0, stream: &stream) }
        let model = TreeModel(grown, columns: training.columns, classes: training.classes, criterion: criterion, weights: weights)
        return prune == 0 ? model : model.pruned(prune)
    }
}
