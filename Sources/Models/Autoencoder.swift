import Features
import Layers
import Runtime

#if canImport(Glibc)
    import Glibc
#endif

/// Learns to say what it reads in few numbers, the code, and to give it back from these alone.
///
/// Rows of a table: dense layers with relu, the code, and the same layers in reverse; numbers are given back by squared error, categories, which are read as embeddings, by cross entropy. Each
/// column counts as much as what its mean or its shares alone would cost, so that none is learnt for its scale. Stretches of events: gated recurrent units read them, and from the code a
/// decoder says them again, the last first, each after the one said before.
///
/// ### References
/// G. E. Hinton, R. R. Salakhutdinov. Reducing the Dimensionality of Data with Neural Networks. Science 2006. N. Srivastava, E. Mansimov, R. Salakhutdinov. Unsupervised Learning of Video
/// Representations using LSTMs. ICML 2015.
public struct Autoencoder: TrainedEstimator {
    /// Numbers of a code.
    public var code = 8
    /// Units of each layer between the row and its code; of events those of the recurrent units.
    public var hidden = [32]
    public var embedding = 8
    public var training: TrainingOptions = {
        var options = TrainingOptions()
        (options.epochs, options.patience, options.batch) = (100, 5, 64)
        return options
    }()

    public static let schema = Schema<Self>(
        "autoencoder", "Say each row, or the last events of each user, in few numbers from which it can be given back.",
        [
            Hyperparameter("code", \.code, in: 1...1024, "numbers that a row becomes"),
            Hyperparameter("hidden", \.hidden, eachIn: 1...4096, "units of the layer between a row and its code, or a list for several; of events one"),
            Hyperparameter("embedding", \.embedding, in: 1...4096, "width of the embedding of a category or action"),
        ] + Schema.training)

    public init() {}

    /// Fits the rows of a table.
    ///
    /// - Parameter rows: of inputs whose numbers are scaled; NaN where there is no value.
    /// - Throws: `SequenceModelError`, or `Cancelled`.
    public func fit(rows training: SequenceWindows, validation: SequenceWindows?, seed: Int, work: Work = Work()) throws -> (model: RowCoder, history: TrainingHistory) {
        guard training.count > 0, training.inputs.eventCount > 0 else { throw SequenceModelError.noWindows }
        let variables = training.inputs.variables, encoding = hidden.map { DenseConfiguration.Layer($0, .relu) }
        let configuration = NetworkConfiguration(
            inputs: EventInputs(variables.map { .init(name: $0.name, vocabulary: $0.vocabulary.count, width: embedding) }, numbers: training.inputs.numbers.count),
            body: .dense(DenseConfiguration(encoding + [.init(code, .linear)] + encoding.reversed())),
            head: .outputs(
                training.inputs.numbers.map { OutputConfiguration(name: "number.\($0)", .number) }
                    + variables.map { OutputConfiguration(name: "category.\($0.name)", .classes($0.vocabulary.count)) }))
        var options = self.training
        (options.seed, options.name) = (seed, Self.schema.name)
        let set = try RowCoder.set(training, hasTargets: true, work: work)
        options.outputWeights = Array(repeating: 1, count: training.inputs.numbers.count) + (try Self.weights(of: training))
        do {
            let trainer = try Trainer(configuration, options: options, training: set, validation: try validation.map { try RowCoder.set($0, hasTargets: true, work: work) })
            let (network, history) = try trainer.run(work: work)
            return (try RowCoder(network, encodingLayers: hidden.count + 1), history)
        } catch let failure as TrainingFailure { throw SequenceModelError(failure) }
    }

    /// For each variable one over what the shares of its words alone would cost, in nats; 1 where there is one word only.
    private static func weights(of windows: SequenceWindows) throws(SequenceModelError) -> [Double] {
        let rows = try RowPlaces(windows)
        return windows.inputs.variables.enumerated().map { index, variable in
            let entropy = -rows.shares(of: index, words: variable.vocabulary.count).reduce(0) { $0 + ($1 > 0 ? $1 * log($1) : 0) }
            return entropy > 1e-3 ? 1 / entropy : 1
        }
    }

    /// Fits stretches of events, as `EventWindows(stretchesOf:)` makes them.
    ///
    /// - Throws: `SequenceModelError.layers` for several sizes; others; `Cancelled`.
    public func fit(stretches training: SequenceWindows, validation: SequenceWindows?, seed: Int, work: Work = Work()) throws -> (model: NeuralSequenceModel, history: TrainingHistory) {
        guard hidden.count == 1 else { throw SequenceModelError.layers(sizes: hidden.count, layers: 1) }
        var estimator = StretchAutoencoder()
        (estimator.code, estimator.hidden, estimator.embedding, estimator.ahead, estimator.training) = (code, hidden[0], embedding, training.ahead, self.training)
        return try estimator.fitNetwork(training, validation: validation, seed: seed, work: work)
    }
}

/// An encoder of gated recurrent units, a code, and a decoder that gives the same stretch back.
struct StretchAutoencoder: NeuralEstimator {
    var code = 8, hidden = 32, embedding = 8, ahead = 10
    var classWeights = ClassWeights.none
    var training = TrainingOptions()

    static let schema = Schema<Self>("autoencoder", Autoencoder.schema.summary, body: [])

    var decoder: NeuralSequenceModel.Decoder? { .init(ahead: ahead, attention: false, beam: 1) }

    func body(inputs: Int, length: Int) throws(SequenceModelError) -> BodyConfiguration {
        .dense(DenseConfiguration([.init(code, .linear), .init(hidden, .tanh)], on: .recurrent(RecurrentConfiguration(cell: .gru, hidden: [hidden]))))
    }
}
