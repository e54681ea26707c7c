/// A model of trees as XGBoost writes it in JSON or UBJSON, from version 1 to 3, checked as the library does not: what it trusts in a file could make it read beside its memory.
///
/// What is not needed to predict is left behind, and so are nodes that were pruned. Version 3 writes the starting score in a way that the library here takes for none; it is read as meant.
struct BoosterFile {
    /// A tree by its nodes, the root first; the children of a leaf are -1.
    struct Tree {
        var left: [Int] = [], right: [Int] = [], parents: [Int] = []
        /// Of a split the column that it asks; 0 of a leaf.
        var columns: [Int] = []
        /// Of a split its bound, of a leaf its value.
        var conditions: [Float] = []
        var defaultLeft: [Bool] = []
        /// What the importances are told from.
        var gains: [Float] = [], covers: [Float] = []
    }

    let attributes: [(name: String, text: String)]
    /// What the columns are called; f0, f1 and so on where the file does not say.
    let columns: [String]
    /// At least two.
    let classes: Int
    /// Whether each class has trees of its own; else those of the second of two are all.
    let isSoftmax: Bool
    /// What all sums begin with: of two classes a probability, else a score.
    let base: Float
    /// How many trees each class gets in a round.
    let parallelTrees: Int
    let trees: [Tree]
    let classOf: [Int]

    /// - Throws: `BoosterError.file`, `.unsupported`.
    init(_ bytes: [UInt8]) throws(BoosterError) {
        let learner = try ModelNode(bytes).member("learner")
        let objective = try learner.member("objective").member("name").text("the objective")
        guard ["binary:logistic", "multi:softprob", "multi:softmax"].contains(objective) else { throw .unsupported("its objective is '\(objective.prefix(40))'") }
        let booster = try learner.member("gradient_booster")
        let kind = try booster.member("name").text("the booster")
        guard kind == "gbtree" else { throw .unsupported("its booster is '\(kind.prefix(40))'") }
        let sizes = try learner.member("learner_model_param"), model = try booster.member("model")
        guard try sizes.find("num_target")?.whole("num_target", in: 0...Int(Int32.max)) ?? 1 <= 1 else { throw .unsupported("it has several targets") }
        let width = try sizes.member("num_feature").whole("num_feature", in: 1...1 << 24)
        let count = try sizes.member("num_class").whole("num_class", in: 0...1 << 20)
        guard objective == "binary:logistic" ? count <= 1 : count >= 2 else { throw .file("'num_class' is \(count) for \(objective)") }
        classes = max(2, count)
        isSoftmax = objective != "binary:logistic"
        let groups = isSoftmax ? classes : 1
        let starts = try sizes.member("base_score").scores()
        guard starts.count == 1 || starts.count == groups, starts.allSatisfy({ $0.isFinite && (groups > 1 || ($0 > 0 && $0 < 1)) }) else { throw .file("'base_score' is no score of \(classes) classes") }

        columns = try Self.names(learner.find("feature_names"), width)
        for case .text(let type) in try learner.find("feature_types")?.list("feature_types") ?? [] where type == "c" { throw .unsupported("it reads columns of categories") }
        attributes = try learner.find("attributes")?.members("attributes").map { name, value throws(BoosterError) in (name, try value.text("an attribute")) } ?? []
        let parallel = max(1, try model.member("gbtree_model_param").find("num_parallel_tree")?.whole("num_parallel_tree", in: 0...1 << 20) ?? 1)
        let places = try model.member("tree_info").wholes("tree_info", in: 0...groups - 1)
        var read: [Tree] = []
        for tree in try model.member("trees").list("trees") { read.append(try Tree(tree, columns: width)) }
        guard places.count == read.count, !read.isEmpty else { throw .file("it has \(read.count) trees and \(places.count) classes of trees") }
        let round = groups * parallel
        guard read.count % round == 0, places.indices.allSatisfy({ places[$0] == $0 % round / parallel }) else { throw .file("its trees do not come in rounds") }
        if groups > 1 {
            // The library has one score for all classes; those of a class alone go into the leaves of its first tree.
            for group in 0..<groups where starts.count > 1 {
                let first = group * parallel
                for node in read[first].left.indices where read[first].left[node] < 0 { read[first].conditions[node] += Float(starts[group]) }
            }
            base = starts.count > 1 ? 0 : Float(starts[0])
        } else { base = Float(starts[0]) }
        parallelTrees = parallel
        trees = read
        classOf = places
    }

    /// - Throws: `BoosterError.file` where there are names, but not one for each column.
    private static func names(_ node: ModelNode?, _ width: Int) throws(BoosterError) -> [String] {
        let given = try node?.list("feature_names") ?? []
        if given.isEmpty { return (0..<width).map { "f\($0)" } }
        guard given.count == width else { throw .file("it names \(given.count) columns of \(width)") }
        return try given.map { name throws(BoosterError) in try name.text("a column's name") }
    }

