import Diagnostics
import Expressions
import Runtime

extension Session {
    /// Runs statements one after the other and hands each result over as it is made.
    ///
    /// - Throws: the first mistake, placed in the source; results before it stand.
    public func run(_ program: Program, _ handle: (StatementResult) throws -> Void) throws {
        for statement in program.statements { try run(statement, handle) }
    }

    /// Runs one statement; a loop hands over the results of its body.
    public func run(_ statement: Statement, _ handle: (StatementResult) throws -> Void) throws {
        try noting(statement) { try perform(statement, handle) }
    }

    private func perform(_ statement: Statement, _ handle: (StatementResult) throws -> Void) throws {
        try cancelled(at: statement.span)
        switch statement.node {
        case .call(let call): try handle(try failing(at: call.span) { try run(call, isQuiet: statement.isQuiet) })
        case .assignment(let name, let syntax):
            let value = try failing(at: statement.span) { try binder.value(syntax) }
            setParameter(name.text, value)
            setValue(name.text, PlainValue(value))
            try handle(
                StatementResult(
                    statement: "let \(name.text) = \(value)", verb: "let", name: name.text, input: nil, value: PlainValue(value), blocks: [.text("\(name.text) = \(value)")],
                    notes: [], effects: [], isQuiet: statement.isQuiet, span: statement.span))
        case .loop(let variable, let syntax, let body):
            let (outer, entry) = (parameters[variable.text], entry(ofParameter: variable.text))
            defer { if let outer { setParameter(variable.text, outer, madeBy: entry) } else { removeParameter(variable.text) } }
            for value in try failing(at: statement.span, { try binder.members(syntax) }) {
                setParameter(variable.text, value)
                try run(body, handle)
            }
        case .include(let path):
            guard let include else {
                throw Diagnostic("include-unavailable", "'include' works in notebooks only", category: .syntax, at: statement.span, hint: "cnb run F.cnb")
            }
            try include(try binder.path(path), path.span, handle)
        }
    }

    /// What goes wrong now is the failure of a statement, whatever the check would have called it.
    private func failing<Result>(at span: SourceSpan, _ body: () throws -> Result) throws -> Result {
        do { return try body() } catch { throw placed(error, at: span) }
    }

    private func run(_ syntax: CallSyntax, isQuiet: Bool) throws -> StatementResult {
        let context = context()
        let prepared = try context.prepared(syntax, by: binder)
        let (command, input) = (prepared.command, prepared.input)
        let outcome = try command.init().run(prepared.call, on: input)
        if let input, syntax.input == nil, let read = outcome.input, read.name != input.name { context.note(read, inPlaceOf: input, of: prepared.reads) }
        var notes = outcome.notes
        // A statement may have been the first to read its input, or give what it read.
        for value in [input?.value, outcome.input?.value, outcome.value].compactMap({ $0 }) {
            let told = Set(notes.map(\.message))
            notes += value.takeNotes().filter { !told.contains($0.message) }
        }
        apply(outcome.effects)
        var name: String?
        if let value = outcome.value {
            let given = syntax.resultName(command.signature)
            name = given
            setValue(given, value)
        } else if let result = syntax.result {
            throw Diagnostic("no-result", "'\(syntax.verb.text)' gives no value that could be named", category: .syntax, at: result.span, label: "names nothing")
        }
        recorder?.finished(showsResult: command.signature.showsResult(outcome.value?.kind) && !isQuiet, hasSideEffects: command.signature.hasSideEffects && !command.signature.isAboutSession)
        return StatementResult(
            statement: syntax.description, verb: syntax.verb.text, name: name, input: (outcome.input ?? input)?.name, value: outcome.value, blocks: outcome.blocks,
            notes: notes.map { $0.placed(at: syntax.span) }, effects: outcome.effects, isQuiet: isQuiet, span: syntax.span)
    }

    private func apply(_ effects: [Effect]) {
        for effect in effects {
            switch effect {
            case .setSeed(let seed):
                self.seed = seed
                recorder?.changed(.seed(seed))
            case .setThreads(let threads): self.threads = threads
            case .drop(let names): for name in names { removeValue(name) }
            case .edit, .quit: break
            }
        }
    }

    private func cancelled(at span: SourceSpan) throws(Diagnostic) {
        if cancellation.isCancelled { throw .interrupted(at: span) }
    }
}

