import Diagnostics
import Language

/// A parameter of a notebook: its name, its default and, by the default, its type.
public struct ParameterDeclaration: Sendable {
    public let name: String
    public let fallback: Value
    /// Where the name stands.
    public let span: SourceSpan

    init(name: String, fallback: Value, at span: SourceSpan) {
        self.name = name
        self.fallback = fallback
        self.span = span
    }

    /// A member of `params:`.
    init?(_ entry: YAMLValue.Entry, _ found: inout [Diagnostic]) {
        guard Self.isName(entry.key) else {
            found.append(
                Diagnostic(
                    "wrong-name", "a parameter's name is letters, digits and '_', not '\(entry.key)'", category: .syntax, at: entry.keySpan, label: "not a name"))
            return nil
        }
        guard entry.key != "ans" else {
            found.append(Diagnostic("reserved-name", "'ans' is the last result, and no parameter can be named so", category: .syntax, at: entry.keySpan, label: "always the last result"))
            return nil
        }
        guard let value = entry.value.parameterValue() else {
            found.append(
                Diagnostic(
                    "missing-default", "the parameter '\(entry.key)' has no default", category: .syntax, at: entry.keySpan, label: "needs a value",
                    hint: "\(entry.key): 5"))
            return nil
        }
        self.init(name: entry.key, fallback: value, at: entry.keySpan)
    }

    static func isName(_ text: String) -> Bool {
        guard let first = text.unicodeScalars.first, !("0"..."9").contains(first) else { return false }
        return text.unicodeScalars.allSatisfy { $0 == "_" || ("0"..."9").contains($0) || ("a"..."z").contains($0) || ("A"..."Z").contains($0) || $0.value >= 0x80 }
    }

    /// What errors say was expected.
    public var typeText: String {
        switch fallback {
        case .text, .word: isFlag ? "yes or no" : "a text"
        default: "a \(fallback.typeName)"
        }
    }

    private var isFlag: Bool { if case .word(let word) = fallback { ["yes", "no", "true", "false"].contains(word) } else { false } }

    /// Whether a value is a text as written, for which the VALUE grammar is not asked.
    var isText: Bool {
        switch fallback {
        case .text, .word: !isFlag
        default: false
        }
    }

    /// The value that a text from the command line gives the parameter; none when it does not fit the type of the default.
    ///
    /// A text parameter takes the text as it is, or between double quotes; any other is read by the VALUE grammar.
    func value(from text: String) -> Value? {
        if isText {
            if text.hasPrefix("\""), case .text(let inner)? = ValueReader.read(text) { return .text(inner) }
            return .text(text)
        }
        return ValueReader.read(text).flatMap(fitted)
    }

    /// The value in the type of the default, if it fits.
    func fitted(_ value: Value) -> Value? {
        switch (fallback, value) {
        case (.text, .text), (.text, .word): return value
        case (.word, .word(let word)): return isFlag ? (["yes", "no", "true", "false"].contains(word) ? value : nil) : value
        case (.word, .text): return isFlag ? nil : value
        case (.integer, .integer), (.number, .number), (.share, .share), (.duration, .duration), (.size, .size), (.time, .time), (.map, .map): return value
        case (.number, .integer(let whole)): return .number(Double(whole))
        case (.number, .share): return value
        case (.share, .number(let number)) where (0...1).contains(number): return .share(number)
        case (.share, .integer(let whole)) where whole == 0 || whole == 1: return .share(Double(whole))
        case (.list, .list), (.list, .range), (.range, .range), (.range, .list), (.choices, .choices), (.choices, .list), (.choices, .range): return value
        default: return nil
        }
    }
}
