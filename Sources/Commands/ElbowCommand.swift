import Diagnostics
import Language
import Models
import Runtime
import Selection
import Tables

/// Looks for the number of clusters beyond which more of them stop to pay off.
struct ElbowCommand: Command {
    static let counts = Parameter<WholeNumbers>.named("k", default: WholeNumbers(Array(2...10)), "numbers of clusters to try")
    static let restarts = Parameter<Int>.named("restarts", default: 10, in: 1...1000, "restarts for each k")
    static let seed = Parameter<Int?>.optional("seed", "seed of the first centroids; the session's unless given", check: { $0 >= 0 ? nil : "whole number from 0" })

    static let signature = Signature(
        "elbow", group: .segments, summary: "Inertia and silhouette of k-means for several k, with the knee, or the words that there is none.",
        details: """
            Scales columns as 'kmeans' does. The knee is found by Kneedle (Satopää et al. 2011, sensitivity 1). The mean silhouette stands beside
            it, with the smallest cluster: a high silhouette may be a few outliers in a cluster of their own.
            """,
        reads: [.table], gives: [.answer],
        examples: [Example("simulate shop users=300 days=30 seed=1 | rfm | elbow k=2..6", prints: "inertia")]
    ) {
        counts
        restarts
        seed
    }

    func run(_ call: Call, on input: Input?) throws -> Outcome {
        guard let input else { throw Diagnostic("nothing-to-read", "'elbow' reads a table", category: .syntax, at: call.span) }
        let source = try input.table(for: call)
        let counts = try call[Self.counts].values
        guard counts.allSatisfy({ (1...1024).contains($0) }), !counts.isEmpty else {
            throw Diagnostic("wrong-value", "'k' takes numbers of clusters from 1 to 1024", category: .syntax, at: call.span(of: Self.counts), label: "outside of 1..1024", hint: "k=2..10")
        }
        let (_, scaled, scaling) = try KMeansCommand.scaled(source, usesLog: true, call: call)
        var estimator = KMeans()
        estimator.restarts = try call[Self.restarts]
        estimator.seed = try call[Self.seed] ?? call.context.seed
        let elbow: Elbow
        do { elbow = try Elbow(of: scaled, counts: counts, estimator: estimator, silhouettes: true, work: call.context.work) } catch let error as KMeans.FitError {
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
        if !elbow.leftOut.isEmpty { notes.append("Left out for want of rows: k=\(elbow.leftOut.map(String.init).joined(separator: ", ")).") }
        notes.append("Scaled: \(scaling.summary); the best of \(estimator.restarts) restarts each.")
        let display = DisplayTable(
            title: "k-means of \(NumberText.grouped(scaled.rows)) \(source.rowNoun) by number of clusters",
            columns: [.init("k", .right), .init("inertia", .right), .init("silhouette", .right), .init("smallest cluster", .right), .init("largest cluster", .right)],
            rows: points.map { point in
                [
                    .count(point.k), .number(point.inertia), point.silhouette.map { .number($0.mean, 4) } ?? .undefined, .count(point.sizes.min() ?? 0),
                    .count(point.sizes.max() ?? 0),
                ]
            }, notes: notes)
        let properties: [(name: String, value: Value)] = (elbow.best.map { [("knee", .integer($0))] } ?? [("knee", .word("none"))])
            + (elbow.bestBySilhouette.map { [("best_silhouette_k", .integer($0))] } ?? [])
        return Outcome(
            TableValue(table, kind: .answer, title: "Inertia by number of clusters", rowNoun: "values of k", notes: notes, summaryBlocks: [.table(display)], detail: .elbow(elbow), properties: properties))
    }
}

extension String {
    /// With the first letter as at the start of a sentence.
    var capitalisedFirst: String { prefix(1).uppercased() + dropFirst() }
}
