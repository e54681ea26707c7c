import Features
import Models
import Runtime

/// The rows of segments on a scale on which distances can be measured.
struct MeasuredRows: Sendable {
    let rows: SegmentRows
    /// None where there are no numbers.
    let scaling: Scaling?
    /// Whether the segments were found by something else than the numbers on this scale.
    let isLearnt: Bool
}

extension SegmentsValue {
    /// The rows on the scale that was clustered; of segments that were not found by columns on one that is learnt from the numbers of their rows, a missing one as the mean.
    ///
    /// - Returns: none where there is neither.
    /// - Throws: `FeatureError.tooLarge`; `Cancelled`.
    func measuredRows(_ work: Work) throws -> MeasuredRows? {
        switch reading {
        case .rows(let rows): return MeasuredRows(rows: rows.scaled, scaling: rows.scaling, isLearnt: false)
        case .journeys: return nil
        case .column, .segments:
            let known = columns.numbers.filter { name in table.table.column(named: name)?.numbers?.contains { !$0.isNaN } == true }
            guard !known.isEmpty else { return nil }
            let numbers = try table.numbers(of: known, work: work), scaling = try Scaling(learningFrom: numbers, missing: .mean, work: work)
            return MeasuredRows(rows: SegmentRows(try scaling.apply(to: numbers, missing: .mean)), scaling: scaling, isLearnt: true)
        }
    }
}
