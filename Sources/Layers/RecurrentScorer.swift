import Algebra
import CKernels

/// Recurrent layers that read one way, over a tile of sequences that are only scored: one level at a time is kept.
final class RecurrentScorer: BodyScorer {
    private let weights: RecurrentWeights
    private let table: Floats, product: Floats, projected: Floats, kept: Floats, squashed: Floats, zeros: Floats
    /// A layer's states and cells at this level and at the one before.
    private let states: [[Floats]], cells: [[Floats]]
    private let memory: Workspace<Float>

    init(_ weights: RecurrentWeights, _ room: ShardRoom) {
        self.weights = weights
        let layout = weights.layout, sequences = room.sequences, cells = weights.cell.hasCells ? sequences : 0
        var parts = [room.slots * layout.layers[0].width, sequences * layout.widest, sequences * layout.widest]
        parts += [sequences * weights.cell.kept * layout.deepest, cells * layout.deepest, max(layout.widest, layout.deepest)]
        let fixed = parts.count
        for layer in layout.layers { parts += [sequences * layer.hidden, sequences * layer.hidden, cells * layer.hidden, cells * layer.hidden] }
        let memory = Workspace<Float>(parts: parts)
        self.memory = memory
        let pieces = parts.map { _ in memory.next() }
        (table, product, projected, kept, squashed, zeros) = (pieces[0], pieces[1], pieces[2], pieces[3], pieces[4], pieces[5])
        states = layout.layers.indices.map { [pieces[fixed + 4 * $0], pieces[fixed + 4 * $0 + 1]] }
        self.cells = layout.layers.indices.map { [pieces[fixed + 4 * $0 + 2], pieces[fixed + 4 * $0 + 3]] }
    }

    func forward(_ tree: PrefixTree, inputs: Floats, into ends: Floats) {
        let layout = weights.layout, top = layout.configuration.width
        weights.directions[0][0].input.forward.multiply(inputs.baseAddress!, count: tree.slotCount, into: table.baseAddress!)
        ends.baseAddress!.update(repeating: 0, count: tree.endCount * top)
        for t in 0..<tree.levels {
            let level = tree.level(t), before = t > 0 ? tree.level(t - 1).count : 0
            let parents = t > 0 ? UnsafePointer(tree.parents.baseAddress! + level.lowerBound) : nil
            let now = t & 1, then = (t + 1) & 1
            for (index, layer) in layout.layers.enumerated() {
                let direction = weights.directions[index][0]
                if t > 0 { direction.recurrent.forward.multiply(states[index][then].baseAddress!, count: before, into: product.baseAddress!) }
                if index > 0 { direction.input.forward.multiply(states[index - 1][now].baseAddress!, count: level.count, into: projected.baseAddress!) }
                weights.step(
                    layer, direction.layout, rows: level.count, u: t > 0 ? product.baseAddress! : zeros.baseAddress!, parents: parents,
                    x: index == 0 ? table.baseAddress! : projected.baseAddress!,
                    inputs: index == 0 ? UnsafePointer(tree.slots.baseAddress! + level.lowerBound) : nil,
                    states: t > 0 ? states[index][then].baseAddress! : zeros.baseAddress!, cells: t > 0 ? cells[index][then].baseAddress! : zeros.baseAddress!,
                    into: .init(
                        states: states[index][now].baseAddress!, kept: kept.baseAddress!, cells: cells[index][now].baseAddress!, squashed: squashed.baseAddress!))
            }
            let last = states[layout.layers.count - 1][now].baseAddress!
            for (row, node) in tree.ends.prefix(tree.endCount).enumerated() where level.contains(Int(node)) {
                (ends.baseAddress! + row * top).update(from: last + (Int(node) - level.lowerBound) * top, count: top)
            }
        }
    }
}
