/// What is known of a customer's purchases: how many came back, when the last was, and for how long the customer has been watched.
public struct PurchaseHistory: Sendable, Hashable {
    /// Purchases after the first one.
    public let repeats: Int
    /// The time from the first purchase to the last one, 0 without repeats.
    public let recency: Double
    /// The time from the first purchase to the end of the observation, in the same unit.
    public let age: Double

    public init(repeats: Int, recency: Double, age: Double) { (self.repeats, self.recency, self.age) = (repeats, recency, age) }
}

/// A model of customers who buy at random times at rates of their own, and one day, unseen, for the last time. Both differ from customer to customer by distributions that its four parameters give.
public protocol LifetimeModel: Sendable {
    /// As it is typed, and as papers call it.
    static var name: String { get }
    static var title: String { get }
    static var parameterNames: [String] { get }
    /// Above 0, in the order of their names.
    var parameters: [Double] { get }

    /// - Precondition: as many parameters as names, each above 0.
    init(parameters: [Double])

    /// The logarithm of the likelihood of a history.
    func logLikelihood(_ history: PurchaseHistory) -> Double
    /// The chance that a customer of that history will buy again, however late.
    func alive(_ history: PurchaseHistory) -> Double
    /// The purchases to be expected of a customer of that history in the time after it.
    func expected(_ history: PurchaseHistory, over time: Double) -> Double
    /// The chance that a customer makes so many repeat purchases in the time after the first one.
    func probability(repeats: Int, over time: Double) -> Double
}
