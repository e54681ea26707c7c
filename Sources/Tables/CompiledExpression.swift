import Diagnostics
import Expressions
import class Foundation.NSRegularExpression
import Runtime

/// An expression that has been checked against a schema and can be run by column over any table of that schema.
///
/// Logic has three values. A comparison or calculation with a missing value is missing; `and`, `or` and `not` follow Kleene (`false and missing` is false,
/// `true or missing` is true); `x == missing` and `x != missing`, with the word itself, ask whether there is a value. A filter keeps only what is true.
/// A number that is not finite (a division by zero, the logarithm of a negative number) is missing.
///
/// Over groups, aggregates skip missing values: `sum` of none is 0, `mean`, `min` and `max` of none are missing, `any` and `all` take missing for false. `first`
/// and `last` give the value at the first and last row, missing or not. A column outside an aggregate stands for its value at the group's first row.
public struct CompiledExpression: Sendable {
    public let expression: Expression
    public let type: ExpressionType
    /// Whether the expression is run over groups and gives a value for each.
    public let isGrouped: Bool
    /// The columns that it reads, by their own names.
    public let columns: Set<String>
    let schema: ExpressionSchema
    let regexes: [String: NSRegularExpression]

    /// - Parameter grouped: whether functions over a group may be used.
    /// - Throws: a `Diagnostic` at the words that do not fit the schema, or at a regular expression that does not parse.
    public init(_ expression: Expression, schema: ExpressionSchema, grouped: Bool = false) throws(Diagnostic) {
        self.expression = expression
        self.schema = schema
        isGrouped = grouped
        type = try expression.type(in: schema, aggregates: grouped)
        var regexes: [String: NSRegularExpression] = [:]
        try Self.collectRegexes(expression, &regexes)
        self.regexes = regexes
        if expression.holdsPattern, schema.column(named: "action") == nil {
            throw Diagnostic(
                "missing-role", "a pattern needs a column of actions, and the data has none", category: .data, at: expression.span,
                hint: "action=COLUMN of load says which column it is")
        }
        if expression.holdsWindow, schema.column(named: "time") == nil {
            throw Diagnostic(
                "missing-role", "'within' needs a column of time, and the data has none", category: .data, at: expression.span, hint: "sequences have an order and no times")
        }
        columns = Set(expression.columnNames.compactMap { schema.column(named: $0)?.name })
    }

    /// An expression that must say yes or no.
    ///
    /// - Parameter use: what takes it, for the error: `filter`.
    /// - Throws: besides what `init` throws, `type-mismatch` for an expression of another type.
    public static func condition(_ expression: Expression, of use: String, schema: ExpressionSchema, grouped: Bool = false) throws(Diagnostic) -> CompiledExpression {
        let compiled = try CompiledExpression(expression, schema: schema, grouped: grouped)
        guard compiled.type == .boolean || compiled.type == .missing else {
            throw Diagnostic(
                "type-mismatch", "'\(use)' takes a condition, found a \(compiled.type.rawValue)", category: .syntax, at: expression.span, label: "this is a \(compiled.type.rawValue)",
                hint: "a condition compares: action == \"buy\"")
        }
        return compiled
    }

    private static func collectRegexes(_ expression: Expression, _ found: inout [String: NSRegularExpression]) throws(Diagnostic) {
        if case .regex(let pattern, let ignoresCase) = expression.node {
            do { found[regexKey(pattern, ignoresCase)] = try NSRegularExpression(pattern: pattern, options: ignoresCase ? .caseInsensitive : []) } catch {
                throw Diagnostic("bad-regex", "the regular expression does not parse", category: .syntax, at: expression.span, label: "not a regular expression")
            }
        }
        for child in expression.children { try collectRegexes(child, &found) }
    }

    static func regexKey(_ pattern: String, _ ignoresCase: Bool) -> String { "\(ignoresCase ? "i" : "c")\(pattern)" }

    /// The value of each row, as a column; durations as seconds.
    public func column(named name: String, over table: Table, work: Work) throws -> Column {
        precondition(!isGrouped, "an expression over groups needs groups")
        return try run(name, ExpressionBinder(table, groups: nil, self), count: table.rowCount, work)
    }

    /// The value of each group, as a column.
    public func column(named name: String, over table: Table, groups: Groups, work: Work) throws -> Column {
        try run(name, ExpressionBinder(table, groups: groups, self), count: groups.count, work)
    }

    /// Whether the expression is true, for each row.
    public func truths(over table: Table, work: Work) throws -> [Bool] { try Self.truths(column(named: "", over: table, work: work), work) }

    /// Whether the expression is true, for each group.
    public func truths(over table: Table, groups: Groups, work: Work) throws -> [Bool] {
        try Self.truths(column(named: "", over: table, groups: groups, work: work), work)
    }

    private static func truths(_ column: Column, _ work: Work) throws -> [Bool] {
        guard case .boolean(let values, let present) = column.storage else { return Array(repeating: false, count: column.count) }
        guard let present else { return values }
        return try work.map(rows: values.count) { values[$0] && present[$0] }
    }

    private func run(_ name: String, _ binder: ExpressionBinder, count: Int, _ work: Work) throws -> Column {
        let ofPatterns = expression.holdsPattern ? ["action", "time"].compactMap { schema.column(named: $0)?.name } : []
        for column in columns.union(ofPatterns) { try binder.table.column(named: column)?.unpack(check: work.check) }
        let bound = try binder.bind(expression, rowwise: !isGrouped)
        let chunks = binder.chunks(count, grouped: isGrouped)
        let parts = try work.workers.map(shards: chunks.count) { index in
            try work.check()
            return try bound.evaluate(chunks[index])
        }
        return Column(name, try bound.storage(parts, zone: binder.zone, work))
    }
}

extension Expression {
    /// The expressions directly below this one.
    public var children: [Expression] {
        switch node {
        case .literal, .regex, .has, .column, .parameter: []
        case .negated(let operand), .not(let operand): [operand]
        case .binary(_, let left, let right): [left, right]
        case .membership(let operand, let members, _): [operand] + members
        case .within(let operand, let low, let high, _): [operand, low, high]
        case .conditional(let condition, let then, let otherwise): [condition, then, otherwise]
        case .call(_, let arguments): arguments
        }
    }

    var holdsPattern: Bool {
        if case .has = node { return true }
        return children.contains(where: \.holdsPattern)
    }

    /// Whether a pattern in it must lie within some time.
    var holdsWindow: Bool {
        if case .has(let pattern) = node { return pattern.window != nil }
        return children.contains(where: \.holdsWindow)
    }

    var isMissingLiteral: Bool {
        if case .literal(.missing) = node { return true }
        return false
    }
}
