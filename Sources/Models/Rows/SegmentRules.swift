import Diagnostics
import Features
import Runtime
import Scoring

/// Short rules that say which rows a segment holds, each a condition that `filter` reads.
///
/// A shallow tree (CART, Gini) learns the segments from the columns as they are, on seven tenths of the rows, at most `mostRows`; its leaves in which a segment is the likeliest are its rules, those that
/// find most first. A segment that is the likeliest nowhere gets the rules of a tree of its own, in which it weighs as much as all others. Thresholds are the shortest numbers that part the
/// same rows. How many rows a rule finds is counted over all rows; how far the tree can be believed is said by its accuracy on the rows that it has not seen.
///
/// ### References
/// L. Breiman, J. Friedman, R. Olshen, C. Stone. Classification and Regression Trees. Wadsworth 1984.
public struct SegmentRules: Sendable {
    public struct Rule: Sendable, Hashable {
        /// As `filter` reads it.
        public let condition: String
        /// Rows that it finds, and how many of them are of the segment.
        public let rows: Int, hits: Int
        /// hits / rows; none where it finds nothing.
        public var precision: Double? { rows == 0 ? nil : Double(hits) / Double(rows) }
    }

    public struct Segment: Sendable, Hashable {
        public let size: Int
        /// At most `mostRules`, by falling number of the segment's rows. Without rows, or where nothing parts it from the others, there are none.
        public let rules: [Rule]
        /// Of all its rules together.
        public let rows: Int, hits: Int
        /// Whether its rules are of a tree of its own.
        public let isOwnTree: Bool
        public var precision: Double? { rows == 0 ? nil : Double(hits) / Double(rows) }
        /// The share of its rows that its rules find.
        public var coverage: Double? { size == 0 ? nil : Double(hits) / Double(size) }
    }

    public let segments: [Segment]
    /// Rows that the tree learnt from and those that were held back from it.
    public let trainingRows: Int, heldBackRows: Int
    /// The share of rows that the tree puts into their segment.
    public let trainingAccuracy: Double, heldBackAccuracy: Double
    /// The share of the held-back rows that the largest segment holds: what guessing reaches.
    public let baseline: Double
    public let leaves: Int

    public static let mostRules = 3
    public static let depth = 4
    public static let mostRows = 100_000
    public static let mostSegments = 1_000
    static let heldBackShare = 0.3
    /// A further rule adds at least this share of the segment.
    private static let leastShare = 0.02

