import Expressions
import Language

/// One line about what the cursor stands in, from the signature of the verb or function.
enum Hint {
    /// - Parameters:
    ///   - line: all that was typed of the input, lines before the cursor's included.
    ///   - cursor: a byte offset of its UTF-8 form.
    ///   - width: columns that the hint may take.
    /// - Returns: none where nothing is known.
    static func line(_ line: String, cursor: Int, session: SessionView, width: Int) -> String? {
        let place = CursorReader.place(in: Array(line.utf8.prefix(max(0, cursor))), catalogue: session.catalogue)
        guard let parts = parts(of: place.subject, session) else { return nil }
        // The form gives way before what is said of the parameter.
        let form = DisplayWidth.of(parts.form + separator + parts.explanation) <= width ? parts.form : parts.shortForm
        return DisplayWidth.cut(parts.explanation.isEmpty ? form : form + separator + parts.explanation, to: width)
    }

    private static let separator = " · "

    private struct Parts {
        let form: String
        /// Where the whole form leaves no room for the explanation.
        let shortForm: String
        let explanation: String

        init(_ form: String, short: String? = nil, _ explanation: String) {
            self.form = form
            shortForm = short ?? form
            self.explanation = explanation
        }
    }

    private static func parts(of subject: CursorPlace.Subject, _ session: SessionView) -> Parts? {
        switch subject {
        case .nothing: return nil
        case .verb: return Parts("VERB words options [on NAME] [as NAME]", "'help' lists the verbs, 'help VERB' explains one")
        case .form(let form): return Parts(form, "")
        case .call(let signature, let variant, nil):
            return Parts(signature.usage(variant: variant), short: start(signature, variant) + " ...", signature.variant(variant)?.summary ?? signature.summary)
        case .call(let signature, let variant, let parameter?):
            let whole = signature.usage(variant: variant)
            let head = start(signature, variant)
            let short = parameter.isVariantSlot && variant != nil ? head : "\(head) \(parameter.usage)"
            return Parts(whole, short: short == whole || short.hasSuffix("...") ? short : short + " ...", explanation(of: parameter))
        case .input(let signature, let variant):
            let reads = signature.variant(variant)?.reads ?? signature.reads
            guard !reads.isEmpty else { return Parts("on NAME", "'\(signature.verb)' reads no value") }
            let newest = session.values.last { value in reads.contains { $0.name == value.kind && $0.isAnswer == value.isAnswer } }
            return Parts("on NAME", "\(Kind.phrase(reads)) to read, the newest unless named" + (newest.map { ": '\($0.name)'" } ?? ""))
        case .result(let signature, let variant):
            return Parts("as NAME", "a name for the result, '\(signature.namesResultByVariant ? variant ?? signature.verb : signature.verb)' unless given")
        case .function(let function): return Parts(function.usage, function.help)
        case .has: return Parts("has(PATTERN) -> boolean", "whether the events of the group hold a path, such as pv -> cart within 7d")
        }
    }

    private static func start(_ signature: Signature, _ variant: String?) -> String { variant.map { "\(signature.verb) \($0)" } ?? signature.verb }

    /// `k: whole number in 1...1024, required: number of clusters`.
    private static func explanation(of parameter: ParameterDescription) -> String {
        let takes = parameter.form == .keyword ? "this word" : parameter.choices.isEmpty ? parameter.typeText : "one of \(parameter.choices.joined(separator: ", "))"
        let need = parameter.defaultText.map { "default \($0)" } ?? (parameter.isRequired ? "required" : "optional")
        return "\(parameter.name): \(takes), \(need): \(parameter.help)"
    }
}

extension ExpressionFunction {
    /// The form of a call and what it gives: `round(number[, number]) -> number`.
    var usage: String {
        var text = name + "("
        for (index, parameter) in parameters.enumerated() {
            if index >= required { text += "[" }
            if index > 0 { text += ", " }
            text += parameter.word
        }
        text += String(repeating: "]", count: max(0, parameters.count - required)) + ") -> "
        switch result {
        case .type(let type): return text + type.rawValue
        case .sameAsFirst: return text + (parameters.first?.word ?? "")
        }
    }
}

extension ExpressionFunction.Parameter {
    fileprivate var word: String {
        switch self {
        case .type(let type): type.rawValue
        case .anything: "value"
        case .regex: "/regex/"
        }
    }
}
