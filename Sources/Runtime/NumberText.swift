#if canImport(Glibc)
    import Glibc
#endif

/// Numbers as people read them, the same in every locale: thousands separated by commas, stated decimals.
public enum NumberText {
    /// `84475` as `84,475`.
    public static func grouped(_ value: Int) -> String {
        (value < 0 ? "-" : "") + grouped(digits: String(value.magnitude))
    }

    private static func grouped(digits: String) -> String {
        var result = ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index).isMultiple(of: 3) { result.append(",") }
            result.append(digit)
        }
        return result
    }

    /// An amount with what it is of, in the plural: `84,475 events`, `1 event`.
    public static func counted(_ count: Int, _ noun: String) -> String {
        "\(grouped(count)) \(count == 1 && noun.hasSuffix("s") ? String(noun.dropLast()) : noun)"
    }

    /// Rising whole numbers, those that follow each other as a range: `2, 5..9`.
    public static func ranges(_ values: [Int]) -> String {
        var runs: [ClosedRange<Int>] = []
        for value in values {
            if let last = runs.last, last.upperBound + 1 == value { runs[runs.count - 1] = last.lowerBound...value } else { runs.append(value...value) }
        }
        return runs.map { $0.count > 1 ? "\($0.lowerBound)..\($0.upperBound)" : "\($0.lowerBound)" }.joined(separator: ", ")
    }

    /// The decimals with which a column of numbers is shown: about four significant digits of its largest value, and none where all are whole.
    public static func decimals(for values: some Sequence<Double>) -> Int {
        let finite = values.filter(\.isFinite)
        guard let largest = finite.lazy.map(abs).max(), finite.contains(where: { $0 != $0.rounded() }) else { return 0 }
        // 9,999.6 has four digits before its point, and so have all above 1,000: more would be noise.
        return largest >= 1000 ? 0 : largest >= 100 ? 1 : largest >= 10 ? 2 : largest >= 1 ? 3 : largest >= 0.01 ? 4 : 6
    }

    /// With a fixed number of decimals and thousands separated; `–` for what is not a number.
    public static func decimal(_ value: Double, _ decimals: Int) -> String {
        guard value.isFinite else { return value.isNaN ? "–" : value > 0 ? "∞" : "-∞" }
        let plain = fixed(value, decimals)
        let isNegative = plain.hasPrefix("-")
        let parts = plain.drop { $0 == "-" }.split(separator: ".", maxSplits: 1)
        let whole = grouped(digits: String(parts[0]))
        let text = parts.count > 1 ? "\(whole).\(parts[1])" : whole
        return isNegative && text.contains { "123456789".contains($0) } ? "-" + text : text
    }

    /// From here on a double tells no more digits than a power of ten does.
    public static let mostWritten = 1e17

    /// With as many decimals as show about four significant digits.
    public static func short(_ value: Double) -> String {
        guard value.isFinite else { return decimal(value, 0) }
        if value == value.rounded(), abs(value) < 1e15 { return grouped(Int(value)) }
        let magnitude = abs(value)
        if magnitude < 1e-4 || magnitude >= Self.mostWritten { return scientific(value) }
        return decimal(value, magnitude >= 1000 ? 0 : magnitude >= 100 ? 1 : magnitude >= 10 ? 2 : magnitude >= 1 ? 3 : 4)
    }

    /// `0.082` as `8.2 %`.
    public static func percent(_ share: Double, _ decimals: Int = 1) -> String { decimal(share * 100, decimals) + " %" }

    /// A share with what it is a share of: `412 of 5,000 (8.2 %)`. Some are never shown as 0 %, nor nearly all as 100 %.
    public static func rate(_ part: Int, of whole: Int) -> String { "\(grouped(part)) of \(grouped(whole)) (\(share(part, of: whole)))" }

    /// A share in percent with as many decimals as its distance from 0 and from 100 % asks for.
    public static func share(_ part: Int, of whole: Int) -> String {
        guard whole != 0 else { return "–" }
        let share = Double(part) / Double(whole)
        let distance = min(abs(share), abs(1 - share))
        if distance == 0 || distance >= 0.001 { return percent(share) }
        if distance >= 0.0001 { return percent(share, 2) }
        if distance >= 0.00001 { return percent(share, 3) }
        return share < 0.5 ? "<0.001 %" : ">99.999 %"
    }

    /// Seconds in the largest units that fit: `2d 3h`, `1h 30m`, `45s`.
    public static func duration(_ seconds: Double) -> String {
        guard seconds.isFinite else { return "–" }
        if seconds < 0 { return "-" + duration(-seconds) }
        if seconds < 9.95 { return decimal(seconds, 1) + "s" }
        let whole = Int(min(seconds.rounded(), 1e15))
        if whole < 60 { return "\(whole)s" }
        if whole < 3600 { return pair(whole / 60, "m", whole % 60, "s") }
        if whole < 86_400 { return pair(whole / 3600, "h", whole % 3600 / 60, "m") }
        return pair(whole / 86_400, "d", whole % 86_400 / 3600, "h")
    }

    private static func pair(_ a: Int, _ unit: String, _ b: Int, _ smaller: String) -> String {
        b == 0 ? "\(grouped(a))\(unit)" : "\(grouped(a))\(unit) \(b)\(smaller)"
    }

    /// Bytes in powers of a thousand: `4.9 MB`.
    public static func bytes(_ count: Int) -> String {
        let units = ["B", "kB", "MB", "GB", "TB"]
        var value = Double(count)
        var unit = 0
        // What would be shown as 1,000 of a unit is 1.0 of the next.
        while value >= (unit == 0 ? 1000 : 999.5), unit < units.count - 1 {
            value /= 1000
            unit += 1
        }
        return unit == 0 ? "\(grouped(count)) B" : "\(decimal(value, value < 9.95 ? 1 : 0)) \(units[unit])"
    }

    /// As C's `%.*f`, which rounds the exact binary value. Decimals are held within 0...1000.
    public static func fixed(_ value: Double, _ decimals: Int) -> String { printed("%.*f", value, min(max(0, decimals), 1000)) }

    private static func scientific(_ value: Double) -> String { printed("%.*e", value, 2) }

    private static func printed(_ format: String, _ value: Double, _ decimals: Int) -> String {
        withVaList([Int32(decimals), value]) { arguments in
            // The largest double has 309 digits before its point.
            var buffer = [CChar](repeating: 0, count: 320 + max(0, decimals))
            let count = Int(vsnprintf(&buffer, buffer.count, format, arguments))
            return String(decoding: buffer.prefix(min(count, buffer.count - 1)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
        }
    }
}
