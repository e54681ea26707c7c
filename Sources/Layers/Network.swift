import Algebra
import CKernels
import Runtime

/// A trained network: predicts something of each sequence. An immutable value.
public final class Network: Sendable {
    public let configuration: NetworkConfiguration
    let weights: NetworkWeights

    /// Takes over the parameters of a vector laid out by `NetworkLayout`.
    init(_ configuration: NetworkConfiguration, vector: UnsafeMutableBufferPointer<Float>) {
        self.configuration = configuration
        weights = NetworkWeights(configuration, training: false)
        weights.copyVector(from: vector)
    }

    /// Rebuilds a network from its tensors, in any order.
    ///
    /// - Throws: `TensorFailure` when a tensor is missing, has another shape, is of no use, or holds a number that is not finite, or the parts do not go together.
    public init(configuration: NetworkConfiguration, tensors: [Tensor]) throws(TensorFailure) {
        guard !configuration.layout.lacksNodes else { throw .hiddenStates }
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

    /// For each output the probabilities of the classes, or the number, `[set.count, width]`, row after row in the set's own order.
    ///
    /// The digits of a row follow from that row alone: any batch, any number of threads.
    public func outputs(_ set: SequenceSet, work: Work = Work()) throws -> [[Float]] {
        let widths = weights.layout.head.widths
        let memory = Workspace<Float>(parts: widths.map { set.count * $0 }), results = widths.map { _ in memory.next() }
        nonisolated(unsafe) let into = results
        try NetworkScorer(weights).run(set, work) { tree, rows, head, _ in head.write(tree, rows, into: into) }
        return results.map { Array($0) }
    }

    /// The probabilities of the classes of the first output, `[set.count, classes]`.
    public func probabilities(_ set: SequenceSet, work: Work = Work()) throws -> [Float] { try outputs(set, work: work)[0] }

    /// Why tensors make no network.
    public enum TensorFailure: Error, Equatable {
        case unknown(String)
        case missing(String)
        case shape(String, expected: [Int], found: [Int])
        case notFinite(String)
        /// A head that reads the states after all events, on a body that does not show them.
        case hiddenStates
    }
}

/// The forward pass alone, over any number of sequences: tiles of neighbours in the sorted order, each on one core.
struct NetworkScorer {
    let weights: NetworkWeights
    /// For heads that search.
    let beam: Int?

    init(_ weights: NetworkWeights, beam: Int? = nil) {
        self.weights = weights
        self.beam = beam
    }

    /// Calls `visit` for each tile, on any thread, with the head that has predicted its rows.
    func run(
        _ set: SequenceSet, _ work: Work,
        _ visit: @Sendable (_ tree: PrefixTree, _ rows: UnsafeBufferPointer<Int32>, _ head: any HeadShard, _ reader: SequenceReader) -> Void
    ) throws {
        // A head's memory of a tile is to stay small beside the windows.
        let bytes = weights.layout.head.shardBytes(weights.configuration.headRoom(ends: 1, length: set.length, beam: beam))
        let tile = min(weights.body.tile(length: set.length, showsNodes: weights.layout.readsNodes), (32 << 20) / max(1, bytes))
        let size = min(max(1, tile), max(1, set.count))
        let tiles = (set.count + size - 1) / size
        // A worker takes a run of tiles, so that its memory is made once for many of them.
        let run = max(1, min(32, tiles / max(1, 4 * work.workers.threads)))
        try set.read { reader in
            nonisolated(unsafe) let reader = reader
            try work.workers.forEach(shards: (tiles + run - 1) / run) { shard in
                let tile = NetworkTile(weights, sequences: size, set, beam: beam)
                for index in shard * run..<min(tiles, (shard + 1) * run) {
                    try work.check()
                    tile.score(index * size..<min(set.count, (index + 1) * size), reader, visit)
                }
            }
        }
    }

    /// For each output the losses by the weights of the targets, and the right answers, added over the rows in their order.
    func evaluate(_ set: SequenceSet, _ options: [LossOptions], _ work: Work) throws -> [OutputTally] {
        let losses = Workspace<Double>(parts: options.map { _ in set.count }), hits = Workspace<Int32>(parts: options.map { _ in set.count })
        func weight(_ output: Int, _ options: LossOptions) -> Double { set.read { reader in reader.weight(output, 0..<set.count, { $0 }, options) } }
        let places = options.map { _ in (losses: losses.next(), hits: hits.next()) }
        nonisolated(unsafe) let found = places
        try run(set, work) { tree, rows, head, reader in
            for (index, place) in found.enumerated() {
                head.judge(index, tree, rows, reader, options[index]) { row, loss, right in
                    place.losses[row] = loss ?? 0
                    place.hits[row] = Int32(right)
                }
            }
        }
        return places.indices.map { index in
            OutputTally(
                loss: places[index].losses.reduce(0, +), weight: weight(index, options[index]), known: Int(weight(index, LossOptions(classes: 0))),
                correct: places[index].hits.reduce(0) { $0 + Int($1) })
        }
    }
}

/// The memory of a tile.
private final class NetworkTile {
    private let weights: NetworkWeights
    private let tree: PrefixTree
    private let common: UnsafeMutableBufferPointer<Int32>
    private let inputs: Floats
    private let body: any BodyScorer
    private let head: any HeadShard
    private let memory: Workspace<Float>
    private let indices: Workspace<Int32>

    init(_ weights: NetworkWeights, sequences: Int, _ set: SequenceSet, beam: Int?) {
        self.weights = weights
        let nodes = max(1, sequences * set.length), slots = min(nodes, set.vocabulary), width = weights.configuration.inputs.width
        tree = PrefixTree(nodes: nodes, sequences: sequences, length: set.length, vocabulary: set.vocabulary)
        indices = Workspace(parts: [sequences])
        common = indices.next()
        memory = Workspace(parts: [slots * width])
        inputs = memory.next()
        body = weights.body.scorer(
            ShardRoom(
                nodes: nodes, sequences: sequences, length: set.length, slots: slots, ends: sequences, dropout: 0, sharing: weights.layout.body.sharesStarts,
                showsNodes: weights.layout.readsNodes))
        head = weights.head.shard(weights.configuration.headRoom(ends: sequences, length: set.length, nodes: body.nodes, beam: beam), training: false)
    }

    func score(_ ranks: Range<Int>, _ set: SequenceReader, _ visit: (PrefixTree, UnsafeBufferPointer<Int32>, any HeadShard, SequenceReader) -> Void) {
        let rows = UnsafeBufferPointer(start: set.order + ranks.lowerBound, count: ranks.count)
        if weights.layout.body.sharesStarts { set.common(rows, into: common) } else { common.update(repeating: 0) }
        tree.build(rows, common: UnsafeBufferPointer(common), set, joinsEnds: weights.configuration.sideInputs == 0)
        weights.embed(tree, set, into: inputs)
        body.forward(tree, inputs: inputs, into: head.states)
        head.forward(tree, rows, set)
        visit(tree, rows, head, set)
    }
}
