import Diagnostics
import Language

/// Forgets values by name.
struct DropCommand: Command {
    static let names = Parameter<[String]>.names("names", of: [], "values to forget", isRequired: true)

    static let signature = Signature(
        "drop", group: .keep, summary: "Forget values by name; files that were read or written stay.",
        examples: [Example("let k = 5 | drop k", prints: "dropped k")]
    ) { names }

    static func outline(_ call: Call, on input: Outline?) throws(Diagnostic) -> Outline {
        var outline = Outline([])
        outline.forgotten = try call[names]
        return outline
    }

    func run(_ call: Call, on input: Input?) throws -> Outcome {
        let names = try call[Self.names]
        for name in names { _ = try call.context.value(named: name, at: call.span(of: Self.names)) }
        var outcome = Outcome.shown([.text("dropped \(names.joined(separator: ", "))")])
        outcome.effects = [.drop(names)]
        return outcome
    }
}
