/// How training went, epoch by epoch.
public struct TrainingHistory: Sendable, Hashable, Codable {
    public struct Epoch: Sendable, Hashable, Codable {
        /// Counted from 1.
        public let number: Int
        /// The mean loss over the training part, each batch before its step: cross entropy in nats, by class weights and with smoothed targets if they were asked for, or
        /// the squared error of a number; of several outputs their sum by their weights.
        public let trainingLoss: Double
        /// Share of the training part whose likeliest class of the first output that has classes was right, each batch before its step; none where all are numbers.
        public let trainingAccuracy: Double?
        /// The same on the validation part after the epoch, targets as they are; none without one.
        public let validationLoss: Double?
        public let validationAccuracy: Double?
    }

    public internal(set) var epochs: [Epoch] = []
    /// The epoch whose weights were kept, counted from 1: the one of least validation loss, the first of equals; the last without a validation part.
    public internal(set) var bestEpoch = 0
    /// Whether training ended before the epochs asked for, because the validation loss no longer fell.
    public internal(set) var stoppedEarly = false
    /// Whether it was stopped from outside, in the epoch after the last one that is listed.
    public internal(set) var wasInterrupted = false
    /// The epoch in which it went on from a state that an earlier training had kept; none if it ran from the start.
    public internal(set) var resumedEpoch: Int?

    public init() {}

    /// A step more of what is not a network: it is the best so far if no loss on the validation part was as low, or if there is no such part.
    public mutating func add(trainingLoss: Double, trainingAccuracy: Double?, validationLoss: Double?, validationAccuracy: Double?) {
        let least = bestEpoch == 0 ? nil : epochs[bestEpoch - 1].validationLoss
        epochs.append(Epoch(number: epochs.count + 1, trainingLoss: trainingLoss, trainingAccuracy: trainingAccuracy, validationLoss: validationLoss, validationAccuracy: validationAccuracy))
        if let least, let validationLoss, validationLoss >= least { return }
        bestEpoch = epochs.count
    }

    /// Says that training ended before the steps asked for.
    public mutating func endEarly() { stoppedEarly = true }
}

/// How a network is trained.
public struct TrainingOptions: Sendable, Hashable {
    public var epochs = 10
    public var batch = 256
    public var optimiser = OptimiserKind.adam
    /// The step size.
    public var rate = 0.003
    /// How the step size changes, and over which share of the steps it rises at first, 0...1.
    public var schedule = LearningRate.Schedule.constant
    public var warmUp = 0.0
    /// Weight decay, at least 0.
    public var decay = 0.0
    /// The greatest length of the gradient; longer ones are shortened to it. 0 leaves all as they are.
    public var clip = 1.0
    /// The share of states that are dropped in training, 0..<1.
    public var dropout = 0.0
    /// What each output counts for in the loss; empty where all count 1.
    public var outputWeights: [Double] = []
    /// The share of events that are hidden from the network, which is to name them; none where the targets of the sequences are learnt. The last code of the
    /// vocabulary stands for a hidden event.
    public var hidden: Double?
    /// For each output what a sequence of each class counts for in its loss; empty where all count 1.
    public var classWeights: [[Double]] = []
    /// The share of a target that is spread evenly over all classes, 0..<1.
    public var smoothing = 0.0
    /// After how many epochs without a lower validation loss training ends; 0 for never.
    public var patience = 2
    /// Whether training that is stopped from outside gives what it has, once an epoch has ended.
    public var keepsBest = false
    public var seed = 0
    /// Names the random streams: the model's name.
    public var name = "recurrent"

    public init() {}
}

/// Why training stopped without a result.
public enum TrainingFailure: Error, Equatable {
    case noSequences
    /// The loss or the gradient is no finite number any more.
    case diverged(epoch: Int, rate: Double)
    /// A state that this training cannot have come to.
    case foreignState
    /// The step needs more memory than the machine has, in bytes.
    case tooLarge(needed: Int, available: Int)
    /// A head that reads the states after all events, on a body that does not show them.
    case hiddenStates
}
