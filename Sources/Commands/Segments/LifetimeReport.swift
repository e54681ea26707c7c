import Events
import Language
import Models
import Runtime
import Tables

/// A fitted model of lifetimes, and what it says of each customer and of all.
struct LifetimeReport<Model: LifetimeModel> {
    let purchases: RepeatPurchases
    let histories: [PurchaseHistory]
    let fit: LifetimeFit<Model>
    /// None where no column holds money, or too few customers have bought again at a price.
    let values: LifetimeFit<GammaGammaModel>?
    /// In the unit.
    let horizon: Double
    private let alive: [Double], expected: [Double]
    private let meanValues: [Double?]
    /// Of the time after the end, as far as the events go, where there are some.
    private let forecast: (expected: Double, actual: Int, time: Double)?

    /// - Throws: `LifetimeError`, `Cancelled`.
    init(_ purchases: RepeatPurchases, horizon given: Double?, work: Work) throws {
        self.purchases = purchases
        let histories = try work.map(rows: purchases.users.count) { PurchaseHistory(repeats: purchases.repeats[$0], recency: purchases.recency[$0], age: purchases.age[$0]) }
        self.histories = histories
        fit = try Model.fit(histories, work: work)
        let after = Double(purchases.daysAfter) / purchases.unit.days
        let horizon = given ?? (after > 0 ? after : max(1 / purchases.unit.days, purchases.age.max() ?? 1))
        self.horizon = horizon
        alive = try fit.model.values(histories, work: work) { $0.alive($1) }
        expected = try fit.model.values(histories, work: work) { $0.expected($1, over: horizon) }
        let sum = after == horizon ? expected.reduce(0, +) : after > 0 ? try fit.model.values(histories, work: work) { $0.expected($1, over: after) }.reduce(0, +) : 0
        forecast = after > 0 ? (sum, purchases.later.reduce(0, +), after) : nil
        var fitted: LifetimeFit<GammaGammaModel>?
        let priced = purchases.priced ?? [], means = purchases.meanValues ?? []
        if purchases.valueColumn != nil {
            do { fitted = try GammaGammaModel.fit(zip(priced, means).map { ($0, $1) }, work: work) } catch LifetimeError.tooFewValues { fitted = nil }
        }
        values = fitted
        meanValues = zip(priced, means).map { purchases, mean in fitted?.model.expectedMean(purchases: mean > 0 ? purchases : 0, mean: mean) }
    }

    private var unit: String { purchases.unit.rawValue + "s" }

    func lines(withoutPurchase: Int) -> [String] {
        let customers = histories.count, repeaters = histories.count { $0.repeats > 0 }
        var lines = [
            "\(NumberText.rate(customers, of: customers + withoutPurchase)) users with a purchase (\(purchases.purchase)) up to \(Gregorian.text(purchases.end)); purchases of a day are one, times are in \(unit)",
            "\(NumberText.rate(repeaters, of: customers)) bought again, \(NumberText.grouped(histories.reduce(0) { $0 + $1.repeats })) repeat purchases",
            "\(Model.title): \(Self.text(Model.parameterNames, fit.model.parameters)); log likelihood \(NumberText.decimal(fit.logLikelihood, 3))",
        ]
        if let values { lines.append("gamma-gamma of \(purchases.valueColumn ?? "value"): \(Self.text(GammaGammaModel.parameterNames, values.model.parameters)); log likelihood \(NumberText.decimal(values.logLikelihood, 3))") }
        let coming = expected.reduce(0, +), living = alive.reduce(0, +)
        lines.append("in the next \(NumberText.short(horizon)) \(unit): \(NumberText.short(coming)) purchases expected" + (value.map { ", worth \(NumberText.short($0)) (\(purchases.valueColumn ?? ""))" } ?? "") + "; \(NumberText.short(living)) customers expected to be alive")
        if let forecast {
            let off = forecast.actual > 0 ? ", \(NumberText.percent(abs(forecast.expected / Double(forecast.actual) - 1))) \(forecast.expected < Double(forecast.actual) ? "below" : "above")" : ""
            lines.append("forecast of the \(NumberText.short(forecast.time)) \(unit) after \(Gregorian.text(purchases.end)): \(NumberText.short(forecast.expected)) purchases expected, \(NumberText.grouped(forecast.actual)) made\(off)")
        }
        return lines
    }

    private static func text(_ names: [String], _ values: [Double]) -> String { zip(names, values).map { "\($0) \(NumberText.decimal($1, 4))" }.joined(separator: ", ") }

