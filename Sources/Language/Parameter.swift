import Diagnostics
import Expressions

/// A parameter of a verb: a typed key under which `Call` gives its value.
public struct Parameter<T: Sendable>: Sendable {
    public let description: ParameterDescription
    let fallback: T?
    let convert: @Sendable (BoundArgument) throws(ArgumentMismatch) -> T
}

/// A value does not fit a parameter; says what was expected.
public struct ArgumentMismatch: Error, Sendable {
    public let expected: String
    public init(_ expected: String) { self.expected = expected }
}

/// An argument with every `$name` replaced.
public enum BoundArgument: Sendable {
    case value(Value)
    case path(String)
    case paths([String])
    case name(String)
    case names([String])
    case expression(Expression)
    case pattern(Pattern)
    case assignment(Word, Expression)
    case renaming([Renaming])
    case keyword
    case statement(Statement)
}

/// A Swift type that a plain value of the language can be read as.
public protocol ValueConvertible: Sendable {
    /// What errors say was expected: `whole number`.
    static var typeText: String { get }
    static var choices: [String] { get }
    /// Stands for a value in usage lines: `N`, `SHARE`.
    static var placeholder: String { get }
    init(value: Value) throws(ArgumentMismatch)
    /// How the language writes it.
    var valueText: String { get }
}

extension ValueConvertible {
    public static var choices: [String] { [] }
    public static var placeholder: String { "VALUE" }
}

extension Int: ValueConvertible {
    public static var typeText: String { "whole number" }
    public static var placeholder: String { "N" }
    public init(value: Value) throws(ArgumentMismatch) {
        guard case .integer(let whole) = value else { throw ArgumentMismatch(Self.typeText) }
        self = whole
    }
    public var valueText: String { String(self) }
}

extension Double: ValueConvertible {
    public static var typeText: String { "number" }
    public static var placeholder: String { "NUMBER" }
    public init(value: Value) throws(ArgumentMismatch) {
        switch value {
        case .integer(let whole): self = Double(whole)
        case .number(let number), .share(let number): self = number
        default: throw ArgumentMismatch(Self.typeText)
        }
    }
    public var valueText: String { Value.number(self).description }
}

extension Bool: ValueConvertible {
    public static var typeText: String { "yes or no" }
    public static var choices: [String] { ["yes", "no"] }
    public init(value: Value) throws(ArgumentMismatch) {
        guard case .word(let word) = value else { throw ArgumentMismatch(Self.typeText) }
        switch word {
        case "yes", "true", "on": self = true
        case "no", "false", "off": self = false
        default: throw ArgumentMismatch(Self.typeText)
        }
    }
    public var valueText: String { self ? "yes" : "no" }
}

extension String: ValueConvertible {
    public static var typeText: String { "text" }
    public static var placeholder: String { "TEXT" }
    public init(value: Value) throws(ArgumentMismatch) {
        switch value {
        case .text(let text), .word(let text): self = text
        default: throw ArgumentMismatch(Self.typeText)
        }
    }
    public var valueText: String { self }
}

/// A share between 0 and 1, written `5%` or `0.05`.
public struct Fraction: ValueConvertible, Hashable {
    public let value: Double
    public init(_ value: Double) { self.value = value }
    public static var typeText: String { "share such as 5% or 0.05" }
    public static var placeholder: String { "SHARE" }
    public init(value: Value) throws(ArgumentMismatch) {
        switch value {
        case .share(let share): self.value = share
        case .number(let number) where (0...1).contains(number): self.value = number
        case .integer(let whole) where whole == 0 || whole == 1: self.value = Double(whole)
        default: throw ArgumentMismatch(Self.typeText)
        }
        guard (0...1).contains(self.value) else { throw ArgumentMismatch("share from 0% to 100%") }
    }
    public var valueText: String { Value.share(value).description }
}

