import Features
import Layers
import Runtime

/// An estimator that is trained in epochs.
public protocol TrainedEstimator: Estimator {
    /// How it is trained; the seed and the name are those of the fit.
    var training: TrainingOptions { get set }
}

/// An estimator of a network that predicts from sequences; they differ in their body, and in what continues a window.
public protocol NeuralEstimator: SequenceEstimator, TrainedEstimator {
    /// The width of the embedding of a variable.
    var embedding: Int { get }
    /// What a class counts for: `none`, or `balanced`: as often as it is rarer than the others.
    var classWeights: ClassWeights { get set }

    /// What continues a window where the model predicts several steps.
    var decoder: NeuralSequenceModel.Decoder? { get }

    /// The body that the hyperparameters describe.
    ///
    /// - Parameters:
    ///   - inputs: what is fed of an event, the embeddings and numbers side by side.
    ///   - length: the events of a window.
    /// - Throws: `SequenceModelError` for hyperparameters that do not go together.
    func body(inputs: Int, length: Int) throws(SequenceModelError) -> BodyConfiguration
}

/// What an error on a class counts for.
public enum ClassWeights: String, Sendable, Hashable, CaseIterable {
    /// All the same.
    case none
    /// rows / (classes · rows of the class), as scikit-learn's `balanced`, over the training part; 0 for a class that it has none of.
    case balanced

    func weights(_ targets: [Int32], classes: Int) -> [Double] {
        guard self == .balanced else { return [] }
        var counts = [Int](repeating: 0, count: classes)
        for target in targets { counts[Int(target)] += 1 }
        let present = Double(counts.count { $0 > 0 })
        return counts.map { $0 == 0 ? 0 : Double(targets.count) / (present * Double($0)) }
    }
}

extension NeuralEstimator {
    public var decoder: NeuralSequenceModel.Decoder? { nil }

    public func fit(_ training: SequenceWindows, validation: SequenceWindows?, seed: Int, work: Work = Work()) throws -> (model: any SequenceModel, history: TrainingHistory) {
        let (model, history) = try fitNetwork(training, validation: validation, seed: seed, work: work)
        return (model, history)
    }

    /// As `fit`, with the type of what it gives.
    public func fitNetwork(_ training: SequenceWindows, validation: SequenceWindows?, seed: Int, work: Work = Work()) throws -> (model: NeuralSequenceModel, history: TrainingHistory) {
        try check(training, validation)
        let body = try body(inputs: embedding * training.inputs.variables.count + training.inputs.numbers.count, length: training.length)
        let configuration = NeuralSequenceModel.Configuration(
            body: body, length: training.length, embedding: embedding, variables: training.inputs.variables, numbers: try Self.scales(training, work), classes: training.classes,
            decoder: decoder)
        let set = try configuration.set(training, targets: configuration.targets(training), work: work)
        defer { letGo(set) }
        try expectClasses(training)
        var options = self.training
        options.seed = seed
        options.name = Self.schema.name
        options.classWeights = [classWeights.weights(training.targets, classes: training.classes.count)]
        do {
            let trainer = try Trainer(
                configuration.network, options: options, training: set, validation: try validation.map { try configuration.set($0, targets: configuration.targets($0), work: work) })
            let (network, history) = try trainer.run(work: work)
            return (NeuralSequenceModel(configuration, network), history)
        } catch let failure as TrainingFailure { throw SequenceModelError(failure) }
    }

}

extension SequenceEstimator {
    /// The mean and the standard deviation of each number over the events of the training windows, each event once.
    static func scales(_ windows: SequenceWindows, _ work: Work) throws -> [NeuralSequenceModel.Configuration.Scale] {
        guard let events = windows.inputs.events, !windows.inputs.numbers.isEmpty else { return [] }
        let numbers = windows.inputs.numbers
        var isIn = [Bool](repeating: false, count: windows.events.count)
        try work.forEachStretch(of: windows.count) { for row in $0 { for place in windows.ends[row] - windows.known[row]..<windows.ends[row] { isIn[Int(place)] = true } } }
        return try numbers.indices.map { number in
            var count = 0.0, mean = 0.0, squares = 0.0
            try work.forEachStretch(of: windows.events.count) {
                for place in $0 where isIn[place] && windows.events[place] >= 0 {
                    let value = events.numbers[Int(windows.events[place]) * numbers.count + number]
                    guard !value.isNaN else { continue }
                    // Welford's update, exact also where the mean is far from 0.
                    count += 1
                    let gap = value - mean
                    mean += gap / count
                    squares += gap * (value - mean)
                }
            }
            guard mean.isFinite, squares.isFinite else { throw SequenceModelError.infinite(numbers[number]) }
            let deviation = count > 0 ? (squares / count).squareRoot() : 0
            return .init(name: numbers[number], mean: mean, deviation: deviation > 0 ? deviation : 1)
        }
    }
}

extension Schema where Root: NeuralEstimator {
    /// A schema with the hyperparameters of the body, and those that all networks share.
    init(_ name: String, _ summary: String, body: [Hyperparameter<Root>]) {
        self.init(
            name, summary,
            body + Self.training + [
                Hyperparameter("class-weights", \.classWeightsName, oneOf: ClassWeights.allCases.map(\.rawValue), "what an error on a class counts for: the same, or the more the rarer it is"),
                Hyperparameter("smoothing", \.training.smoothing, in: 0...0.9, "share of a target that is spread over all classes"),
            ])
    }
}

extension Schema where Root: TrainedEstimator {
    /// How it is trained: the same for all.
    static var training: [Hyperparameter<Root>] {
        [
            Hyperparameter("epochs", \.training.epochs, in: 1...10_000, "passes over the training part at most"),
            Hyperparameter("batch", \.training.batch, in: 1...1_000_000, "windows a step"),
            Hyperparameter("optimizer", \.training.optimiserName, oneOf: OptimiserKind.allCases.map(\.rawValue), "rule of a step; sgd has momentum 0.9"),
            Hyperparameter("rate", \.training.rate, in: 1e-7...10, "step size"),
            Hyperparameter("schedule", \.training.scheduleName, oneOf: LearningRate.Schedule.allCases.map(\.rawValue), "how the step size falls: not, along a cosine to 0, or to a half after each third"),
            Hyperparameter("warm-up", \.training.warmUp, in: 0...1, "share of the steps over which the step size rises from 0"),
            Hyperparameter("weight-decay", \.training.decay, in: 0...10, "pull of the weights towards 0"),
            Hyperparameter("patience", \.training.patience, in: 0...10_000, "epochs without a lower validation loss before training ends; 0 for never"),
            Hyperparameter("clip", \.training.clip, in: 0...1e6, "greatest length of the gradient; 0 for any"),
        ]
    }
}

extension NeuralEstimator {
    fileprivate var classWeightsName: String {
        get { classWeights.rawValue }
        set { classWeights = ClassWeights(rawValue: newValue) ?? classWeights }
    }
}

extension TrainingOptions {
    fileprivate var optimiserName: String {
        get { optimiser.rawValue }
        set { optimiser = OptimiserKind(rawValue: newValue) ?? optimiser }
    }

    fileprivate var scheduleName: String {
        get { schedule.rawValue }
        set { schedule = LearningRate.Schedule(rawValue: newValue) ?? schedule }
    }
}
