import Algebra
import CKernels

/// A decoder over one shard: forward and back on one core, in memory of its own.
///
/// Rows are those of a `DecoderTree`: first the ends with the body's states, then level after level. Nothing is allocated after `init`.
final class DecoderShard: HeadShard {
    let weights: DecoderWeights
    /// `[ends, hidden]`, where the rows of level 0 are.
    let states: Floats
    let levels: DecoderTree
    /// `[rows, hidden]`.
    let path: Floats
    /// `[rows of level 1 on, 4 · hidden]`: what the units keep for the way back; what is only scored keeps one level.
    let kept: Floats
    /// `[level, 3 · hidden]`: the recurrent product of a level; on the way back dL/d pre-activations.
    let product: Floats
    let attention: DecoderAttention?
    /// A row each from level 1 on.
    let outputs: SoftmaxRows

    // The way back.
    /// `[rows, hidden]`: dL/d states; `[level, 3 · hidden]`: dL/d recurrent products; `[rows, 3 · hidden]`: for each row the sum of its children's.
    let pathGradients: Floats, productGradients: Floats, childSums: Floats
    /// `[classes + 1, 3 · hidden]`.
    let tableGradients: Floats

    private let training: Bool
    private let memory: Workspace<Float>
    private(set) var tallies = [OutputTally()]
    private let search: BeamSearch?

    var hidden: Int { weights.layout.hidden }

    /// What training takes, in bytes.
    static func bytes(_ layout: DecoderLayout, _ room: HeadRoom) -> Int {
        let steps = layout.configuration.steps, rows = rows(layout, room)
        var bytes = Workspace<Float>.bytes(parts(layout, room, training: true)) + Workspace<Int32>.bytes(DecoderTree.parts(sequences: room.ends, steps: steps))
        if layout.attention != nil {
            bytes += Workspace<Float>.bytes(DecoderAttention.parts(hidden: layout.hidden, rows: rows, length: room.length, training: true))
            bytes += Workspace<Int32>.bytes(DecoderAttention.indexParts(rows: rows, sequences: room.ends))
        }
        return bytes
    }

    /// The most rows whose successors are predicted at once.
    private static func rows(_ layout: DecoderLayout, _ room: HeadRoom) -> Int { room.ends * max(layout.configuration.steps, room.beam ?? 1) }

    private static func parts(_ layout: DecoderLayout, _ room: HeadRoom, training: Bool) -> [Int] {
        let hidden = layout.hidden, classes = layout.configuration.classes, level = room.ends, rows = rows(layout, room), all = rows + level
        let parts = [all * hidden, (training ? rows : level) * 4 * hidden, level * 3 * hidden] + SoftmaxRows.parts(rows: rows, classes: classes)
        return parts + (training ? [all * hidden, level * 3 * hidden, all * 3 * hidden, (classes + 1) * 3 * hidden] : [0, 0, 0, 0])
    }

    init(_ weights: DecoderWeights, _ room: HeadRoom, training: Bool) {
        self.weights = weights
        self.training = training
        let layout = weights.layout, steps = layout.configuration.steps
        levels = DecoderTree(sequences: room.ends, steps: steps)
        search = room.beam.map { BeamSearch(layout, ends: room.ends, beam: $0) }
        let memory = Workspace<Float>(parts: Self.parts(layout, room, training: training))
        self.memory = memory
        (path, kept, product) = (memory.next(), memory.next(), memory.next())
        states = Floats(rebasing: path[..<(room.ends * layout.hidden)])
        outputs = SoftmaxRows(classes: layout.configuration.classes, logits: memory.next(), probabilities: memory.next(), logSums: memory.next())
        (pathGradients, productGradients, childSums, tableGradients) = (memory.next(), memory.next(), memory.next(), memory.next())
        attention = layout.attention == nil ? nil : room.nodes.map {
            DecoderAttention(weights, $0, rows: Self.rows(layout, room), sequences: room.ends, length: room.length, training: training)
        }
        precondition(layout.attention == nil || attention != nil, "attention needs a body that shows its states")
    }

