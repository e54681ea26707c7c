extension Expression: CustomStringConvertible {
    /// The expression in the language's own words; it parses back to the same tree.
    public var description: String { text(rank: 0) }

    /// - Parameter rank: how tightly the place binds in which the text will stand.
    private func text(rank: Int) -> String {
        func enclosed(_ own: Int, _ text: String) -> String { own < rank ? "(\(text))" : text }
        switch node {
        case .literal(let literal): return literal.description
        case .column(let name): return Expression.quotedName(name)
        case .parameter(let name): return "${\(name)}"
        case .negated(let operand): return enclosed(7, "-\(operand.text(rank: 8))")
        case .not(let operand): return enclosed(3, "not \(operand.text(rank: 3))")
        case .binary(let binary, let left, let right):
            // Comparisons do not chain, so both sides bind tighter; the others lean left.
            let leftRank = binary.isComparison ? binary.rank + 1 : binary.rank
            return enclosed(binary.rank, "\(left.text(rank: leftRank)) \(binary.rawValue) \(right.text(rank: binary.rank + 1))")
        case .membership(let operand, let members, let isNegated):
            let list = members.map { $0.text(rank: 0) }.joined(separator: ", ")
            return enclosed(4, "\(operand.text(rank: 5)) \(isNegated ? "not in" : "in") [\(list)]")
        case .within(let operand, let low, let high, let isNegated):
            return enclosed(4, "\(operand.text(rank: 5)) \(isNegated ? "not in" : "in") \(low.text(rank: 7))..\(high.text(rank: 7))")
        case .conditional(let condition, let then, let otherwise):
            return enclosed(0, "if \(condition.text(rank: 1)) then \(then.text(rank: 1)) else \(otherwise.text(rank: 0))")
        case .call(let name, let arguments): return "\(name)(\(arguments.map { $0.text(rank: 0) }.joined(separator: ", ")))"
        case .regex(let pattern, let ignoresCase): return "/\(pattern)/\(ignoresCase ? "i" : "")"
        case .has(let pattern): return "has(\(pattern))"
        }
    }

    /// A name as it must be written where a column may stand: bare, or in backquotes.
    public static func quotedName(_ name: String) -> String {
        guard let first = name.unicodeScalars.first, !("0"..."9").contains(first), !reservedWords.contains(name) else { return backquoted(name) }
        return name.unicodeScalars.allSatisfy(isNameScalar) ? name : backquoted(name)
    }

    /// A name between backquotes, each backquote in it doubled.
    public static func backquoted(_ name: String) -> String {
        var text = "`"
        for scalar in name.unicodeScalars {
            if scalar == "`" { text += "`" }
            text.unicodeScalars.append(scalar)
        }
        return text + "`"
    }

    /// Whether a character may stand in a bare name: letters and digits of any script, their marks, and `_`.
    public static func isNameScalar(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.isASCII { return ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar) || ("0"..."9").contains(scalar) || scalar == "_" }
        switch scalar.properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .nonspacingMark, .spacingMark, .decimalNumber, .letterNumber, .otherNumber:
            return true
        default: return false
        }
    }

    /// Words that mean something in an expression and so cannot name a column without backquotes.
    public static let reservedWords: Set<String> = [
        "and", "or", "not", "in", "if", "then", "else", "true", "false", "missing", "has", "within", "on", "as",
    ]
}

extension Literal: CustomStringConvertible {
    public var description: String {
        switch self {
        case .integer(let value): "\(value)"
        case .number(let value): "\(value)"
        case .text(let text): Literal.quoted(text)
        case .boolean(let value): value ? "true" : "false"
        case .time(_, let written), .duration(_, let written): written
        case .missing: "missing"
        }
    }

    /// A text between double quotes, with what would end it or start something else escaped.
    public static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\t": result += "\\t"
            case "\r": result += "\\r"
            case "$": result += "\\$"
            case "\0": result += "\\0"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}

extension Pattern: CustomStringConvertible {
    /// The pattern in the language's own words; it parses back to the same pattern.
    public var description: String {
        var text = steps[0].description
        for (link, step) in zip(links, steps.dropFirst()) {
            switch link {
            case .next: text += " => "
            case .later(let excluded) where excluded.isEmpty: text += " -> "
            case .later(let excluded): text += " -[^\(excluded.map(Step.word).joined(separator: " or "))]-> "
            }
            text += step.description
        }
        if let window { text += " within \(window.written)" }
        return text
    }
}

extension Pattern.Step: CustomStringConvertible {
    public var description: String {
        switch matcher {
        case .any: "."
        case .oneOf(let names) where names.count == 1: Self.word(names[0])
        case .oneOf(let names): "(\(names.map(Self.word).joined(separator: " or ")))"
        }
    }

    static func word(_ name: String) -> String {
        let isBare = Expression.quotedName(name) == name
        return isBare ? name : Literal.quoted(name)
    }
}
