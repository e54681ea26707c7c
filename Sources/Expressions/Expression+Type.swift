import Diagnostics

extension Expression {
    /// The type that the expression gives over rows of `schema`.
    ///
    /// - Parameter aggregates: whether functions over a group may be used (`per=user`, `per=session`).
    /// - Throws: a `Diagnostic` at the words that do not fit.
    public func type(in schema: ExpressionSchema, aggregates: Bool = false) throws(Diagnostic) -> ExpressionType {
        try type(in: schema, aggregates ? .group : .row)
    }

    /// Requires the expression to give `wanted`.
    public func expect(_ wanted: ExpressionType, in schema: ExpressionSchema, aggregates: Bool = false) throws(Diagnostic) {
        try expect(wanted, in: schema, aggregates ? .group : .row)
    }

    /// What an expression is looked at over: one row, a group of rows, or each row of a group inside a function over the group.
    private enum Scope { case row, group, rowOfGroup }

    private func expect(_ wanted: ExpressionType, in schema: ExpressionSchema, _ scope: Scope) throws(Diagnostic) {
        let found = try type(in: schema, scope)
        guard found.fits(wanted) else { throw mismatch(wanted == .boolean ? "a condition" : "a \(wanted.rawValue)", found) }
    }

    // One small function for each sort of node: the room that a function needs is spent again at each level of the tree.

    private func type(in schema: ExpressionSchema, _ scope: Scope) throws(Diagnostic) -> ExpressionType {
        switch node {
        case .literal(let literal): literal.type
        case .column, .parameter, .regex, .has: try leafType(in: schema, scope)
        case .negated, .not: try unaryType(in: schema, scope)
        case .binary: try binaryType(in: schema, scope)
        case .membership: try membershipType(in: schema, scope)
        case .within: try rangeType(in: schema, scope)
        case .conditional: try conditionalType(in: schema, scope)
        case .call(let name, let arguments): try callType(name, arguments, in: schema, scope)
        }
    }

    private func leafType(in schema: ExpressionSchema, _ scope: Scope) throws(Diagnostic) -> ExpressionType {
        switch node {
        case .column(let name):
            let type = try columnType(name, in: schema)
            // Of all columns only the user is the same for every event of a group.
            if scope == .group, !schema.isOpen, schema.column(named: name)?.name != schema.roles["user"] { throw ungrouped(name) }
            return type
        case .parameter(let name):
            throw Diagnostic("unknown-parameter", "'$\(name)' has no value here", category: .syntax, at: span, label: "not a parameter", hint: "'let \(name) = 5' gives it one")
        case .has:
            guard scope == .group else { throw groupNeeded("has", scope) }
            guard try columnType("action", in: schema).fits(.text) else {
                throw Diagnostic("type-mismatch", "a pattern needs actions that are texts", category: .syntax, at: span, label: "no texts to match")
            }
            return .boolean
        default:
            throw Diagnostic(
                "misplaced-regex", "a regular expression stands only as an argument of a function", category: .syntax, at: span, label: "not here", hint: "matches(column, /.../)")
        }
    }

    private func unaryType(in schema: ExpressionSchema, _ scope: Scope) throws(Diagnostic) -> ExpressionType {
        switch node {
        case .negated(let operand):
            let type = try operand.type(in: schema, scope)
            guard type.fits(.number) || type == .duration else { throw operand.mismatch("a number", type) }
            return type
        case .not(let operand):
            try operand.expect(.boolean, in: schema, scope)
            return .boolean
        default: return .missing
        }
    }

    private func membershipType(in schema: ExpressionSchema, _ scope: Scope) throws(Diagnostic) -> ExpressionType {
        guard case .membership(let operand, let members, _) = node else { return .missing }
        let type = try operand.type(in: schema, scope)
        for member in members { try member.expect(type, in: schema, scope) }
        return .boolean
    }

