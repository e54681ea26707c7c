import Algebra
import Features
import Foundation
import Runtime
import TestSupport
import Testing

@testable import Models

struct TreeFixture: Decodable {
    struct Case: Decodable, Sendable, CustomTestStringConvertible {
        let name: String, data: String, criterion: String
        let classes: Int, depth: Int, leastLeaf: Int, leastSplit: Int
        let prune: Double, balanced: Bool
        /// Rows and impurity of each, rising.
        let leaves: [[Double]]
        let maxDepth: Int, accuracy: Double, rootColumn: Int
        /// None where all but gaps go left.
        let rootThreshold: Double?
        let importances: [Double], probabilities: [[Double]]
        var testDescription: String { name }
    }

    struct Path: Decodable, Sendable {
        let classes: Int, criterion: String
        let alphas: [Double], impurities: [Double], middles: [Double], middleLeaves: [Int]
    }

    let rows: [[Double]], gapRows: [[Double?]]
    let two: [Int32], three: [Int32]
    let cases: [Case], paths: [Path]

    static let all = Fixture.read("trees", in: .module, as: TreeFixture.self)

    func part(gaps: Bool, classes: Int) -> RowPart {
        let matrix = gaps ? DenseMatrix(gapRows.map { $0.map { $0 ?? .nan } }) : DenseMatrix(rows)
        return RowPart(matrix, columns: ["a", "b", "c", "d", "e"], targets: classes == 2 ? two : three, classes: (0..<classes).map { "class \($0)" })
    }
}

struct TreeTests {
    private static func accuracy(_ model: any RowPredictor, _ part: RowPart) throws -> Double {
        let chances = try model.probabilities(part.rows, work: Work())
        let right = part.targets.indices.count { row in
            let own = (0..<part.classes.count).map { chances[row, $0] }
            return own.firstIndex(of: own.max() ?? 0) == Int(part.targets[row])
        }
        return Double(right) / Double(part.targets.count)
    }