    func forward(_ tree: PrefixTree, _ rows: UnsafeBufferPointer<Int32>, _ set: SequenceReader) {
        if case .codes(_, let steps, let classes)? = set.targets.first { precondition(steps == levels.steps && classes == outputs.classes, "targets of another decoder") }
        levels.build(tree, rows, targets: set.targets.isEmpty ? nil : set.codes(0), go: weights.layout.go)
        let states = path.baseAddress!
        for index in 1..<levels.levels {
            let level = levels.level(index), start = level.lowerBound, before = levels.level(index - 1)
            weights.own.recurrent.forward.multiply(states + before.lowerBound * hidden, count: before.count, into: product.baseAddress!)
            weights.step(
                rows: level.count, product: product.baseAddress!, parents: levels.parents.baseAddress! + start, codes: levels.codes.baseAddress! + start,
                states: states + before.lowerBound * hidden, into: states + start * hidden, kept: kept.baseAddress! + (training ? start - tree.endCount : 0) * 4 * hidden)
        }
        let first = tree.endCount, count = levels.rows - first
        predict(tree, states: states + first * hidden, rows: count, ends: levels.ends.baseAddress! + first)
    }

    /// From states of the decoder to the probabilities of what comes next.
    func predict(_ tree: PrefixTree, states: UnsafePointer<Float>, rows: Int, ends: UnsafePointer<Int32>) {
        attention?.forward(tree, states: states, rows: rows, ends: ends)
        weights.output.forward.multiply(attention.map { UnsafePointer($0.top.baseAddress!) } ?? states, count: rows, into: outputs.logits.baseAddress!)
        outputs.finish(rows: rows, bias: weights.pointer(weights.layout.output.bias))
    }

    func score(_ tree: PrefixTree, _ rows: UnsafeBufferPointer<Int32>, _ set: SequenceReader, _ options: [LossOptions], shares: [Float]) {
        let steps = levels.steps, first = tree.endCount, targets = set.codes(0), rowOfTarget = levels.rowOfTarget
        var tally = OutputTally()
        for index in 1..<levels.levels {
            let level = levels.level(index), step = index - 1
            tally.add(
                outputs.learn(
                    level.lowerBound - first..<level.upperBound - first, places: rows.count, row: { Int(rowOfTarget[$0 * steps + step]) - first },
                    target: { targets[Int(rows[$0]) * steps + step] }, options[0], share: shares[0]))
        }
        tallies[0] = tally
    }

    /// The probabilities of the first step.
    func write(_ tree: PrefixTree, _ rows: UnsafeBufferPointer<Int32>, into all: [Floats]) {
        let classes = outputs.classes
        for (place, row) in rows.enumerated() {
            (all[0].baseAddress! + Int(row) * classes).update(from: outputs.probabilities.baseAddress! + Int(tree.endOfSequence[place]) * classes, count: classes)
        }
    }

    func judge(
        _ output: Int, _ tree: PrefixTree, _ rows: UnsafeBufferPointer<Int32>, _ set: SequenceReader, _ options: LossOptions, _ found: (_ row: Int, _ loss: Double?, _ right: Int) -> Void
    ) {
        let steps = levels.steps
        for (place, row) in rows.enumerated() {
            var loss: Double?, right = 0
            for step in 0..<steps {
                let target = set.codes(0)[Int(row) * steps + step]
                guard target >= 0 else { break }
                let predicting = Int(levels.rowOfTarget[place * steps + step]) - tree.endCount
                loss = (loss ?? 0) - Double(options.weight(target)) * outputs.logChance(predicting, Int(target))
                if outputs.likeliest(predicting) == Int(target) { right += 1 }
            }
            found(Int(row), loss, right)
        }
    }

    /// Continues each end by all steps, each reading what was predicted before: `forward` without targets has made the first. None where no room was made for it.
    func search(_ tree: PrefixTree) -> BeamSearch? {
        search?.run(tree, self)
        return search
    }
}
