import Features

/// The rows of a table within windows of one step.
package struct RowPlaces: Sendable {
    private let codes: [Int32], numbers: [Double]
    private let variables: Int, numberCount: Int
    /// The row of `inputs` of each window.
    private let rows: [Int32]

    var count: Int { rows.count }

    /// - Throws: `SequenceModelError.rowsWanted` for windows that are not rows of a table.
    package init(_ windows: SequenceWindows) throws(SequenceModelError) {
        guard windows.length == 1, let events = windows.inputs.events, windows.known.allSatisfy({ $0 == 1 }) else { throw .rowsWanted }
        (codes, numbers) = (events.codes, events.numbers)
        (variables, numberCount) = (windows.inputs.variables.count, windows.inputs.numbers.count)
        rows = windows.ends.map { windows.events[Int($0) - 1] }
    }

    package func code(_ row: Int, _ variable: Int) -> Int32 { codes[Int(rows[row]) * variables + variable] }
    package func number(_ row: Int, _ number: Int) -> Double { numbers[Int(rows[row]) * numberCount + number] }

    /// The share of each of a variable's words.
    func shares(of variable: Int, words: Int) -> [Double] {
        var counts = [Int](repeating: 0, count: words)
        for row in 0..<count { counts[Int(code(row, variable))] += 1 }
        return counts.map { Double($0) / Double(max(1, count)) }
    }

    /// Of the values that a number has.
    func mean(of number: Int) -> Double {
        let known = (0..<count).map { self.number($0, number) }.filter { !$0.isNaN }
        return known.reduce(0, +) / Double(max(1, known.count))
    }
}