    @Test(arguments: TreeFixture.all.cases)
    func `leaves, impurities and probabilities are scikit-learn's`(_ c: TreeFixture.Case) throws {
        var tree = DecisionTree()
        tree.criterion = try #require(TreeCriterion(rawValue: c.criterion))
        (tree.depth, tree.leastLeaf, tree.leastSplit, tree.prune) = (c.depth, c.leastLeaf, c.leastSplit, c.prune)
        tree.classWeights = c.balanced ? .balanced : .none
        let part = TreeFixture.all.part(gaps: c.data == "gaps", classes: c.classes), model = try tree.fitTree(part)
        let leaves = model.nodes.filter { $0.column == nil }.map { [Double($0.rows), ($0.impurity * 1e9).rounded() / 1e9] }.sorted { ($0[0], $0[1]) < ($1[0], $1[1]) }
        #expect(leaves.count == c.leaves.count)
        for (own, wanted) in zip(leaves, c.leaves.map { [$0[0], ($0[1] * 1e9).rounded() / 1e9] }.sorted { ($0[0], $0[1]) < ($1[0], $1[1]) }) {
            #expect(own[0] == wanted[0] && abs(own[1] - wanted[1]) < 1e-8)
        }
        #expect(model.depth == c.maxDepth && model.nodes[0].column == c.rootColumn && model.nodes[0].threshold == c.rootThreshold ?? .infinity)
        #expect(try Self.accuracy(model, part) == c.accuracy)
        let importance = try #require(model.importances.first)
        #expect(agree(importance.values, c.importances, within: 1e-9))
        let chances = try model.probabilities(part.rows, work: Work())
        for (row, wanted) in c.probabilities.enumerated() { for (index, chance) in wanted.enumerated() { #expect(abs(Double(chances[row, index]) - chance) < 1e-6) } }
    }

    @Test(arguments: TreeFixture.all.paths.indices)
    func `the steps of pruning are scikit-learn's`(_ index: Int) throws {
        let wanted = TreeFixture.all.paths[index], part = TreeFixture.all.part(gaps: false, classes: wanted.classes)
        var tree = DecisionTree()
        tree.criterion = try #require(TreeCriterion(rawValue: wanted.criterion))
        (tree.depth, tree.leastLeaf) = (0, 20)
        let whole = try tree.fitTree(part), path = whole.pruningPath()
        #expect(agree(path.map(\.alpha), wanted.alphas, within: 1e-10))
        #expect(agree(path.map(\.impurity), wanted.impurities, within: 1e-10))
        for (alpha, leaves) in zip(wanted.middles, wanted.middleLeaves) {
            let pruned = whole.pruned(alpha)
            #expect(pruned.leafCount == leaves)
            #expect(agree(pruned.nodes.filter { $0.column == nil }.reduce(0) { $0 + $1.weight / pruned.nodes[0].weight * $1.impurity }, path.last { $0.alpha <= alpha }?.impurity ?? -1, within: 1e-10))
        }
        #expect(path.last?.leaves == 1 && path.first?.leaves == whole.leafCount)
    }

    @Test func `a tree without limits knows all rows that differ`() throws {
        let part = TreeFixture.all.part(gaps: true, classes: 3)
        var tree = DecisionTree()
        tree.depth = 0
        let model = try tree.fitTree(part)
        #expect(try Self.accuracy(model, part) == 1 && model.nodes.allSatisfy { $0.column != nil || $0.impurity == 0 })
        #expect(model.nodes.filter { $0.column == nil }.reduce(0) { $0 + $1.rows } == part.targets.count)
    }

    @Test func `of cuts that are worth the same the first column's lowest is taken`() throws {
        // Both columns say the same, and of the first any cut between 2 and 3 does; the middle is taken.
        let part = RowPart(DenseMatrix([[1, 1], [2, 2], [3, 3], [4, 4]]), columns: ["a", "b"], targets: [0, 1, 0, 1], classes: ["no", "yes"])
        let model = try DecisionTree().fitTree(part)
        #expect(model.nodes[0].column == 0 && model.nodes[0].threshold == 1.5)
    }

    /// Normal rows of which some columns matter.
    private static func rows(_ count: Int, seed: Int, classes: Int = 2, columns: Int = 8) -> RowPart {
        var stream = RandomStream(seed: seed, name: "test", purpose: "trees")
        let rows = DenseMatrix(rows: count, columns: columns, values: (0..<count * columns).map { _ in stream.normal() })
        let targets = (0..<count).map { row -> Int32 in
            let score = rows[row, 0] + rows[row, 1] * rows[row, 2] + 0.7 * stream.normal()
            return classes == 2 ? (score > 0 ? 1 : 0) : Int32(min(classes - 1, max(0, Int(score + 1.5))))
        }
        return RowPart(rows, columns: (0..<columns).map { "c\($0)" }, targets: targets, classes: (0..<classes).map(String.init))
    }

    @Test func `the bits are the same at any number of threads`() throws {
        // More rows than are looked at by one thread, so that columns are tried side by side.
        let part = Self.rows(20_000, seed: 1), small = Self.rows(3000, seed: 2, classes: 3)
        var forest = RandomForest()
        forest.trees = 12
        let trees = try [1, 2, 3].map { try DecisionTree().fitTree(part, seed: 5, work: Work(threads: $0)).nodes.map { [Double($0.column ?? -1), $0.threshold.isNaN ? 0 : $0.threshold, Double($0.rows)] } }
        #expect(trees.allSatisfy { $0 == trees[0] })
        for part in [part, small] {
            let forests = try [1, 2, 3].map { try forest.fitForest(part, seed: 5, work: Work(threads: $0)) }
            let chances = try forests.map { try $0.probabilities(part.rows, work: Work(threads: 2)).values }
            #expect(chances.allSatisfy { $0 == chances[0] } && forests.allSatisfy { $0.outOfBag == forests[0].outOfBag })
            for (index, importance) in forests[0].importances.enumerated() {
                #expect(forests.allSatisfy { $0.importances[index].values == importance.values && $0.importances[index].deviations == importance.deviations })
            }
        }
        let other = try forest.fitForest(small, seed: 6)
        #expect(try other.probabilities(small.rows, work: Work()).values != forest.fitForest(small, seed: 5).probabilities(small.rows, work: Work()).values)
    }

    @Test func `large columns are binned by quantiles without losing what matters`() throws {
        let part = Self.rows(80_000, seed: 3, columns: 4), test = Self.rows(20_000, seed: 4, columns: 4)
        let bins = try BinnedRows(part.rows, seed: 1, work: Work(threads: 2))
        for column in 0..<4 {
            var counts = [Int](repeating: 0, count: 256)
            for row in 0..<part.rows.rows { counts[Int(bins.codes(of: column)[row])] += 1 }
            #expect(counts[255] == 0 && counts[0..<255].max() ?? 0 < 900 && counts[0..<255].min() ?? 0 > 60)
        }
        var tree = DecisionTree()
        tree.depth = 8
        #expect(try Self.accuracy(tree.fitTree(part), test) > 0.74)
    }

    @Test func `the middle of two numbers lies between them, whatever they are`() {
        let most = Double.greatestFiniteMagnitude
        for (low, high) in [(1.0, 2.0), (-most, most), (0.0, .leastNonzeroMagnitude), (1.0, 1.0.nextUp), (-.infinity, 3), (3, .infinity), (-.infinity, .infinity), (-.leastNonzeroMagnitude, 0.0), (most.nextDown, most), (most, .infinity)] {
            let middle = BinnedRows.middle(low, high)
            #expect(middle >= low && middle < high && middle.isFinite, "\(low) \(high) \(middle)")
        }
    }

    @Test func `a forest does better than its tree, says so out of bag, and finds the columns that matter`() throws {
        let part = Self.rows(4000, seed: 5), test = Self.rows(4000, seed: 6)
        var forest = RandomForest()
        forest.trees = 60
        let model = try forest.fitForest(part, seed: 1, work: Work(threads: 2))
        var tree = DecisionTree()
        tree.depth = 0
        let own = try Self.accuracy(model, test), score = try #require(model.outOfBag)
        let alone = try Self.accuracy(tree.fitTree(part), test)
        #expect(own > alone + 0.03)
        #expect(abs(score.accuracy - own) < 0.025 && score.rows == 4000 && score.auc ?? 0 > 0.8 && score.logLoss < 0.6)
        #expect(try Self.accuracy(model, part) > 0.99)
        #expect(model.importances.map(\.name) == ["impurity", "permutation"])
        for importance in model.importances {
            let order = importance.values.indices.sorted { importance.values[$0] > importance.values[$1] }
            #expect(order[0] == 0 && Set(order.prefix(3)) == [0, 1, 2], "\(importance.name)")
            #expect(importance.deviations?.allSatisfy { $0 >= 0 } == true)
        }
        #expect(abs(model.importances[0].values.reduce(0, +) - 1) < 1e-9)
        #expect(model.settings.contains { $0.name == "out of bag" })
    }

    @Test func `the number of columns that are tried is a count, a share, or the square root`() throws {
        let part = Self.rows(300, seed: 7)
        var forest = RandomForest()
        (forest.trees, forest.permutations) = (3, 0)
        for (features, words) in [(0.0, "2 of 8"), (0.5, "4 of 8"), (3, "3 of 8"), (100, "8 of 8"), (0.01, "1 of 8")] {
            forest.features = features
            #expect(try forest.fitForest(part).settings.contains { $0.value.hasPrefix(words) }, "\(features)")
        }
    }

    @Test func `odd columns are taken: constant, all missing, infinite, more than rows`() throws {
        var stream = RandomStream(seed: 8, name: "test", purpose: "odd")
        let odd = (0..<60).map { row -> [Double] in
            var values: [Double] = (0..<84).map { _ in stream.normal() }
            (values[0], values[1]) = (1, .nan)
            if row % 7 == 0 { values[2] = .infinity } else if row % 5 == 0 { values[2] = -.infinity }
            values[3] = row % 3 == 0 ? .nan : Double(row % 2)
            return values
        }
        let part = RowPart(DenseMatrix(odd), columns: (0..<84).map(String.init), targets: (0..<60).map { Int32($0 % 2) }, classes: ["no", "yes"])
        var forest = RandomForest()
        forest.trees = 10
        for model in [try DecisionTree().fitTree(part) as any RowPredictor, try forest.fitForest(part)] {
            let chances = try model.probabilities(part.rows, work: Work())
            #expect(chances.values.allSatisfy { $0.isFinite } && model.importances[0].values.allSatisfy { $0.isFinite })
        }
        // Nothing to test: one leaf.
        let same = RowPart(DenseMatrix([[1.0], [1], [1]]), columns: ["a"], targets: [0, 1, 1], classes: ["no", "yes"]), leaf = try DecisionTree().fitTree(same)
        let chance = try leaf.probabilities(same.rows, work: Work())[0, 1]
        #expect(leaf.leafCount == 1 && leaf.depth == 0 && chance == Float(2.0 / 3))
        #expect(try forest.fitForest(same).leafCount == 10)
    }
}