/// A length of time in seconds, written `30m`, `7d`, `1h30m`.
public struct Seconds: ValueConvertible, Hashable {
    public let seconds: Double
    private let written: String
    public init(_ seconds: Double, written: String) {
        self.seconds = seconds
        self.written = written
    }
    public static var typeText: String { "duration such as 30m, 7d or 1h30m" }
    public static var placeholder: String { "DURATION" }
    public init(value: Value) throws(ArgumentMismatch) {
        guard case .duration(let seconds, let written) = value, seconds >= 0 else { throw ArgumentMismatch(Self.typeText) }
        self.init(seconds, written: written)
    }
    public var valueText: String { written }
}

/// Whole numbers of a range, written `2..10`, or as a list.
public struct WholeNumbers: ValueConvertible, Hashable {
    public let values: [Int]
    public init(_ values: [Int]) { self.values = values }
    public static var typeText: String { "range such as 2..10, or list of whole numbers" }
    public static var placeholder: String { "RANGE" }
    public init(value: Value) throws(ArgumentMismatch) {
        switch value {
        case .range(let low, let high) where Value.rangeCount(low, high) <= 10_000: values = Array(low...high)
        case .range: throw ArgumentMismatch("range of at most 10000 whole numbers")
        case .list(let members):
            var wholes: [Int] = []
            do throws(ArgumentMismatch) { for member in members { wholes.append(try Int(value: member)) } } catch { throw ArgumentMismatch(Self.typeText) }
            values = wholes
        case .integer(let whole): values = [whole]
        default: throw ArgumentMismatch(Self.typeText)
        }
    }
    public var valueText: String {
        guard let first = values.first, values.count > 1, values == Array(first..<first + values.count) else { return "[\(values.map(String.init).joined(separator: ", "))]" }
        return "\(first)..\(first + values.count - 1)"
    }
}

extension Array: ValueConvertible where Element: ValueConvertible {
    public static var typeText: String { "\(Element.typeText) or a list of them" }
    public static var choices: [String] { Element.choices }
    public static var placeholder: String { "[\(Element.placeholder), ...]" }
    public init(value: Value) throws(ArgumentMismatch) {
        var members = [value]
        if case .list(let listed) = value { members = listed }
        var elements: [Element] = []
        do throws(ArgumentMismatch) { for member in members { elements.append(try Element(value: member)) } } catch { throw ArgumentMismatch("\(error.expected) or a list of them") }
        self = elements
    }
    public var valueText: String { "[\(map(\.valueText).joined(separator: ", "))]" }
}

/// `n=20` or `n=all`.
public enum RowLimit: ValueConvertible, Hashable {
    case rows(Int), all
    public static var typeText: String { "whole number from 0, or all" }
    public static var placeholder: String { "N|all" }
    public init(value: Value) throws(ArgumentMismatch) {
        switch value {
        case .integer(let whole) where whole >= 0: self = .rows(whole)
        case .word("all"): self = .all
        default: throw ArgumentMismatch(Self.typeText)
        }
    }
    public var valueText: String { if case .rows(let rows) = self { String(rows) } else { "all" } }
}

/// `WIDTHxHEIGHT` in pixels.
public struct PixelSize: ValueConvertible, Hashable {
    public let width: Int, height: Int
    public init(width: Int, height: Int) {
        self.width = width
        self.height = height
    }
    public static var typeText: String { "size in pixels such as 720x440" }
    public static var placeholder: String { "WIDTHxHEIGHT" }
    public init(value: Value) throws(ArgumentMismatch) {
        let text: String
        switch value {
        case .text(let written), .word(let written): text = written
        default: throw ArgumentMismatch(Self.typeText)
        }
        let parts = text.split(separator: "x", omittingEmptySubsequences: false).map { Int($0) }
        guard parts.count == 2, let width = parts[0], let height = parts[1], (100...4000).contains(width), (100...4000).contains(height) else {
            throw ArgumentMismatch("size of 100x100 to 4000x4000 pixels")
        }
        self.init(width: width, height: height)
    }
    public var valueText: String { "\(width)x\(height)" }
}
