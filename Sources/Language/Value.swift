import Diagnostics
import Expressions
import Runtime

/// A plain value of the language.
public indirect enum Value: Sendable, Hashable {
    case integer(Int)
    case number(Double)
    /// `5%` is 0.05.
    case share(Double)
    case duration(seconds: Double, written: String)
    case size(bytes: Int, written: String)
    case time(seconds: Double, written: String)
    case text(String)
    /// A bare word, which is a text unless it names something.
    case word(String)
    case list([Value])
    /// `2..10`, both ends included.
    case range(Int, Int)
    /// `{32, 64}`: values to choose from.
    case choices([Value])
    case map([Entry])

    public struct Entry: Sendable, Hashable {
        public let key: String, value: Value
        public init(_ key: String, _ value: Value) {
            self.key = key
            self.value = value
        }
    }

    /// What errors call it.
    public var typeName: String {
        switch self {
        case .integer: "whole number"
        case .number: "number"
        case .share: "percentage"
        case .duration: "duration"
        case .size: "size"
        case .time: "date"
        case .text: "text"
        case .word: "word"
        case .list: "list"
        case .range: "range"
        case .choices: "set"
        case .map: "map"
        }
    }

    /// The value as text in prose: numbers with their digits as typed or about four significant ones, texts bare.
    public var displayText: String {
        switch self {
        case .integer(let value): NumberText.grouped(value)
        case .number(let value): NumberText.short(value)
        case .share(let value): NumberText.percent(value)
        case .text(let text), .word(let text): text
        default: description
        }
    }

    /// How many whole numbers a range holds; `Int.max` if they are more than that.
    static func rangeCount(_ low: Int, _ high: Int) -> Int {
        guard low <= high else { return 0 }
        let (difference, overflows) = high.subtractingReportingOverflow(low)
        return overflows || difference == .max ? .max : difference + 1
    }

    /// The number that the value stands for, if it is one.
    public var asDouble: Double? {
        switch self {
        case .integer(let value): Double(value)
        case .number(let value), .share(let value): value
        default: nil
        }
    }

    public var json: JSON {
        switch self {
        case .integer(let value): .integer(value)
        case .number(let value), .share(let value): .number(value)
        case .duration(let seconds, _): .number(seconds)
        case .size(let bytes, _): .integer(bytes)
        case .time(_, let written): .string(written)
        case .text(let text), .word(let text): .string(text)
        case .list(let values), .choices(let values): .array(values.map(\.json))
        case .range(let low, let high): .array([.integer(low), .integer(high)])
        case .map(let entries): .object(entries.map { .init($0.key, $0.value.json) })
        }
    }
}

extension Value: CustomStringConvertible {
    /// The value in the language's own words; it parses back to the same value.
    public var description: String {
        switch self {
        case .integer(let value): "\(value)"
        case .number(let value): "\(value)"
        case .share(let value): "\(Self.shareText(value))%"
        case .duration(_, let written), .size(_, let written), .time(_, let written): written
        case .text(let text): Literal.quoted(text)
        case .word(let word): Self.isBare(word) ? word : Expression.backquoted(word)
        case .list(let values): "[\(values.map(\.description).joined(separator: ", "))]"
        case .range(let low, let high): "\(low)..\(high)"
        case .choices(let values): "{\(values.map(\.description).joined(separator: ", "))}"
        case .map(let entries): "{\(entries.map { "\(Expression.quotedName($0.key)): \($0.value)" }.joined(separator: ", "))}"
        }
    }

    /// Whether the word reads back as itself when it stands alone; `5-core` does, `2017-11-25` is a date.
    private static func isBare(_ word: String) -> Bool {
        // A final dot would run into the `..` of a range.
        guard !word.hasSuffix(".") else { return false }
        let file = SourceFile(name: "word", text: word)
        var parser = Parser(file, catalogue: Catalogue(commands: [], kinds: []))
        guard let syntax = try? parser.value(), case .value(.word(let read)) = syntax.node else { return false }
        return read == word && syntax.span.range.count == word.utf8.count && word.utf8.first != UInt8(ascii: "`")
    }

    /// The percentage that reads back to the same share: the decimal digits of the share with the point two places on, for 0.07 · 100 is not 7.
    private static func shareText(_ share: Double) -> String {
        let text = "\(share)"
        if let mark = text.firstIndex(of: "e"), let exponent = Int(text[text.index(after: mark)...]) { return "\(text[..<mark])e\(exponent + 2)" }
        let parts = text.drop { $0 == "-" }.split(separator: ".")
        guard parts.count == 2 else { return text }
        let fraction = parts[1] + String(repeating: "0", count: max(0, 2 - parts[1].count))
        let whole = String((parts[0] + fraction.prefix(2)).drop { $0 == "0" })
        let rest = fraction.dropFirst(2)
        let isWhole = rest.allSatisfy { $0 == "0" }
        return (text.hasPrefix("-") ? "-" : "") + (whole.isEmpty ? "0" : whole) + (isWhole ? "" : "." + rest)
    }
}

/// A plain value under a name, as `let` makes it.
public struct PlainValue: KindValue {
    public var kind: Kind { .plain }
    public let value: Value
    public init(_ value: Value) { self.value = value }
    public var summary: String { value.description }
    public var blocks: [Block] { [.text(value.description)] }
    public var json: JSON { value.json }
}
