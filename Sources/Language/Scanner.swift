import Diagnostics

/// A cursor over the bytes of a script, with the rules for blanks, comments and line ends.
struct Scanner {
    let file: SourceFile
    let end: Int
    let cell: String?
    var position: Int
    /// How many `(` and `[` are open: inside them a line end is a blank.
    var brackets = 0
    /// How many loop bodies are open: inside them a `}` ends a statement.
    var bodies = 0
    /// Set when the text ended where more is needed: the prompt then asks for another line.
    var wantsMore = false

    private var bytes: [UInt8] { file.bytes }

    init(_ file: SourceFile, range: Range<Int>, cell: String?) {
        self.file = file
        self.cell = cell
        position = range.lowerBound
        end = range.upperBound
    }

    func peek(_ ahead: Int = 0) -> UInt8? { position + ahead < end ? file.bytes[position + ahead] : nil }
    func starts(with text: StaticString) -> Bool {
        guard position + text.utf8CodeUnitCount <= end else { return false }
        return text.withUTF8Buffer { $0.elementsEqual(file.bytes[position..<position + text.utf8CodeUnitCount]) }
    }
    func span(from start: Int) -> SourceSpan { SourceSpan(file, start..<max(start, position), cell: cell) }
    /// The character at the cursor, or an empty place at the end.
    func here() -> SourceSpan {
        var length = position < end ? 1 : 0
        while length > 0, position + length < end, file.bytes[position + length] & 0xC0 == 0x80 { length += 1 }
        return SourceSpan(file, position..<position + length, cell: cell)
    }
    func text(from start: Int) -> String { file.text(in: start..<position) }

    mutating func take(_ byte: UInt8) -> Bool {
        guard peek() == byte else { return false }
        position += 1
        return true
    }

    mutating func take(_ text: StaticString) -> Bool {
        guard starts(with: text) else { return false }
        position += text.utf8CodeUnitCount
        return true
    }

    /// Skips blanks, comments, a final `\` with its line end and, inside brackets, line ends.
    mutating func skipBlanks() {
        while let byte = peek() {
            switch byte {
            case UInt8(ascii: " "), UInt8(ascii: "\t"), 0x0D: position += 1
            case UInt8(ascii: "\n") where brackets > 0: position += 1
            case UInt8(ascii: "\\"):
                var ahead = 1
                while let next = peek(ahead), next == 0x0D || next == UInt8(ascii: " ") || next == UInt8(ascii: "\t") { ahead += 1 }
                if peek(ahead) == UInt8(ascii: "\n") {
                    position += ahead + 1
                    if position >= end { wantsMore = true }
                } else if position + ahead >= end {
                    wantsMore = true
                    position = end
                } else {
                    return
                }
            case UInt8(ascii: "#") where isAtWordStart:
                while let next = peek(), next != UInt8(ascii: "\n") { position += 1 }
            default: return
            }
        }
        if brackets > 0 { wantsMore = true }
    }

    private var isAtWordStart: Bool {
        guard position > 0 else { return true }
        let before = bytes[position - 1]
        return before == UInt8(ascii: " ") || before == UInt8(ascii: "\t") || before == UInt8(ascii: "\n") || before == 0x0D || before == UInt8(ascii: ";")
            || before == UInt8(ascii: "|") || before == UInt8(ascii: "{") || before == UInt8(ascii: "}")
    }

    /// Whether a statement ends at the cursor.
    var isAtStatementEnd: Bool {
        switch peek() {
        case nil, UInt8(ascii: "\n"), UInt8(ascii: "|"), UInt8(ascii: ";"): true
        case UInt8(ascii: "}"): bodies > 0
        default: false
        }
    }

    /// Goes on to the end of a statement that could not be read, past quoted text and brackets.
    mutating func skipStatement() {
        brackets = 0
        var depth = 0
        while let byte = peek() {
            switch byte {
            case UInt8(ascii: "\n"): return
            case UInt8(ascii: "|"), UInt8(ascii: ";"): if depth <= 0 { return }
            case UInt8(ascii: "}"):
                if bodies > 0, depth <= 0 { return }
                depth -= 1
            case UInt8(ascii: "("), UInt8(ascii: "["), UInt8(ascii: "{"): depth += 1
            case UInt8(ascii: ")"), UInt8(ascii: "]"): depth -= 1
            case UInt8(ascii: "\""), UInt8(ascii: "`"):
                position += 1
                while let next = peek(), next != byte, next != UInt8(ascii: "\n") { position += next == UInt8(ascii: "\\") && peek(1) != UInt8(ascii: "\n") ? min(2, end - position) : 1 }
                if peek() == UInt8(ascii: "\n") { return }
            default: break
            }
            if position < end { position += 1 }
        }
    }

    // Words

    static func isNameStart(_ byte: UInt8) -> Bool { (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte) || byte == 0x5F || byte >= 0x80 }
    static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
    static func isNameByte(_ byte: UInt8) -> Bool { isNameStart(byte) || isDigit(byte) }

    /// A name at the cursor, without taking it.
    func peekName() -> String? {
        guard let first = peek(), Self.isNameStart(first) else { return nil }
        var stop = position
        while stop < end, Self.isNameByte(file.bytes[stop]) { stop += 1 }
        return file.text(in: position..<stop)
    }

    mutating func takeName() -> Word? {
        guard let name = peekName() else { return nil }
        let start = position
        position += name.utf8.count
        return Word(name, at: span(from: start))
    }

    /// The key of an option at the cursor, `key =` but not `key ==` or `key =>`, without taking it. Keys may hold hyphens.
    func peekKey() -> String? {
        guard let first = peek(), Self.isNameStart(first) else { return nil }
        var stop = position
        while stop < end, Self.isNameByte(file.bytes[stop]) || (file.bytes[stop] == UInt8(ascii: "-") && stop + 1 < end && Self.isNameByte(file.bytes[stop + 1])) { stop += 1 }
        var sign = stop
        while sign < end, file.bytes[sign] == UInt8(ascii: " ") || file.bytes[sign] == UInt8(ascii: "\t") { sign += 1 }
        guard sign < end, file.bytes[sign] == UInt8(ascii: "="), sign + 1 >= end || (file.bytes[sign + 1] != UInt8(ascii: "=") && file.bytes[sign + 1] != UInt8(ascii: ">")) else { return nil }
        return file.text(in: position..<stop)
    }

    /// Takes `key =`.
    mutating func takeKey() -> Word? {
        guard let key = peekKey() else { return nil }
        let start = position
        position += key.utf8.count
        let word = Word(key, at: span(from: start))
        skipBlanks()
        position += 1
        return word
    }

    /// Whether the whole word `text` stands at the cursor.
    func isAtWord(_ text: String) -> Bool { peekName() == text }

    // Errors

    func error(_ code: String, _ message: String, at span: SourceSpan, label: String = "", hint: String? = nil) -> Diagnostic {
        Diagnostic(code, message, category: .syntax, at: span, label: label, hint: hint)
    }

    func expected(_ what: String, hint: String? = nil) -> Diagnostic {
        let found = position >= end ? "the end" : peek() == UInt8(ascii: "\n") ? "the end of the line" : "'\(here().text)'"
        return error("expected", "expected \(what), found \(found)", at: here(), label: "here", hint: hint)
    }
}
