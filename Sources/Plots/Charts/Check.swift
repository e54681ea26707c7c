/// What charts ask of their data before they take it.
enum Check {
    static func sameCount(_ kind: String, _ what: String, _ expected: Int, _ found: Int) throws(PlotError) {
        guard expected == found else { throw .mismatch(kind: kind, what: what, expected: expected, found: found) }
    }

    static func numbers(_ kind: String, _ what: String, _ values: [Double], in range: ClosedRange<Double>) throws(PlotError) {
        // NaN is in no range.
        guard let bad = values.first(where: { !range.contains($0) }) else { return }
        throw .unusableNumber(kind: kind, what: what, value: "\(bad)")
    }

    static func finite(_ kind: String, _ what: String, _ values: [Double]) throws(PlotError) {
        guard let bad = values.first(where: { !$0.isFinite }) else { return }
        throw .unusableNumber(kind: kind, what: what, value: "\(bad)")
    }

    static func counts(_ kind: String, _ what: String, _ values: [Int]) throws(PlotError) {
        // Sums of counts must not overflow.
        guard let bad = values.first(where: { $0 < 0 || $0 > Self.largestCount }) else { return }
        throw .unusableNumber(kind: kind, what: what, value: "\(bad)")
    }

    static let largestCount = 1 << 50
}
