/// A point in time, written `2017-11-25` or `2017-11-25T08:00`.
public struct Moment: ValueConvertible, Hashable {
    /// Seconds since 1970-01-01T00:00 of the text read as UTC.
    public let seconds: Double
    private let written: String
    public init(_ seconds: Double, written: String) {
        self.seconds = seconds
        self.written = written
    }
    public static var typeText: String { "date such as 2017-11-25 or 2017-11-25T08:00" }
    public static var placeholder: String { "DATE" }
    public init(value: Value) throws(ArgumentMismatch) {
        guard case .time(let seconds, let written) = value else { throw ArgumentMismatch(Self.typeText) }
        self.init(seconds, written: written)
    }
    public var valueText: String { written }
}

/// An amount of memory, written `512MB`.
public struct ByteCount: ValueConvertible, Hashable {
    public let bytes: Int
    private let written: String
    public init(_ bytes: Int, written: String) {
        self.bytes = bytes
        self.written = written
    }
    public static var typeText: String { "size such as 512MB or 2GB" }
    public static var placeholder: String { "SIZE" }
    public init(value: Value) throws(ArgumentMismatch) {
        guard case .size(let bytes, let written) = value, bytes > 0 else { throw ArgumentMismatch(Self.typeText) }
        self.init(bytes, written: written)
    }
    public var valueText: String { written }
}

/// One of the values of a column, such as a user or a class: a text, a word or a whole number.
public struct Label: ValueConvertible, Hashable {
    public let text: String
    public init(_ text: String) { self.text = text }
    public static var typeText: String { "text, word or whole number" }
    public init(value: Value) throws(ArgumentMismatch) {
        switch value {
        case .text(let text), .word(let text): self.text = text
        case .integer(let whole): text = String(whole)
        default: throw ArgumentMismatch(Self.typeText)
        }
    }
    public var valueText: String { text }
}

/// A set to choose from, `{32, 64, [40, 40, 80]}`, or a single value.
public struct Choices<Element: ValueConvertible>: ValueConvertible {
    public let values: [Element]
    public init(_ values: [Element]) { self.values = values }
    public static var typeText: String { "\(Element.typeText), or a set of them in { }" }
    public static var choices: [String] { Element.choices }
    public static var placeholder: String { "{\(Element.placeholder), ...}" }
    public init(value: Value) throws(ArgumentMismatch) {
        var members = [value]
        if case .choices(let listed) = value { members = listed }
        guard !members.isEmpty else { throw ArgumentMismatch("set with at least one member") }
        var values: [Element] = []
        do throws(ArgumentMismatch) { for member in members { values.append(try Element(value: member)) } } catch {
            throw ArgumentMismatch("\(error.expected), or a set of them in { }")
        }
        self.values = values
    }
    public var valueText: String { "{\(values.map(\.valueText).joined(separator: ", "))}" }
}

/// Values by name, `{price: number, title: text}`, in the order in which they were written.
public struct NamedValues<Element: ValueConvertible>: ValueConvertible {
    public let entries: [(name: String, value: Element)]
    public init(_ entries: [(name: String, value: Element)]) { self.entries = entries }
    public static var typeText: String { "map such as {name: value}" }
    public static var placeholder: String { "{NAME: \(Element.placeholder), ...}" }
    public init(value: Value) throws(ArgumentMismatch) {
        guard case .map(let written) = value else { throw ArgumentMismatch(Self.typeText) }
        var entries: [(name: String, value: Element)] = []
        for entry in written {
            do throws(ArgumentMismatch) { entries.append((entry.key, try Element(value: entry.value))) } catch {
                throw ArgumentMismatch("map to \(error.expected) (see '\(entry.key)')")
            }
        }
        self.entries = entries
    }
    public var valueText: String { "{\(entries.map { "\($0.name): \($0.value.valueText)" }.joined(separator: ", "))}" }
}

/// An enumeration whose cases are written as words: `per=user`.
public protocol WordValue: ValueConvertible, RawRepresentable, CaseIterable where RawValue == String {}

extension WordValue {
    public static var typeText: String { "one of \(choices.joined(separator: ", "))" }
    public static var choices: [String] { allCases.map(\.rawValue) }
    public init(value: Value) throws(ArgumentMismatch) {
        switch value {
        case .text(let text), .word(let text):
            guard let known = Self(rawValue: text) else { throw ArgumentMismatch(Self.typeText) }
            self = known
        default: throw ArgumentMismatch(Self.typeText)
        }
    }
    public var valueText: String { rawValue }
}
