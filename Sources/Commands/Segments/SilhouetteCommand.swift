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
            users of the nearest other cluster, on the scale that was clustered. Up to 20,000 users all are measured; above, a random sample is, and
            the mean carries a 95 % interval.
            """,
        prints: [
            .init("silhouette", "the mean over the users of the segment, and over all; 1 is well inside, 0 on the border, below 0 nearer to another segment"),
            .init("Measured", "users whose silhouette was computed, of all"),
            .init("below 0", "users who lie nearer to another segment, of those measured"),
            .init("interval", "of the overall mean where it comes from a sample: 95 %, by the normal approximation with the correction for a finite population"),
        ],
        memory: "the scaled columns, which the segments hold, and a silhouette for each measured user",
        draws: "the sample, above 20,000 users; with the seed of the segments",
        reads: [.segments], gives: [.answer],
        examples: [Example("simulate shop users=300 days=30 seed=1 | rfm | kmeans k=3 | silhouette", prints: "silhouette")])

    static func outline(_ call: Call, on input: Outline?) throws(Diagnostic) -> Outline {
        let schema = input?.rowNoun.map { ExpressionSchema(columns: [.init("segment", .text), .init($0, .number), .init("silhouette", .number)]) }
        return TableValue.outline(schema, kind: .answer, properties: ["mean"], rowNoun: SegmentsValue.noun, maker: signature.verb)
    }

    func run(_ call: Call, on input: Input?) throws -> Outcome {
        guard let input else { throw Diagnostic("nothing-to-read", "'silhouette' reads segments", category: .syntax, at: call.span) }
        let segments = try input.segments(for: call)
        let silhouette = try segments.silhouette(at: call.span, work: call.context.work)
        let sizes = segments.sizes
        let below = silhouette.values.count { $0 < 0 }
        var notes = ["Measured: \(NumberText.rate(silhouette.rows.count, of: silhouette.total)) \(segments.rowNoun); below 0: \(NumberText.rate(below, of: silhouette.rows.count))."]
        if let interval = silhouette.interval { notes.append("95 % interval of the overall mean: \(NumberText.decimal(interval.lowerBound, 4)) to \(NumberText.decimal(interval.upperBound, 4)).") }
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
                properties: [("mean", .number(silhouette.mean))]))
    }
}

extension SegmentsValue {
    /// - Throws: `no-distances` where the segments were found by no numbers on a common scale; `ScoringError.clusterCount` unless 2 to rows − 1 clusters hold rows; `Cancelled`.
    func silhouette(at span: SourceSpan, work: Work) throws -> Silhouette {
        guard let scaled, scaled.categories.names.isEmpty else {
            throw Diagnostic("no-distances", "the segments of '\(method)' were found by no distances between \(rowNoun)", category: .data, at: span, hint: "'profile' says what sets them apart")
        }
        let rows = found.labels.indices.filter { found.labels[$0] >= 0 }
        return try Silhouette(of: scaled.numbers.values.selecting(rows: rows), labels: rows.map { found.labels[$0] }, clusters: sizes.count, seed: seed, work: work)
    }
}
