import Algebra
import CKernels
import Runtime

/// A trained network: gives for each sequence a probability a class. An immutable value.
public final class RecurrentNetwork: Sendable {
    public let configuration: RecurrentConfiguration
    private let weights: RecurrentWeights

    /// Takes over the parameters of a vector laid out by `ParameterLayout`.
    init(_ configuration: RecurrentConfiguration, vector: UnsafeMutableBufferPointer<Float>) {
        self.configuration = configuration
        weights = RecurrentWeights(configuration, training: false)
        weights.copyVector(from: vector)
    }

    /// Rebuilds a network from its tensors, in any order.
    ///
    /// - Throws: `TensorFailure` when a tensor is missing, has another shape, is of no use, or holds a number that is not finite.
    public init(configuration: RecurrentConfiguration, tensors: [Tensor]) throws(TensorFailure) {
        self.configuration = configuration
        weights = RecurrentWeights(configuration, training: false)
        let parts = weights.layout.tensors
        for tensor in tensors where !parts.contains(where: { $0.name == tensor.name }) { throw .unknown(tensor.name) }
        for part in parts {
            guard let tensor = tensors.first(where: { $0.name == part.name }) else { throw .missing(part.name) }
            guard tensor.shape == part.shape else { throw .shape(part.name, expected: part.shape, found: tensor.shape) }
            guard tensor.values.allSatisfy(\.isFinite) else { throw .notFinite(part.name) }
            let place = weights.pointer(part)
            for (index, value) in tensor.values.enumerated() { place[index] = value }
        }
        weights.pack()
    }

    /// The parameters by name and shape, in a fixed order.
    public var tensors: [Tensor] { weights.tensors }
    public var parameterCount: Int { configuration.parameterCount }

    /// The probabilities of the classes, `[set.count, classes]`, row after row in the set's own order.
    ///
    /// The digits of a row follow from that row alone: any batch, any number of threads.
    public func probabilities(_ set: SequenceSet, work: Work = Work()) throws -> [Float] {
        let classes = configuration.classes
        var result = [Float](repeating: 0, count: set.count * classes)
        try result.withUnsafeMutableBufferPointer { result in
            nonisolated(unsafe) let into = result
            try RecurrentScorer(weights).run(set, work) { row, logits, chances, logSum in
                for j in 0..<classes { into[row * classes + j] = chances[j] }
            }
        }
        return result
    }

    /// Why tensors make no network.
    public enum TensorFailure: Error, Equatable {
        case unknown(String)
        case missing(String)
        case shape(String, expected: [Int], found: [Int])
        case notFinite(String)
    }
}

/// The forward pass alone, over any number of sequences: tiles of neighbours in the sorted order, each on one core, keeping one level at a time.
struct RecurrentScorer {
    /// Sequences a tile; part of no result, since the digits of a row do not depend on its neighbours.
    static let tile = 512
    let weights: RecurrentWeights

    init(_ weights: RecurrentWeights) { self.weights = weights }

    /// Calls `visit` once for each sequence, on any thread, with its row, its logits, its probabilities and the logarithm of the sum of exponentials.
    func run(
        _ set: SequenceSet, _ work: Work,
        _ visit: @Sendable (_ row: Int, _ logits: UnsafePointer<Float>, _ chances: UnsafePointer<Float>, _ logSum: Float) -> Void
    ) throws {
        let tiles = (set.count + Self.tile - 1) / Self.tile
        // A worker takes a run of tiles, so that its memory is made once for many of them.
        let run = max(1, min(32, tiles / max(1, 4 * work.workers.threads)))
        try set.read { reader in
            nonisolated(unsafe) let reader = reader
            try work.workers.forEach(shards: (tiles + run - 1) / run) { shard in
                let tile = RecurrentTile(weights, sequences: min(Self.tile, set.count), length: set.length)
                for index in shard * run..<min(tiles, (shard + 1) * run) {
                    try work.check()
                    let first = index * Self.tile
                    tile.score(first..<min(set.count, first + Self.tile), reader, visit)
                }
            }
        }
    }

    /// The mean cross entropy and the share of right answers.
    func evaluate(_ set: SequenceSet, _ work: Work) throws -> (loss: Double, accuracy: Double) {
        let classes = weights.configuration.classes
        var losses = [Double](repeating: 0, count: set.count)
        var hits = [Bool](repeating: false, count: set.count)
        try losses.withUnsafeMutableBufferPointer { losses in
            try hits.withUnsafeMutableBufferPointer { hits in
                nonisolated(unsafe) let losses = losses, hits = hits
                try run(set, work) { row, logits, chances, logSum in
                    let target = Int(set.targets[row])
                    losses[row] = Double(logSum) - Double(logits[target])
                    hits[row] = firstMaximum(chances, classes) == target
                }
            }
        }
        let count = Double(max(set.count, 1))
        return (losses.reduce(0, +) / count, Double(hits.count { $0 }) / count)
    }
}

/// The memory of a tile.
private final class RecurrentTile {
    private typealias Floats = UnsafeMutableBufferPointer<Float>
    private let weights: RecurrentWeights
    private let tree: PrefixTree
    private let common: UnsafeMutableBufferPointer<Int32>
    private let slotEmbeddings: Floats, table: Floats, product: Floats, projected: Floats, gates: Floats, squashed: Floats
    /// A layer's states and cells at this level and at the one before.
    private let states: [[Floats]], cells: [[Floats]]
    private let endStates: Floats, logits: Floats, probabilities: Floats, logSums: Floats, zeros: Floats
    private let memory: Workspace<Float>
    private let indices: Workspace<Int32>

