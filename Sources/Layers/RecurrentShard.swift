import Algebra
import CKernels

/// Recurrent layers over one shard: forward and back on one core, in memory of its own.
///
/// Node memory is level after level, as in `PrefixTree`. Nothing is allocated after `init`.
final class RecurrentShard: BodyShard {
    /// What a layer saves on the way forward for the way back.
    struct LayerMemory {
        /// `[nodes, inputs]`: the states below after dropout; empty in the first layer, which reads the table.
        let dropped: Floats
        /// `[nodes, width]`: the projected inputs, later dL/d pre-activations; empty in the first layer.
        let projected: Floats
        /// `[nodes, hidden]`.
        let states: Floats
        /// `[nodes, 4 · hidden]`, `[nodes, hidden]` twice; empty unless an LSTM.
        let gates: Floats, cells: Floats, squashed: Floats
    }

    let weights: RecurrentWeights
    let layers: [LayerMemory]
    /// `[slots, width]`: the projected inputs of the different events, which the first layer reads.
    let table: Floats
    /// `[level, width]`: the recurrent product of a level; on the way back, dL/d pre-activations of a level.
    let product: Floats
    let zeros: Floats

    // The way back.
    /// `[nodes, hidden]`: dL/d states of the layer at work, and room for the layer below.
    let stateGradients: [Floats]
    /// `[level, hidden]` twice: dL/d cells of a level and of the one before.
    let cellGradients: [Floats]
    /// `[nodes, width]`: for each node the sum of its children's dL/d pre-activations.
    let childSums: Floats
    /// `[slots, width]`.
    let tableGradient: Floats

    private let memory: Workspace<Float>
    let dropout: Float

    /// The sizes of all parts, in the order in which `init` takes them.
    static func parts(_ layout: RecurrentLayout, _ room: ShardRoom) -> [Int] {
        let lstm = layout.configuration.cell == .lstm, nodes = room.nodes, first = layout.layers[0].width
        let level = min(nodes, room.sequences)
        var parts: [Int] = []
        for (index, layer) in layout.layers.enumerated() {
            parts += [index > 0 && room.dropout > 0 ? nodes * layer.inputs : 0, index > 0 ? nodes * layer.width : 0, nodes * layer.hidden]
            parts += lstm ? [nodes * layer.width, nodes * layer.hidden, nodes * layer.hidden] : [0, 0, 0]
        }
        parts += [room.slots * first, level * layout.widest, max(layout.widest, layout.deepest)]
        parts += [nodes * layout.deepest, nodes * layout.deepest, lstm ? level * layout.deepest : 0, lstm ? level * layout.deepest : 0, nodes * layout.widest]
        parts += [room.slots * first]
        return parts
    }

    init(_ weights: RecurrentWeights, _ room: ShardRoom) {
        self.weights = weights
        dropout = room.dropout
        let parts = Self.parts(weights.layout, room)
        let memory = Workspace<Float>(parts: parts)
        self.memory = memory
        var taken = 0
        func next() -> Floats {
            defer { taken += 1 }
            return memory.next(parts[taken])
        }
        layers = weights.layout.layers.map { _ in
            LayerMemory(dropped: next(), projected: next(), states: next(), gates: next(), cells: next(), squashed: next())
        }
        (table, product, zeros) = (next(), next(), next())
        stateGradients = [next(), next()]
        cellGradients = [next(), next()]
        (childSums, tableGradient) = (next(), next())
    }

    func forward(_ tree: PrefixTree, inputs: Floats, into ends: Floats, key: UInt64) {
        // The inputs of each different event are projected once, however often it occurs.
        weights.input[0].multiply(inputs.baseAddress!, count: tree.slotCount, into: table.baseAddress!)
        for index in layers.indices { forward(index, tree, key) }
        let last = layers.count - 1, width = weights.layout.layers[last].hidden, states = layers[last].states.baseAddress!
        for (row, node) in tree.ends.prefix(tree.endCount).enumerated() {
            let end = ends.baseAddress! + row * width
            if node >= 0 { end.update(from: states + Int(node) * width, count: width) } else { end.update(repeating: 0, count: width) }
        }
    }

    /// The states below a layer as it reads them: with dropout, if there is any.
    func inputs(_ index: Int) -> Floats { dropout > 0 ? layers[index].dropped : layers[index - 1].states }

    private func forward(_ index: Int, _ tree: PrefixTree, _ key: UInt64) {
        let layer = weights.layout.layers[index], memory = layers[index]
        if index > 0 {
            if dropout > 0 {
                let below = layers[index - 1].states.baseAddress!
                cnb_dropout(tree.nodes * layer.inputs, key, UInt64(index) << 32, dropout, below, memory.dropped.baseAddress!)
            }
            weights.input[index].multiply(inputs(index).baseAddress!, count: tree.nodes, into: memory.projected.baseAddress!)
        }
        let states = memory.states.baseAddress!, product = product.baseAddress!, bias = weights.bias(layer)
        for t in 0..<tree.levels {
            let level = tree.level(t), previous = t > 0 ? tree.level(t - 1).lowerBound : 0
            // Before the first event the state is zero, and so is its product.
            if t > 0 {
                weights.recurrent[index].multiply(states + previous * layer.hidden, count: level.lowerBound - previous, into: product)
            }
            let parents = t > 0 ? UnsafePointer(tree.parents.baseAddress! + level.lowerBound) : nil
            let x = index == 0 ? table.baseAddress! : memory.projected.baseAddress! + level.lowerBound * layer.width
            let slots = index == 0 ? UnsafePointer(tree.slots.baseAddress! + level.lowerBound) : nil
            let u = t > 0 ? product : zeros.baseAddress!, h = states + level.lowerBound * layer.hidden
            switch weights.cell {
            case .rnn: cnb_rnn_forward(level.count, layer.hidden, u, parents, x, slots, bias, h)
            case .lstm:
                let cells = memory.cells.baseAddress!
                cnb_lstm_forward(
                    level.count, layer.hidden, u, parents, x, slots, bias, t > 0 ? cells + previous * layer.hidden : zeros.baseAddress!,
                    memory.gates.baseAddress! + level.lowerBound * layer.width, cells + level.lowerBound * layer.hidden,
                    memory.squashed.baseAddress! + level.lowerBound * layer.hidden, h)
            }
        }
    }
}
