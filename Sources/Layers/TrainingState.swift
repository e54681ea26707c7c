/// Where a training stands between two steps. A training that goes on from it comes to the same bits as one that never stopped.
///
/// Which sequences are in which batch, and what is dropped, follows from the seed and the step, and is not kept.
public struct TrainingState: Sendable, Hashable {
    /// All but the long arrays.
    public struct Position: Sendable, Hashable, Codable {
        /// The epoch under way, counted from 1, and how many of its batches are done.
        public internal(set) var epoch = 1, batches = 0
        /// What its batches have come to so far: the outputs' tallies, and the mean of the batches' losses.
        var tallies: [OutputTally]
        var meanLoss = 0.0
        /// The epochs before.
        public internal(set) var history = TrainingHistory()
        /// The least loss that kept weights, once there is one.
        var least: Double?
    }

    public let position: Position
    /// As long as the network's vector of parameters: these, those that are kept, and the optimiser's moments; of SGD there is no second.
    public let parameters: [Float], best: [Float], first: [Float], second: [Float]

    public init(position: Position, parameters: [Float], best: [Float], first: [Float], second: [Float]) {
        self.position = position
        self.parameters = parameters
        self.best = best
        self.first = first
        self.second = second
    }
}

/// To whom a training shows where it stands, and how often.
public struct TrainingKeeper {
    /// At least so much time lies between two states within an epoch; after an epoch, and when it is stopped, one is shown anyway.
    public let interval: Duration
    public let keep: (TrainingState) throws -> Void

    public init(every interval: Duration, _ keep: @escaping (TrainingState) throws -> Void) {
        self.interval = interval
        self.keep = keep
    }
}
