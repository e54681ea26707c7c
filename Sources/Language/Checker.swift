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
    /// What is known of the value that each name stands for, oldest first.
    private var values: [(name: String, outline: Outline)]
    /// Names whose `let` or `for` had a mistake: they have a value, but which is not known.
    private var unknownParameters: Set<String> = []
    /// How many statements of loops' rounds may still be looked at; keeps loops in loops from taking for ever.
    private var rounds = 20_000
    /// How many includes lie in one another, against files that include themselves.
    private var includes = 0
    private var context: Context
    /// What statements give that read no value and hold no parameter, by their words: each file is looked into once.
    private var sources: [String: Outline] = [:]

    /// - Parameter directory: the folder that paths are relative to.
    public init(catalogue: Catalogue, parameters: [String: Value] = [:], directory: String = ".") {
        self.catalogue = catalogue
        values = []
        self.parameters = parameters
        context = Context(checkingIn: directory, catalogue: catalogue, isInteractive: false, isInputTaken: false)
    }

    /// Starts from what a session holds by now.
    public init(_ session: Session) {
        self.init(catalogue: session.catalogue, parameters: session.parameters, directory: session.directory)
        context = Context(checkingIn: session.directory, catalogue: session.catalogue, isInteractive: session.isInteractive, isInputTaken: session.isInputTaken)
        values = session.values.map { ($0.name, $0.value.outline) }
    }

    /// What is known of a value by name, as a statement after those that were checked would find it; `ans` is the newest.
    public func outline(named name: String) -> Outline? { values.last { $0.name == name }?.outline ?? (name == "ans" ? values.last?.outline : nil) }

    /// The names of values, oldest first.
    public var names: [String] { values.map(\.name) }

    /// The values of parameters, `let`s and loops' variables that are known without a run.
    public private(set) var parameters: [String: Value]

    /// Whether a value may bear any name, as something ran of which it is not known what it makes.
    public private(set) var isOpen = false

    /// Gives `$name` a value, as a notebook's parameter has.
    public mutating func setParameter(_ name: String, _ value: Value) { parameters[name] = value }

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
            make(assigned, Outline([.plain], properties: []))
        } else if let verb = gap.verb, let signature = catalogue.signature(verb) {
            if !signature.gives.isEmpty { make(gap.result ?? signature.resultName(variant: gap.variant), Outline(signature.gives(variant: gap.variant), maker: verb)) }
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
            case .call(let call): try check(call, &found)
            case .assignment(let name, let syntax):
                make(name.text, Outline([.plain], properties: []))
                let value: Value
                do throws(Diagnostic) { value = try binder.value(syntax) } catch {
                    tell(error, &found)
                    unknownParameters.insert(name.text)
                    return
                }
                parameters[name.text] = value
                unknownParameters.remove(name.text)
            case .loop(let variable, let list, let body): try check(variable, list, body, &found)
            case .include(let path): try check(path)
            }
        } catch { tell(error, &found) }
    }

    /// Adds a mistake, unless it follows from one that was told before.
    private func tell(_ mistake: Diagnostic, _ found: inout [Diagnostic]) {
        let isKnown = mistake.code == "unknown-parameter" && mistake.span.map { unknownParameters.contains($0.text.filter { !"${}\"".contains($0) }) } == true
        if !isKnown { found.append(mistake) }
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

    private mutating func check(_ syntax: CallSyntax, _ found: inout [Diagnostic]) throws(Diagnostic) {
        guard let command = catalogue.command(syntax.verb.text) else { throw .unknownVerb(syntax.verb, catalogue: catalogue) }
        let signature = command.signature
        // Even a statement with a mistake makes its value, so that one mistake is not told again by each statement after it.
        var result = Outline(signature.gives(variant: syntax.variantWord), maker: signature.verb)
        defer {
            values.removeAll { result.forgotten.contains($0.name) }
            if !signature.gives.isEmpty { make(syntax.resultName(signature), result) }
        }
        if let name = syntax.result, signature.gives.isEmpty {
            found.append(Diagnostic("no-result", "'\(syntax.verb.text)' gives no value that could be named", category: .syntax, at: name.span, label: "names nothing"))
        }
        let (bound, mistakes) = binder.bind(syntax, signature)
        for mistake in mistakes { tell(mistake, &found) }
        let count = found.count
        for argument in syntax.arguments {
            if case .statement(let inner) = argument.content { look(at: inner, &found) }
            guard case .value(let kinds) = argument.parameter.completion else { continue }
            for word in argument.content.nameWords {
                do throws(Diagnostic) { try know(word, kinds: kinds.map { Kind($0) }, verb: bound.phrase) } catch { found.append(error) }
            }
        }
        // Who names what is not there has told what was to be read.
        guard !found[count...].contains(where: { $0.code == "unknown-name" }) else { return }
        let input = try self.input(for: bound, syntax)
        checkColumns(syntax, bound, input, &found)
        // What cannot be read as it was meant is not looked at more closely.
        guard mistakes.isEmpty, found.count == count else { return }
        do throws(Diagnostic) { result = try outline(of: syntax, bound, command, on: input) } catch {
            // What a statement without one of its options would find may be for want of that.
            guard syntax.isIncomplete else { throw error }
        }
        for case .path(let path) in bound.arguments.values.map(\.argument) { context.comingFiles.insert(path) }
    }

    private mutating func outline(of syntax: CallSyntax, _ bound: BoundCall, _ command: any Command.Type, on input: Outline?) throws(Diagnostic) -> Outline {
        var context = context
        context.outlines = Dictionary(values.map { ($0.name, $0.outline) }, uniquingKeysWith: { _, newest in newest })
        if let last = values.last, context.outlines["ans"] == nil { context.outlines["ans"] = last.outline }
        let call = Call(
            signature: bound.signature, variant: bound.variant, span: syntax.span, context: context, isInputNamed: syntax.input != nil, arguments: bound.arguments)
        let words = bound.reads.isEmpty && context.comingFiles.isEmpty ? syntax.wordsWithoutResult : nil
        if let words, let known = sources[words] { return known }
        let outline: Outline
        do throws(Diagnostic) { outline = try command.outline(call, on: input) } catch { throw error.placed(at: syntax.span) }
        // A mistake is told where it stands, so it is looked for again; what a parameter stands for may change.
        if let words, !words.contains("$") { sources[words] = outline }
        return outline
    }

    /// What is known of the value that a statement reads; none when it reads none, or it is not known which.
    private func input(for bound: BoundCall, _ syntax: CallSyntax) throws(Diagnostic) -> Outline? {
        let makers = bound.makers
        if let named = syntax.input {
            try know(named, kinds: bound.readsByName, verb: bound.phrase, isInput: true)
            let outline = outline(named: named.text)
            if let maker = outline?.maker, !makers.isEmpty, !makers.contains(maker) {
                throw .nothingToRead(bound.reads, verb: bound.phrase, catalogue: catalogue, at: named.span)
            }
            return outline
        }
        guard !bound.reads.isEmpty else { return nil }
        let others = bound.namesBesideInput
        guard let newest = values.last(where: { !others.contains($0.name) && $0.outline.mayBe(bound.reads) && (makers.isEmpty || $0.outline.maker.map(makers.contains) ?? true) })?.outline else {
            if bound.signature.readsOptionally || isOpen { return nil }
            throw .nothingToRead(bound.reads, besides: others, verb: bound.phrase, catalogue: catalogue, at: syntax.verb.span)
        }
        return isOpen || !newest.isSurely(bound.reads) ? nil : newest
    }

    /// Holds the columns that a statement names against those of the value that it reads.
    private func checkColumns(_ syntax: CallSyntax, _ bound: BoundCall, _ input: Outline?, _ found: inout [Diagnostic]) {
        guard !bound.reads.isEmpty, let schema = input?.schema, !schema.isOpen else { return }
        for argument in syntax.arguments where argument.parameter.completion == .column {
            for word in argument.content.nameWords {
                guard let column = schema.column(named: word.text) else {
                    found.append(.unknownColumn(word.text, among: schema.names, at: word.span))
                    continue
                }
                guard let wanted = argument.parameter.columnType, column.type != wanted else { continue }
                let fitting = schema.columns.filter { $0.type == wanted }.map(\.name)
                found.append(
                    Diagnostic(
                        "wrong-column", "'\(argument.parameter.name)' of '\(bound.phrase)' takes a column of \(wanted.plural), and '\(word.text)' holds \(column.type.plural)", category: .data,
                        at: word.span, label: "holds \(column.type.plural)",
                        hint: fitting.isEmpty ? "no column holds \(wanted.plural)" : "columns of \(wanted.plural) are \(fitting.joined(separator: ", "))"))
            }
        }
    }

    /// Checks a statement that another one looks at and does not run.
    private func look(at statement: Statement, _ found: inout [Diagnostic]) {
        var probe = self
        probe.check(statement, &found)
    }

    private func know(_ word: Word, kinds: [Kind], verb: String, isInput: Bool = false) throws(Diagnostic) {
        guard let known = outline(named: word.text) else {
            if isOpen { return }
            throw .unknownName(word.text, among: names, at: word.span)
        }
        if kinds.isEmpty, !isInput { return }
        guard known.kinds.contains(where: { kinds.contains(where: $0.mayStandFor) }) else {
            throw .wrongKind(of: word.text, known.kinds.first ?? .plain, wanted: kinds, verb: verb, at: word.span)
        }
    }

    private mutating func make(_ name: String, _ outline: Outline) {
        values.removeAll { $0.name == name }
        values.append((name, outline))
    }
}

extension Session {
    /// Every mistake of a text that can be found before it runs, in the order of their places.
    public func mistakes(in parsed: ParsedProgram) -> [Diagnostic] {
        var checker = Checker(self)
        let found = parsed.diagnostics + checker.check(parsed.program)
        let places = found.map { $0.span?.range.lowerBound ?? 0 }
        return found.indices.sorted { (places[$0], $0) < (places[$1], $1) }.map { found[$0] }
    }
}

extension Diagnostic {
    static func unknownColumn(_ name: String, among names: [String], at span: SourceSpan) -> Diagnostic {
        Diagnostic(
            "unknown-column", "no column is named '\(name)'", category: .data, at: span, label: "not a column",
            hint: nearest(to: name, in: names).map { "did you mean '\($0)'?" } ?? "columns are \(names.joined(separator: ", "))")
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