    /// - Parameters:
    ///   - numbers: in the original units, a gap as NaN.
    ///   - categories: of the same rows; a gap is the level `SequenceInputs.Variable.missingWord`. Every code is among the levels.
    ///   - truths: the categories that are columns of truth values.
    ///   - labels: the segment of each row, below `count`, or -1 for none.
    ///   - depth: tests one after another at most.
    /// - Throws: `SegmentRulesError`; `Cancelled`.
    public init(
        numbers: FeatureMatrix, categories: CategoryColumns, truths: Set<String> = [], labels: [Int], count: Int, depth: Int = depth, seed: Int = 0, work: Work = Work()
    ) throws {
        precondition(numbers.rows == labels.count && categories.rows == labels.count, "numbers, categories and segments are of the same rows")
        guard numbers.columns.count + categories.names.count > 0 else { throw SegmentRulesError.noColumns }
        // Rows in no segment are a class of their own.
        let classes = labels.contains(-1) ? count + 1 : count
        var sizes = [Int](repeating: 0, count: count + 1)
        for label in labels { sizes[label < 0 ? count : label] += 1 }
        guard sizes.count(where: { $0 > 0 }) > 1 else { throw SegmentRulesError.oneSegment }
        guard count <= Self.mostSegments else { throw SegmentRulesError.tooManySegments(count) }

        let source = try Source(numbers: numbers, categories: categories, truths: truths, work)
        var stream = RandomStream(seed: seed, name: "explain", purpose: "rows")
        let drawn = stream.rows(min(Self.mostRows, labels.count), of: labels.count)
        let held = Set(stream.rows(Int(Self.heldBackShare * Double(drawn.count)), of: drawn.count))
        let training = drawn.indices.filter { !held.contains($0) }.map { drawn[$0] }, heldBack = drawn.indices.filter(held.contains).map { drawn[$0] }
        @Sendable func code(_ row: Int) -> Int32 { Int32(labels[row] < 0 ? count : labels[row]) }
        guard let first = training.first, training.contains(where: { code($0) != code(first) }) else { throw SegmentRulesError.oneSegment }

        let inputs = try source.inputs(training, work)
        let tree = try source.tree(inputs, of: training, classes: classes, depth: depth, isBalanced: false, seed: seed, work) { code($0) }
        func accuracy(_ rows: [Int]) throws -> Double {
            let right = try work.map(rows: rows.count) { tree.leaf(rows[$0]).likeliest == code(rows[$0]) }.count { $0 }
            return Double(right) / Double(max(1, rows.count))
        }
        trainingRows = training.count
        heldBackRows = heldBack.count
        trainingAccuracy = try accuracy(training)
        heldBackAccuracy = try accuracy(heldBack)
        let heldSizes = heldBack.reduce(into: [Int](repeating: 0, count: count + 1)) { $0[Int(code($1))] += 1 }
        baseline = Double(heldSizes.max() ?? 0) / Double(max(1, heldBack.count))
        leaves = tree.leaves.count

        let counted = try tree.counted(labels.count, classes: classes, work) { code($0) }
        var all: [Segment] = []
        for segment in 0..<count {
            work.report("explain", Double(segment) / Double(count))
            let own = tree.leaves.indices.filter { tree.leaves[$0].likeliest == Int32(segment) }
            if !own.isEmpty || sizes[segment] == 0 {
                all.append(tree.segment(own, counted, segment, size: sizes[segment], isOwnTree: false))
            } else if training.contains(where: { code($0) == Int32(segment) }) {
                let single = try source.tree(inputs, of: training, classes: 2, depth: depth, isBalanced: true, seed: seed, work) { code($0) == Int32(segment) ? 1 : 0 }
                let places = single.leaves.indices.filter { single.leaves[$0].likeliest == 1 }
                let found = try single.counted(labels.count, classes: 2, work) { code($0) == Int32(segment) ? 1 : 0 }
                all.append(single.segment(places, found, 1, size: sizes[segment], isOwnTree: true))
            } else {
                all.append(Segment(size: sizes[segment], rules: [], rows: 0, hits: 0, isOwnTree: true))
            }
        }
        segments = all
    }

    /// The columns that rules are made of.
    private struct Source: Sendable {
        let numbers: FeatureMatrix
        let categories: CategoryColumns
        let truths: Set<String>
        /// For each number whether a row of all has none: rules are of all rows, not of those alone that a tree learns from.
        let hasGaps: [Bool]

        init(numbers: FeatureMatrix, categories: CategoryColumns, truths: Set<String>, _ work: Work) throws {
            (self.numbers, self.categories, self.truths) = (numbers, categories, truths)
            var hasGaps = [Bool](repeating: false, count: numbers.columns.count)
            try work.forEachStretch(of: numbers.rows) { for row in $0 { for column in hasGaps.indices where numbers.values[row, column].isNaN { hasGaps[column] = true } } }
            self.hasGaps = hasGaps
        }

        /// What trees learn from, whichever segment they are of.
        func inputs(_ rows: [Int], _ work: Work) throws -> SequenceInputs {
            let variables = categories.names.indices.map { SequenceInputs.Variable(categories.names[$0], vocabulary: categories.levels[$0], isTruth: truths.contains(categories.names[$0])) }
            var codes: [Int32] = [], values: [Double] = []
            codes.reserveCapacity(rows.count * variables.count)
            values.reserveCapacity(rows.count * numbers.columns.count)
            try work.forEachStretch(of: rows.count) {
                for place in $0 {
                    for column in variables.indices { codes.append(categories.codes[column][rows[place]]) }
                    for column in numbers.columns.indices { values.append(numbers.values[rows[place], column]) }
                }
            }
            return SequenceInputs(variables: variables, numbers: numbers.columns, count: rows.count, codes: codes, values: values)
        }

