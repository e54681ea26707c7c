import Diagnostics
import Expressions
import Runtime

extension Parser {
    /// A number with its unit, or a date; none, and nothing taken, when a word starts here.
    mutating func numeric() throws(Diagnostic) -> Value? {
        let start = scanner.position
        let hasSign = scanner.peek() == UInt8(ascii: "-") || scanner.peek() == UInt8(ascii: "+")
        let ahead = hasSign ? 1 : 0
        guard isDigit(ahead) || (scanner.peek(ahead) == UInt8(ascii: ".") && isDigit(ahead + 1)) else { return nil }
        if !hasSign, let date = try date() { return date }
        scanner.position += ahead
        let isWhole = takeDigits()
        let digits = scanner.text(from: start).filter { $0 != "_" && $0 != "+" }
        let unitStart = scanner.position
        scanner.skipNameBytes()
        let unit = scanner.text(from: unitStart)
        if unit.isEmpty, scanner.peek() == UInt8(ascii: "%"), !isFollowedByOperand { scanner.position += 1 }
        // `5-core`, `2.x` and `50/50` are words that start with a digit.
        if !isInExpression, isAtWordCharacter {
            scanner.position = start
            return nil
        }
        if scanner.position > unitStart, unit.isEmpty {
            guard let share = Self.hundredth(digits), share.isFinite else { throw tooLarge(from: start) }
            return .share(share)
        }
        if unit.isEmpty {
            if isWhole {
                guard let whole = Int(digits) else { throw tooLarge(from: start) }
                return .integer(whole)
            }
            guard let number = Double(digits), number.isFinite else { throw tooLarge(from: start) }
            return .number(number)
        }
        if let value = Self.withUnit(digits, unit, written: scanner.text(from: start)) { return value }
        guard isInExpression else {
            scanner.position = start
            return nil
        }
        let place = SourceSpan(scanner.file, unitStart..<scanner.position, cell: scanner.cell)
        throw scanner.error("unknown-unit", "no unit is named '\(unit)'", at: place, label: "not a unit", hint: "units are s m h d w and %")
    }

    private func isDigit(_ ahead: Int) -> Bool { scanner.peek(ahead).map(Scanner.isDigit) == true }

    /// Whether `%` at the cursor was meant as an operator: `5%2`.
    private var isFollowedByOperand: Bool { isInExpression && (scanner.isNameByte(1) || scanner.peek(1) == UInt8(ascii: "(")) }

    private func tooLarge(from start: Int) -> Diagnostic {
        scanner.error("wrong-number", "the number is larger than can be held", at: scanner.span(from: start), label: "too large")
    }

    /// The double nearest to a hundredth of what the digits say; dividing would round twice, and 33.3% would not be 0.333.
    private static func hundredth(_ digits: String) -> Double? {
        let parts = digits.lowercased().split(separator: "e")
        guard let exponent = parts.count == 2 ? Int(parts[1]) : 0, abs(exponent) < 10_000 else { return Double(digits).map { $0 / 100 } }
        return Double("\(parts[0])e\(exponent - 2)")
    }

    /// Takes digits, a fraction and an exponent; whether it was digits alone.
    private mutating func takeDigits() -> Bool {
        func skip() { while isDigit(0) || (scanner.peek() == UInt8(ascii: "_") && isDigit(1)) { scanner.position += 1 } }
        skip()
        var isWhole = true
        if scanner.peek() == UInt8(ascii: "."), isDigit(1) {
            isWhole = false
            scanner.position += 1
            skip()
        }
        if scanner.peek() == UInt8(ascii: "e") || scanner.peek() == UInt8(ascii: "E") {
            let ahead = scanner.peek(1) == UInt8(ascii: "-") || scanner.peek(1) == UInt8(ascii: "+") ? 2 : 1
            if isDigit(ahead) {
                isWhole = false
                scanner.position += ahead
                while isDigit(0) { scanner.position += 1 }
            }
        }
        return isWhole
    }

    private static let durations: [Character: Double] = ["s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800]
    private static let sizes: [String: Double] = ["B": 1, "kB": 1e3, "KB": 1e3, "MB": 1e6, "GB": 1e9, "TB": 1e12, "K": 1024, "M": 1_048_576, "G": 1_073_741_824]

    /// A duration such as `1h30m` or a size such as `512MB`; none if `unit` is no unit, or too much to be held.
    private static func withUnit(_ number: String, _ unit: String, written: String) -> Value? {
        guard let value = Double(number), value.isFinite else { return nil }
        if let factor = sizes[unit] { return value >= 0 && value * factor < 9e18 ? .size(bytes: Int(value * factor), written: written) : nil }
        if unit == "ms" { return .duration(seconds: value / 1000, written: written) }
        let sign = number.hasPrefix("-") ? -1.0 : 1.0
        var seconds = 0.0
        var digits = String(number.drop { $0 == "-" })
        for character in unit {
            if let factor = durations[character] {
                guard let count = Double(digits) else { return nil }
                seconds += count * factor
                digits = ""
            } else if character.isASCII, character.isNumber {
                digits.append(character)
            } else {
                return nil
            }
        }
        return digits.isEmpty && seconds.isFinite ? .duration(seconds: sign * seconds, written: written) : nil
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
        guard let year = digits(0, 4), scanner.peek(4) == UInt8(ascii: "-"), let month = digits(5, 2), scanner.peek(7) == UInt8(ascii: "-"), let day = digits(8, 2),
            !isDigit(10)
        else { return nil }
        let start = scanner.position
        var length = 10
        var seconds = 0
        var isTime = true
        if scanner.peek(10) == UInt8(ascii: "T"), let hour = digits(11, 2), scanner.peek(13) == UInt8(ascii: ":"), let minute = digits(14, 2) {
            length = 16
            seconds = hour * 3600 + minute * 60
            isTime = hour < 24 && minute < 60
            if scanner.peek(16) == UInt8(ascii: ":"), let second = digits(17, 2) {
                length = 19
                seconds += second
                isTime = isTime && second < 60
            }
        }
        scanner.position += length
        if isInExpression ? scanner.isNameByte(0) || scanner.peek() == UInt8(ascii: ":") : isAtWordCharacter {
            while isAtWordCharacter { scanner.position += max(1, scanner.nameLength(at: scanner.position)) }
            throw scanner.error(
                "wrong-date", "a date is written yyyy-mm-dd or yyyy-mm-ddThh:mm:ss, in UTC", at: scanner.span(from: start), label: "more than a date",
                hint: "2017-11-25T08:00")
        }
        guard isTime else { throw scanner.error("wrong-date", "no such time of day", at: scanner.span(from: start), label: "not a time") }
        guard Gregorian.has(year: year, month: month, day: day) else {
            throw scanner.error("wrong-date", "no such day in the calendar", at: scanner.span(from: start), label: "not a date")
        }
        return .time(seconds: Double(Gregorian.number(year: year, month: month, day: day) * 86_400 + seconds), written: scanner.text(from: start))
    }
}
