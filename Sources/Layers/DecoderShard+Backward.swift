import Algebra
import CKernels

extension DecoderShard {
    func backward(_ tree: PrefixTree, gradient: UnsafeMutablePointer<Float>) {
        let layout = weights.layout, first = tree.endCount, rows = levels.rows - first
        let states = path.baseAddress! + first * hidden, dStates = pathGradients.baseAddress!, output = outputs.logits.baseAddress!
        layout.output.weight.learn(attention.map { UnsafePointer($0.top.baseAddress!) } ?? UnsafePointer(states), output, rows: rows, in: gradient)
        cnb_sum_rows(rows, outputs.classes, output, layout.output.bias.pointer(in: gradient))
        dStates.update(repeating: 0, count: first * hidden)
        if let attention {
            attention.backward(tree, states: states, rows: rows, output: output, stateGradients: dStates + first * hidden, gradient: gradient)
        } else {
            weights.output.back?.multiply(output, count: rows, into: dStates + first * hidden)
        }
        backwardUnits(first: first, gradient)
        backwardInputs(gradient)
        self.states.baseAddress!.update(from: dStates, count: first * hidden)
    }

    /// From dL/d states of all rows to those of the ends, dL/d projected inputs, and the gradient of the recurrent weights.
    private func backwardUnits(first: Int, _ gradient: UnsafeMutablePointer<Float>) {
        let own = weights.own, states = path.baseAddress!, dStates = pathGradients.baseAddress!, sums = childSums.baseAddress!, width = 3 * hidden
        let d = product.baseAddress!, du = productGradients.baseAddress!, recurrentBias = own.layout.recurrentBias?.pointer(in: gradient)
        recurrentBias?.update(repeating: 0, count: hidden)
        tableGradients.update(repeating: 0)
        for index in stride(from: levels.levels - 1, to: 0, by: -1) {
            let level = levels.level(index), start = level.lowerBound, before = levels.level(index - 1), parents = UnsafePointer(levels.parents.baseAddress! + start)
            cnb_gru_backward(
                level.count, hidden, kept.baseAddress! + (start - first) * 4 * hidden, states + before.lowerBound * hidden, parents, dStates + start * hidden, d, du, recurrentBias)
            cnb_scatter_add(level.count, hidden, dStates + start * hidden, parents, dStates + before.lowerBound * hidden)
            cnb_scatter_add(level.count, width, d, levels.codes.baseAddress! + start, tableGradients.baseAddress!)
            // What children send to the row that they continue is summed before the product.
            cnb_sum_children(level.count, before.count, width, du, parents, sums + before.lowerBound * width)
            own.recurrent.back?.multiply(sums + before.lowerBound * width, count: before.count, into: dStates + before.lowerBound * hidden, adding: true)
        }
        own.layout.recurrent.learn(states, sums, rows: levels.level(levels.levels - 1).lowerBound, in: gradient)
    }

    /// From dL/d projected inputs of all codes to the gradients of the projection, its bias and the embedding.
    private func backwardInputs(_ gradient: UnsafeMutablePointer<Float>) {
        let own = weights.own, embedding = weights.layout.embedding, codes = embedding.shape[0], projected = tableGradients.baseAddress!
        own.layout.input.learn(weights.pointer(embedding), projected, rows: codes, in: gradient)
        cnb_sum_rows(codes, 3 * hidden, projected, own.layout.bias.pointer(in: gradient))
        own.input.back?.multiply(projected, count: codes, into: embedding.pointer(in: gradient))
    }
}
