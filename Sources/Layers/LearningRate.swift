/// How the step size changes over the steps of a training.
public struct LearningRate: Sendable, Hashable {
    public enum Schedule: String, Sendable, Hashable, CaseIterable {
        case constant
        /// Down to 0 along half a wave of the cosine.
        case cosine
        /// Half of it after each third of the steps.
        case step
    }

    public let rate: Double
    public let schedule: Schedule
    /// Steps over which the rate rises in a straight line from 0, and the steps of the whole training.
    public let warmUp: Int, steps: Int

    public init(rate: Double, schedule: Schedule, warmUp: Int, steps: Int) {
        (self.rate, self.schedule, self.warmUp, self.steps) = (rate, schedule, warmUp, steps)
    }

    /// The step size of a step, counted from 1.
    public func callAsFunction(_ step: Int) -> Double {
        if step <= warmUp { return rate * Double(step) / Double(warmUp) }
        // What is done when the step begins, so that the last one still moves something.
        let done = Double(step - 1 - warmUp) / Double(max(1, steps - warmUp))
        switch schedule {
        case .constant: return rate
        case .cosine: return rate * 0.5 * (1 + Self.cosine(done))
        case .step: return rate * (done < 1.0 / 3 ? 1 : done < 2.0 / 3 ? 0.5 : 0.25)
        }
    }

    /// cos(π·x) for x in 0...1 by its series around the middle: no libm, so the same digits everywhere.
    private static func cosine(_ x: Double) -> Double {
        let angle = Double.pi * (0.5 - min(max(x, 0), 1))
        var term = angle, sum = 0.0
        for n in stride(from: 1.0, through: 25, by: 2) {
            sum += term
            term *= -angle * angle / ((n + 1) * (n + 2))
        }
        return sum
    }
}
