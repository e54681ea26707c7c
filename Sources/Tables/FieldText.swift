/// Numbers as text, read so that nothing is lost and written so that they read back to the same value.
enum FieldText {
    /// A whole number in its one plain form (no sign but `-`, no leading zeros), or none.
    static func integer(_ text: UnsafeBufferPointer<UInt8>) -> Int64? {
        let isNegative = text.first == 0x2D
        let first = isNegative ? 1 : 0
        let digits = text.count - first
        guard digits >= 1, digits <= 19 else { return nil }
        if text[first] == 0x30 { return digits == 1 && !isNegative ? 0 : nil }
        var value: Int64 = 0
        if digits <= 18 {
            for index in first..<text.count {
                let digit = text[index] &- 0x30
                guard digit < 10 else { return nil }
                value = value &* 10 &+ Int64(digit)
            }
            return isNegative ? -value : value
        }
        for index in first..<text.count {
            let digit = text[index] &- 0x30
            guard digit < 10 else { return nil }
            let (tens, over) = value.multipliedReportingOverflow(by: 10)
            let (sum, more) = tens.subtractingReportingOverflow(Int64(digit))
            guard !over, !more else { return nil }
            value = sum
        }
        if isNegative { return value }
        return value == .min ? nil : -value
    }

    private static let powers: [Double] = (0...22).map { power in (0..<power).reduce(1.0) { value, _ in value * 10 } }

    /// The double nearest to a decimal number, or none if the text is not one; `inf` and `nan` are not.
    static func number(_ text: UnsafeBufferPointer<UInt8>) -> Double? {
        guard !text.isEmpty else { return nil }
        var index = 0
        let isNegative = text[0] == 0x2D
        if text[0] == 0x2D || text[0] == 0x2B { index = 1 }
        var mantissa: UInt64 = 0
        var digits = 0
        var significant = 0
        var fraction = 0
        var seenPoint = false
        while index < text.count {
            let byte = text[index]
            if byte == 0x2E, !seenPoint {
                seenPoint = true
            } else if byte &- 0x30 < 10 {
                digits += 1
                if significant > 0 || byte != 0x30 { significant += 1 }
                if significant <= 18 { mantissa = mantissa * 10 + UInt64(byte &- 0x30) }
                if seenPoint { fraction += 1 }
            } else {
                break
            }
            index += 1
        }
        guard digits > 0 else { return nil }
        if index == text.count, significant <= 15, fraction <= 22 {
            // Both are exact doubles, so their quotient is rounded once (Clinger 1990).
            let value = Double(mantissa) / powers[fraction]
            return isNegative ? -value : value
        }
        if index < text.count {
            guard text[index] | 0x20 == 0x65, index + 1 < text.count else { return nil }
            for byte in text[(index + 1)...] where !(byte &- 0x30 < 10 || byte == 0x2B || byte == 0x2D) { return nil }
        }
        guard let value = Double(String(decoding: text, as: UTF8.self)), value.isFinite else { return nil }
        return value
    }

    /// Whether digits would be lost if the text were kept as a number: a leading zero, or more digits than a double holds.
    static func wouldLoseDigits(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        var first = 0
        if text.first == 0x2D || text.first == 0x2B { first = 1 }
        if text.count >= first + 2, text[first] == 0x30, text[first + 1] &- 0x30 < 10 { return true }
        var whole = 0
        for byte in text[min(first, text.count)...] {
            guard byte &- 0x30 < 10 else { return false }
            whole += 1
        }
        return whole > 15 && integer(text) == nil
    }

    /// The shortest text that reads back to the same double; whole numbers below 10^15 without a point.
    static func text(_ value: Double) -> String {
        value == value.rounded() && abs(value) < 1e15 && !(value == 0 && value.sign == .minus) ? String(Int64(value)) : "\(value)"
    }

    private static let missingMarks: Set<String> = ["NA", "N/A", "n/a", "NaN", "nan", "NAN", "null", "NULL", "Null", "None", "none", "-"]

    /// Whether a field of a text column stands for no value: empty, `?` or `\N`.
    @inline(__always)
    static func isMissingText(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        switch text.count {
        case 0: true
        case 1: text[0] == 0x3F
        case 2: text[0] == 0x5C && text[1] == 0x4E
        default: false
        }
    }

    /// The field without blanks at either end.
    @inline(__always)
    static func trimmed(_ text: UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8> {
        guard let first = text.first, let last = text.last, first <= 0x20 || last <= 0x20 else { return text }
        var start = 0
        var end = text.count
        while start < end, text[start] == 0x20 || text[start] == 0x09 { start += 1 }
        while end > start, text[end - 1] == 0x20 || text[end - 1] == 0x09 { end -= 1 }
        return UnsafeBufferPointer(rebasing: text[start..<end])
    }

    /// The number, if the text is a whole number from 0 to 2^31 - 1 in its one plain form.
    static func id(_ text: UnsafeBufferPointer<UInt8>) -> Int32? {
        guard text.count <= 10, let value = integer(text), value >= 0 else { return nil }
        return Int32(exactly: value)
    }

    /// Whether a field of a column of numbers, times or truth values stands for no value: as for text, or `NA`, `NaN`, `null`, `None`, `-` and the like.
    static func isMissingValue(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        isMissingText(text) || (text.count <= 4 && missingMarks.contains(String(decoding: text, as: UTF8.self)))
    }
}
