import Algebra
import CKernels

/// A temporal convolutional network over one shard: forward and back on one core, in memory of its own.
///
/// The first convolution reads the different events: each is projected once for each tap, and a node adds up rows of that table. The others gather the rows that
/// they read side by side and take one product. Nothing is allocated after `init`.
final class ConvolutionShard: BodyShard, BodyScorer {
    let weights: ConvolutionWeights
    private let plan: ConvolutionPlan
    /// `[slots, kernel, channels]` and a row of zeros: the projected events; `[slots, channels]`: what the first block's output is added to, unless the inputs.
    private let table: Floats, residualTable: Floats
    /// For each convolution, the first first: `[1 + nodes, channels]` after its rectifier; row 0 stays zeros.
    private let rectified: [Floats]
    /// For each block, the first first: `[1 + nodes, channels]`, what it gives; row 0 stays zeros.
    private let outputs: [Floats]
    /// `[stretch, kernel · channels]`: gathered rows, on the way back dL/d them.
    private let columns: Floats
    private let zeros: Floats

    // The way back; empty where nothing goes back.
    /// `[1 + nodes, channels]` thrice: dL/d outputs of a block, of the one before and of what lies between; row 0 gathers what nobody reads.
    private let gradients: [Floats]
    private let rectifiedGradients: Floats
    /// As `table` and `residualTable`.
    private let tableGradient: Floats, residualGradient: Floats
    private let columnGradients: Floats

    private let dropout: Float
    private let memory: Workspace<Float>

    /// Rows that are gathered together, few enough to stay near.
    private static let stretch = 256

    /// The sizes of all parts, in the order in which `init` takes them.
    static func parts(_ layout: ConvolutionLayout, _ room: ShardRoom, training: Bool) -> [Int] {
        let configuration = layout.configuration, channels = configuration.channels, taps = configuration.kernel * channels
        let most = Array(ConvolutionPlan.most(configuration, room).reversed()), layers = configuration.layers
        let table = room.slots * taps + channels, residual = room.slots * channels, widest = ((most.max() ?? 0) + 1) * channels, back = training ? 1 : 0
        var parts = [table, layout.projection == nil ? 0 : residual]
        parts += most.map { ($0 + 1) * channels } + (0..<layers).map { (most[2 * $0 + 1] + 1) * channels }
        parts += [stretch * taps, channels]
        parts += [back * widest, back * widest, back * widest, back * table, back * residual, back * stretch * taps]
        return parts
    }

    init(_ weights: ConvolutionWeights, _ room: ShardRoom, training: Bool) {
        self.weights = weights
        dropout = room.dropout
        let layers = weights.layout.configuration.layers, parts = Self.parts(weights.layout, room, training: training)
        plan = ConvolutionPlan(weights.layout.configuration, room)
        let memory = Workspace<Float>(parts: parts)
        self.memory = memory
        func next() -> Floats { memory.next() }
        (table, residualTable) = (next(), next())
        rectified = (0..<2 * layers).map { _ in next() }
        outputs = (0..<layers).map { _ in next() }
        (columns, zeros) = (next(), next())
        gradients = [next(), next()]
        (rectifiedGradients, tableGradient, residualGradient, columnGradients) = (next(), next(), next(), next())
    }

    private var channels: Int { weights.layout.configuration.channels }
    private var kernel: Int { weights.layout.configuration.kernel }
    private var taps: Int { channels * kernel }
    /// The nodes of a convolution, counted from the first.
    private func count(_ index: Int) -> Int { plan.counts[rectified.count - 1 - index] }
    private func tapRows(_ index: Int) -> UnsafePointer<Int32> { UnsafePointer(plan.taps[rectified.count - 1 - index].baseAddress!) }
    private func residualRows(_ layer: Int) -> UnsafePointer<Int32> { UnsafePointer(plan.residuals[outputs.count - 1 - layer].baseAddress!) }
    private func coins(_ index: Int, _ row: Int) -> UInt64 { UInt64(index) << 40 + UInt64(row * channels) }
    /// What a convolution beyond the first reads.
    private func source(_ index: Int) -> Floats { index % 2 == 0 ? outputs[index / 2 - 1] : rectified[index - 1] }

    func forward(_ tree: PrefixTree, inputs: Floats, into ends: Floats) { forward(tree, inputs: inputs, into: ends, key: 0) }

