import Algebra
import Features
import Layers
import Runtime

/// A fitted autoencoder of rows: gives the code of a row, and the row that the code stands for.
public struct RowCoder: Sendable {
    private let network: Network, encoder: Network

    init(_ network: Network, encodingLayers: Int) throws(SequenceModelError) {
        self.network = network
        do { encoder = try network.encoder(layers: encodingLayers) } catch { throw SequenceModelError(error) }
    }

    public var parameterCount: Int { network.parameterCount }
    public var tensors: [Tensor] { network.tensors }

    /// The codes of rows, `[rows, code]`.
    ///
    /// - Throws: `SequenceModelError`, or `Cancelled`.
    public func codes(_ rows: SequenceWindows, work: Work = Work()) throws -> Matrix {
        let states = try encoder.states(Self.set(rows, hasTargets: false, work: work), work: work)
        return Matrix(rows: rows.count, columns: states.count / max(1, rows.count), values: states)
    }

    /// How far what the codes give back is from rows that were held back, column by column, beside what is known without looking at them.
    ///
    /// - Throws: `SequenceModelError`, or `Cancelled`.
    public func errors(_ rows: SequenceWindows, trainedOn training: SequenceWindows, work: Work = Work()) throws -> [ColumnError] {
        let given = try network.outputs(Self.set(rows, hasTargets: false, work: work), work: work), numbers = rows.inputs.numbers, truth = try RowPlaces(rows), learnt = try RowPlaces(training)
        let ofNumbers = numbers.indices.map { number in
            let mean = learnt.mean(of: number)
            var error = 0.0, baseline = 0.0, known = 0
            for row in 0..<rows.count {
                let value = truth.number(row, number)
                guard !value.isNaN else { continue }
                known += 1
                error += (Double(given[number][row]) - value) * (Double(given[number][row]) - value)
                baseline += (mean - value) * (mean - value)
            }
            return ColumnError(name: numbers[number], isNumber: true, rows: known, error: known > 0 ? error / Double(known) : nil, baseline: known > 0 ? baseline / Double(known) : nil)
        }
        let ofCategories = rows.inputs.variables.enumerated().map { index, variable in
            let count = variable.vocabulary.count, shares = learnt.shares(of: index, words: count), chances = given[numbers.count + index]
            let commonest = shares.indices.reduce(0) { shares[$1] > shares[$0] ? $1 : $0 }
            var wrong = 0, others = 0
            for row in 0..<rows.count {
                let code = Int(truth.code(row, index)), own = chances[row * count..<(row + 1) * count]
                if own.firstIndex(of: own.max() ?? 0) != row * count + code { wrong += 1 }
                if code != commonest { others += 1 }
            }
            let known = Double(rows.count)
            return ColumnError(name: variable.name, isNumber: false, rows: rows.count, error: rows.count > 0 ? Double(wrong) / known : nil, baseline: rows.count > 0 ? Double(others) / known : nil)
        }
        return ofNumbers + ofCategories
    }

    /// The error of a column: of a number the mean square, of a category the share that is wrong.
    public struct ColumnError: Sendable, Hashable {
        public let name: String
        public let isNumber: Bool
        /// Rows that have a value.
        public let rows: Int
        /// None without rows.
        public let error: Double?
        /// The mean of the training rows, or their commonest word, for all.
        public let baseline: Double?
    }

    // MARK: Rows

    /// Rows as the network reads them, with themselves as what is to be given back. A number without a value is read as 0, the mean, and not learnt.
    static func set(_ rows: SequenceWindows, hasTargets: Bool, work: Work) throws -> SequenceSet {
        let inputs = rows.inputs, variables = inputs.variables, numbers = inputs.numbers
        do {
            let attributes = try inputs.events.map { events throws(SequenceSet.Failure) in
                try EventAttributes(
                    count: events.count, codes: events.codes, vocabularies: variables.map(\.vocabulary.count), numbers: events.numbers.map { $0.isNaN ? 0 : Float($0) }, numberCount: numbers.count)
            }
            var targets: [SequenceTarget] = []
            if hasTargets {
                let places = try RowPlaces(rows)
                targets += try numbers.indices.map { number in .numbers(try work.map(rows: rows.count) { Float(places.number($0, number)) }) }
                targets += try variables.indices.map { index in .codes(try work.map(rows: rows.count) { places.code($0, index) }, classes: variables[index].vocabulary.count) }
            }
            return try SequenceSet(
                events: rows.events, ends: rows.ends, known: rows.known, length: rows.length, vocabulary: inputs.eventCount, attributes: attributes, targets: targets, work: work)
        } catch let error as SequenceSet.Failure { throw SequenceModelError(error, numbers: numbers) }
    }
}
