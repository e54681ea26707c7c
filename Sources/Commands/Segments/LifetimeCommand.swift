import Diagnostics
import Events
import Expressions
import Language
import Models
import Runtime
import Tables

/// How long customers stay, and what they will buy.
struct LifetimeCommand: Command {
    private static let bg = BetaGeometricModel.name, pareto = ParetoModel.name

    static let model = Parameter<String>.named("model", default: bg, "how customers leave: bgnbd after a purchase, paretonbd at any time", oneOf: [bg, pareto])
    static let purchase = RFMCommand.purchase
    static let monetary = Parameter<String?>.column("monetary", "the column of money; the value's column unless given, and without one there is no value", type: .number)
    static let unit = Parameter<String>.named("unit", default: RepeatPurchases.Unit.week.rawValue, "in what times are measured", oneOf: RepeatPurchases.Unit.allCases.map(\.rawValue))
    static let until = Parameter<Moment?>.optional("until", "the last day that the model sees; that of the last event unless given. What comes after checks the forecast")
    static let horizon = Parameter<Double?>.optional(
        "horizon", "for how long purchases are forecast, in the unit; as long as the events after 'until' last, else as customers were watched at most, unless given", check: { $0 > 0 && $0 < 1e6 ? nil : "number above 0" })

    static let signature = Signature(
        "lifetime", group: .segments, summary: "Who will buy again, how often, and for how much: BG/NBD or Pareto/NBD.",
        details: """
            The models see of each customer how many repeat purchases there were, when the last was (recency, from the first purchase on), and how long the customer has been watched (age). All purchases of a
            day are one, and the first one begins the observation. Customers buy at a rate of their own and leave for good at some time: after a purchase with a chance of their own (bgnbd, Fader, Hardie
            and Lee 2005), or at any time at a rate of their own (paretonbd, Schmittlein, Morrison and Colombo 1987). The parameters say how rates and chances differ from customer to customer; they are
            those of the highest likelihood. Where a column of money is there, the gamma-gamma model (Fader and Hardie 2013) draws each customer's mean value towards that of all, and value is expected purchases times
            expected mean value. A purchase without a value counts as a purchase, and not in the mean. A customer who bought before the log begins is read as if the first purchase in it were the first of all: take customers who are new in it where you can.
            """,
        prints: [
            .init("r, alpha", "shape and rate of the gamma distribution of purchase rates; r / alpha is the mean number of purchases a unit of time while a customer stays"),
            .init("a, b", "bgnbd: of the beta distribution of the chance to leave after a purchase, whose mean is a / (a + b)"),
            .init("s, beta", "paretonbd: shape and rate of the gamma distribution of the rates at which customers leave"),
            .init("p, q, gamma", "gamma-gamma: the shape of a customer's values, and shape and rate of the distribution of their scale"),
            .init("log likelihood", "of all customers' purchases under the model; not to be compared between the model of purchases and that of values"),
            .init("customers by repeat purchases", "how many have so many in the data, and how many the model expects"),
            .init("forecast", "repeat purchases after 'until' that the model expects, and those that the events after it hold"),
            .init("repeats, recency, age", "days with a purchase after the first; time from the first to the last, and to the end, in the unit"),
            .init("alive", "the chance that the customer will buy again at all; by bgnbd 1 without repeats"),
            .init("expected", "purchases in the horizon"),
            .init("mean_value, value", "the expected value of a purchase, and that times 'expected'"),
        ],
        memory: "a row for each customer",
        reads: [.events], gives: [.table],
        examples: [
            Example("simulate shop users=150 days=40 seed=1 | lifetime unit=day", prints: "BG/NBD"),
            Example("simulate shop users=60 days=40 seed=1 | lifetime unit=day until=2025-09-28 horizon=7", prints: "forecast"),
        ]
    ) {
        model
        purchase
        monetary
        unit
        until
        horizon
    }

    private static let features = ["repeats", "recency", "age", "alive", "expected"]
    private static let rowNoun = "customers"

