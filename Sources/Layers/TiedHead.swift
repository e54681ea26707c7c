import Algebra
import CKernels
import Runtime

/// Where the parameters of a head lie that scores each event of the vocabulary by its own embedding: `GELU(state · W + b) · embeddingᵀ + c`, a softmax of which is learnt.
///
/// ### References
/// F. Sun et al. BERT4Rec: Sequential Recommendation with Bidirectional Encoder Representations from Transformer. CIKM 2019.
struct TiedLayout: HeadLayout {
    /// `[width, width]` and `[width]`.
    let dense: DenseParts
    /// `[vocabulary, width]`: that of the only variable.
    let embedding: ParameterPart
    /// `[vocabulary]`.
    let bias: ParameterPart

    init(embedding: ParameterPart, _ table: inout ParameterTable) {
        let width = embedding.shape[1]
        self.embedding = embedding
        dense = DenseParts(weight: table.add("head.weight", width, width), bias: table.add("head.bias", width))
        bias = table.add("head.output_bias", embedding.shape[0])
    }

    var classes: Int { embedding.shape[0] }
    var width: Int { embedding.shape[1] }
    var widths: [Int] { [classes] }

    /// The dense layer uniform in ±1/√width as PyTorch's; the biases of the events zero.
    func draw(_ vector: UnsafeMutablePointer<Float>, from stream: inout RandomStream) {
        dense.draw(vector, from: &stream)
        bias.fill(vector, with: 0)
    }

    func weights(_ vector: UnsafeMutablePointer<Float>, training: Bool) -> any HeadWeights { TiedWeights(self, vector, training: training) }
    func shardBytes(_ room: HeadRoom) -> Int { Workspace<Float>.bytes(TiedShard.parts(self, room)) }
}

/// The parameters of a tied head, and the packed forms that the products read.
final class TiedWeights: HeadWeights, @unchecked Sendable {
    let layout: TiedLayout
    let dense: PackedPair
    /// Forward from scores to states, as the embedding lies; back from states to scores. Both are wanted in either case.
    let embedding: PackedPair
    private let vector: UnsafeMutablePointer<Float>

    init(_ layout: TiedLayout, _ vector: UnsafeMutablePointer<Float>, training: Bool) {
        self.layout = layout
        self.vector = vector
        dense = PackedPair(layout.dense.weight, training: training)
        embedding = PackedPair(layout.embedding, training: true)
    }

    func pointer(_ part: ParameterPart) -> UnsafePointer<Float> { UnsafePointer(part.pointer(in: vector)) }
    var packings: [Packing] { dense.packings + embedding.packings }
    func shard(_ room: HeadRoom, training: Bool) -> any HeadShard { TiedShard(self, room) }
}

/// One core's memory of a tied head. The scores of the whole vocabulary exist for a tile of states at a time: forward, loss and back go over them in one go.
final class TiedShard: HeadShard {
    private let weights: TiedWeights
    let states: Floats
    /// `[ends, width]` thrice: the slopes of GELU, its values, and dL/d them.
    private let slopes: Floats, hidden: Floats, hiddenGradients: Floats
    /// Of a tile.
    private let outputs: SoftmaxRows
    /// `[vocabulary, width]` and `[vocabulary]`: gradients that the tiles add to.
    private let embeddingGradient: Floats, biasGradient: Floats
    private let memory: Workspace<Float>
    private(set) var tallies = [OutputTally()]

    /// States whose scores are computed together: so many that a pass over the embedding is well used, so few that their scores stay in the cache.
    private static let tile = 64

    static func parts(_ layout: TiedLayout, _ room: HeadRoom) -> [Int] {
        let states = room.ends * room.width
        return [states, states, states, states] + SoftmaxRows.parts(rows: min(tile, room.ends), classes: layout.classes) + [layout.classes * layout.width, layout.classes]
    }

    init(_ weights: TiedWeights, _ room: HeadRoom) {
        self.weights = weights
        let memory = Workspace<Float>(parts: Self.parts(weights.layout, room))
        self.memory = memory
        (states, slopes, hidden, hiddenGradients) = (memory.next(), memory.next(), memory.next(), memory.next())
        outputs = SoftmaxRows(classes: weights.layout.classes, logits: memory.next(), probabilities: memory.next(), logSums: memory.next())
        (embeddingGradient, biasGradient) = (memory.next(), memory.next())
    }

    private var width: Int { weights.layout.width }
    private var classes: Int { weights.layout.classes }

