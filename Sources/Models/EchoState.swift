import Algebra
import Features
import Layers
import Runtime

/// Predicts from the last events with an echo state network: a random recurrent network that is not trained (`Reservoir`), of which a linear read-out of the last state is.
///
/// The read-out solves ridge regression on the classes as ones and zeros, or on a number in standard deviations, a constant left free. Of classes its values are no probabilities; these are the softmax of a temperature times
/// the values, the one temperature that makes the log loss least on the validation part (on the training part without one), found by golden section on its logarithm.
///
/// ### Shapes
/// States are `[windows, hidden]`, from a state of zero before the first event; padding is not computed.
///
/// - Complexity: O(events · length · hidden · density · hidden) for the states, O(windows · hidden² + hidden³) for the read-out; 8 · 8 · hidden² bytes, and the states of 256 windows a thread.
///
/// ### References
/// H. Jaeger. The "echo state" approach to analysing and training recurrent neural networks. GMD Report 148, 2001. M. Lukoševičius. A Practical Guide to Applying Echo State Networks.
/// Neural Networks: Tricks of the Trade 2012.
public struct EchoState: SequenceEstimator {
    public var hidden = 300
    /// The greatest size of an eigenvalue of the connections: how long the past echoes.
    public var radius = 0.9
    /// The share of a state that a step renews.
    public var leak = 0.5
    public var density = 0.1
    public var ridge = 1.0
    public var inputScale = 1.0
    /// The temperature of the softmax is settled on it.
    public var readsValidation: Bool { true }

    public static let schema = Schema<Self>(
        "esn", "Predict what comes next from the last events with an echo state network.",
        Hyperparameter("hidden", \.hidden, in: 1...2000, "units of the reservoir"),
        Hyperparameter("radius", \.radius, in: 0...10, "spectral radius of the connections: how long the past echoes"),
        Hyperparameter("leak", \.leak, in: 0.001...1, "share of a state that an event renews"),
        Hyperparameter("density", \.density, in: 0...1, "share of the units that feed a unit, at least one"),
        Hyperparameter("ridge", \.ridge, in: 1e-9...1e9, "pull of the read-out's weights towards 0"),
        Hyperparameter("input-scale", \.inputScale, in: 0.001...100, "greatest weight of an input"))

    public init() {}

    public func fit(_ training: SequenceWindows, validation: SequenceWindows?, seed: Int, work: Work = Work()) throws -> (model: any SequenceModel, history: TrainingHistory) {
        (try fitReadout(training, validation: validation, seed: seed, work: work), TrainingHistory())
    }

    /// As `fit`, with the type of what it gives.
    public func fitReadout(_ training: SequenceWindows, validation: SequenceWindows? = nil, seed: Int, work: Work = Work()) throws -> EchoStateModel {
        try check(training, validation)
        let target = try onlyTarget(training, takesNumbers: true)
        let windows = try Reservoir.Events(training, work: work)
        let reservoir = try Reservoir(self, variables: training.inputs.variables, scales: Self.scales(training, work), seed: seed, work: work)
        let weights = try readout(reservoir, windows, target, work: work)
        var model = EchoStateModel(self, reservoir, of: training, target, weights: weights)
        guard case .classes = target.kind else { return model }
        let judge = validation.flatMap { $0.count > 0 ? $0 : nil } ?? training
        model.temperature = try Self.temperature(model.values(judge, work: work), targets: judge.targets, work: work)
        return model
    }

    /// The weights `[width, hidden + 1]`, the last of each for the constant.
    private func readout(_ reservoir: Reservoir, _ windows: Reservoir.Events, _ target: ModelTarget, work: Work) throws -> [Double] {
        let inputs = hidden + 1, width = target.width, learnt = windows.windows.outputs[0].values
        let block = 256, blocks = (windows.order.count + block - 1) / block, shards = min(8, blocks)
        let parts = try work.workers.map(shards: shards) { shard in
            var sums = NormalEquations(inputs: inputs, outputs: width)
            let room = Reservoir.Room(reservoir)
            try withUnsafeTemporaryAllocation(of: Float.self, capacity: block * inputs) { states in
                try withUnsafeTemporaryAllocation(of: Double.self, capacity: block * inputs) { rows in
                    for index in blocks * shard / shards..<blocks * (shard + 1) / shards {
                        try work.check()
                        if shard == 0 { work.report("training \(Self.schema.name)", Double(index * shards) / Double(blocks)) }
                        let ranks = windows.order[index * block..<min(windows.order.count, (index + 1) * block)]
                        reservoir.states(ranks, of: windows, room: room, into: states.baseAddress!)
                        for place in 0..<ranks.count * inputs { rows[place] = Double(states[place]) }
                        let used = UnsafeBufferPointer(rebasing: rows[..<(ranks.count * inputs)])
                        switch (learnt, target.kind) {
                        case (.numbers(let numbers), .number(let mean, let deviation)): sums.add(rows: used, numbers: ranks.lazy.map { (numbers[Int($0)] - mean) / deviation })
                        case (.classes(let codes, _), _): sums.add(rows: used, targets: ranks.lazy.map { codes[Int($0)] })
                        case (.numbers, .classes): preconditionFailure("a target is learnt as what it is")
                        }
                    }
                }
            }
            return sums
        }
        var whole = NormalEquations(inputs: inputs, outputs: width)
        for part in parts { whole.add(part) }
        try work.check()
        guard let weights = whole.solved(ridge: ridge) else { throw SequenceModelError.singular }
        return weights
    }

