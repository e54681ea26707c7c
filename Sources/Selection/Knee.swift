/// Where a falling, convex curve stops to pay off, or that it nowhere does.
///
/// Kneedle, offline, on the points as they are (a handful of points is not smoothed): both axes are brought to 0...1, the falling curve is
/// turned upside down, and the difference y − x is looked at. Each local maximum of it is a candidate; it is the knee if the difference falls
/// below its threshold, the maximum − sensitivity · the mean step in x, before the next local maximum. The first knee counts.
///
/// ### References
/// V. Satopää, J. Albrecht, D. Irwin, B. Raghavan. Finding a "Kneedle" in a Haystack. ICDCS Workshops 2011.
public enum Knee: Sendable, Hashable, Codable {
    /// At this place of the curve, counted from 0.
    case at(Int)
    case none(Reason)

    public enum Reason: String, Sendable, Hashable, Codable {
        case tooFewPoints = "fewer than three points"
        case notFalling = "the curve does not fall"
        case noBend = "the curve has no clear bend"
    }

    /// - Parameters:
    ///   - x: rising.
    ///   - y: as many values, finite.
    public init(x: [Double], y: [Double], sensitivity: Double = 1) {
        precondition(x.count == y.count, "a curve has as many values as places")
        guard x.count >= 3, let low = y.min(), let high = y.max(), let start = x.first, let end = x.last, end > start else {
            self = .none(.tooFewPoints)
            return
        }
        guard high > low, y[y.count - 1] < y[0] else {
            self = .none(.notFalling)
            return
        }
        let scaled = x.map { ($0 - start) / (end - start) }
        let gain = y.indices.map { (high - y[$0]) / (high - low) - scaled[$0] }
        let step = 1 / Double(x.count - 1)
        // Rounding makes no bend: a straight line has differences of some 1e-16.
        let slack = 1e-12
        var candidate: Int?
        for place in 1..<x.count {
            if place < x.count - 1, gain[place] > gain[place - 1] + slack, gain[place] >= gain[place + 1] - slack, gain[place] > slack {
                candidate = place
            }
            if let found = candidate, place > found, gain[place] < gain[found] - sensitivity * step - slack {
                self = .at(found)
                return
            }
        }
        self = .none(.noBend)
    }
}
