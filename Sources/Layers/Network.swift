import Algebra
import CKernels
import Runtime

/// A trained network: gives for each sequence a probability a class. An immutable value.
public final class Network: Sendable {
    public let configuration: NetworkConfiguration
    private let weights: NetworkWeights

    /// Takes over the parameters of a vector laid out by `NetworkLayout`.
    init(_ configuration: NetworkConfiguration, vector: UnsafeMutableBufferPointer<Float>) {
        self.configuration = configuration
        weights = NetworkWeights(configuration, training: false)
        weights.copyVector(from: vector)
    }

    /// Rebuilds a network from its tensors, in any order.
    ///
    /// - Throws: `TensorFailure` when a tensor is missing, has another shape, is of no use, or holds a number that is not finite.
    public init(configuration: NetworkConfiguration, tensors: [Tensor]) throws(TensorFailure) {
        self.configuration = configuration
        weights = NetworkWeights(configuration, training: false)
        let parts = weights.layout.parts
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
            try NetworkScorer(weights).run(set, work) { row, logits, chances, logSum in
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

/// The forward pass alone, over any number of sequences: tiles of neighbours in the sorted order, each on one core.
struct NetworkScorer {
    let weights: NetworkWeights

    init(_ weights: NetworkWeights) { self.weights = weights }

    /// Calls `visit` once for each sequence, on any thread, with its row, its logits, its probabilities and the logarithm of the sum of exponentials.
    func run(
        _ set: SequenceSet, _ work: Work,
        _ visit: @Sendable (_ row: Int, _ logits: UnsafePointer<Float>, _ chances: UnsafePointer<Float>, _ logSum: Float) -> Void
    ) throws {
        let size = min(max(1, weights.body.tile(length: set.length)), max(1, set.count))
        let tiles = (set.count + size - 1) / size
        // A worker takes a run of tiles, so that its memory is made once for many of them.
        let run = max(1, min(32, tiles / max(1, 4 * work.workers.threads)))
        try set.read { reader in
            nonisolated(unsafe) let reader = reader
            try work.workers.forEach(shards: (tiles + run - 1) / run) { shard in
                let tile = NetworkTile(weights, sequences: size, set)
                for index in shard * run..<min(tiles, (shard + 1) * run) {
                    try work.check()
                    tile.score(index * size..<min(set.count, (index + 1) * size), reader, visit)
                }
            }
        }
    }

    /// The mean cross entropy by the classes' weights, and the share of right answers.
    func evaluate(_ set: SequenceSet, _ options: LossOptions, _ work: Work) throws -> (loss: Double, accuracy: Double) {
        let classes = weights.configuration.classes
        var losses = [Double](repeating: 0, count: set.count)
        var hits = [Bool](repeating: false, count: set.count)
        try losses.withUnsafeMutableBufferPointer { losses in
            try hits.withUnsafeMutableBufferPointer { hits in
                nonisolated(unsafe) let losses = losses, hits = hits
                try run(set, work) { row, logits, chances, logSum in
                    let target = Int(set.targets[row])
                    losses[row] = Double(options.weight(set.targets[row])) * (Double(logSum) - Double(logits[target]))
                    hits[row] = firstMaximum(chances, classes) == target
                }
            }
        }
        return (losses.reduce(0, +) / max(set.weight(options), .leastNormalMagnitude), Double(hits.count { $0 }) / Double(max(set.count, 1)))
    }
}

/// The memory of a tile.
private final class NetworkTile {
    private let weights: NetworkWeights
    private let tree: PrefixTree
    private let common: UnsafeMutableBufferPointer<Int32>
    private let inputs: Floats
    private let body: any BodyScorer
    private let head: HeadShard
    private let memory: Workspace<Float>
    private let indices: Workspace<Int32>

    init(_ weights: NetworkWeights, sequences: Int, _ set: SequenceSet) {
        self.weights = weights
        let nodes = max(1, sequences * set.length), slots = min(nodes, set.vocabulary), width = weights.configuration.inputs.width
        tree = PrefixTree(nodes: nodes, sequences: sequences, length: set.length, vocabulary: set.vocabulary)
        indices = Workspace(parts: [sequences])
        common = indices.next(sequences)
        memory = Workspace(parts: [slots * width])
        inputs = memory.next(slots * width)
        body = weights.body.scorer(
            ShardRoom(nodes: nodes, sequences: sequences, length: set.length, slots: slots, dropout: 0, sharing: weights.layout.body.sharesStarts))
        head = HeadShard(weights, sequences: sequences)
    }

    func score(_ ranks: Range<Int>, _ set: SequenceReader, _ visit: (Int, UnsafePointer<Float>, UnsafePointer<Float>, Float) -> Void) {
        let rows = UnsafeBufferPointer(start: set.order + ranks.lowerBound, count: ranks.count)
        if weights.layout.body.sharesStarts { set.common(rows, into: common) } else { common.update(repeating: 0) }
        tree.build(rows, common: UnsafeBufferPointer(common), set, joinsEnds: weights.configuration.sideInputs == 0)
        weights.embed(tree, set, into: inputs)
        body.forward(tree, inputs: inputs, into: head.states)
        head.forward(tree.endCount, rows, set)
        let classes = weights.configuration.classes
        for index in 0..<ranks.count {
            let end = Int(tree.endOfSequence[index])
            visit(Int(rows[index]), head.logits.baseAddress! + end * classes, head.probabilities.baseAddress! + end * classes, head.logSums[end])
        }
    }
}
