import Algebra

/// The likeliest continuations of a decoder, step by step: of each end the `beam` that had the greatest probability so far are kept. A beam of 1 is greedy.
///
/// The score of a continuation is the sum of the logarithms of its steps' probabilities. Of equal ones that counts whose beginning had the better place, then the smaller code.
final class BeamSearch {
    let beam: Int
    private let steps: Int, classes: Int, hidden: Int
    /// `[2, ends · beam, hidden]`: the states of a step and of the one before.
    private let states: [Floats]
    private let kept: Floats, product: Floats
    private let memory: Workspace<Float>
    /// `[steps, ends · beam]`: of each continuation the row that it continues, and the code and its probability.
    private let parents: UnsafeMutableBufferPointer<Int32>, codes: UnsafeMutableBufferPointer<Int32>
    private let chances: Floats
    private let rowEnds: UnsafeMutableBufferPointer<Int32>
    private let indices: Workspace<Int32>
    /// `[ends · beam]` twice.
    private var scores: [Double], lastScores: [Double]
    private let room: Int

    init(_ layout: DecoderLayout, ends: Int, beam: Int) {
        precondition(beam > 0, "BeamSearch keeps at least one continuation")
        self.beam = beam
        (steps, classes, hidden) = (layout.configuration.steps, layout.configuration.classes, layout.hidden)
        room = ends * beam
        memory = Workspace(parts: [room * hidden, room * hidden, room * 4 * hidden, room * 3 * hidden, steps * room])
        states = [memory.next(), memory.next()]
        (kept, product, chances) = (memory.next(), memory.next(), memory.next())
        indices = Workspace(parts: [steps * room, steps * room, room])
        (parents, codes, rowEnds) = (indices.next(), indices.next(), indices.next())
        scores = Array(repeating: 0, count: room)
        lastScores = scores
    }

    /// Continues each end of a tree; the shard's `forward` has made the first step.
    func run(_ tree: PrefixTree, _ shard: DecoderShard) {
        let ends = tree.endCount
        states[0].baseAddress!.update(from: shard.path.baseAddress! + ends * hidden, count: ends * hidden)
        for end in 0..<ends { lastScores[end] = 0 }
        var alive = 1
        for step in 0..<steps {
            let now = states[step & 1]
            if step > 0 {
                let before = states[(step + 1) & 1], last = (step - 1) * room
                shard.weights.own.recurrent.forward.multiply(before.baseAddress!, count: ends * alivePerEnd(step - 1), into: product.baseAddress!)
                shard.weights.step(
                    rows: ends * alive, product: product.baseAddress!, parents: parents.baseAddress! + last, codes: codes.baseAddress! + last, states: before.baseAddress!,
                    into: now.baseAddress!, kept: kept.baseAddress!)
                for row in 0..<ends * alive { rowEnds[row] = Int32(row / alive) }
                shard.predict(tree, states: now.baseAddress!, rows: ends * alive, ends: rowEnds.baseAddress!)
            }
            let next = alivePerEnd(step + 1)
            for end in 0..<ends { choose(step, end, from: alive, keeping: next, shard.outputs) }
            swap(&scores, &lastScores)
            alive = next
        }
    }

    /// How many continuations an end has before a step: all that there can be, up to the beam.
    private func alivePerEnd(_ step: Int) -> Int {
        var count = 1
        for _ in 0..<step where count < beam { count = min(beam, count * classes) }
        return count
    }

    /// The best of all that continue the rows of an end by one code, in falling order.
    private func choose(_ step: Int, _ end: Int, from alive: Int, keeping count: Int, _ outputs: SoftmaxRows) {
        let place = step * room + end * count
        var filled = 0
        for row in end * alive..<(end + 1) * alive {
            for code in 0..<classes {
                let score = lastScores[row] + outputs.logChance(row, code)
                guard filled < count || score > scores[end * count + count - 1] else { continue }
                var at = filled < count ? filled : count - 1
                filled = min(filled + 1, count)
                // Those before come first among equals.
                while at > 0, score > scores[end * count + at - 1] {
                    scores[end * count + at] = scores[end * count + at - 1]
                    (parents[place + at], codes[place + at], chances[place + at]) = (parents[place + at - 1], codes[place + at - 1], chances[place + at - 1])
                    at -= 1
                }
                scores[end * count + at] = score
                (parents[place + at], codes[place + at], chances[place + at]) = (Int32(row), Int32(code), outputs.probabilities[row * classes + code])
            }
        }
    }

    /// The best continuation of an end.
    func write(_ end: Int, codes into: UnsafeMutablePointer<Int32>, chances intoChances: UnsafeMutablePointer<Float>) {
        var row = end * alivePerEnd(steps)
        for step in (0..<steps).reversed() {
            into[step] = codes[step * room + row]
            intoChances[step] = chances[step * room + row]
            row = Int(parents[step * room + row])
        }
    }
}
