import Algebra
import Features
import Layers
import Runtime

#if canImport(Glibc)
    import Glibc
#endif

/// Predicts a class by a softmax of weighted sums of the columns, as scikit-learn's `LogisticRegression`.
///
/// What is made least is the sum of the rows' cross entropies plus the penalty divided by `strength`, ½·|w|² (L2) or |w|₁ (L1); intercepts are free. Two classes have one
/// set of coefficients, more have one a class. Without L1 it is solved by Newton's method (two classes) or L-BFGS with a curvature that a line search sees to (more); with L1
/// by coordinate descent on the quadratic approximation, class after class. It ends when the gradient is below 1e-8 of its size at the start.
///
/// - Complexity: O(rows · columns²) an iteration for two classes, of which there are about ten; O(rows · columns · classes) for more, about a hundred.
///
/// ### References
/// J. Nocedal, S. J. Wright. Numerical Optimization. Springer 2006. J. Friedman, T. Hastie, R. Tibshirani. Regularization Paths for Generalized Linear Models via Coordinate
/// Descent. Journal of Statistical Software 2010.
public struct LogisticRegression: RowEstimator {
    public enum Penalty: String, Sendable, Hashable, CaseIterable { case l2, l1, none }

    public var penalty = Penalty.l2
    /// How far the data count against the penalty: scikit-learn's C.
    public var strength = 1.0
    public var classWeights = ClassWeights.none
    public var encoding = RowRecipe.Encoding.onehot
    public static let scalesNumbers = true

    public static let schema = Schema<Self>(
        "logistic", "Predict a class from the columns of a table by logistic regression.",
        Hyperparameter("penalty", \.penalty, "what holds the coefficients: the sum of their squares, of their sizes (which makes many of them 0), or nothing"),
        Hyperparameter("c", \.strength, in: 1e-6...1e9, "weight of the data against the penalty, as in scikit-learn"),
        Hyperparameter("class-weights", \.classWeights, "what an error on a class counts for: the same, or the more the rarer it is"),
        Hyperparameter("encode", \.encoding, "how a category becomes numbers: a column each, its place by frequency, or the classes' shares in it"))

    public init() {}

    public func fitRows(_ training: RowPart, validation: RowPart?, seed: Int, work: Work) throws -> (predictor: any RowPredictor, history: TrainingHistory) {
        (try fitCoefficients(training, work: work), TrainingHistory())
    }

    /// As `fitRows`, with the type of what it gives.
    ///
    /// - Throws: `SequenceModelError.separated` without a penalty where the classes can be told apart perfectly; `Cancelled`.
    public func fitCoefficients(_ training: RowPart, work: Work = Work()) throws -> LogisticModel {
        let classes = training.classes, weights = classWeights.weights(training.targets, classes: classes.count)
        let problem = LogisticProblem(training.rows, targets: training.targets, classes: classes.count, weights: weights, work: work)
        let ridge = penalty == .l2 ? 1 / strength : 0
        let coefficients: [[Double]]
        switch (penalty, classes.count) {
        case (.l1, _): coefficients = try LogisticDescent(problem, penalty: 1 / strength).solved()
        case (_, 2): coefficients = [try problem.newton(ridge: ridge)]
        default: coefficients = try problem.quasiNewton(ridge: ridge)
        }
        guard coefficients.joined().allSatisfy(\.isFinite) else { throw SequenceModelError.separated }
        let errors = penalty == .l1 ? nil : try problem.standardErrors(coefficients, ridge: ridge)
        return LogisticModel(columns: training.columns, classes: classes, coefficients: coefficients, standardErrors: errors)
    }
}

/// Fitted coefficients.
public struct LogisticModel: RowPredictor {
    public let columns: [String]
    public let classes: [String]
    /// `[1 or classes, columns + 1]`: of two classes those of the second; the intercept last.
    public let coefficients: [[Double]]
    /// Of each coefficient by the curvature of what was made least; none with L1, where it says nothing, or where there is no inverse.
    public let standardErrors: [[Double]]?

    public var parameterCount: Int { coefficients.reduce(0) { $0 + $1.count } }
    public var settings: [(name: String, value: String)] { [("coefficients that are not 0", "\(coefficients.reduce(0) { $0 + $1.dropLast().count { $0 != 0 } }) of \(coefficients.count * columns.count)")] }

    public var tables: [ModelTable] {
        coefficients.indices.map { index in
            let own = coefficients[index], used = own.indices.dropLast().filter { own[$0] != 0 }
            let order = used.sorted { own[$0].magnitude != own[$1].magnitude ? own[$0].magnitude > own[$1].magnitude : $0 < $1 } + [columns.count]
            let rows = order.map { place -> [ModelTable.Cell] in
                let error = standardErrors?[index][place]
                return [
                    .text(place < columns.count ? columns[place] : "intercept"), .number(own[place], digits: 4), .number(exp(own[place]), digits: 4),
                    .number(error.map { exp(own[place] - 1.96 * $0) }, digits: 4), .number(error.map { exp(own[place] + 1.96 * $0) }, digits: 4),
                ]
            }
            return ModelTable(
                "Coefficients of '\(coefficients.count == 1 ? classes[1] : classes[index])'", columns: ["column", "coefficient", "odds ratio", "from", "to"], rows: rows,
                notes: (used.count < columns.count ? ["\(columns.count - used.count) more columns have a coefficient of 0."] : [])
                    + ["Of numbers by one deviation more." + (standardErrors == nil ? "" : " The 95 % intervals of the odds ratios follow from the curvature of the penalised likelihood, and take the columns as given.")])
        }
    }

    public var importances: [FeatureImportance] {
        let sizes = columns.indices.map { place in coefficients.reduce(0) { $0 + $1[place].magnitude } / Double(coefficients.count) }
        return [FeatureImportance(
            name: "coefficient", meaning: "size of the coefficient of a column, of numbers by one deviation more" + (coefficients.count == 1 ? "" : ": the mean of the classes'"), columns: columns,
            values: sizes, deviations: nil)]
    }

    public func probabilities(_ rows: DenseMatrix, work: Work) throws -> Matrix {
        let count = classes.count
        var result = Matrix(rows: rows.rows, columns: count)
        var scores = [Double](repeating: 0, count: count)
        try work.forEachStretch(of: rows.rows) {
            for row in $0 {
                for (index, own) in coefficients.enumerated() {
                    var sum = own[columns.count]
                    for column in columns.indices { sum += own[column] * rows.values[row * columns.count + column] }
                    scores[coefficients.count == 1 ? 1 : index] = sum
                }
                LogisticProblem.softmax(&scores)
                for index in 0..<count {
                    result.values[row * count + index] = Float(scores[index])
                    scores[index] = 0
                }
            }
        }
        return result
    }
}