    private func rangeType(in schema: ExpressionSchema, _ scope: Scope) throws(Diagnostic) -> ExpressionType {
        guard case .within(let operand, let low, let high, _) = node else { return .missing }
        let type = try operand.type(in: schema, scope)
        guard type.fits(.number) || type == .time || type == .duration else { throw operand.mismatch("a number or time", type) }
        try low.expect(type, in: schema, scope)
        try high.expect(type, in: schema, scope)
        return .boolean
    }

    private func conditionalType(in schema: ExpressionSchema, _ scope: Scope) throws(Diagnostic) -> ExpressionType {
        guard case .conditional(let condition, let then, let otherwise) = node else { return .missing }
        try condition.expect(.boolean, in: schema, scope)
        let type = try then.type(in: schema, scope)
        if type == .missing { return try otherwise.type(in: schema, scope) }
        try otherwise.expect(type, in: schema, scope)
        return type
    }

    private func binaryType(in schema: ExpressionSchema, _ scope: Scope) throws(Diagnostic) -> ExpressionType {
        guard case .binary(let binary, let left, let right) = node else { return .missing }
        if binary == .and || binary == .or {
            try left.expect(.boolean, in: schema, scope)
            try right.expect(.boolean, in: schema, scope)
            return .boolean
        }
        let a = try left.type(in: schema, scope)
        let b = try right.type(in: schema, scope)
        return try Self.type(of: binary, left, a, right, b)
    }

    private static func type(
        of binary: BinaryOperator, _ left: Expression, _ a: ExpressionType, _ right: Expression, _ b: ExpressionType
    ) throws(Diagnostic) -> ExpressionType {
        if binary.isComparison {
            guard a.fits(b) else { throw right.mismatch("\(a.rawValue), as on the left", b) }
            if !binary.isEquality, a == .boolean { throw left.mismatch("a number, text or time", a) }
            return .boolean
        }
        switch (binary, a, b) {
        case (.subtract, .time, .time): return .duration
        case (.add, .time, .duration), (.subtract, .time, .duration), (.add, .duration, .time): return .time
        case (.add, .duration, .duration), (.subtract, .duration, .duration): return .duration
        case (.multiply, .duration, .number), (.multiply, .number, .duration), (.divide, .duration, .number): return .duration
        case (.divide, .duration, .duration): return .number
        case (.add, .missing, .time), (.add, .missing, .duration), (.subtract, .missing, .duration): return b
        case (.add, .time, .missing), (.subtract, .time, .missing), (.add, .duration, .missing), (.subtract, .duration, .missing): return a
        default:
            guard a.fits(.number) else { throw left.mismatch("a number", a) }
            guard b.fits(.number) else { throw right.mismatch("a number", b) }
            return .number
        }
    }

    private func callType(_ name: String, _ arguments: [Expression], in schema: ExpressionSchema, _ scope: Scope) throws(Diagnostic) -> ExpressionType {
        let function = try function(name)
        if function.isAggregate, scope != .group { throw groupNeeded(name, scope) }
        // Inside a function over the group each row is looked at alone.
        let inner = function.isAggregate ? Scope.rowOfGroup : scope
        try expectCount(arguments.count, of: function)
        var first: ExpressionType = .missing
        for (index, (parameter, argument)) in zip(function.parameters, arguments).enumerated() {
            switch parameter {
            case .regex:
                guard case .regex = argument.node else { throw argument.mismatch("a regular expression /.../", nil) }
            case .type(let type): try argument.expect(type, in: schema, inner)
            case .anything:
                let type = try argument.type(in: schema, inner)
                if index == 0 { first = type }
            }
        }
        switch function.result {
        case .type(let type): return type
        case .sameAsFirst: return first
        }
    }

