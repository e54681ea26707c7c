import Features
import Layers
import Runtime

/// Learns what comes next from the last events with long short-term memory: embedding of the action, stacked LSTM layers, softmax on the last state.
///
/// Trained with Adam on the mean cross entropy. With a validation part, training ends when the loss on it stops falling, and the best weights
/// are kept.
///
/// ### References
/// S. Hochreiter, J. Schmidhuber. Long Short-Term Memory. Neural Computation 1997. Gates as in PyTorch; one bias a gate, without a lift for the
/// forget gate.
public struct LSTM: RecurrentEstimator {
    public var parameters = RecurrentParameters()
    public static let cell = RecurrentCell.lstm
    public static let schema = RecurrentParameters.schema(
        Self.self, "lstm", "Predict what comes next from the last events with long short-term memory.")

    public init() {}
}

/// Learns what comes next from the last events with Elman's recurrent network: as `LSTM`, with one tanh a unit instead of gates.
///
/// ### References
/// J. L. Elman. Finding Structure in Time. Cognitive Science 1990.
public struct RNN: RecurrentEstimator {
    public var parameters = RecurrentParameters()
    public static let cell = RecurrentCell.rnn
    public static let schema = RecurrentParameters.schema(
        Self.self, "rnn", "Predict what comes next from the last events with a plain recurrent network.")

    public init() {}
}

/// The hyperparameters that recurrent networks share.
public struct RecurrentParameters: Sendable, Hashable {
    /// Units a layer: one number for all layers, or one each.
    public var hidden = [64]
    public var layers = 1
    public var embedding = 16
    /// How it is trained; the seed and the name are those of the fit.
    public var training = TrainingOptions()

    public init() {}

    static func schema<Root: RecurrentEstimator>(_: Root.Type, _ name: String, _ summary: String) -> Schema<Root> {
        Schema(
            name, summary,
            Hyperparameter("hidden", \.parameters.hidden, eachIn: 1...4096, "units of a layer, or a list with one number a layer"),
            Hyperparameter("layers", \.parameters.layers, in: 1...8, "layers upon each other"),
            Hyperparameter("embedding", \.parameters.embedding, in: 1...4096, "width of the embedding of an action"),
            Hyperparameter("dropout", \.parameters.training.dropout, in: 0...0.9, "share of states dropped between layers in training"),
            Hyperparameter("epochs", \.parameters.training.epochs, in: 1...10_000, "passes over the training part at most"),
            Hyperparameter("batch", \.parameters.training.batch, in: 1...1_000_000, "windows a step"),
            Hyperparameter("rate", \.parameters.training.rate, in: 1e-7...10, "step size of Adam"),
            Hyperparameter(
                "patience", \.parameters.training.patience, in: 0...10_000, "epochs without a lower validation loss before training ends; 0 for never"),
            Hyperparameter("clip", \.parameters.training.clip, in: 0...1e6, "greatest length of the gradient; 0 for any"))
    }

    /// The units of each layer; a list of sizes says by its length how many layers there are.
    func sizes() throws(RecurrentError) -> [Int] {
        if hidden.count == 1 { return [Int](repeating: hidden[0], count: layers) }
        guard !hidden.isEmpty, hidden.count <= 8, layers == 1 || layers == hidden.count else { throw .layers(sizes: hidden.count, layers: layers) }
        return hidden
    }
}

/// An estimator of a recurrent network; `LSTM` and `RNN` differ in their cell alone.
public protocol RecurrentEstimator: Estimator {
    static var cell: RecurrentCell { get }
    var parameters: RecurrentParameters { get set }
}

extension RecurrentEstimator {
    /// Fits the network to the training windows.
    ///
    /// - Parameters:
    ///   - validation: judges each epoch; the weights of the best one are kept. Without it all epochs are run and the last weights kept.
    ///   - seed: of the first weights, the order of batches, and dropout.
    /// - Throws: `RecurrentError`, or `Cancelled`.
    public func fit(
        _ training: SequenceWindows, validation: SequenceWindows?, seed: Int, work: Work = Work()
    ) throws -> (RecurrentClassifier, TrainingHistory) {
        try check()
        let sizes = try parameters.sizes()
        guard training.count > 0, training.length > 0, !training.vocabulary.isEmpty else { throw RecurrentError.noWindows }
        if let validation, validation.vocabulary != training.vocabulary {
            throw RecurrentError.vocabulary(expected: training.vocabulary.count, found: validation.vocabulary.count)
        }
        if let validation, validation.length != training.length { throw RecurrentError.length(expected: training.length, found: validation.length) }
        let set = try Self.set(training, like: training, work)
        defer { letGo(set) }
        guard training.targets.contains(where: { $0 != training.targets[0] }) else {
            throw RecurrentError.oneClass(training.classes[Int(training.targets[0])])
        }
        let configuration = RecurrentClassifier.Configuration(
            cell: Self.cell, length: training.length, embedding: parameters.embedding, hidden: sizes, vocabulary: training.vocabulary,
            classes: training.classes)
        var options = parameters.training
        options.seed = seed
        options.name = Self.schema.name
        do {
            let trainer = try Trainer(
                configuration.network, options: options, training: set, validation: try validation.map { try Self.set($0, like: training, work) })
            let (network, history) = try trainer.run(work: work)
            return (RecurrentClassifier(configuration, network), history)
        } catch let failure as TrainingFailure { throw RecurrentError(failure) }
    }

    /// Whether each hyperparameter lies in its range.
    private func check() throws(RecurrentError) {
        for hyperparameter in Self.schema.hyperparameters {
            switch (hyperparameter.domain, hyperparameter.value(self)) {
            case (.integer(let range), .integer(let value)):
                guard range.contains(value) else {
                    throw .hyperparameter(name: hyperparameter.name, value: "\(value)", allowed: "\(range.lowerBound)...\(range.upperBound)")
                }
            case (.number(let range), .number(let value)):
                guard range.contains(value) else {
                    throw .hyperparameter(name: hyperparameter.name, value: "\(value)", allowed: "\(range.lowerBound)...\(range.upperBound)")
                }
            case (.integers(let range), .integers(let values)):
                guard values.allSatisfy(range.contains) else {
                    throw .hyperparameter(name: hyperparameter.name, value: "\(values)", allowed: "\(range.lowerBound)...\(range.upperBound)")
                }
            default: break
            }
        }
    }

    private static func set(_ windows: SequenceWindows, like training: SequenceWindows, _ work: Work) throws -> SequenceSet {
        do {
            return try SequenceSet(
                events: windows.events, ends: windows.ends, known: windows.known, length: windows.length, vocabulary: training.vocabulary.count, targets: windows.targets,
                classes: training.classes.count, work: work)
        } catch let error as SequenceSet.Failure { throw RecurrentError(error) }
    }
}
