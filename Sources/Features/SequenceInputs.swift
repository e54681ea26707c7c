import Runtime

/// What windows say of each event: codes of some variables and some numbers.
public struct SequenceInputs: Sendable, Hashable {
    /// A coded variable: what it is called, and the word of each code.
    public struct Variable: Sendable, Hashable {
        public let name: String
        public let vocabulary: [String]
        /// Whether the words are those of a column of truth values.
        public let isTruth: Bool

        public init(_ name: String, vocabulary: [String], isTruth: Bool = false) {
            self.name = name
            self.vocabulary = vocabulary
            self.isTruth = isTruth
        }

        /// What stands for a missing text.
        public static let missingWord = "(none)"
    }

    /// The different events: a row each, which the windows name by its place.
    public struct Events: Sendable, Hashable {
        public let count: Int
        /// `[count, variables]`.
        public let codes: [Int32]
        /// `[count, numbers]`; NaN where there is no value.
        public let numbers: [Double]
    }

    public let variables: [Variable]
    /// What each number is.
    public let numbers: [String]
    /// None where the windows hold the codes of the only variable.
    public let events: Events?

    /// One coded variable.
    public init(_ variable: Variable) {
        variables = [variable]
        numbers = []
        events = nil
    }

    /// - Precondition: `codes` and `values` have a row for each of `count` events.
    public init(variables: [Variable], numbers: [String], count: Int, codes: [Int32], values: [Double]) {
        precondition(codes.count == count * variables.count && values.count == count * numbers.count, "SequenceInputs needs a row for each event")
        self.variables = variables
        self.numbers = numbers
        events = Events(count: count, codes: codes, numbers: values)
    }

    /// The number of different events that windows may name.
    public var eventCount: Int { events?.count ?? variables[0].vocabulary.count }

    /// Whether what is known of events is the same, whatever they are.
    public func isCoded(like other: SequenceInputs) -> Bool { variables == other.variables && numbers == other.numbers }

    /// Some of the different events, in the order given.
    ///
    /// - Throws: `Cancelled`.
    func rows(_ rows: [Int], work: Work) throws -> SequenceInputs {
        guard let events else { return self }
        func chosen<Value>(_ values: [Value], _ width: Int) throws -> [Value] {
            var all: [Value] = []
            all.reserveCapacity(rows.count * width)
            try work.forEachStretch(of: rows.count) { for row in $0 { all += values[rows[row] * width..<(rows[row] + 1) * width] } }
            return all
        }
        return SequenceInputs(variables: variables, numbers: numbers, count: rows.count, codes: try chosen(events.codes, variables.count), values: try chosen(events.numbers, numbers.count))
    }

    /// The same events with the codes of other variables of the same names, whose words come first; words that those do not have come after them.
    ///
    /// - Returns: none where the variables or the numbers bear other names, or the windows hold the codes themselves.
    public func coded(like known: [Variable], numbers expected: [String]) -> SequenceInputs? {
        guard let events, variables.map(\.name) == known.map(\.name), numbers == expected else { return nil }
        var codes = events.codes
        var recoded: [Variable] = []
        for (index, (own, wanted)) in zip(variables, known).enumerated() {
            var places: [String: Int32] = [:]
            for (code, word) in wanted.vocabulary.enumerated() { places[word] = Int32(code) }
            var words = wanted.vocabulary
            let map = own.vocabulary.map { word -> Int32 in
                if let place = places[word] { return place }
                words.append(word)
                return Int32(words.count - 1)
            }
            for place in stride(from: index, to: codes.count, by: variables.count) where codes[place] >= 0 { codes[place] = map[Int(codes[place])] }
            recoded.append(Variable(own.name, vocabulary: words, isTruth: wanted.isTruth))
        }
        return SequenceInputs(variables: recoded, numbers: numbers, count: events.count, codes: codes, values: events.numbers)
    }
}
