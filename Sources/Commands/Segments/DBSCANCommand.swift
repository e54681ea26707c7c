import Diagnostics
import Language
import Models

/// Finds dense places among the rows of a table, and noise: `dbscan`, `dbscan eps=0.5`.
struct DBSCANCommand: ClusteringCommand {
    typealias Estimator = DBSCAN

    static let signature = Signature(
        "dbscan", group: .segments, summary: "Find dense places of any shape among users; who lies in none is noise.",
        details: """
            Scales the columns as 'kmeans' does. With eps=, a row is a core row if min-points rows, itself included, lie in that reach; core rows in reach of each other share a segment, and
            other rows in reach of one belong to it. Without eps, the densities decide (HDBSCAN): segments may differ in density, and those are kept that last longest as the demand
            on density rises; min-size says how many rows a segment has at least. How many segments there are is found, not asked for. Rows in none have no segment: in tables it is missing.
            """,
        prints: ClusteringOptions.terms + [
            .init("in none", "noise: rows in no dense place"),
            .init("core rows", "those with min-points rows in reach, themselves included"),
            .init("eps", "the reach, in units of the scaled columns: 1 is a standard deviation"),
        ],
        memory: "the columns as they are and scaled, and a tree of boxes over the rows",
        draws: "the sample, where there is no eps and there are more rows than sample=",
        reads: [.table], gives: [.segments],
        examples: [
            Example("simulate shop users=200 days=30 seed=1 | rfm | dbscan eps=0.6", prints: "core rows"),
            Example("simulate shop users=200 days=30 seed=1 | rfm | dbscan min-size=10", prints: "HDBSCAN"),
        ]
    ) { options }

    static let longExample = Signature.Example("simulate shop users=100 days=30 seed=1 | rfm | fit dbscan eps=0.8 min-points=4", prints: "min-points 4")

    static func check(_ call: Call) throws(Diagnostic) {
        guard let eps = call.value(named: "eps")?.value.asDouble, eps > 0 else { return }
        try call.refuse(["min-size", "sample", "seed"], because: "with eps= dense places have any size, all rows are looked at, and nothing is drawn", label: "against eps", hint: ClusteringOptions.oneOfThem)
    }
}
