/// Whether probabilities are what they say: of rows with about the same predicted probability of a class, the share that is of the class.
///
/// ### References
/// M. Pakdaman Naeini, G. Cooper, M. Hauskrecht. Obtaining Well Calibrated Probabilities Using Bayesian Binning. AAAI 2015.
public struct CalibrationCurve: Sendable, Hashable, Codable {
    /// The rows whose probability lies in a part of 0...1.
    public struct Bin: Sendable, Hashable, Codable {
        /// The place of the part, from 0.
        public let place: Int
        public let rows: Int
        /// The mean of their predicted probabilities, and the share of them that is of the class.
        public let predicted: Double, share: Double

        public var range: ClosedRange<Double> { Double(place) / Double(CalibrationCurve.binCount)...Double(place + 1) / Double(CalibrationCurve.binCount) }
    }

    /// The probabilities are sorted into so many bins of equal width; one on a border lies in the lower.
    public static let binCount = 10
    /// Those that hold rows, rising.
    public let bins: [Bin]

    /// - Parameters:
    ///   - isOfClass: whether each row is of the class.
    ///   - probabilities: of the class, 0...1.
    /// - Throws: `noRows`, `wrongCount`, `notANumber`.
    public init(isOfClass: [Bool], probabilities: [Double]) throws(ScoringError) {
        guard !probabilities.isEmpty else { throw .noRows }
        guard isOfClass.count == probabilities.count else { throw .wrongCount(of: "probabilities", expected: isOfClass.count, found: probabilities.count) }
        if let row = probabilities.firstIndex(where: \.isNaN) { throw .notANumber(row: row) }
        var rows = [Int](repeating: 0, count: Self.binCount), hits = rows
        var sums = [ExactSum](repeating: ExactSum(), count: Self.binCount)
        for (row, probability) in probabilities.enumerated() {
            let bin = Self.bin(of: probability)
            rows[bin] += 1
            hits[bin] += isOfClass[row] ? 1 : 0
            sums[bin].add(probability)
        }
        bins = rows.indices.filter { rows[$0] > 0 }.map { Bin(place: $0, rows: rows[$0], predicted: sums[$0].total / Double(rows[$0]), share: Double(hits[$0]) / Double(rows[$0])) }
    }

    static func bin(of probability: Double) -> Int { min(binCount - 1, max(0, Int((probability * Double(binCount)).rounded(.up)) - 1)) }

    /// The mean gap between what is predicted and what is, bins counted by their rows: 0 at best.
    public var error: Double { bins.map { Double($0.rows) * ($0.share - $0.predicted).magnitude }.exactSum / Double(bins.reduce(0) { $0 + $1.rows }) }
}
