/// A model that is not fitted yet: hyperparameters with defaults. Fitting gives a value of another type, so that nothing unfitted can predict.
public protocol Estimator: Sendable {
    /// The name by which a person fits it, and its hyperparameters: the one place from which help, completion and checks read them.
    static var schema: Schema<Self> { get }
    init()
}

/// The name, the summary and the hyperparameters of an estimator.
public struct Schema<Root: Sendable>: Sendable {
    public let name: String
    public let summary: String
    public let hyperparameters: [Hyperparameter<Root>]

    public init(_ name: String, _ summary: String, _ hyperparameters: Hyperparameter<Root>...) { self.init(name, summary, hyperparameters) }

    public init(_ name: String, _ summary: String, _ hyperparameters: [Hyperparameter<Root>]) {
        self.name = name
        self.summary = summary
        self.hyperparameters = hyperparameters
    }
}

/// The value of a hyperparameter, as a person writes it.
public enum HyperparameterValue: Sendable, Hashable {
    case integer(Int)
    case number(Double)
    case boolean(Bool)
    case word(String)
    case integers([Int])
}

/// One hyperparameter: its name, what values it takes, and how it is read and set.
public struct Hyperparameter<Root: Sendable>: Sendable {
    public enum Domain: Sendable {
        case integer(ClosedRange<Int>)
        case number(ClosedRange<Double>)
        case boolean
        case word([String])
        /// One whole number, or a list of them.
        case integers(ClosedRange<Int>)
        /// Whole numbers to try one after the other: one, a range or a list.
        case counts(ClosedRange<Int>)
    }

    public let name: String
    public let domain: Domain
    public let help: String
    public let value: @Sendable (Root) -> HyperparameterValue
    /// Sets the value; the caller has checked it against the domain.
    public let set: @Sendable (inout Root, HyperparameterValue) -> Void

    public init(_ name: String, _ path: WritableKeyPath<Root, Int> & Sendable, in range: ClosedRange<Int>, _ help: String) {
        self.init(name, .integer(range), help, { .integer($0[keyPath: path]) }) { root, value in
            if case .integer(let whole) = value { root[keyPath: path] = whole }
        }
    }

    public init(_ name: String, _ path: WritableKeyPath<Root, Double> & Sendable, in range: ClosedRange<Double>, _ help: String) {
        self.init(name, .number(range), help, { .number($0[keyPath: path]) }) { root, value in
            switch value {
            case .number(let number): root[keyPath: path] = number
            case .integer(let whole): root[keyPath: path] = Double(whole)
            default: break
            }
        }
    }

    public init(_ name: String, _ path: WritableKeyPath<Root, Bool> & Sendable, _ help: String) {
        self.init(name, .boolean, help, { .boolean($0[keyPath: path]) }) { root, value in
            if case .boolean(let flag) = value { root[keyPath: path] = flag }
        }
    }

    /// One of the words of a type of choices.
    public init<Choice: RawRepresentable & CaseIterable>(_ name: String, _ path: WritableKeyPath<Root, Choice> & Sendable, _ help: String) where Choice.RawValue == String {
        self.init(name, .word(Choice.allCases.map(\.rawValue)), help, { .word($0[keyPath: path].rawValue) }) { root, value in
            if case .word(let word) = value, let choice = Choice(rawValue: word) { root[keyPath: path] = choice }
        }
    }

    public init(_ name: String, _ path: WritableKeyPath<Root, [Int]> & Sendable, eachIn range: ClosedRange<Int>, _ help: String) {
        self.init(name, .integers(range), help, { .integers($0[keyPath: path]) }) { root, value in
            switch value {
            case .integers(let list): root[keyPath: path] = list
            case .integer(let whole): root[keyPath: path] = [whole]
            default: break
            }
        }
    }

    public init(_ name: String, _ path: WritableKeyPath<Root, [Int]> & Sendable, countsIn range: ClosedRange<Int>, _ help: String) {
        self.init(name, .counts(range), help, { .integers($0[keyPath: path]) }) { root, value in if case .integers(let list) = value { root[keyPath: path] = list } }
    }

    private init(
        _ name: String, _ domain: Domain, _ help: String, _ value: @escaping @Sendable (Root) -> HyperparameterValue,
        _ set: @escaping @Sendable (inout Root, HyperparameterValue) -> Void
    ) {
        self.name = name
        self.domain = domain
        self.help = help
        self.value = value
        self.set = set
    }
}
