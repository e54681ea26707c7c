import Language
import Models

/// Clusters the rows of a table: `kmeans k=5`, short for `fit kmeans k=5`.
struct KMeansCommand: ClusteringCommand {
    typealias Estimator = KMeans

    static let signature = Signature(
        "kmeans", group: .segments, summary: "Partition users into k clusters around their means.",
        details: """
            Works on the numeric columns that describe a row (for 'rfm': recency, frequency, monetary), or those that inputs= names. Columns are standardised; a column without
            negative values whose skewness is above 1 is taken by log1p first, where that brings it nearer to 0; what was done is printed. Seeds come
            from k-means++, of several restarts the one of lowest inertia is kept. Inertia is the sum of squared distances of the scaled rows to their
            centroids. With batch= an iteration draws so many rows and moves their centroids a little (D. Sculley, 2010), which is quicker on millions of rows and mostly ends a
            little higher. Clusters are numbered by falling size; the table shows means in the original units.
            """,
        prints: ClusteringOptions.terms + [
            .init("inertia", "the sum of squared distances of the scaled rows to the centroid of their cluster"),
            .init("the best of N restarts", "how many runs there were; the one of lowest inertia is shown"),
        ],
        memory: "the columns as they are and scaled, and a cluster for each row",
        draws: "the first centroids of each restart",
        reads: [.table], gives: [.segments],
        examples: [
            Example("simulate shop users=300 days=30 seed=1 | rfm | kmeans k=3", prints: "3 clusters of"),
        ]
    ) { options }

    static let longExample = Signature.Example("simulate shop users=200 days=30 seed=1 | rfm | fit kmeans k=2", prints: "2 clusters of")
}