    /// Of all customers together, where each has one.
    private var value: Double? {
        guard values != nil, !meanValues.contains(where: { $0 == nil }) else { return nil }
        return zip(expected, meanValues).reduce(0) { $0 + $1.0 * ($1.1 ?? 0) }
    }

    /// What keeps the numbers from being believed.
    var warnings: [String] {
        var warnings = Self.warnings(of: fit, differing: "customers differ too little, or too few bought again. Forecasts may hold")
        if purchases.withoutValue > 0 {
            warnings.append("\(NumberText.rate(purchases.withoutValue, of: purchases.repeats.reduce(0, +))) repeat purchases have no value in '\(purchases.valueColumn ?? "")': mean values are of the others")
        }
        if let values {
            warnings += Self.warnings(of: values, differing: "customers' mean values differ too little, or too few bought again. Expected values may hold").map { "gamma-gamma: \($0)" }
            let worthless = zip(purchases.priced ?? [], purchases.meanValues ?? []).count { $0 > 0 && $1 <= 0 }
            if worthless > 0 {
                warnings.append("\(NumberText.rate(worthless, of: purchases.repeats.count { $0 > 0 })) customers who bought again have a mean value of 0 or below, which gamma-gamma has no place for: they were passed over, and count as if no value were known of them")
            }
            if values.model.q <= 1 { warnings.append("customers' mean values are spread so widely (q is at most 1) that those without repeat purchases have no expected value") }
        } else if purchases.valueColumn != nil { warnings.append("too few customers bought again at a price above 0 for a model of values") }
        return warnings
    }

    private static func warnings<Fitted>(of fit: LifetimeFit<Fitted>, differing: String) -> [String] {
        var warnings: [String] = []
        if !fit.converged { warnings.append("the likelihood was still rising when the search ended: the parameters are not those of its summit") }
        if !fit.unbounded.isEmpty { warnings.append("the data do not tell \(fit.unbounded.joined(separator: " and ")), which ran off: \(differing), but these parameters say nothing") }
        return warnings
    }

    /// How well the model says how many customers have so many repeat purchases, and the customers worth most.
    ///
    /// - Parameter table: a row for each customer.
    func tables(_ table: Table, _ work: Work) throws -> [DisplayTable] {
        let most = 7
        let counts = try fit.model.expectedCounts(histories, most: most, work: work)
        let actual = (0...most).map { repeats in histories.count { repeats == most ? $0.repeats >= most : $0.repeats == repeats } }
        let check = DisplayTable(
            title: "Customers by repeat purchases, as they are and as the model expects them", columns: [.init("repeats"), .init("customers", .right), .init("expected", .right)],
            rows: zip(actual, counts).enumerated().map { repeats, pair in
                [.init(repeats == most ? "\(most) or more" : "\(repeats)"), .count(pair.0), .number(pair.1, 1)]
            })
        return [check, best(of: table)]
    }

    /// The customers of whom most is to be expected, in value where that is known.
    private func best(of table: Table) -> DisplayTable {
        let worth = histories.indices.map { values == nil ? expected[$0] : expected[$0] * (meanValues[$0] ?? 0) }
        let rows = worth.indices.sorted { (worth[$1], $0) < (worth[$0], $1) }.prefix(5)
        let shown = table.columns.dropFirst()
        let cells = shown.map { column in
            let numbers = column.numbers
            return DisplayTable.Cell.column(rows.map { numbers?[$0] })
        }
        return DisplayTable(
            title: "The customers of whom most is to be expected", columns: [.init("user")] + shown.map { .init($0.name, .right) },
            rows: rows.enumerated().map { place, row in [.init(purchases.users[row])] + cells.map { $0[place] } }, totalRows: histories.count, more: "show n=all")
    }

    /// A row for each customer.
    func table(_ work: Work) throws -> Table {
        var columns = [
            try Column("user", text: purchases.users, check: work.check), Column("repeats", integers: try work.map(rows: histories.count) { Int64(histories[$0].repeats) }),
            Column("recency", numbers: purchases.recency), Column("age", numbers: purchases.age), Column("alive", numbers: alive), Column("expected", numbers: expected),
        ]
        if values != nil { columns += [Column("mean_value", numbers: meanValues), Column("value", numbers: zip(expected, meanValues).map { expected, mean in mean.map { $0 * expected } })] }
        return Table(columns)
    }
}
