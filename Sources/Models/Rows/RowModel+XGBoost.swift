import Features
import Foundation

// Models of boosted trees as files that Python's package reads, and its files as models.

extension RowModel {
    /// What is known of a model beside its trees, kept in its file as text.
    private struct Beside: Codable {
        struct Variable: Codable {
            let name: String, vocabulary: [String]
        }

        let format: String
        let target: String, classes: [String]
        let variables: [Variable], numbers: [RowRecipe.Number], categories: [RowRecipe.Category]
        let encoding: RowRecipe.Encoding
        let scales: Bool, keepsGaps: Bool
        let trainingRows: Int?, seed: Int?

        static let format = "cnb rows 1", attribute = "cnb"
    }

    /// A model from a file, with what is known of its training where the file tells.
    public struct Opened: Sendable {
        public let model: RowModel
        public let trainingRows: Int?, seed: Int?
    }

    /// The model's file, if it is one of boosted trees. Python's package reads it; what the columns are made of stands in it as an attribute, so that `opened` gives a model that says the same of any rows.
    ///
    /// - Throws: `BoosterError`.
    public func boosterFile(_ format: BoosterFormat, trainingRows: Int?, seed: Int?) throws -> [UInt8]? {
        guard let trees = predictor as? XGBoostModel else { return nil }
        let beside = Beside(
            format: Beside.format, target: targets[0].name, classes: trees.classes, variables: variables.map { .init(name: $0.name, vocabulary: $0.vocabulary) }, numbers: recipe.numbers,
            categories: recipe.categories, encoding: recipe.encoding, scales: recipe.scales, keepsGaps: recipe.keepsGaps, trainingRows: trainingRows, seed: seed)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return try trees.booster.file(format, attribute: Beside.attribute, text: String(decoding: encoder.encode(beside), as: UTF8.self))
    }

    /// A model of a file of XGBoost, JSON or UBJSON. One that was not written here reads numbers by its columns' names, gaps as gaps, and its classes are 0, 1 and so on.
    ///
    /// - Throws: `BoosterError`.
    public static func opened(booster bytes: [UInt8]) throws -> Opened {
        let file = try BoosterFile(bytes), booster = try Booster(reading: file.bytes)
        let perRound = file.parallelTrees * (file.isSoftmax ? file.classes : 1)
        guard let text = file.attributes.first(where: { $0.name == Beside.attribute })?.text else {
            guard Set(file.columns).count == file.columns.count else { throw BoosterError.file("two columns have the same name") }
            let classes = (0..<file.classes).map(String.init)
            let numbers = file.columns.map { RowRecipe.Number(name: $0, mean: 0, deviation: 1, gaps: 0) }
            let recipe = RowRecipe(.onehot, scales: false, keepsGaps: true, numbers: numbers, categories: [], classes: classes)
            let trees = try XGBoostModel(booster, columns: file.columns, classes: classes, perRound: perRound)
            return Opened(model: RowModel(recipe: recipe, predictor: trees, variables: [], numbers: file.columns, targets: [ModelTarget(name: "class", .classes(classes))]), trainingRows: nil, seed: nil)
        }
        let beside: Beside
        do { beside = try JSONDecoder().decode(Beside.self, from: Data(text.utf8)) } catch { throw BoosterError.file("what it says of its columns cannot be read") }
        guard beside.format == Beside.format else { throw BoosterError.unsupported("its columns are described as '\(beside.format.prefix(40))'") }
        let recipe = RowRecipe(beside.encoding, scales: beside.scales, keepsGaps: beside.keepsGaps, numbers: beside.numbers, categories: beside.categories, classes: beside.classes)
        let variables = beside.variables.map { SequenceInputs.Variable($0.name, vocabulary: $0.vocabulary) }
        guard recipe.isWhole(variables, classes: beside.classes), recipe.columns.count == file.columns.count, beside.classes.count == file.classes, beside.trainingRows ?? 0 >= 0 else {
            throw BoosterError.file("what it says of its columns does not go with its trees")
        }
        let trees = try XGBoostModel(booster, columns: recipe.columns, classes: beside.classes, perRound: perRound)
        return Opened(
            model: RowModel(recipe: recipe, predictor: trees, variables: variables, numbers: beside.numbers.map(\.name), targets: [ModelTarget(name: beside.target, .classes(beside.classes))]),
            trainingRows: beside.trainingRows, seed: beside.seed)
    }
}

extension RowRecipe {
    /// Whether it can be replayed on rows of these variables, wherever it came from.
    fileprivate func isWhole(_ variables: [SequenceInputs.Variable], classes: [String]) -> Bool {
        let width = encoding == .target && classes.count != 2 ? classes.count : 1
        return numbers.allSatisfy { $0.mean.isFinite && $0.deviation.isFinite && $0.deviation > 0 && $0.gaps >= 0 }
            && categories.map(\.name) == variables.map(\.name)
            && zip(categories, variables).allSatisfy { category, variable in
                category.places.count == variable.vocabulary.count && category.places.allSatisfy { $0 >= -1 && Int($0) < category.levels.count }
                    && (encoding == .onehot ? category.values.isEmpty : category.values.count == category.levels.count + 1 && category.values.allSatisfy { $0.count == width })
            }
    }
}
