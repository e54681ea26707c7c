import Diagnostics
import Expressions

extension Parser {
    /// The plain value that a text writes, all of it: a notebook's parameter, an option of the command line.
    ///
    /// - Throws: `expected` and the like where the text is no VALUE of the grammar, `unknown-parameter` for a `$name` that `parameters` lacks.
    public static func value(_ file: SourceFile, parameters: [String: Value] = [:]) throws(Diagnostic) -> Value {
        var parser = Parser(file, catalogue: Catalogue(commands: [], kinds: []))
        parser.scanner.skipBlanks()
        let syntax = try parser.value()
        // A comment behind the value would be left out without a word.
        while let byte = parser.scanner.peek(), Scanner.isBlank(byte) { parser.scanner.position += 1 }
        guard parser.scanner.peek() == nil else { throw parser.scanner.expected("the end of the value") }
        return try Binder(parameters: parameters).value(syntax)
    }

    /// A VALUE of the grammar: number, percentage, duration, size, date, text, word, list, range, set, map, `$name`.
    mutating func value() throws(Diagnostic) -> ValueSyntax {
        try deeper("values lie too deep in one another") { (parser) throws(Diagnostic) in
            let start = parser.scanner.position
            let first = try parser.singleValue()
            guard parser.scanner.take("..") else { return first }
            let last = try parser.singleValue()
            return ValueSyntax(node: .range(first, last), span: parser.scanner.span(from: start))
        }
    }

    private mutating func singleValue() throws(Diagnostic) -> ValueSyntax {
        let start = scanner.position
        guard let byte = scanner.peek() else { throw scanner.expected("a value") }
        switch byte {
        case UInt8(ascii: "["): return ValueSyntax(node: .list(try members(close: UInt8(ascii: "]"))), span: scanner.span(from: start))
        case UInt8(ascii: "{"): return try braces()
        case UInt8(ascii: "\""): return ValueSyntax(node: templateNode(try quoted()), span: scanner.span(from: start))
        case UInt8(ascii: "$"): return ValueSyntax(node: .parameter(try parameterName().text), span: scanner.span(from: start))
        case UInt8(ascii: "`"): return ValueSyntax(node: .value(.word(try backquoted().text)), span: scanner.span(from: start))
        case UInt8(ascii: "'"):
            throw scanner.error("wrong-quotes", "text stands between double quotes", at: scanner.here(), label: "not a double quote", hint: "\"text\"")
        default: break
        }
        if let number = try numeric() { return ValueSyntax(node: .value(number), span: scanner.span(from: start)) }
        return try bareWord()
    }

    private func templateNode(_ template: TemplateSyntax) -> ValueSyntax.Node {
        if template.pieces.isEmpty { return .value(.text("")) }
        if template.pieces.count == 1, case .text(let text) = template.pieces[0] { return .value(.text(text)) }
        return .text(template)
    }

    private mutating func bareWord() throws(Diagnostic) -> ValueSyntax {
        let start = scanner.position
        while isAtWordCharacter { scanner.position += max(1, scanner.nameLength(at: scanner.position)) }
        guard scanner.position > start else {
            let isSign = scanner.peek().map { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "|") && $0 != UInt8(ascii: ";") } == true
            throw scanner.expected("a value", hint: isSign ? "a text with signs in it stands in quotes: \"\(scanner.here().text.replacing("\"", with: "\\\""))\"" : nil)
        }
        return ValueSyntax(node: .value(.word(scanner.text(from: start))), span: scanner.span(from: start))
    }

    /// Whether a character of a bare word stands at the cursor: of a name, or one of `- . / :`, which words may hold.
    var isAtWordCharacter: Bool {
        switch scanner.peek() {
        case nil: false
        case UInt8(ascii: "-"): scanner.peek(1) != UInt8(ascii: ">") && scanner.peek(1) != UInt8(ascii: "[")
        case UInt8(ascii: "."): scanner.peek(1) != UInt8(ascii: ".")
        case UInt8(ascii: "/"), UInt8(ascii: ":"): true
        default: scanner.isNameByte(0)
        }
    }

    /// The members of a list or set, after and up to its brackets.
    private mutating func members(close: UInt8) throws(Diagnostic) -> [ValueSyntax] {
        let start = scanner.position
        scanner.position += 1
        let carries = close == UInt8(ascii: "]")
        if carries { scanner.brackets += 1 }
        defer { if carries { scanner.brackets -= 1 } }
        var members: [ValueSyntax] = []
        while true {
            scanner.skipBlanks()
            if scanner.take(close) { return members }
            if isAtLineEnd { throw scanner.unclosed(carries ? "a '['" : "a '{'", from: start) }
            if !members.isEmpty {
                guard scanner.take(UInt8(ascii: ",")) else {
                    throw carries ? scanner.expected("',' or ']'", toClose: "a '['", from: start) : scanner.expected("',' or '}'")
                }
                scanner.skipBlanks()
                if scanner.take(close) { return members }
                if isAtLineEnd { throw scanner.unclosed(carries ? "a '['" : "a '{'", from: start) }
            }
            members.append(try value())
        }
    }

    /// Whether the text, or the line that no bracket carries on, ends at the cursor.
    private var isAtLineEnd: Bool { scanner.peek() == nil || scanner.peek() == UInt8(ascii: "\n") }

    /// `{32, 64}` or `{name: value}`.
    private mutating func braces() throws(Diagnostic) -> ValueSyntax {
        let start = scanner.position
        var ahead = self
        ahead.scanner.position += 1
        ahead.scanner.skipBlanks()
        var isMap = false
        if ahead.scanner.peek() == UInt8(ascii: "`") { isMap = (try? ahead.backquoted()) != nil } else { isMap = ahead.scanner.takeName() != nil }
        if isMap {
            ahead.scanner.skipBlanks()
            isMap = ahead.scanner.peek() == UInt8(ascii: ":")
        }
        guard isMap else { return ValueSyntax(node: .choices(try members(close: UInt8(ascii: "}"))), span: scanner.span(from: start)) }
        scanner.position += 1
        var entries: [(key: Word, value: ValueSyntax)] = []
        while true {
            scanner.skipBlanks()
            if scanner.take(UInt8(ascii: "}")) { break }
            if isAtLineEnd { throw scanner.unclosed("a '{'", from: start) }
            if !entries.isEmpty {
                guard scanner.take(UInt8(ascii: ",")) else { throw scanner.expected("',' or '}'") }
                scanner.skipBlanks()
                if scanner.take(UInt8(ascii: "}")) { break }
                if isAtLineEnd { throw scanner.unclosed("a '{'", from: start) }
            }
            let key = try name()
            guard !entries.contains(where: { $0.key.text == key.text }) else {
                throw scanner.error("repeated-key", "'\(key.text)' stands twice in a map", at: key.span, label: "once more")
            }
            scanner.skipBlanks()
            guard scanner.take(UInt8(ascii: ":")) else { throw scanner.expected("':' after '\(key.text)'") }
            scanner.skipBlanks()
            entries.append((key, try value()))
        }
        return ValueSyntax(node: .map(entries), span: scanner.span(from: start))
    }
}
