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

    /// - Parameter targets: -1 where there is none.
    func weights(_ targets: [Int32], classes: Int) -> [Double] {
        guard self == .balanced else { return [] }
        var counts = [Int](repeating: 0, count: classes)
        for target in targets where target >= 0 { counts[Int(target)] += 1 }
        let present = Double(counts.count { $0 > 0 }), known = Double(counts.reduce(0, +))
        return counts.map { $0 == 0 ? 0 : known / (present * Double($0)) }
    }

    func weights(_ target: WindowTarget) -> [Double] {
        if case .classes(let codes, let names) = target.values { weights(codes, classes: names.count) } else { [] }
    }
}

extension NeuralEstimator {
    /// It tells which epoch's weights are kept.
    public var readsValidation: Bool { true }

    public var decoder: NeuralSequenceModel.Decoder? { nil }

    public func fit(_ training: SequenceWindows, validation: SequenceWindows?, seed: Int, work: Work = Work()) throws -> (model: any SequenceModel, history: TrainingHistory) {
        let (model, history) = try fitNetwork(training, validation: validation, seed: seed, work: work)
        return (model, history)
    }

    /// As `fit`, with the type of what it gives.
    ///
    /// - Parameter checkpoint: where the training keeps how far it is, and goes on from.
    public func fitNetwork(
        _ training: SequenceWindows, validation: SequenceWindows?, seed: Int, checkpoint: TrainingCheckpoint? = nil, work: Work = Work()
    ) throws -> (model: NeuralSequenceModel, history: TrainingHistory) {
        try check(training, validation)
        let body = try body(inputs: embedding * training.inputs.variables.count + training.inputs.numbers.count, length: training.length)
        let configuration = NeuralSequenceModel.Configuration(
            body: body, length: training.length, embedding: embedding, variables: training.inputs.variables, numbers: try Self.scales(training, work),
            targets: try training.outputs.map { try $0.modelTarget() }, context: try NeuralSequenceModel.Context(training.context, work: work), decoder: decoder)
        // Steps are of one class each.
        if decoder != nil { _ = try onlyTarget(training) }
        let set = try configuration.set(training, isLearnt: true, work: work)
        defer { letGo(set) }
        var options = self.training
        options.seed = seed
        options.name = Self.schema.name
        options.classWeights = training.outputs.map(classWeights.weights)
        do {
            let validationSet = try validation.map { try configuration.set($0, isLearnt: true, work: work) }
            let trainer = try Trainer(configuration.network, options: options, training: set, validation: validationSet)
            let identity = checkpoint.map { _ in TrainingCheckpoint.Identity(configuration.network, options, training: set, validation: validationSet) }
            let (network, history) = try trainer.run(
                from: identity.flatMap { try checkpoint?.state($0) }, keeper: identity.flatMap { checkpoint?.keeper($0) }, work: work)
            return (NeuralSequenceModel(configuration, network), history)
        } catch let failure as TrainingFailure { throw SequenceModelError(failure) }
    }

}

extension SequenceEstimator {
    /// The mean and the standard deviation of each number over the events of the training windows, each event once.
    static func scales(_ windows: SequenceWindows, _ work: Work) throws -> [NumberScale] {
        guard let events = windows.inputs.events, !windows.inputs.numbers.isEmpty else { return [] }
        let numbers = windows.inputs.numbers
        var isIn = [Bool](repeating: false, count: windows.events.count)
        try work.forEachStretch(of: windows.count) { for row in $0 { for place in windows.ends[row] - windows.known[row]..<windows.ends[row] { isIn[Int(place)] = true } } }
        return try numbers.indices.map { number in
            var finder = NumberScale.Finder()
            try work.forEachStretch(of: windows.events.count) {
                for place in $0 where isIn[place] && windows.events[place] >= 0 { finder.add(events.numbers[Int(windows.events[place]) * numbers.count + number]) }
            }
            return try finder.scale(numbers[number])
        }
    }
}

extension Schema where Root: NeuralEstimator {
    /// A schema with the hyperparameters of the body, and those that all networks share.
    init(_ name: String, _ summary: String, body: [Hyperparameter<Root>]) {
        self.init(
            name, summary,
            body + Self.training + [
                Hyperparameter("class-weights", \.classWeights, "what an error on a class counts for: the same, or the more the rarer it is"),
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
            Hyperparameter("optimizer", \.training.optimiser, "rule of a step; sgd has momentum 0.9"),
            Hyperparameter("rate", \.training.rate, in: 1e-7...10, "step size"),
            Hyperparameter("schedule", \.training.schedule, "how the step size falls: not, along a cosine to 0, or to a half after each third"),
            Hyperparameter("warm-up", \.training.warmUp, in: 0...1, "share of the steps over which the step size rises from 0"),
            Hyperparameter("weight-decay", \.training.decay, in: 0...10, "pull of the weights towards 0"),
            Hyperparameter("patience", \.training.patience, in: 0...10_000, "epochs without a lower validation loss before training ends; 0 for never"),
            Hyperparameter("clip", \.training.clip, in: 0...1e6, "greatest length of the gradient; 0 for any"),
        ]
    }
}
