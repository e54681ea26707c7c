import Algebra
import CKernels

/// Recurrent layers over a tile of sequences that are only scored: one level at a time is kept.
final class RecurrentScorer: BodyScorer {
    private let weights: RecurrentWeights
    private let table: Floats, product: Floats, projected: Floats, gates: Floats, squashed: Floats, zeros: Floats
    /// A layer's states and cells at this level and at the one before.
    private let states: [[Floats]], cells: [[Floats]]
    private let memory: Workspace<Float>

    init(_ weights: RecurrentWeights, _ room: ShardRoom) {
        self.weights = weights
        let layout = weights.layout, sequences = room.sequences, lstm = weights.cell == .lstm
        var parts = [room.slots * layout.layers[0].width, sequences * layout.widest, sequences * layout.widest]
        parts += [lstm ? sequences * layout.widest : 0, lstm ? sequences * layout.deepest : 0, max(layout.widest, layout.deepest)]
        let fixed = parts.count
        for layer in layout.layers { parts += [Int](repeating: sequences * layer.hidden, count: lstm ? 4 : 2) }
        let memory = Workspace<Float>(parts: parts)
        self.memory = memory
        let pieces = parts.map { memory.next($0) }
        (table, product, projected, gates, squashed, zeros) = (pieces[0], pieces[1], pieces[2], pieces[3], pieces[4], pieces[5])
        let each = lstm ? 4 : 2
        states = layout.layers.indices.map { [pieces[fixed + each * $0], pieces[fixed + each * $0 + 1]] }
        cells = lstm ? layout.layers.indices.map { [pieces[fixed + each * $0 + 2], pieces[fixed + each * $0 + 3]] } : []
    }

    func forward(_ tree: PrefixTree, inputs: Floats, into ends: Floats) {
        let layout = weights.layout, top = layout.layers[layout.layers.count - 1].hidden
        weights.input[0].multiply(inputs.baseAddress!, count: tree.slotCount, into: table.baseAddress!)
        ends.baseAddress!.update(repeating: 0, count: tree.endCount * top)
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
                switch weights.cell {
                case .rnn: cnb_rnn_forward(level.count, layer.hidden, u, parents, x, slots, weights.bias(layer), h)
                case .lstm:
                    cnb_lstm_forward(
                        level.count, layer.hidden, u, parents, x, slots, weights.bias(layer),
                        t > 0 ? cells[index][(t + 1) & 1].baseAddress! : zeros.baseAddress!, gates.baseAddress!, cells[index][t & 1].baseAddress!,
                        squashed.baseAddress!, h)
                }
            }
            let last = states[layout.layers.count - 1][t & 1].baseAddress!
            for (row, node) in tree.ends.prefix(tree.endCount).enumerated() where level.contains(Int(node)) {
                (ends.baseAddress! + row * top).update(from: last + (Int(node) - level.lowerBound) * top, count: top)
            }
        }
    }
}
