import Runtime
import Tables

/// A table of what the events of each user or session are like.
public struct EventFeatures: Sendable {
    /// What is asked for beyond what every log has.
    public struct Options: Sendable, Hashable {
        /// How many of the last actions and of the first URLs have a column each.
        public var last = 3, first = 4

        public init(last: Int = 3, first: Int = 4) {
            self.last = last
            self.first = first
        }
    }

    public let unit: FilterUnit
    public let table: Table
    /// Columns that say who a row is about.
    public let identifiers: [String]
    /// Columns of numbers, and of texts and truth values, that describe a row.
    public let numbers: [String], categories: [String]
    /// Columns that are to be predicted, and describe nothing.
    public let labels: [String]
    /// In what columns are measured, by their names.
    public let units: [String: String]
    /// What is missing for want of what, and what else should be known.
    public let notes: [String]
    /// Events that were looked at, of all; the others come from the cut-off of a label on.
    public let seen: Proportion
    /// To when recency is told, in microseconds since 1970; none where a label's cut-off follows from the events.
    public let end: Int64?

    /// Most actions that are counted one by one; the others are counted together.
    public static let mostActions = 50
}

/// The columns of a feature table for some of its rows, filled group by group.
struct FeatureColumns: Sendable {
    /// What is measured of each group, in the order of the columns.
    enum Measure: Sendable, Hashable {
        case events, sessions, items, categories, duration, gapMean, gapMedian, gapMax, recency, entropy
        case count(Int), share(Int), hour(Int), weekday(Int)
    }

    let measures: [Measure]
    private(set) var values: [[Double]]
    /// Codes of the last actions, the latest first, and of the first URLs and the last one; -1 where there is none.
    private(set) var lastActions: [[Int32]]
    private(set) var addresses: [[Int32]]

    init(_ measures: [Measure], last: Int, addresses: Int) {
        self.measures = measures
        values = Array(repeating: [], count: measures.count)
        lastActions = Array(repeating: [], count: last)
        self.addresses = Array(repeating: [], count: addresses)
    }

    /// - Parameter value: NaN where there is none.
    mutating func add(_ value: (Measure) -> Double) { for index in measures.indices { values[index].append(value(measures[index])) } }
    mutating func add(lastActions codes: [Int32]) { for index in lastActions.indices { lastActions[index].append(index < codes.count ? codes[index] : -1) } }
    mutating func add(firstAddresses codes: [Int32], last: Int32) {
        for index in addresses.indices.dropLast() { addresses[index].append(index < codes.count ? codes[index] : -1) }
        addresses[addresses.count - 1].append(last)
    }

    mutating func append(_ other: FeatureColumns) {
        for index in values.indices { values[index] += other.values[index] }
        for index in lastActions.indices { lastActions[index] += other.lastActions[index] }
        for index in addresses.indices { addresses[index] += other.addresses[index] }
    }
}
