import Runtime

/// A leaf of a tree as a rule.
public struct TreeRule: Sendable, Hashable {
    /// The rows of the table that come to the leaf, as `filter` reads it.
    public let condition: String
    /// How many training rows of each class do.
    public let counts: [Int]
    /// The probability of each class.
    public let shares: [Double]

    public var rows: Int { counts.reduce(0, +) }
}

extension TreeModel {
    /// The test of a node.
    func test(of node: Node, isLeft: Bool) -> RowConditions.Test? {
        node.column.map { RowConditions.Test(column: $0, threshold: node.threshold, gapsGoLeft: node.gapsGoLeft, isLeft: isLeft) }
    }

    /// A rule a leaf, from left to right.
    public func rules(_ conditions: RowConditions) -> [TreeRule] {
        var rules: [TreeRule] = [], pending: [(place: Int, tests: [RowConditions.Test])] = [(0, [])]
        while let (place, tests) = pending.popLast() {
            let node = nodes[place]
            guard let left = test(of: node, isLeft: true), let right = test(of: node, isLeft: false) else {
                rules.append(TreeRule(condition: conditions.text(tests), counts: node.counts, shares: shares(of: node)))
                continue
            }
            pending.append((node.right, tests + [right]))
            pending.append((place + 1, tests + [left]))
        }
        return rules
    }

    /// What pruning would leave, and the importances.
    public func tables(_ conditions: RowConditions) -> [ModelTable] { [pruningTable].compactMap { $0 } + tables }

    private static let mostSteps = 12, mostNodes = 4096

    /// What the tree would be at some values of `prune`; none of a leaf alone.
    private var pruningTable: ModelTable? {
        guard nodes.count > 1 else { return nil }
        let title = "Pruning", columns = ["prune", "leaves", "impurity"]
        guard nodes.count <= Self.mostNodes else { return ModelTable(title, columns: columns, rows: [], notes: ["Of more than \(NumberText.grouped(Self.mostNodes)) nodes the steps are not listed."]) }
        // Of steps at one value the last is what is left.
        let path = pruningPath(), steps = path.indices.filter { $0 == path.count - 1 || path[$0 + 1].alpha > path[$0].alpha }
        let shown = steps.count <= Self.mostSteps ? steps : (0..<Self.mostSteps).map { steps[$0 * (steps.count - 1) / (Self.mostSteps - 1)] }
        return ModelTable(
            title, columns: columns, rows: shown.map { [.number(path[$0].alpha, digits: 6), .number(Double(path[$0].leaves), digits: 0), .number(path[$0].impurity, digits: 4)] },
            notes: ["What prune= leaves of this tree" + (shown.count < steps.count ? ": some of \(NumberText.grouped(steps.count)) steps." : ".")])
    }
}

extension RowModel {
    /// The rules of a tree; none of another model.
    public var rules: [TreeRule]? { (predictor as? TreeModel)?.rules(conditions) }
}