    func forward(_ tree: PrefixTree, inputs: Floats, into ends: Floats, key: UInt64) {
        let layout = weights.layout, channels = channels
        plan.build(tree)
        weights.convolutions[0].forward.multiply(inputs.baseAddress!, count: tree.slotCount, into: table.baseAddress!)
        (table.baseAddress! + tree.slotCount * taps).update(repeating: 0, count: channels)
        weights.projection?.forward.multiply(inputs.baseAddress!, count: tree.slotCount, into: residualTable.baseAddress!)
        for index in rectified.indices {
            let into = rectified[index].baseAddress! + channels, bias = weights.pointer(layout.convolutions[index].bias)
            if index == 0 {
                cnb_sum_taps(count(0), kernel, channels, table.baseAddress!, tapRows(0), into)
                cnb_bias_relu(count(0), channels, bias, key, coins(0, 0), dropout, into)
            } else {
                for start in stride(from: 0, to: count(index), by: Self.stretch) {
                    let rows = min(Self.stretch, count(index) - start), part = into + start * channels
                    cnb_gather(rows * kernel, channels, source(index).baseAddress!, tapRows(index) + start * kernel, columns.baseAddress!)
                    weights.convolutions[index].forward.multiply(columns.baseAddress!, count: rows, into: part)
                    cnb_bias_relu(rows, channels, bias, key, coins(index, start), dropout, part)
                }
            }
            guard index % 2 == 1 else { continue }
            let layer = index / 2, residual = layer > 0 ? outputs[layer - 1] : weights.projection == nil ? inputs : residualTable
            let added = layer == 0 ? layout.projection.map { weights.pointer($0.bias) } : nil
            cnb_residual_relu(
                count(index), channels, into, residual.baseAddress!, residualRows(layer), added ?? UnsafePointer(zeros.baseAddress!), outputs[layer].baseAddress! + channels)
        }
        cnb_gather(tree.endCount, channels, outputs[outputs.count - 1].baseAddress!, plan.ends.baseAddress!, ends.baseAddress!)
    }

    func backward(_ tree: PrefixTree, inputs: Floats, ends: Floats, into slots: Floats, gradient: UnsafeMutablePointer<Float>, key: UInt64) {
        let layout = weights.layout, channels = channels, slotCount = tree.slotCount, scale = 1 / (1 - dropout)
        (gradient + layout.stretch.lowerBound).update(repeating: 0, count: layout.stretch.count)
        tableGradient.baseAddress!.update(repeating: 0, count: slotCount * taps + channels)
        residualGradient.baseAddress!.update(repeating: 0, count: slotCount * channels)
        let last = rectified.count - 1
        var d = gradients[0].baseAddress!, below = gradients[1].baseAddress!
        d.update(repeating: 0, count: (count(last) + 1) * channels)
        cnb_scatter_add(tree.endCount, channels, ends.baseAddress!, plan.ends.baseAddress!, d)
        for layer in outputs.indices.reversed() {
            let second = 2 * layer + 1, first = 2 * layer, rows = count(second), between = rectifiedGradients.baseAddress!
            cnb_relu_backward(rows * channels, outputs[layer].baseAddress! + channels, 1, d + channels, d + channels)
            if layer > 0 { below.update(repeating: 0, count: (count(first - 1) + 1) * channels) }
            cnb_scatter_add(rows, channels, d + channels, residualRows(layer), layer > 0 ? below : residualGradient.baseAddress!)
            cnb_relu_backward(rows * channels, rectified[second].baseAddress! + channels, scale, d + channels, d + channels)
            between.update(repeating: 0, count: (count(first) + 1) * channels)
            convolutionBack(second, d + channels, into: between, gradient)
            cnb_relu_backward(count(first) * channels, rectified[first].baseAddress! + channels, scale, between + channels, between + channels)
            if layer > 0 {
                convolutionBack(first, between + channels, into: below, gradient)
            } else {
                cnb_add_rows(count(0), channels, between + channels, layout.convolutions[0].bias.pointer(in: gradient))
                cnb_spread_taps(count(0), kernel, channels, between + channels, tapRows(0), tableGradient.baseAddress!)
            }
            swap(&d, &below)
        }
        layout.convolutions[0].weight.learn(inputs.baseAddress!, tableGradient.baseAddress!, rows: slotCount, adding: true, in: gradient)
        weights.convolutions[0].back?.multiply(tableGradient.baseAddress!, count: slotCount, into: slots.baseAddress!)
        if let projection = layout.projection {
            projection.weight.learn(inputs.baseAddress!, residualGradient.baseAddress!, rows: slotCount, adding: true, in: gradient)
            cnb_add_rows(slotCount, channels, residualGradient.baseAddress!, projection.bias.pointer(in: gradient))
            weights.projection?.back?.multiply(residualGradient.baseAddress!, count: slotCount, into: slots.baseAddress!, adding: true)
        } else {
            for index in 0..<slotCount * channels { slots[index] += residualGradient[index] }
        }
    }

    /// The way back through a convolution that reads rows: its gradients, and dL/d what it read, added to `into`.
    private func convolutionBack(_ index: Int, _ d: UnsafeMutablePointer<Float>, into: UnsafeMutablePointer<Float>, _ gradient: UnsafeMutablePointer<Float>) {
        let part = weights.layout.convolutions[index], channels = channels
        cnb_add_rows(count(index), channels, d, part.bias.pointer(in: gradient))
        for start in stride(from: 0, to: count(index), by: Self.stretch) {
            let rows = min(Self.stretch, count(index) - start), indices = tapRows(index) + start * kernel, own = d + start * channels
            cnb_gather(rows * kernel, channels, source(index).baseAddress!, indices, columns.baseAddress!)
            part.weight.learn(columns.baseAddress!, own, rows: rows, adding: true, in: gradient)
            weights.convolutions[index].back?.multiply(own, count: rows, into: columnGradients.baseAddress!)
            cnb_scatter_add(rows * kernel, channels, columnGradients.baseAddress!, indices, into)
        }
    }
}
