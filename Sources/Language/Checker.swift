import Diagnostics
import Expressions

/// Finds the mistakes of a script that need no run: values that do not fit, names used before they are made, verbs with nothing to read.
///
/// It keeps what it has seen, so that the cells of a notebook are checked one after the other. Loops are unrolled to resolve their names.
public struct Checker {
    let catalogue: Catalogue
    /// Reads what `include "F.cnb"` brings: the programs of its cells. Without it an included file may have made any name and any kind.
    ///
    /// - Throws: why the file cannot be read; that mistake is then reported at the `include`. Mistakes inside the file are the reader's to report.
    public var include: ((_ path: String, _ span: SourceSpan) throws(Diagnostic) -> [Program])?
    /// Names and the kinds that they may stand for, oldest first.
    private var names: [(name: String, kinds: [Kind])]
    private var parameters: [String: Value]
    /// Names whose `let` or `for` had a mistake: they have a value, but which is not known.
    private var unknownParameters: Set<String> = []
    /// Set once something ran of which it is not known what it makes: then no name and no kind is surely missing.
    private var isOpen = false
    /// How many statements of loops' rounds may still be looked at; keeps loops in loops from taking for ever.
    private var rounds = 20_000
    /// How many includes lie in one another, against files that include themselves.
    private var includes = 0

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

    /// The mistakes of a program that was parsed, in the order of their places; what could not be parsed has been told by the parser.
    public mutating func check(_ program: Program) -> [Diagnostic] {
        var found: [Diagnostic] = []
        check(program, &found)
        return found
    }

    private mutating func check(_ program: Program, _ found: inout [Diagnostic]) {
        var gaps = program.gaps[...]
        for (index, statement) in program.statements.enumerated() {
            while let gap = gaps.first, gap.index <= index { pass(gaps.removeFirst(), &found) }
            check(statement, &found)
        }
        for gap in gaps { pass(gap, &found) }
    }

    /// Goes past a statement that could not be read, and takes it for done.
    private mutating func pass(_ gap: Gap, _ found: inout [Diagnostic]) {
        if let body = gap.body {
            checkOnce(body, variable: gap.assigned ?? "", &found)
        } else if let assigned = gap.assigned {
            unknownParameters.insert(assigned)
            make(assigned, [.plain])
        } else if let verb = gap.verb, let signature = catalogue.signature(verb) {
            make(signature, result: gap.result, variant: gap.variant)
        } else {
            isOpen = true
        }
    }

    /// Checks the body of a loop whose rounds are not known.
    private mutating func checkOnce(_ body: Program, variable: String, _ found: inout [Diagnostic]) {
        let (wasOpen, value, wasUnknown) = (isOpen, parameters[variable], unknownParameters.contains(variable))
        isOpen = true
        parameters[variable] = nil
        unknownParameters.insert(variable)
        check(body, &found)
        isOpen = wasOpen
        parameters[variable] = value
        if !wasUnknown { unknownParameters.remove(variable) }
    }

    private mutating func check(_ statement: Statement, _ found: inout [Diagnostic]) {
        do throws(Diagnostic) {
            switch statement.node {
            case .call(let call): try check(call)
            case .assignment(let name, let syntax):
                make(name.text, [.plain])
                unknownParameters.insert(name.text)
                parameters[name.text] = try binder.value(syntax)
                unknownParameters.remove(name.text)
            case .loop(let variable, let list, let body): try check(variable, list, body, &found)
            case .include(let path): try check(path)
            }
        } catch {
            // What follows from a mistake told before is no mistake of its own.
            let isKnown = error.code == "unknown-parameter" && error.span.map { unknownParameters.contains($0.text.filter { !"${}\"".contains($0) }) } == true
            if !isKnown { found.append(error) }
        }
    }

    private var binder: Binder { Binder(parameters: parameters) }

    private mutating func check(_ variable: Word, _ list: ValueSyntax, _ body: Program, _ found: inout [Diagnostic]) throws(Diagnostic) {
        let members: [Value]
        do throws(Diagnostic) { members = try binder.members(list) } catch {
            checkOnce(body, variable: variable.text, &found)
            throw error
        }
        let (outer, wasUnknown) = (parameters[variable.text], unknownParameters.contains(variable.text))
        defer {
            parameters[variable.text] = outer
            if wasUnknown { unknownParameters.insert(variable.text) }
        }
        unknownParameters.remove(variable.text)
        for value in members {
            parameters[variable.text] = value
            var inner: [Diagnostic] = []
            check(body, &inner)
            rounds -= max(1, body.statements.count)
            // The same mistake in each round is one mistake.
            found += inner
            if !inner.isEmpty || rounds <= 0 { break }
        }
    }

    private mutating func check(_ syntax: PathSyntax) throws(Diagnostic) {
        let path = try binder.path(syntax)
        guard let include, includes < 10 else {
            isOpen = true
            return
        }
        includes += 1
        defer { includes -= 1 }
        var ignored: [Diagnostic] = []
        do throws(Diagnostic) { for program in try include(path, syntax.span) { check(program, &ignored) } } catch {
            isOpen = true
            throw error
        }
    }

    private mutating func check(_ syntax: CallSyntax) throws(Diagnostic) {
        guard let signature = catalogue.signature(syntax.verb.text) else { throw .unknownVerb(syntax.verb, catalogue: catalogue) }
        // Even a statement with a mistake makes its value, so that one mistake is not told again by each statement after it.
        defer { if !signature.gives.isEmpty { make(syntax.resultName(signature), signature.gives) } }
        let bound = try binder.bind(syntax, signature)
        for argument in syntax.arguments {
            if case .statement(let inner) = argument.content { try look(at: inner) }
            guard case .value(let kinds) = argument.parameter.completion else { continue }
            for word in argument.content.nameWords { try know(word, kinds: kinds.map { Kind($0) }, verb: bound.phrase) }
        }
        if let input = syntax.input {
            try know(input, kinds: bound.reads, verb: bound.phrase, isInput: true)
        } else if !bound.reads.isEmpty, !signature.readsOptionally, !isOpen {
            guard names.contains(where: { $0.kinds.contains { bound.reads.contains($0) } }) else {
                throw .nothingToRead(bound.reads, verb: bound.phrase, catalogue: catalogue, at: syntax.verb.span)
            }
        }
        if let result = syntax.result, signature.gives.isEmpty {
            throw Diagnostic("no-result", "'\(syntax.verb.text)' gives no value that could be named", category: .syntax, at: result.span, label: "names nothing")
        }
    }

    /// Checks a statement that another one looks at and does not run.
    private func look(at statement: Statement) throws(Diagnostic) {
        var probe = self
        var found: [Diagnostic] = []
        probe.check(statement, &found)
        if let first = found.first { throw first }
    }

    private func know(_ word: Word, kinds: [Kind], verb: String, isInput: Bool = false) throws(Diagnostic) {
        guard let known = names.last(where: { $0.name == word.text }) ?? (word.text == "ans" ? names.last : nil) else {
            if isOpen { return }
            throw .unknownName(word.text, among: names.map(\.name), at: word.span)
        }
        if kinds.isEmpty, !isInput { return }
        guard known.kinds.contains(where: { kinds.contains(where: $0.mayStandFor) }) else {
            throw .wrongKind(of: word.text, known.kinds.first ?? .plain, wanted: kinds, verb: verb, at: word.span)
        }
    }

    private mutating func make(_ signature: Signature, result: String?, variant: String?) {
        if !signature.gives.isEmpty { make(result ?? signature.resultName(variant: variant), signature.gives) }
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
