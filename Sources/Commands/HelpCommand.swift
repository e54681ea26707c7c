import Diagnostics
import Language

/// Says what verbs there are, or all about one.
struct HelpCommand: Command {
    static let verb = Parameter<String?>.optional("verb", "a verb, or a model or chart kind after it", place: .slot)
    static let form = Parameter<String?>.optional("form", "a model of 'fit' or a kind of 'plot'", place: .slot)

    static let signature = Signature(
        "help", group: .keep, summary: "List the verbs, or explain one with examples.",
        examples: [Example("help sample", prints: "sample SHARE [seed=VALUE]")]
    ) {
        verb
        form
    }

    func run(_ call: Call, on input: Input?) throws -> Outcome {
        let catalogue = call.context.catalogue
        guard let verb = try call[Self.verb] else { return .shown([.text(overview(catalogue))]) }
        guard let signature = catalogue.signature(verb) else {
            let near = nearest(to: verb, in: catalogue.verbs).map { "did you mean '\($0)'?" }
            throw Diagnostic(
                "unknown-verb", "no verb is named '\(verb)'", category: .syntax, at: call.span(of: Self.verb), label: "not a verb", hint: near ?? "'help' lists the verbs")
        }
        if let form = try call[Self.form] {
            guard let variant = signature.variant(form) else {
                let words = signature.variants.map(\.word)
                let near = nearest(to: form, in: words).map { "did you mean '\($0)'?" }
                throw Diagnostic(
                    "unknown-form", "'\(verb)' has no form '\(form)'", category: .syntax, at: call.span(of: Self.form), label: "not a form of '\(verb)'",
                    hint: near ?? (words.isEmpty ? "'help \(verb)' says all of it" : "its forms are \(words.joined(separator: ", "))"))
            }
            return .shown(HelpPage(signature: signature, variant: variant).blocks)
        }
        return .shown(HelpPage(signature: signature, variant: nil).blocks)
    }

    private func overview(_ catalogue: Catalogue) -> String {
        let width = catalogue.verbs.map(\.count).max() ?? 0
        var lines: [String] = []
        for group in Signature.Group.allCases {
            let signatures = catalogue.commands.map { $0.signature }.filter { $0.group == group }
            guard !signatures.isEmpty else { continue }
            lines.append(group.rawValue)
            for signature in signatures { lines.append("  \(signature.verb.padded(to: width))  \(signature.summary)") }
            if group == .keep { lines.append("  \("let".padded(to: width))  Name a plain value: let k = 5, then $k; for k in [2, 3] { kmeans k=$k }") }
        }
        lines.append("")
        lines.append("A statement is VERB words options [on NAME] [as NAME]; statements stand on lines or between '|'.")
        lines.append("'help VERB' explains one, with examples; 'help fit lstm' and 'help plot roc' their forms.")
        return lines.joined(separator: "\n")
    }
}

/// The page of one verb, or of one of its forms, written from its signature.
struct HelpPage {
    let signature: Signature
    let variant: Signature.Variant?

    var blocks: [Block] {
        var lines = [variant?.summary ?? signature.summary, ""]
        if variant == nil, !signature.examples.isEmpty {
            lines.append("examples:")
            for example in signature.examples { lines.append("  " + example.script.replacing("\n", with: "\n  ")) }
            lines.append("")
        }
        lines.append("usage: " + signature.usage(variant: variant?.word))
        let reads = variant?.reads ?? signature.reads
        if !reads.isEmpty { lines.append("reads: \(reads.map(\.name).joined(separator: ", "))\(signature.readsOptionally ? " (or nothing)" : ", the newest unless 'on' names one")") }
        if !signature.gives.isEmpty { lines.append("gives: \(signature.gives.map(\.name).joined(separator: " or "))") }
        if variant == nil, !signature.details.isEmpty { lines += ["", signature.details] }
        var blocks: [Block] = [.text(lines.joined(separator: "\n"))]
        let parameters = signature.parameters(variant: variant?.word)
        if !parameters.isEmpty {
            blocks.append(
                .table(
                    DisplayTable(
                        columns: [.init("option"), .init("takes"), .init("default"), .init("meaning")],
                        rows: parameters.map { parameter in
                            let takes = parameter.choices.isEmpty ? parameter.typeText : parameter.choices.joined(separator: " ")
                            return [.init(parameter.name), .init(takes), .init(parameter.defaultText ?? (parameter.isRequired ? "required" : "–")), .init(parameter.help)]
                        })))
        }
        if variant == nil, !signature.variants.isEmpty {
            blocks.append(
                .table(
                    DisplayTable(
                        columns: [.init("form"), .init("meaning")],
                        rows: signature.variants.map { [.init("\(signature.verb) \($0.word)"), .init($0.summary)] })))
        }
        return blocks
    }
}

extension String {
    func padded(to width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }
}
