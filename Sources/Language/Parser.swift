import Diagnostics
import Expressions

/// A parsed script: what could be read, and every mistake that was found in it.
public struct ParsedProgram: Sendable {
    public let program: Program
    /// In the order of their places.
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
    /// How deep the cursor lies in brackets, loops, lists and the like, by what each level costs.
    private var depth = 0
    /// Whether a number stands in an expression, where `-` and `/` are operators and not part of a word.
    var isInExpression = false
    /// Whether the pattern read last had an arrow, and so was meant as one.
    var hasSeenArrow = false
    /// Bounds of nesting, and of an expression's tree, so small that no text can exhaust the stack of a thread of 512 KB, here or in
    /// what walks the tree, not even in a debug build.
    static let greatestDepth = 30
    static let greatestHeight = 100
    /// What a level of nesting costs: reading a loop or a statement takes more of the stack than reading a bracket.
    static let loopCost = 3
    static let statementCost = 10

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
        let ordered = parser.diagnostics.enumerated().sorted {
            ($0.element.span?.range.lowerBound ?? 0, $0.offset) < ($1.element.span?.range.lowerBound ?? 0, $1.offset)
        }
        return ParsedProgram(program: program, diagnostics: ordered.map(\.element), wantsMore: parser.scanner.wantsMore)
    }

    /// Statements up to the end of the text, or up to the `}` of a loop's body.
    private mutating func program() -> Program {
        var program = Program([])
        while true {
            skipSeparators()
            guard let byte = scanner.peek() else { break }
            if byte == UInt8(ascii: "}") {
                if scanner.bodies > 0 { break }
                diagnostics.append(scanner.error("unexpected", "a '}' that closes nothing", at: scanner.here(), label: "closes nothing"))
                scanner.position += 1
                continue
            }
            let start = scanner.position
            do throws(Diagnostic) {
                if var statement = try statementOrGap(&program) {
                    try endStatement()
                    statement.isQuiet = isFollowedByFinalSemicolon
                    program.statements.append(statement)
                }
            } catch {
                diagnostics.append(error)
                scanner.skipStatement(from: start)
                program.gaps.append(gap(from: start, after: program.statements.count))
            }
        }
        return program
    }

    private mutating func skipSeparators() {
        while true {
            scanner.skipBlanks()
            guard let byte = scanner.peek(), byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "|") || byte == UInt8(ascii: ";") else { return }
            scanner.position += 1
        }
    }

    private mutating func endStatement() throws(Diagnostic) {
        scanner.skipBlanks()
        guard scanner.isAtStatementEnd else { throw scanner.expected("the end of the statement") }
    }

    private var isFollowedByFinalSemicolon: Bool {
        var ahead = scanner
        guard ahead.take(UInt8(ascii: ";")) else { return false }
        ahead.skipBlanks()
        return ahead.peek() == nil || ahead.peek() == UInt8(ascii: "\n") || ahead.peek() == UInt8(ascii: "}")
    }

    /// A statement, or none where a loop had a mistake of its own but its body could be read.
    private mutating func statementOrGap(_ program: inout Program) throws(Diagnostic) -> Statement? {
        let start = scanner.position
        guard scanner.isAtWord("for") else { return try statement() }
        _ = scanner.takeName()
        return try deeper("loops lie too deep in one another", cost: Self.loopCost) { (parser) throws(Diagnostic) in try parser.loop(from: start, &program) }
    }

    /// Runs `body` one level deeper, if that is still allowed.
    mutating func deeper<Result>(_ message: StaticString, cost: Int = 1, _ body: (inout Parser) throws(Diagnostic) -> Result) throws(Diagnostic) -> Result {
        depth += cost
        defer { depth -= cost }
        guard depth <= Self.greatestDepth else { throw scanner.error("too-deep", "\(message)", at: scanner.here(), label: "too many levels") }
        return try body(&self)
    }

    /// A statement other than a loop.
    mutating func statement() throws(Diagnostic) -> Statement {
        let start = scanner.position
        if scanner.take(UInt8(ascii: "?")) {
            // `?rfm` is short for `help rfm`.
            return Statement(node: .call(try call(Word("help", at: scanner.span(from: start)))), span: scanner.span(from: start))
        }
        guard let verb = scanner.takeName() else {
            throw scanner.error(
                "expected-verb", "a statement starts with a verb", at: scanner.here(), label: "not a verb", hint: scanner.strangeCharacterHint ?? "'help' lists the verbs")
        }
        switch verb.text {
        case "let":
            let name = try newName()
            try takeEqualsSign(after: "let \(name.text)")
            return Statement(node: .assignment(name, try value()), span: scanner.span(from: start))
        case "for": throw scanner.error("misplaced-loop", "a loop stands on its own", at: verb.span, label: "not here")
        case "include":
            scanner.skipBlanks()
            return Statement(node: .include(try path()), span: scanner.span(from: start))
        default:
            let call = try self.call(verb)
            return Statement(node: .call(call), span: call.span)
        }
    }

    // Loops

    private mutating func loop(from start: Int, _ program: inout Program) throws(Diagnostic) -> Statement? {
        let header: (variable: Word, list: ValueSyntax)
        do throws(Diagnostic) { header = try loopHeader() } catch {
            // The body is read all the same, for its mistakes.
            let variable = scanner.text(from: start).split { $0 == " " || $0 == "\t" }.dropFirst().first.map(String.init)
            guard scanner.skipToBody() else { throw error }
            diagnostics.append(error)
            let body = loopBody()
            var gap = Gap(index: program.statements.count)
            gap.body = body
            gap.assigned = variable
            program.gaps.append(gap)
            return nil
        }
        let body = loopBody()
        return Statement(node: .loop(header.variable, header.list, body), span: scanner.span(from: start))
    }

    private mutating func loopHeader() throws(Diagnostic) -> (variable: Word, list: ValueSyntax) {
        let hint = "for k in [2, 3, 5] { ... }"
        let variable = try name()
        scanner.skipBlanks()
        guard scanner.isAtWord("in") else { throw scanner.expected("'in'", hint: hint) }
        _ = scanner.takeName()
        scanner.skipBlanks()
        let list = try value()
        scanner.skipBlanks()
        guard scanner.peek() == UInt8(ascii: "{") else { throw scanner.expected("'{'", hint: hint) }
        return (variable, list)
    }

    /// The statements between `{` at the cursor and its `}`. That it is not closed is noted, and not thrown, as the body is read by then.
    private mutating func loopBody() -> Program {
        let start = scanner.position
        scanner.position += 1
        let brackets = scanner.brackets
        scanner.brackets = 0
        scanner.bodies += 1
        let body = program()
        scanner.bodies -= 1
        scanner.brackets = brackets
        if !scanner.take(UInt8(ascii: "}")) {
            scanner.wantsMore = true
            diagnostics.append(scanner.unclosed("the body of a loop", from: start, hint: "close it with }"))
        }
        return body
    }

    // Recovery

    /// Keeps a mistake that did not stop the reading of its statement.
    mutating func note(_ mistake: Diagnostic) { diagnostics.append(mistake) }

    /// What the unreadable statement from `start` to the cursor would have made.
    private func gap(from start: Int, after index: Int) -> Gap {
        var gap = Gap(index: index)
        let words = scanner.text(from: start).split { $0 == " " || $0 == "\t" || $0.isNewline || $0 == "=" }.map(String.init)
        guard let verb = words.first else { return gap }
        if verb == "let" {
            gap.assigned = words.dropFirst().first
            return gap
        }
        gap.verb = catalogue.signature(verb) == nil ? nearest(to: verb, in: catalogue.verbs) : verb
        if let chosen = words.dropFirst().first, catalogue.signature(gap.verb ?? "")?.variant(chosen) != nil { gap.variant = chosen }
        if words.count > 2, words[words.count - 2] == "as" { gap.result = words[words.count - 1] }
        return gap
    }
}
