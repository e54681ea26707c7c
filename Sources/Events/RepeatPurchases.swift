/// The purchases of each customer up to a day, as models of lifetimes read them: how often he came back, when last, and how long he has been watched.
///
/// All purchases of a customer on one calendar day (of the log's zone) are one, whose value is their sum: so Fader and Hardie read CDNOW's. The first purchase begins the observation and is not
/// counted among the repeats, nor is its value in their mean.
public struct RepeatPurchases: Sendable {
    /// In what times are measured.
    public enum Unit: String, Sendable, CaseIterable {
        case day, week

        public var days: Double { self == .day ? 1 : 7 }
    }

    public let unit: Unit
    /// The last day that is looked at, counted from 1970-01-01.
    public let end: Int
    /// Days after it that the log still has.
    public let daysAfter: Int
    /// Customers who bought by then; others have no row.
    public let users: [String]
    /// Days with a purchase after the first one.
    public let repeats: [Int]
    /// From the first purchase to the last, and to the end, in the unit.
    public let recency: [Double], age: [Double]
    /// The mean value of the repeat purchases that have one, 0 without any; none where no column holds values.
    public let meanValues: [Double]?
    /// Of how many repeat purchases that mean is: those with a known value; none where no column holds values.
    public let priced: [Int]?
    /// The column of the values.
    public let valueColumn: String?
    /// Days with a purchase after the end, by which forecasts are checked.
    public let later: [Int]
    /// What counted as a purchase, in words.
    public let purchase: String
    /// Users of the log without a purchase by the end.
    public let withoutPurchase: Int

    /// Repeat purchases without a known value, where a column holds values.
    public var withoutValue: Int { priced.map { zip(repeats, $0).reduce(0) { $0 + $1.0 - $1.1 } } ?? 0 }
}
