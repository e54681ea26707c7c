extension Expression: CustomStringConvertible {
    /// The expression in the language's own words; it parses back to the same tree.
    public var description: String { text(rank: 0) }

    /// - Parameter rank: how tightly the place binds in which the text will stand.
    private func text(rank: Int) -> String {
        let (own, text) = ranked
        return own < rank ? "(\(text))" : text
    }

    /// The text and how tightly it binds. One small function for each sort of node, as the room that it needs is spent at each level of the tree.
    private var ranked: (rank: Int, text: String) {
        switch node {
        case .literal(let literal): (9, literal.description)
        case .column(let name): (9, Expression.quotedName(name))
        case .parameter(let name): (9, "${\(name)}")
        case .regex(let pattern, let ignoresCase): (9, "/\(pattern)/\(ignoresCase ? "i" : "")")
        case .has(let pattern): (9, "has(\(pattern))")
        case .negated(let operand): (7, "-\(operand.text(rank: 7))")
        case .not(let operand): (3, "not \(operand.text(rank: 3))")
        case .binary: binaryText
        case .membership, .within: (4, membershipText)
        case .conditional: (0, conditionalText)
        case .call(let name, let arguments): (9, "\(name)(\(arguments.map { $0.text(rank: 0) }.joined(separator: ", ")))")
        }
    }

    private var binaryText: (rank: Int, text: String) {
        guard case .binary(let binary, let left, let right) = node else { return (9, "") }
        // Comparisons do not chain, so both sides bind tighter; the others lean left.
        let first = left.text(rank: binary.isComparison ? binary.rank + 1 : binary.rank)
        return (binary.rank, "\(first) \(binary.rawValue) \(right.text(rank: binary.rank + 1))")
    }

    private var membershipText: String {
        switch node {
        case .membership(let operand, let members, let isNegated):
            let list = members.map { $0.text(rank: 0) }.joined(separator: ", ")
            return "\(operand.text(rank: 5)) \(isNegated ? "not in" : "in") [\(list)]"
        case .within(let operand, let low, let high, let isNegated):
            return "\(operand.text(rank: 5)) \(isNegated ? "not in" : "in") \(low.text(rank: 7))..\(high.text(rank: 7))"
        default: return ""
        }
    }

    private var conditionalText: String {
        guard case .conditional(let condition, let then, let otherwise) = node else { return "" }
        let first = condition.text(rank: 1)
        let second = then.text(rank: 1)
        return "if \(first) then \(second) else \(otherwise.text(rank: 0))"
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