        func tree(_ inputs: SequenceInputs, of rows: [Int], classes: Int, depth: Int, isBalanced: Bool, seed: Int, _ work: Work, _ code: (Int) -> Int32) throws -> Tree {
            let targets = WindowTarget(name: "segment", goal: .label, .classes(rows.map(code), names: (0..<classes).map(String.init)))
            let windows = SequenceWindows(rows: inputs, outputs: [targets], groups: rows.indices.map { Int32($0) })
            var estimator = DecisionTree()
            estimator.depth = depth
            estimator.leastLeaf = rows.count >= 200 ? 5 : 1
            estimator.classWeights = isBalanced ? .balanced : .none
            let (model, _) = try estimator.fitModel(windows, seed: seed, work: work)
            guard let fitted = model.predictor as? TreeModel else { preconditionFailure("a decision tree fits a tree") }
            return try Tree(fitted, model, self, work)
        }
    }

    /// A fitted tree that is walked by the columns as they are, with thresholds of few digits.
    private struct Tree: Sendable {
        struct Leaf: Sendable {
            let tests: [RowConditions.Test]
            let likeliest: Int32
        }

        private struct Node: Sendable {
            var test: RowConditions.Test?
            var right = 0
            var leaf = 0
        }

        let leaves: [Leaf]
        private let nodes: [Node]
        private let recipe: RowRecipe
        private let made: [RowRecipe.MadeColumn]
        private let conditions: RowConditions
        private let source: Source

        init(_ tree: TreeModel, _ model: RowModel, _ source: Source, _ work: Work) throws {
            (recipe, self.source) = (model.recipe, source)
            conditions = RowConditions(model.recipe, model.variables, hasGaps: source.hasGaps)
            made = model.recipe.sources
            var columns: [Int: [Double]] = [:]
            var nodes = tree.nodes.map { Node(test: nil, right: $0.right) }
            for (place, node) in tree.nodes.enumerated() {
                guard let test = tree.test(of: node, isLeft: true) else { continue }
                nodes[place].test = test
                guard case .number(let index) = made[test.column], test.threshold.isFinite else { continue }
                if columns[index] == nil { columns[index] = source.numbers.values.column(index) }
                let threshold = try Self.shortest(test.threshold, among: columns[index] ?? [], work)
                nodes[place].test = RowConditions.Test(column: test.column, threshold: threshold, gapsGoLeft: test.gapsGoLeft, isLeft: true)
            }
            var leaves: [Leaf] = [], pending: [(place: Int, tests: [RowConditions.Test])] = [(0, [])]
            while let (place, tests) = pending.popLast() {
                guard let left = nodes[place].test else {
                    nodes[place].leaf = leaves.count
                    let shares = tree.shares(of: tree.nodes[place])
                    var likeliest = 0
                    for (index, share) in shares.enumerated() where share > shares[likeliest] { likeliest = index }
                    leaves.append(Leaf(tests: tests, likeliest: Int32(likeliest)))
                    continue
                }
                let right = RowConditions.Test(column: left.column, threshold: left.threshold, gapsGoLeft: left.gapsGoLeft, isLeft: false)
                pending.append((nodes[place].right, tests + [right]))
                pending.append((place + 1, tests + [left]))
            }
            self.nodes = nodes
            self.leaves = leaves
        }

