import Expressions
import Features
import Runtime

/// What tests of the columns that a recipe makes ask of a row of the table, in words that `filter` reads.
///
/// A number is held against a number; tests of what is made of a category name the categories that pass. Gaps are named where the training part has some, or the rows that are asked of; texts that it does
/// not have are those that pass none of the tests for a single one.
public struct RowConditions: Sendable {
    /// A test on the way to a leaf, and how it came out.
    public struct Test: Sendable {
        public let column: Int
        public let threshold: Double
        public let gapsGoLeft: Bool
        /// Whether the value is at most the threshold.
        public let isLeft: Bool

        public init(column: Int, threshold: Double, gapsGoLeft: Bool, isLeft: Bool) {
            (self.column, self.threshold, self.gapsGoLeft, self.isLeft) = (column, threshold, gapsGoLeft, isLeft)
        }
    }

    /// What a column is made of.
    private enum Source: Hashable {
        case number(Int)
        case category(Int)
    }

    private let recipe: RowRecipe
    private let variables: [SequenceInputs.Variable]
    /// For each column its source, and its place among the columns of it.
    private let sources: [(source: Source, place: Int)]
    /// For each number whether it may be missing.
    private let hasGaps: [Bool]

    /// - Precondition: numbers are as they are, gaps included: other recipes make numbers that no row has.
    ///
    /// - Parameter hasGaps: for each number whether a row that is asked of has none; as in the training part when not given.
    init(_ recipe: RowRecipe, _ variables: [SequenceInputs.Variable], hasGaps: [Bool]? = nil) {
        self.recipe = recipe
        self.hasGaps = hasGaps ?? recipe.numbers.map { $0.gaps > 0 }
        self.variables = variables
        sources = recipe.sources.map { made in
            switch made {
            case .number(let index): (.number(index), 0)
            case .gap(let index): (.number(index), 1)
            case .category(let index, let place): (.category(index), place)
            }
        }
    }

    /// The condition that all tests together are, as `filter` reads it; `true` of none.
    ///
    /// - Parameter isShort: numbers with as many digits as matter, and one sign for at most: for people, not for `filter`.
    public func text(_ tests: [Test], isShort: Bool = false) -> String {
        precondition(!recipe.scales && recipe.keepsGaps, "conditions are of numbers as they are")
        var order: [Source] = []
        for test in tests where !order.contains(sources[test.column].source) { order.append(sources[test.column].source) }
        let parts = order.compactMap { source -> String? in
            let own = tests.filter { sources[$0.column].source == source }
            switch source {
            case .number(let index): return number(index, own, isShort)
            case .category(let index): return category(index, own)
            }
        }
        return parts.isEmpty ? "true" : parts.joined(separator: " and ")
    }

    private func number(_ index: Int, _ tests: [Test], _ isShort: Bool) -> String? {
        var low = -Double.infinity, high = Double.infinity, takesGaps = true
        for test in tests {
            if test.isLeft { high = min(high, test.threshold) } else { low = max(low, test.threshold) }
            takesGaps = takesGaps && test.gapsGoLeft == test.isLeft
        }
        let name = Expression.quotedName(recipe.numbers[index].name)
        if low == .infinity { return takesGaps ? "\(name) in [missing]" : "false" }
        let bounds = (low > -.infinity ? ["\(name) > \(Self.literal(low, isShort))"] : []) + (high < .infinity ? ["\(name) \(isShort ? "≤" : "<=") \(Self.literal(high, isShort))"] : [])
        if bounds.isEmpty { return takesGaps ? nil : "\(name) not in [missing]" }
        let within = bounds.joined(separator: " and ")
        return takesGaps && hasGaps[index] ? "(\(within) or \(name) in [missing])" : within
    }

    /// As it reads back to the same number, unless it is to be short.
    private static func literal(_ value: Double, _ isShort: Bool) -> String {
        if isShort {
            let text = NumberText.short(value), isFraction = text.contains(".") && !text.contains("e")
            return isFraction ? String(text.reversed().drop { $0 == "0" }.drop { $0 == "." }.reversed()) : text
        }
        return value == value.rounded() && value.magnitude < 1e15 ? "\(Int(value))" : Literal.number(value).description
    }

    private func category(_ index: Int, _ tests: [Test]) -> String? {
        let category = recipe.categories[index], levels = category.levels.count, variable = variables[index]
        // The last is of those that the training part does not have.
        var passes = [Bool](repeating: true, count: levels + 1)
        for test in tests {
            let column = sources[test.column].place
            for level in 0...levels where (recipe.value(of: category, level: level, column: column) <= test.threshold) != test.isLeft { passes[level] = false }
        }
        let name = Expression.quotedName(category.name), hasGaps = variable.vocabulary.contains(SequenceInputs.Variable.missingWord)
        func list(_ isPassing: Bool) -> (words: [String], hasGap: Bool) {
            let chosen = category.levels.indices.filter { passes[$0] == isPassing }.map { category.levels[$0] }
            let hasGap = chosen.contains(SequenceInputs.Variable.missingWord)
            let words = chosen.filter { !variable.isTruth || $0 != SequenceInputs.Variable.missingWord }.map { variable.isTruth ? $0 : Literal.quoted($0) }
            return (words + (hasGap ? ["missing"] : []), hasGap)
        }
        if passes[levels] {
            let (words, hasGap) = list(false)
            guard !words.isEmpty else { return nil }
            let others = words.count == 1 && !hasGap ? "\(name) != \(words[0])" : "\(name) not in [\(words.joined(separator: ", "))]"
            return hasGaps && !hasGap ? "(\(others) or \(name) in [missing])" : others
        }
        let (words, hasGap) = list(true)
        return words.isEmpty ? "false" : words.count == 1 && !hasGap ? "\(name) == \(words[0])" : "\(name) in [\(words.joined(separator: ", "))]"
    }
}
