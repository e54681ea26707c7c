import Diagnostics
import Language
import Runtime

/// A live value in prose: `` `{lstm.auc:.2f}` ``.
public struct InlineValue: Sendable {
    /// The name of a value of the session, or of a parameter.
    public let name: String
    /// What is asked of it; its one-line summary, or the plain value itself, when none.
    public let property: String?
    public let format: NumberFormat?
    /// The words between the backquotes.
    public let span: SourceSpan

    /// What a code span in prose is.
    package enum Code {
        case live
        /// `{{x}}`, which is shown as `{x}`.
        case literal(String)
        case plain
    }

    package static func classify(_ code: String) -> Code {
        guard code.hasPrefix("{"), code.hasSuffix("}"), code.utf8.count >= 2 else { return .plain }
        if code.hasPrefix("{{"), code.hasSuffix("}}"), code.utf8.count >= 4 { return .literal(String(code.dropFirst().dropLast())) }
        return .live
    }

    /// Reads `{name}`, `{name.property}` and either with `:format`.
    init(_ code: String, at span: SourceSpan) throws(Diagnostic) {
        let inner = code.dropFirst().dropLast()
        let parts = inner.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        let path = (parts.first ?? "").split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        let name = String(path.first ?? "").trimmed
        guard ParameterDeclaration.isName(name) else {
            throw Diagnostic(
                "wrong-inline-value", "a live value is written {name}, {name.property} or {name.property:format}", category: .syntax, at: span, label: "not a live value",
                hint: "{{...}} prints braces as they are")
        }
        self.name = name
        if path.count > 1 {
            let property = String(path[1]).trimmed
            guard !property.isEmpty, !property.contains(where: { $0 == "{" || $0 == "}" || $0.isWhitespace }) else {
                throw Diagnostic("wrong-inline-value", "the property of '\(name)' is missing", category: .syntax, at: span, label: "not a property", hint: "{\(name)} shows the value itself")
            }
            self.property = property
        } else {
            property = nil
        }
        if parts.count > 1 {
            let text = String(parts[1]).trimmed
            guard let format = NumberFormat(text) else {
                throw Diagnostic(
                    "wrong-format", "'\(text)' is not a format of numbers", category: .syntax, at: span, label: "not a format",
                    hint: ".2f two decimals, .1% a percentage, d a whole number, .2e a power of ten, a comma before them separates thousands")
            }
            self.format = format
        } else {
            format = nil
        }
        self.span = span
    }

    /// How errors call it.
    public var phrase: String { property.map { "\(name).\($0)" } ?? name }
}

/// How a live number is written: `[,][.decimals](f|%|e|d)`, a part of Python's format language.
///
/// `,` alone separates thousands and keeps about four significant digits; `f` has two decimals and `%` one unless told; `d` takes whole
/// numbers only. Percentages bear a blank before their sign, as everywhere in a report.
public struct NumberFormat: Sendable, Hashable {
    enum Form: Sendable, Hashable { case short, fixed, percent, scientific, whole }

    let isGrouped: Bool
    let decimals: Int?
    let form: Form

    public init?(_ text: String) {
        var rest = Substring(text)
        isGrouped = rest.first == ","
        if isGrouped { rest.removeFirst() }
        if rest.first == "." {
            rest.removeFirst()
            let digits = rest.prefix { ("0"..."9").contains($0) }
            guard let count = Int(digits), count <= 15 else { return nil }
            decimals = count
            rest = rest.dropFirst(digits.count)
        } else {
            decimals = nil
        }
        switch rest {
        case "": form = .short
        case "f": form = .fixed
        case "%": form = .percent
        case "e": form = .scientific
        case "d": form = .whole
        default: return nil
        }
        // `.2` alone means significant digits to some and decimals to others; `d` has no decimals.
        if decimals != nil, form == .short || form == .whole { return nil }
        if form == .short, !isGrouped { return nil }
    }

    /// The number as text; none when the value is no number, or `d` meets a fraction.
    public func text(of value: Value) -> String? {
        guard let number = value.asDouble else { return nil }
        switch form {
        case .short:
            if case .integer(let whole) = value { return NumberText.grouped(whole) }
            return NumberText.short(number)
        case .fixed:
            guard number.isFinite, !isGrouped else { return NumberText.decimal(number, decimals ?? 2) }
            return NumberText.fixed(number, decimals ?? 2)
        case .percent: return NumberText.percent(number, decimals ?? 1)
        case .scientific: return number.isFinite ? Self.scientific(number, decimals ?? 2) : NumberText.decimal(number, 0)
        case .whole:
            if case .integer(let whole) = value { return isGrouped ? NumberText.grouped(whole) : String(whole) }
            guard let whole = Int(exactly: number) else { return nil }
            return isGrouped ? NumberText.grouped(whole) : String(whole)
        }
    }

    /// `1.50e-05`, made from the shortest digits that are right, by the rounding of `NumberText.fixed`.
    private static func scientific(_ number: Double, _ decimals: Int) -> String {
        guard number != 0 else { return NumberText.fixed(0, decimals) + "e+00" }
        var exponent = 0
        var digits = abs(number)
        while digits >= 10 { digits /= 10; exponent += 1 }
        while digits < 1 { digits *= 10; exponent -= 1 }
        var text = NumberText.fixed(digits, decimals)
        if text.hasPrefix("10") {
            text = NumberText.fixed(1, decimals)
            exponent += 1
        }
        let power = String(abs(exponent))
        return "\(number < 0 ? "-" : "")\(text)e\(exponent < 0 ? "-" : "+")\(power.count < 2 ? "0" : "")\(power)"
    }
}

extension String {
    var trimmed: String {
        var text = Substring(self)
        while let first = text.first, first == " " || first == "\t" { text.removeFirst() }
        while let last = text.last, last == " " || last == "\t" || last == "\r" { text.removeLast() }
        return String(text)
    }
}
