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
