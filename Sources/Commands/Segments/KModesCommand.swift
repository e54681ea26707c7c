import Diagnostics
import Language
import Models

/// Clusters the rows of a table by their categories: `kmodes k=4`, short for `fit kmodes k=4`.
struct KModesCommand: ClusteringCommand {
    typealias Estimator = KModes

    static let signature = Signature(
        "kmodes", group: .segments, summary: "Partition rows of categories into k clusters around their commonest values.",
        details: """
            Works on the columns of categories that describe a row (texts and truth values), or those that inputs= names; categorical= adds columns of numbers that are codes. A row lies from \
            a cluster as far as its values differ from the commonest ones there, its modes; a missing value is a value of its own. Rows move one by one to the nearest cluster, and the modes \
            follow at once, until none moves; a row that is equally near to several ends in the largest of them. Of several restarts the one of lowest cost is kept, of equally low ones that \
            whose clusters are purer. Clusters are numbered by falling size. Z. Huang, 1998; init=cao by F. Cao, J. Liang and L. Bai, 2009.
            """,
        prints: ClusteringOptions.terms.filter { $0.name != "scaled" } + [
            .init("categorical", "which columns are read, and how many different values each has"),
            .init("cost", "over all rows, how many values differ from the modes of their cluster"),
            .init("the best of N restarts", "how many runs there were; the one of lowest cost is shown"),
        ],
        memory: "the columns that are read as codes, counts of each value in each cluster, and a cluster for each row",
        draws: "the first modes of each restart; nothing with init=cao",
        reads: [.table], gives: [.segments],
        examples: [
            Example("simulate shop users=300 days=30 seed=1 | rfm | kmodes k=3 inputs=[r, f, m] categorical=[r, f, m]", prints: "3 clusters of"),
        ]
    ) { options }

    static let longExample = Signature.Example("simulate shop users=200 days=30 seed=1 | rfm | fit kmodes k=2 inputs=[r, f] categorical=[r, f]", prints: "2 clusters of")

    static func check(_ call: Call) throws(Diagnostic) { try ClusteringOptions.checkStart(call) }
}
