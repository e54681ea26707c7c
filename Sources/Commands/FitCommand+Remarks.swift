import Diagnostics
import Features
import Language
import Models
import Runtime

// What is to be known of the columns that a model of rows reads, and that its scores do not tell.

extension FitCommand {
    /// Columns that say nothing, texts that look like numbers, and categories that have no column of their own.
    ///
    /// - Throws: `Cancelled`.
    static func remarks(_ lesson: Lesson, _ split: Split, _ fitted: any SequenceModel, _ work: Work) throws -> [Diagnostic] {
        let inputs = lesson.windows.inputs
        guard case .column = lesson.task.target else { return [] }
        let table = try RowPlaces(lesson.windows), rows = split.training
        var texts: [String] = []
        func isSame(_ value: (Int) -> UInt64) throws -> Bool {
            guard let first = rows.first.map(value) else { return false }
            var isSame = true
            try work.forEachStretch(of: rows.count) { places in if isSame { isSame = places.allSatisfy { value(rows[$0]) == first } } }
            return isSame
        }
        var silent: [String] = []
        for (index, name) in inputs.numbers.enumerated() where try isSame({ table.number($0, index).bitPattern }) { silent.append("'\(name)'") }
        for (index, variable) in inputs.variables.enumerated() where try isSame({ UInt64(bitPattern: Int64(table.code($0, index))) }) { silent.append("'\(variable.name)'") }
        if !silent.isEmpty {
            texts.append("\(silent.prefix(5).joined(separator: ", "))\(silent.count > 5 ? " and \(silent.count - 5) more" : "") \(silent.count == 1 ? "says" : "say") nothing: the same, or nothing, in all training rows")
        }
        for variable in inputs.variables where !variable.isTruth {
            let words = variable.vocabulary.filter { $0 != SequenceInputs.Variable.missingWord }
            // 'inf' is a number to Swift, and none in a file.
            let others = words.filter { Double($0)?.isFinite != true }
            guard words.count >= 10, !others.isEmpty, others.count * 10 <= words.count else { continue }
            texts.append("'\(variable.name)' is read as text, for \(NumberText.counted(others.count, "values")) of \(NumberText.grouped(words.count)) \(others.count == 1 ? "is" : "are") no number, such as '\(others[0])'; 'load ... types={\(variable.name): number}' leaves such rows out")
        }
        if let model = fitted as? RowModel, model.recipe.encoding == .onehot {
            for category in model.recipe.categories where category.levels.count > RowRecipe.mostLevels {
                texts.append("'\(category.name)' has \(NumberText.grouped(category.levels.count)) values, of which the \(RowRecipe.mostLevels) commonest have a column each; encode=target or encode=ordinal reads all")
            }
        }
        return EventsValue.notes(texts)
    }
}
