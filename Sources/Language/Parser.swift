import Diagnostics
import Expressions

/// A parsed script: what could be read, and every mistake that was found in it.
public struct ParsedProgram: Sendable {
    public let program: Program
    public let diagnostics: [Diagnostic]
    /// Whether more text could make the script whole: a bracket or loop body is open, or the last line ends in `\`.
    public let wantsMore: Bool
}

/// Reads scripts. Which slots a verb has and how their words are read is said by its signature.
///
/// A statement that cannot be read is skipped and the next one read, so that all mistakes are found at once.
///
/// - Complexity: O(bytes).
public struct Parser {
    var scanner: Scanner
    private var diagnostics: [Diagnostic] = []
    let catalogue: Catalogue
    /// Loops within loops, kept small so that no text can exhaust the stack.
    var depth = 0
    /// Whether a number stands in an expression, where `-` and `/` are operators and not part of a word.
    var isInExpression = false
    static let greatestDepth = 100

    /// - Parameters:
    ///   - range: the part of the file to read; the whole file when none is given.
    ///   - cell: the notebook cell that the text stands in, for errors.
    public init(_ file: SourceFile, range: Range<Int>? = nil, cell: String? = nil, catalogue: Catalogue) {
        scanner = Scanner(file, range: range ?? 0..<file.bytes.count, cell: cell)
        self.catalogue = catalogue
    }

    public static func parse(_ file: SourceFile, range: Range<Int>? = nil, cell: String? = nil, catalogue: Catalogue) -> ParsedProgram {
        var parser = Parser(file, range: range, cell: cell, catalogue: catalogue)
        let program = parser.program()
        return ParsedProgram(program: program, diagnostics: parser.diagnostics, wantsMore: parser.scanner.wantsMore)
    }

    private mutating func program() -> Program {
        var statements: [Statement] = []
        while true {
            skipSeparators()
            guard let byte = scanner.peek() else { break }
            if byte == UInt8(ascii: "}") {
                if scanner.bodies > 0 { break }
                diagnostics.append(scanner.error("unexpected", "a '}' that closes nothing", at: scanner.here(), label: "closes nothing"))
                scanner.position += 1
                continue
            }
            do throws(Diagnostic) {
                var statement = try self.statement()
                scanner.skipBlanks()
                guard scanner.isAtStatementEnd else { throw scanner.expected("the end of the statement") }
                statement.isQuiet = isFollowedByFinalSemicolon
                statements.append(statement)
            } catch {
                diagnostics.append(error)
                scanner.skipStatement()
            }
        }
        return Program(statements)
    }

