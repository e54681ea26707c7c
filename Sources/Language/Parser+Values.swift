import Diagnostics
import Expressions

extension Parser {
    /// A VALUE of the grammar: number, percentage, duration, size, date, text, word, list, range, set, map, `$name`.
    mutating func value() throws(Diagnostic) -> ValueSyntax {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.greatestDepth else { throw scanner.error("too-deep", "values lie too deep in one another", at: scanner.here()) }
        let start = scanner.position
        let first = try singleValue()
        guard scanner.starts(with: "..") else { return first }
        scanner.position += 2
        let last = try singleValue()
        return ValueSyntax(node: .range(first, last), span: scanner.span(from: start))
    }

    private mutating func singleValue() throws(Diagnostic) -> ValueSyntax {
        let start = scanner.position
        guard let byte = scanner.peek() else { throw scanner.expected("a value") }
        switch byte {
        case UInt8(ascii: "["): return ValueSyntax(node: .list(try members(close: UInt8(ascii: "]"))), span: scanner.span(from: start))
        case UInt8(ascii: "{"): return try braces()
        case UInt8(ascii: "\""): return ValueSyntax(node: try templateNode(try quoted()), span: scanner.span(from: start))
        case UInt8(ascii: "$"): return ValueSyntax(node: .parameter(try parameterName().text), span: scanner.span(from: start))
        case UInt8(ascii: "`"): return ValueSyntax(node: .value(.word(try backquoted().text)), span: scanner.span(from: start))
        case UInt8(ascii: "'"):
            throw scanner.error("wrong-quotes", "text stands between double quotes", at: scanner.here(), label: "not a double quote", hint: "\"text\"")
        default: break
        }
        if let number = try numeric() { return ValueSyntax(node: .value(number), span: scanner.span(from: start)) }
        return try bareWord()
    }

    private func templateNode(_ template: TemplateSyntax) throws(Diagnostic) -> ValueSyntax.Node {
        if template.pieces.isEmpty { return .value(.text("")) }
        if template.pieces.count == 1, case .text(let text) = template.pieces[0] { return .value(.text(text)) }
        return .text(template)
    }

    private mutating func bareWord() throws(Diagnostic) -> ValueSyntax {
        let start = scanner.position
        while let byte = scanner.peek(), isWordByte(byte) { scanner.position += 1 }
        guard scanner.position > start else { throw scanner.expected("a value") }
        return ValueSyntax(node: .value(.word(scanner.text(from: start))), span: scanner.span(from: start))
    }

