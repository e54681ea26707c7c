import Algebra
import Runtime

#if canImport(Glibc)
    import Glibc
#endif

/// How each column is brought to a common scale, learnt from some rows, replayed on others, and inverted.
///
/// A column without negative values whose sample skewness is above 1 (or another threshold), and nearer to 0 once taken by log1p, is taken by
/// log1p. Then each column is standardised: minus its mean, divided by its population standard deviation, as scikit-learn's `StandardScaler`
/// does. A constant column becomes 0 and so takes no part in distances.
///
/// Skewness is the adjusted Fisher-Pearson coefficient G₁, as `skew` of pandas; fewer than three rows have none.
public struct Scaling: Sendable, Hashable, Codable {
    /// What is done to the columns, in their order.
    public let columns: [Column]

    /// What is done to one column.
    public struct Column: Sendable, Hashable, Codable {
        public let name: String
        /// log1p is taken first.
        public let log: Bool
        /// Of the column after the logarithm, where it is taken.
        public let mean: Double
        /// The population standard deviation; 1 for a constant column.
        public let deviation: Double
        /// Every row has the same value, so the column becomes 0.
        public let constant: Bool
        /// Skewness as found and after log1p; absent where it is undefined or was not needed.
        public let skewness: Double?
        public let skewnessOfLog: Double?
        /// Rows that had no value and count as the mean.
        public let filled: Int

        /// Whether nothing is done.
        var isPlain: Bool { !log && mean == 0 && deviation == 1 }

        /// What is done, in words: `log1p, standardised`.
        public var treatment: String {
            if constant { return "constant, takes no part" }
            if isPlain { return "as it is" }
            return (log ? "log1p, standardised" : "standardised") + (filled > 0 ? ", \(filled) missing as the mean" : "")
        }
    }

    /// When log1p is taken.
    public enum LogRule: Sendable, Hashable {
        case never
        /// When skewness is above the threshold and the logarithm brings it nearer to 0.
        case skewed(above: Double)
    }

    /// What is done about a missing value (NaN).
    public enum MissingRule: Sendable, Hashable {
        case refused
        /// It counts as the mean of its column, which is 0 once standardised; after log1p where that is taken.
        case mean
    }

    /// - Parameter missing: also holds for the rows that the scaling is replayed on: they say it again.
    /// - Throws: `FeatureError.noRows`, `noColumns`, `missing`, `tooLarge`, `nothingKnown`; `Cancelled`.
    /// - Complexity: O(rows · columns), columns on several threads.
    public init(
        learningFrom features: FeatureMatrix, log rule: LogRule = .skewed(above: 1), missing: MissingRule = .refused, work: Work = Work()
    ) throws {
        guard features.rows > 0 else { throw FeatureError.noRows }
        guard !features.columns.isEmpty else { throw FeatureError.noColumns }
        columns = try work.workers.map(shards: features.columns.count) { index in
            try work.check()
            let column = features.values.column(index)
            let known = try Self.known(column, of: features, at: index, missing: missing)
            return Self.column(features.columns[index], known: known, filled: column.count - known.count, rule: rule)
        }
    }

    /// Leaves columns as they are, for those that are measured alike already.
    public init(asTheyAre names: [String]) {
        columns = names.map { Column(name: $0, log: false, mean: 0, deviation: 1, constant: false, skewness: nil, skewnessOfLog: nil, filled: 0) }
    }

    private static func known(_ column: [Double], of features: FeatureMatrix, at index: Int, missing: MissingRule) throws(FeatureError) -> [Double] {
        if let row = column.firstIndex(where: { $0.magnitude > 1e150 }) { throw .tooLarge(column: features.columns[index], user: features.users[row]) }
        guard let first = column.firstIndex(where: \.isNaN) else { return column }
        let known = column.filter { !$0.isNaN }
        if missing == .refused {
            throw .missing(column: features.columns[index], user: features.users[first], count: column.count - known.count)
        }
        guard !known.isEmpty else { throw .nothingKnown(column: features.columns[index]) }
        return known
    }

