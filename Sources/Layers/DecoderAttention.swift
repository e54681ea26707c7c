import Algebra
import CKernels

/// A decoder's attention over one shard: joins to its states what they attend to among the states after the events of their sequence.
///
/// The states of one sequence at a time are laid out for the kernel, which reads them as keys and as values. A row is a state of the decoder; the rows of an end are put
/// side by side as queries. Nothing is allocated after `init`.
final class DecoderAttention {
    /// So many queries are answered at once, which bounds what the kernel needs.
    private static let together = 64

    private let weights: DecoderWeights
    private let nodes: NodeStates
    private let hidden: Int
    /// `[rows, hidden]`: queries in the order of the rows, later other numbers of a row; in the order of the ends queries, and what they found.
    private let ordered: Floats, queries: Floats, found: Floats
    /// `[rows, 2 · hidden]`: states and what they found.
    private let joined: Floats
    /// `[rows, hidden]`: after the dense layer and tanh, which the output layer reads.
    let top: Floats
    private let peaks: Floats, scratch: Floats, zeros: Floats
    /// `[length, 2 · hidden]`: the states of a sequence as keys and values, and dL/d them.
    private let keysValues: Floats, keyValueGradients: Floats
    /// The way back: `[rows, hidden]` and `[rows, 2 · hidden]`.
    private let topGradients: Floats, joinedGradients: Floats
    private let memory: Workspace<Float>
    /// The row of each query, the query of each row, the first query of each end and the number of all; a pair each for the kernel.
    private let rowOfQuery: UnsafeMutableBufferPointer<Int32>, queryOfRow: UnsafeMutableBufferPointer<Int32>, firsts: UnsafeMutableBufferPointer<Int32>
    private let keyRange: UnsafeMutableBufferPointer<Int32>, queryRange: UnsafeMutableBufferPointer<Int32>
    private let indices: Workspace<Int32>

    /// The sizes of all parts, in the order in which `init` takes them.
    static func parts(hidden: Int, rows: Int, length: Int, training: Bool) -> [Int] {
        let row = rows * hidden, back = training ? 1 : 0
        return [row, row, row, 2 * row, row, 2 * rows, cnb_attention_room(together, length, hidden), 2 * hidden, length * 2 * hidden, back * length * 2 * hidden, back * row, back * 2 * row]
    }

    static func indexParts(rows: Int, sequences: Int) -> [Int] { [rows, rows, sequences + 1, 2, 2] }

    init(_ weights: DecoderWeights, _ nodes: NodeStates, rows: Int, sequences: Int, length: Int, training: Bool) {
        self.weights = weights
        self.nodes = nodes
        hidden = weights.layout.hidden
        let memory = Workspace<Float>(parts: Self.parts(hidden: hidden, rows: rows, length: length, training: training))
        self.memory = memory
        (ordered, queries, found, joined, top) = (memory.next(), memory.next(), memory.next(), memory.next(), memory.next())
        (peaks, scratch, zeros, keysValues, keyValueGradients) = (memory.next(), memory.next(), memory.next(), memory.next(), memory.next())
        (topGradients, joinedGradients) = (memory.next(), memory.next())
        indices = Workspace(parts: Self.indexParts(rows: rows, sequences: sequences))
        (rowOfQuery, queryOfRow, firsts, keyRange, queryRange) = (indices.next(), indices.next(), indices.next(), indices.next(), indices.next())
    }

    /// From states to what the output layer reads, in `top`.
    ///
    /// - Parameter ends: the end of each row.
    func forward(_ tree: PrefixTree, states: UnsafePointer<Float>, rows: Int, ends: UnsafePointer<Int32>) {
        order(rows, ends, of: tree.endCount)
        weights.query?.forward.multiply(states, count: rows, into: ordered.baseAddress!)
        cnb_gather(rows, hidden, ordered.baseAddress!, rowOfQuery.baseAddress!, queries.baseAddress!)
        for end in 0..<tree.endCount {
            let keys = lay(tree, end)
            stretches(of: end) { first, count in
                guard keys > 0 else { return found(first).update(repeating: 0, count: count * hidden) }
                cnb_attention(
                    1, 1, hidden, keyRange.baseAddress!, queryRange.baseAddress!, nil, queries.baseAddress! + first * hidden, zeros.baseAddress!, keysValues.baseAddress!,
                    zeros.baseAddress!, zeros.baseAddress!, scratch.baseAddress!, found(first), peaks.baseAddress! + first * 2)
            }
        }
        let joined = joined.baseAddress!
        cnb_copy_columns(rows, hidden, states, hidden, nil, joined, 2 * hidden)
        cnb_copy_columns(rows, hidden, found.baseAddress!, hidden, queryOfRow.baseAddress!, joined + hidden, 2 * hidden)
        weights.join?.forward.multiply(joined, count: rows, into: top.baseAddress!)
        cnb_tanh(rows * hidden, top.baseAddress!, top.baseAddress!)
    }

