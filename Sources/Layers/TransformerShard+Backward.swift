import Algebra
import CKernels

extension TransformerShard {
    func backward(_ tree: PrefixTree, inputs: Floats, ends: Floats, into slots: Floats, gradient: UnsafeMutablePointer<Float>, key: UInt64) {
        let layout = weights.layout, width = width
        (gradient + layout.stretch.lowerBound).update(repeating: 0, count: layout.stretch.count)
        let into = weights.projection == nil ? slots : projectedGradients
        into.baseAddress!.update(repeating: 0, count: tree.slotCount * width)
        let d = stateGradients.baseAddress!, last = queryStateGradients.baseAddress!
        for index in 0..<tokens.stretchCount {
            let stretch = tokens[index], first = stretch.tokens.lowerBound, query = stretch.queries.lowerBound, dNormed = normedGradients.baseAddress!
            cnb_gather(stretch.queries.count, width, ends.baseAddress!, tokens.endOfQuery.baseAddress! + query, dNormed)
            last.update(repeating: 0, count: stretch.queries.count * width)
            normBack(layout.norm, stretch.queries.count, top.baseAddress! + query * width, topMoments.baseAddress! + query * 2, dNormed, last, gradient)
            for layer in layers.indices.reversed() { backward(layer, stretch, gradient, key) }
            if dropout > 0 { cnb_dropout(stretch.tokens.count * width, key, coins(0, first), dropout, d, d) }
            cnb_scatter_add(stretch.tokens.count, width, d, tokens.slots.baseAddress! + first, into.baseAddress!)
            cnb_scatter_add(stretch.tokens.count, width, d, tokens.places.baseAddress! + first, layout.positions.pointer(in: gradient))
        }
        guard let part = layout.projection else { return }
        part.learn(inputs.baseAddress!, projectedGradients.baseAddress!, rows: tree.slotCount, adding: true, in: gradient)
        weights.projection?.back?.multiply(projectedGradients.baseAddress!, count: tree.slotCount, into: slots.baseAddress!)
    }

    /// The way back through one layer: `stateGradients` go from dL/d its output to dL/d its input; in the last layer the former are `queryStateGradients`.
    private func backward(_ index: Int, _ stretch: EventTokens.Stretch, _ gradient: UnsafeMutablePointer<Float>, _ key: UInt64) {
        let layer = weights.layout.layers[index], packed = weights.layers[index], memory = layers[index], rows = rows(stretch, index)
        let width = width, heads = weights.layout.configuration.heads, feedForward = weights.layout.configuration.feedForward
        let row = rows.first * width, token = rows.firstToken * width
        let d = rows.isLast ? queryStateGradients.baseAddress! : stateGradients.baseAddress!
        let dNormed = normedGradients.baseAddress!, dExpanded = expandedGradients.baseAddress!, dAttended = attendedGradients.baseAddress!

        var dAdded = dropped(d, rows, key, place: 2 + 2 * index)
        denseBack(layer.contract, memory.expanded.baseAddress! + rows.first * feedForward, dAdded, rows.count, gradient)
        packed.contract.back?.multiply(dAdded, count: rows.count, into: dExpanded)
        cnb_gelu_backward(
            rows.count, feedForward, memory.slopes.baseAddress! + rows.first * feedForward, dExpanded, layer.expand.bias.pointer(in: gradient))
        layer.expand.weight.learn(memory.middleNormed.baseAddress! + row, dExpanded, rows: rows.count, adding: true, in: gradient)
        packed.expand.back?.multiply(dExpanded, count: rows.count, into: dNormed)
        normBack(layer.feedForwardNorm, rows.count, memory.middle.baseAddress! + row, memory.middleMoments.baseAddress! + 2 * rows.first, dNormed, d, gradient)

        dAdded = dropped(d, rows, key, place: 1 + 2 * index)
        denseBack(layer.output, memory.attended.baseAddress! + row, dAdded, rows.count, gradient)
        packed.output.back?.multiply(dAdded, count: rows.count, into: dAttended)
        let dQueries = queryGradients.baseAddress!, dKeysValues = keyValueGradients.baseAddress!
        let starts = UnsafePointer(tokens.starts.baseAddress! + stretch.firstStart)
        cnb_attention_backward(
            stretch.sequences.count, heads, width / heads, starts, rows.isLast ? UnsafePointer(tokens.queryStarts.baseAddress! + stretch.firstStart) : starts, nil,
            memory.queries.baseAddress! + row, weights.pointer(layer.query.bias), memory.keysValues.baseAddress! + 2 * token,
            memory.peaks.baseAddress! + rows.first * heads * 2, dAttended, zeros.baseAddress!, scratch.baseAddress!, dQueries, dKeysValues)
        let normed = memory.normed.baseAddress! + token
        denseBack(layer.query, rows.isLast ? memory.chosenNormed.baseAddress! + row : normed, dQueries, rows.count, gradient)
        denseBack(layer.keyValue, normed, dKeysValues, rows.tokens, gradient)
        packed.keyValue.back?.multiply(dKeysValues, count: rows.tokens, into: dNormed)
        let dx = stateGradients.baseAddress!
        if rows.isLast {
            let chosen = tokens.chosen.baseAddress! + stretch.queries.lowerBound
            packed.query.back?.multiply(dQueries, count: rows.count, into: dAttended)
            cnb_scatter_add(rows.count, width, dAttended, chosen, dNormed)
            dx.update(repeating: 0, count: rows.tokens * width)
            cnb_scatter_add(rows.count, width, d, chosen, dx)
        } else {
            packed.query.back?.multiply(dQueries, count: rows.count, into: dNormed, adding: true)
        }
        normBack(layer.attentionNorm, rows.tokens, memory.x.baseAddress! + token, memory.moments.baseAddress! + 2 * rows.firstToken, dNormed, dx, gradient)
    }

    /// dL/d what was added to the states before some of it was dropped.
    private func dropped(_ d: UnsafeMutablePointer<Float>, _ rows: Rows, _ key: UInt64, place: Int) -> UnsafeMutablePointer<Float> {
        guard dropout > 0 else { return d }
        let into = droppedGradients.baseAddress!
        cnb_dropout(rows.count * width, key, coins(place, rows.number), dropout, d, into)
        return into
    }

    private func denseBack(
        _ dense: DenseParts, _ x: UnsafeMutablePointer<Float>, _ d: UnsafeMutablePointer<Float>, _ rows: Int, _ gradient: UnsafeMutablePointer<Float>
    ) {
        dense.weight.learn(x, d, rows: rows, adding: true, in: gradient)
        cnb_add_rows(rows, dense.bias.count, d, dense.bias.pointer(in: gradient))
    }

    private func normBack(
        _ norm: TransformerLayout.Norm, _ rows: Int, _ x: UnsafeMutablePointer<Float>, _ moments: UnsafeMutablePointer<Float>, _ dy: UnsafeMutablePointer<Float>,
        _ dx: UnsafeMutablePointer<Float>, _ gradient: UnsafeMutablePointer<Float>
    ) {
        cnb_layer_norm_backward(
            rows, width, x, moments, weights.pointer(norm.gain), dy, dx, norm.gain.pointer(in: gradient), norm.bias.pointer(in: gradient))
    }
}
