import Algebra
import Diagnostics
import Features
import Language
import Models
import Runtime
import Scoring
import Tables

extension KMeansCommand {
    func plan(_ call: Call, on input: Input?) throws -> Plan? {
        guard let input, let table = input.value.asTable else { return nil }
        let rows = table.table.rowCount
        // Rows are kept as they are and scaled, with a label each.
        let bytes = rows * (16 * table.featureColumns.count + 8)
        let plan = try planOverRows("cluster", call, input, from: 1000, remark: "rounds until they settle are taken to be as many as on some of the rows; of more rows they may be up to twice as many")
        return plan.map { plan in Plan(plan.steps.map { Plan.Step($0.what, amount: $0.amount, seconds: $0.seconds, bytes: bytes, remark: $0.remark) }) }
    }
}

extension ElbowCommand {
    func plan(_ call: Call, on input: Input?) throws -> Plan? {
        guard let input, let table = input.value.asTable else { return nil }
        let counts = try call[Self.counts].values
        let work = Probe.quiet(call.context.work)
        let rows = table.table.rowCount
        let fits = try Probe.linear(total: rows, from: min(rows, 1000), limit: 0.1) { size in
            let (_, scaled, _) = try KMeansCommand.scaled(table.slice(size), usesLog: true, call: call)
            return (scaled.rows, {
                var estimator = KMeans()
                estimator.restarts = try call[Self.restarts]
                estimator.clusterCount = min(scaled.rows, counts.max() ?? 2)
                _ = try estimator.fit(scaled, work: work)
            })
        }
        let share = Double(counts.reduce(0, +)) / Double(max(1, counts.max() ?? 1))
        let (_, scaled, _) = try KMeansCommand.scaled(table.slice(min(rows, 2000)), usesLog: true, call: call)
        let each = try SilhouetteProbe.seconds(scaled.values, rows: rows, clusters: counts.max() ?? 2, work)
        let amount = NumberText.counted(rows, table.rowNoun)
        return Plan([
            Plan.Step("cluster", amount: "\(amount), \(NumberText.counted(counts.count, "numbers of clusters"))", seconds: fits * share, remark: "in proportion to k"),
            Plan.Step("measure silhouettes", amount: amount, seconds: each * Double(counts.count { $0 > 1 }), remark: rows > Silhouette.exactRows ? "of a sample" : "of all, which grows with their square"),
        ])
    }
}

extension SilhouetteCommand {
    func plan(_ call: Call, on input: Input?) throws -> Plan? {
        guard let segments = input?.value as? SegmentsValue else { return nil }
        let rows = segments.scaled.rows
        let values = segments.scaled.values
        let some = min(rows, 2000)
        let slice = DenseMatrix((0..<some).map { Array(values[row: $0 * rows / some]) })
        let seconds = try SilhouetteProbe.seconds(slice, rows: rows, clusters: segments.clustering.sizes.count, Probe.quiet(call.context.work))
        return Plan([
            Plan.Step(
                "measure silhouettes", amount: NumberText.counted(rows, segments.rowNoun), seconds: seconds,
                remark: rows > Silhouette.exactRows ? "of a sample" : "of all, which grows with their square")
        ])
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
