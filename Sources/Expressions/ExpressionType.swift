import Diagnostics

/// What an expression gives for a row.
public enum ExpressionType: String, Sendable, Hashable {
    case number, text, boolean, time, duration
    /// The type of `missing` alone: fits every other.
    case missing

    func fits(_ other: ExpressionType) -> Bool { self == other || self == .missing || other == .missing }
}

/// The columns that an expression may name, with their types; roles stand beside them as further names.
public struct ExpressionSchema: Sendable {
    public struct Column: Sendable {
        public let name: String
        public let type: ExpressionType
        public init(_ name: String, _ type: ExpressionType) {
            self.name = name
            self.type = type
        }
    }
    public let columns: [Column]
    /// Role to the name of the column that plays it: `action` to `behavior`.
    public let roles: [String: String]

    public init(columns: [Column], roles: [String: String] = [:]) {
        self.columns = columns
        self.roles = roles
    }

    /// The column that a written name means: a column's own name first, else the column that plays the role of that name.
    public func column(named name: String) -> Column? {
        if let own = columns.first(where: { $0.name == name }) { return own }
        guard let player = roles[name] else { return nil }
        return columns.first { $0.name == player }
    }

    var names: [String] { columns.map(\.name) + roles.keys.sorted() }
}

/// A function of the expression language: what it takes and gives.
public struct ExpressionFunction: Sendable {
    public enum Parameter: Sendable { case type(ExpressionType), anything, regex }
    public let name: String
    public let parameters: [Parameter]
    /// How many of the parameters must be given.
    public let required: Int
    public let result: Result
    /// Whether it sums up the rows of a group (a user or session) rather than looking at one row.
    public let isAggregate: Bool
    public let help: String

    public enum Result: Sendable { case type(ExpressionType), sameAsFirst }

    init(_ name: String, _ parameters: [Parameter], required: Int? = nil, _ result: Result, aggregate: Bool = false, _ help: String) {
        self.name = name
        self.parameters = parameters
        self.required = required ?? parameters.count
        self.result = result
        isAggregate = aggregate
        self.help = help
    }

    public static let all: [ExpressionFunction] = [
        .init("hour", [.type(.time)], .type(.number), "hour of the day, 0 to 23"),
        .init("weekday", [.type(.time)], .type(.number), "day of the week, 1 Monday to 7 Sunday"),
        .init("day", [.type(.time)], .type(.number), "day of the month, 1 to 31"),
        .init("month", [.type(.time)], .type(.number), "month, 1 to 12"),
        .init("log1p", [.type(.number)], .type(.number), "natural logarithm of 1 + x"),
        .init("abs", [.type(.number)], .type(.number), "absolute value"),
        .init("round", [.type(.number), .type(.number)], required: 1, .type(.number), "rounded, to some decimals"),
        .init("mod", [.type(.number), .type(.number)], .type(.number), "remainder of a division, with the sign of the divisor"),
        .init("lower", [.type(.text)], .type(.text), "text in lower case"),
        .init("length", [.type(.text)], .type(.number), "number of characters"),
        .init("matches", [.type(.text), .regex], .type(.boolean), "whether a regular expression is found in the text"),
        .init("host", [.type(.text)], .type(.text), "host of a URL"),
        .init("path", [.type(.text)], .type(.text), "path of a URL"),
        .init("query", [.type(.text), .type(.text)], .type(.text), "value of a query parameter of a URL"),
        .init("any", [.type(.boolean)], .type(.boolean), aggregate: true, "whether the condition holds for any event of the group"),
        .init("all", [.type(.boolean)], .type(.boolean), aggregate: true, "whether the condition holds for all events of the group"),
        .init("count", [.type(.boolean)], required: 0, .type(.number), aggregate: true, "number of events, or of those that fulfil the condition"),
        .init("sum", [.type(.number)], .type(.number), aggregate: true, "sum over the group"),
        .init("mean", [.type(.number)], .type(.number), aggregate: true, "mean over the group"),
        .init("min", [.anything], .sameAsFirst, aggregate: true, "least value of the group"),
        .init("max", [.anything], .sameAsFirst, aggregate: true, "greatest value of the group"),
        .init("first", [.anything], .sameAsFirst, aggregate: true, "value at the first event of the group"),
        .init("last", [.anything], .sameAsFirst, aggregate: true, "value at the last event of the group"),
        .init("distinct", [.anything], .type(.number), aggregate: true, "number of different values in the group"),
    ]

    public static func named(_ name: String) -> ExpressionFunction? { all.first { $0.name == name } }
}

