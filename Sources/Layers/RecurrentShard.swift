import Algebra
import CKernels

/// Recurrent layers over one shard: forward and back on one core, in memory of its own.
///
/// Node memory is level after level, as in `PrefixTree`. The second direction has the levels of the sequences read backwards, which are of the same sizes: there a
/// node stands for the event of its mirror. Nothing is allocated after `init`.
final class RecurrentShard: BodyShard {
    /// What a layer saves on the way forward for the way back.
    struct LayerMemory {
        /// `[nodes, inputs]`: what the layer reads if it is not just the states below: those of both directions, and dropout.
        let joined: Floats
        let directions: [DirectionMemory]
    }

    struct DirectionMemory {
        /// `[nodes, width]`: the projected inputs, later dL/d pre-activations; empty in the first layer.
        let projected: Floats
        /// `[nodes, hidden]`.
        let states: Floats
        /// `[nodes, kept · hidden]`, and for an LSTM `[nodes, hidden]` twice. What is only scored keeps a level of the first and the last.
        let kept: Floats, cells: Floats, squashed: Floats
    }

    let weights: RecurrentWeights
    /// In a shard that only scores the layers use the same memory.
    let layers: [LayerMemory]
    /// `[slots, width]`: the projected inputs of the different events, which the first layer reads; one a direction.
    let tables: [Floats]
    /// `[level, width]`: the recurrent product of a level; on the way back, dL/d pre-activations of a level.
    let product: Floats
    let zeros: Floats
    /// For the second direction: the node and the slot whose event a node stands for there.
    let mirror: UnsafeMutableBufferPointer<Int32>, mirrorSlots: UnsafeMutableBufferPointer<Int32>

    // The way back.
    /// `[nodes, hidden]`: dL/d states of the layer at work, one a direction; or of the layer at work and room for the layer below, taking turns.
    let stateGradients: [Floats]
    /// `[nodes, inputs]`: dL/d states of both directions of the layer below.
    let joinedGradient: Floats
    /// `[level, hidden]` twice: dL/d cells of a level and of the one before.
    let cellGradients: [Floats]
    /// `[level, width]`: dL/d recurrent products, where they are not those of the projected inputs.
    let productGradient: Floats
    /// `[nodes, width]`: for each node the sum of its children's dL/d recurrent products.
    let childSums: Floats
    /// `[nodes, width]`: dL/d pre-activations of the second direction in the order of the first.
    let mirrored: Floats
    /// `[slots, width]`, one a direction.
    let tableGradients: [Floats]

    let dropout: Float
    /// Whether a head writes gradients of all states before the way back.
    let showsNodes: Bool
    private let training: Bool
    private let memory: Workspace<Float>
    private let indices: Workspace<Int32>

    /// What training takes, in bytes.
    static func bytes(_ layout: RecurrentLayout, _ room: ShardRoom) -> Int {
        Workspace<Float>.bytes(parts(layout, room, training: true)) + 2 * 4 * mirrorCount(layout, room)
    }

    /// What scoring takes for a node, in bytes.
    static func scoringBytes(_ layout: RecurrentLayout) -> Int { layout.configuration.directions * (layout.widest + 3 * layout.deepest) * 4 }

    private static func mirrorCount(_ layout: RecurrentLayout, _ room: ShardRoom) -> Int { layout.configuration.bidirectional ? room.nodes : 0 }

    /// The sizes of all parts, in the order in which `init` takes them.
    private static func parts(_ layout: RecurrentLayout, _ room: ShardRoom, training: Bool) -> [Int] {
        let configuration = layout.configuration, cell = configuration.cell, directions = configuration.directions, nodes = room.nodes
        let level = min(nodes, room.sequences), cells = cell.hasCells ? 1 : 0, first = layout.layers[0].width
        let joins = configuration.bidirectional || room.dropout > 0
        var parts: [Int] = []
        func direction(projected: Int, width: Int, hidden: Int, kept: Int) -> [Int] {
            [projected * width, nodes * hidden, kept * cell.kept * hidden, nodes * cells * hidden, kept * cells * hidden]
        }
        if training {
            for (index, layer) in layout.layers.enumerated() {
                parts += [index > 0 && joins ? nodes * layer.inputs : 0]
                for _ in 0..<directions { parts += direction(projected: index > 0 ? nodes : 0, width: layer.width, hidden: layer.hidden, kept: nodes) }
            }
        } else {
            let above = layout.layers.count > 1 ? nodes : 0
            parts += [joins ? above * directions * layout.deepest : 0]
            for _ in 0..<directions { parts += direction(projected: above, width: layout.widest, hidden: layout.deepest, kept: level) }
        }
        parts += [Int](repeating: room.slots * first, count: directions) + [level * layout.widest, max(layout.widest, layout.deepest)]
        guard training else { return parts }
        parts += [nodes * layout.deepest, nodes * layout.deepest, configuration.bidirectional ? nodes * 2 * layout.deepest : 0]
        parts += [level * cells * layout.deepest, level * cells * layout.deepest, cell.hasRecurrentBias ? level * layout.widest : 0, nodes * layout.widest]
        parts += [configuration.bidirectional ? nodes * layout.widest : 0]
        return parts + [Int](repeating: room.slots * first, count: directions)
    }

