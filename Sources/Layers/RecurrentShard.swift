import Algebra
import CKernels

/// One shard's whole training step on one core: forward, loss, backward, in memory of its own.
///
/// Node memory is level after level, as in `PrefixTree`. Nothing is allocated after `init`.
final class RecurrentShard: @unchecked Sendable {
    typealias Floats = UnsafeMutableBufferPointer<Float>

    /// What a layer saves on the way forward for the way back.
    struct LayerMemory {
        /// `[nodes, inputs]`: the states below after dropout; empty in the first layer, which reads the table.
        let dropped: Floats
        /// `[nodes, width]`: the projected inputs, later dL/d pre-activations; empty in the first layer.
        let projected: Floats
        /// `[nodes, hidden]`.
        let states: Floats
        /// `[nodes, 4 · hidden]`, `[nodes, hidden]` twice; empty unless an LSTM.
        let gates: Floats, cells: Floats, squashed: Floats
    }

    let weights: RecurrentWeights
    let tree: PrefixTree
    let layers: [LayerMemory]
    /// The embeddings of the shard's codes `[slots, embedding]`, and projected `[slots, width]`: the input of the first layer.
    let slotEmbeddings: Floats, table: Floats
    /// `[level, width]`: the recurrent product of a level; on the way back, dL/d pre-activations of a level.
    let product: Floats
    /// `[ends, hidden]`, `[ends, classes]` twice, `[ends]`.
    let endStates: Floats, logits: Floats, probabilities: Floats, logSums: Floats
    let zeros: Floats

    // The way back.
    /// `[nodes, hidden]`: dL/d states of the layer at work, and room for the layer below.
    let stateGradients: [Floats]
    /// `[level, hidden]` twice: dL/d cells of a level and of the one before.
    let cellGradients: [Floats]
    /// `[nodes, width]`: for each node the sum of its children's dL/d pre-activations.
    let childSums: Floats
    /// `[slots, width]` and `[slots, embedding]`.
    let tableGradient: Floats, slotGradients: Floats
    /// The gradient of all parameters but the embedding, laid out as they are.
    let gradient: Floats

    /// The loss summed over the shard's sequences, and how many of them had their class as the likeliest.
    var loss = 0.0
    var correct = 0

    private let memory: Workspace<Float>
    let dropout: Float

    /// What a shard of these sizes takes, in bytes.
    static func bytes(_ configuration: RecurrentConfiguration, nodes: Int, sequences: Int, sharing: Bool) -> Int {
        parts(configuration, nodes: nodes, sequences: sequences, sharing: sharing).reduce(0) { $0 + Workspace<Float>.room($1) } * 4
    }

    /// The sizes of all parts, in the order in which `init` takes them.
    private static func parts(_ configuration: RecurrentConfiguration, nodes: Int, sequences: Int, sharing: Bool) -> [Int] {
        let layout = configuration.layout, lstm = configuration.cell == .lstm
        let level = min(nodes, sequences), slots = min(nodes, configuration.vocabulary)
        let widest = layout.layers.map(\.width).max() ?? 0, deepest = layout.layers.map(\.hidden).max() ?? 0, first = layout.layers[0].width
        let top = layout.headWeight.shape[0]
        var parts: [Int] = []
        for (index, layer) in layout.layers.enumerated() {
            parts += [index > 0 && !sharing ? nodes * layer.inputs : 0, index > 0 ? nodes * layer.width : 0, nodes * layer.hidden]
            parts += lstm ? [nodes * layer.width, nodes * layer.hidden, nodes * layer.hidden] : [0, 0, 0]
        }
        parts += [slots * configuration.embedding, slots * first, level * widest]
        parts += [sequences * top, sequences * configuration.classes, sequences * configuration.classes, sequences, max(widest, deepest)]
        parts += [nodes * deepest, nodes * deepest, lstm ? level * deepest : 0, lstm ? level * deepest : 0, nodes * widest]
        parts += [slots * first, slots * configuration.embedding, layout.denseCount]
        return parts
    }

    init(_ weights: RecurrentWeights, nodes: Int, sequences: Int, length: Int, dropout: Float) {
        self.weights = weights
        self.dropout = dropout
        let configuration = weights.configuration
        let sharing = dropout == 0
        tree = PrefixTree(nodes: nodes, sequences: sequences, length: length, vocabulary: configuration.vocabulary)
        let parts = Self.parts(configuration, nodes: nodes, sequences: sequences, sharing: sharing)
        let memory = Workspace<Float>(parts: parts)
        self.memory = memory
        var taken = 0
        func next() -> Floats {
            defer { taken += 1 }
            return memory.next(parts[taken])
        }
        layers = configuration.hidden.map { _ in
            LayerMemory(dropped: next(), projected: next(), states: next(), gates: next(), cells: next(), squashed: next())
        }
        (slotEmbeddings, table, product) = (next(), next(), next())
        (endStates, logits, probabilities, logSums, zeros) = (next(), next(), next(), next(), next())
        stateGradients = [next(), next()]
        cellGradients = [next(), next()]
        childSums = next()
        (tableGradient, slotGradients, gradient) = (next(), next(), next())
    }

