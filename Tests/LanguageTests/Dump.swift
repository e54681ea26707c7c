import Diagnostics
import Expressions

@testable import Language

/// Trees as s-expressions that a reviewer can read: every node's kind, name and value, and on request the words of the source that it stands for.
struct Dump {
    var showsSpans = false

    func text(_ program: Program) -> String { program.statements.map(text).joined(separator: " ") }

    func text(_ statement: Statement) -> String {
        let quiet = statement.isQuiet ? "quiet " : ""
        switch statement.node {
        case .call(let call): return quiet + text(call)
        case .assignment(let name, let value): return quiet + "(let \(name.text) \(text(value)))" + mark(statement.span)
        case .loop(let name, let list, let body): return quiet + "(for \(name.text) \(text(list)) \(text(body)))" + mark(statement.span)
        case .include(let path): return quiet + "(include \(text(path)))" + mark(statement.span)
        }
    }

    private func mark(_ span: SourceSpan) -> String { showsSpans ? "‹\(span.text)›" : "" }

    private func text(_ call: CallSyntax) -> String {
        var parts = [call.verb.text + mark(call.verb.span)]
        for argument in call.arguments { parts.append("\(argument.parameter.name):\(text(argument.content))\(mark(argument.span))") }
        if let input = call.input { parts.append("on:`\(input.text)`\(mark(input.span))") }
        if let result = call.result { parts.append("as:`\(result.text)`\(mark(result.span))") }
        return "(\(parts.joined(separator: " ")))" + mark(call.span)
    }

    private func text(_ content: ArgumentSyntax.Content) -> String {
        switch content {
        case .value(let value): text(value)
        case .path(let path): text(path)
        case .paths(let paths): "(\(paths.map { text($0) + mark($0.span) }.joined(separator: " ")))"
        case .name(let name): "`\(name.text)`"
        case .names(let names): "(\(names.map { "`\($0.text)`" + mark($0.span) }.joined(separator: " ")))"
        case .expression(let expression): text(expression)
        case .pattern(let pattern): text(pattern)
        case .assignment(let name, let expression): "(= `\(name.text)` \(text(expression)))"
        case .renaming(let pairs): "(\(pairs.map { "`\($0.from.text)`=`\($0.to.text)`" }.joined(separator: " ")))"
        case .keyword: "yes"
        case .statement(let statement): text(statement)
        }
    }

    private func text(_ path: PathSyntax) -> String { "<\(path.template.pieces.map(text).joined())>" }

    private func text(_ piece: TemplateSyntax.Piece) -> String {
        switch piece {
        case .text(let text): text
        case .parameter(let name): "${\(name.text)}"
        }
    }

    private func text(_ value: ValueSyntax) -> String {
        switch value.node {
        case .value(let value): text(value)
        case .parameter(let name): "$\(name)"
        case .text(let template): "(text \(template.pieces.map(text).joined()))"
        case .list(let members): "[\(members.map(text).joined(separator: " "))]"
        case .choices(let members): "{\(members.map(text).joined(separator: " "))}"
        case .map(let entries): "(map\(entries.map { " `\($0.key.text)`:\(text($0.value))" }.joined()))"
        case .range(let low, let high): "(.. \(text(low)) \(text(high)))"
        }
    }

    func text(_ value: Value) -> String {
        switch value {
        case .integer(let value): "\(value)"
        case .number(let value): "\(value)"
        case .share(let value): "(share \(value))"
        case .duration(let seconds, _): "(seconds \(seconds))"
        case .size(let bytes, _): "(bytes \(bytes))"
        case .time(let seconds, _): "(time \(seconds))"
        case .text(let text): Literal.quoted(text)
        case .word(let word): "'\(word)"
        case .list(let values): "[\(values.map(text).joined(separator: " "))]"
        case .range(let low, let high): "(.. \(low) \(high))"
        case .choices(let values): "{\(values.map(text).joined(separator: " "))}"
        case .map(let entries): "(map\(entries.map { " `\($0.key)`:\(text($0.value))" }.joined()))"
        }
    }

    func text(_ expression: Expression) -> String { bare(expression) + mark(expression.span) }

    private func bare(_ expression: Expression) -> String {
        func list(_ head: String, _ parts: [Expression]) -> String { "(\(([head] + parts.map(text)).joined(separator: " ")))" }
        switch expression.node {
        case .literal(let literal): return text(literal)
        case .column(let name): return "`\(name)`"
        case .parameter(let name): return "$\(name)"
        case .negated(let operand): return list("-", [operand])
        case .not(let operand): return list("not", [operand])
        case .binary(let binary, let left, let right): return list(binary.rawValue, [left, right])
        case .membership(let operand, let members, let isNegated): return list(isNegated ? "not-in" : "in", [operand] + members)
        case .within(let operand, let low, let high, let isNegated): return list(isNegated ? "not-between" : "between", [operand, low, high])
        case .conditional(let condition, let then, let otherwise): return list("if", [condition, then, otherwise])
        case .call(let name, let arguments): return list(name + "()", arguments)
        case .regex(let pattern, let ignoresCase): return "(regex \(pattern)\(ignoresCase ? " ignoring-case" : ""))"
        case .has(let pattern): return "(has \(text(pattern)))"
        }
    }

    private func text(_ literal: Literal) -> String {
        switch literal {
        case .integer(let value): "\(value)"
        case .number(let value): "\(value)"
        case .text(let text): Literal.quoted(text)
        case .boolean(let value): "\(value)"
        case .time(let seconds, _): "(time \(seconds))"
        case .duration(let seconds, _): "(seconds \(seconds))"
        case .missing: "missing"
        }
    }

    func text(_ pattern: Pattern) -> String {
        var parts = [text(pattern.steps[0])]
        for (link, step) in zip(pattern.links, pattern.steps.dropFirst()) {
            switch link {
            case .next: parts.append("=>")
            case .later(let excluded): parts.append(excluded.isEmpty ? "->" : "-[^\(excluded.map { "`\($0)`" }.joined(separator: " "))]->")
            }
            parts.append(text(step))
        }
        if let window = pattern.window { parts.append("within:\(window.seconds)") }
        return "(path \(parts.joined(separator: " ")))" + mark(pattern.span)
    }

    private func text(_ step: Pattern.Step) -> String {
        switch step.matcher {
        case .any: "any" + mark(step.span)
        case .oneOf(let names): (names.count == 1 ? "`\(names[0])`" : "(or \(names.map { "`\($0)`" }.joined(separator: " ")))") + mark(step.span)
        }
    }
}

func parse(_ source: String, catalogue: Catalogue = PageCatalogue.catalogue) -> ParsedProgram {
    Parser.parse(SourceFile(name: "test.cnb", text: source), catalogue: catalogue)
}