/// Any error of a statement that ran as a diagnostic with a place.
///
/// What the check could not see is a statement that failed, whatever else its mistake would be called: the exit code says that something ran.
package func placed(_ error: any Error, at span: SourceSpan) -> Diagnostic {
    func failed(_ diagnostic: Diagnostic) -> Diagnostic {
        var diagnostic = diagnostic.placed(at: span)
        if diagnostic.category == .syntax { diagnostic.category = .failure }
        return diagnostic
    }
    return switch error {
    case let diagnostic as Diagnostic: failed(diagnostic)
    case let known as any Diagnosable: failed(known.diagnostic)
    case is Cancelled: .interrupted(at: span)
    default: Diagnostic("failure", "\(error)", at: span)
    }
}

extension Context {
    /// The value that a statement reads: the one named by `on`, else the newest of the kinds that it wants.
    func input(for bound: BoundCall, _ syntax: CallSyntax) throws(Diagnostic) -> Input? {
        let reads = bound.reads
        if let named = syntax.input {
            let found = try value(named: named.text, at: named.span)
            guard bound.readsByName.contains(where: found.value.kind.mayStandFor) else { throw .wrongKind(of: found.name, found.value.kind, wanted: bound.readsByName, verb: bound.phrase, at: named.span) }
            return found
        }
        if reads.isEmpty { return nil }
        if let newest = newest(of: reads, besides: bound.namesBesideInput) { return newest }
        guard bound.signature.readsOptionally else { throw .nothingToRead(reads, besides: bound.namesBesideInput, verb: bound.phrase, catalogue: catalogue, at: syntax.verb.span) }
        return nil
    }
}

extension Signature {
    /// Whether what was shown is a result in itself, and not the sight of a value that stays: an answer, a chart, a look without a value.
    func showsResult(_ kind: Kind?) -> Bool { !isAboutSession && (group == .plot || group == .look || kind?.isAnswer == true) }
}

extension Diagnostic {
    public static func interrupted(at span: SourceSpan?) -> Diagnostic {
        Diagnostic("interrupted", "stopped before it was done", category: .interrupted, at: span, label: "stopped here")
    }

    static func unknownVerb(_ verb: Word, catalogue: Catalogue) -> Diagnostic {
        let near = nearest(to: verb.text, in: catalogue.verbs + ["let", "for", "include"]).map { "did you mean '\($0)'?" }
        return Diagnostic(
            "unknown-verb", "no verb is named '\(verb.text)'", category: .syntax, at: verb.span, label: "not a verb", hint: near ?? "'help' lists the verbs")
    }

    static func wrongKind(of name: String, _ found: Kind, wanted: [Kind], verb: String, at span: SourceSpan) -> Diagnostic {
        return Diagnostic(
            "wrong-kind", wanted.isEmpty ? "'\(verb)' reads no value" : "'\(verb)' reads \(Kind.phrase(wanted)), and '\(name)' is \(found.phrase)", category: .syntax, at: span,
            label: "this is \(found.phrase)")
    }

    static func nothingToRead(_ wanted: [Kind], besides others: [String] = [], verb: String, catalogue: Catalogue, at span: SourceSpan) -> Diagnostic {
        let words = verb.split(separator: " ").map { String($0) }
        let known = words.count == 2 ? catalogue.signature(words[0])?.variant(words[1])?.makers ?? [] : []
        let named = words.count == 2 ? catalogue.signature(words[0])?.variant(words[1])?.readsByName ?? [] : []
        let giving = catalogue.commands.map { $0.signature }.filter { $0.gives.contains { wanted.contains($0) } }
        // Verbs that read the same themselves help nobody who has none.
        let makers = known.isEmpty ? (giving.filter { !$0.reads.contains(where: wanted.contains) } + giving.filter { $0.reads.contains(where: wanted.contains) }).map(\.verb) : known
        let isPlural = wanted.allSatisfy { $0.phrase == $0.name }
        let besides = others.isEmpty ? "" : " besides \(others.map { "'\($0)'" }.joined(separator: " and "))"
        return Diagnostic(
            "nothing-to-read", "'\(verb)' reads \(Kind.phrase(wanted))\(besides), and there \(isPlural ? "are" : "is") none yet", category: .syntax, at: span, label: "has nothing to read",
            hint: makers.isEmpty ? nil : "\(makers.prefix(4).joined(separator: ", ")) \(makers.count == 1 ? "makes" : "make") \(isPlural ? "them" : "one")" + (named.isEmpty ? "" : "; 'on NAME' reads \(Kind.phrase(named))"))
    }
}
