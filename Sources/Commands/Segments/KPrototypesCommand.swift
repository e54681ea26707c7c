import Diagnostics
import Language
import Models

/// Clusters the rows of a table by numbers and categories: `kprototypes k=4`, short for `fit kprototypes k=4`.
struct KPrototypesCommand: ClusteringCommand {
    typealias Estimator = KPrototypes

    static let signature = Signature(
        "kprototypes", group: .segments, summary: "Partition rows of numbers and categories into k clusters.",
        details: """
            Works on all columns that describe a row, or those that inputs= names: numbers by their squared gaps to the mean of a cluster, categories (texts, truth values, and codes that \
            categorical= names) by gamma for each that differs from the commonest value there. What is read as which is printed: codes of categories look like numbers, so look at it. Numbers are \
            standardised as for 'kmeans'; a missing category is a value of its own. gamma is half the mean standard deviation of the numbers unless given: greater, categories count for more. \
            Rows move one by one to the nearest cluster, whose mean and commonest values follow at once, until none moves. Of several restarts the one of lowest cost is kept. Clusters are \
            numbered by falling size. Z. Huang, 1998.
            """,
        prints: ClusteringOptions.terms + [
            .init("numeric, categorical", "which columns are read as numbers and which as categories, with how many different values"),
            .init("cost", "over all rows, the squared gaps of the scaled numbers to the means of their cluster, and gamma for each category that differs"),
            .init("gamma", "what a category that differs weighs against squared gaps, given or estimated"),
            .init("the best of N restarts", "how many runs there were; the one of lowest cost is shown"),
        ],
        memory: "the columns that are read, counts of each value in each cluster, and a cluster for each row",
        draws: "the first clusters of each restart; nothing with init=cao",
        reads: [.table], gives: [.segments],
        examples: [
            Example("simulate shop users=300 days=30 seed=1 | rfm | kprototypes k=3 inputs=[recency, frequency, m] categorical=[m]", prints: "3 clusters of"),
            Example("simulate shop users=200 days=30 seed=1 | rfm | kprototypes k=2 gamma=2 init=cao inputs=[recency, m] categorical=[m]", prints: "gamma 2, as given"),
        ]
    ) { options }

    static let longExample = Signature.Example("simulate shop users=200 days=30 seed=1 | rfm | fit kprototypes k=2 inputs=[recency, m] categorical=[m]", prints: "2 clusters of")

    static func check(_ call: Call) throws(Diagnostic) { try ClusteringOptions.checkStart(call) }
}
