import Algebra
import CKernels

/// One shard's whole training step on one core: inputs, body, head and back, in memory of its own.
final class NetworkShard: @unchecked Sendable {
    let weights: NetworkWeights
    private let tree: PrefixTree
    /// `[slots, inputs]` of the different events, and dL/d of them.
    private let inputs: Floats, inputGradients: Floats
    private let body: any BodyShard
    private let head: any HeadShard
    /// Hides events that are to be named; none where something else is learnt.
    private let cloze: ClozeMask?
    /// The gradient of all parameters but the embeddings, laid out as they are.
    let gradient: Floats
    private let memory: Workspace<Float>

    var tallies: [OutputTally] { head.tallies }

    /// What a shard of these sizes takes, in bytes.
    static func bytes(_ configuration: NetworkConfiguration, _ room: ShardRoom) -> Int {
        let indices = room.ends > room.sequences ? ClozeMask.parts(nodes: room.nodes, sequences: room.sequences) : []
        let layout = configuration.layout
        let own = [room.slots * configuration.inputs.width, room.slots * configuration.inputs.width, layout.denseCount]
        let head = layout.head.shardBytes(configuration.headRoom(ends: room.ends, length: room.length))
        return layout.body.shardBytes(room) + head + Workspace<Float>.bytes(own) + Workspace<Int32>.bytes(indices)
    }

    /// - Parameter hidden: the share of events that are hidden and learnt, if that is what is learnt; the last code then stands for a hidden one.
    init(_ weights: NetworkWeights, _ room: ShardRoom, vocabulary: Int, hidden: Double? = nil) {
        self.weights = weights
        let width = weights.configuration.inputs.width
        tree = PrefixTree(nodes: room.nodes, sequences: room.sequences, length: room.length, vocabulary: vocabulary, choices: hidden == nil ? 0 : room.ends)
        cloze = hidden.map { ClozeMask(share: $0, mask: Int32(vocabulary - 1), nodes: room.nodes, sequences: room.sequences) }
        memory = Workspace(parts: [room.slots * width, room.slots * width, weights.layout.denseCount])
        inputs = memory.next()
        inputGradients = memory.next()
        gradient = memory.next()
        body = weights.body.shard(room)
        head = weights.head.shard(weights.configuration.headRoom(ends: room.ends, length: room.length, nodes: body.nodes), training: true)
    }

    /// One step on some rows of a set: `tallies` and `gradient` hold what it gave.
    ///
    /// - Parameters:
    ///   - shares: for each output, what a target of weight 1 counts for in the loss.
    ///   - key: names the dropout of this step and shard.
    ///   - hiding: names what is hidden in this step.
    func step(
        _ rows: UnsafeBufferPointer<Int32>, common: UnsafeBufferPointer<Int32>, _ set: SequenceReader, _ options: [LossOptions], shares: [Float], key: UInt64, hiding: UInt64
    ) {
        var rows = rows, set = set
        if let cloze {
            set = cloze.apply(rows, set, key: hiding, tree)
            rows = UnsafeBufferPointer(rebasing: cloze.rows[..<cloze.count])
        } else {
            tree.build(rows, common: common, set, joinsEnds: weights.configuration.sideInputs == 0)
        }
        weights.embed(tree, set, into: inputs)
        body.forward(tree, inputs: inputs, into: head.states, key: key)
        head.forward(tree, rows, set)
        head.score(tree, rows, set, options, shares: shares)
        let gradient = gradient.baseAddress!
        head.backward(tree, gradient: gradient)
        body.backward(tree, inputs: inputs, ends: head.states, into: inputGradients, gradient: gradient, key: key)
        if weights.layout.isTied { weights.addEmbeddings(tree, set, inputGradients, to: gradient) }
    }

    /// Adds the gradients of the embeddings of the shard's events to a gradient of the whole vector; those that the head learns too are among the others.
    func addEmbeddings(_ set: SequenceReader, to gradient: UnsafeMutablePointer<Float>) { if !weights.layout.isTied { weights.addEmbeddings(tree, set, inputGradients, to: gradient) } }

    /// Puts back to zero the rows that `addEmbeddings` wrote.
    func clearEmbeddings(_ set: SequenceReader, in gradient: UnsafeMutablePointer<Float>) { if !weights.layout.isTied { weights.clearEmbeddings(tree, set, in: gradient) } }
}
