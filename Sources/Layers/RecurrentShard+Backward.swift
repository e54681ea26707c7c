import Algebra
import CKernels

extension RecurrentShard {
    func backward(_ tree: PrefixTree, inputs: Floats, ends: Floats, into slots: Floats, gradient: UnsafeMutablePointer<Float>, key: UInt64) {
        // dL/d states of the last layer is zero but where a sequence ends.
        let last = layers.count - 1, width = weights.layout.layers[last].hidden
        let into = stateGradients[last & 1].baseAddress!
        into.update(repeating: 0, count: tree.nodes * width)
        for (row, node) in tree.ends.prefix(tree.endCount).enumerated() where node >= 0 {
            // Several ends may be one node.
            let state = into + Int(node) * width, end = ends.baseAddress! + row * width
            for unit in 0..<width { state[unit] += end[unit] }
        }
        for index in layers.indices.reversed() { backward(index, tree, gradient, key) }
        // From the gradient of the projected inputs to those of the projection, the bias and the inputs.
        let layer = weights.layout.layers[0]
        product(inputs, layer.inputs, tableGradient, layer.width, rows: tree.slotCount, layer.input, gradient)
        cnb_sum_rows(tree.slotCount, layer.width, tableGradient.baseAddress!, layer.bias.pointer(in: gradient))
        weights.inputBack[0].multiply(tableGradient.baseAddress!, count: tree.slotCount, into: slots.baseAddress!)
    }

    /// The way back through one layer: its gradients, and dL/d states of the layer below (or of the projected embeddings).
    private func backward(_ index: Int, _ tree: PrefixTree, _ gradient: UnsafeMutablePointer<Float>, _ key: UInt64) {
        let layer = weights.layout.layers[index], memory = layers[index], hidden = layer.hidden, width = layer.width
        let isFirst = index == 0
        let dh = stateGradients[index & 1].baseAddress!, sums = childSums.baseAddress!, dTable = tableGradient.baseAddress!
        var dc = cellGradients[0].baseAddress, dcBefore = cellGradients[1].baseAddress
        if isFirst { dTable.update(repeating: 0, count: tree.slotCount * width) }
        for t in stride(from: tree.levels - 1, through: 0, by: -1) {
            let level = tree.level(t), start = level.lowerBound, previous = t > 0 ? tree.level(t - 1).lowerBound : 0
            let parents = t > 0 ? UnsafePointer(tree.parents.baseAddress! + start) : nil
            // Above the first layer the projected inputs are not needed any more.
            let d = isFirst ? product.baseAddress! : memory.projected.baseAddress! + start * width
            switch weights.cell {
            case .rnn: cnb_rnn_backward(level.count, hidden, memory.states.baseAddress! + start * hidden, dh + start * hidden, d)
            case .lstm:
                guard let cells = dc, let before = dcBefore else { return }
                if t == tree.levels - 1 { cells.update(repeating: 0, count: level.count * hidden) }
                cnb_lstm_backward(
                    level.count, hidden, memory.gates.baseAddress! + start * width,
                    t > 0 ? memory.cells.baseAddress! + previous * hidden : zeros.baseAddress!, parents,
                    memory.squashed.baseAddress! + start * hidden, dh + start * hidden, cells, d)
                if let parents { cnb_sum_children(level.count, start - previous, hidden, cells, parents, before) }
                swap(&dc, &dcBefore)
            }
            if isFirst { cnb_scatter_add(level.count, width, d, tree.slots.baseAddress! + start, dTable) }
            guard let parents else { continue }
            // What children send to the node that they continue is summed before the product, so that the product has a row a node.
            let sum = sums + previous * width
            cnb_sum_children(level.count, start - previous, width, d, parents, sum)
            weights.recurrentBack[index].multiply(sum, count: start - previous, into: dh + previous * hidden, adding: true)
        }
        let inner = tree.levels > 0 ? tree.level(tree.levels - 1).lowerBound : 0
        product(memory.states, hidden, childSums, width, rows: inner, layer.recurrent, gradient)
        guard !isFirst else { return }
        product(inputs(index), layer.inputs, memory.projected, width, rows: tree.nodes, layer.input, gradient)
        cnb_sum_rows(tree.nodes, width, memory.projected.baseAddress!, layer.bias.pointer(in: gradient))
        let below = stateGradients[(index - 1) & 1].baseAddress!
        weights.inputBack[index].multiply(memory.projected.baseAddress!, count: tree.nodes, into: below)
        if dropout > 0 { cnb_dropout(tree.nodes * layer.inputs, key, UInt64(index) << 32, dropout, below, below) }
    }

    private func product(_ a: Floats, _ aCount: Int, _ b: Floats, _ bCount: Int, rows: Int, _ part: ParameterPart, _ gradient: UnsafeMutablePointer<Float>) {
        multiply(
            .firstTransposed, aCount, bCount, rows, UnsafeBufferPointer(a), UnsafeBufferPointer(b), into: Floats(start: part.pointer(in: gradient), count: part.count))
    }
}
