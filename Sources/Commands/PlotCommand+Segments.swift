import Diagnostics
import Language
import Plots
import Runtime
import Selection

// Charts of segments and of the choice of their number.

extension PlotCommand {
    func elbowChart(_ call: Call, _ input: Input, _ title: String?) throws -> any Chart {
        guard let table = input.value as? TableValue, case .elbow(let elbow) = table.detail else {
            throw Diagnostic("nothing-to-read", "'plot elbow' draws what 'elbow' found, and '\(input.name)' is another table", at: call.span, label: "nothing to draw", hint: "elbow k=2..10 | plot elbow")
        }
        return try ElbowChart(
            title: title ?? "Inertia by number of clusters", clusterCounts: elbow.points.map(\.k), inertias: elbow.points.map(\.inertia), knee: elbow.best)
    }

    func silhouetteChart(_ call: Call, _ input: Input, _ title: String?) throws -> any Chart {
        let segments = try input.segments(for: call)
        let silhouette = try segments.silhouette(at: call.span, work: call.context.work)
        let clusters = segments.names.indices.map { cluster in
            SilhouetteChart.Cluster(name: segments.names[cluster], widths: silhouette.values.indices.filter { silhouette.labels[$0] == cluster }.map { silhouette.values[$0] })
        }
        var notes: [String] = []
        if silhouette.isSampled { notes.append("\(NumberText.rate(silhouette.rows.count, of: silhouette.total)) \(segments.rowNoun) measured, a random sample") }
        return try SilhouetteChart(title: title ?? "Silhouette of \(input.name)", clusters: clusters.filter { !$0.widths.isEmpty }, notes: notes)
    }

    func clusterChart(_ call: Call, _ input: Input, _ title: String?) throws -> any Chart {
        let segments = try input.segments(for: call)
        guard case .rows(let read) = segments.reading, !read.numbers.columns.isEmpty else {
            throw Diagnostic("no-numeric-columns", "the segments of '\(segments.method)' were found by no numbers, and have no plane to be drawn on", category: .data, at: call.span, hint: "plot profile")
        }
        let columns = read.numbers.columns, scaled = read.scaled.numbers
        // Rows in no segment are drawn as a group of their own.
        let hasNoise = segments.noise > 0
        let labels = segments.found.labels.map { $0 < 0 ? segments.sizes.count : $0 }
        let names = try call[Self.columns]
        try Self.checkPair(names, of: columns, call)
        for name in names where !columns.contains(name) {
            let near = nearest(to: name, in: columns).map { "did you mean '\($0)'?" }
            throw Diagnostic(
                "unknown-column", "the segments have no column '\(name)'", category: .data, at: call.span(of: Self.columns), label: "not a column",
                hint: near ?? "columns are \(columns.joined(separator: ", "))")
        }
        try Self.checkPlane(names, of: columns, call)
        let projection = try ClusterProjection(
            of: scaled, labels: labels, centroids: scaled.means(of: segments.members), axes: names.isEmpty ? nil : (names[0], names[1]), mostRows: scaled.rows, seed: segments.seed, work: call.context.work)
        var notes: [String] = []
        if names.isEmpty {
            for axis in [projection.horizontal, projection.vertical] {
                let loadings = axis.loadings.map { "\($0.column) \(NumberText.decimal($0.weight, 2))" }.joined(separator: ", ")
                notes.append("\(axis.name): \(loadings)")
            }
        } else {
            notes.append("Columns on the scale that was clustered (\(read.scaling?.summary ?? ""))")
        }
        return try ClusterChart(
            title: title ?? "Clusters of \(NumberText.grouped(segments.rows)) \(segments.rowNoun)", xName: Self.axisName(projection.horizontal), yName: Self.axisName(projection.vertical),
            x: projection.x, y: projection.y, labels: projection.labels, clusterNames: segments.names + (hasNoise ? ["none"] : []), centroids: Array(zip(projection.centroidX, projection.centroidY)).map { (x: $0.0, y: $0.1) },
            seed: segments.seed, notes: notes)
    }

    /// - Parameter columns: those that the segments have, as far as they are known.
    static func checkPair(_ names: [String], of columns: [String], _ call: Call) throws(Diagnostic) {
        guard !names.isEmpty, names.count != 2 || names[0] == names[1] else { return }
        throw Diagnostic(
            "wrong-columns", "'plot clusters' draws two columns, or none to draw the principal components", category: .syntax, at: call.span(of: Self.columns), label: "not two",
            hint: columns.count < 2 ? "plot clusters" : "plot clusters of \(columns.prefix(2).joined(separator: " "))")
    }

    /// - Parameter columns: those that the segments have.
    static func checkPlane(_ names: [String], of columns: [String], _ call: Call) throws(Diagnostic) {
        guard names.isEmpty, columns.count == 1 else { return }
        throw Diagnostic("wrong-columns", "clusters of a single column have no plane to be drawn on", category: .data, at: call.span, hint: "plot histogram of \(columns[0])")
    }

    private static func axisName(_ axis: ClusterProjection.Axis) -> String { axis.explained.map { "\(axis.name) (\(NumberText.percent($0)) of the variance)" } ?? axis.name }
}