    func forward(_ tree: PrefixTree, _ rows: UnsafeBufferPointer<Int32>, _ set: SequenceReader) {
        weights.dense.forward.multiply(states.baseAddress!, count: tree.endCount, into: slopes.baseAddress!)
        cnb_gelu_saving(tree.endCount, width, weights.pointer(weights.layout.dense.bias), slopes.baseAddress!, hidden.baseAddress!)
    }

    /// Tile after tile of the ends, of which `outputs` holds the scores.
    private func forEachTile(_ count: Int, _ body: (Range<Int>) -> Void) {
        for start in stride(from: 0, to: count, by: Self.tile) {
            let ends = start..<min(start + Self.tile, count)
            weights.embedding.back?.multiply(hidden.baseAddress! + start * width, count: ends.count, into: outputs.logits.baseAddress!)
            outputs.finish(rows: ends.count, bias: weights.pointer(weights.layout.bias))
            body(ends)
        }
    }

    func score(_ tree: PrefixTree, _ rows: UnsafeBufferPointer<Int32>, _ set: SequenceReader, _ options: [LossOptions], shares: [Float]) {
        let targets = set.codes(0)
        var tally = OutputTally(), place = 0
        embeddingGradient.update(repeating: 0)
        biasGradient.update(repeating: 0)
        forEachTile(tree.endCount) { ends in
            let first = place
            while place < rows.count, ends.contains(Int(tree.endOfSequence[place])) { place += 1 }
            tally.add(
                outputs.learn(
                    0..<ends.count, places: place - first, row: { Int(tree.endOfSequence[first + $0]) - ends.lowerBound }, target: { targets[Int(rows[first + $0])] }, options[0],
                    share: shares[0]))
            // The logits are dL/d logits now.
            let d = outputs.logits.baseAddress!, start = ends.lowerBound * width
            multiply(
                .firstTransposed, classes, width, ends.count, UnsafeBufferPointer(start: d, count: ends.count * classes),
                UnsafeBufferPointer(start: hidden.baseAddress! + start, count: ends.count * width), beta: 1, into: embeddingGradient)
            cnb_add_rows(ends.count, classes, d, biasGradient.baseAddress!)
            weights.embedding.forward.multiply(d, count: ends.count, into: hiddenGradients.baseAddress! + start)
        }
        tallies[0] = tally
    }

    func backward(_ tree: PrefixTree, gradient: UnsafeMutablePointer<Float>) {
        let count = tree.endCount, layout = weights.layout
        _ = Floats(start: layout.embedding.pointer(in: gradient), count: layout.embedding.count).update(from: embeddingGradient)
        _ = Floats(start: layout.bias.pointer(in: gradient), count: layout.bias.count).update(from: biasGradient)
        let dBias = layout.dense.bias.pointer(in: gradient)
        dBias.update(repeating: 0, count: width)
        cnb_gelu_backward(count, width, slopes.baseAddress!, hiddenGradients.baseAddress!, dBias)
        layout.dense.weight.learn(states.baseAddress!, hiddenGradients.baseAddress!, rows: count, in: gradient)
        weights.dense.back?.multiply(hiddenGradients.baseAddress!, count: count, into: states.baseAddress!)
    }

    func write(_ tree: PrefixTree, _ rows: UnsafeBufferPointer<Int32>, into all: [Floats]) {
        forEachRow(tree, rows) { row, place in
            (all[0].baseAddress! + row * classes).update(from: outputs.probabilities.baseAddress! + place * classes, count: classes)
        }
    }

    func judge(
        _ output: Int, _ tree: PrefixTree, _ rows: UnsafeBufferPointer<Int32>, _ set: SequenceReader, _ options: LossOptions, _ found: (_ row: Int, _ loss: Double?, _ right: Int) -> Void
    ) {
        forEachRow(tree, rows) { row, place in
            let target = set.codes(output)[row]
            guard target >= 0 else { return found(row, nil, 0) }
            found(row, -Double(options.weight(target)) * outputs.logChance(place, Int(target)), outputs.likeliest(place) == Int(target) ? 1 : 0)
        }
    }

    /// - Parameter body: is given each row, and the place of its end in the tile whose scores are there.
    private func forEachRow(_ tree: PrefixTree, _ rows: UnsafeBufferPointer<Int32>, _ body: (_ row: Int, _ place: Int) -> Void) {
        var next = 0
        forEachTile(tree.endCount) { ends in
            while next < rows.count, ends.contains(Int(tree.endOfSequence[next])) {
                body(Int(rows[next]), Int(tree.endOfSequence[next]) - ends.lowerBound)
                next += 1
            }
        }
    }
}
