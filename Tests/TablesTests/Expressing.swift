import Diagnostics
import Expressions

/// Builds trees without the parser, which lives above.
enum X {
    private static let span = SourceFile(name: "<test>", text: "expression").wholeSpan
    static func make(_ node: Expressions.Expression.Node) -> Expressions.Expression { .init(node, at: span) }
    static func column(_ name: String) -> Expressions.Expression { make(.column(name)) }
    static func number(_ value: Double) -> Expressions.Expression { make(.literal(.number(value))) }
    static func integer(_ value: Int) -> Expressions.Expression { make(.literal(.integer(value))) }
    static func text(_ value: String) -> Expressions.Expression { make(.literal(.text(value))) }
    static func truth(_ value: Bool) -> Expressions.Expression { make(.literal(.boolean(value))) }
    static func time(_ seconds: Double) -> Expressions.Expression { make(.literal(.time(seconds: seconds, written: "t"))) }
    static func duration(_ seconds: Double) -> Expressions.Expression { make(.literal(.duration(seconds: seconds, written: "\(seconds)s"))) }
    static var missing: Expressions.Expression { make(.literal(.missing)) }
    static func call(_ name: String, _ arguments: Expressions.Expression...) -> Expressions.Expression { make(.call(name, arguments)) }
    static func regex(_ pattern: String, ignoresCase: Bool = false) -> Expressions.Expression { make(.regex(pattern, ignoresCase: ignoresCase)) }
    static func binary(_ left: Expressions.Expression, _ binary: BinaryOperator, _ right: Expressions.Expression) -> Expressions.Expression { make(.binary(binary, left, right)) }
    static func not(_ operand: Expressions.Expression) -> Expressions.Expression { make(.not(operand)) }
    static func negated(_ operand: Expressions.Expression) -> Expressions.Expression { make(.negated(operand)) }
    static func among(_ operand: Expressions.Expression, _ members: [Expressions.Expression], isNegated: Bool = false) -> Expressions.Expression {
        make(.membership(operand, members, isNegated: isNegated))
    }
    static func within(_ operand: Expressions.Expression, _ low: Expressions.Expression, _ high: Expressions.Expression, isNegated: Bool = false) -> Expressions.Expression {
        make(.within(operand, low, high, isNegated: isNegated))
    }
    static func choose(_ condition: Expressions.Expression, _ then: Expressions.Expression, _ otherwise: Expressions.Expression) -> Expressions.Expression {
        make(.conditional(condition: condition, then: then, otherwise: otherwise))
    }
    static func has(_ steps: [[String]], _ links: [Pattern.Link], within seconds: Double? = nil) -> Expressions.Expression {
        make(.has(pattern(steps, links, within: seconds)))
    }

    /// A step without names is `.`.
    static func pattern(_ steps: [[String]], _ links: [Pattern.Link], within seconds: Double? = nil) -> Pattern {
        Pattern(
            steps: steps.map { .init($0.isEmpty ? .any : .oneOf($0), at: span) }, links: links, window: seconds.map { (seconds: $0, written: "\($0)s") }, at: span)
    }
}