    private func isWordByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "-"): scanner.peek(1) != UInt8(ascii: ">") && scanner.peek(1) != UInt8(ascii: "[")
        case UInt8(ascii: "."): scanner.peek(1) != UInt8(ascii: ".")
        case UInt8(ascii: "/"), UInt8(ascii: ":"): true
        default: Scanner.isNameByte(byte)
        }
    }

    /// The members of a list or set, after and up to its brackets.
    private mutating func members(close: UInt8) throws(Diagnostic) -> [ValueSyntax] {
        let start = scanner.position
        scanner.position += 1
        let carries = close == UInt8(ascii: "]")
        if carries { scanner.brackets += 1 }
        defer { if carries { scanner.brackets = max(0, scanner.brackets - 1) } }
        var members: [ValueSyntax] = []
        while true {
            scanner.skipBlanks()
            if scanner.take(close) { return members }
            if scanner.peek() == nil || (!carries && scanner.peek() == UInt8(ascii: "\n")) {
                throw scanner.error("unclosed", "a '\(carries ? "[" : "{")' is not closed", at: SourceSpan(scanner.file, start..<start + 1, cell: scanner.cell), label: "opened here")
            }
            if !members.isEmpty {
                guard scanner.take(UInt8(ascii: ",")) else { throw scanner.expected("',' or '\(carries ? "]" : "}")'") }
                scanner.skipBlanks()
                if scanner.take(close) { return members }
            }
            members.append(try value())
        }
    }

    /// `{32, 64}` or `{name: value}`.
    private mutating func braces() throws(Diagnostic) -> ValueSyntax {
        let start = scanner.position
        var ahead = scanner
        ahead.position += 1
        ahead.skipBlanks()
        var isMap = false
        if let byte = ahead.peek() {
            if byte == UInt8(ascii: "`") { isMap = true } else if ahead.takeName() != nil {
                ahead.skipBlanks()
                isMap = ahead.peek() == UInt8(ascii: ":")
            }
        }
        guard isMap else { return ValueSyntax(node: .choices(try members(close: UInt8(ascii: "}"))), span: scanner.span(from: start)) }
        scanner.position += 1
        var entries: [(key: Word, value: ValueSyntax)] = []
        while true {
            scanner.skipBlanks()
            if scanner.take(UInt8(ascii: "}")) { break }
            if !entries.isEmpty {
                guard scanner.take(UInt8(ascii: ",")) else { throw scanner.expected("',' or '}'") }
            }
            let key = try name()
            scanner.skipBlanks()
            guard scanner.take(UInt8(ascii: ":")) else { throw scanner.expected("':' after '\(key.text)'") }
            scanner.skipBlanks()
            entries.append((key, try value()))
        }
        return ValueSyntax(node: .map(entries), span: scanner.span(from: start))
    }

    /// `$name` or `${name}`.
    mutating func parameterName() throws(Diagnostic) -> Word {
        scanner.position += 1
        if scanner.take(UInt8(ascii: "{")) {
            guard let name = scanner.takeName() else { throw scanner.expected("a name after '${'") }
            guard scanner.take(UInt8(ascii: "}")) else { throw scanner.expected("'}' after '\(name.text)'") }
            return name
        }
        guard let name = scanner.takeName() else { throw scanner.expected("a name after '$'") }
        return name
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
                    let place = SourceSpan(scanner.file, scanner.position..<min(scanner.position + 2, scanner.end), cell: scanner.cell)
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

    /// A path: quoted, or bare up to a blank or the end of the statement.
    mutating func path() throws(Diagnostic) -> PathSyntax {
        let start = scanner.position
        if scanner.peek() == UInt8(ascii: "\"") { return PathSyntax(template: try quoted(), span: scanner.span(from: start)) }
        var pieces: [TemplateSyntax.Piece] = []
        var piece = scanner.position
        var braces = 0
        while let byte = scanner.peek() {
            if byte == 0x20 || byte == 0x09 || byte == 0x0D || byte == 0x0A || byte == UInt8(ascii: "|") || byte == UInt8(ascii: ";") { break }
            if byte == UInt8(ascii: "}"), scanner.bodies > 0, braces == 0 { break }
            if byte == UInt8(ascii: "{") { braces += 1 }
            if byte == UInt8(ascii: "}") { braces -= 1 }
            if byte == UInt8(ascii: "$"), let next = scanner.peek(1), next == UInt8(ascii: "{") || Scanner.isNameStart(next) {
                if scanner.position > piece { pieces.append(.text(scanner.text(from: piece))) }
                pieces.append(.parameter(try parameterName()))
                piece = scanner.position
                continue
            }
            if byte == UInt8(ascii: "\\"), let next = scanner.peek(1), next == 0x0A || next == 0x0D { break }
            scanner.position += 1
        }
        if scanner.position > piece { pieces.append(.text(scanner.text(from: piece))) }
        guard scanner.position > start else { throw scanner.expected("a file") }
        return PathSyntax(template: TemplateSyntax(pieces: pieces), span: scanner.span(from: start))
    }

    // Numbers

    /// A number with its unit, or a date; none, and nothing taken, when a word starts here.
    mutating func numeric() throws(Diagnostic) -> Value? {
        let start = scanner.position
        var ahead = 0
        if let sign = scanner.peek(), sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") { ahead = 1 }
        guard let first = scanner.peek(ahead), Scanner.isDigit(first) || (first == UInt8(ascii: ".") && scanner.peek(ahead + 1).map(Scanner.isDigit) == true) else { return nil }
        if ahead == 0, let date = try date() { return date }
        scanner.position += ahead
        let isWhole = takeDigits()
        let numberText = scanner.text(from: start).filter { $0 != "_" && $0 != "+" }
        let unitStart = scanner.position
        while let byte = scanner.peek(), Scanner.isNameByte(byte) { scanner.position += 1 }
        let unit = scanner.text(from: unitStart)
        if unit.isEmpty {
            if scanner.take(UInt8(ascii: "%")) {
                guard let percent = Double(numberText) else { throw scanner.expected("a percentage") }
                return .share(percent / 100)
            }
            // `5-core` and `2.x` are words that start with a digit.
            if let byte = scanner.peek(), byte == UInt8(ascii: "-") || byte == UInt8(ascii: "/") || byte == UInt8(ascii: ":"), let next = scanner.peek(1), Scanner.isNameByte(next), depth > 0, !isInExpression {
                scanner.position = start
                return nil
            }
            if isWhole {
                guard let whole = Int(numberText) else {
                    throw scanner.error("wrong-number", "a whole number has at most 19 digits", at: scanner.span(from: start), label: "too large")
                }
                return .integer(whole)
            }
            guard let number = Double(numberText), number.isFinite else { throw scanner.error("wrong-number", "not a number that can be held", at: scanner.span(from: start), label: "too large") }
            return .number(number)
        }
        if let value = Self.withUnit(numberText, unit, written: scanner.text(from: start)) { return value }
        if isInExpression {
            throw scanner.error("unknown-unit", "no unit is named '\(unit)'", at: SourceSpan(scanner.file, unitStart..<scanner.position, cell: scanner.cell), label: "not a unit", hint: "units are s m h d w and %")
        }
        scanner.position = start
        return nil
    }

    /// Takes digits, a fraction and an exponent; whether it was digits alone.
    private mutating func takeDigits() -> Bool {
        var isWhole = true
        while let byte = scanner.peek(), Scanner.isDigit(byte) || (byte == UInt8(ascii: "_") && scanner.peek(1).map(Scanner.isDigit) == true) { scanner.position += 1 }
        if scanner.peek() == UInt8(ascii: "."), let next = scanner.peek(1), Scanner.isDigit(next) {
            isWhole = false
            scanner.position += 1
            while let byte = scanner.peek(), Scanner.isDigit(byte) || (byte == UInt8(ascii: "_") && scanner.peek(1).map(Scanner.isDigit) == true) { scanner.position += 1 }
        }
        if let byte = scanner.peek(), byte == UInt8(ascii: "e") || byte == UInt8(ascii: "E") {
            var ahead = 1
            if let sign = scanner.peek(1), sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") { ahead = 2 }
            if let digit = scanner.peek(ahead), Scanner.isDigit(digit) {
                isWhole = false
                scanner.position += ahead
                while let byte = scanner.peek(), Scanner.isDigit(byte) { scanner.position += 1 }
            }
        }
        return isWhole
    }

    private static let durations: [Character: Double] = ["s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800]
    private static let sizes: [String: Double] = ["B": 1, "kB": 1e3, "KB": 1e3, "MB": 1e6, "GB": 1e9, "TB": 1e12, "K": 1024, "M": 1_048_576, "G": 1_073_741_824]

    /// A duration such as `1h30m` or a size such as `512MB`.
    static func withUnit(_ number: String, _ unit: String, written: String) -> Value? {
        guard var value = Double(number) else { return nil }
        if let factor = sizes[unit], value >= 0, value * factor < 9e18 { return .size(bytes: Int(value * factor), written: written) }
        if unit == "ms" { return .duration(seconds: value / 1000, written: written) }
        var seconds = 0.0
        var digits = ""
        var isFirst = true
        for character in unit {
            if let factor = durations[character] {
                if !isFirst {
                    guard let next = Double(digits) else { return nil }
                    value = next
                }
                seconds += value * factor
                digits = ""
                isFirst = false
            } else if character.isNumber, !isFirst {
                digits.append(character)
            } else {
                return nil
            }
        }
        return digits.isEmpty ? .duration(seconds: seconds, written: written) : nil
    }

    /// `yyyy-mm-dd`, with `Thh:mm[:ss]` or without, in UTC. What has this form is always a date.
    private mutating func date() throws(Diagnostic) -> Value? {
        func digits(_ offset: Int, _ count: Int) -> Int? {
            var value = 0
            for index in offset..<offset + count {
                guard let byte = scanner.peek(index), Scanner.isDigit(byte) else { return nil }
                value = value * 10 + Int(byte - 0x30)
            }
            return value
        }
        guard let year = digits(0, 4), scanner.peek(4) == UInt8(ascii: "-"), let month = digits(5, 2), scanner.peek(7) == UInt8(ascii: "-"), let day = digits(8, 2) else { return nil }
        if let after = scanner.peek(10), Scanner.isDigit(after) { return nil }
        let start = scanner.position
        var length = 10
        var seconds = 0
        if scanner.peek(10) == UInt8(ascii: "T"), let hour = digits(11, 2), scanner.peek(13) == UInt8(ascii: ":"), let minute = digits(14, 2) {
            length = 16
            seconds = hour * 3600 + minute * 60
            var isTime = hour < 24 && minute < 60
            if scanner.peek(16) == UInt8(ascii: ":"), let second = digits(17, 2) {
                length = 19
                seconds += second
                isTime = isTime && second < 60
            }
            guard isTime else {
                scanner.position += length
                throw scanner.error("wrong-date", "no such time of day", at: scanner.span(from: start), label: "not a time")
            }
        }
        scanner.position += length
        let written = scanner.text(from: start)
        guard let days = Calendar.days(year: year, month: month, day: day) else {
            throw scanner.error("wrong-date", "no such day in the calendar", at: scanner.span(from: start), label: "not a date")
        }
        return .time(seconds: Double(days * 86_400 + seconds), written: written)
    }
}

/// Days of the Gregorian calendar.
enum Calendar {
    /// Days since 1970-01-01; none when the calendar has no such day.
    static func days(year: Int, month: Int, day: Int) -> Int? {
        guard (1...12).contains(month), day >= 1 else { return nil }
        let isLeap = year.isMultiple(of: 4) && (!year.isMultiple(of: 100) || year.isMultiple(of: 400))
        let lengths = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        guard day <= lengths[month - 1] else { return nil }
        // Years that begin in March put the leap day last.
        let y = month <= 2 ? year - 1 : year
        let era = (y >= 0 ? y : y - 399) / 400
        let yearOfEra = y - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }
}
