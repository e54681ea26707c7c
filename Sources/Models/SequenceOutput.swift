import Algebra
import Features

/// One thing that a fitted model predicts.
public struct ModelTarget: Sendable, Hashable {
    public enum Kind: Sendable, Hashable {
        /// One of some classes.
        case classes([String])
        /// A number; networks learn it minus the mean and divided by the standard deviation of the training windows.
        case number(mean: Double, deviation: Double)
    }

    public let name: String
    public let kind: Kind

    public init(name: String, _ kind: Kind) {
        self.name = name
        self.kind = kind
    }

    /// The names of the classes; none of a number.
    public var classes: [String] { if case .classes(let names) = kind { names } else { [] } }

    /// How many numbers are predicted: a probability a class, or the number itself.
    var width: Int { if case .classes(let names) = kind { names.count } else { 1 } }
}

/// What a model says of windows for one of its targets.
public enum SequencePrediction: Sendable {
    /// Probabilities, `[windows, classes]`, each row summing to 1.
    case classes(Matrix)
    /// A number for each window, in the target's own units.
    case numbers([Double])
}

/// What becomes of a number that a network reads: minus the mean, divided by the standard deviation; 0 where there is no value.
public struct NumberScale: Sendable, Hashable {
    public let name: String
    /// Of the training windows; the deviation is 1 where all are the same.
    public let mean: Double, deviation: Double

    public init(name: String, mean: Double, deviation: Double) {
        self.name = name
        self.mean = mean
        self.deviation = deviation
    }

    func scaled(_ value: Double) -> Float { value.isNaN ? 0 : Float((value - mean) / deviation) }

    /// The mean and the standard deviation of numbers, found by Welford's update, which is exact also where the mean is far from 0; NaN counts as no value.
    struct Finder {
        private var count = 0.0, mean = 0.0, squares = 0.0

        mutating func add(_ value: Double) {
            guard !value.isNaN else { return }
            count += 1
            let gap = value - mean
            mean += gap / count
            squares += gap * (value - mean)
        }

        var found: Int { Int(count) }

        /// - Throws: `SequenceModelError.infinite` for numbers that have no mean.
        func scale(_ name: String) throws(SequenceModelError) -> NumberScale {
            guard mean.isFinite, squares.isFinite else { throw .infinite(name) }
            let deviation = count > 0 ? (squares / count).squareRoot() : 0
            return NumberScale(name: name, mean: mean, deviation: deviation > 0 ? deviation : 1)
        }
    }
}

extension WindowTarget {
    /// What a model is to predict of windows such as these.
    ///
    /// - Throws: `SequenceModelError.noTargets` where no window has a value, `.oneClass` or `.oneValue` where all have the same, `.infinite`.
    func modelTarget() throws(SequenceModelError) -> ModelTarget {
        switch values {
        case .classes(let codes, let names):
            guard let first = codes.first(where: { $0 >= 0 }) else { throw .noTargets(name) }
            guard codes.contains(where: { $0 >= 0 && $0 != first }) else { throw .oneClass(names[Int(first)]) }
            return ModelTarget(name: name, .classes(names))
        case .numbers(let numbers):
            var finder = NumberScale.Finder()
            for number in numbers { finder.add(number) }
            guard let first = numbers.first(where: { !$0.isNaN }) else { throw .noTargets(name) }
            let scale = try finder.scale(name)
            guard numbers.contains(where: { !$0.isNaN && $0 != first }) else { throw .oneValue(name, first) }
            return ModelTarget(name: name, .number(mean: scale.mean, deviation: scale.deviation))
        }
    }
}
