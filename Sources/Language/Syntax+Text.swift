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
            case .slot: parts.append(argument.content.description)
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

extension ValueSyntax: CustomStringConvertible {
    public var description: String {
        switch node {
        case .value(.word(let word)) where !Self.isBareWord(word): "`\(word.replacing("`", with: "``"))`"
        case .value(let value): value.description
        case .parameter(let name): "${\(name)}"
        case .text(let template): "\"\(template.quotedBody)\""
        case .list(let members): "[\(members.map(\.description).joined(separator: ", "))]"
        case .choices(let members): "{\(members.map(\.description).joined(separator: ", "))}"
        case .map(let entries): "{\(entries.map { "\(Expression.quotedName($0.key.text)): \($0.value)" }.joined(separator: ", "))}"
        case .range(let low, let high): "\(low)..\(high)"
        }
    }

    private static func isBareWord(_ word: String) -> Bool {
        !word.isEmpty && word.utf8.allSatisfy { Scanner.isNameByte($0) || $0 == 0x2D || $0 == 0x2E || $0 == 0x2F || $0 == 0x3A } && !word.contains("..")
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
