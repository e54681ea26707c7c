import Algebra
import Features
import Layers
import Runtime

/// An estimator of the rows of a table. It reads one matrix, which a recipe makes of their numbers and categories.
public protocol RowEstimator: SequenceEstimator {
    /// How categories become numbers.
    var encoding: RowRecipe.Encoding { get set }
    /// Whether numbers are to have a mean of 0 and a deviation of 1.
    static var scalesNumbers: Bool { get }
    /// Whether numbers without a value stay as they are, NaN; else the mean stands in, and a column more says so.
    static var readsGaps: Bool { get }

    /// Fits to rows.
    ///
    /// - Parameters:
    ///   - training: of at least two different classes.
    ///   - validation: what tells when to end; none where no rows are held back for it.
    /// - Returns: what was learnt, and how training went, if it went in steps.
    /// - Throws: `SequenceModelError`, or `Cancelled`.
    func fitRows(_ training: RowPart, validation: RowPart?, seed: Int, work: Work) throws -> (predictor: any RowPredictor, history: TrainingHistory)
}

/// Rows as a recipe makes them, with their classes.
public struct RowPart: Sendable {
    /// `[rows, columns]`, finite but for gaps, where those are read.
    public let rows: DenseMatrix
    public let columns: [String]
    /// One a row, below the number of `classes`.
    public let targets: [Int32]
    public let classes: [String]

    public init(_ rows: DenseMatrix, columns: [String], targets: [Int32], classes: [String]) {
        self.rows = rows
        self.columns = columns
        self.targets = targets
        self.classes = classes
    }
}

/// What an estimator of rows has learnt.
public protocol RowPredictor: Sendable {
    /// How many numbers it has learnt.
    var parameterCount: Int { get }
    /// Its sizes, in words.
    var settings: [(name: String, value: String)] { get }
    /// What it has learnt, for people.
    var tables: [ModelTable] { get }
    /// How much each column counts, by one measure or more; none where it does not say.
    var importances: [FeatureImportance] { get }
    /// As `tables`, by one who can say what a test of a column asks of a row.
    func tables(_ conditions: RowConditions) -> [ModelTable]
    /// What a step of its training is called.
    var step: String { get }
    /// The probabilities of the classes `[rows, classes]`, each row by itself.
    func probabilities(_ rows: DenseMatrix, work: Work) throws -> Matrix
}

extension RowPredictor {
    public var importances: [FeatureImportance] { [] }
    public func tables(_ conditions: RowConditions) -> [ModelTable] { tables }
    public var step: String { "epoch" }
}

/// Something of a model to be shown as a table.
public struct ModelTable: Sendable {
    public enum Cell: Sendable {
        case text(String)
        /// With so many digits after the point; none where it is not defined.
        case number(Double?, digits: Int)
    }

    public let title: String
    public let columns: [String]
    public let rows: [[Cell]]
    public let notes: [String]

    public init(_ title: String, columns: [String], rows: [[Cell]], notes: [String] = []) {
        self.title = title
        self.columns = columns
        self.rows = rows
        self.notes = notes
    }
}

extension RowEstimator {
    public static var readsGaps: Bool { false }

    public func fit(_ training: SequenceWindows, validation: SequenceWindows?, seed: Int, work: Work = Work()) throws -> (model: any SequenceModel, history: TrainingHistory) {
        try fitModel(training, validation: validation, seed: seed, work: work)
    }

    /// As `fit`, with the type of what it gives.
    public func fitModel(
        _ training: SequenceWindows, validation: SequenceWindows? = nil, seed: Int, work: Work = Work()
    ) throws -> (model: RowModel, history: TrainingHistory) {
        try check(training, validation)
        let target = try onlyTarget(training), classes = training.classes
        let (recipe, rows) = try RowRecipe.learned(
            from: training, numbers: Self.scales(training, work), encoding: encoding, scales: Self.scalesNumbers, keepsGaps: Self.readsGaps, seed: seed, work: work)
        func part(_ rows: DenseMatrix, _ windows: SequenceWindows) -> RowPart { RowPart(rows, columns: recipe.columns, targets: windows.targets, classes: classes) }
        let held = try validation.map { part(try recipe.matrix($0, work: work), $0) }
        let (predictor, history) = try fitRows(part(rows, training), validation: held, seed: seed, work: work)
        return (RowModel(recipe: recipe, predictor: predictor, variables: training.inputs.variables, numbers: training.inputs.numbers, targets: [target]), history)
    }
}

/// A fitted model of the rows of a table: the recipe, and what was learnt from the matrix that it makes.
public struct RowModel: SequenceModel {
    public let recipe: RowRecipe
    public let predictor: any RowPredictor
    public let variables: [SequenceInputs.Variable]
    public let numbers: [String]
    public let targets: [ModelTarget]

    public var length: Int { 1 }
    public var parameterCount: Int { predictor.parameterCount }
    public var importances: [FeatureImportance] { predictor.importances }
    public var step: String { predictor.step }
    public var settings: [(name: String, value: String)] {
        [("columns", "\(recipe.columns.count)" + (recipe.categories.isEmpty ? "" : ", categories by \(recipe.encoding.rawValue)"))] + predictor.settings
    }

    /// What each column has become, and what was learnt.
    public var tables: [ModelTable] {
        let numbers = recipe.numbers.map { number -> [ModelTable.Cell] in
            let scaled = (recipe.scales ? "minus the mean, divided by the deviation" : "as it is") + (number.gaps == 0 ? "" : recipe.keepsGaps ? ", gaps as gaps" : ", the mean in gaps")
            return [.text(number.name), .number(number.mean, digits: 4), .number(number.deviation, digits: 4), .number(Double(number.gaps), digits: 0), .text(scaled)]
        }
        let categories = recipe.categories.map { category -> [ModelTable.Cell] in
            let how = switch recipe.encoding {
            case .onehot: category.levels.count > RowRecipe.mostLevels ? "a column for each of the \(RowRecipe.mostLevels) commonest of \(category.levels.count)" : "a column for each of \(category.levels.count)"
            case .ordinal: "the place by frequency among \(category.levels.count)"
            case .target: "the classes' shares in each of \(category.levels.count)"
            }
            return [.text(category.name), .number(nil, digits: 0), .number(nil, digits: 0), .number(nil, digits: 0), .text(how)]
        }
        let steps = ModelTable("Columns, as learnt on the training part", columns: ["column", "mean", "deviation", "gaps", "what it is read as"], rows: numbers + categories)
        return [steps] + predictor.tables(conditions)
    }

    /// Rows may have categories that the model does not know, after those that it does.
    private func checkRows(_ windows: SequenceWindows) throws(SequenceModelError) {
        let found = windows.inputs.variables
        guard windows.inputs.numbers == numbers, found.map(\.name) == variables.map(\.name), zip(found, variables).allSatisfy({ $0.vocabulary.starts(with: $1.vocabulary) }) else {
            throw .vocabulary(expected: variables.first?.vocabulary.count ?? 0, found: windows.vocabulary.count)
        }
    }

    public var importances: [FeatureImportance] { predictor.importances }

    /// What tests of the columns that the recipe makes ask of a row of the table.
    public var conditions: RowConditions { RowConditions(recipe, variables) }

    public func predict(_ windows: SequenceWindows, work: Work = Work()) throws -> Matrix {
        try checkRows(windows)
        return try predictor.probabilities(recipe.matrix(windows, work: work), work: work)
    }
}
