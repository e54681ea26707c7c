import Diagnostics
import Expressions

extension Parser {
    static let writtenOut = "a name is written out here: $name stands for a value, a path or a part of a text"

    /// A name: bare, or in backquotes.
    mutating func name() throws(Diagnostic) -> Word {
        scanner.skipBlanks()
        if let word = scanner.takeName() { return word }
        if scanner.peek() == UInt8(ascii: "`") { return try backquoted() }
        throw scanner.expected("a name", hint: nameHint)
    }

    /// A name for a value that a statement makes.
    mutating func newName() throws(Diagnostic) -> Word {
        let name = try self.name()
        guard name.text != "ans" else { throw scanner.error("reserved-name", "'ans' is the last result, and no value can be named so", at: name.span, label: "always the last result") }
        return name
    }

    /// A name that may hold `-`, `.` and `:`, as columns of real files do.
    mutating func columnOrName() throws(Diagnostic) -> Word {
        scanner.skipBlanks()
        if scanner.peek() == UInt8(ascii: "`") { return try backquoted() }
        let start = scanner.position
        guard scanner.takeName() != nil else { throw scanner.expected("a name", hint: nameHint) }
        while let byte = scanner.peek(), byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".") || byte == UInt8(ascii: ":"), scanner.isNameByte(1) {
            scanner.position += 1
            scanner.skipNameBytes()
        }
        return Word(scanner.text(from: start), at: scanner.span(from: start))
    }

    private var nameHint: String? {
        if scanner.peek() == UInt8(ascii: "$") { return Self.writtenOut }
        guard let byte = scanner.peek(), byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") || Scanner.isDigit(byte) else { return nil }
        return "a name that is more than letters, digits and _ stands in backquotes: `page 1`"
    }

    /// A name between backquotes, in which two of them stand for one.
    mutating func backquoted() throws(Diagnostic) -> Word {
        let start = scanner.position
        scanner.position += 1
        var name: [UInt8] = []
        while let byte = scanner.peek(), byte != UInt8(ascii: "\n") {
            scanner.position += 1
            if byte != UInt8(ascii: "`") {
                name.append(byte)
            } else if scanner.take(UInt8(ascii: "`")) {
                name.append(byte)
            } else {
                guard !name.isEmpty else { throw scanner.error("empty-name", "a name between backquotes is empty", at: scanner.span(from: start), label: "empty") }
                return Word(String(decoding: name, as: UTF8.self), at: scanner.span(from: start))
            }
        }
        throw scanner.error("unclosed", "a name in backquotes does not end on its line", at: scanner.span(from: start), label: "starts here", hint: "close it with `")
    }

    /// `=` and the blanks around it.
    mutating func takeEqualsSign(after text: String) throws(Diagnostic) {
        scanner.skipBlanks()
        guard scanner.take(UInt8(ascii: "=")) else { throw scanner.expected("'=' after '\(text)'") }
        scanner.skipBlanks()
    }

    // Texts

    /// `$name` or `${name}`.
    mutating func parameterName() throws(Diagnostic) -> Word {
        let start = scanner.position
        scanner.position += 1
        if scanner.take(UInt8(ascii: "{")) {
            guard let name = scanner.takeName() else { throw scanner.expected("a name after '${'") }
            guard scanner.take(UInt8(ascii: "}")) else { throw scanner.expected("'}' after '${\(name.text)'") }
            return Word(name.text, at: scanner.span(from: start))
        }
        guard let name = scanner.takeName() else { throw scanner.expected("a name after '$'", hint: "in a text, \\$ is a dollar sign") }
        return Word(name.text, at: scanner.span(from: start))
    }

    /// A text between double quotes: `\"`, `\\`, `\n`, `\t`, `\r`, `\0`, `\$`, and `${name}`.
    mutating func quoted() throws(Diagnostic) -> TemplateSyntax {
        let start = scanner.position
        scanner.position += 1
        var pieces: [TemplateSyntax.Piece] = []
        var text: [UInt8] = []
        func flush() { if !text.isEmpty { pieces.append(.text(String(decoding: text, as: UTF8.self))); text = [] } }
        while let byte = scanner.peek(), byte != UInt8(ascii: "\n") {
            switch byte {
            case UInt8(ascii: "\""):
                scanner.position += 1
                flush()
                return TemplateSyntax(pieces: pieces)
            case UInt8(ascii: "\\"):
                guard let escaped = scanner.peek(1), let meant = Self.escapes[escaped] else {
                    var ahead = scanner
                    ahead.position += 1
                    let character = ahead.peek() == UInt8(ascii: "\n") ? 0 : ahead.here().text.utf8.count
                    let place = SourceSpan(scanner.file, scanner.position..<ahead.position + character, cell: scanner.cell)
                    throw scanner.error("wrong-escape", "'\(place.text)' means nothing in a text", at: place, label: "not an escape", hint: "\\\\ is a backslash")
                }
                text.append(meant)
                scanner.position += 2
            case UInt8(ascii: "$") where scanner.peek(1) == UInt8(ascii: "{"):
                flush()
                pieces.append(.parameter(try parameterName()))
            default:
                text.append(byte)
                scanner.position += 1
            }
        }
        throw scanner.error("unclosed", "a text does not end on its line", at: scanner.span(from: start), label: "starts here", hint: "close it with \"")
    }

    private static let escapes: [UInt8: UInt8] = [
        UInt8(ascii: "\""): UInt8(ascii: "\""), UInt8(ascii: "\\"): UInt8(ascii: "\\"), UInt8(ascii: "n"): 0x0A, UInt8(ascii: "t"): 0x09,
        UInt8(ascii: "r"): 0x0D, UInt8(ascii: "0"): 0, UInt8(ascii: "$"): UInt8(ascii: "$"),
    ]

    // Paths

    /// A path: quoted, or bare up to a blank or the end of the statement.
    mutating func path() throws(Diagnostic) -> PathSyntax {
        let start = scanner.position
        if scanner.peek() == UInt8(ascii: "\"") {
            let template = try quoted()
            guard !template.pieces.isEmpty else { throw scanner.error("expected", "expected a file, found an empty text", at: scanner.span(from: start), label: "empty") }
            return PathSyntax(template: template, span: scanner.span(from: start))
        }
        if let hint = scanner.strangeCharacterHint { throw scanner.expected("a file", hint: hint) }
        var pieces: [TemplateSyntax.Piece] = []
        var piece = scanner.position
        var braces = 0
        while let byte = scanner.peek(), !Scanner.isBlank(byte), byte != UInt8(ascii: "\n"), byte != UInt8(ascii: "|"), byte != UInt8(ascii: ";"), scanner.continuation == nil {
            if byte == UInt8(ascii: "}"), scanner.bodies > 0, braces == 0 { break }
            if byte == UInt8(ascii: "{") { braces += 1 }
            if byte == UInt8(ascii: "}") { braces -= 1 }
            if byte == UInt8(ascii: "$"), scanner.peek(1) == UInt8(ascii: "{") || scanner.isNameStart(1) {
                if scanner.position > piece { pieces.append(.text(scanner.text(from: piece))) }
                pieces.append(.parameter(try parameterName()))
                piece = scanner.position
            } else {
                scanner.position += 1
            }
        }
        if scanner.position > piece { pieces.append(.text(scanner.text(from: piece))) }
        guard scanner.position > start else { throw scanner.expected("a file") }
        return PathSyntax(template: TemplateSyntax(pieces: pieces), span: scanner.span(from: start))
    }
}
