extension RowRecipe {
    /// What a column that is made says: a number, that a number is missing, or something of a category.
    enum MadeColumn {
        case number(Int)
        case gap(Int)
        /// - Parameter place: which of the category's columns.
        case category(Int, place: Int)
    }

    /// What each of `columns` is made of.
    var sources: [MadeColumn] {
        let left = columns.count - numbers.reduce(0) { $0 + ($1.gaps > 0 && !keepsGaps ? 2 : 1) }
        return numbers.enumerated().flatMap { index, number in [MadeColumn.number(index)] + (number.gaps > 0 && !keepsGaps ? [.gap(index)] : []) }
            + categories.enumerated().flatMap { index, category in
                (0..<(encoding == .onehot ? min(category.levels.count, Self.mostLevels) : left / categories.count)).map { MadeColumn.category(index, place: $0) }
            }
    }

    /// What a column that is made of a category shows of a level; the level after the last is that of what the training part does not have.
    func value(of category: Category, level: Int, column: Int) -> Double { encoding == .onehot ? (level == column ? 1 : 0) : category.values[level][column] }
}