    /// Columns that the expression names, as written.
    public var columnNames: Set<String> {
        switch node {
        case .literal, .regex, .parameter: []
        case .has: ["action", "time"]
        case .column(let name): [name]
        case .negated(let operand), .not(let operand): operand.columnNames
        case .binary(_, let left, let right): left.columnNames.union(right.columnNames)
        case .membership(let operand, let members, _): members.reduce(operand.columnNames) { $0.union($1.columnNames) }
        case .within(let operand, let low, let high, _): operand.columnNames.union(low.columnNames).union(high.columnNames)
        case .conditional(let condition, let then, let otherwise): condition.columnNames.union(then.columnNames).union(otherwise.columnNames)
        case .call(_, let arguments): arguments.reduce([]) { $0.union($1.columnNames) }
        }
    }

    private func function(_ name: String) throws(Diagnostic) -> ExpressionFunction {
        if let function = ExpressionFunction.named(name) { return function }
        let near = nearest(to: name, in: ExpressionFunction.all.map(\.name)).map { "did you mean '\($0)'?" }
        throw Diagnostic(
            "unknown-function", "no function is named '\(name)'", category: .syntax, at: span, label: "not a function",
            hint: near ?? "functions are \(ExpressionFunction.all.map(\.name).joined(separator: ", "))")
    }

    private func expectCount(_ count: Int, of function: ExpressionFunction) throws(Diagnostic) {
        let most = function.parameters.count
        guard !(function.required...most).contains(count) else { return }
        let wanted = function.required == most ? "\(most)" : "\(function.required) to \(most)"
        throw Diagnostic(
            "argument-count", "'\(function.name)' takes \(wanted) argument\(most == 1 ? "" : "s"), not \(count)", category: .syntax, at: span, label: function.help)
    }

    private func mismatch(_ wanted: String, _ found: ExpressionType?) -> Diagnostic {
        Diagnostic(
            "type-mismatch", "expected \(wanted)\(found.map { ", found a \($0.rawValue)" } ?? "")", category: .syntax, at: span,
            label: found.map { "this is a \($0.rawValue)" } ?? "not one")
    }

    private func ungrouped(_ name: String) -> Diagnostic {
        let column = Expression.quotedName(name)
        return Diagnostic(
            "ungrouped-column", "a group has many values of '\(name)'", category: .syntax, at: span, label: "one for each event",
            hint: "any(\(column) == ...), first(\(column)) and the like make one of them")
    }

    private func groupNeeded(_ name: String, _ scope: Scope) -> Diagnostic {
        if scope == .rowOfGroup {
            return Diagnostic(
                "nested-group", "'\(name)' looks at the events of a group, and stands inside a function that looks at each of them alone", category: .syntax, at: span,
                label: "not inside another", hint: "derive the inner value first, or write the two side by side")
        }
        return Diagnostic(
            "group-needed", "'\(name)' looks at the events of a group, and here each event stands alone", category: .syntax, at: span,
            label: "needs a group", hint: "add per=user or per=session")
    }

    /// The type of the column that a name means.
    private func columnType(_ name: String, in schema: ExpressionSchema) throws(Diagnostic) -> ExpressionType {
        guard let column = schema.column(named: name) else { throw unknownColumn(name, in: schema) }
        if let player = schema.roles[name], player != column.name, schema.columns.contains(where: { $0.name == player }) {
            throw Diagnostic(
                "ambiguous-column", "'\(name)' is a column, and '\(player)' plays the role of that name", category: .syntax, at: span, label: "which of them?",
                hint: "rename one of them: rename \(Expression.quotedName(name))=\(Expression.quotedName(name + "_2")), or write \(Expression.quotedName(player)) for the role")
        }
        return column.type
    }

    private func unknownColumn(_ name: String, in schema: ExpressionSchema) -> Diagnostic {
        let near = nearest(to: name, in: schema.names)
        let hint =
            near.map { "did you mean '\($0)'? for the text write \(Literal.quoted(name))" }
            ?? "columns are \(schema.names.joined(separator: ", ")); for the text write \(Literal.quoted(name))"
        return Diagnostic("unknown-column", "no column is named '\(name)'", category: .data, at: span, label: "not a column", hint: hint)
    }
}
