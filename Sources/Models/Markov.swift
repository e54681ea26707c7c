import Algebra
import Features
import Layers
import Runtime

/// Predicts from the last `order` events by counting what came after them, with back-off to shorter contexts (`ContextCounts`).
///
/// An event is all that the inputs say of it together: a combination of words is one symbol. What comes next may be of another vocabulary than the inputs; contexts are counted with the
/// targets that followed their windows. A label is of a whole window, so there is a chain for each class, over the events themselves: a class is as likely as its chain finds the
/// window's events times its share of the training windows (order 0 is a naive Bayes over events). Contexts do not reach beyond the window.
///
/// Counting is exact and takes one pass; no validation part is needed and none is used. Witten and Bell's weights were taken rather than Kneser and Ney's: those give a follower its
/// share by the number of different contexts that it comes after, which says something of thousands of words, but nothing of a few actions that each come after all others.
///
/// - Complexity: O(events · order), in time and in memory at most.
///
/// ### References
/// I. H. Witten, T. C. Bell. The Zero-Frequency Problem. IEEE Transactions on Information Theory 1991. S. F. Chen, J. Goodman. An Empirical Study of Smoothing Techniques for Language
/// Modeling. Computer Speech and Language 1999 (interpolation).
public struct Markov: SequenceEstimator {
    /// The number of last events that a prediction looks at; 0 for none.
    public var order = 2
    /// How many times Witten and Bell's weight the shorter contexts have.
    public var smoothing = 1.0

    public static let schema = Schema<Self>(
        "markov", "Predict what comes next by counting what came after the same last events.",
        Hyperparameter("order", \.order, in: 0...10, "how many of the last events count; fewer where those never occurred"),
        Hyperparameter("smoothing", \.smoothing, in: 0.001...1000, "weight of the shorter contexts, in times of Witten and Bell's"))

    public init() {}

    /// - Throws: `SequenceModelError.numbers` for inputs that are numbers, which do not repeat and so cannot be counted.
    public func fit(_ training: SequenceWindows, validation: SequenceWindows?, seed: Int, work: Work = Work()) throws -> (model: any SequenceModel, history: TrainingHistory) {
        (try fitChain(training, validation: validation, work: work), TrainingHistory())
    }

    /// As `fit`, with the type of what it gives. Nothing is drawn.
    public func fitChain(_ training: SequenceWindows, validation: SequenceWindows? = nil, work: Work = Work()) throws -> MarkovChain {
        try check(training, validation)
        let target = try onlyTarget(training)
        guard training.inputs.numbers.isEmpty else { throw SequenceModelError.numbers(training.inputs.numbers) }
        let rows = try WindowRows(training, work: work)
        let events = try EventNumbers(training, rows, work: work)
        let coded = try EventNumbers.Coded(training, events, work: work)
        let classes = training.classes.count
        let counts: MarkovChain.Counts
        switch training.goal {
        case .nextEvent:
            var builder = ContextCounts.Builder(order: order)
            try coded.forEach(rows, work) { row, history, begins in builder.add(training.targets[row], after: history, begins: begins) }
            counts = .followers(builder.finish(followerCount: classes, smoothing: smoothing))
        case .label:
            var builders = [ContextCounts.Builder](repeating: .init(order: order), count: classes)
            // The shares of the classes are smoothed as any others.
            var shares = ContextCounts.Builder(order: 0)
            try coded.forEach(rows, work) { row, window, begins in
                let target = training.targets[row]
                shares.add(target, after: .init(rebasing: window[..<0]), begins: false)
                for place in window.indices { builders[Int(target)].add(window[place], after: .init(rebasing: window[..<place]), begins: begins) }
            }
            // One place more, for all events that were never seen.
            counts = .chains(
                builders.map { $0.finish(followerCount: events.count + 1, smoothing: smoothing) }, shares: shares.finish(followerCount: classes, smoothing: smoothing))
        }
        return MarkovChain(order: order, smoothing: smoothing, length: training.length, variables: training.inputs.variables, targets: [target], events: events, counts: counts)
    }
}

/// A fitted chain, or one for each class.
public struct MarkovChain: SequenceModel {
    enum Counts: Sendable {
        /// What came after each context.
        case followers(ContextCounts)
        /// The events of each class's windows, and how many windows there were.
        case chains([ContextCounts], shares: ContextCounts)
    }

    public let order: Int
    public let smoothing: Double
    public let length: Int
    public let variables: [SequenceInputs.Variable]
    public var numbers: [String] { [] }
    public let targets: [ModelTarget]
    let events: EventNumbers
    let counts: Counts

