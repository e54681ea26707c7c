import Features
import Runtime

extension NeuralSequenceModel {
    /// What is known of a whole window beside its events, as the head of a network reads it: a 1 at the place of each text's word, and numbers by their scale.
    public struct Context: Sendable, Hashable {
        public let variables: [SequenceInputs.Variable]
        public let numbers: [NumberScale]

        public init(variables: [SequenceInputs.Variable] = [], numbers: [NumberScale] = []) {
            self.variables = variables
            self.numbers = numbers
        }

        /// - Parameter known: of the training windows; none where nothing is.
        /// - Throws: `SequenceModelError.infinite`, or `Cancelled`.
        init(_ known: SequenceInputs?, work: Work) throws {
            let names = known?.numbers ?? []
            var finders = names.map { _ in NumberScale.Finder() }
            if let events = known?.events {
                try work.forEachStretch(of: events.count) { rows in
                    for row in rows { for index in names.indices { finders[index].add(events.numbers[row * names.count + index]) } }
                }
            }
            self.init(variables: known?.variables ?? [], numbers: try zip(finders, names).map { try $0.scale($1) })
        }

        public var names: [String] { variables.map(\.name) + numbers.map(\.name) }

        /// How many numbers the head reads.
        var width: Int { variables.reduce(numbers.count) { $0 + $1.vocabulary.count } }

        /// Whether windows have just this beside their events.
        func fits(_ known: SequenceInputs?) -> Bool { (known?.variables ?? []) == variables && (known?.numbers ?? []) == numbers.map(\.name) }

        /// `[windows, width]`.
        ///
        /// - Throws: `Cancelled`.
        func sideInputs(_ known: SequenceInputs?, work: Work) throws -> [Float] {
            guard width > 0, let events = known?.events else { return [] }
            var values = [Float](repeating: 0, count: events.count * width)
            try work.forEachStretch(of: events.count) { rows in
                for row in rows {
                    var first = row * width
                    for (index, variable) in variables.enumerated() {
                        values[first + Int(events.codes[row * variables.count + index])] = 1
                        first += variable.vocabulary.count
                    }
                    for (index, number) in numbers.enumerated() { values[first + index] = number.scaled(events.numbers[row * numbers.count + index]) }
                }
            }
            return values
        }
    }
}