    private mutating func skipSeparators() {
        while true {
            scanner.skipBlanks()
            guard let byte = scanner.peek(), byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "|") || byte == UInt8(ascii: ";") else { return }
            scanner.position += 1
        }
    }

    private var isFollowedByFinalSemicolon: Bool {
        var ahead = scanner
        guard ahead.take(UInt8(ascii: ";")) else { return false }
        ahead.skipBlanks()
        return ahead.peek() == nil || ahead.peek() == UInt8(ascii: "\n") || ahead.peek() == UInt8(ascii: "}")
    }

    mutating func statement() throws(Diagnostic) -> Statement {
        let start = scanner.position
        if scanner.take(UInt8(ascii: "?")) { return try helpStatement(from: start) }
        guard let verb = scanner.takeName() else {
            throw scanner.error("expected-verb", "a statement starts with a verb", at: scanner.here(), label: "not a verb", hint: "'help' lists the verbs")
        }
        switch verb.text {
        case "let":
            let name = try self.name()
            try sign("=", after: "let \(name.text)")
            scanner.skipBlanks()
            return Statement(node: .assignment(name, try value()), span: scanner.span(from: start))
        case "for": return try loop(from: start)
        case "include":
            scanner.skipBlanks()
            return Statement(node: .include(try path()), span: scanner.span(from: start))
        default: return Statement(node: .call(try call(verb)), span: scanner.span(from: start))
        }
    }

    /// `?rfm` is short for `help rfm`.
    private mutating func helpStatement(from start: Int) throws(Diagnostic) -> Statement {
        let verb = Word("help", at: scanner.span(from: start))
        return Statement(node: .call(try call(verb)), span: scanner.span(from: start))
    }

    private mutating func loop(from start: Int) throws(Diagnostic) -> Statement {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.greatestDepth else { throw scanner.error("too-deep", "loops lie too deep in one another", at: scanner.here()) }
        let variable = try name()
        scanner.skipBlanks()
        guard scanner.isAtWord("in") else { throw scanner.expected("'in'", hint: "for k in [2, 3, 5] { ... }") }
        _ = scanner.takeName()
        scanner.skipBlanks()
        let list = try value()
        scanner.skipBlanks()
        guard scanner.take(UInt8(ascii: "{")) else { throw scanner.expected("'{'", hint: "for k in [2, 3, 5] { ... }") }
        let brackets = scanner.brackets
        scanner.brackets = 0
        scanner.bodies += 1
        let body = program()
        scanner.bodies -= 1
        scanner.brackets = brackets
        guard scanner.take(UInt8(ascii: "}")) else {
            scanner.wantsMore = true
            throw scanner.expected("'}' to close the loop")
        }
        return Statement(node: .loop(variable, list, body), span: scanner.span(from: start))
    }

    // Calls

    private mutating func call(_ verb: Word) throws(Diagnostic) -> CallSyntax {
        guard let signature = catalogue.signature(verb.text) else { throw .unknownVerb(verb, catalogue: catalogue) }
        var arguments: [ArgumentSyntax] = []
        var slots = signature.parameters.filter { $0.place == .slot }
        var known = signature.parameters
        var variant: String?
        var input: Word?
        var result: Word?
        func add(_ argument: ArgumentSyntax) throws(Diagnostic) {
            if arguments.contains(where: { $0.parameter.name == argument.parameter.name }) {
                throw scanner.error("repeated-option", "'\(argument.parameter.name)' is given twice", at: argument.span, label: "once more")
            }
            arguments.append(argument)
        }
        while true {
            scanner.skipBlanks()
            if scanner.isAtStatementEnd { break }
            let word = scanner.peekName()
            if scanner.peekKey() == nil, let word, word == "on" || word == "as", input == nil || word == "as", result == nil || word == "on", isClause() {
                _ = scanner.takeName()
                let name = try self.name()
                if word == "on" { input = name } else { result = name }
                continue
            }
            if scanner.peekKey() == nil, let clause = known.first(where: { $0.place == .clause(word ?? "") }), let keyword = scanner.takeName() {
                let content = try self.content(of: clause, options: known)
                try add(ArgumentSyntax(parameter: clause, content: content, span: scanner.span(from: keyword.span.range.lowerBound)))
                continue
            }
            if let key = scanner.peekKey(), slots.first?.form != .assignment, slots.first?.form != .renaming {
                guard let option = known.first(where: { $0.place == .option && $0.name == key }) else {
                    let start = scanner.position
                    scanner.position += key.utf8.count
                    throw unknownOption(key, at: scanner.span(from: start), signature, variant: variant)
                }
                _ = scanner.takeKey()
                scanner.skipBlanks()
                let start = scanner.position
                let content = try self.content(of: option, options: known)
                try add(ArgumentSyntax(parameter: option, content: content, span: trimmed(from: start)))
                continue
            }
            guard let slot = slots.first else { throw unexpectedWord(signature, known, variant: variant) }
            slots.removeFirst()
            if slot.form == .keyword, !scanner.isAtWord(slot.name) { continue }
            let start = scanner.position
            let content = try self.content(of: slot, options: known)
            try add(ArgumentSyntax(parameter: slot, content: content, span: trimmed(from: start)))
            if slot.isVariantSlot, case .value(let value) = content, case .value(.word(let chosen)) = value.node {
                guard let form = signature.variant(chosen) else { throw unknownVariant(chosen, slot, signature, at: value.span) }
                variant = chosen
                known += form.parameters
                slots = form.parameters.filter { $0.place == .slot } + slots
            }
        }
        return CallSyntax(verb: verb, arguments: arguments, input: input, result: result, span: trimmed(from: verb.span.range.lowerBound))
    }

    /// The span from `start` to the last word before the cursor, without the blanks between.
    private func trimmed(from start: Int) -> SourceSpan {
        var stop = scanner.position
        while stop > start, [0x20, 0x09, 0x0D].contains(scanner.file.bytes[stop - 1]) { stop -= 1 }
        return SourceSpan(scanner.file, start..<stop, cell: scanner.cell)
    }

    /// Whether the `on` or `as` at the cursor is followed by a name.
    private func isClause() -> Bool {
        var ahead = scanner
        _ = ahead.takeName()
        let after = ahead.position
        ahead.skipBlanks()
        guard ahead.position > after, let byte = ahead.peek() else { return false }
        return (Scanner.isNameStart(byte) || byte == UInt8(ascii: "`")) && ahead.peekKey() == nil
    }

    private mutating func content(of parameter: ParameterDescription, options: [ParameterDescription]) throws(Diagnostic) -> ArgumentSyntax.Content {
        if scanner.isAtStatementEnd { throw scanner.expected("a \(parameter.typeText) for '\(parameter.name)'", hint: parameter.help) }
        switch parameter.form {
        case .value: return .value(try value())
        case .variant: return .value(try variantWord())
        case .path: return .path(try path())
        case .paths:
            var paths: [PathSyntax] = []
            repeat {
                paths.append(try path())
                scanner.skipBlanks()
            } while !scanner.isAtStatementEnd && scanner.peekKey() == nil && !((scanner.isAtWord("on") || scanner.isAtWord("as")) && isClause())
            return .paths(paths)
        case .name: return .name(try columnOrName())
        case .names: return .names(try names())
        case .expression: return .expression(try expression())
        case .pattern: return .pattern(try pattern())
        case .patternOrExpression:
            let start = scanner
            do throws(Diagnostic) {
                let pattern = try self.pattern()
                if pattern.steps.count > 1 { return .pattern(pattern) }
            } catch {}  // Read below as an expression, whose error is then the one to show.
            scanner = start
            return .expression(try expression())
        case .assignment:
            let name = try self.name()
            try sign("=", after: name.text)
            scanner.skipBlanks()
            return .assignment(name, try expression())
        case .renaming:
            var pairs: [(from: Word, to: Word)] = []
            repeat {
                let old = try name()
                try sign("=", after: old.text)
                pairs.append((old, try name()))
                scanner.skipBlanks()
                _ = scanner.take(UInt8(ascii: ","))
                scanner.skipBlanks()
            } while !scanner.isAtStatementEnd && !((scanner.isAtWord("on") || scanner.isAtWord("as")) && isClause())
            return .renaming(pairs)
        case .keyword:
            _ = scanner.takeName()
            return .keyword
        case .statement: return .statement(try statement())
        }
    }

    private mutating func variantWord() throws(Diagnostic) -> ValueSyntax {
        guard let word = scanner.takeName() else { throw scanner.expected("a word") }
        return ValueSyntax(node: .value(.word(word.text)), span: word.span)
    }

    // Names

    /// A name: bare, or in backquotes.
    mutating func name() throws(Diagnostic) -> Word {
        scanner.skipBlanks()
        if let word = scanner.takeName() { return word }
        if scanner.peek() == UInt8(ascii: "`") { return try backquoted() }
        throw scanner.expected("a name")
    }

    private mutating func names() throws(Diagnostic) -> [Word] {
        var names = [try columnOrName()]
        while true {
            scanner.skipBlanks()
            let hadComma = scanner.take(UInt8(ascii: ","))
            scanner.skipBlanks()
            guard let byte = scanner.peek(), Scanner.isNameStart(byte) || byte == UInt8(ascii: "`") else {
                if hadComma { throw scanner.expected("a name after ','") }
                return names
            }
            if !hadComma, scanner.peekKey() != nil || ((scanner.isAtWord("on") || scanner.isAtWord("as")) && isClause()) { return names }
            names.append(try columnOrName())
        }
    }

    /// A name that may hold `-`, `.` and `:`, as columns of real files do.
    private mutating func columnOrName() throws(Diagnostic) -> Word {
        scanner.skipBlanks()
        if scanner.peek() == UInt8(ascii: "`") { return try backquoted() }
        let start = scanner.position
        guard scanner.takeName() != nil else { throw scanner.expected("a name") }
        while let byte = scanner.peek(), [UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: ":")].contains(byte), let next = scanner.peek(1), Scanner.isNameByte(next) {
            scanner.position += 1
            while let byte = scanner.peek(), Scanner.isNameByte(byte) { scanner.position += 1 }
        }
        return Word(scanner.text(from: start), at: scanner.span(from: start))
    }

    mutating func backquoted() throws(Diagnostic) -> Word {
        let start = scanner.position
        scanner.position += 1
        var name = ""
        var piece = scanner.position
        while let byte = scanner.peek(), byte != UInt8(ascii: "\n") {
            if byte == UInt8(ascii: "`") {
                name += scanner.text(from: piece)
                scanner.position += 1
                guard scanner.peek() == UInt8(ascii: "`") else {
                    guard !name.isEmpty else { throw scanner.error("empty-name", "a name between backquotes is empty", at: scanner.span(from: start), label: "empty") }
                    return Word(name, at: scanner.span(from: start))
                }
                name += "`"
                scanner.position += 1
                piece = scanner.position
            } else {
                scanner.position += 1
            }
        }
        throw scanner.error("unclosed", "a name in backquotes does not end on its line", at: scanner.span(from: start), label: "starts here")
    }

    private mutating func sign(_ sign: StaticString, after text: String) throws(Diagnostic) {
        scanner.skipBlanks()
        guard scanner.take(sign) else { throw scanner.expected("'\(sign)' after '\(text)'") }
    }

    // Errors

    private func unknownOption(_ key: String, at span: SourceSpan, _ signature: Signature, variant: String?) -> Diagnostic {
        let options = signature.parameters(variant: variant).filter { $0.place == .option }.map(\.name)
        let phrase = variant.map { "\(signature.verb) \($0)" } ?? signature.verb
        var hint = options.isEmpty ? "'\(phrase)' takes no options" : "it takes \(options.joined(separator: ", "))"
        if let near = nearest(to: key, in: options) { hint = "did you mean '\(near)'? \(hint)" }
        if variant == nil, let slot = signature.parameters.first(where: \.isVariantSlot) { hint = "the \(slot.name) comes first: \(signature.usage())" }
        return scanner.error("unknown-option", "'\(phrase)' has no option '\(key)'", at: span, label: "not an option", hint: hint)
    }

    private func unknownVariant(_ word: String, _ slot: ParameterDescription, _ signature: Signature, at span: SourceSpan) -> Diagnostic {
        let words = signature.variants.map(\.word)
        let near = nearest(to: word, in: words).map { "did you mean '\($0)'? " } ?? ""
        return scanner.error(
            "unknown-\(slot.name)", "'\(signature.verb)' knows no \(slot.name) '\(word)'", at: span, label: "not a \(slot.name)", hint: "\(near)it knows \(words.joined(separator: ", "))")
    }

    private func unexpectedWord(_ signature: Signature, _ known: [ParameterDescription], variant: String?) -> Diagnostic {
        var ahead = scanner
        let start = ahead.position
        while !ahead.isAtStatementEnd, let byte = ahead.peek(), byte != 0x20, byte != 0x09 { ahead.position += 1 }
        let span = ahead.span(from: start)
        var hint = signature.usage(variant: variant)
        let options = known.filter { $0.place == .option }
        if span.text == "=" { hint = "write == to compare; = gives an option its value" }
        else if span.text == "%" { hint = "mod(a, b) is the remainder of a division" }
        else if let option = options.first(where: { $0.isRequired }) ?? options.first, Int(span.text) != nil { hint = "did you mean \(option.name)=\(span.text)?" }
        return scanner.error("unexpected", "'\(signature.verb)' does not expect '\(span.text)' here", at: span, label: "not expected", hint: hint)
    }
}
