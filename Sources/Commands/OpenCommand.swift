import Diagnostics
import Features
import Language
import Layers
import Models
import Store

/// Reads a model from a file.
struct OpenCommand: Command {
    static let path = Parameter<String>.requiredPath("file", "the model's file, .json or .ubj of XGBoost", place: .slot)

    static let signature = Signature(
        "open", group: .keep, summary: "Read a model that 'save' wrote, or Python's xgboost.",
        details: """
            Files of XGBoost are read, JSON and UBJSON, of versions 1 to 3: trees for classes (binary:logistic, multi:softprob) on columns of numbers. What 'save' wrote gives the model that was saved, and says the
            same of any rows to the last bit. A file of Python's reads a column of numbers for each of its features, by their names, gaps as gaps, and its classes are called 0, 1 and so on; all of its
            trees count, also behind the best iteration of early stopping. Files are checked before the library sees them.
            """,
        prints: [.init("parameters", "values of the leaves and bounds of the splits"), .init("trained on N rows", "rows of the training part, where the file tells")],
        memory: "the file, and the model", gives: [.model],
        examples: [Example("open Tests/ModelsTests/Fixtures/xgboost-python.json as churn", prints: "xgboost: class from")]
    ) { path }

    static func outline(_ call: Call, on input: Outline?) throws(Diagnostic) -> Outline { ModelValue.outline(others: []) }

    func run(_ call: Call, on input: Input?) throws -> Outcome {
        let path = try call[Self.path], span = call.span(of: Self.path)
        let bytes: [UInt8]
        do throws(FileError) { bytes = try WholeFile.read(call.context.path(path)) } catch { throw error.diagnostic(shown: path, isInput: true).placed(at: span) }
        let opened: RowModel.Opened
        do { opened = try RowModel.opened(booster: bytes) } catch let error as BoosterError { throw error.diagnostic.placed(at: span) }
        let model = opened.model
        let task = SequenceTask([.column(model.targets[0].name)], kinds: [nil], inputs: model.numbers + model.variables.map(\.name), length: 1)
        let noScores = Diagnostic("opened-model", "the model was opened from a file, without rows that were held back from its training", category: .data, hint: "fit a model here, and 'compare' shows what it is worth")
        return Outcome(
            ModelValue(
                model: XGBoost.schema.name, fitted: model, history: TrainingHistory(), sourceName: path, task: task, trainingRows: opened.trainingRows, seed: opened.seed, heldBack: .failure(noScores)))
    }
}