    static func outline(_ call: Call, on input: Outline?) throws(Diagnostic) -> Outline {
        try EventsValue.expectTimes(input, for: call)
        if let condition = try call[purchase] { _ = try CompiledExpression.condition(condition, of: "purchase", schema: input?.schema ?? .unknown) }
        let parameters = try (call[model] == bg ? BetaGeometricModel.parameterNames : ParetoModel.parameterNames) + ["log_likelihood"]
        // Whether there is a value is known where the columns are.
        return TableValue.outline(nil, features: features, properties: parameters, rowNoun: rowNoun, maker: signature.verb)
    }

    func run(_ call: Call, on input: Input?) throws -> Outcome {
        let events = try EventsValue.read(input, call), work = call.context.work
        let condition = try call[Self.purchase].map { try CompiledExpression.condition($0, of: "purchase", schema: events.source.schema) }
        let money = try call[Self.monetary]
        let (log, notes) = try events.visible(call, reading: (condition?.columns ?? []).union([money].compactMap { $0 }), at: condition == nil ? "monetary" : "purchase")
        let until = try call[Self.until].map { Int(($0.seconds / 86_400).rounded(.down)) }
        let unit = RepeatPurchases.Unit(rawValue: try call[Self.unit]) ?? .week
        let purchases: RepeatPurchases
        do { purchases = try log.repeatPurchases(purchase: condition, monetary: money, unit: unit, until: until, work: work) } catch let error as DataError {
            throw Self.placed(error, log, call)
        }
        if try call[Self.model] == Self.pareto { return try outcome(ParetoModel.self, purchases, log, call, notes) }
        return try outcome(BetaGeometricModel.self, purchases, log, call, notes)
    }

    /// What the log cannot give, at the option that asks for it.
    private static func placed(_ error: DataError, _ log: EventLog, _ call: Call) -> Diagnostic {
        let days = EventsValue.span(log).map { "the events go from \($0.from) to \($0.to)" }
        var placed: Diagnostic
        switch error {
        case .badOption("until=", _, _):
            placed = error.diagnostic.placed(at: call.span(of: until))
            (placed.label, placed.hint) = ("nobody was watched until then", days)
        case .noRowsLeft:
            placed = error.diagnostic.placed(at: call.isGiven("until") ? call.span(of: until) : call.isGiven("purchase") ? call.span(of: purchase) : call.span)
            if call.isGiven("until") { placed.hint = days }
        default: placed = error.diagnostic.placed(at: call.span(of: monetary))
        }
        return placed
    }

    private func outcome<Model: LifetimeModel>(_ type: Model.Type, _ purchases: RepeatPurchases, _ log: EventLog, _ call: Call, _ notes: [Diagnostic]) throws -> Outcome {
        let work = call.context.work
        let report: LifetimeReport<Model>
        do { report = try LifetimeReport(purchases, horizon: try call[Self.horizon], work: work) } catch let error as LifetimeError { throw error.diagnostic.placed(at: call.span) }
        let unit = purchases.unit.rawValue + "s"
        var units = ["recency": unit, "age": unit, "alive": "chance", "expected": "in \(NumberText.short(report.horizon)) \(unit)", "repeats": "purchases"]
        if let column = purchases.valueColumn { (units["mean_value"], units["value"]) = (column, column) }
        let values = zip(Model.parameterNames, report.fit.model.parameters).map { (name: $0.0, value: Value.number($0.1)) } + [("log_likelihood", .number(report.fit.logLikelihood))]
        let table = try report.table(work)
        return Outcome(
            TableValue(
                table, title: "Customers by \(Model.title)", rowNoun: Self.rowNoun, identifier: "user", featureColumns: Self.features + (report.values == nil ? [] : ["mean_value", "value"]),
                units: units, summaryBlocks: [.text(report.lines(withoutPurchase: purchases.withoutPurchase).joined(separator: "\n"))] + (try report.tables(table, work).map { .table($0) }), properties: values),
            notes: notes + EventsValue.notes(report.warnings))
    }

    func plan(_ call: Call, on input: Input?) throws -> Plan? {
        try planOverEvents("sum up each customer's purchases and fit", call, input, remark: "the search for the parameters takes as long for few as for many, if their purchases are of as many sorts")
    }
}
