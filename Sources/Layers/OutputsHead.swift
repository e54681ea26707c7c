import Algebra
import CKernels
import Runtime

/// Where the parameters of dense outputs lie.
struct OutputsLayout: HeadLayout {
    let outputs: [OutputConfiguration]
    /// `[state + side inputs, width]` and `[width]`, one an output.
    let parts: [DenseParts]

    init(_ outputs: [OutputConfiguration], inputs: Int, _ table: inout ParameterTable) {
        precondition(!outputs.isEmpty, "a head needs an output")
        self.outputs = outputs
        parts = outputs.map { output in
            let name = output.name.map { "head.\($0)." } ?? "head."
            return DenseParts(weight: table.add(name + "weight", inputs, output.width), bias: table.add(name + "bias", output.width))
        }
    }

    var widths: [Int] { outputs.map(\.width) }

    /// Uniform in ±1/√inputs, as PyTorch's linear layers.
    func draw(_ vector: UnsafeMutablePointer<Float>, from stream: inout RandomStream) {
        for part in parts { part.draw(vector, from: &stream) }
    }

    func weights(_ vector: UnsafeMutablePointer<Float>, training: Bool) -> any HeadWeights { OutputsWeights(self, vector, training: training) }
    func shardBytes(_ room: HeadRoom) -> Int { Workspace<Float>.bytes(OutputsShard.parts(self, room)) }
}

/// The parameters of dense outputs, and the packed forms that the products read.
final class OutputsWeights: HeadWeights, @unchecked Sendable {
    let layout: OutputsLayout
    let packed: [PackedPair]
    private let vector: UnsafeMutablePointer<Float>

    init(_ layout: OutputsLayout, _ vector: UnsafeMutablePointer<Float>, training: Bool) {
        self.layout = layout
        self.vector = vector
        packed = layout.parts.map { PackedPair($0.weight, training: training) }
    }

    func pointer(_ part: ParameterPart) -> UnsafePointer<Float> { UnsafePointer(part.pointer(in: vector)) }
    var packings: [Packing] { packed.flatMap(\.packings) }
    func shard(_ room: HeadRoom, training: Bool) -> any HeadShard { OutputsShard(self, room) }
}

/// One core's memory of dense outputs on the states of the ends, and their side inputs.
final class OutputsShard: HeadShard {
    private let weights: OutputsWeights
    let states: Floats
    /// `[ends, state + side inputs]` where there are side inputs, else the states.
    private let joined: Floats
    /// A row an end; of a number the logits are its values, and there is nothing else.
    private let outputs: [SoftmaxRows]
    private let width: Int, sideInputs: Int
    private let memory: Workspace<Float>
    private(set) var tallies: [OutputTally]

    static func parts(_ layout: OutputsLayout, _ room: HeadRoom) -> [Int] {
        let ends = room.ends
        return [ends * room.width, room.sideInputs > 0 ? ends * (room.width + room.sideInputs) : 0]
            + layout.outputs.flatMap { output in
                if case .classes(let count) = output.kind { SoftmaxRows.parts(rows: ends, classes: count) } else { [ends, 0, 0] }
            }
    }

    init(_ weights: OutputsWeights, _ room: HeadRoom) {
        self.weights = weights
        (width, sideInputs) = (room.width, room.sideInputs)
        let memory = Workspace<Float>(parts: Self.parts(weights.layout, room))
        self.memory = memory
        states = memory.next()
        let other = memory.next()
        joined = room.sideInputs > 0 ? other : states
        outputs = weights.layout.outputs.map { SoftmaxRows(classes: $0.width, logits: memory.next(), probabilities: memory.next(), logSums: memory.next()) }
        tallies = weights.layout.outputs.map { _ in OutputTally() }
    }

    func forward(_ tree: PrefixTree, _ rows: UnsafeBufferPointer<Int32>, _ set: SequenceReader) {
        let count = tree.endCount, inputs = width + sideInputs
        if sideInputs > 0 {
            for end in 0..<count {
                let row = joined.baseAddress! + end * inputs
                row.update(from: states.baseAddress! + end * width, count: width)
                (row + width).update(from: set.sideInputs + Int(rows[end]) * sideInputs, count: sideInputs)
            }
        }
        for (index, output) in outputs.enumerated() {
            weights.packed[index].forward.multiply(joined.baseAddress!, count: count, into: output.logits.baseAddress!)
            let bias = weights.pointer(weights.layout.parts[index].bias)
            if case .classes = weights.layout.outputs[index].kind {
                output.finish(rows: count, bias: bias)
            } else {
                for end in 0..<count { output.logits[end] += bias[0] }
            }
        }
    }

