import Algebra
import Features
import Runtime

/// What becomes of the columns of a table before a model of rows reads them: learnt on the training part alone, and replayed on all others.
///
/// A number without a value counts as the training part's mean, and where it has such gaps a column more says so, unless gaps are kept. Categories become columns as `Encoding` says. A category that
/// the training part does not have is none of those that it has.
public struct RowRecipe: Sendable, Hashable {
    /// How a category becomes numbers.
    public enum Encoding: String, Sendable, Hashable, CaseIterable, Codable {
        /// A column for each of the commonest categories, 1 where it is.
        case onehot
        /// One column with the category's place by falling frequency, from 0; one that is not known comes after them.
        case ordinal
        /// A column a class (two classes: one) with the share of the class among the training rows of the category, drawn to the share of all by a weight of ten rows. What
        /// a training row itself is shown is learnt from the other four fifths.
        case target
    }

    public struct Number: Sendable, Hashable, Codable {
        public let name: String
        /// Of the training part's values; the deviation is 1 where all are the same.
        public let mean: Double, deviation: Double
        /// How many of its rows have no value.
        public let gaps: Int
    }

    public struct Category: Sendable, Hashable, Codable {
        public let name: String
        /// Those of the training part by falling frequency, of equals the first in the vocabulary.
        public let levels: [String]
        /// For each code of the vocabulary the place of its level, or -1.
        let places: [Int32]
        /// `[levels + 1, columns]`: what a level is shown as; the last is of one that is not known.
        let values: [[Double]]

        /// The place of a code's level; -1 of one that the training part does not have.
        func place(of code: Int32) -> Int32 { Int(code) < places.count ? places[Int(code)] : -1 }
    }

    public let encoding: Encoding
    /// Whether numbers are brought to a mean of 0 and a deviation of 1.
    public let scales: Bool
    /// Whether a number without a value stays NaN.
    public let keepsGaps: Bool
    public let numbers: [Number]
    public let categories: [Category]
    /// What each column that is made is called.
    public let columns: [String]

    /// More columns than this are not made of one category.
    public static let mostLevels = 200
    private static let weight = 10.0, folds = 5

    /// Learns the recipe, and gives the training rows as they are to be learnt from.
    ///
    /// - Parameter scaled: the mean and the deviation of each number.
    /// - Throws: `SequenceModelError.rowsWanted` for sequences; `Cancelled`.
    static func learned(
        from windows: SequenceWindows, numbers scaled: [NumberScale], encoding: Encoding, scales: Bool, keepsGaps: Bool, seed: Int, work: Work
    ) throws -> (recipe: RowRecipe, rows: DenseMatrix) {
        let rows = try RowPlaces(windows)
        let numbers = try scaled.enumerated().map { index, scale in
            var gaps = 0
            try work.forEachStretch(of: rows.count) { for row in $0 where rows.number(row, index).isNaN { gaps += 1 } }
            return Number(name: scale.name, mean: scale.mean, deviation: scale.deviation, gaps: gaps)
        }
        let categories = try windows.inputs.variables.indices.map { try Category(rows, $0, windows, encoding, work) }
        let recipe = RowRecipe(encoding, scales: scales, keepsGaps: keepsGaps, numbers: numbers, categories: categories, classes: windows.classes)
        var matrix = try recipe.matrix(windows, work: work)
        if encoding == .target { try recipe.showOthers(&matrix, rows, windows, seed: seed, work) }
        return (recipe, matrix)
    }

    init(_ encoding: Encoding, scales: Bool, keepsGaps: Bool, numbers: [Number], categories: [Category], classes: [String]) {
        self.encoding = encoding
        self.scales = scales
        self.keepsGaps = keepsGaps
        self.numbers = numbers
        self.categories = categories
        columns = numbers.flatMap { [$0.name] + ($0.gaps > 0 && !keepsGaps ? ["\($0.name) is missing"] : []) } + categories.flatMap { category in
            switch encoding {
            case .onehot: category.levels.prefix(Self.mostLevels).map { "\(category.name) = \($0)" }
            case .ordinal: [category.name]
            case .target: classes.count == 2 ? [category.name] : classes.map { "\(category.name) of \($0)" }
            }
        }
    }

