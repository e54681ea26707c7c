import Language
import Models

/// Describes the rows of a table by a mixture of normal distributions: `mixture k=2..6`.
struct MixtureCommand: ClusteringCommand {
    typealias Estimator = Mixture

    static let signature = Signature(
        "mixture", group: .segments, summary: "Describe users by a mixture of normal distributions; each belongs to its likeliest component.",
        details: """
            Scales the columns as 'kmeans' does, and fits k normal distributions by expectation-maximisation, begun from k-means. Unlike the clusters of 'kmeans', components may be wide or
            narrow, long, and turned (covariance=full), have only variances of their own (diagonal), or share one shape (tied). Of several k the one of least BIC is kept: it weighs the
            likelihood against the number of parameters, so that more components must earn their place. How sure a row is of its component is told: rows below 80 % lie between segments.
            """,
        prints: ClusteringOptions.terms + [
            .init("BIC", "parameters · ln(rows) − 2 · log likelihood; the less the better, of the same rows and columns only"),
            .init("log likelihood", "the sum over the rows of the logarithm of the density that the mixture gives them, in scaled units"),
            .init("AIC", "2 · parameters − 2 · log likelihood; it lets more components in than BIC"),
            .init("weight", "the share of the component in the mixture"),
            .init("certainty", "the mean probability with which the rows of a segment are of it"),
            .init("soft rows", "those of which the probability is below 80 %"),
        ],
        memory: "the columns as they are and scaled, and a cluster for each row",
        draws: "the first centroids of each restart",
        reads: [.table], gives: [.segments],
        examples: [
            Example("simulate shop users=200 days=30 seed=1 | rfm | mixture k=2..3 restarts=1", prints: "least BIC of k=2..3"),
            Example("simulate shop users=200 days=30 seed=1 | rfm | mixture k=3 covariance=diagonal restarts=1", prints: "3 components of diagonal covariance"),
        ]
    ) { options }

    static let longExample = Signature.Example("simulate shop users=100 days=30 seed=1 | rfm | fit mixture k=2 covariance=tied restarts=1", prints: "2 components of tied covariance")
}