    init(_ weights: RecurrentWeights, _ room: ShardRoom, training: Bool) {
        self.weights = weights
        self.training = training
        dropout = room.dropout
        showsNodes = room.showsNodes && weights.layout.showsNodes
        let layout = weights.layout, directions = layout.configuration.directions
        let parts = Self.parts(layout, room, training: training)
        let memory = Workspace<Float>(parts: parts)
        self.memory = memory
        func next() -> Floats { memory.next() }
        func layer() -> LayerMemory {
            LayerMemory(
                joined: next(),
                directions: (0..<directions).map { _ in DirectionMemory(projected: next(), states: next(), kept: next(), cells: next(), squashed: next()) })
        }
        layers = training ? layout.layers.map { _ in layer() } : [LayerMemory](repeating: layer(), count: layout.layers.count)
        tables = (0..<directions).map { _ in next() }
        (product, zeros) = (next(), next())
        let count = Self.mirrorCount(layout, room)
        indices = Workspace(parts: [count, count])
        mirror = indices.next()
        mirrorSlots = indices.next()
        let none = Floats(start: nil, count: 0)
        stateGradients = training ? [next(), next()] : []
        joinedGradient = training ? next() : none
        cellGradients = training ? [next(), next()] : []
        productGradient = training ? next() : none
        childSums = training ? next() : none
        mirrored = training ? next() : none
        tableGradients = training ? (0..<directions).map { _ in next() } : []
    }

    /// - Precondition: when bidirectional, no node of the tree is shared.
    func forward(_ tree: PrefixTree, inputs: Floats, into ends: Floats, key: UInt64) {
        if weights.layout.configuration.bidirectional { tree.mirror(into: mirror, slots: mirrorSlots) }
        for index in layers.indices {
            if index > 0 { join(index, tree, key) }
            for direction in layers[index].directions.indices {
                // The inputs of each different event are projected once, however often it occurs.
                if index == 0 {
                    weights.directions[0][direction].input.forward.multiply(inputs.baseAddress!, count: tree.slotCount, into: tables[direction].baseAddress!)
                }
                forward(index, direction, tree)
            }
        }
        // The node that ends a sequence is, mirrored, the one that has read it backwards to its first event.
        let last = layers.count - 1, width = weights.layout.layers[last].hidden
        var end = ends.baseAddress!
        for node in tree.ends.prefix(tree.endCount) {
            for memory in layers[last].directions {
                if node >= 0 { end.update(from: memory.states.baseAddress! + Int(node) * width, count: width) } else { end.update(repeating: 0, count: width) }
                end += width
            }
        }
    }

    /// The states below a layer as it reads them, `[nodes, inputs]`.
    func inputs(_ index: Int) -> Floats { layers[index].directions.count > 1 || dropout > 0 ? layers[index].joined : layers[index - 1].directions[0].states }

    /// Puts the states of both directions of the layer below side by side, and drops what is to be dropped.
    private func join(_ index: Int, _ tree: PrefixTree, _ key: UInt64) {
        let inputs = weights.layout.layers[index].inputs, below = layers[index - 1].directions
        var states = below[0].states.baseAddress!
        if below.count > 1 {
            let joined = layers[index].joined.baseAddress!, hidden = inputs / 2
            cnb_copy_columns(tree.nodes, hidden, states, hidden, nil, joined, inputs)
            cnb_copy_columns(tree.nodes, hidden, below[1].states.baseAddress!, hidden, mirror.baseAddress!, joined + hidden, inputs)
            states = joined
        }
        if dropout > 0 { cnb_dropout(tree.nodes * inputs, key, UInt64(index) << 32, dropout, states, layers[index].joined.baseAddress!) }
    }

    /// Whose projected inputs the nodes of a level read; none for their own.
    func sources(_ index: Int, _ direction: Int, _ tree: PrefixTree, from start: Int) -> UnsafePointer<Int32>? {
        if index == 0 { return UnsafePointer((direction == 0 ? tree.slots : mirrorSlots).baseAddress! + start) }
        return direction == 0 ? nil : UnsafePointer(mirror.baseAddress! + start)
    }

    private func forward(_ index: Int, _ direction: Int, _ tree: PrefixTree) {
        let layer = weights.layout.layers[index], own = weights.directions[index][direction], memory = layers[index].directions[direction], hidden = layer.hidden
        if index > 0 { own.input.forward.multiply(inputs(index).baseAddress!, count: tree.nodes, into: memory.projected.baseAddress!) }
        let states = memory.states.baseAddress!, cells = memory.cells.baseAddress!, x = (index == 0 ? tables[direction] : memory.projected).baseAddress!
        for t in 0..<tree.levels {
            let level = tree.level(t), start = level.lowerBound, previous = t > 0 ? tree.level(t - 1).lowerBound : 0
            // Before the first event the state is zero, and so is its product.
            if t > 0 { own.recurrent.forward.multiply(states + previous * hidden, count: start - previous, into: product.baseAddress!) }
            let sources = sources(index, direction, tree, from: start), kept = training ? start : 0
            weights.step(
                layer, own.layout, rows: level.count, u: t > 0 ? product.baseAddress! : zeros.baseAddress!,
                parents: t > 0 ? UnsafePointer(tree.parents.baseAddress! + start) : nil, x: sources == nil ? x + start * layer.width : x, inputs: sources,
                states: t > 0 ? states + previous * hidden : zeros.baseAddress!, cells: t > 0 ? cells + previous * hidden : zeros.baseAddress!,
                into: .init(
                    states: states + start * hidden, kept: memory.kept.baseAddress! + kept * weights.cell.kept * hidden, cells: cells + start * hidden,
                    squashed: memory.squashed.baseAddress! + kept * hidden))
        }
    }
}

extension RecurrentShard: BodyScorer {
    var nodes: NodeStates? {
        let last = layers.count - 1
        return showsNodes ? NodeStates(states: layers[last].directions[0].states, gradients: training ? stateGradient(last, 0) : Floats(start: nil, count: 0)) : nil
    }

    func forward(_ tree: PrefixTree, inputs: Floats, into ends: Floats) { forward(tree, inputs: inputs, into: ends, key: 0) }
}
