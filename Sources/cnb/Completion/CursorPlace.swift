import Expressions
import Language

/// What may stand at the cursor of a line that is being typed.
struct CursorPlace {
    /// A source of words.
    enum Source: Equatable {
        case verbs
        /// Verbs alone, as `help` takes them, without `let` and the like.
        case explainedVerbs
        /// These words, with a blank after them.
        case words([String])
        /// Keys of options, with their `=`.
        case keys([String])
        case columns
        case functions
        case files
        /// Names of values of these kinds; of all when empty.
        case values([String])
        /// `$name`.
        case parameters
    }

    /// What the cursor stands in, for the hint.
    enum Subject {
        case nothing
        /// A verb is being named.
        case verb
        /// `let`, `for` and `include`, which have no signature: the form of the statement.
        case form(String)
        /// A call, and the parameter that the cursor is in; none where any of them may follow.
        case call(Signature, variant: String?, ParameterDescription?)
        /// The name after `on`.
        case input(Signature, variant: String?)
        /// The name after `as`.
        case result(Signature, variant: String?)
        /// The argument of a function.
        case function(ExpressionFunction)
        /// The pattern in `has( )`.
        case has
    }

    /// Where the word begins that the cursor stands behind.
    var wordStart: Int
    var sources: [Source]
    var subject = Subject.nothing
    /// The kinds that the statement reads, for the columns of its input.
    var reads: [Kind] = []
    /// The value that the statement names with `on`.
    var input: String?

    static func nowhere(_ cursor: Int) -> CursorPlace { CursorPlace(wordStart: cursor, sources: []) }
}

/// Finds what may stand at the end of a text that is being typed, by the signatures of its verbs.
///
/// It walks as the parser does, but never fails: what it cannot follow gives no candidates.
struct CursorReader {
    let bytes: [UInt8]
    let catalogue: Catalogue
    var position = 0
    /// What the words that are being read belong to.
    var subject = CursorPlace.Subject.nothing
    /// Values and statements within one another, kept small so that no text can exhaust the stack.
    var depth = 0
    static let greatestDepth = 50

    var end: Int { bytes.count }

    init(_ bytes: [UInt8], catalogue: Catalogue) {
        self.bytes = bytes
        self.catalogue = catalogue
    }

    static func place(in bytes: [UInt8], catalogue: Catalogue) -> CursorPlace {
        var reader = CursorReader(bytes, catalogue: catalogue)
        guard let start = reader.startOfLastStatement() else { return .nowhere(bytes.count) }
        reader.position = start
        var place = reader.statement()
        place.subject = reader.subject
        return place
    }

    // Statements

