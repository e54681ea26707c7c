import Diagnostics
import Features
import Runtime
import Scoring

/// What the segments are like: sizes, means and medians in the original units, and what sets each apart from everybody.
public struct SegmentProfile: Sendable, Hashable, Codable {
    public let columns: [String]
    /// In the order of their numbers.
    public let segments: [Segment]
    /// Everybody together, in the order of `columns`.
    public let overall: [Summary]
    public let rows: Int

    public struct Segment: Sendable, Hashable, Codable {
        public let name: String
        public let size: Int
        /// Of all rows.
        public let share: Double
        /// In the order of `columns`.
        public let summaries: [Summary]
        /// Columns by falling size of their difference, of equal ones the first; those without a difference are not among them.
        public let traits: [Trait]
    }

    /// One column over some rows. Rows without a value (NaN) do not count.
    public struct Summary: Sendable, Hashable, Codable {
        public let known: Int
        /// Mean and median of the known values, none if there are none. The median of an even number of values is the mean of the middle two.
        public let mean: Double?
        public let median: Double?
        /// The population standard deviation.
        public let deviation: Double?
    }

    /// How far a segment lies from everybody in one column.
    public struct Trait: Sendable, Hashable, Codable {
        public let column: String
        /// (mean of the segment − mean of everybody) / standard deviation of everybody.
        public let difference: Double
    }

    /// - Parameters:
    ///   - features: in the original units.
    ///   - labels: the segment of each row, a number in `0..<names.count`.
    ///   - names: what the segments are called; 1, 2, … when not given.
    /// - Throws: `ProfileError`, or `Cancelled`.
    /// - Complexity: O(rows · columns · log rows).
    public init(of features: FeatureMatrix, labels: [Int], names: [String]? = nil, work: Work = Work()) throws {
        guard !labels.isEmpty else { throw ProfileError.noRows }
        guard labels.count == features.rows else { throw ProfileError.labelCount(expected: features.rows, found: labels.count) }
        let names = names ?? (0...max(0, labels.max() ?? 0)).map { String($0 + 1) }
        var members = [[Int]](repeating: [], count: names.count)
        try work.forEachStretch(of: labels.count) {
            for row in $0 {
                guard names.indices.contains(labels[row]) else { throw ProfileError.unknownSegment(labels[row], segments: names.count) }
                members[labels[row]].append(row)
            }
        }
        if let place = features.values.values.firstIndex(where: \.isInfinite) {
            throw ProfileError.infinite(column: features.columns[place % features.columns.count], user: features.users[place / features.columns.count])
        }
        let overall = try features.columns.indices.map { try Self.summary(features.values.column($0), work) }
        columns = features.columns
        rows = features.rows
        self.overall = overall
        segments = try names.indices.map { segment in
            let rows = members[segment]
            let summaries = try features.columns.indices.map { column in try Self.summary(try work.map(rows: rows.count) { features.values[rows[$0], column] }, work) }
            let traits = features.columns.indices.compactMap { column -> (Int, Trait)? in
                guard let mean = summaries[column].mean, let all = overall[column].mean, let deviation = overall[column].deviation, deviation > 0
                else { return nil }
                return (column, Trait(column: features.columns[column], difference: (mean - all) / deviation))
            }
            return Segment(
                name: names[segment], size: rows.count, share: Double(rows.count) / Double(features.rows),
                summaries: summaries,
                traits: traits.sorted { ($1.1.difference.magnitude, $0.0) < ($0.1.difference.magnitude, $1.0) }.map(\.1))
        }
    }

    static func summary(_ column: [Double], _ work: Work = Work()) throws -> Summary {
        var known = column.filter { !$0.isNaN }
        try work.sort(&known, by: <)
        guard let first = known.first, let last = known.last else { return Summary(known: 0, mean: nil, median: nil, deviation: nil) }
        let middle = known.count / 2
        let median = known.count % 2 == 1 ? known[middle] : known[middle - 1] + (known[middle] - known[middle - 1]) / 2
        let mean = known.exactSum / Double(known.count)
        // A constant has no spread, not that of its rounding.
        let squares = first == last ? 0 : known.map { ($0 - mean) * ($0 - mean) }.exactSum
        return Summary(known: known.count, mean: mean, median: median, deviation: (squares / Double(known.count)).squareRoot())
    }
}

/// Why segments could not be described.
public enum ProfileError: Error, Sendable, Hashable, Diagnosable {
    case noRows
    case labelCount(expected: Int, found: Int)
    case unknownSegment(Int, segments: Int)
    case infinite(column: String, user: String)

    public var diagnostic: Diagnostic {
        switch self {
        case .noRows: Diagnostic("no-rows", "there are no users to describe", category: .data, hint: "make segments first: kmeans k=5")
        case .labelCount(let expected, let found):
            Diagnostic("wrong-count", "there are \(expected) users, but \(found) have a segment", hint: "describe the users that were grouped")
        case .unknownSegment(let label, let segments):
            Diagnostic("unknown-segment", "a user is in segment \(label), but there are \(segments)", hint: "name each segment")
        case .infinite(let column, let user):
            Diagnostic(
                "not-finite", "column '\(column)' is infinite for user '\(user)'", category: .data, hint: "leave the user or the column out")
        }
    }
}
