import CKernels

/// Functions of each number of an array, by the vectorised loops: the same digits for a number wherever it stands, and no libm.
public enum Elementwise {
    /// The hyperbolic tangent, to 4e-7 of its value.
    public static func tanh(_ values: [Float]) -> [Float] { map(values, cnb_tanh) }

    /// `1 / (1 + exp(-x))`, to 2e-7.
    public static func sigmoid(_ values: [Float]) -> [Float] { map(values, cnb_sigmoid) }

    /// The exponential, to 4e-7 of its value; 0 below -87, and constant above 88.
    public static func exp(_ values: [Float]) -> [Float] { map(values, cnb_exp) }

    /// The softmax of each row of `[rows, classes]` numbers.
    public static func softmax(_ logits: Matrix) -> Matrix {
        var result = logits
        guard logits.rows > 0, logits.columns > 0 else { return result }
        var shifted = logits.values
        let none = [Float](repeating: 0, count: logits.columns)
        var sums = [Float](repeating: 0, count: logits.rows)
        cnb_softmax(logits.rows, logits.columns, none, &shifted, &result.values, &sums)
        return result
    }

    /// The sum of the cross entropies, in nats, of some rows: of the softmax of `factor` times the row with the class that is its target.
    package static func crossEntropy(_ values: Matrix, rows: Range<Int>, factor: Float, targets: [Int32]) -> Double {
        precondition(rows.lowerBound >= 0 && rows.upperBound <= values.rows && targets.count == values.rows, "crossEntropy needs a target for each row")
        let classes = values.columns
        guard !rows.isEmpty, classes > 0 else { return 0 }
        var logits = values.values[rows.lowerBound * classes..<rows.upperBound * classes].map { $0 * factor }
        var chances = [Float](repeating: 0, count: logits.count), sums = [Float](repeating: 0, count: rows.count)
        cnb_softmax(rows.count, classes, [Float](repeating: 0, count: classes), &logits, &chances, &sums)
        return rows.reduce(0.0) { sum, row in
            let place = row - rows.lowerBound
            return sum + Double(sums[place]) - Double(logits[place * classes + Int(targets[row])])
        }
    }

    /// Each number multiplied by 0 with the probability `share`, by `1 / (1 - share)` otherwise; the coins follow from `key` and the place.
    public static func dropout(_ values: [Float], share: Float, key: UInt64) -> [Float] {
        precondition(share >= 0 && share < 1, "dropout needs a share in 0..<1")
        return map(values) { count, x, y in cnb_dropout(count, key, 0, share, x, y) }
    }

    private static func map(_ values: [Float], _ body: (Int, UnsafePointer<Float>?, UnsafeMutablePointer<Float>?) -> Void) -> [Float] {
        [Float](unsafeUninitializedCapacity: values.count) { buffer, count in
            values.withUnsafeBufferPointer { body(values.count, $0.baseAddress, buffer.baseAddress) }
            count = values.count
        }
    }
}
