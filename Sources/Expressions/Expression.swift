import Diagnostics

/// A typed expression over the columns of a log or table, as a tree; each node knows the words that it was written with.
///
/// The tree is all that an engine needs: the embedded one compiles it and runs it by column, a cluster will be sent SQL written from it.
public struct Expression: Sendable {
    public let node: Node
    public let span: SourceSpan

    public init(_ node: Node, at span: SourceSpan) {
        self.node = node
        self.span = span
    }

    public indirect enum Node: Sendable {
        case literal(Literal)
        /// A column by its name, or by the role that it plays.
        case column(String)
        /// `$name`: a value that the script, notebook or loop gives before the expression is typed.
        case parameter(String)
        case negated(Expression)
        case not(Expression)
        case binary(BinaryOperator, Expression, Expression)
        /// `x in [a, b]`, `x not in [a, b]`.
        case membership(Expression, [Expression], isNegated: Bool)
        /// `x in a..b`, both ends included.
        case within(Expression, Expression, Expression, isNegated: Bool)
        case conditional(condition: Expression, then: Expression, otherwise: Expression)
        case call(String, [Expression])
        /// `/.../` or `/.../i`; stands only as an argument of a function.
        case regex(String, ignoresCase: Bool)
        /// `has(PATTERN)`: whether the group's events hold the pattern.
        case has(Pattern)
    }
}

public enum Literal: Sendable, Hashable {
    case integer(Int)
    case number(Double)
    case text(String)
    case boolean(Bool)
    /// Seconds since 1970-01-01T00:00 in UTC, as the date or date and time was written.
    case time(seconds: Double, written: String)
    case duration(seconds: Double, written: String)
    /// No value: `missing`.
    case missing
}

public enum BinaryOperator: String, Sendable, CaseIterable {
    case or, and
    case equal = "==", notEqual = "!=", less = "<", lessOrEqual = "<=", greater = ">", greaterOrEqual = ">="
    case add = "+", subtract = "-"
    case multiply = "*", divide = "/"

    /// A higher rank binds tighter.
    public var rank: Int {
        switch self {
        case .or: 1
        case .and: 2
        case .equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual: 4
        case .add, .subtract: 5
        case .multiply, .divide: 6
        }
    }

    public var isComparison: Bool { rank == 4 }
    public var isEquality: Bool { self == .equal || self == .notEqual }
}

extension Expression {
    /// The expression with each `$name` replaced by the literal that `value` gives for it.
    public func substituting(_ value: (String, SourceSpan) throws(Diagnostic) -> Literal) throws(Diagnostic) -> Expression {
        switch node {
        case .literal, .column, .regex, .has: self
        case .parameter(let name): Expression(.literal(try value(name, span)), at: span)
        case .negated(let operand): Expression(.negated(try operand.substituting(value)), at: span)
        case .not(let operand): Expression(.not(try operand.substituting(value)), at: span)
        case .binary: try substitutingOperands(value)
        case .membership, .call: try substitutingMembers(value)
        case .within, .conditional: try substitutingThree(value)
        }
    }

    // Small functions, for the room that a function needs is spent again at each level of the tree.

    private func substitutingOperands(_ value: (String, SourceSpan) throws(Diagnostic) -> Literal) throws(Diagnostic) -> Expression {
        guard case .binary(let binary, let left, let right) = node else { return self }
        let first = try left.substituting(value)
        let second = try right.substituting(value)
        return Expression(.binary(binary, first, second), at: span)
    }

    private func substitutingMembers(_ value: (String, SourceSpan) throws(Diagnostic) -> Literal) throws(Diagnostic) -> Expression {
        switch node {
        case .membership(let operand, let members, let isNegated):
            let replaced = try operand.substituting(value)
            return Expression(.membership(replaced, try Self.substituted(members, value), isNegated: isNegated), at: span)
        case .call(let name, let arguments): return Expression(.call(name, try Self.substituted(arguments, value)), at: span)
        default: return self
        }
    }

    private static func substituted(_ members: [Expression], _ value: (String, SourceSpan) throws(Diagnostic) -> Literal) throws(Diagnostic) -> [Expression] {
        var replaced: [Expression] = []
        for member in members { replaced.append(try member.substituting(value)) }
        return replaced
    }

    private func substitutingThree(_ value: (String, SourceSpan) throws(Diagnostic) -> Literal) throws(Diagnostic) -> Expression {
        switch node {
        case .within(let operand, let low, let high, let isNegated):
            let replaced = try operand.substituting(value)
            let least = try low.substituting(value)
            let most = try high.substituting(value)
            return Expression(.within(replaced, least, most, isNegated: isNegated), at: span)
        case .conditional(let condition, let then, let otherwise):
            let replaced = try condition.substituting(value)
            let first = try then.substituting(value)
            let second = try otherwise.substituting(value)
            return Expression(.conditional(condition: replaced, then: first, otherwise: second), at: span)
        default: return self
        }
    }
}
