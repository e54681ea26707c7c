import Expressions

// Scripts in their printed form: blanks and comments gone, options in the order that they were written. Parsing it gives the same tree.

extension Program: CustomStringConvertible {
    public var description: String { statements.map(\.description).joined(separator: "\n") }
}

extension Statement: CustomStringConvertible {
    public var description: String {
        let text: String
        switch node {
        case .call(let call): text = call.description
        case .assignment(let name, let value): text = "let \(Expression.quotedName(name.text)) = \(value)"
        case .loop(let variable, let list, let body):
            let inner = body.description.split(separator: "\n", omittingEmptySubsequences: false).map { "    \($0)" }.joined(separator: "\n")
            text = "for \(Expression.quotedName(variable.text)) in \(list) {\n\(inner)\n}"
        case .include(let path): text = "include \(path)"
        }
        return isQuiet ? text + ";" : text
    }
}

extension CallSyntax: CustomStringConvertible {
    public var description: String {
        var parts = [verb.text]
        for argument in arguments {
            switch argument.parameter.place {
            case .slot where argument.parameter.form == .keyword: parts.append(argument.parameter.name)
            case .slot: parts.append(argument.content.slotText)
            case .option: parts.append("\(argument.parameter.name)=\(argument.content)")
            case .clause(let word): parts.append("\(word) \(argument.content)")
            }
        }
        if let input { parts.append("on \(Expression.quotedName(input.text))") }
        if let result { parts.append("as \(Expression.quotedName(result.text))") }
        return parts.joined(separator: " ")
    }
}

extension ArgumentSyntax.Content: CustomStringConvertible {
    public var description: String {
        switch self {
        case .value(let value): value.description
        case .path(let path): path.description
        case .paths(let paths): paths.map(\.description).joined(separator: " ")
        case .name(let name): Expression.quotedName(name.text)
        case .names(let names): names.map { Expression.quotedName($0.text) }.joined(separator: " ")
        case .expression(let expression): expression.description
        case .pattern(let pattern): pattern.description
        case .assignment(let name, let expression): "\(Expression.quotedName(name.text)) = \(expression)"
        case .renaming(let pairs): pairs.map { "\(Expression.quotedName($0.from.text))=\(Expression.quotedName($0.to.text))" }.joined(separator: " ")
        case .keyword: ""
        case .statement(let statement): statement.description
        }
    }
}

extension ArgumentSyntax.Content {
    /// Words that start a clause; in a slot they stand in backquotes when they are names or values.
    private static let clauseWords: Set<String> = ["on", "as", "of", "except"]

    private static func slotName(_ name: Word) -> String {
        clauseWords.contains(name.text) ? Expression.backquoted(name.text) : Expression.quotedName(name.text)
    }

    /// The content as it stands in a slot, where no key says what it is.
    fileprivate var slotText: String {
        switch self {
        case .name(let name): return Self.slotName(name)
        case .names(let names): return names.map(Self.slotName).joined(separator: " ")
        case .value(let value):
            if case .value(.word(let word)) = value.node, Self.clauseWords.contains(word) { return Expression.backquoted(word) }
            return value.description
        default: return description
        }
    }

    /// The word that a slot holds, if it holds a plain one: the variant of a verb.
    var word: Word? {
        if case .value(let value) = self, case .value(.word(let word)) = value.node { Word(word, at: value.span) } else { nil }
    }
}

extension ValueSyntax: CustomStringConvertible {
    public var description: String {
        switch node {
        case .value(let value): value.description
        case .parameter(let name): "${\(name)}"
        case .text(let template): "\"\(template.quotedBody)\""
        case .list(let members): "[\(members.map(\.description).joined(separator: ", "))]"
        case .choices(let members): "{\(members.map(\.description).joined(separator: ", "))}"
        case .map(let entries): "{\(entries.map { "\(Expression.quotedName($0.key.text)): \($0.value)" }.joined(separator: ", "))}"
        case .range(let low, let high): "\(low)..\(high)"
        }
    }
}

extension PathSyntax: CustomStringConvertible {
    /// Always in quotes, so that the same path has one printed form.
    public var description: String { "\"\(template.quotedBody)\"" }
}

extension TemplateSyntax {
    /// The text as it stands between double quotes.
    var quotedBody: String {
        pieces.map { piece in
            switch piece {
            case .text(let text): String(Literal.quoted(text).dropFirst().dropLast())
            case .parameter(let name): "${\(name.text)}"
            }
        }.joined()
    }
}
