import Diagnostics
import Expressions
import Language
import Models
import Runtime
import Selection
import Tables

/// Looks for the number of clusters beyond which more of them stop to pay off.
struct ElbowCommand: Command {
    static let counts = Parameter<WholeNumbers>.named("k", default: WholeNumbers(Array(2...10)), "numbers of clusters to try", check: { counts in
        counts.values.isEmpty || !counts.values.allSatisfy { (1...1024).contains($0) } ? "range or list of whole numbers in 1...1024" : nil
    })
    static let restarts = Parameter<Int>.named("restarts", default: 10, in: 1...1000, "restarts for each k")
    static let signature = Signature(
        "elbow", group: .segments, summary: "Inertia and silhouette of k-means for several k, with the knee, or the words that there is none.",
        details: """
            Scales columns as 'kmeans' does. The knee is found by Kneedle (Satopää et al. 2011, sensitivity 1). The mean silhouette stands beside
            it, with the smallest cluster: a high silhouette may be a few outliers in a cluster of their own.
            """,
        prints: [
            .init("inertia", "the sum of squared distances of the scaled rows to the centroid of their cluster, of the best restart"),
            .init("silhouette", "the mean over the rows; see 'help silhouette'"),
            .init("smallest cluster, largest cluster", "rows in them"),
            .init("knee", "the k where the curve of inertia bends most (Kneedle), or the words that there is none"),
        ],
        memory: "the columns as they are and scaled, and one partition at a time",
        draws: "the first centroids of each restart, as 'kmeans' with the same k draws them; and the sample of rows where not all silhouettes are measured",
        reads: [.table], gives: [.answer],
        examples: [
            Example("simulate shop users=300 days=30 seed=1 | rfm | elbow k=2..6 restarts=3", prints: "inertia"),
        ]
    ) {
        counts
        restarts
        ClusteringOptions.options(for: .numbers)
    }

    static func outline(_ call: Call, on input: Outline?) throws(Diagnostic) -> Outline {
        try ClusteredRows.check(call, input, reads: .numbers)
        let columns = ["k", "inertia", "silhouette", "smallest", "largest"].map { ExpressionSchema.Column($0, .number) }
        return TableValue.outline(ExpressionSchema(columns: columns), kind: .answer, properties: ["knee", "best_silhouette_k"], maker: signature.verb)
    }

    func run(_ call: Call, on input: Input?) throws -> Outcome {
        guard let input else { throw Diagnostic("nothing-to-read", "'elbow' reads a table", category: .syntax, at: call.span) }
        let source = try input.table(for: call)
        let counts = try call[Self.counts].values
        let rows = try ClusteredRows(source, call, reads: .numbers)
        let scaled = rows.scaled.numbers
        var estimator = KMeans()
        estimator.restarts = try call[Self.restarts]
        estimator.seed = try call[ClusteringOptions.seed] ?? call.context.seed
        let elbow: Elbow
        do { elbow = try Elbow(of: scaled, counts: counts, estimator: estimator, silhouettes: true, work: call.context.work) } catch let error as ClusteringError {
            throw error.diagnostic.placed(at: call.span(of: Self.counts))
        }
        let points = elbow.points
        let table = Table([
            Column("k", integers: points.map { Int64($0.k) }), Column("inertia", numbers: points.map(\.inertia)),
            Column("silhouette", numbers: points.map { $0.silhouette?.mean }), Column("smallest", integers: points.map { Int64($0.sizes.min() ?? 0) }),
            Column("largest", integers: points.map { Int64($0.sizes.max() ?? 0) }),
        ])
        var notes = [elbow.verdict.capitalisedFirst + "."]
        if let best = elbow.bestBySilhouette { notes.append("The silhouette is highest at k=\(best).") }
        if !elbow.leftOut.isEmpty { notes.append("Left out for want of rows: k=\(Self.ranges(elbow.leftOut)).") }
        notes.append("\(rows.lines.map(\.capitalisedFirst).joined(separator: "; ")); the best of \(estimator.restarts) restarts each.")
        let inertias = DisplayTable.Cell.column(points.map(\.inertia))
        let display = DisplayTable(
            title: "k-means of \(NumberText.grouped(scaled.rows)) \(source.rowNoun) by number of clusters",
            columns: [.init("k", .right), .init("inertia", .right), .init("silhouette", .right), .init("smallest cluster", .right), .init("largest cluster", .right)],
            rows: zip(points, inertias).map { point, inertia in
                [
                    .count(point.k), inertia, point.silhouette.map { .number($0.mean, 4) } ?? .undefined, .count(point.sizes.min() ?? 0),
                    .count(point.sizes.max() ?? 0),
                ]
            }, notes: notes)
        let properties: [(name: String, value: Value)] = (elbow.best.map { [("knee", .integer($0))] } ?? [("knee", .word("none"))])
            + (elbow.bestBySilhouette.map { [("best_silhouette_k", .integer($0))] } ?? [])
        return Outcome(
            TableValue(table, kind: .answer, title: "Inertia by number of clusters", rowNoun: "values of k", notes: notes, summaryBlocks: [.table(display)], detail: .elbow(elbow), properties: properties))
    }

    /// Rising whole numbers, those in a row as a range: `2, 5..9`.
    static func ranges(_ values: [Int]) -> String {
        var runs: [ClosedRange<Int>] = []
        for value in values {
            if let last = runs.last, last.upperBound + 1 == value { runs[runs.count - 1] = last.lowerBound...value } else { runs.append(value...value) }
        }
        return runs.map { $0.count > 1 ? "\($0.lowerBound)..\($0.upperBound)" : "\($0.lowerBound)" }.joined(separator: ", ")
    }
}

extension String {
    /// With the first letter as at the start of a sentence.
    var capitalisedFirst: String { prefix(1).uppercased() + dropFirst() }
}