    /// The number of counts: of different followers of different contexts.
    public var parameterCount: Int {
        switch counts {
        case .followers(let counts): counts.countCount
        case .chains(let chains, _): chains.reduce(0) { $0 + $1.countCount }
        }
    }

    public var settings: [(name: String, value: String)] {
        let contexts =
            switch counts {
            case .followers(let counts): NumberText.grouped(counts.contextCount)
            case .chains(let chains, _): "\(NumberText.grouped(chains.reduce(0) { $0 + $1.contextCount })) in \(chains.count) chains, one a class"
            }
        return [("order", "\(order)"), ("smoothing", NumberText.short(smoothing)), ("contexts", contexts)]
    }

    public func predict(_ windows: SequenceWindows, work: Work = Work()) throws -> Matrix {
        try check(windows)
        let rows = try WindowRows(windows, work: work)
        let coded = try EventNumbers.Coded(windows, events, work: work)
        let width = classes.count
        var result = [Float](repeating: 0, count: windows.count * width)
        let block = 1024
        try result.withUnsafeMutableBufferPointer { result in
            nonisolated(unsafe) let result = result
            try work.workers.forEach(shards: (windows.count + block - 1) / block) { shard in
                try work.check()
                withUnsafeTemporaryAllocation(of: Double.self, capacity: width) { chances in
                    coded.forEach(rows, shard * block..<min(windows.count, (shard + 1) * block)) { row, window, begins in
                        switch counts {
                        case .followers(let counts): counts.chances(after: window, begins: begins, into: chances)
                        case .chains(let chains, let shares): Self.posterior(chains, shares, window, begins: begins, into: chances)
                        }
                        for label in 0..<width { result[row * width + label] = Float(chances[label]) }
                    }
                }
            }
        }
        return Matrix(rows: windows.count, columns: width, values: result)
    }

    /// The probability of each class given a window: in proportion to its share times the chances of the events in its chain.
    private static func posterior(
        _ chains: [ContextCounts], _ shares: ContextCounts, _ window: UnsafeBufferPointer<Int32>, begins: Bool, into chances: UnsafeMutableBufferPointer<Double>
    ) {
        shares.chances(after: .init(rebasing: window[..<0]), begins: false, into: chances)
        // Products of many chances leave the range of a Double, so their powers of two are kept apart; no logarithm rounds.
        withUnsafeTemporaryAllocation(of: Int.self, capacity: chains.count) { exponents in
            for (label, chain) in chains.enumerated() {
                var product = chances[label], exponent = 0
                for place in window.indices {
                    product *= chain.chance(of: window[place], after: .init(rebasing: window[..<place]), begins: begins)
                    exponent += Int(product.exponent)
                    product = product.significand
                }
                exponents.initializeElement(at: label, to: exponent + Int(product.exponent))
                chances[label] = product.significand
            }
            let highest = exponents.reduce(Int.min) { max($0, $1) }
            var sum = 0.0
            for label in chances.indices {
                // Below 2^-1000 of the likeliest class is nothing.
                let below = exponents[label] - highest
                chances[label] = below < -1000 ? 0 : Double(sign: .plus, exponent: below, significand: chances[label])
                sum += chances[label]
            }
            for label in chances.indices { chances[label] /= sum }
        }
    }
}

extension EventNumbers {
    /// The events of windows by their numbers.
    struct Coded: Sendable {
        private let codes: [Int32]
        private let length: Int

        init(_ windows: SequenceWindows, _ numbers: EventNumbers, work: Work) throws {
            let kinds = try numbers.numbers(of: windows.inputs, work: work)
            codes = try work.map(rows: windows.events.count) { windows.events[$0] < 0 || Int(windows.events[$0]) >= kinds.count ? -1 : kinds[Int(windows.events[$0])] }
            length = windows.length
        }

        /// Calls `body` with each window's events, and whether nothing came before them: where a window has room left.
        func forEach(_ rows: WindowRows, _ range: Range<Int>, _ body: (_ row: Int, _ window: UnsafeBufferPointer<Int32>, _ begins: Bool) throws -> Void) rethrows {
            try codes.withUnsafeBufferPointer { codes in
                for row in range {
                    let first = Int(rows.firsts[row]), count = Int(rows.lengths[row])
                    try body(row, UnsafeBufferPointer(rebasing: codes[first..<first + count]), count < length)
                }
            }
        }

        func forEach(_ rows: WindowRows, _ work: Work, _ body: (_ row: Int, _ window: UnsafeBufferPointer<Int32>, _ begins: Bool) throws -> Void) throws {
            try work.forEachStretch(of: rows.lengths.count) { try forEach(rows, $0, body) }
        }
    }
}
