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
        for part in parts {
            let bound = 1 / Double(part.weight.shape[0]).squareRoot()
            part.weight.fill(vector, within: bound, from: &stream)
            part.bias.fill(vector, within: bound, from: &stream)
        }
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
    /// `[ends, width]` twice, `[ends]`: of classes logits (with their bias), probabilities and logarithms of the sums of exponentials; of a number its value alone.
    private struct Output {
        let logits: Floats, probabilities: Floats, logSums: Floats
    }

    private let weights: OutputsWeights
    let states: Floats
    /// `[ends, state + side inputs]` where there are side inputs, else the states.
    private let joined: Floats
    private let outputs: [Output]
    private let width: Int, sideInputs: Int
    private let memory: Workspace<Float>
    private(set) var tallies: [OutputTally]

    static func parts(_ layout: OutputsLayout, _ room: HeadRoom) -> [Int] {
        let ends = room.ends
        return [ends * room.width, room.sideInputs > 0 ? ends * (room.width + room.sideInputs) : 0]
            + layout.outputs.flatMap { output in
                if case .classes(let count) = output.kind { [ends * count, ends * count, ends] } else { [ends, 0, 0] }
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
        outputs = weights.layout.outputs.map { _ in Output(logits: memory.next(), probabilities: memory.next(), logSums: memory.next()) }
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
            if case .classes(let classes) = weights.layout.outputs[index].kind {
                cnb_softmax(count, classes, bias, output.logits.baseAddress!, output.probabilities.baseAddress!, output.logSums.baseAddress!)
            } else {
                for end in 0..<count { output.logits[end] += bias[0] }
            }
        }
    }

    func score(_ tree: PrefixTree, _ rows: UnsafeBufferPointer<Int32>, _ set: SequenceReader, _ options: [LossOptions], shares: [Float]) {
        for index in outputs.indices {
            if case .classes(let classes) = weights.layout.outputs[index].kind {
                tallies[index] = scoreClasses(index, classes, tree, rows, set.codes(index), options[index], share: shares[index])
            } else {
                tallies[index] = scoreNumbers(outputs[index].logits, tree, rows, set.numbers(index), share: shares[index])
            }
        }
    }

    /// The cross entropy, and `logits` turned into dL/d logits.
    private func scoreClasses(
        _ index: Int, _ classes: Int, _ tree: PrefixTree, _ rows: UnsafeBufferPointer<Int32>, _ targets: UnsafePointer<Int32>, _ options: LossOptions, share: Float
    ) -> OutputTally {
        let output = outputs[index], spread = options.smoothing / Float(classes)
        var tally = OutputTally()
        var i = 0
        for end in 0..<tree.endCount {
            let scores = output.logits.baseAddress! + end * classes, chances = output.probabilities.baseAddress! + end * classes, logSum = output.logSums[end]
            let likeliest = firstMaximum(chances, classes)
            let first = i
            var all: Float = 0, known: Float = 0
            // Of the classes' own losses, by their weights.
            let spreadLoss = spread > 0 ? spreadLoss(scores, logSum, classes, options) : 0
            while i < rows.count, Int(tree.endOfSequence[i]) == end {
                let target = targets[Int(rows[i])]
                i += 1
                guard target >= 0 else { continue }
                let weight = options.weight(target)
                tally.loss += Double(1 - options.smoothing) * Double(weight) * (Double(logSum) - Double(scores[Int(target)])) + Double(spread) * spreadLoss
                tally.weight += Double(weight)
                tally.known += 1
                if Int(target) == likeliest { tally.correct += 1 }
                all += weight
                known += 1
            }
            let own = share * (1 - options.smoothing), others = share * spread * known
            let weight = own * all + others * options.weightSum
            if spread > 0 {
                for j in 0..<classes { scores[j] = weight * chances[j] - others * options.weight(Int32(j)) }
            } else {
                for j in 0..<classes { scores[j] = weight * chances[j] }
            }
            for k in first..<i {
                let target = targets[Int(rows[k])]
                if target >= 0 { scores[Int(target)] -= own * options.weight(target) }
            }
        }
        return tally
    }

    private func spreadLoss(_ scores: UnsafePointer<Float>, _ logSum: Float, _ classes: Int, _ options: LossOptions) -> Double {
        var sum = 0.0
        for j in 0..<classes { sum += Double(options.weight(Int32(j))) * (Double(logSum) - Double(scores[j])) }
        return sum
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
        _ index: Int, _ tree: PrefixTree, _ rows: UnsafeBufferPointer<Int32>, _ set: SequenceReader, _ options: LossOptions, _ found: (_ row: Int, _ loss: Double?, _ isRight: Bool) -> Void
    ) {
        let output = outputs[index]
        for (place, row) in rows.enumerated() {
            let end = Int(tree.endOfSequence[place])
            guard case .classes(let classes) = weights.layout.outputs[index].kind else {
                let target = set.numbers(index)[Int(row)], gap = Double(output.logits[end]) - Double(target)
                found(Int(row), target.isNaN ? nil : gap * gap, false)
                continue
            }
            let target = set.codes(index)[Int(row)]
            guard target >= 0 else {
                found(Int(row), nil, false)
                continue
            }
            let loss = Double(options.weight(target)) * (Double(output.logSums[end]) - Double(output.logits[end * classes + Int(target)]))
            found(Int(row), loss, firstMaximum(output.probabilities.baseAddress! + end * classes, classes) == Int(target))
        }
    }
}
