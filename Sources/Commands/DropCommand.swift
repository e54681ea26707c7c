import Diagnostics
import Language

/// Forgets values by name.
struct DropCommand: Command {
    static let names = Parameter<[String]>.names("names", of: [], "values to forget", isRequired: true)

    static let signature = Signature(
        "drop", group: .keep, summary: "Forget values by name; files that were read or written stay.", isAboutSession: true,
        examples: [Example("let k = 5 | drop k", prints: "dropped k")]
    ) { names }

    static func outline(_ call: Call, on input: Outline?) throws(Diagnostic) -> Outline {
        var outline = Outline([])
        outline.forgotten = try call[names]
        return outline
    }

    func run(_ call: Call, on input: Input?) throws -> Outcome {
        // By its own name, where it was called 'ans'.
        let names = try call[Self.names].map { try call.context.value(named: $0, at: call.span(of: Self.names)).name }
        var outcome = Outcome.shown([.text("dropped \(names.joined(separator: ", "))")])
        outcome.effects = [.drop(names)]
        return outcome
    }
}
