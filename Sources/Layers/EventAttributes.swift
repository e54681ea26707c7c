/// What is known of each different event: codes of some variables, and some numbers.
///
/// The events of a `SequenceSet` then are codes of these rows. Events that are alike in everything should be one row: what they have in common is computed once.
public struct EventAttributes: Sendable, Hashable {
    public let count: Int
    public let variables: Int, numberCount: Int
    /// `[count, variables]`.
    let codes: [Int32]
    /// `[count, numberCount]`.
    let numbers: [Float]

    /// - Parameters:
    ///   - codes: `[count, variables]`, row after row, each below the variable's vocabulary.
    ///   - numbers: `[count, numberCount]`.
    /// - Throws: `SequenceSet.Failure.attribute` for a code that the variable does not have, `.number` for a number that is not finite.
    public init(count: Int, codes: [Int32], vocabularies: [Int], numbers: [Float], numberCount: Int) throws(SequenceSet.Failure) {
        precondition(codes.count == count * vocabularies.count && numbers.count == count * numberCount, "EventAttributes needs a row for each event")
        for (variable, vocabulary) in vocabularies.enumerated() {
            for event in 0..<count {
                let code = codes[event * vocabularies.count + variable]
                guard code >= 0, Int(code) < vocabulary else { throw .attribute(code, event: event, variable: variable, vocabulary: vocabulary) }
            }
        }
        if let place = numbers.firstIndex(where: { !$0.isFinite }) { throw .number(event: place / numberCount, number: place % numberCount) }
        self.count = count
        self.codes = codes
        self.numbers = numbers
        variables = vocabularies.count
        self.numberCount = numberCount
    }

    /// As the inner loops read them; lives inside `SequenceSet.read`.
    struct Reader {
        let codes: UnsafePointer<Int32>
        let numbersStart: UnsafePointer<Float>
        let variables: Int, numberCount: Int

        func code(_ event: Int, _ variable: Int) -> Int32 { codes[event * variables + variable] }
        func numbers(_ event: Int) -> UnsafePointer<Float> { numbersStart + event * numberCount }
    }
}
