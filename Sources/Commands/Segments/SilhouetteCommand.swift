import Diagnostics
import Expressions
import Language
import Runtime
import Tables

/// Says how well rows lie in their clusters.
struct SilhouetteCommand: Command {
    static let signature = Signature(
        "silhouette", group: .segments, summary: "How well users lie in their clusters, from -1 to 1, by cluster and overall.",
        details: """
            The silhouette of a user is (b - a) / max(a, b), where a is the mean distance to the others of its cluster and b the mean distance to the
            users of the nearest other cluster, on the scale that was clustered. Distances are Euclidean, or those that the clustering goes by: the squared distance of the numbers and gamma
            for each category in which two users differ. Of segments that were found by no distances ('segments by=', a consensus) they are Euclidean on the numbers of the users, brought to a common
            scale. Of journeys that 'hierarchical' joined they are edit distances, and those in its tree are measured. Users in no segment take no part.

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
        let measured = try segments.silhouette(at: call.span, work: call.context.work), (silhouette, spread) = (measured.silhouette, measured.spread)
        let sizes = segments.sizes, total = segments.rows - segments.noise
        let below = silhouette.values.count { $0 < 0 }
        var notes = ["Measured: \(NumberText.rate(silhouette.rows.count, of: total)) \(segments.rowNoun); below 0: \(NumberText.rate(below, of: silhouette.rows.count))."]
        if let interval = silhouette.interval { notes.append("95 % interval of the overall mean: \(NumberText.decimal(interval.lowerBound, 4)) to \(NumberText.decimal(interval.upperBound, 4)).") }
        if let spread { notes.append("CH (Caliński-Harabasz) \(NumberText.short(spread.calinskiHarabasz)), DB (Davies-Bouldin) \(NumberText.decimal(spread.daviesBouldin, 4)).") }
        if let measure = measured.measure { notes.append(measure) }
        let rows = sizes.indices.map { cluster -> [DisplayTable.Cell] in
            [.init(segments.names[cluster]), .count(sizes[cluster]), silhouette.clusterMeans[cluster].value.map { .number($0, 4) } ?? .undefined]
        }
        let overall: [DisplayTable.Cell] = [.init("all"), .count(total), .number(silhouette.mean, 4)]
        let display = DisplayTable(
            title: "Mean silhouette by segment", columns: [.init("segment"), .init(segments.rowNoun, .right), .init("silhouette", .right)], rows: rows + [overall], notes: notes)
        let table = Table([
            Column("segment", text: segments.names + ["all"]), Column(segments.rowNoun, integers: (sizes + [total]).map { Int64($0) }),
            Column("silhouette", numbers: silhouette.clusterMeans.map(\.value) + [silhouette.mean]),
        ])
        return Outcome(
            TableValue(
                table, kind: .answer, title: "Mean silhouette by segment", rowNoun: SegmentsValue.noun, notes: notes, summaryBlocks: [.table(display)],
                properties: [("mean", .number(silhouette.mean)), ("ch", spread.map { .number($0.calinskiHarabasz) } ?? .word("none")), ("db", spread.map { .number($0.daviesBouldin) } ?? .word("none"))]))
    }
}