    private static func column(_ name: String, known: [Double], filled: Int, rule: LogRule) -> Column {
        let plain = Moments(known)
        if plain.isConstant {
            return Column(
                name: name, log: false, mean: plain.mean, deviation: 1, constant: true, skewness: nil, skewnessOfLog: nil, filled: filled)
        }
        if case .skewed(let threshold) = rule, let skewness = plain.skewness, skewness > threshold, known.allSatisfy({ $0 >= 0 }) {
            let logs = Moments(known.map(log1p))
            if !logs.isConstant, let after = logs.skewness, after.magnitude < skewness.magnitude {
                return Column(
                    name: name, log: true, mean: logs.mean, deviation: logs.deviation, constant: false, skewness: skewness, skewnessOfLog: after,
                    filled: filled)
            }
            return Column(
                name: name, log: false, mean: plain.mean, deviation: plain.deviation, constant: false, skewness: skewness,
                skewnessOfLog: logs.skewness, filled: filled)
        }
        return Column(
            name: name, log: false, mean: plain.mean, deviation: plain.deviation, constant: false, skewness: plain.skewness, skewnessOfLog: nil,
            filled: filled)
    }

    /// The features on the common scale.
    ///
    /// - Throws: `FeatureError.otherColumns`, `missing` (unless they count as the mean), `tooLarge`, `negativeForLog`.
    public func apply(to features: FeatureMatrix, missing: MissingRule = .refused) throws(FeatureError) -> FeatureMatrix {
        guard features.columns == columns.map(\.name) else { throw .otherColumns(expected: columns.map(\.name), found: features.columns) }
        if missing == .refused { try features.checkComplete() }
        var scaled = features.values
        for (index, column) in columns.enumerated() {
            for row in 0..<features.rows {
                let value = features.values[row, index]
                if value.isNaN || column.constant {
                    scaled[row, index] = 0
                    continue
                }
                guard value.magnitude <= 1e150 else { throw .tooLarge(column: column.name, user: features.users[row]) }
                guard !column.log || value >= 0 else { throw .negativeForLog(column: column.name, user: features.users[row]) }
                scaled[row, index] = ((column.log ? log1p(value) : value) - column.mean) / column.deviation
            }
        }
        return try features.replacing(values: scaled)
    }

    /// Scaled rows, such as centroids, in the units of the columns. A mean of logarithms comes back as a geometric sort of mean, below the plain one.
    ///
    /// - Throws: `FeatureError.columnCount`.
    public func invert(_ scaled: DenseMatrix) throws(FeatureError) -> DenseMatrix {
        guard scaled.columns == columns.count else { throw .columnCount(names: columns.count, found: scaled.columns) }
        var values = scaled
        for (index, column) in columns.enumerated() {
            for row in 0..<scaled.rows {
                let value = column.constant ? column.mean : scaled[row, index] * column.deviation + column.mean
                values[row, index] = column.log ? expm1(value) : value
            }
        }
        return values
    }

    /// What is done, in one line; columns that are treated alike stand together: `recency: standardised; frequency, monetary: log1p, standardised`.
    public var summary: String {
        var groups: [(treatment: String, names: [String])] = []
        for column in columns {
            if let index = groups.firstIndex(where: { $0.treatment == column.treatment }) {
                groups[index].names.append(column.name)
            } else {
                groups.append((column.treatment, [column.name]))
            }
        }
        return groups.map { "\($0.names.joined(separator: ", ")): \($0.treatment)" }.joined(separator: "; ")
    }
}

/// Mean, deviation and skewness of a column, in two passes.
struct Moments {
    let mean: Double
    /// The population standard deviation.
    let deviation: Double
    /// The adjusted Fisher-Pearson coefficient; none for fewer than three values or a constant.
    let skewness: Double?
    /// The spread is within rounding of none.
    let isConstant: Bool

    init(_ values: [Double]) {
        let count = Double(values.count)
        // Dividing first keeps the sum of huge values finite; the second step takes the rounding of the first out.
        let rough = values.reduce(0) { $0 + $1 / count }
        let mean = rough + values.reduce(0) { $0 + ($1 - rough) } / count
        var squares = 0.0
        for value in values { squares += (value - mean) * (value - mean) }
        let variance = squares / count
        let rounding = count * mean * .ulpOfOne
        isConstant = variance <= count * .ulpOfOne * variance + rounding * rounding
        deviation = variance.squareRoot()
        self.mean = mean
        if values.count < 3 || isConstant {
            skewness = nil
        } else {
            let deviation = deviation
            var cubes = 0.0
            for value in values {
                let standard = (value - mean) / deviation
                cubes += standard * standard * standard
            }
            skewness = cubes / count * (count * (count - 1)).squareRoot() / (count - 2)
        }
    }
}
