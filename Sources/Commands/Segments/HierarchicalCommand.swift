import Language
import Models

/// Merges the rows of a table, or the journeys of events, into a tree of clusters, and cuts it: `hierarchical k=4`.
struct HierarchicalCommand: ClusteringCommand {
    typealias Estimator = Hierarchical

    static let signature = Signature(
        "hierarchical", group: .segments, summary: "Merge the nearest users and clusters into a tree, and cut it into k.",
        details: """
            Scales the columns as 'kmeans' does, begins with each row on its own, and merges the two nearest clusters until one is left. linkage=ward merges where clusters widen least, as
            'kmeans' would; average takes the mean distance of the rows of two clusters, complete the largest. The tree does not depend on k: cutting it into one more only splits one
            cluster. All pairs of rows are looked at, so of more than sample= rows a sample makes the tree, and the rest is assigned. The table shows the last merges: where
            the height drops far from one line to the next, the number of segments below it is there in the data.
            Of events it clusters the journeys of users (or, with per=session, of sessions) by edit distance: how many steps must be put in, left out or changed to make one of the other, as a
            share of the longer one's length. Then linkage is average unless told, of more than 2,000 journeys a sample makes the tree, and the rest goes where the mean distance is least; of
            journeys longer than length= the last steps count.
            """,
        prints: ClusteringOptions.terms + JourneyRows.terms + [
            .init("height", "the distance of the two clusters that were merged last; for ward √(2 · the rise of inertia)"),
            .init("next height", "the distance at which the next two of the segments would be merged"),
            .init("rows", "how many were joined with how many"),
        ],
        memory: "half of the square of the sampled rows in distances: 100 MB for 5,000 rows",
        draws: "the sample, where there are more rows",
        reads: [.table, .events], gives: [.segments],
        examples: [
            Example("simulate shop users=200 days=30 seed=1 | rfm | hierarchical k=3", prints: "ward linkage"),
            Example("simulate shop users=200 days=30 seed=1 | rfm | hierarchical k=3 linkage=average sample=100", prints: "a sample of 100"),
            Example("simulate shop users=60 days=10 seed=1 | hierarchical k=3 length=20", prints: "typical journey"),
        ]
    ) { options }

    static let longExample = Signature.Example("simulate shop users=100 days=30 seed=1 | rfm | fit hierarchical k=2 linkage=complete", prints: "complete linkage")
}
