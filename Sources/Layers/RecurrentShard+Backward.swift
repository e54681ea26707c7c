import Algebra
import CKernels

extension RecurrentShard {
    func backward(_ tree: PrefixTree, inputs: Floats, ends: Floats, into slots: Floats, gradient: UnsafeMutablePointer<Float>, key: UInt64) {
        // dL/d states of the last layer is zero but where a sequence ends, and where a head that reads all states says otherwise.
        let last = layers.count - 1, width = weights.layout.layers[last].hidden, directions = layers[last].directions.indices
        for direction in directions {
            let into = stateGradient(last, direction).baseAddress!
            if !showsNodes { into.update(repeating: 0, count: tree.nodes * width) }
            for (row, node) in tree.ends.prefix(tree.endCount).enumerated() where node >= 0 {
                // Several ends may be one node.
                let state = into + Int(node) * width, end = ends.baseAddress! + (row * directions.count + direction) * width
                for unit in 0..<width { state[unit] += end[unit] }
            }
        }
        for index in layers.indices.reversed() {
            for direction in directions { backward(index, direction, tree, gradient) }
            if index > 0 { backwardBelow(index, tree, key) }
        }
        // From the gradient of the projected inputs to those of the projection, the bias and the inputs.
        let layer = weights.layout.layers[0]
        for direction in directions {
            let own = weights.directions[0][direction], projected = tableGradients[direction]
            own.layout.input.learn(inputs.baseAddress!, projected.baseAddress!, rows: tree.slotCount, in: gradient)
            cnb_sum_rows(tree.slotCount, layer.width, projected.baseAddress!, own.layout.bias.pointer(in: gradient))
            own.input.back?.multiply(projected.baseAddress!, count: tree.slotCount, into: slots.baseAddress!, adding: direction > 0)
        }
    }

    func stateGradient(_ index: Int, _ direction: Int) -> Floats { stateGradients[layers[index].directions.count > 1 ? direction : index & 1] }

    /// The way back through one direction of a layer: its gradients, and dL/d projected inputs.
    private func backward(_ index: Int, _ direction: Int, _ tree: PrefixTree, _ gradient: UnsafeMutablePointer<Float>) {
        let layer = weights.layout.layers[index], own = weights.directions[index][direction], memory = layers[index].directions[direction]
        let hidden = layer.hidden, width = layer.width, isFirst = index == 0
        let states = memory.states.baseAddress!, kept = memory.kept.baseAddress!, dh = stateGradient(index, direction).baseAddress!
        let sums = childSums.baseAddress!, dTable = tableGradients[direction].baseAddress!, recurrentBias = own.layout.recurrentBias?.pointer(in: gradient)
        var dc = cellGradients[0].baseAddress!, dcBefore = cellGradients[1].baseAddress!
        let isApart = weights.cell.hasRecurrentBias
        if isFirst { dTable.update(repeating: 0, count: tree.slotCount * width) }
        recurrentBias?.update(repeating: 0, count: hidden)
        for t in stride(from: tree.levels - 1, through: 0, by: -1) {
            let level = tree.level(t), start = level.lowerBound, previous = t > 0 ? tree.level(t - 1).lowerBound : 0
            let parents = t > 0 ? UnsafePointer(tree.parents.baseAddress! + start) : nil
            // What children send to the node that they continue is summed before the product, so that the product has a row a node; an only child writes it there.
            let sum = sums + previous * width, isStraight = t > 0 && tree.isStraight(t)
            // Above the first layer the projected inputs are not needed any more.
            let d = !isFirst ? memory.projected.baseAddress! + start * width : isStraight && !isApart ? sum : product.baseAddress!
            // dL/d recurrent products.
            let du = !isApart ? d : isStraight ? sum : productGradient.baseAddress!
            switch weights.cell {
            case .rnn: cnb_rnn_backward(level.count, hidden, states + start * hidden, dh + start * hidden, d)
            case .gru:
                cnb_gru_backward(
                    level.count, hidden, kept + start * 4 * hidden, t > 0 ? states + previous * hidden : zeros.baseAddress!, parents, dh + start * hidden, d, du,
                    recurrentBias)
                if let parents { cnb_scatter_add(level.count, hidden, dh + start * hidden, parents, dh + previous * hidden) }
            case .lstm:
                if t == tree.levels - 1 { dc.update(repeating: 0, count: level.count * hidden) }
                cnb_lstm_backward(
                    level.count, hidden, kept + start * 4 * hidden, t > 0 ? memory.cells.baseAddress! + previous * hidden : zeros.baseAddress!, parents,
                    memory.squashed.baseAddress! + start * hidden, dh + start * hidden, dc, d)
                if let parents, !isStraight {
                    cnb_sum_children(level.count, start - previous, hidden, dc, parents, dcBefore)
                    swap(&dc, &dcBefore)
                }
            }
            if isFirst { cnb_scatter_add(level.count, width, d, sources(index, direction, tree, from: start), dTable) }
            guard let parents else { continue }
            if du != sum { cnb_sum_children(level.count, start - previous, width, du, parents, sum) }
            own.recurrent.back?.multiply(sum, count: start - previous, into: dh + previous * hidden, adding: true)
        }
        let inner = tree.levels > 0 ? tree.level(tree.levels - 1).lowerBound : 0
        own.layout.recurrent.learn(states, sums, rows: inner, in: gradient)
        guard !isFirst else { return }
        own.layout.input.learn(inputs(index).baseAddress!, inOrder(index, direction, tree).baseAddress!, rows: tree.nodes, in: gradient)
        cnb_sum_rows(tree.nodes, width, memory.projected.baseAddress!, own.layout.bias.pointer(in: gradient))
    }

    /// dL/d projected inputs of a layer above the first, in the order of the nodes that were projected.
    private func inOrder(_ index: Int, _ direction: Int, _ tree: PrefixTree) -> Floats {
        let gradients = layers[index].directions[direction].projected
        guard direction > 0 else { return gradients }
        // A mirror is its own inverse.
        cnb_gather(tree.nodes, weights.layout.layers[index].width, gradients.baseAddress!, mirror.baseAddress!, mirrored.baseAddress!)
        return mirrored
    }

    /// From dL/d projected inputs of a layer to dL/d states of the layer below; `mirrored` is as the second direction left it.
    private func backwardBelow(_ index: Int, _ tree: PrefixTree, _ key: UInt64) {
        let inputs = weights.layout.layers[index].inputs, directions = weights.directions[index], memory = layers[index].directions
        let below = (directions.count > 1 ? joinedGradient : stateGradients[(index - 1) & 1]).baseAddress!
        directions[0].input.back?.multiply(memory[0].projected.baseAddress!, count: tree.nodes, into: below)
        if directions.count > 1 { directions[1].input.back?.multiply(mirrored.baseAddress!, count: tree.nodes, into: below, adding: true) }
        if dropout > 0 { cnb_dropout(tree.nodes * inputs, key, UInt64(index) << 32, dropout, below, below) }
        guard directions.count > 1 else { return }
        let hidden = inputs / 2
        cnb_copy_columns(tree.nodes, hidden, below, inputs, nil, stateGradients[0].baseAddress!, hidden)
        cnb_copy_columns(tree.nodes, hidden, below + hidden, inputs, mirror.baseAddress!, stateGradients[1].baseAddress!, hidden)
    }
}