    func score(_ tree: PrefixTree, _ rows: UnsafeBufferPointer<Int32>, _ set: SequenceReader, _ options: [LossOptions], shares: [Float]) {
        for index in outputs.indices {
            if case .classes = weights.layout.outputs[index].kind {
                let targets = set.codes(index)
                tallies[index] = outputs[index].learn(
                    0..<tree.endCount, places: rows.count, row: { Int(tree.endOfSequence[$0]) }, target: { targets[Int(rows[$0])] }, options[index], share: shares[index])
            } else {
                tallies[index] = scoreNumbers(outputs[index].logits, tree, rows, set.numbers(index), share: shares[index])
            }
        }
    }

    /// The squared error, and `values` turned into dL/d values.
    private func scoreNumbers(_ values: Floats, _ tree: PrefixTree, _ rows: UnsafeBufferPointer<Int32>, _ targets: UnsafePointer<Float>, share: Float) -> OutputTally {
        var tally = OutputTally()
        var i = 0
        for end in 0..<tree.endCount {
            let value = values[end]
            var slope: Float = 0
            while i < rows.count, Int(tree.endOfSequence[i]) == end {
                let target = targets[Int(rows[i])], gap = value - target
                i += 1
                guard !target.isNaN else { continue }
                tally.loss += Double(gap) * Double(gap)
                tally.weight += 1
                tally.known += 1
                slope += 2 * gap
            }
            values[end] = share * slope
        }
        return tally
    }

    func backward(_ tree: PrefixTree, gradient: UnsafeMutablePointer<Float>) {
        let count = tree.endCount
        for (index, output) in outputs.enumerated() {
            let part = weights.layout.parts[index], d = output.logits.baseAddress!
            // What the layers read is not needed any more once the last has learnt from it.
            part.weight.learn(joined.baseAddress!, d, rows: count, in: gradient)
            cnb_sum_rows(count, part.bias.count, d, part.bias.pointer(in: gradient))
        }
        for (index, output) in outputs.enumerated() {
            weights.packed[index].back?.multiply(output.logits.baseAddress!, count: count, into: joined.baseAddress!, adding: index > 0)
        }
        guard sideInputs > 0 else { return }
        for end in 0..<count { (states.baseAddress! + end * width).update(from: joined.baseAddress! + end * (width + sideInputs), count: width) }
    }

    func write(_ tree: PrefixTree, _ rows: UnsafeBufferPointer<Int32>, into all: [Floats]) {
        for (index, output) in outputs.enumerated() {
            let width = weights.layout.outputs[index].width
            let values = if case .classes = weights.layout.outputs[index].kind { output.probabilities } else { output.logits }
            for (place, row) in rows.enumerated() {
                (all[index].baseAddress! + Int(row) * width).update(from: values.baseAddress! + Int(tree.endOfSequence[place]) * width, count: width)
            }
        }
    }

    func judge(
        _ index: Int, _ tree: PrefixTree, _ rows: UnsafeBufferPointer<Int32>, _ set: SequenceReader, _ options: LossOptions, _ found: (_ row: Int, _ loss: Double?, _ right: Int) -> Void
    ) {
        let output = outputs[index]
        for (place, row) in rows.enumerated() {
            let end = Int(tree.endOfSequence[place])
            guard case .classes = weights.layout.outputs[index].kind else {
                let target = set.numbers(index)[Int(row)], gap = Double(output.logits[end]) - Double(target)
                found(Int(row), target.isNaN ? nil : gap * gap, 0)
                continue
            }
            let target = set.codes(index)[Int(row)]
            guard target >= 0 else {
                found(Int(row), nil, 0)
                continue
            }
            found(Int(row), -Double(options.weight(target)) * output.logChance(end, Int(target)), output.likeliest(end) == Int(target) ? 1 : 0)
        }
    }
}