    /// Where the statement begins that the cursor stands in; none inside a comment or regular expression.
    private func startOfLastStatement() -> Int? {
        var closers: [UInt8] = []
        var start = 0
        var index = 0
        // A loop's body is marked by 0, as its `}` ends statements.
        let body: UInt8 = 0
        while index < end {
            let byte = bytes[index]
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "`"):
                guard let close = closingQuote(at: index) else { return start }
                index = close
            case UInt8(ascii: "#") where isWordStart(index):
                guard let lineEnd = bytes[index...].firstIndex(of: UInt8(ascii: "\n")) else { return nil }
                index = lineEnd - 1
            case UInt8(ascii: "/") where isAfter(index, [UInt8(ascii: ","), UInt8(ascii: "(")]) && closers.contains(UInt8(ascii: ")")):
                guard let close = bytes[(index + 1)...].firstIndex(of: UInt8(ascii: "/")) else { return nil }
                index = close
            case UInt8(ascii: "("): closers.append(UInt8(ascii: ")"))
            case UInt8(ascii: "["): closers.append(UInt8(ascii: "]"))
            case UInt8(ascii: "{"):
                if closers.allSatisfy({ $0 == body }), word(at: start) == "for", !isAfterIn(index) {
                    closers.append(body)
                    start = index + 1
                } else {
                    closers.append(UInt8(ascii: "}"))
                }
            case UInt8(ascii: ")"), UInt8(ascii: "]"): if closers.last == byte { closers.removeLast() }
            case UInt8(ascii: "}"):
                if closers.last == body { start = index + 1 }
                if closers.last == body || closers.last == byte { closers.removeLast() }
            case UInt8(ascii: "\n"):
                let isCarried = closers.last == UInt8(ascii: ")") || closers.last == UInt8(ascii: "]") || isAfter(index, [UInt8(ascii: "\\")])
                if !isCarried {
                    closers.removeAll { $0 != body }
                    start = index + 1
                }
            case UInt8(ascii: "|"), UInt8(ascii: ";"): if closers.allSatisfy({ $0 == body }) { start = index + 1 }
            default: break
            }
            index += 1
        }
        return start
    }

    mutating func statement() -> CursorPlace {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.greatestDepth else { return .nowhere(end) }
        subject = .verb
        skipBlanks()
        if peek() == UInt8(ascii: "?") {
            position += 1
            let start = position
            takeName()
            return position == end ? CursorPlace(wordStart: start, sources: [.explainedVerbs]) : .nowhere(end)
        }
        let start = position
        takeName()
        if position == end { return CursorPlace(wordStart: start, sources: [.verbs]) }
        let verb = text(start..<position)
        subject = .nothing
        switch verb {
        case "let":
            subject = .form("let NAME = VALUE")
            return assignment()
        case "for":
            subject = .form("for NAME in LIST { STATEMENTS }")
            return loop()
        case "include":
            subject = .form("include FILE")
            skipBlanks()
            return path() ?? .nowhere(end)
        default:
            guard let signature = catalogue.signature(verb) else { return .nowhere(end) }
            let behind = position
            var place = arguments(of: signature)
            // `help` is the verb that the grammar itself knows, as `?`; what it explains are verbs and their forms.
            if verb == "help", place.input == nil { place.sources = explained(from: behind) }
            return place
        }
    }

    /// What `help` may go on with behind the words that stand there.
    private func explained(from start: Int) -> [CursorPlace.Source] {
        var words = text(start..<end).split { $0 == " " || $0 == "\t" }.map(String.init)
        if bytes.last.map(Self.isBlank) != true { _ = words.popLast() }
        guard let first = words.first else { return [.explainedVerbs, .words(["search"])] }
        let forms = words.count == 1 ? catalogue.signature(first)?.variants.map(\.word) ?? [] : []
        return forms.isEmpty ? [] : [.words(forms)]
    }

    private mutating func assignment() -> CursorPlace {
        skipBlanks()
        takeName()
        skipBlanks()
        guard peek() == UInt8(ascii: "=") else { return .nowhere(end) }
        position += 1
        skipBlanks()
        return value([]) ?? .nowhere(end)
    }

    private mutating func loop() -> CursorPlace {
        skipBlanks()
        takeName()
        guard position < end else { return .nowhere(end) }
        skipBlanks()
        let start = position
        takeName()
        if position == end { return CursorPlace(wordStart: start, sources: [.words(["in"])]) }
        skipBlanks()
        return value([]) ?? .nowhere(end)
    }

    // Bytes

    func peek() -> UInt8? { position < end ? bytes[position] : nil }
    func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }

    mutating func skipBlanks() {
        while let byte = peek() {
            if Self.isBlank(byte) || byte == UInt8(ascii: "\n") || (byte == UInt8(ascii: "\\") && position + 1 < end && bytes[position + 1] == UInt8(ascii: "\n")) {
                position += 1
            } else {
                return
            }
        }
    }

    mutating func takeName() { while let byte = peek(), Self.isNameByte(byte) { position += 1 } }

    /// The word at a place, past blanks before it.
    private func word(at start: Int) -> String {
        var first = start
        while first < end, Self.isBlank(bytes[first]) || bytes[first] == UInt8(ascii: "\n") { first += 1 }
        var last = first
        while last < end, Self.isNameByte(bytes[last]) { last += 1 }
        return text(first..<last)
    }

    /// Where the text or name ends that is opened at `index`; none when it is still open.
    func closingQuote(at index: Int) -> Int? {
        let quote = bytes[index]
        var next = index + 1
        while next < end {
            if bytes[next] == quote { return next }
            if bytes[next] == UInt8(ascii: "\n") { return next - 1 }
            next += quote == UInt8(ascii: "\"") && bytes[next] == UInt8(ascii: "\\") ? 2 : 1
        }
        return nil
    }

    private func isWordStart(_ index: Int) -> Bool { index == 0 || Self.isBlank(bytes[index - 1]) || [0x0A, 0x3B, 0x7C, 0x7B, 0x7D].contains(bytes[index - 1]) }

    /// Whether the last byte before `index` that is no blank is one of some.
    private func isAfter(_ index: Int, _ wanted: [UInt8]) -> Bool { bytes[..<index].last { !Self.isBlank($0) }.map(wanted.contains) ?? false }

    /// Whether the `{` at a place opens the set that a loop runs over, and not its body.
    private func isAfterIn(_ index: Int) -> Bool {
        guard let last = bytes[..<index].lastIndex(where: { !Self.isBlank($0) }), last >= 2 else { return false }
        return text(last - 1..<last + 1) == "in" && Self.isBlank(bytes[last - 2])
    }

    static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0D }
    static func isNameByte(_ byte: UInt8) -> Bool { (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte) || byte == 0x5F || byte >= 0x80 }
}