    private func found(_ query: Int) -> UnsafeMutablePointer<Float> { found.baseAddress! + query * hidden }

    /// The way back of the same rows.
    ///
    /// - Parameters:
    ///   - output: dL/d logits, `[rows, classes]`.
    ///   - stateGradients: `[rows, hidden]`: dL/d states, written whole.
    func backward(
        _ tree: PrefixTree, states: UnsafePointer<Float>, rows: Int, output: UnsafePointer<Float>, stateGradients: UnsafeMutablePointer<Float>, gradient: UnsafeMutablePointer<Float>
    ) {
        guard let attention = weights.layout.attention else { return }
        let dTop = topGradients.baseAddress!, dJoined = joinedGradients.baseAddress!, ordered = ordered.baseAddress!
        weights.output.back?.multiply(output, count: rows, into: dTop)
        cnb_rnn_backward(rows, hidden, top.baseAddress!, dTop, dTop)
        attention.join.learn(joined.baseAddress!, dTop, rows: rows, in: gradient)
        weights.join?.back?.multiply(dTop, count: rows, into: dJoined)
        cnb_copy_columns(rows, hidden, dJoined, 2 * hidden, nil, stateGradients, hidden)
        // What was found is not needed any more; its gradient takes the place, in the order of the queries.
        cnb_copy_columns(rows, hidden, dJoined + hidden, 2 * hidden, rowOfQuery.baseAddress!, found.baseAddress!, hidden)
        nodes.gradients.baseAddress!.update(repeating: 0, count: tree.nodes * hidden)
        for end in 0..<tree.endCount {
            let keys = lay(tree, end)
            stretches(of: end) { first, count in
                guard keys > 0 else { return (ordered + first * hidden).update(repeating: 0, count: count * hidden) }
                cnb_attention_backward(
                    1, 1, hidden, keyRange.baseAddress!, queryRange.baseAddress!, nil, queries.baseAddress! + first * hidden, zeros.baseAddress!, keysValues.baseAddress!,
                    peaks.baseAddress! + first * 2, found(first), zeros.baseAddress!, scratch.baseAddress!, ordered + first * hidden, keyValueGradients.baseAddress!)
                addToNodes(tree, end)
            }
        }
        cnb_gather(rows, hidden, ordered, queryOfRow.baseAddress!, queries.baseAddress!)
        attention.query.learn(states, queries.baseAddress!, rows: rows, in: gradient)
        weights.query?.back?.multiply(queries.baseAddress!, count: rows, into: stateGradients, adding: true)
    }

    /// Puts the rows of each end side by side, in their order.
    private func order(_ rows: Int, _ ends: UnsafePointer<Int32>, of count: Int) {
        for end in 0...count { firsts[end] = 0 }
        for row in 0..<rows { firsts[Int(ends[row])] += 1 }
        for end in stride(from: 1, through: count, by: 1) { firsts[end] += firsts[end - 1] }
        // Each member is past the end's last query, and comes down to its first.
        for row in (0..<rows).reversed() {
            let end = Int(ends[row])
            firsts[end] -= 1
            (rowOfQuery[Int(firsts[end])], queryOfRow[row]) = (Int32(row), firsts[end])
        }
    }

    /// Lays out the states after the events of an end's sequence, and says how many there are.
    private func lay(_ tree: PrefixTree, _ end: Int) -> Int {
        guard tree.ends[end] >= 0 else { return 0 }
        let path = tree.path(to: tree.ends[end]), into = keysValues.baseAddress!
        for (place, node) in path.enumerated() {
            let state = nodes.states.baseAddress! + Int(node) * hidden, row = into + place * 2 * hidden
            row.update(from: state, count: hidden)
            (row + hidden).update(from: state, count: hidden)
        }
        keyRange[1] = Int32(path.count)
        return path.count
    }

    /// Calls `body` with some of the queries of an end at a time: the first, and how many.
    private func stretches(of end: Int, _ body: (_ first: Int, _ count: Int) -> Void) {
        let last = Int(firsts[end + 1])
        for first in stride(from: Int(firsts[end]), to: last, by: Self.together) {
            let count = min(Self.together, last - first)
            queryRange[1] = Int32(count)
            body(first, count)
        }
    }

    /// A state was key and value: its gradient is the sum of both.
    private func addToNodes(_ tree: PrefixTree, _ end: Int) {
        for (place, node) in tree.path(to: tree.ends[end]).enumerated() {
            let into = nodes.gradients.baseAddress! + Int(node) * hidden, keys = keyValueGradients.baseAddress! + place * 2 * hidden, values = keys + hidden
            for unit in 0..<hidden { into[unit] += keys[unit] + values[unit] }
        }
    }
}
