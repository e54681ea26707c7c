import Diagnostics
import Language
import Models
import Runtime
import Store

/// Writes a fitted model to a file.
struct SaveCommand: Command {
    static let name = Parameter<String?>.optionalName("name", of: [.model], "the model; the newest unless given")
    static let path = Parameter<String>.requiredPath("to", "the file; its ending says the format, .json or .ubj")

    static let signature = Signature(
        "save", group: .keep, summary: "Write a fitted model to a file, to be opened again here or in Python.",
        details: """
            Models of xgboost are saved, in XGBoost's own formats: JSON, which people can read, or UBJSON, which is smaller and has the same numbers. Python's package opens both; the names of the columns stand in
            the file. What the columns are made of, and the names of the classes, are kept in it as the attribute 'cnb', so that 'open' gives a model that says the same of any rows. The file is written whole or not at all.
            """,
        prints: [.init("saved to FILE", "where the model stands, and its size in bytes")],
        memory: "the file's bytes", writes: "the file of to=, whole or not at all", reads: [.model], hasSideEffects: true,
        examples: [
            Example(
                "simulate shop users=300 days=20 seed=1 | label bought = any(action == \"buy\") | features | fit xgboost predict=bought rounds=5 | save xgboost to=/dev/null", prints: "saved to /dev/null"),
        ]
    ) {
        name
        path
    }

    /// What a file's ending says of how it is written.
    private static func format(_ call: Call) throws(Diagnostic) -> BoosterFormat {
        let path = try call[path]
        if let word = path.split(separator: ".").last?.lowercased(), let format = BoosterFormat(rawValue: word) { return format }
        if path.hasPrefix("/dev/") { return .json }
        throw Diagnostic("unknown-format", "models of xgboost are saved as .json or .ubj", category: .syntax, at: call.span(of: Self.path), label: "no such ending", hint: "to=model.json")
    }

    static func outline(_ call: Call, on input: Outline?) throws(Diagnostic) -> Outline {
        _ = try format(call)
        return Outline([])
    }

    func run(_ call: Call, on input: Input?) throws -> Outcome {
        var chosen = input
        if let name = try call[Self.name] { chosen = try call.context.value(named: name, at: call.span(of: Self.name)) }
        guard let chosen else { throw Diagnostic("nothing-to-read", "'save' writes a model", category: .syntax, at: call.span) }
        guard let model = chosen.value as? ModelValue else { throw Diagnostic.unexpected(chosen, wanted: .model, at: call.span(of: Self.name)) }
        let path = try call[Self.path], format = try Self.format(call)
        guard let bytes = try (model.fitted as? RowModel)?.boosterFile(format, trainingRows: model.trainingRows, seed: model.seed) else {
            throw Diagnostic(
                "unsaved-kind", "'\(chosen.name)' is a model of '\(model.model)', and those of 'xgboost' alone are saved", at: call.isGiven("name") ? call.span(of: Self.name) : call.span, label: "cannot be saved",
                hint: "fit xgboost, or write the statements that make it: export session to=F.cnb")
        }
        do throws(FileError) { try WholeFile.write(bytes, to: call.context.path(path)) } catch { throw error.diagnostic(shown: path).placed(at: call.span(of: Self.path)) }
        return .shown([.text("\(chosen.name) saved to \(path), \(NumberText.bytes(bytes.count))")], input: chosen)
    }
}
