import Features
import Runtime

extension KMeans: SegmentEstimator {
    public static var reads: SegmentColumns { .numbers }

    public func segmentation(of rows: SegmentRows, work: Work) throws -> Segmentation {
        let found = try fit(rows.numbers, work: work)
        let unsettled = found.restarts.count { !$0.converged }
        return Segmentation(
            model: found.model, labels: found.labels, sizes: found.sizes, measures: [("inertia", found.inertia)],
            remarks: ["the best of \(NumberText.counted(found.restarts.count, "restarts"))" + (batch > 0 && batch < rows.count ? " by batches of \(NumberText.counted(batch, "rows"))" : "") + (unsettled > 0 ? ", \(unsettled) of them stopped before they settled" : "")])
    }
}

extension KMeans.Fitted: SegmentModel {
    public var count: Int { centroids.rows }
    public var dissimilarity: Dissimilarity? { .euclidean }
    public func segments(of rows: SegmentRows, work: Work) throws -> [Int] { try predict(rows.numbers, work: work) }
}
