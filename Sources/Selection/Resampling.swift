import Features
import Models
import Runtime
import Scoring

/// What scores by repeated k-means share.
enum Resampling {
    /// All rows, or a random sample of `mostRows`, drawn from the stream (seed, `purpose`, `sample`).
    static func sample(_ features: FeatureMatrix, mostRows: Int, seed: Int, purpose: String) throws -> FeatureMatrix {
        guard features.rows > mostRows else { return features }
        var stream = RandomStream(seed: seed, name: purpose, purpose: "sample")
        return try features.selecting(rows: stream.rows(mostRows, of: features.rows))
    }

    /// k-means with k clusters; none where the rows do not hold as many that differ.
    static func fit(_ features: FeatureMatrix, _ k: Int, _ estimator: KMeans, _ work: Work) throws -> KMeans.Clustering? {
        var kmeans = estimator
        kmeans.clusterCount = k
        do { return try kmeans.fit(features, work: work) } catch let error as ClusteringError where error.isTooFewRows { return nil }
    }
}
