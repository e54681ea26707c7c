import Diagnostics
import Expressions

/// Finds the mistakes of a script that need no run: values that do not fit, names used before they are made, verbs with nothing to read.
///
/// It keeps what it has seen, so that the cells of a notebook are checked one after the other. Loops are unrolled to resolve their names.
public struct Checker {
    let catalogue: Catalogue
    /// Names and the kinds that they may stand for, oldest first.
    private var names: [(name: String, kinds: [Kind])]
    private var parameters: [String: Value]

    public init(catalogue: Catalogue, parameters: [String: Value] = [:]) {
        self.catalogue = catalogue
        names = []
        self.parameters = parameters
    }

    /// Starts from what a session holds by now.
    public init(_ session: Session) {
        catalogue = session.catalogue
        names = session.values.map { ($0.name, [$0.value.kind]) }
        parameters = session.parameters
    }

    public mutating func check(_ program: Program) -> [Diagnostic] {
        var found: [Diagnostic] = []
        for statement in program.statements { check(statement, &found) }
        return found
    }

    private mutating func check(_ statement: Statement, _ found: inout [Diagnostic]) {
        do throws(Diagnostic) {
            switch statement.node {
            case .call(let call): try check(call)
            case .assignment(let name, let syntax):
                parameters[name.text] = try Binder(parameters: parameters).value(syntax)
                make(name.text, [.plain])
            case .loop(let variable, let syntax, let body):
                let outer = parameters[variable.text]
                for value in try Binder(parameters: parameters).members(syntax) {
                    parameters[variable.text] = value
                    var inner: [Diagnostic] = []
                    for statement in body.statements { check(statement, &inner) }
                    // The same mistake in each round is one mistake.
                    if !inner.isEmpty {
                        found += inner
                        break
                    }
                }
                parameters[variable.text] = outer
            case .include(let path): _ = try Binder(parameters: parameters).path(path)
            }
        } catch { found.append(error) }
    }

    private mutating func check(_ syntax: CallSyntax) throws(Diagnostic) {
        guard let signature = catalogue.signature(syntax.verb.text) else { throw .unknownVerb(syntax.verb, catalogue: catalogue) }
        // Even a statement with a mistake makes its value, so that one mistake is not told again by each statement after it.
        defer {
            if !signature.gives.isEmpty { make(syntax.result?.text ?? variantWord(syntax) ?? syntax.verb.text, signature.gives) }
        }
        let bound = try Binder(parameters: parameters).bind(syntax, signature)
        for argument in syntax.arguments {
            guard case .value(let kinds) = argument.parameter.completion else { continue }
            for word in argument.content.nameWords { try know(word, kinds: kinds.map { Kind($0) }, verb: bound.phrase) }
        }
        if let input = syntax.input { try know(input, kinds: bound.reads, verb: bound.phrase) } else if !bound.reads.isEmpty, !signature.readsOptionally {
            guard names.contains(where: { $0.kinds.contains { bound.reads.contains($0) } }) else {
                throw .nothingToRead(bound.reads, verb: bound.phrase, catalogue: catalogue, at: syntax.verb.span)
            }
        }
        if let result = syntax.result, signature.gives.isEmpty {
            throw Diagnostic("no-result", "'\(syntax.verb.text)' gives no value that could be named", category: .syntax, at: result.span, label: "names nothing")
        }
    }

    private func variantWord(_ syntax: CallSyntax) -> String? {
        for argument in syntax.arguments where argument.parameter.isVariantSlot {
            if case .value(let value) = argument.content, case .value(.word(let word)) = value.node { return word }
        }
        return nil
    }

    private func know(_ word: Word, kinds: [Kind], verb: String) throws(Diagnostic) {
        guard let known = names.last(where: { $0.name == word.text }) ?? (word.text == "ans" ? names.last : nil) else {
            throw .unknownName(word.text, among: names.map(\.name), at: word.span)
        }
        guard kinds.isEmpty || known.kinds.contains(where: { kinds.contains(where: $0.mayStandFor) }) else {
            throw .wrongKind(of: word.text, known.kinds.first ?? .plain, wanted: kinds, verb: verb, at: word.span)
        }
    }

    private mutating func make(_ name: String, _ kinds: [Kind]) {
        names.removeAll { $0.name == name }
        names.append((name, kinds))
    }
}

extension ArgumentSyntax.Content {
    var nameWords: [Word] {
        switch self {
        case .name(let name): [name]
        case .names(let names): names
        default: []
        }
    }
}
