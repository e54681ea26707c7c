import Diagnostics
import Expressions

/// A call whose arguments hold no `$name` any more and fit their parameters.
struct BoundCall {
    let signature: Signature
    let variant: String?
    let arguments: [String: (argument: BoundArgument, span: SourceSpan)]

    /// The verbs one of which must have made what is read; any when empty.
    var makers: [String] { signature.variant(variant)?.makers ?? [] }
    var reads: [Kind] { signature.variant(variant)?.reads ?? signature.reads }
    /// What it reads where 'on' names it.
    var readsByName: [Kind] { reads + signature.readsByName + (signature.variant(variant)?.readsByName ?? []) }
    /// Names of values that it reads besides, and that are not taken for what it reads.
    var namesBesideInput: [String] {
        signature.parameters(variant: variant).filter(\.isBesideInput).compactMap { parameter in
            if case .name(let name) = arguments[parameter.name]?.argument { name } else { nil }
        }
    }
    /// What errors call it: `plot roc`.
    var phrase: String { variant.map { "\(signature.verb) \($0)" } ?? signature.verb }
}

/// Replaces `$name` by values and holds arguments against the signature. The static check and the run use the same one.
struct Binder {
    let parameters: [String: Value]
    /// Is told the name of each parameter that is read.
    var onRead: (String) -> Void = { _ in }

    /// The call with what of its arguments fits, and a mistake for each that does not or is missing.
    func bind(_ syntax: CallSyntax, _ signature: Signature) -> (call: BoundCall, mistakes: [Diagnostic]) {
        var arguments: [String: (argument: BoundArgument, span: SourceSpan)] = [:]
        var mistakes: [Diagnostic] = []
        let variant = syntax.variantWord
        for argument in syntax.arguments {
            do throws(Diagnostic) {
                let bound = try bind(argument)
                if case .value(let value) = bound, let expected = argument.parameter.mismatch(value) {
                    throw .wrongValue(argument.parameter, expected: expected, found: value, verb: signature.verb, at: argument.span)
                }
                arguments[argument.parameter.name] = (bound, argument.span)
            } catch { mistakes.append(error) }
        }
        for parameter in signature.parameters(variant: variant) where parameter.isRequired && syntax.argument(parameter.name) == nil && !syntax.isIncomplete {
            mistakes.append(
                Diagnostic(
                    "missing-argument", "'\(signature.verb)' needs \(parameter.place == .option ? "\(parameter.name)=" : parameter.wanted)", category: .syntax, at: syntax.span,
                    label: parameter.help, hint: signature.usage(variant: variant)))
        }
        return (BoundCall(signature: signature, variant: variant, arguments: arguments), mistakes)
    }

    /// The call, if all of it fits.
    ///
    /// - Throws: the first mistake.
    func whole(_ syntax: CallSyntax, _ signature: Signature) throws(Diagnostic) -> BoundCall {
        let (call, mistakes) = bind(syntax, signature)
        if let first = mistakes.first { throw first }
        return call
    }

    private func bind(_ argument: ArgumentSyntax) throws(Diagnostic) -> BoundArgument {
        switch argument.content {
        case .value(let value): return .value(try self.value(value))
        case .path(let path): return .path(try self.path(path))
        case .paths(let paths):
            var texts: [String] = []
            for path in paths { texts.append(try self.path(path)) }
            return .paths(texts)
        case .name(let name): return .name(name.text)
        case .names(let names): return .names(names.map(\.text))
        case .expression(let expression): return .expression(try substituted(expression))
        case .pattern(let pattern): return .pattern(pattern)
        case .assignment(let name, let expression): return .assignment(name, try substituted(expression))
        case .renaming(let pairs): return .renaming(pairs.map { Renaming(from: $0.from, to: $0.to) })
        case .keyword: return .keyword
        case .statement(let statement): return .statement(statement)
        }
    }

    private func substituted(_ expression: Expression) throws(Diagnostic) -> Expression {
        try expression.substituting { (name, span) throws(Diagnostic) in
            let value = try parameter(name, at: span)
            guard let literal = value.literal else {
                throw Diagnostic("wrong-value", "a \(value.typeName) cannot stand in an expression", category: .syntax, at: span, label: "$\(name) is \(value)")
            }
            return literal
        }
    }