    /// The file anew, in JSON as the library here reads it.
    var bytes: [UInt8] {
        var out = #"{"learner":{"attributes":{},"feature_names":[],"feature_types":[],"gradient_booster":{"model":{"gbtree_model_param":"#
        out += #"{"num_parallel_tree":"\#(parallelTrees)","num_trees":"\#(trees.count)","size_leaf_vector":"0"},"tree_info":\#(Self.list(classOf)),"trees":["#
        for (id, tree) in trees.enumerated() {
            if id > 0 { out += "," }
            let zeros = Self.list(tree.left.map { _ in 0 })
            out += #"{"base_weights":\#(Self.list(tree.left.map { _ in Float(0) })),"categories":[],"categories_nodes":[],"categories_segments":[],"categories_sizes":[],"#
            out += #""default_left":\#(Self.list(tree.defaultLeft.map { $0 ? 1 : 0 })),"id":\#(id),"left_children":\#(Self.list(tree.left)),"loss_changes":\#(Self.list(tree.gains)),"#
            out += #""parents":\#(Self.list(tree.parents)),"right_children":\#(Self.list(tree.right)),"split_conditions":\#(Self.list(tree.conditions)),"#
            out += #""split_indices":\#(Self.list(tree.columns)),"split_type":\#(zeros),"sum_hessian":\#(Self.list(tree.covers)),"#
            out += #""tree_param":{"num_deleted":"0","num_feature":"\#(columns.count)","num_nodes":"\#(tree.left.count)","size_leaf_vector":"0"}}"#
        }
        out += #"]},"name":"gbtree"},"learner_model_param":{"base_score":"\#(base)","boost_from_average":"1","num_class":"\#(isSoftmax ? classes : 0)","num_feature":"\#(columns.count)","num_target":"1"},"#
        out += isSoftmax
            ? #""objective":{"name":"multi:softprob","softmax_multiclass_param":{"num_class":"\#(classes)"}}}"# : #""objective":{"name":"binary:logistic","reg_loss_param":{"scale_pos_weight":"1"}}}"#
        return Array((out + #","version":[1,7,4]}"#).utf8)
    }

    private static func list(_ values: [Int]) -> String { "[" + values.map(String.init).joined(separator: ",") + "]" }
    /// Whole ones with a point, so that the library takes them for numbers as it does the others.
    private static func list(_ values: [Float]) -> String { "[" + values.map { "\($0)" }.joined(separator: ",") + "]" }
}

extension BoosterFile.Tree {
    /// What the file says of a root's parent.
    private static let none = 2_147_483_647

    /// - Throws: `BoosterError.file` unless each node but the root is the child of one other, and each split asks one of the columns.
    fileprivate init(_ node: ModelNode, columns width: Int) throws(BoosterError) {
        let left = try node.member("left_children").wholes("left_children", in: -1...Int(Int32.max)), right = try node.member("right_children").wholes("right_children", in: -1...Int(Int32.max))
        let count = left.count
        func sized<Value>(_ values: [Value], _ name: String) throws(BoosterError) -> [Value] {
            guard values.count == count else { throw .file("a tree of \(count) nodes has \(values.count) \(name)") }
            return values
        }
        _ = try sized(right, "right_children")
        let asked = try sized(try node.member("split_indices").wholes("split_indices", in: Int.min...Int.max), "split_indices")
        let bounds = try sized(try node.member("split_conditions").numbers("split_conditions"), "split_conditions")
        let defaults = try sized(try node.member("default_left").numbers("default_left"), "default_left")
        let gains = try sized(try node.member("loss_changes").numbers("loss_changes"), "loss_changes"), covers = try sized(try node.member("sum_hessian").numbers("sum_hessian"), "sum_hessian")
        if try node.find("split_type")?.numbers("split_type").contains(where: { $0 != 0 }) ?? false { throw .unsupported("it reads columns of categories") }
        guard count > 0 else { throw .file("a tree has no nodes") }
        guard try node.find("tree_param")?.find("size_leaf_vector")?.whole("size_leaf_vector", in: 0...Int(Int32.max)) ?? 0 <= 1 else { throw .unsupported("its leaves hold several values") }
        // In the order of their levels; nodes that were pruned are not reached.
        var order = [0], parents = [Self.none], isSeen = [Bool](repeating: false, count: count), next = 0
        isSeen[0] = true
        while next < order.count {
            let place = order[next]
            next += 1
            let isLeaf = left[place] == -1
            guard isLeaf == (right[place] == -1) else { throw .file("a node has one child") }
            let bound = Float(bounds[place])
            guard bound.isFinite, isLeaf || (0..<width).contains(asked[place]) else { throw .file("a node asks no column that there is, or holds no number") }
            self.columns.append(isLeaf ? 0 : asked[place])
            conditions.append(bound)
            defaultLeft.append(!isLeaf && defaults[place] != 0)
            self.gains.append(Float(gains[place]).isFinite ? Float(gains[place]) : 0)
            self.covers.append(Float(covers[place]).isFinite ? Float(covers[place]) : 0)
            self.left.append(isLeaf ? -1 : order.count)
            self.right.append(isLeaf ? -1 : order.count + 1)
            if isLeaf { continue }
            for child in [left[place], right[place]] {
                guard child < count, !isSeen[child] else { throw .file("the nodes of a tree go round in a circle") }
                isSeen[child] = true
                order.append(child)
                parents.append(next - 1)
            }
        }
        self.parents = parents
    }
}