        /// The number of fewest decimals that parts the values as `threshold` does.
        private static func shortest(_ threshold: Double, among values: [Double], _ work: Work) throws -> Double {
            var low = -Double.infinity, high = Double.infinity
            try work.forEachStretch(of: values.count) {
                for row in $0 {
                    let value = values[row]
                    if value <= threshold { low = max(low, value) } else if value > threshold { high = min(high, value) }
                }
            }
            for decimals in -15...15 {
                let unit = decimals < 0 ? 1 : (0..<decimals).reduce(1.0) { unit, _ in unit * 10 }, step = decimals < 0 ? (0..<(-decimals)).reduce(1.0) { step, _ in step * 10 } : 1
                let near = decimals < 0 ? (threshold / step).rounded() * step : (threshold * unit).rounded() / unit
                if near >= low, near < high { return near }
            }
            return threshold
        }

        private func leafPlace(_ row: Int) -> Int {
            var place = 0
            while let test = nodes[place].test { place = goesLeft(test, row) ? place + 1 : nodes[place].right }
            return nodes[place].leaf
        }

        func leaf(_ row: Int) -> Leaf { leaves[leafPlace(row)] }

        private func goesLeft(_ test: RowConditions.Test, _ row: Int) -> Bool {
            switch made[test.column] {
            case .number(let index):
                let value = source.numbers.values[row, index]
                return value.isNaN ? test.gapsGoLeft : value <= test.threshold
            case .gap: return false  // gaps are kept, so no column says that there is one
            case .category(let index, let column):
                let category = recipe.categories[index], level = Int(category.place(of: source.categories.codes[index][row]))
                return recipe.value(of: category, level: level < 0 ? category.levels.count : level, column: column) <= test.threshold
            }
        }

        /// How many rows of each class come to each leaf, `[leaves][classes]`.
        func counted(_ rows: Int, classes: Int, _ work: Work, _ code: @Sendable (Int) -> Int32) throws -> [[Int]] {
            let shards = min(64, max(1, rows / 4096))
            let parts = try work.workers.map(shards: shards) { shard in
                var counts = [Int](repeating: 0, count: leaves.count * classes)
                try work.forEachStretch(of: rows * shard / shards..<rows * (shard + 1) / shards) { for row in $0 { counts[leafPlace(row) * classes + Int(code(row))] += 1 } }
                return counts
            }
            return leaves.indices.map { leaf in (0..<classes).map { place in parts.reduce(0) { $0 + $1[leaf * classes + place] } } }
        }

        func segment(_ own: [Int], _ counted: [[Int]], _ code: Int, size: Int, isOwnTree: Bool) -> Segment {
            let useful = own.filter { counted[$0][code] > 0 }.sorted { (counted[$1][code], $0) < (counted[$0][code], $1) }
            let chosen = useful.enumerated().prefix(SegmentRules.mostRules).filter { $0.offset == 0 || Double(counted[$0.element][code]) >= SegmentRules.leastShare * Double(size) }.map(\.element)
            let rules = chosen.map { leaf in
                Rule(condition: conditions.text(leaves[leaf].tests), rows: counted[leaf].reduce(0, +), hits: counted[leaf][code])
            }
            return Segment(size: size, rules: rules, rows: rules.reduce(0) { $0 + $1.rows }, hits: rules.reduce(0) { $0 + $1.hits }, isOwnTree: isOwnTree)
        }
    }
}

/// Why segments could not be explained by rules.
public enum SegmentRulesError: Error, Sendable, Hashable, Diagnosable {
    case noColumns
    case oneSegment
    case tooManySegments(Int)

    public var diagnostic: Diagnostic {
        switch self {
        case .noColumns: Diagnostic("no-columns", "there are no columns to explain the segments by", category: .data, hint: "make features first: features, or rfm")
        case .oneSegment: Diagnostic("one-class", "all rows are in one segment, and no rule parts it from others", category: .data, hint: "make at least two segments: kmeans k=3")
        case .tooManySegments(let count):
            Diagnostic(
                "too-many-segments", "rules are made of at most \(NumberText.grouped(SegmentRules.mostSegments)) segments, found \(NumberText.grouped(count))", category: .data,
                hint: "make fewer: a smaller k, or in dbscan a larger eps or more min-points")
        }
    }
}
