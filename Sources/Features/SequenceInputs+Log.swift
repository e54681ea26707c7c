import Events
import Runtime
import Tables

extension SequenceInputs {
    /// Inputs that are made of an event's time where no column has their name, and how many words each has, from which one on.
    private static let calendar: [String: (first: Int, count: Int)] = ["hour": (0, 24), "weekday": (1, 7)]

    /// Whether a name stands for something that the time of an event says.
    public static func isMadeOfTime(_ name: String) -> Bool { calendar[name] != nil }

    /// What some columns of a log say of each event, and each event's place among the different ones; -1 for an event without a value in any.
    ///
    /// - Throws: `DataError.unknownColumn`, `.badOption` for a column of times, `.missingRole` for `hour` of events without times; `Cancelled`.
    static func read(_ names: [String], of log: EventLog, _ work: Work) throws -> (inputs: SequenceInputs, codes: [Int32]) {
        var variables: [(variable: Variable, codes: [Int32])] = []
        var numbers: [(name: String, values: [Double])] = []
        for name in names {
            guard let column = log.column(named: name) else {
                guard let part = calendar[name] else { throw DataError.unknownColumn(name, known: log.knownNames + calendar.keys.sorted()) }
                let clock = try log.clock(for: "inputs=\(name)")
                let codes = try work.map(rows: log.count) { row in
                    let time = log.local(clock[row])
                    return Int32(name == "hour" ? CivilTime.hour(of: time) : CivilTime.weekday(of: time) - part.first)
                }
                variables.append((Variable(name, vocabulary: (part.first..<part.first + part.count).map(String.init)), codes))
                continue
            }
            if column.kind == .time { throw DataError.badOption(name: "inputs=", value: name, wanted: "columns of texts, numbers or truth values; hour and weekday are made of the events' times") }
            if let known = try Self.numbers(column, work) { numbers.append((name, known)) } else {
                let (codes, words) = try log.codes(of: name, work: work)
                variables.append((Variable(name, vocabulary: words), codes))
            }
        }
        if names.count == 1, let only = variables.first { return (SequenceInputs(only.variable), only.codes) }
        return try combined(variables, numbers, log.count, work)
    }

    /// What columns say of each row, which is an event of its own; a missing text is a word of its own.
    ///
    /// - Throws: `Cancelled`.
    public init(columns: [Column], work: Work) throws {
        var variables: [(variable: Variable, codes: [Int32])] = []
        var numbers: [(name: String, values: [Double])] = []
        for column in columns {
            if let known = try Self.numbers(column, work) { numbers.append((column.name, known)) } else {
                var interning = TextInterning()
                let codes = try work.map(rows: column.count) { interning.code(of: column.text(at: $0) ?? Variable.missingWord) }
                variables.append((Variable(column.name, vocabulary: interning.names, isTruth: column.kind == .boolean), codes))
            }
        }
        let count = columns.first?.count ?? 0
        var codes: [Int32] = []
        var values: [Double] = []
        codes.reserveCapacity(count * variables.count)
        values.reserveCapacity(count * numbers.count)
        try work.forEachStretch(of: count) { rows in
            for row in rows {
                for variable in variables { codes.append(variable.codes[row]) }
                for number in numbers { values.append(number.values[row]) }
            }
        }
        self.init(variables: variables.map(\.variable), numbers: numbers.map(\.name), count: count, codes: codes, values: values)
    }

    /// The values of a column of numbers; none of texts and truth values.
    private static func numbers(_ column: Column, _ work: Work) throws -> [Double]? {
        column.kind == .text || column.kind == .boolean ? nil : try column.numbers(check: work.check)
    }

    /// Each different combination of codes once; with numbers each event is one of its own.
    private static func combined(
        _ variables: [(variable: Variable, codes: [Int32])], _ numbers: [(name: String, values: [Double])], _ count: Int, _ work: Work
    ) throws -> (inputs: SequenceInputs, codes: [Int32]) {
        // A text that is missing where others are not is a word of its own.
        var variables = variables
        for index in variables.indices where try work.map(rows: count, { variables[index].codes[$0] }).contains(-1) {
            let none = Int32(variables[index].variable.vocabulary.count)
            variables[index].variable = Variable(variables[index].variable.name, vocabulary: variables[index].variable.vocabulary + [Variable.missingWord])
            let codes = variables[index].codes
            variables[index].codes = try work.map(rows: count) { codes[$0] < 0 ? none : codes[$0] }
        }
        func isMissing(_ row: Int) -> Bool {
            variables.allSatisfy { $0.variable.vocabulary.last == Variable.missingWord && Int($0.codes[row]) == $0.variable.vocabulary.count - 1 } && numbers.allSatisfy { $0.values[row].isNaN }
        }
        // The number of each combination among all that there could be, made small where these would be too many.
        var keys = [Int](repeating: 0, count: numbers.isEmpty ? count : 0)
        var space = 1
        if numbers.isEmpty {
            for (variable, codes) in variables {
                if space > Int.max / max(1, variable.vocabulary.count) { space = try renumber(&keys, work) }
                space *= variable.vocabulary.count
                try work.forEachStretch(of: count) { for row in $0 { keys[row] = keys[row] * variable.vocabulary.count + Int(codes[row]) } }
            }
            if space > 1 << 22 { space = try renumber(&keys, work) }
        }
        var places = [Int32](repeating: -1, count: count)
        var known = [Int32](repeating: -1, count: numbers.isEmpty ? space : 0)
        var codes: [Int32] = []
        var values: [Double] = []
        var found = 0
        try work.forEachStretch(of: count) { rows in
            for row in rows where !isMissing(row) {
                if numbers.isEmpty {
                    if known[keys[row]] >= 0 {
                        places[row] = known[keys[row]]
                        continue
                    }
                    known[keys[row]] = Int32(found)
                }
                places[row] = Int32(found)
                found += 1
                for variable in variables { codes.append(variable.codes[row]) }
                for number in numbers { values.append(number.values[row]) }
            }
        }
        return (SequenceInputs(variables: variables.map(\.variable), numbers: numbers.map(\.name), count: found, codes: codes, values: values), places)
    }

    /// Numbers the different keys from 0 in the order in which they occur, and says how many there are.
    private static func renumber(_ keys: inout [Int], _ work: Work) throws -> Int {
        var known: [Int: Int] = [:]
        try work.forEachStretch(of: keys.count) { rows in
            for row in rows {
                let place = known[keys[row]] ?? known.count
                known[keys[row]] = place
                keys[row] = place
            }
        }
        return known.count
    }
}
