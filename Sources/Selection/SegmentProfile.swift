import Diagnostics
import Features
import Models
import Runtime
import Scoring

/// What the segments are like: sizes, means and medians in the original units, shares of categories, and what sets each apart from everybody.
///
/// Each trait is tested against the rest of the rows, a number by ranks (`RankTest`: columns of customers are skewed, and means are drawn by a few), the share of a category by `ShareTest`; a
/// trait holds if its p-value, corrected by Benjamini and Hochberg over all tests of the profile, is at most `level`. Segments that were found by a column differ in it by the making:
/// the test says that the difference is more than chance among these rows, not that the segments exist.
public struct SegmentProfile: Sendable, Hashable, Codable {
    public let columns: [String]
    public let categories: [Category]
    /// In the order of their numbers.
    public let segments: [Segment]
    /// Everybody together, in the order of `columns`.
    public let overall: [Summary]
    public let rows: Int
    /// Rows in no segment. They count among everybody, and among the rest that a segment is tested against.
    public let noise: Int
    /// How many tests the correction is for.
    public let tests: Int

    /// What is told of a category: its commonest levels, the others together not.
    public struct Category: Sendable, Hashable, Codable {
        public let name: String
        /// By falling number of rows, of equals the first among the column's; at most `mostLevels`.
        public let levels: [String]
        /// The share of each among all rows.
        public let shares: [Double]
        /// Levels that are not told of.
        public let leftOut: Int
    }

    public struct Segment: Sendable, Hashable, Codable {
        public let name: String
        public let size: Int
        /// Of all rows.
        public let share: Double
        /// In the order of `columns`.
        public let summaries: [Summary]
        /// For each category the share of each of its levels among the segment's rows.
        public let shares: [[Double]]
        /// Columns and levels by falling size of their difference, of equal ones the first; those without a difference to be told are not among them.
        public let traits: [Trait]

        /// Those that hold after correction.
        public var established: [Trait] { traits.filter(\.holds) }
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

    /// How far a segment lies from everybody in one column, or in the share of one level of a category.
    public struct Trait: Sendable, Hashable, Codable {
        public let column: String
        /// None of a column of numbers.
        public let level: String?
        /// (mean of the segment − mean of everybody) / standard deviation of everybody; of a level of the column that is 1 where it is and 0 elsewhere.
        public let difference: Double
        /// Against the rows that are not of the segment; 1 where there are none.
        public let pValue: Double
        /// After the correction for the number of tests.
        public let rate: Double

        public var holds: Bool { rate <= SegmentProfile.level }
    }

    /// The share of traits said to hold that may be by chance.
    public static let level = 0.05
    public static let mostLevels = 20

    /// - Parameters:
    ///   - features: in the original units.
    ///   - categories: of the same rows; none when not given.
    ///   - labels: the segment of each row, a number in `0..<names.count`, or -1.
    ///   - names: what the segments are called; 1, 2, … when not given.
    /// - Throws: `ProfileError`, or `Cancelled`.
    /// - Complexity: O(rows · columns · log rows).
    public init(of features: FeatureMatrix, categories: CategoryColumns? = nil, labels: [Int], names: [String]? = nil, work: Work = Work()) throws {
        guard !labels.isEmpty else { throw ProfileError.noRows }
        let categories = categories ?? CategoryColumns(rows: features.rows)
        precondition(categories.rows == features.rows, "numbers and categories are of the same rows")
        guard labels.count == features.rows else { throw ProfileError.labelCount(expected: features.rows, found: labels.count) }
        let names = names ?? (0...max(0, labels.max() ?? 0)).map { String($0 + 1) }
        var sizes = [Int](repeating: 0, count: names.count)
        try work.forEachStretch(of: labels.count) {
            for row in $0 where labels[row] != -1 {
                guard names.indices.contains(labels[row]) else { throw ProfileError.unknownSegment(labels[row], segments: names.count) }
                sizes[labels[row]] += 1
            }
        }
        if let place = features.values.values.firstIndex(where: \.isInfinite) {
            throw ProfileError.infinite(column: features.columns[place % features.columns.count], user: features.users[place / features.columns.count])
        }
        let numbers = try work.workers.map(shards: features.columns.count) { try NumberProfile(features, $0, labels, segments: names.count, work) }
        let levels = try work.workers.map(shards: categories.names.count) { [sizes] in try LevelProfile(categories, $0, labels, sizes, work) }

        // One correction for all that is tested.
        var found: [(segment: Int, order: Int, trait: Trait)] = []
        for segment in names.indices {
            try work.check()
            for (column, profile) in numbers.enumerated() {
                guard let difference = profile.difference(of: segment) else { continue }
                found.append((segment, column, Trait(column: features.columns[column], level: nil, difference: difference, pValue: profile.tests[segment]?.pValue ?? 1, rate: 1)))
            }
            for (column, profile) in levels.enumerated() {
                for (place, trait) in profile.traits(of: segment).enumerated() { found.append((segment, (column + 1) * 1000 + place + numbers.count, trait)) }
            }
        }
        let rates = found.map(\.trait.pValue).falseDiscoveryRates
        var traits = [[(order: Int, trait: Trait)]](repeating: [], count: names.count)
        for (found, rate) in zip(found, rates) { traits[found.segment].append((found.order, found.trait.corrected(rate))) }
        columns = features.columns
        rows = features.rows
        noise = features.rows - sizes.reduce(0, +)
        tests = found.count
        overall = numbers.map(\.overall)
        self.categories = levels.map(\.category)
        segments = try names.indices.map { segment in
            try work.check()
            return Segment(
                name: names[segment], size: sizes[segment], share: Double(sizes[segment]) / Double(features.rows), summaries: numbers.map { $0.segments[segment] },
                shares: levels.map { $0.shares[segment] },
                traits: traits[segment].sorted { ($1.trait.difference.magnitude, $0.order) < ($0.trait.difference.magnitude, $1.order) }.map(\.trait))
        }
    }
}

extension SegmentProfile.Trait {
    fileprivate func corrected(_ rate: Double) -> Self { Self(column: column, level: level, difference: difference, pValue: pValue, rate: rate) }
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