    /// Rows as the recipe shows them, `[count, columns]`.
    ///
    /// - Throws: `SequenceModelError.rowsWanted` for sequences; `Cancelled`.
    func matrix(_ windows: SequenceWindows, work: Work) throws -> DenseMatrix {
        let rows = try RowPlaces(windows), width = columns.count
        var values = [Double](repeating: 0, count: rows.count * width)
        try values.withUnsafeMutableBufferPointer { values in
            try work.forEachStretch(of: rows.count) {
                for row in $0 {
                    var place = row * width
                    for (index, number) in numbers.enumerated() {
                        let value = rows.number(row, index)
                        values[place] = value.isNaN ? (keepsGaps ? .nan : scales ? 0 : number.mean) : scales ? (value - number.mean) / number.deviation : value
                        place += 1
                        guard number.gaps > 0, !keepsGaps else { continue }
                        values[place] = value.isNaN ? 1 : 0
                        place += 1
                    }
                    for (index, category) in categories.enumerated() {
                        let level = category.place(of: rows.code(row, index))
                        if encoding == .onehot {
                            let count = min(category.levels.count, Self.mostLevels)
                            if level >= 0, level < count { values[place + Int(level)] = 1 }
                            place += count
                        } else {
                            for value in category.values[level < 0 ? category.levels.count : Int(level)] {
                                values[place] = value
                                place += 1
                            }
                        }
                    }
                }
            }
        }
        return DenseMatrix(rows: rows.count, columns: width, values: values)
    }

    /// In place of what the rows' own targets have a part in stands what the other folds say.
    private func showOthers(_ matrix: inout DenseMatrix, _ rows: RowPlaces, _ windows: SequenceWindows, seed: Int, _ work: Work) throws {
        var stream = RandomStream(seed: seed, name: "recipe", purpose: "folds")
        let folds = try work.map(rows: rows.count) { _ in stream.below(Self.folds) }
        var place = numbers.reduce(0) { $0 + ($1.gaps > 0 && !keepsGaps ? 2 : 1) }
        for (index, category) in categories.enumerated() {
            let width = category.values.first?.count ?? 0
            for fold in 0..<Self.folds {
                let values = try Category.shares(rows, index, windows, category.places, levels: category.levels.count, work) { folds[$0] != fold }
                try work.forEachStretch(of: rows.count) {
                    for row in $0 where folds[row] == fold {
                        let shown = values[Int(category.places[Int(rows.code(row, index))])]
                        for column in 0..<width { matrix[row, place + column] = shown[column] }
                    }
                }
            }
            place += width
        }
    }
}

extension RowRecipe.Category {
    fileprivate init(_ rows: RowPlaces, _ index: Int, _ windows: SequenceWindows, _ encoding: RowRecipe.Encoding, _ work: Work) throws {
        let variable = windows.inputs.variables[index]
        var counts = [Int](repeating: 0, count: variable.vocabulary.count)
        try work.forEachStretch(of: rows.count) { for row in $0 { counts[Int(rows.code(row, index))] += 1 } }
        let known = counts.indices.filter { counts[$0] > 0 }.sorted { counts[$0] != counts[$1] ? counts[$0] > counts[$1] : $0 < $1 }
        var places = [Int32](repeating: -1, count: counts.count)
        for (place, code) in known.enumerated() { places[code] = Int32(place) }
        name = variable.name
        levels = known.map { variable.vocabulary[$0] }
        self.places = places
        switch encoding {
        case .onehot: values = []
        case .ordinal: values = (0...known.count).map { [Double($0)] }
        case .target: values = try Self.shares(rows, index, windows, places, levels: known.count, work) { _ in true }
        }
    }

    /// `[levels + 1, classes]`, or of two classes the second alone: the shares of the classes among some rows of each level, and of all of them.
    fileprivate static func shares(
        _ rows: RowPlaces, _ index: Int, _ windows: SequenceWindows, _ places: [Int32], levels: Int, _ work: Work, _ counts: (Int) -> Bool
    ) throws -> [[Double]] {
        let classes = windows.classes.count, first = classes == 2 ? 1 : 0
        var sums = [Double](repeating: 0, count: (levels + 1) * classes)
        try work.forEachStretch(of: rows.count) {
            for row in $0 where counts(row) {
                let target = Int(windows.targets[row])
                sums[Int(places[Int(rows.code(row, index))]) * classes + target] += 1
                sums[levels * classes + target] += 1
            }
        }
        let all = max(1, sums[(levels * classes)...].reduce(0, +))
        return (0...levels).map { level in
            let total = sums[level * classes..<(level + 1) * classes].reduce(0, +)
            return (first..<classes).map { (sums[level * classes + $0] + RowRecipe.weight * sums[levels * classes + $0] / all) / (total + RowRecipe.weight) }
        }
    }
}
