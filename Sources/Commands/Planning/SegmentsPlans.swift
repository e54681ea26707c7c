import Algebra
import Diagnostics
import Features
import Language
import Models
import Runtime
import Scoring
import Selection
import Tables

extension ElbowCommand {
    func plan(_ call: Call, on input: Input?) throws -> Plan? {
        guard let input, let table = input.value.asTable else { return nil }
        let counts = try call[Self.counts].values
        let work = Probe.quiet(call.context.work)
        let rows = table.table.rowCount
        let fits = try Probe.linear(total: rows, from: min(rows, 1000), limit: 0.1) { size in
            let scaled = try ClusteredRows(table.slice(size), call, reads: .numbers).scaled.numbers
            return (scaled.rows, {
                var estimator = KMeans()
                estimator.restarts = try call[Self.restarts]
                estimator.clusterCount = min(scaled.rows, counts.max() ?? 2)
                _ = try estimator.fit(scaled, work: work)
            })
        }
        let share = Double(counts.reduce(0, +)) / Double(max(1, counts.max() ?? 1))
        let scaled = try ClusteredRows(table.slice(min(rows, 2000)), call, reads: .numbers).scaled.numbers
        let each = try SilhouetteProbe.seconds(scaled.values, rows: rows, clusters: counts.max() ?? 2, work)
        let amount = NumberText.counted(rows, table.rowNoun), references = try call[Self.references], pairs = try call[Self.pairs]
        let sampled = min(rows, try call[Self.sample]), runs = Double(references > 0 ? references + 1 : 0) + 2 * Stability.share * Double(pairs)
        let resampled = try Probe.linear(total: sampled, from: min(sampled, 500), limit: 0.1) { size in
            let scaled = try ClusteredRows(table.slice(size), call, reads: .numbers).scaled.numbers
            return (scaled.rows, {
                var estimator = KMeans()
                estimator.restarts = min(3, try call[Self.restarts])
                estimator.clusterCount = min(scaled.rows, counts.max() ?? 2)
                _ = try estimator.fit(scaled, work: Work(cancellation: work.cancellation))
            })
        }
        let repeated = Plan.Step(
            "cluster again for gap and stability", amount: NumberText.counted(sampled, table.rowNoun), seconds: resampled * runs * share / Double(work.workers.threads),
            remark: "\(NumberText.counted(references, "references")) and \(NumberText.counted(pairs, "pairs")), side by side")
        return Plan([
            Plan.Step("cluster", amount: "\(amount), \(NumberText.counted(counts.count, "numbers of clusters"))", seconds: fits * share, remark: "in proportion to k"),
            Plan.Step("measure silhouettes", amount: amount, seconds: each * Double(counts.count { $0 > 1 }), remark: rows > Silhouette.exactRows ? "of a sample" : "of all, which grows with their square"),
        ] + (runs > 0 ? [repeated] : []))
    }
}

extension SilhouetteCommand {
    func plan(_ call: Call, on input: Input?) throws -> Plan? {
        guard let segments = input?.value as? SegmentsValue, let scaled = segments.scaled, scaled.categories.names.isEmpty else { return nil }
        let rows = scaled.count
        let values = scaled.numbers.values
        let some = min(rows, 2000)
        let slice = DenseMatrix((0..<some).map { Array(values[row: $0 * rows / some]) })
        let seconds = try SilhouetteProbe.seconds(slice, rows: rows, clusters: segments.sizes.count, Probe.quiet(call.context.work))
        return Plan([
            Plan.Step(
                "measure silhouettes", amount: NumberText.counted(rows, segments.rowNoun), seconds: seconds,
                remark: rows > Silhouette.exactRows ? "of a sample" : "of all, which grows with their square")
        ])
    }
}

extension HierarchicalCommand {
    func planOnTables(_ call: Call, on input: Input?) throws -> Plan? {
        guard let input, let table = input.value.asTable else { return nil }
        let estimator = try Hierarchical.schema.estimator(for: call)
        let sampled = min(table.table.rowCount, estimator.sampleRows)
        return try PairsProbe.plan("merge rows into a tree", table, sampled, bytes: sampled * sampled * 4, assigning: estimator.linkage == .ward ? 0 : 1, call) { rows, work in
            try estimator.segmentation(of: rows, work: work)
        }
    }
}

extension DBSCANCommand {
    func plan(_ call: Call, on input: Input?) throws -> Plan? {
        guard let input, let table = input.value.asTable else { return nil }
        let estimator = try DBSCAN.schema.estimator(for: call)
        if estimator.eps > 0 { return try planOverRows("find dense places", call, input, from: 1000, remark: "places are denser among all rows, which may take longer or not so long") }
        let sampled = min(table.table.rowCount, estimator.sampleRows)
        return try PairsProbe.plan("find dense places", table, sampled, bytes: nil, assigning: 0, call) { rows, work in try estimator.segmentation(of: rows, work: work) }
    }
}

/// Clusterings that look at all pairs of a sample of rows, and then assign the rest.
private enum PairsProbe {
    /// - Parameter assigning: the power of the sample's size in proportion to which assigning a row takes long.
    static func plan(
        _ what: String, _ table: TableValue, _ sampled: Int, bytes: Int?, assigning power: Int, _ call: Call, _ cluster: (SegmentRows, Work) throws -> Segmentation
    ) throws -> Plan {
        let work = Probe.quiet(call.context.work), total = table.table.rowCount
        let amount = NumberText.counted(sampled, table.rowNoun)
        do {
            var size = min(sampled, 400), seconds = 0.0, rest = 0.0
            while true {
                let rows = try ClusteredRows(table.slice(size), call, reads: .numbers).scaled
                var found: Segmentation?
                seconds = try Probe.seconds { found = try cluster(rows, work) }
                if let found, total > sampled { rest = try Probe.seconds { _ = try found.model.segments(of: rows, work: work) } / Double(max(1, rows.count)) }
                if size >= sampled || seconds > 0.03 { break }
                size = min(size * 2, sampled)
            }
            let growth = Double(sampled) / Double(max(1, size))
            let steps = [Plan.Step(what, amount: amount, seconds: seconds * growth * growth, bytes: bytes, remark: "in proportion to the square of the rows")]
            if total == sampled { return Plan(steps) }
            let left = total - sampled
            return Plan(steps + [Plan.Step("assign the rest", amount: NumberText.counted(left, table.rowNoun), seconds: rest * Double(left) * (power > 0 ? growth : 1))])
        } catch { return Plan([try Probe.unmeasured(what, amount: amount, bytes: bytes, error)]) }
    }
}

/// Distances between some rows, to say how long those between all take.
private enum SilhouetteProbe {
    static func seconds(_ values: DenseMatrix, rows: Int, clusters: Int, _ work: Work) throws -> Double {
        guard values.rows > 2 else { return 0 }
        let labels = (0..<values.rows).map { $0 % min(clusters, values.rows - 1, values.rows) }
        guard Set(labels).count > 1 else { return 0 }
        let took = try Probe.seconds { _ = try Silhouette(of: values, labels: labels, work: work) }
        let exact = Double(Silhouette.exactRows)
        let distances = rows <= Silhouette.exactRows ? Double(rows) * Double(rows) : max(exact * exact, 1000 * Double(rows))
        return took * distances / (Double(values.rows) * Double(values.rows))
    }
}
