import Diagnostics
import Runtime

/// Why no model of lifetimes was fitted.
public enum LifetimeError: Error, Sendable, Hashable, Diagnosable {
    case noCustomers
    /// Nobody has bought twice.
    case noRepeats(customers: Int)
    /// Neither the counts nor the times may be below 0 or without a value.
    case unusable(customer: Int)
    /// Too few customers have bought again at a price above 0 for means to be told from chance.
    case tooFewValues(found: Int)

    public var diagnostic: Diagnostic {
        switch self {
        case .noCustomers: Diagnostic("no-rows", "there are no customers", category: .data, hint: "purchase= says which events are purchases")
        case .noRepeats(let customers):
            Diagnostic(
                "no-repeats", "nobody of \(NumberText.counted(customers, "customers")) has bought on two days, and how often people come back is not to be told from that", category: .data,
                hint: "take a longer time, or purchase= for events that come again")
        case .unusable(let customer):
            Diagnostic("not-finite", "the purchases of customer \(customer + 1) have no usable count or time", category: .data, hint: "recency lies in 0...age, and repeats are at least 0")
        case .tooFewValues(let found):
            Diagnostic("too-few-values", "the value of purchases needs customers who bought again at a price above 0, found \(found)", category: .data, hint: "leave monetary= out")
        }
    }
}
