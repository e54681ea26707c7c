import Algebra
import CKernels

/// What dense layers compute of some rows, a row an end.
final class DenseStack {
    let weights: DenseWeights
    /// `[rows, inputs]`: what the first layer reads, and `[rows, units]` what each layer gives.
    let inputs: Floats
    private let outputs: [Floats]
    /// `[rows, widest]` twice: dL/d what a layer gives, taking turns.
    private let gradients: [Floats]
    private let memory: Workspace<Float>

    /// The sizes of all parts, in the order in which `init` takes them.
    static func parts(_ layout: DenseLayout, rows: Int, training: Bool) -> [Int] {
        let units = layout.configuration.layers.map(\.units), widest = max(layout.inputs, units.max() ?? 0), back = training ? rows * widest : 0
        return [rows * layout.inputs] + units.map { rows * $0 } + [back, back]
    }

    init(_ weights: DenseWeights, rows: Int, training: Bool) {
        self.weights = weights
        let memory = Workspace<Float>(parts: Self.parts(weights.layout, rows: rows, training: training))
        self.memory = memory
        inputs = memory.next()
        outputs = weights.layout.layers.map { _ in memory.next() }
        gradients = [memory.next(), memory.next()]
    }

    /// What is known of the last events, for layers that stand on no other body; zeros where there is none.
    func read(_ tree: PrefixTree, _ events: Floats) {
        let width = weights.layout.inputs
        for (row, node) in tree.ends.prefix(tree.endCount).enumerated() {
            let into = inputs.baseAddress! + row * width
            if node >= 0 { into.update(from: events.baseAddress! + Int(tree.slots[Int(node)]) * width, count: width) } else { into.update(repeating: 0, count: width) }
        }
    }

    /// From `inputs` to the states.
    func forward(rows: Int, into ends: Floats) {
        var x = UnsafePointer(inputs.baseAddress!)
        for (index, layer) in weights.layout.configuration.layers.enumerated() {
            let y = outputs[index].baseAddress!, bias = weights.pointer(weights.layout.layers[index].bias)
            weights.packed[index].forward.multiply(x, count: rows, into: y)
            switch layer.activation {
            case .relu: cnb_bias_relu(rows, layer.units, bias, 0, 0, 0, y)
            case .linear, .tanh:
                for row in 0..<rows { for unit in 0..<layer.units { y[row * layer.units + unit] += bias[unit] } }
                if layer.activation == .tanh { cnb_tanh(rows * layer.units, y, y) }
            }
            x = UnsafePointer(y)
        }
        ends.baseAddress!.update(from: x, count: rows * weights.layout.configuration.width)
    }

    /// The way back of the same rows.
    ///
    /// - Returns: `[rows, inputs]`: dL/d what the first layer read.
    func backward(rows: Int, ends: Floats, gradient: UnsafeMutablePointer<Float>) -> Floats {
        var d = ends
        for (index, layer) in weights.layout.configuration.layers.enumerated().reversed() {
            let part = weights.layout.layers[index], y = outputs[index].baseAddress!, x = (index > 0 ? outputs[index - 1] : inputs).baseAddress!
            switch layer.activation {
            case .linear: break
            case .relu: cnb_relu_backward(rows * layer.units, y, 1, d.baseAddress!, d.baseAddress!)
            case .tanh: cnb_rnn_backward(rows, layer.units, y, d.baseAddress!, d.baseAddress!)
            }
            part.weight.learn(x, d.baseAddress!, rows: rows, in: gradient)
            cnb_sum_rows(rows, layer.units, d.baseAddress!, part.bias.pointer(in: gradient))
            let next = gradients[index & 1]
            weights.packed[index].back?.multiply(d.baseAddress!, count: rows, into: next.baseAddress!)
            d = next
        }
        return d
    }
}

/// One core's memory of dense layers for one shard of a batch.
final class DenseShard: BodyShard {
    private let stack: DenseStack
    private let below: (any BodyShard)?

    init(_ weights: DenseWeights, _ room: ShardRoom, _ below: (any BodyShard)?) {
        stack = DenseStack(weights, rows: room.ends, training: true)
        self.below = below
    }

    func forward(_ tree: PrefixTree, inputs: Floats, into ends: Floats, key: UInt64) {
        if let below { below.forward(tree, inputs: inputs, into: stack.inputs, key: key) } else { stack.read(tree, inputs) }
        stack.forward(rows: tree.endCount, into: ends)
    }

    func backward(_ tree: PrefixTree, inputs: Floats, ends: Floats, into slots: Floats, gradient: UnsafeMutablePointer<Float>, key: UInt64) {
        let d = stack.backward(rows: tree.endCount, ends: ends, gradient: gradient), width = stack.weights.layout.inputs
        if let below { return below.backward(tree, inputs: inputs, ends: d, into: slots, gradient: gradient, key: key) }
        // Of the events only the last of each sequence was read.
        slots.baseAddress!.update(repeating: 0, count: tree.slotCount * width)
        for (row, node) in tree.ends.prefix(tree.endCount).enumerated() where node >= 0 {
            let into = slots.baseAddress! + Int(tree.slots[Int(node)]) * width, from = d.baseAddress! + row * width
            for column in 0..<width { into[column] += from[column] }
        }
    }
}

/// The forward pass alone.
final class DenseScorer: BodyScorer {
    private let stack: DenseStack
    private let below: (any BodyScorer)?

    init(_ weights: DenseWeights, _ room: ShardRoom, _ below: (any BodyScorer)?) {
        stack = DenseStack(weights, rows: room.ends, training: false)
        self.below = below
    }

    func forward(_ tree: PrefixTree, inputs: Floats, into ends: Floats) {
        if let below { below.forward(tree, inputs: inputs, into: stack.inputs) } else { stack.read(tree, inputs) }
        stack.forward(rows: tree.endCount, into: ends)
    }
}
