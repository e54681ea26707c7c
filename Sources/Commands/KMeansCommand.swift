import Diagnostics
import Features
import Language
import Models
import Runtime

/// Clusters the rows of a table: `kmeans k=5`, short for `fit kmeans k=5`.
struct KMeansCommand: Command {
    static let seed = Parameter<Int?>.optional("seed", "seed of the first centroids; the session's unless given", check: { $0 >= 0 ? nil : "whole number from 0" })
    static let log = Parameter<Bool>.named("log", default: true, "take log1p of columns without negative values that are skewed")

    static let signature = Signature(
        "kmeans", group: .segments, summary: "Partition users into k clusters around their means.",
        details: """
            Works on the numeric columns that describe a row (for 'rfm': recency, frequency, monetary). Columns are standardised; a column without
            negative values whose skewness is above 1 is taken by log1p first, where that brings it nearer to 0; what was done is printed. Seeds come
            from k-means++, of several restarts the one of lowest inertia is kept. Inertia is the sum of squared distances of the scaled rows to their
            centroids. Clusters are numbered by falling size; the table shows means in the original units.
            """,
        prints: [
            .init("scaled", "which columns went through log1p, and that all were standardised to mean 0 and standard deviation 1"),
            .init("inertia", "the sum of squared distances of the scaled rows to the centroid of their cluster"),
            .init("the best of N restarts", "how many runs there were; the one of lowest inertia is shown"),
            .init("users, share", "rows of the cluster, and of all"),
            .init("the other columns", "means over the cluster, in the original units"),
        ],
        memory: "the columns as they are and scaled, and a cluster for each row",
        draws: "the first centroids of each restart",
        reads: [.table], gives: [.segments],
        examples: [
            Example("simulate shop users=300 days=30 seed=1 | rfm | kmeans k=3", prints: "3 clusters of"),
        ]
    ) {
        KMeans.schema.options
        log
        seed
    }

    static func outline(_ call: Call, on input: Outline?) throws(Diagnostic) -> Outline {
        if input?.features?.isEmpty == true { throw TableValue.noFeatures(input?.schema?.names ?? []) }
        return SegmentsValue.outline(features: input?.features, rowNoun: input?.rowNoun)
    }

    func run(_ call: Call, on input: Input?) throws -> Outcome {
        guard let input else { throw Diagnostic("nothing-to-read", "'kmeans' reads a table", category: .syntax, at: call.span) }
        let source = try input.table(for: call)
        var estimator = try KMeans.schema.estimator(for: call)
        let seed = try call[Self.seed] ?? call.context.seed
        estimator.seed = seed
        let (features, scaled, scaling) = try Self.scaled(source, usesLog: call[Self.log], call: call)
        let clustering: KMeans.Clustering
        do { clustering = try estimator.fit(scaled, work: call.context.work) } catch let error as ClusteringError {
            throw error.diagnostic.placed(at: call.span(named: "k"))
        }
        return Outcome(
            SegmentsValue(
                sourceName: input.name, rowNoun: source.rowNoun, identifier: source.identifier ?? "row", features: features, scaled: scaled, scaling: scaling, units: source.units,
                clustering: clustering, seed: seed))
    }

    /// The features of a table as they are and on a common scale.
    static func scaled(_ source: TableValue, usesLog: Bool, call: Call) throws -> (features: FeatureMatrix, scaled: FeatureMatrix, scaling: Scaling) {
        let features = try source.features()
        let scaling = try Scaling(learningFrom: features, log: usesLog ? .skewed(above: 1) : .never, work: call.context.work)
        return (features, try scaling.apply(to: features), scaling)
    }
}
