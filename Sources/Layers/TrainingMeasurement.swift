import Runtime

/// What bare training took: for the benchmark program, which sets it beside PyTorch.
public struct TrainingMeasurement: Sendable {
    /// One number an epoch.
    public let secondsPerEpoch: [Double]
    /// Mean cross entropy of the last epoch, each batch before its step.
    public let lastLoss: Double

    /// Trains without a validation part.
    ///
    /// - Throws: `TrainingFailure` or `Cancelled`.
    public init(_ configuration: NetworkConfiguration, options: TrainingOptions, training set: SequenceSet, work: Work) throws {
        let trainer = try Trainer(configuration, options: options, training: set)
        let clock = ContinuousClock()
        var seconds: [Double] = [], loss = 0.0
        for _ in 1...options.epochs {
            let taken = try clock.measure { loss = try trainer.pass(work).loss }
            seconds.append(taken / .seconds(1))
        }
        secondsPerEpoch = seconds
        lastLoss = loss
    }
}
