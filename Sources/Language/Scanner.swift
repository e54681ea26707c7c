import Diagnostics
import Expressions

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
        let range = range.clamped(to: 0..<file.bytes.count)
        position = range.lowerBound
        end = range.upperBound
        // A byte order mark that an editor put at the start of a file is no part of its first word.
        if position == 0 { _ = take("\u{FEFF}") }
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

    static func isBlank(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") || byte == 0x0D }

    /// Where the next line starts, if nothing but blanks stands between the `\` at the cursor and the end of its line.
    var continuation: Int? {
        guard peek() == UInt8(ascii: "\\") else { return nil }
        var stop = position + 1
        while stop < end, Self.isBlank(bytes[stop]) { stop += 1 }
        return stop >= end ? end : bytes[stop] == UInt8(ascii: "\n") ? stop + 1 : nil
    }

    /// Skips blanks, comments, a final `\` with its line end and, inside brackets, line ends.
    mutating func skipBlanks() {
        while let byte = peek() {
            switch byte {
            case _ where Self.isBlank(byte): position += 1
            case UInt8(ascii: "\n") where brackets > 0: position += 1
            case UInt8(ascii: "\\"):
                guard let next = continuation else { return }
                position = next
                if position >= end { wantsMore = true }
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
        return Self.isBlank(before) || Self.wordLimits.contains(before)
    }

    /// What a word may follow without a blank between.
    private static let wordLimits = Set("\n;|{}([,".utf8)

    /// Whether a statement ends at the cursor.
    var isAtStatementEnd: Bool {
        switch peek() {
        case nil, UInt8(ascii: "\n"), UInt8(ascii: "|"), UInt8(ascii: ";"): true
        case UInt8(ascii: "}"): bodies > 0
        default: false
        }
    }

    // Words

    static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

    private static func isLatinLetter(_ byte: UInt8) -> Bool { (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte) || byte == 0x5F }

    /// How many bytes the letter, digit or `_` at an offset has; 0 if another character stands there.
    func nameLength(at offset: Int) -> Int {
        guard offset < end else { return 0 }
        let byte = bytes[offset]
        if byte < 0x80 { return Self.isLatinLetter(byte) || Self.isDigit(byte) ? 1 : 0 }
        guard let (scalar, length) = scalar(at: offset) else { return 0 }
        return Expression.isNameScalar(scalar) ? length : 0
    }

    func isNameByte(_ ahead: Int) -> Bool { nameLength(at: position + ahead) > 0 }

    /// Whether a name starts so many bytes after the cursor.
    func isNameStart(_ ahead: Int = 0) -> Bool {
        guard let byte = peek(ahead) else { return false }
        return byte < 0x80 ? Self.isLatinLetter(byte) : isNameByte(ahead)
    }

    /// The end of the letters, digits and `_` that start at an offset.
    func nameEnd(from offset: Int) -> Int {
        var stop = offset
        while true {
            let length = nameLength(at: stop)
            if length == 0 { return stop }
            stop += length
        }
    }

    mutating func skipNameBytes() { position = nameEnd(from: position) }

    /// The character at an offset outside ASCII; none where the bytes are no character.
    private func scalar(at offset: Int) -> (Unicode.Scalar, Int)? {
        let byte = bytes[offset]
        let length = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : byte >= 0xC0 ? 2 : 0
        guard length > 0, offset + length <= end else { return nil }
        var value = UInt32(byte & (0x7F >> UInt8(length)))
        for next in bytes[offset + 1..<offset + length] {
            guard next & 0xC0 == 0x80 else { return nil }
            value = value << 6 | UInt32(next & 0x3F)
        }
        return Unicode.Scalar(value).map { ($0, length) }
    }

    /// A name at the cursor, without taking it.
    func peekName() -> String? {
        guard isNameStart() else { return nil }
        return file.text(in: position..<nameEnd(from: position))
    }

    mutating func takeName() -> Word? {
        guard isNameStart() else { return nil }
        let start = position
        skipNameBytes()
        return Word(text(from: start), at: span(from: start))
    }

    /// The key of an option at the cursor, `key =` but not `key ==`, without taking it. Keys may hold hyphens.
    func peekKey() -> String? {
        guard isNameStart() else { return nil }
        var stop = nameEnd(from: position)
        while stop < end, bytes[stop] == UInt8(ascii: "-"), nameLength(at: stop + 1) > 0 { stop = nameEnd(from: stop + 1) }
        var sign = stop
        while sign < end, Self.isBlank(bytes[sign]) { sign += 1 }
        guard sign < end, bytes[sign] == UInt8(ascii: "=") else { return nil }
        // `==` compares, `=>` joins the steps of a pattern.
        if sign + 1 < end, bytes[sign + 1] == UInt8(ascii: "=") || bytes[sign + 1] == UInt8(ascii: ">") { return nil }
        return file.text(in: position..<stop)
    }

    /// Takes `key =`.
    mutating func takeKey() -> Word? {
        guard let key = peekKey() else { return nil }
        let start = position
        position += key.utf8.count
        let word = Word(key, at: span(from: start))
        skipBlanks()
        _ = take(UInt8(ascii: "="))
        return word
    }

    /// Whether the whole word `text` stands at the cursor.
    func isAtWord(_ text: StaticString) -> Bool { starts(with: text) && !isNameByte(text.utf8CodeUnitCount) }

    // Errors

    func error(_ code: String, _ message: String, at span: SourceSpan, label: String = "", hint: String? = nil) -> Diagnostic {
        Diagnostic(code, message, category: .syntax, at: span, label: label, hint: hint)
    }

    func expected(_ what: String, hint: String? = nil) -> Diagnostic {
        if position >= end { return error("expected", "expected \(what), found the end", at: behindLastWord(), label: "here", hint: hint) }
        if peek() == UInt8(ascii: "\n") { return error("expected", "expected \(what), found the end of the line", at: here(), label: "here", hint: hint) }
        let word = nameEnd(from: position)
        let found = word > position ? SourceSpan(file, position..<word, cell: cell) : here()
        return error("expected", "expected \(what), found '\(found.text)'", at: found, label: "here", hint: strangeCharacterHint ?? hint)
    }

    /// An error that points at what was opened and never closed.
    func unclosed(_ what: String, from start: Int, length: Int = 1, hint: String? = nil) -> Diagnostic {
        error("unclosed", "\(what) is not closed", at: SourceSpan(file, start..<start + length, cell: cell), label: "opened here", hint: hint)
    }

    /// The empty place behind the last word of the text, so that the line shown is not an empty one.
    private func behindLastWord() -> SourceSpan {
        var stop = end
        while stop > 0, Self.isBlank(bytes[stop - 1]) || bytes[stop - 1] == UInt8(ascii: "\n") { stop -= 1 }
        return SourceSpan(file, stop..<stop, cell: cell)
    }

    /// What to do about a character that a word processor or web page put in the place of a plain one.
    var strangeCharacterHint: String? {
        switch here().text.unicodeScalars.first {
        case "\u{201C}"?, "\u{201D}"?, "\u{201E}"?, "\u{2018}"?, "\u{2019}"?, "\u{AB}"?, "\u{BB}"?: "text stands between plain double quotes: \"text\""
        case "\u{2192}"?: "write -> for later"
        case "\u{21D2}"?: "write => for the very next event"
        case "\u{2212}"?, "\u{2013}"?, "\u{2014}"?: "write a plain -"
        case let scalar? where scalar.properties.generalCategory == .spaceSeparator && scalar != " ": "this is a blank of another sort; type a plain space"
        default: nil
        }
    }
}