extension Expression {
    /// The type that the expression gives over rows of `schema`.
    ///
    /// - Parameter aggregates: whether functions over a group may be used (`per=user`, `per=session`).
    /// - Throws: a `Diagnostic` at the words that do not fit.
    public func type(in schema: ExpressionSchema, aggregates: Bool = false) throws(Diagnostic) -> ExpressionType {
        switch node {
        case .literal(let literal): return literal.type
        case .column(let name):
            if let column = schema.column(named: name) { return column.type }
            throw unknownColumn(name, in: schema)
        case .parameter(let name): preconditionFailure("parameter '\(name)' must be replaced before the expression is typed")
        case .negated(let operand):
            let type = try operand.type(in: schema, aggregates: aggregates)
            guard type.fits(.number) || type == .duration else { throw operand.mismatch("a number", type) }
            return type
        case .not(let operand):
            try operand.expect(.boolean, in: schema, aggregates: aggregates)
            return .boolean
        case .binary(let binary, let left, let right): return try Self.type(of: binary, left, right, in: schema, aggregates: aggregates, at: span)
        case .membership(let operand, let members, _):
            let type = try operand.type(in: schema, aggregates: aggregates)
            for member in members { try member.expect(type, in: schema, aggregates: aggregates) }
            return .boolean
        case .within(let operand, let low, let high, _):
            let type = try operand.type(in: schema, aggregates: aggregates)
            guard type.fits(.number) || type == .time || type == .duration else { throw operand.mismatch("a number or time", type) }
            try low.expect(type, in: schema, aggregates: aggregates)
            try high.expect(type, in: schema, aggregates: aggregates)
            return .boolean
        case .conditional(let condition, let then, let otherwise):
            try condition.expect(.boolean, in: schema, aggregates: aggregates)
            let type = try then.type(in: schema, aggregates: aggregates)
            try otherwise.expect(type, in: schema, aggregates: aggregates)
            return type == .missing ? try otherwise.type(in: schema, aggregates: aggregates) : type
        case .call(let name, let arguments): return try callType(name, arguments, in: schema, aggregates: aggregates)
        case .regex:
            throw Diagnostic("misplaced-regex", "a regular expression stands only as an argument of a function", category: .syntax, at: span, label: "not here", hint: "matches(column, /.../)")
        case .has:
            guard aggregates else { throw groupNeeded("has") }
            return .boolean
        }
    }

    private static func type(
        of binary: BinaryOperator, _ left: Expression, _ right: Expression, in schema: ExpressionSchema, aggregates: Bool, at span: SourceSpan
    ) throws(Diagnostic) -> ExpressionType {
        if binary == .and || binary == .or {
            try left.expect(.boolean, in: schema, aggregates: aggregates)
            try right.expect(.boolean, in: schema, aggregates: aggregates)
            return .boolean
        }
        let a = try left.type(in: schema, aggregates: aggregates)
        let b = try right.type(in: schema, aggregates: aggregates)
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
        default:
            guard a.fits(.number) else { throw left.mismatch("a number", a) }
            guard b.fits(.number) else { throw right.mismatch("a number", b) }
            return .number
        }
    }

    private func callType(_ name: String, _ arguments: [Expression], in schema: ExpressionSchema, aggregates: Bool) throws(Diagnostic) -> ExpressionType {
        guard let function = ExpressionFunction.named(name) else {
            let near = nearest(to: name, in: ExpressionFunction.all.map(\.name)).map { "did you mean '\($0)'?" }
            throw Diagnostic(
                "unknown-function", "no function is named '\(name)'", category: .syntax, at: span, label: "not a function",
                hint: near ?? "functions are \(ExpressionFunction.all.map(\.name).joined(separator: ", "))")
        }
        if function.isAggregate, !aggregates { throw groupNeeded(name) }
        guard (function.required...function.parameters.count).contains(arguments.count) else {
            let wanted = function.required == function.parameters.count ? "\(function.required)" : "\(function.required) to \(function.parameters.count)"
            throw Diagnostic(
                "argument-count", "'\(name)' takes \(wanted) argument\(wanted == "1" ? "" : "s"), not \(arguments.count)", category: .syntax, at: span,
                label: function.help)
        }
        var first: ExpressionType = .missing
        for (index, (parameter, argument)) in zip(function.parameters, arguments).enumerated() {
            switch parameter {
            case .regex:
                guard case .regex = argument.node else { throw argument.mismatch("a regular expression /.../", nil) }
            case .type(let type): try argument.expect(type, in: schema, aggregates: false)
            case .anything:
                // Inside an aggregate each row is looked at alone.
                let type = try argument.type(in: schema, aggregates: false)
                if index == 0 { first = type }
            }
        }
        switch function.result {
        case .type(let type): return type
        case .sameAsFirst: return first
        }
    }

    /// Requires the expression to give `wanted`.
    public func expect(_ wanted: ExpressionType, in schema: ExpressionSchema, aggregates: Bool = false) throws(Diagnostic) {
        let found = try type(in: schema, aggregates: aggregates)
        guard found.fits(wanted) else { throw mismatch(wanted == .boolean ? "a condition" : "a \(wanted.rawValue)", found) }
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

    private func mismatch(_ wanted: String, _ found: ExpressionType?) -> Diagnostic {
        Diagnostic(
            "type-mismatch", "expected \(wanted)\(found.map { ", found a \($0.rawValue)" } ?? "")", category: .syntax, at: span,
            label: found.map { "this is a \($0.rawValue)" } ?? "not one")
    }

    private func groupNeeded(_ name: String) -> Diagnostic {
        Diagnostic(
            "group-needed", "'\(name)' looks at the events of a group, and here each event stands alone", category: .syntax, at: span,
            label: "needs a group", hint: "add per=user or per=session")
    }

    private func unknownColumn(_ name: String, in schema: ExpressionSchema) -> Diagnostic {
        let near = nearest(to: name, in: schema.names)
        let hint =
            near.map { "did you mean '\($0)'? for the text write \(Literal.quoted(name))" }
            ?? "columns are \(schema.names.joined(separator: ", ")); for the text write \(Literal.quoted(name))"
        return Diagnostic("unknown-column", "no column is named '\(name)'", category: .syntax, at: span, label: "not a column", hint: hint)
    }
}

extension Literal {
    public var type: ExpressionType {
        switch self {
        case .integer, .number: .number
        case .text: .text
        case .boolean: .boolean
        case .time: .time
        case .duration: .duration
        case .missing: .missing
        }
    }
}
