import Runtime

/// What bare training took: for the benchmark program, which sets it beside PyTorch.
public struct TrainingMeasurement: Sendable {
    /// One number an epoch.
    public let secondsPerEpoch: [Double]
    /// Mean cross entropy of the last epoch, each batch before its step.
    public let lastLoss: Double

    /// Trains on given arrays without a validation part.
    ///
    /// - Parameters:
    ///   - codes: `[count, length]` row after row, below the configuration's vocabulary; -1 pads at the front.
    ///   - targets: one a sequence, below the configuration's classes.
    /// - Throws: `SequenceSet.Failure`, `TrainingFailure` or `Cancelled`.
    public init(
        _ configuration: NetworkConfiguration, options: TrainingOptions, codes: [Int32], length: Int, targets: [Int32], work: Work
    ) throws {
        let set = try SequenceSet(
            codes: codes, count: targets.count, length: length, vocabulary: configuration.inputs.variables[0].vocabulary, targets: targets,
            classes: configuration.classes, work: work)
        let trainer = try Trainer(configuration, options: options, training: set)
        let clock = ContinuousClock()
        var seconds: [Double] = [], loss = 0.0
        for number in 1...options.epochs {
            let taken = try clock.measure { loss = try trainer.epoch(number, work).loss }
            seconds.append(taken / .seconds(1))
        }
        secondsPerEpoch = seconds
        lastLoss = loss
    }
}