    init(_ weights: RecurrentWeights, sequences: Int, length: Int) {
        self.weights = weights
        let configuration = weights.configuration, layout = weights.layout
        let nodes = max(1, sequences * length), slots = min(nodes, configuration.vocabulary), lstm = configuration.cell == .lstm
        let widest = layout.layers.map(\.width).max() ?? 0, deepest = layout.layers.map(\.hidden).max() ?? 0
        let top = layout.headWeight.shape[0], classes = configuration.classes, first = layout.layers[0].width
        tree = PrefixTree(nodes: nodes, sequences: sequences, length: length, vocabulary: configuration.vocabulary)
        indices = Workspace(parts: [sequences])
        common = indices.next(sequences)
        var parts = [slots * configuration.embedding, slots * first, sequences * widest, sequences * widest]
        parts += [lstm ? sequences * widest : 0, lstm ? sequences * deepest : 0]
        parts += [sequences * top, sequences * classes, sequences * classes, sequences, max(widest, deepest)]
        let fixed = parts.count
        for layer in layout.layers { parts += [Int](repeating: sequences * layer.hidden, count: 4) }
        let memory = Workspace<Float>(parts: parts)
        self.memory = memory
        let pieces = parts.map { memory.next($0) }
        (slotEmbeddings, table, product, projected, gates, squashed) = (pieces[0], pieces[1], pieces[2], pieces[3], pieces[4], pieces[5])
        (endStates, logits, probabilities, logSums, zeros) = (pieces[6], pieces[7], pieces[8], pieces[9], pieces[10])
        states = layout.layers.indices.map { [pieces[fixed + 4 * $0], pieces[fixed + 4 * $0 + 1]] }
        cells = layout.layers.indices.map { [pieces[fixed + 4 * $0 + 2], pieces[fixed + 4 * $0 + 3]] }
    }

    func score(
        _ ranks: Range<Int>, _ set: SequenceReader, _ visit: (Int, UnsafePointer<Float>, UnsafePointer<Float>, Float) -> Void
    ) {
        let rows = UnsafeBufferPointer(start: set.order + ranks.lowerBound, count: ranks.count)
        set.common(rows, into: common)
        tree.build(rows, common: UnsafeBufferPointer(common), set)
        forward()
        let classes = weights.configuration.classes
        for index in 0..<ranks.count {
            let end = Int(tree.endOfSequence[index])
            visit(Int(rows[index]), logits.baseAddress! + end * classes, probabilities.baseAddress! + end * classes, logSums[end])
        }
    }

    private func forward() {
        let layout = weights.layout, configuration = weights.configuration, top = layout.headWeight.shape[0]
        cnb_gather(
            tree.slotCount, configuration.embedding, weights.pointer(layout.embedding), tree.slotCodes.baseAddress!, slotEmbeddings.baseAddress!)
        weights.input[0].multiply(slotEmbeddings.baseAddress!, count: tree.slotCount, into: table.baseAddress!)
        endStates.update(repeating: 0)
        for t in 0..<tree.levels {
            let level = tree.level(t), before = t > 0 ? tree.level(t - 1).count : 0
            let parents = t > 0 ? UnsafePointer(tree.parents.baseAddress! + level.lowerBound) : nil
            for (index, layer) in layout.layers.enumerated() {
                let h = states[index][t & 1].baseAddress!, hBefore = states[index][(t + 1) & 1].baseAddress!
                if t > 0 { weights.recurrent[index].multiply(hBefore, count: before, into: product.baseAddress!) }
                if index > 0 {
                    weights.input[index].multiply(states[index - 1][t & 1].baseAddress!, count: level.count, into: projected.baseAddress!)
                }
                let u = t > 0 ? product.baseAddress! : zeros.baseAddress!
                let x = index == 0 ? table.baseAddress! : projected.baseAddress!
                let slots = index == 0 ? UnsafePointer(tree.slots.baseAddress! + level.lowerBound) : nil
                switch configuration.cell {
                case .rnn: cnb_rnn_forward(level.count, layer.hidden, u, parents, x, slots, weights.pointer(layer.bias), h)
                case .lstm:
                    cnb_lstm_forward(
                        level.count, layer.hidden, u, parents, x, slots, weights.pointer(layer.bias),
                        t > 0 ? cells[index][(t + 1) & 1].baseAddress! : zeros.baseAddress!, gates.baseAddress!, cells[index][t & 1].baseAddress!,
                        squashed.baseAddress!, h)
                }
            }
            let last = states[layout.layers.count - 1][t & 1].baseAddress!
            for (row, node) in tree.ends.prefix(tree.endCount).enumerated() where level.contains(Int(node)) {
                (endStates.baseAddress! + row * top).update(from: last + (Int(node) - level.lowerBound) * top, count: top)
            }
        }
        weights.head.multiply(endStates.baseAddress!, count: tree.endCount, into: logits.baseAddress!)
        cnb_softmax(
            tree.endCount, configuration.classes, weights.pointer(layout.headBias), logits.baseAddress!, probabilities.baseAddress!,
            logSums.baseAddress!)
    }
}