    /// The factor of the values whose softmax has the least log loss, from 1/8 to 4,096.
    ///
    /// The log loss is convex in the factor, so it has one valley in its logarithm too.
    static func temperature(_ values: Matrix, targets: [Int32], work: Work) throws -> Double {
        let block = 4096
        func loss(_ power: Double) throws -> Double {
            let factor = Self.twoTo(power)
            let parts = try work.workers.map(shards: (values.rows + block - 1) / block) { shard in
                try work.check()
                let rows = shard * block..<min(values.rows, (shard + 1) * block)
                return Elementwise.crossEntropy(values, rows: rows, factor: Float(factor), targets: targets)
            }
            return parts.reduce(0, +)
        }
        let golden = (5.0.squareRoot() - 1) / 2
        var low = -3.0, high = 12.0
        var left = high - golden * (high - low), right = low + golden * (high - low)
        var lossLeft = try loss(left), lossRight = try loss(right)
        while high - low > 1e-3 {
            if lossLeft <= lossRight {
                (high, right, lossRight) = (right, left, lossLeft)
                left = high - golden * (high - low)
                lossLeft = try loss(left)
            } else {
                (low, left, lossLeft) = (left, right, lossRight)
                right = low + golden * (high - low)
                lossRight = try loss(right)
            }
        }
        return twoTo((low + high) / 2)
    }

    /// 2^power by its whole part and the series of the rest, without libm.
    private static func twoTo(_ power: Double) -> Double {
        let whole = power.rounded(.down), rest = (power - whole) * 0.693147180559945309
        var term = 1.0, sum = 1.0
        for k in 1...20 {
            term *= rest / Double(k)
            sum += term
        }
        return sum * Double(sign: .plus, exponent: Int(whole), significand: 1)
    }
}

/// A fitted echo state network.
public struct EchoStateModel: SequenceModel {
    public let options: EchoState
    public let length: Int
    public let variables: [SequenceInputs.Variable]
    public let numbers: [String]
    public let targets: [ModelTarget]
    /// What the values of the read-out are multiplied by before the softmax.
    public internal(set) var temperature = 1.0
    /// `[classes, hidden + 1]`, or one row for a number; the last of each row for the constant.
    public let weights: [Float]
    let reservoir: Reservoir
    private let packed: PackedMatrix

    init(_ options: EchoState, _ reservoir: Reservoir, of windows: SequenceWindows, _ target: ModelTarget, weights: [Double]) {
        self.options = options
        self.reservoir = reservoir
        length = windows.length
        variables = windows.inputs.variables
        numbers = windows.inputs.numbers
        targets = [target]
        self.weights = weights.map { Float($0) }
        packed = PackedMatrix(rows: options.hidden + 1, columns: target.width)
        packed.pack(self.weights, transposed: true)
    }

    /// The read-out's weights and the temperature: the reservoir is drawn, not learnt.
    public var parameterCount: Int { weights.count + (classes.isEmpty ? 0 : 1) }

    public var settings: [(name: String, value: String)] {
        [
            ("hidden units", NumberText.grouped(options.hidden)), ("spectral radius", NumberText.short(options.radius)), ("leak", NumberText.short(options.leak)),
            ("density", NumberText.short(options.density)), ("ridge", NumberText.short(options.ridge)), ("input scale", NumberText.short(options.inputScale)),
        ] + (classes.isEmpty ? [] : [("temperature", NumberText.short(temperature))])
    }

    public func predict(_ windows: SequenceWindows, work: Work = Work()) throws -> Matrix {
        switch try predictions(windows, work: work)[0] {
        case .classes(let chances): chances
        case .numbers(let numbers): Matrix(rows: windows.count, columns: 1, values: numbers.map { Float($0) })
        }
    }

    public func predictions(_ windows: SequenceWindows, work: Work = Work()) throws -> [SequencePrediction] {
        try check(windows)
        var values = try values(windows, work: work)
        if case .number(let mean, let deviation) = targets[0].kind {
            return [.numbers(try work.map(rows: windows.count) { mean + deviation * Double(values.values[$0]) })]
        }
        let factor = Float(temperature)
        try work.forEachStretch(of: values.values.count) { for place in $0 { values.values[place] *= factor } }
        return [.classes(Elementwise.softmax(values))]
    }

    /// The values of the read-out, `[windows.count, width]`.
    func values(_ windows: SequenceWindows, work: Work) throws -> Matrix {
        let windows = try Reservoir.Events(windows, work: work)
        let count = windows.order.count, width = targets[0].width, inputs = options.hidden + 1
        var result = Matrix(rows: count, columns: width)
        // A shard is several blocks, so that a worker's memory is made once for them; what is computed of a window does not depend on either.
        let block = 256, run = 8 * block
        try result.values.withUnsafeMutableBufferPointer { result in
            nonisolated(unsafe) let result = result
            try work.workers.forEach(shards: (count + run - 1) / run) { shard in
                let room = Reservoir.Room(reservoir)
                try withUnsafeTemporaryAllocation(of: Float.self, capacity: block * (inputs + width)) { memory in
                    let states = memory.baseAddress!, values = states + block * inputs
                    for first in stride(from: shard * run, to: min(count, (shard + 1) * run), by: block) {
                        try work.check()
                        let ranks = windows.order[first..<min(count, first + block)]
                        reservoir.states(ranks, of: windows, room: room, into: states)
                        packed.multiply(states, count: ranks.count, into: values)
                        for (place, row) in ranks.enumerated() {
                            for label in 0..<width { result[Int(row) * width + label] = values[place * width + label] }
                        }
                    }
                }
            }
        }
        return result
    }
}