    /// One step on some rows of a set: `loss`, `correct`, `gradient` and `slotGradients` hold what it gave.
    ///
    /// - Parameters:
    ///   - share: what a sequence counts for in the mean loss: 1 / batch.
    ///   - key: names the dropout of this step and shard.
    func step(
        _ rows: UnsafeBufferPointer<Int32>, common: UnsafeBufferPointer<Int32>, _ set: SequenceReader, share: Float, key: UInt64
    ) {
        tree.build(rows, common: common, set)
        embed()
        for index in layers.indices { forward(index, key) }
        head()
        score(rows, set, share: share)
        headBack()
        for index in layers.indices.reversed() { backward(index, key) }
        embedBack()
    }

    // MARK: Forward

    /// Projects the embedding of each code once, however often it occurs.
    private func embed() {
        let width = weights.configuration.embedding
        cnb_gather(
            tree.slotCount, width, weights.pointer(weights.layout.embedding), tree.slotCodes.baseAddress!, slotEmbeddings.baseAddress!)
        weights.input[0].multiply(slotEmbeddings.baseAddress!, count: tree.slotCount, into: table.baseAddress!)
    }

    /// The states below a layer as it reads them: with dropout, if there is any.
    func inputs(_ index: Int) -> Floats { dropout > 0 ? layers[index].dropped : layers[index - 1].states }

    private func forward(_ index: Int, _ key: UInt64) {
        let layer = weights.layout.layers[index], memory = layers[index]
        if index > 0 {
            if dropout > 0 {
                let below = layers[index - 1].states.baseAddress!
                cnb_dropout(tree.nodes * layer.inputs, key, UInt64(index) << 32, dropout, below, memory.dropped.baseAddress!)
            }
            weights.input[index].multiply(inputs(index).baseAddress!, count: tree.nodes, into: memory.projected.baseAddress!)
        }
        let states = memory.states.baseAddress!, product = product.baseAddress!, bias = weights.pointer(layer.bias)
        for t in 0..<tree.levels {
            let level = tree.level(t), previous = t > 0 ? tree.level(t - 1).lowerBound : 0
            // Before the first event the state is zero, and so is its product.
            if t > 0 {
                weights.recurrent[index].multiply(states + previous * layer.hidden, count: level.lowerBound - previous, into: product)
            }
            let parents = t > 0 ? UnsafePointer(tree.parents.baseAddress! + level.lowerBound) : nil
            let x = index == 0 ? table.baseAddress! : memory.projected.baseAddress! + level.lowerBound * layer.width
            let slots = index == 0 ? UnsafePointer(tree.slots.baseAddress! + level.lowerBound) : nil
            let u = t > 0 ? product : zeros.baseAddress!, h = states + level.lowerBound * layer.hidden
            switch weights.configuration.cell {
            case .rnn: cnb_rnn_forward(level.count, layer.hidden, u, parents, x, slots, bias, h)
            case .lstm:
                let cells = memory.cells.baseAddress!
                cnb_lstm_forward(
                    level.count, layer.hidden, u, parents, x, slots, bias, t > 0 ? cells + previous * layer.hidden : zeros.baseAddress!,
                    memory.gates.baseAddress! + level.lowerBound * layer.width, cells + level.lowerBound * layer.hidden,
                    memory.squashed.baseAddress! + level.lowerBound * layer.hidden, h)
            }
        }
    }

    private func head() {
        let width = weights.layout.headWeight.shape[0]
        let states = layers[layers.count - 1].states.baseAddress!
        for (row, node) in tree.ends.prefix(tree.endCount).enumerated() {
            let end = endStates.baseAddress! + row * width
            if node >= 0 { end.update(from: states + Int(node) * width, count: width) } else { end.update(repeating: 0, count: width) }
        }
        weights.head.multiply(endStates.baseAddress!, count: tree.endCount, into: logits.baseAddress!)
        cnb_softmax(
            tree.endCount, weights.configuration.classes, weights.pointer(weights.layout.headBias), logits.baseAddress!,
            probabilities.baseAddress!, logSums.baseAddress!)
    }

    /// Sums the cross entropy, counts hits, and turns `logits` into dL/d logits.
    private func score(_ rows: UnsafeBufferPointer<Int32>, _ set: SequenceReader, share: Float) {
        let classes = weights.configuration.classes
        loss = 0
        correct = 0
        var i = 0
        for end in 0..<tree.endCount {
            let scores = logits.baseAddress! + end * classes, chances = probabilities.baseAddress! + end * classes
            let likeliest = firstMaximum(chances, classes)
            let first = i
            while i < rows.count, Int(tree.endOfSequence[i]) == end {
                let target = Int(set.targets[Int(rows[i])])
                loss += Double(logSums[end]) - Double(scores[target])
                if target == likeliest { correct += 1 }
                i += 1
            }
            let weight = share * Float(i - first)
            for j in 0..<classes { scores[j] = weight * chances[j] }
            for k in first..<i { scores[Int(set.targets[Int(rows[k])])] -= share }
        }
    }
}

/// The index of the greatest of `count` numbers, the first of equals.
func firstMaximum(_ values: UnsafePointer<Float>, _ count: Int) -> Int {
    var best = 0
    for index in 1..<max(count, 1) where values[index] > values[best] { best = index }
    return best
}
