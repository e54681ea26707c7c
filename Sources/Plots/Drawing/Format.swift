import Foundation

func power(_ base: Double, _ exponent: Double) -> Double { pow(base, exponent) }

/// Numbers as people read them, the same everywhere: a full stop for decimals, commas between thousands, a true minus sign.
enum Format {
    static func count(_ value: Int) -> String {
        var digits = String(value.magnitude)
        var groups: [Substring] = []
        while digits.count > 3 {
            groups.insert(digits.suffix(3), at: 0)
            digits = String(digits.dropLast(3))
        }
        return (value < 0 ? "−" : "") + ([Substring(digits)] + groups).joined(separator: ",")
    }

    /// A number with a fixed number of decimals.
    static func fixed(_ value: Double, _ decimals: Int) -> String {
        guard value.isFinite else { return "none" }
        guard abs(value) < 1e15 else { return exponent(value, digits: 3) }
        let text = String(format: "%.\(decimals)f", abs(value))
        let parts = text.split(separator: ".")
        let whole = Int(parts[0]).map { count($0) } ?? String(parts[0])
        let shown = parts.count > 1 ? "\(whole).\(parts[1])" : whole
        let isZero = !shown.contains { $0.isNumber && $0 != "0" }
        return (value < 0 && !isZero ? "−" : "") + shown
    }

    /// A number with about three digits that matter, and all digits of whole numbers below a million.
    static func significant(_ value: Double) -> String {
        let size = abs(value)
        if !value.isFinite { return "none" }
        if size >= 1e6 { return compact(value) }
        if value == value.rounded() { return fixed(value, 0) }
        if size >= 100 { return fixed(value, 0) }
        if size >= 10 { return fixed(value, 1) }
        if size >= 0.1 { return fixed(value, 2) }
        if size >= 1e-4 { return trimmed(fixed(value, size >= 0.01 ? 3 : size >= 0.001 ? 4 : 5)) }
        return exponent(value, digits: 2)
    }

    /// 1,200,000 as `1.2 M`.
    static func compact(_ value: Double) -> String {
        let size = abs(value)
        let (unit, suffix) = unit(for: size)
        guard size < 1e15 else { return exponent(value, digits: 2) }
        let scaled = value / unit
        return trimmed(fixed(scaled, abs(scaled) >= 100 ? 0 : abs(scaled) >= 10 ? 1 : 2)) + suffix
    }

    /// A count in as few letters as say it: `953`, `3.4k`, `1.2M`.
    static func short(_ value: Int) -> String {
        guard abs(value) >= 1_000 else { return count(value) }
        guard abs(value) >= 999_500 else {
            let thousands = Double(value) / 1_000
            return trimmed(fixed(thousands, abs(thousands) >= 10 ? 0 : 1)) + "k"
        }
        // From here a rounded number of thousands would be a million.
        return compact(abs(value) < 1_000_000 ? (value < 0 ? -1e6 : 1e6) : Double(value)).replacing(" ", with: "")
    }

    /// The unit in which a number of this size is best said.
    static func unit(for size: Double) -> (unit: Double, suffix: String) {
        if size >= 1e12 { return (1e12, " tn") }
        if size >= 1e9 { return (1e9, " bn") }
        if size >= 1e6 { return (1e6, " M") }
        return (1, "")
    }

    /// A share in percent: whole above ten, one decimal below.
    static func percent(_ share: Double) -> String {
        guard share.isFinite else { return "none" }
        let value = share * 100
        if value > 0, value < 0.05 { return "<0.1%" }
        if value > 99.95, value < 100 { return ">99.9%" }
        return (abs(value) >= 9.95 && (abs(value) < 99.5 || value == 100) ? fixed(value, 0) : value == 0 ? "0" : fixed(value, 1)) + "%"
    }

    static func exponent(_ value: Double, digits: Int) -> String {
        guard value.isFinite else { return "none" }
        let text = String(format: "%.\(digits - 1)e", abs(value))
        let parts = text.split(separator: "e")
        return (value < 0 ? "−" : "") + trimmed(String(parts[0])) + "e" + (parts.count > 1 ? String(Int(parts[1]) ?? 0) : "0")
    }

    /// The shortest text that reads back to the same number; for data, not for people.
    static func exact(_ value: Double) -> String {
        value == value.rounded() && abs(value) < 1e15 ? String(Int(value)) : "\(value)"
    }

    /// Without the zeros that end a decimal fraction.
    static func trimmed(_ text: String) -> String {
        guard text.contains(".") else { return text }
        let cut = text.reversed().drop { $0 == "0" }
        return String((cut.first == "." ? cut.dropFirst() : cut).reversed())
    }

    /// A name short enough to be read aloud.
    static func name(_ text: String) -> String { Letters.elided(GnuplotText.printable(text), to: 60) { Double($0.count) } }

    static func hex(_ byte: Int) -> String { (byte < 16 ? "0" : "") + String(byte, radix: 16) }

    /// `1 user`, `1,204 users`.
    static func counted(_ value: Int, _ noun: String) -> String { "\(count(value)) \(noun)\(value == 1 ? "" : "s")" }

    /// `a, b and c`; of more than `limit` the first ones and how many more there are.
    static func list(_ items: [String], limit: Int = 8) -> String {
        guard let last = items.last else { return "" }
        guard items.count <= limit else { return items.prefix(limit - 1).joined(separator: ", ") + " and \(items.count - limit + 1) more" }
        return items.count == 1 ? last : items.dropLast().joined(separator: ", ") + " and " + last
    }
}

extension Format {
    /// A multiple of `unit`, a power of ten, without the digits that floating point adds.
    static func fixedPlain(_ value: Double, unit: Double) -> String {
        let decimals = min(18, max(0, Int(-unit.logarithm10.rounded())))
        return String(format: "%.\(decimals)f", value)
    }
}

extension Double {
    var logarithm10: Double { log10(self) }
}
