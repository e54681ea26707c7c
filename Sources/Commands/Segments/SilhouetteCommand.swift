import Diagnostics
import Expressions
import Language
import Runtime
import Scoring
import Tables

/// Says how well rows lie in their clusters.
struct SilhouetteCommand: Command {
    static let signature = Signature(
        "silhouette", group: .segments, summary: "How well users lie in their clusters, from -1 to 1, by cluster and overall.",
        details: """
            The silhouette of a user is (b - a) / max(a, b), where a is the mean distance to the others of its cluster and b the mean distance to the
            users of the nearest other cluster, on the scale that was clustered. Distances are Euclidean, or those that the clustering goes by: the squared distance of the numbers and gamma
            for each category in which two users differ. Users in no segment take no part.

            With Euclidean distances all are measured up to 20,000 users; above, a random sample is, each against all users, and the mean carries a 95 % interval. With categories all are
            measured, however many there are. CH and DB, of numbers alone, are defined in 'help elbow'.
            """,
        prints: [
            .init("silhouette", "the mean over the users of the segment, and over all; 1 is well inside, 0 on the border, below 0 nearer to another segment"),
            .init("Measured", "users whose silhouette was computed, of all"),
            .init("below 0", "users who lie nearer to another segment, of those measured"),
            .init("interval", "of the overall mean where it comes from a sample: 95 %, by the normal approximation with the correction for a finite population"),
            .init("CH, DB", "Caliński and Harabasz's ratio, higher is better, and Davies and Bouldin's mean, lower is better; see 'help elbow'"),
        ],
        memory: "the scaled columns, which the segments hold, and a silhouette for each measured user",
        draws: "the sample, above 20,000 users; with the seed of the segments",
        reads: [.segments], gives: [.answer],
        examples: [Example("simulate shop users=300 days=30 seed=1 | rfm | kmeans k=3 | silhouette", prints: "silhouette")])

    static func outline(_ call: Call, on input: Outline?) throws(Diagnostic) -> Outline {
        let schema = input?.rowNoun.map { ExpressionSchema(columns: [.init("segment", .text), .init($0, .number), .init("silhouette", .number)]) }
        return TableValue.outline(schema, kind: .answer, properties: ["mean", "ch", "db"], rowNoun: SegmentsValue.noun, maker: signature.verb)
    }

    func run(_ call: Call, on input: Input?) throws -> Outcome {
        guard let input else { throw Diagnostic("nothing-to-read", "'silhouette' reads segments", category: .syntax, at: call.span) }
        let segments = try input.segments(for: call)
        let silhouette = try segments.silhouette(at: call.span, work: call.context.work)
        let sizes = segments.sizes
        let below = silhouette.values.count { $0 < 0 }
        var notes = ["Measured: \(NumberText.rate(silhouette.rows.count, of: silhouette.total)) \(segments.rowNoun); below 0: \(NumberText.rate(below, of: silhouette.rows.count))."]
        if let interval = silhouette.interval { notes.append("95 % interval of the overall mean: \(NumberText.decimal(interval.lowerBound, 4)) to \(NumberText.decimal(interval.upperBound, 4)).") }
        let spread = try segments.spread(work: call.context.work)
        if let spread { notes.append("CH (Caliński-Harabasz) \(NumberText.short(spread.calinskiHarabasz)), DB (Davies-Bouldin) \(NumberText.decimal(spread.daviesBouldin, 4)).") }
        if let measure = segments.measure { notes.append(measure) }
        let rows = sizes.indices.map { cluster -> [DisplayTable.Cell] in
            [.init(segments.names[cluster]), .count(sizes[cluster]), silhouette.clusterMeans[cluster].value.map { .number($0, 4) } ?? .undefined]
        }
        let overall: [DisplayTable.Cell] = [.init("all"), .count(silhouette.total), .number(silhouette.mean, 4)]
        let display = DisplayTable(
            title: "Mean silhouette by segment", columns: [.init("segment"), .init(segments.rowNoun, .right), .init("silhouette", .right)], rows: rows + [overall], notes: notes)
        let table = Table([
            Column("segment", text: segments.names + ["all"]), Column(segments.rowNoun, integers: (sizes + [silhouette.total]).map { Int64($0) }),
            Column("silhouette", numbers: silhouette.clusterMeans.map(\.value) + [silhouette.mean]),
        ])
        return Outcome(
            TableValue(
                table, kind: .answer, title: "Mean silhouette by segment", rowNoun: SegmentsValue.noun, notes: notes, summaryBlocks: [.table(display)],
                properties: [("mean", .number(silhouette.mean))] + (spread.map { [("ch", .number($0.calinskiHarabasz)), ("db", .number($0.daviesBouldin))] } ?? [])))
    }
}

extension SegmentsValue {
    /// By the distances that the clustering goes by, or Euclidean ones where it goes by none between numbers.
    ///
    /// - Throws: `no-distances` where the segments were found by nothing that has any; `ScoringError.clusterCount` unless 2 to rows − 1 clusters hold rows; `Cancelled`.
    func silhouette(at span: SourceSpan, work: Work) throws -> Silhouette {
        if let scaled {
            if case .mixed(let gamma) = found.model.dissimilarity {
                return try Silhouette(numbers: scaled.numbers.values, categories: scaled.categories.codes, gamma: gamma, labels: found.labels, clusters: sizes.count, work: work)
            }
            if scaled.categories.names.isEmpty { return try Silhouette(of: scaled.numbers.values, labels: found.labels, clusters: sizes.count, seed: seed, work: work) }
        }
        throw Diagnostic("no-distances", "the segments of '\(method)' were found by no distances between \(rowNoun)", category: .data, at: span, hint: "'profile' says what sets them apart")
    }

    /// Of segments that were found by numbers alone.
    func spread(work: Work) throws -> ClusterSpread? {
        guard let scaled, scaled.categories.names.isEmpty, !scaled.numbers.columns.isEmpty else { return nil }
        return try ClusterSpread(of: scaled.numbers.values, labels: found.labels, clusters: sizes.count, work: work)
    }

    /// What distances are, where that is not what the clustering goes by or not the usual thing.
    fileprivate var measure: String? {
        switch found.model.dissimilarity {
        case .euclidean: nil
        case .mixed(let gamma): scaled?.numbers.columns.isEmpty == true ? "Distances count the categories in which two \(rowNoun) differ." : "Distances are squared Euclidean, and gamma \(NumberText.short(gamma)) for each category that differs."
        case nil: "Distances are Euclidean on the scaled columns; '\(method)' itself goes by none."
        }
    }
}
