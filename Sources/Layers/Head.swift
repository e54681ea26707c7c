import Algebra
import CKernels

/// What a class counts for, and how far the targets are believed.
struct LossOptions: Sendable {
    /// One a class; empty where all count 1.
    let classWeights: [Float]
    /// The share of a target that is spread over all classes.
    let smoothing: Float
    /// The sum of the class weights.
    let weightSum: Float

    init(classWeights: [Double] = [], smoothing: Double = 0, classes: Int) {
        self.classWeights = classWeights.map { Float($0) }
        self.smoothing = Float(smoothing)
        weightSum = classWeights.isEmpty ? Float(classes) : self.classWeights.reduce(0, +)
    }

    func weight(_ target: Int32) -> Float { classWeights.isEmpty ? 1 : classWeights[Int(target)] }
}

/// One core's memory of the head: a dense softmax layer on the states of the ends, and their side inputs.
final class HeadShard {
    private let weights: NetworkWeights
    /// `[ends, state]`: the states, later dL/d states; `[ends, state + side inputs]` where there are side inputs, else the same.
    let states: Floats
    private let joined: Floats
    /// `[ends, classes]` twice, `[ends]`.
    let logits: Floats, probabilities: Floats, logSums: Floats
    private let memory: Workspace<Float>
    /// The loss summed over the shard's sequences, and how many of them had their class as the likeliest.
    private(set) var loss = 0.0
    private(set) var correct = 0

    static func parts(_ configuration: NetworkConfiguration, sequences: Int) -> [Int] {
        let width = configuration.body.width, classes = configuration.classes
        return [sequences * width, configuration.sideInputs > 0 ? sequences * (width + configuration.sideInputs) : 0, sequences * classes, sequences * classes, sequences]
    }

    init(_ weights: NetworkWeights, sequences: Int) {
        self.weights = weights
        let parts = Self.parts(weights.configuration, sequences: sequences)
        memory = Workspace(parts: parts)
        states = memory.next(parts[0])
        let other = memory.next(parts[1])
        joined = parts[1] > 0 ? other : states
        (logits, probabilities, logSums) = (memory.next(parts[2]), memory.next(parts[3]), memory.next(parts[4]))
    }

    private var width: Int { weights.configuration.body.width }
    private var inputs: Int { width + weights.configuration.sideInputs }

    /// From `states` to `logits` (with their bias), `probabilities` and `logSums`.
    ///
    /// - Parameter rows: of the set, one an end where there are side inputs.
    func forward(_ count: Int, _ rows: UnsafeBufferPointer<Int32>, _ set: SequenceReader) {
        let side = weights.configuration.sideInputs
        if side > 0 {
            for end in 0..<count {
                let row = joined.baseAddress! + end * inputs
                row.update(from: states.baseAddress! + end * width, count: width)
                (row + width).update(from: set.sideInputs + Int(rows[end]) * side, count: side)
            }
        }
        weights.head.multiply(joined.baseAddress!, count: count, into: logits.baseAddress!)
        cnb_softmax(
            count, weights.configuration.classes, weights.pointer(weights.layout.headBias), logits.baseAddress!, probabilities.baseAddress!, logSums.baseAddress!)
    }

    /// Sums the cross entropy, counts hits, and turns `logits` into dL/d logits.
    ///
    /// - Parameter share: what a sequence of weight 1 counts for in the mean loss.
    func score(_ tree: PrefixTree, _ rows: UnsafeBufferPointer<Int32>, _ set: SequenceReader, _ options: LossOptions, share: Float) {
        let classes = weights.configuration.classes, spread = options.smoothing / Float(classes)
        loss = 0
        correct = 0
        var i = 0
        for end in 0..<tree.endCount {
            let scores = logits.baseAddress! + end * classes, chances = probabilities.baseAddress! + end * classes
            let likeliest = firstMaximum(chances, classes)
            let first = i
            var all: Float = 0
            // Of the classes' own losses, by their weights.
            let spreadLoss = spread > 0 ? spreadLoss(scores, logSums[end], options) : 0
            while i < rows.count, Int(tree.endOfSequence[i]) == end {
                let target = set.targets[Int(rows[i])], weight = options.weight(target)
                loss += Double(1 - options.smoothing) * Double(weight) * (Double(logSums[end]) - Double(scores[Int(target)])) + Double(spread) * spreadLoss
                if Int(target) == likeliest { correct += 1 }
                all += weight
                i += 1
            }
            let own = share * (1 - options.smoothing), others = share * spread * Float(i - first)
            let weight = own * all + others * options.weightSum
            if spread > 0 {
                for j in 0..<classes { scores[j] = weight * chances[j] - others * options.weight(Int32(j)) }
            } else {
                for j in 0..<classes { scores[j] = weight * chances[j] }
            }
            for k in first..<i {
                let target = set.targets[Int(rows[k])]
                scores[Int(target)] -= own * options.weight(target)
            }
        }
    }

    private func spreadLoss(_ scores: UnsafePointer<Float>, _ logSum: Float, _ options: LossOptions) -> Double {
        var sum = 0.0
        for j in 0..<weights.configuration.classes { sum += Double(options.weight(Int32(j))) * (Double(logSum) - Double(scores[j])) }
        return sum
    }

    /// From dL/d logits to the gradients of the head and dL/d states, in `states`.
    func backward(_ count: Int, gradient: UnsafeMutablePointer<Float>) {
        let layout = weights.layout, classes = weights.configuration.classes
        multiply(
            .firstTransposed, inputs, classes, count, UnsafeBufferPointer(joined), UnsafeBufferPointer(logits),
            into: Floats(start: layout.headWeight.pointer(in: gradient), count: layout.headWeight.count))
        cnb_sum_rows(count, classes, logits.baseAddress!, layout.headBias.pointer(in: gradient))
        weights.headBack?.multiply(logits.baseAddress!, count: count, into: joined.baseAddress!)
        guard inputs > width else { return }
        for end in 0..<count { (states.baseAddress! + end * width).update(from: joined.baseAddress! + end * inputs, count: width) }
    }
}

/// The index of the greatest of `count` numbers, the first of equals.
func firstMaximum(_ values: UnsafePointer<Float>, _ count: Int) -> Int {
    var best = 0
    for index in 1..<max(count, 1) where values[index] > values[best] { best = index }
    return best
}
