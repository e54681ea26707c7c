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
        let bound = 1 / Double(width).squareRoot()
        dense.weight.fill(vector, within: bound, from: &stream)
        dense.bias.fill(vector, within: bound, from: &stream)
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
    /// `[tile, vocabulary]` twice, `[tile]`.
    private let logits: Floats, probabilities: Floats, logSums: Floats
    /// `[vocabulary, width]` and `[vocabulary]`: gradients that the tiles add to.
    private let embeddingGradient: Floats, biasGradient: Floats
    private let memory: Workspace<Float>
    private(set) var tallies = [OutputTally()]

    /// States whose scores are computed together: so many that a pass over the embedding is well used, so few that their scores stay in the cache.
    private static let tile = 64

    static func parts(_ layout: TiedLayout, _ room: HeadRoom) -> [Int] {
        let states = room.ends * room.width, scores = min(tile, room.ends) * layout.classes
        return [states, states, states, states, scores, scores, min(tile, room.ends), layout.classes * layout.width, layout.classes]
    }

    init(_ weights: TiedWeights, _ room: HeadRoom) {
        self.weights = weights
        let memory = Workspace<Float>(parts: Self.parts(weights.layout, room))
        self.memory = memory
        (states, slopes, hidden, hiddenGradients) = (memory.next(), memory.next(), memory.next(), memory.next())
        (logits, probabilities, logSums) = (memory.next(), memory.next(), memory.next())
        (embeddingGradient, biasGradient) = (memory.next(), memory.next())
    }

    private var width: Int { weights.layout.width }
    private var classes: Int { weights.layout.classes }

    func forward(_ tree: PrefixTree, _ rows: UnsafeBufferPointer<Int32>, _ set: SequenceReader) {
        weights.dense.forward.multiply(states.baseAddress!, count: tree.endCount, into: slopes.baseAddress!)
        cnb_gelu_saving(tree.endCount, width, weights.pointer(weights.layout.dense.bias), slopes.baseAddress!, hidden.baseAddress!)
    }

    /// The scores of a tile of ends: `logits`, `probabilities` and `logSums` hold them.
    private func forEachTile(_ count: Int, _ body: (Range<Int>) -> Void) {
        for start in stride(from: 0, to: count, by: Self.tile) {
            let ends = start..<min(start + Self.tile, count)
            weights.embedding.back?.multiply(hidden.baseAddress! + start * width, count: ends.count, into: logits.baseAddress!)
            cnb_softmax(ends.count, classes, weights.pointer(weights.layout.bias), logits.baseAddress!, probabilities.baseAddress!, logSums.baseAddress!)
            body(ends)
        }
    }

    /// - Precondition: there is a row for each end, in their order.
    func score(_ tree: PrefixTree, _ rows: UnsafeBufferPointer<Int32>, _ set: SequenceReader, _ options: [LossOptions], shares: [Float]) {
        let share = shares[0], options = options[0], targets = set.codes(0), classes = classes
        let own = share * (1 - options.smoothing), spread = options.smoothing / Float(classes)
        var tally = OutputTally()
        embeddingGradient.update(repeating: 0)
        biasGradient.update(repeating: 0)
        forEachTile(tree.endCount) { ends in
            for end in ends {
                let place = end - ends.lowerBound, scores = logits.baseAddress! + place * classes, chances = probabilities.baseAddress! + place * classes
                let target = targets[Int(rows[end])]
                guard target >= 0 else {
                    chances.update(repeating: 0, count: classes)
                    continue
                }
                let weight = options.weight(target), logSum = Double(logSums[place])
                tally.loss += Double(1 - options.smoothing) * Double(weight) * (logSum - Double(scores[Int(target)]))
                tally.weight += Double(weight)
                tally.known += 1
                if firstMaximum(chances, classes) == Int(target) { tally.correct += 1 }
                // From here on the probabilities become dL/d scores.
                let all = own * weight + share * spread * options.weightSum
                for j in 0..<classes { chances[j] *= all }
                if spread > 0 {
                    var sum = 0.0
                    for j in 0..<classes {
                        let other = options.weight(Int32(j))
                        sum += Double(other) * (logSum - Double(scores[j]))
                        chances[j] -= share * spread * other
                    }
                    tally.loss += Double(spread) * sum
                }
                chances[Int(target)] -= own * weight
            }
            let d = probabilities.baseAddress!, start = ends.lowerBound * width
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

    func write(_ tree: PrefixTree, _ rows: UnsafeBufferPointer<Int32>, into outputs: [Floats]) {
        forEachTile(tree.endCount) { ends in
            for (place, row) in rows.enumerated() where ends.contains(Int(tree.endOfSequence[place])) {
                let end = Int(tree.endOfSequence[place]) - ends.lowerBound
                (outputs[0].baseAddress! + Int(row) * classes).update(from: probabilities.baseAddress! + end * classes, count: classes)
            }
        }
    }

    func judge(
        _ output: Int, _ tree: PrefixTree, _ rows: UnsafeBufferPointer<Int32>, _ set: SequenceReader, _ options: LossOptions, _ found: (_ row: Int, _ loss: Double?, _ isRight: Bool) -> Void
    ) {
        forEachTile(tree.endCount) { ends in
            for (place, row) in rows.enumerated() where ends.contains(Int(tree.endOfSequence[place])) {
                let end = Int(tree.endOfSequence[place]) - ends.lowerBound, target = set.codes(output)[Int(row)]
                guard target >= 0 else {
                    found(Int(row), nil, false)
                    continue
                }
                let loss = Double(options.weight(target)) * (Double(logSums[end]) - Double(logits[end * classes + Int(target)]))
                found(Int(row), loss, firstMaximum(probabilities.baseAddress! + end * classes, classes) == Int(target))
            }
        }
    }
}
