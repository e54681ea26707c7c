import Algebra
import Features
import Runtime

#if canImport(Glibc)
    import Glibc
#endif

/// How several models make up one answer.
///
/// ### References
/// D. Wolpert. Stacked Generalization. Neural Networks 1992. L. Kuncheva. Combining Pattern Classifiers. Wiley 2004.
public struct ConsensusRule: Sendable {
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        /// The share of the models whose likeliest class it is; their mean probability is one vote more, so that ties are broken.
        case vote
        /// The mean of the models' probabilities.
        case mean
        /// A logistic regression of the class on the logarithms of the models' probabilities, learnt where the models have not learnt.
        case stack
    }

    public let kind: Kind
    /// Of `stack`: what weighs the models.
    public let stacker: LogisticModel?

    /// A rule that learns nothing.
    ///
    /// - Precondition: `kind` is not `stack`.
    public init(_ kind: Kind) {
        precondition(kind != .stack, "a stack is learnt")
        self.kind = kind
        stacker = nil
    }

    /// A stack, learnt of what models say of rows whose classes are known.
    ///
    /// - Parameters:
    ///   - members: what each model is called.
    ///   - predictions: of each model `[rows, classes]`.
    ///   - labels: the class of each row.
    /// - Throws: `SequenceModelError.oneClass` where all rows are of one class; `Cancelled`.
    public init(stacking members: [String], predictions: [[Double]], labels: [Int], classes: [String], work: Work = Work()) throws {
        if let first = labels.first, labels.allSatisfy({ $0 == first }) { throw SequenceModelError.oneClass(classes[first]) }
        let rows = Self.rows(predictions, classes: classes.count)
        let columns = members.flatMap { member in classes.count == 2 ? ["log odds by \(member)"] : classes.map { "log probability of \($0) by \(member)" } }
        kind = .stack
        stacker = try LogisticRegression().fitCoefficients(RowPart(rows, columns: columns, targets: labels.map { Int32($0) }, classes: classes), work: work)
    }

    /// What a stack reads: of two classes the log odds of the second, of more the logarithms of all, as each model has them.
    private static func rows(_ predictions: [[Double]], classes: Int) -> DenseMatrix {
        // Single precision knows no probability nearer to 0 or 1.
        let least = 1e-7
        let count = (predictions.first?.count ?? 0) / classes, width = classes == 2 ? 1 : classes
        var values: [Double] = []
        values.reserveCapacity(count * predictions.count * width)
        for row in 0..<count {
            for member in predictions {
                let own = member[row * classes..<(row + 1) * classes].map { log(max($0, least)) }
                values += classes == 2 ? [own[1] - own[0]] : own
            }
        }
        return DenseMatrix(rows: count, columns: predictions.count * width, values: values)
    }

    /// The probabilities `[rows, classes]` of all models together.
    ///
    /// - Parameter predictions: of each model `[rows, classes]`, in the order in which they were learnt.
    /// - Throws: `Cancelled`.
    public func combined(_ predictions: [[Double]], classes: Int, work: Work = Work()) throws -> [Double] {
        let count = predictions.first?.count ?? 0
        guard kind != .stack, stacker == nil else {
            guard let stacker else { return [] }
            return try stacker.probabilities(Self.rows(predictions, classes: classes), work: work).values.map(Double.init)
        }
        let means = (0..<count).map { place in predictions.reduce(0) { $0 + $1[place] } / Double(predictions.count) }
        guard kind == .vote else { return means }
        var votes = means
        for member in predictions {
            for row in stride(from: 0, to: count, by: classes) {
                var best = row
                for place in row..<row + classes where member[place] > member[best] { best = place }
                votes[best] += 1
            }
        }
        return votes.map { $0 / Double(predictions.count + 1) }
    }
}

/// Several models that read the same, as one.
public struct ConsensusModel: SequenceModel {
    public let names: [String]
    public let members: [any SequenceModel]
    public let rule: ConsensusRule

    /// - Precondition: there is a member, and all predict the same classes.
    public init(names: [String], members: [any SequenceModel], rule: ConsensusRule) {
        precondition(!members.isEmpty && members.allSatisfy { $0.classes == members[0].classes }, "a consensus is of models of the same classes")
        self.names = names
        self.members = members
        self.rule = rule
    }

    public var length: Int { members[0].length }
    public var variables: [SequenceInputs.Variable] { members[0].variables }
    public var numbers: [String] { members[0].numbers }
    public var context: [String] { members[0].context }
    public var targets: [ModelTarget] { [members[0].targets[0]] }
    public var parameterCount: Int { members.reduce(rule.stacker?.parameterCount ?? 0) { $0 + $1.parameterCount } }
    public var settings: [(name: String, value: String)] {
        let how = switch rule.kind {
        case .vote: "votes of the likeliest class, the mean probability as one vote more"
        case .mean: "the mean of the probabilities"
        case .stack: "a logistic regression on their probabilities, learnt on the validation part"
        }
        return [("members", names.joined(separator: ", ")), ("together by", how)]
    }
    public var tables: [ModelTable] { rule.stacker?.tables ?? [] }

    /// - Throws: as its members do, where one reads something else than the first.
    public func predict(_ windows: SequenceWindows, work: Work = Work()) throws -> Matrix {
        let predictions = try members.map { try $0.predict(windows, work: work).values.map(Double.init) }
        let combined = try rule.combined(predictions, classes: classes.count, work: work)
        var result = Matrix(rows: windows.count, columns: classes.count)
        for place in combined.indices { result.values[place] = Float(combined[place]) }
        return result
    }
}
