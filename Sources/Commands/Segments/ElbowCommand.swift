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
    static let references = Parameter<Int>.named("references", default: GapStatistic.defaultReferences, in: 0...1000, "sets of uniform rows for the gap statistic; 0 leaves it out")
    static let pairs = Parameter<Int>.named("pairs", default: Stability.defaultPairs, in: 0...1000, "pairs of subsamples for the stability; 0 leaves it out")
    static let sample = Parameter<Int>.named("sample", default: GapStatistic.mostRows, in: 10...10_000_000, "most rows for the gap statistic and the stability; of more a sample is taken")

    static let signature = Signature(
        "elbow", group: .segments, summary: "Scores of k-means for several k side by side, with the knee of the inertia, or the words that there is none.",
        details: """
            Scales columns as 'kmeans' does. The knee is found by Kneedle (Satopää et al. 2011, sensitivity 1). The smallest cluster stands beside the scores: a high silhouette may be a few
            outliers in a cluster of their own. Scores answer different questions and need not agree; where all speak for one k it can be trusted, and where none does there may be no clusters.

            CH (Caliński and Harabasz 1974) and DB (Davies and Bouldin 1979) compare the spread in clusters with the distances between them. The gap (Tibshirani et al. 2001) asks whether the
            inertia falls further than it would on rows drawn uniformly from the box of the columns' ranges. Stability clusters pairs of random subsamples of 80 % of the rows and asks how far
            they agree on the rows in both. Gap and stability take at most sample= rows and three restarts for each run; it is said when that is a sample.
            """,
        prints: [
            .init("inertia", "the sum of squared distances of the scaled rows to the centroid of their cluster, of the best restart"),
            .init("silhouette", "the mean over the rows; see 'help silhouette'"),
            .init("CH", "the sum of squares between clusters over that in them, each by its degrees of freedom: higher is better"),
            .init("DB", "the mean over clusters of the worst ratio of two clusters' spreads to the distance of their centroids: lower is better"),
            .init("gap", "the mean of ln inertia over the uniform sets, less that of the rows; its k is the smallest whose gap is at least the next one's less that one's standard error"),
            .init("stability", "the mean adjusted Rand index over the pairs, 1 where the same clusters come back each time; its k is the largest that is at most 0.02 below the highest"),
            .init("smallest, largest", "rows in the smallest and in the largest cluster"),
            .init("knee", "the k where the curve of inertia bends most (Kneedle), or the words that there is none"),
        ],
        memory: "the columns as they are and scaled, and one partition at a time",
        draws: "the first centroids of each restart, as 'kmeans' with the same k draws them; the uniform rows and the subsamples; and the sample of rows where not all are measured",
        reads: [.table], gives: [.answer],
        examples: [
            Example("simulate shop users=300 days=30 seed=1 | rfm | elbow k=2..5 restarts=2 references=3 pairs=3", prints: "stability"),
        ]
    ) {
        counts
        restarts
        references
        pairs
        sample
        ClusteringOptions.options(for: .numbers)
    }

    static func outline(_ call: Call, on input: Outline?) throws(Diagnostic) -> Outline {
        try ClusteredRows.check(call, input, reads: .numbers)
        let hasGap = try call[references] > 0, hasStability = try call[pairs] > 0
        if !hasGap, !hasStability { try call.refuse([sample.description.name], because: "without references and pairs no rows are sampled", label: "of nothing", hint: ClusteringOptions.oneOfThem) }
        let columns = columnNames.map { ExpressionSchema.Column($0, .number) }
        return TableValue.outline(
            ExpressionSchema(columns: columns), kind: .answer, properties: ["knee", "best_silhouette_k", "best_ch_k", "best_db_k"] + (hasGap ? ["gap_k"] : []) + (hasStability ? ["stable_k"] : []), maker: signature.verb)
    }

    private static let columnNames = ["k", "inertia", "silhouette", "calinski_harabasz", "davies_bouldin", "gap", "gap_error", "stability", "stability_spread", "smallest", "largest"]

    func run(_ call: Call, on input: Input?) throws -> Outcome {
        guard let input else { throw Diagnostic("nothing-to-read", "'elbow' reads a table", category: .syntax, at: call.span) }
        let source = try input.table(for: call).named(call.context.work)
        let counts = try call[Self.counts].values
        let rows = try ClusteredRows(source, call, reads: .numbers)
        let scaled = rows.scaled.numbers
        var estimator = KMeans()
        estimator.restarts = try call[Self.restarts]
        estimator.seed = try call[ClusteringOptions.seed] ?? call.context.seed
        let elbow: Elbow
        do { elbow = try Elbow(of: scaled, counts: counts, estimator: estimator, silhouettes: true, references: try call[Self.references], pairs: try call[Self.pairs], resampledRows: try call[Self.sample], work: call.context.work) } catch let error as ClusteringError {
            throw error.diagnostic.placed(at: call.span(of: Self.counts))
        }
        var notes = Self.verdicts(elbow)
        if !elbow.leftOut.isEmpty { notes.append("Left out for want of rows: k=\(NumberText.ranges(elbow.leftOut)).") }
        if elbow.gap?.isSampled == true || elbow.stability?.isSampled == true {
            notes.append("Gap and stability on a random \(NumberText.rate(elbow.gap?.rows ?? elbow.stability?.rows ?? 0, of: scaled.rows)) \(source.rowNoun).")
        }
        notes.append("\(rows.lines.map(\.capitalisedFirst).joined(separator: "; ")); the best of \(NumberText.counted(estimator.restarts, "restarts")) each.")
        let display = Self.display(elbow, title: "k-means of \(NumberText.grouped(scaled.rows)) \(source.rowNoun) by number of clusters", notes: notes)
        let speaking: [(name: String, k: Int?)] = [
            ("best_silhouette_k", elbow.bestBySilhouette), ("best_ch_k", elbow.bestByRatio), ("best_db_k", elbow.bestByOverlap), ("gap_k", elbow.gap?.best), ("stable_k", elbow.stability?.best()),
        ]
        let properties: [(name: String, value: Value)] = [("knee", elbow.best.map { .integer($0) } ?? .word("none"))] + speaking.compactMap { one in one.k.map { (one.name, .integer($0)) } }
        let table = Self.table(elbow)
        return Outcome(
            TableValue(table, kind: .answer, title: "Scores by number of clusters", rowNoun: "values of k", notes: notes, summaryBlocks: [.table(display)], detail: .elbow(elbow), properties: properties),
            notes: rows.counters(source, call))
    }

    /// Which k each score speaks for.
    private static func verdicts(_ elbow: Elbow) -> [String] {
        let others: [(name: String, k: Int?)] = [
            ("silhouette", elbow.bestBySilhouette), ("CH", elbow.bestByRatio), ("DB", elbow.bestByOverlap), ("stability", elbow.stability?.best()),
        ]
        var words = others.compactMap { one in one.k.map { "\(one.name) k=\($0)" } }
        if let gap = elbow.gap { words.append(gap.best.map { "gap k=\($0)" } ?? "gap none of these") }
        return [elbow.verdict.capitalisedFirst + "."] + (words.isEmpty ? [] : ["Other scores speak for: \(words.joined(separator: ", "))."])
    }

    private static func table(_ elbow: Elbow) -> Table {
        let points = elbow.points
        let gaps = points.map { point in elbow.gap?.points.first { $0.k == point.k } }, stabilities = points.map { point in elbow.stability?.points.first { $0.k == point.k } }
        let numbers: [[Double?]] = [
            points.map(\.inertia), points.map { $0.silhouette?.mean }, points.map { $0.spread?.calinskiHarabasz }, points.map { $0.spread?.daviesBouldin }, gaps.map { $0?.gap }, gaps.map { $0?.error },
            stabilities.map { $0?.mean }, stabilities.map { $0?.spread },
        ]
        let sizes = [points.map { $0.sizes.min() ?? 0 }, points.map { $0.sizes.max() ?? 0 }]
        let columns = [Column("k", integers: points.map { Int64($0.k) })] + zip(columnNames.dropFirst(), numbers).map { Column($0, numbers: $1) }
        return Table(columns + zip(columnNames.suffix(2), sizes).map { Column($0, integers: $1.map { Int64($0) }) })
    }

    private static func display(_ elbow: Elbow, title: String, notes: [String]) -> DisplayTable {
        let points = elbow.points
        var columns: [(title: String, cells: [DisplayTable.Cell])] = [
            ("k", points.map { .count($0.k) }), ("inertia", DisplayTable.Cell.column(points.map(\.inertia))),
            ("silhouette", points.map { $0.silhouette.map { .number($0.mean, 4) } ?? .undefined }), ("CH", DisplayTable.Cell.column(points.map { $0.spread?.calinskiHarabasz })),
            ("DB", points.map { $0.spread.map { .number($0.daviesBouldin, 3) } ?? .undefined }),
        ]
        if let gap = elbow.gap { columns.append(("gap", points.map { point in gap.points.first { $0.k == point.k }.map { .number($0.gap, 3) } ?? .undefined })) }
        if let stability = elbow.stability { columns.append(("stability", points.map { point in stability.points.first { $0.k == point.k }.map { .number($0.mean, 3) } ?? .undefined })) }
        columns += [("smallest", points.map { .count($0.sizes.min() ?? 0) }), ("largest", points.map { .count($0.sizes.max() ?? 0) })]
        return DisplayTable(title: title, columns: columns.map { .init($0.title, .right) }, rows: points.indices.map { place in columns.map { $0.cells[place] } }, notes: notes)
    }
}

extension String {
    /// With the first letter as at the start of a sentence.
    var capitalisedFirst: String { prefix(1).uppercased() + dropFirst() }
}