    func value(_ syntax: ValueSyntax) throws(Diagnostic) -> Value {
        switch syntax.node {
        case .value(let value): return value
        case .parameter(let name): return try parameter(name, at: syntax.span)
        case .text(let template): return .text(try text(template))
        case .list(let members): return .list(try values(members))
        case .choices(let members): return .choices(try values(members))
        case .map(let entries):
            var bound: [Value.Entry] = []
            for entry in entries { bound.append(.init(entry.key.text, try value(entry.value))) }
            return .map(bound)
        case .range(let low, let high):
            guard case .integer(let first) = try value(low), case .integer(let last) = try value(high), first <= last else {
                throw Diagnostic("wrong-range", "a range goes from a whole number up to another", category: .syntax, at: syntax.span, label: "not a range", hint: "2..10")
            }
            return .range(first, last)
        }
    }

    private func values(_ members: [ValueSyntax]) throws(Diagnostic) -> [Value] {
        var values: [Value] = []
        for member in members { values.append(try value(member)) }
        return values
    }

    /// What a `for` runs over: the members of a list or set, or the whole numbers of a range.
    func members(_ syntax: ValueSyntax) throws(Diagnostic) -> [Value] {
        switch try value(syntax) {
        case .list(let members), .choices(let members): return members
        case .range(let low, let high):
            guard Value.rangeCount(low, high) <= 10_000 else {
                throw Diagnostic("wrong-range", "'for' runs over at most 10000 values", category: .syntax, at: syntax.span, label: "too many")
            }
            return (low...high).map { .integer($0) }
        case let other:
            throw Diagnostic("wrong-value", "'for' runs over a list or a range, not a \(other.typeName)", category: .syntax, at: syntax.span, label: "not a list", hint: "for k in [2, 3, 5] { ... }")
        }
    }

    func path(_ syntax: PathSyntax) throws(Diagnostic) -> String { try text(syntax.template) }

    private func text(_ template: TemplateSyntax) throws(Diagnostic) -> String {
        var result = ""
        for piece in template.pieces {
            switch piece {
            case .text(let text): result += text
            case .parameter(let name):
                switch try parameter(name.text, at: name.span) {
                case .text(let text), .word(let text): result += text
                case let other: result += other.description
                }
            }
        }
        return result
    }

    private func parameter(_ name: String, at span: SourceSpan) throws(Diagnostic) -> Value {
        if let value = parameters[name] {
            onRead(name)
            return value
        }
        let near = nearest(to: name, in: parameters.keys.sorted()).map { "did you mean '$\($0)'?" }
        throw Diagnostic(
            "unknown-parameter", "nothing is named '$\(name)'", category: .syntax, at: span, label: "not a parameter",
            hint: near ?? (parameters.isEmpty ? "'let \(name) = 5' makes it" : "parameters are \(parameters.keys.sorted().map { "$" + $0 }.joined(separator: ", "))"))
    }
}

extension Value {
    /// The value as it stands in an expression, if it can.
    var literal: Literal? {
        switch self {
        case .integer(let value): .integer(value)
        case .number(let value), .share(let value): .number(value)
        case .duration(let seconds, let written): .duration(seconds: seconds, written: written)
        case .size(let bytes, _): .integer(bytes)
        case .time(let seconds, let written): .time(seconds: seconds, written: written)
        case .text(let text): .text(text)
        case .word("true"), .word("yes"): .boolean(true)
        case .word("false"), .word("no"): .boolean(false)
        case .word(let word): .text(word)
        case .list, .range, .choices, .map: nil
        }
    }
}

extension Diagnostic {
    static func wrongValue(_ parameter: ParameterDescription, expected: String, found: Value, verb: String, at span: SourceSpan) -> Diagnostic {
        var hint = parameter.help
        switch found {
        case .text(let word), .word(let word): if let near = nearest(to: word, in: parameter.choices) { hint = "did you mean '\(near)'?" }
        case .integer(let whole) where parameter.typeText == Fraction.typeText && parameter.mismatch(.share(Double(whole) / 100)) == nil && (1...100).contains(whole): hint = "did you mean \(whole)%?"
        default: break
        }
        let wanted = expected.withArticle
        return Diagnostic(
            "wrong-value", "'\(parameter.name)' of '\(verb)' takes \(wanted), not \(found)", category: .syntax, at: span, label: wanted.count <= 50 ? "not \(wanted)" : "does not fit", hint: hint)
    }
}

extension String {
    /// What is wanted, as a sentence says it: `a share`, `an expression`, `files`, `one of a, b`.
    var withArticle: String {
        if hasPrefix("one of ") || ["yes or no", "files", "names", "columns", "words"].contains(self) { return self }
        return (first.map { "aeio".contains($0) } == true ? "an " : "a ") + self
    }
}

extension ParameterDescription {
    /// What stands in the parameter's place, in words; of a variant its name says it, for the words are many.
    var wanted: String { isVariantSlot ? name.withArticle : typeText.withArticle }
}
