import Algebra
import CKernels

extension RecurrentShard {
    /// A parameter's place in the shard's gradient.
    private func gradient(_ part: ParameterLayout.Part) -> Floats { Floats(rebasing: gradient[part.start..<part.start + part.count]) }

    private func product(_ a: Floats, _ aCount: Int, _ b: Floats, _ bCount: Int, rows: Int, _ part: ParameterLayout.Part) {
        multiply(.firstTransposed, aCount, bCount, rows, UnsafeBufferPointer(a), UnsafeBufferPointer(b), into: gradient(part))
    }

    /// Gradients of the head; dL/d states of the last layer is zero but where a sequence ends.
    func headBack() {
        let layout = weights.layout, classes = weights.configuration.classes, width = layout.headWeight.shape[0]
        product(endStates, width, logits, classes, rows: tree.endCount, layout.headWeight)
        cnb_sum_rows(tree.endCount, classes, logits.baseAddress!, gradient(layout.headBias).baseAddress!)
        weights.headBack?.multiply(logits.baseAddress!, count: tree.endCount, into: endStates.baseAddress!)
        let into = stateGradients[(layers.count - 1) & 1].baseAddress!
        into.update(repeating: 0, count: tree.nodes * width)
        for (row, node) in tree.ends.prefix(tree.endCount).enumerated() where node >= 0 {
            (into + Int(node) * width).update(from: endStates.baseAddress! + row * width, count: width)
        }
    }

    /// The way back through one layer: its gradients, and dL/d states of the layer below (or of the projected embeddings).
    func backward(_ index: Int, _ key: UInt64) {
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
            switch weights.configuration.cell {
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
        product(memory.states, hidden, childSums, width, rows: inner, layer.recurrent)
        guard !isFirst else { return }
        product(inputs(index), layer.inputs, memory.projected, width, rows: tree.nodes, layer.input)
        cnb_sum_rows(tree.nodes, width, memory.projected.baseAddress!, gradient(layer.bias).baseAddress!)
        let below = stateGradients[(index - 1) & 1].baseAddress!
        weights.inputBack[index].multiply(memory.projected.baseAddress!, count: tree.nodes, into: below)
        if dropout > 0 { cnb_dropout(tree.nodes * layer.inputs, key, UInt64(index) << 32, dropout, below, below) }
    }

    /// From the gradient of the projected embeddings to those of the projection, the bias and the embeddings of the shard's codes.
    func embedBack() {
        let layer = weights.layout.layers[0]
        product(slotEmbeddings, layer.inputs, tableGradient, layer.width, rows: tree.slotCount, layer.input)
        cnb_sum_rows(tree.slotCount, layer.width, tableGradient.baseAddress!, gradient(layer.bias).baseAddress!)
        weights.inputBack[0].multiply(tableGradient.baseAddress!, count: tree.slotCount, into: slotGradients.baseAddress!)
    }

    /// Adds the gradients of the embeddings of the shard's codes to those of the whole embedding `[vocabulary, embedding]`.
    func addSlotGradients(to whole: UnsafeMutablePointer<Float>) {
        cnb_scatter_add(
            tree.slotCount, weights.configuration.embedding, slotGradients.baseAddress!, tree.slotCodes.baseAddress!, whole)
    }

    /// Puts back to zero the rows that `addSlotGradients` wrote.
    func clearSlotGradients(in whole: UnsafeMutablePointer<Float>) {
        let width = weights.configuration.embedding
        for code in tree.slotCodes.prefix(tree.slotCount) { (whole + Int(code) * width).update(repeating: 0, count: width) }
    }
}
