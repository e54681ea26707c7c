import Diagnostics
import Language
import Models
import Plots
import Runtime
import Scoring
import Selection

// Charts of segments and of the choice of their number.

extension PlotCommand {
    func elbowChart(_ call: Call, _ input: Input, _ title: String?) throws -> any Chart {
        guard let table = input.value as? TableValue, case .elbow(let elbow) = table.detail else {
            throw Diagnostic("nothing-to-read", "'plot elbow' draws what 'elbow' found, and '\(input.name)' is another table", at: call.span, label: "nothing to draw", hint: "elbow k=2..10 | plot elbow")
        }
        return try ElbowChart(
            title: title ?? "Scores by number of clusters", clusterCounts: elbow.points.map(\.k), inertias: elbow.points.map(\.inertia), knee: elbow.best, measures: Self.measures(elbow),
            notes: elbow.gap?.isSampled == true || elbow.stability?.isSampled == true ? ["Gap and stability are of a random sample of \(NumberText.grouped(elbow.gap?.rows ?? elbow.stability?.rows ?? 0)) rows"] : [])
    }

    private static func measures(_ elbow: Elbow) -> [ElbowChart.Measure] {
        let points = elbow.points
        var measures: [ElbowChart.Measure] = []
        if points.contains(where: { $0.silhouette != nil }) {
            measures.append(.init(name: "silhouette", hint: "mean, higher is better", values: points.map { $0.silhouette?.mean }, bounds: points.map { $0.silhouette?.interval }, best: elbow.bestBySilhouette))
        }
        if points.contains(where: { $0.spread != nil }) {
            measures.append(.init(name: "CH", hint: "Caliński-Harabasz, higher is better", values: points.map { $0.spread?.calinskiHarabasz }, best: elbow.bestByRatio))
            measures.append(.init(name: "DB", hint: "Davies-Bouldin, lower is better", values: points.map { $0.spread?.daviesBouldin }, best: elbow.bestByOverlap))
        }
        if let gap = elbow.gap, !gap.points.isEmpty {
            let found = points.map { point in gap.points.first { $0.k == point.k } }
            measures.append(.init(name: "gap", hint: "first that the next does not beat", values: found.map { $0?.gap }, bounds: found.map { one in one.map { $0.gap - $0.error...$0.gap + $0.error } }, best: gap.best))
        }
        if let stability = elbow.stability, !stability.points.isEmpty {
            let found = points.map { point in stability.points.first { $0.k == point.k } }
            measures.append(
                .init(
                    name: "stability", hint: "adjusted Rand of subsamples", values: found.map { $0?.mean },
                    bounds: found.map { one in one.map { $0.mean - $0.spread...max($0.mean, min(1, $0.mean + $0.spread)) } }, best: stability.best()))
        }
        return measures
    }

    /// So many leaves are shown where segments are fewer, for what lies below the cut.
    private static let leaves = 30

    func dendrogramChart(_ call: Call, _ input: Input, _ title: String?) throws -> any Chart {
        let segments = try input.segments(for: call)
        guard let model = segments.found.model as? any TreeOfSegments else {
            throw Diagnostic(
                "no-tree-of-segments", "the segments of '\(segments.method)' were not joined step by step", category: .data, at: call.span, label: "no tree",
                hint: "hierarchical k=\(max(2, segments.sizes.count)) on \(segments.sourceName) | plot dendrogram")
        }
        let tree = model.linkage, rows = tree.rows, leafCount = min(rows, DendrogramChart.leafLimit, max(model.count, Self.leaves))
        let first = rows - leafCount, isTop = { (node: Int) in node >= rows + first }
        var leaves: [Int] = []
        for merge in tree.merges[first...] { leaves += [merge.first, merge.second].filter { !isTop($0) } }
        if leaves.isEmpty { leaves = [0] }
        let places = Dictionary(uniqueKeysWithValues: leaves.enumerated().map { ($0.element, $0.offset) })
        func group(_ node: Int) -> Int { isTop(node) ? leaves.count + node - rows - first : places[node] ?? 0 }
        let segmentsOfNodes = model.segmentsOfNodes, several = leaves.count { segmentsOfNodes[$0] == nil }
        let last = rows - model.count
        let cut = model.count > 1 ? ((last > 0 ? tree.merges[last - 1].height : 0) + tree.merges[last].height) / 2 : nil
        let names: [Linkage.Method: String] = [.ward: "height (Ward: √ of twice the rise of the sum of squares)", .average: "height (mean distance)", .complete: "height (largest distance)"]
        return try DendrogramChart(
            title: title ?? "Dendrogram of \(NumberText.counted(rows, segments.rowNoun))",
            leaves: leaves.map { .init(name: segmentsOfNodes[$0].map { segments.names[$0] } ?? "", rows: $0 < rows ? 1 : tree.merges[$0 - rows].size, segment: segmentsOfNodes[$0]) },
            joins: tree.merges[first...].map { .init(group($0.first), group($0.second), height: $0.height) }, cut: cut, segmentCount: model.count, heightName: names[tree.method] ?? "height", rowNoun: segments.rowNoun,
            notes: (rows < segments.rows ? ["A random sample of \(NumberText.grouped(rows)) of \(NumberText.counted(segments.rows, segments.rowNoun))"] : [])
                + (leafCount < rows ? ["The last \(leafCount - 1) joins; a leaf says its segment and its \(segments.rowNoun)"] : [])
                + (several > 0 ? ["\(NumberText.counted(several, "leaves")) without a name \(several == 1 ? "holds" : "hold") several segments"] : []))
    }

    private static let mostColumns = 14

    func profileChart(_ call: Call, _ input: Input, _ title: String?) throws -> any Chart {
        let segments = try input.segments(for: call)
        let profile = try segments.profile(work: call.context.work)
        struct Column: Hashable { let name: String, level: String? }
        var strongest: [Column: Double] = [:]
        // The smallest segments are left out where there is no room for all.
        let drawn = ShownSegments.largest(ProfileChart.segmentLimit, of: segments.sizes)
        for trait in drawn.flatMap({ profile.segments[$0].traits }) { strongest[Column(name: trait.column, level: trait.level), default: 0] = max(strongest[Column(name: trait.column, level: trait.level)] ?? 0, trait.difference.magnitude) }
        let all = profile.columns.map { Column(name: $0, level: nil) } + profile.categories.flatMap { category in category.levels.map { Column(name: category.name, level: $0) } }
        let told = all.filter { strongest[$0] != nil }
        let kept = Set(told.enumerated().sorted { (strongest[$1.element] ?? 0, $0.offset) < (strongest[$0.element] ?? 0, $1.offset) }.prefix(Self.mostColumns).map(\.element))
        let shown = told.filter(kept.contains)
        let cells = drawn.map { profile.segments[$0] }.map { segment in
            shown.map { column -> ProfileChart.Cell in
                let trait = segment.traits.first { $0.column == column.name && $0.level == column.level }
                var value = ""
                if let level = column.level, let index = profile.categories.firstIndex(where: { $0.name == column.name }), let place = profile.categories[index].levels.firstIndex(of: level) {
                    value = NumberText.percent(segment.shares[index][place], 0)
                } else if let index = profile.columns.firstIndex(of: column.name), let mean = segment.summaries[index].mean { value = NumberText.short(mean) }
                return ProfileChart.Cell(difference: trait?.difference, value: value, holds: trait?.holds ?? false)
            }
        }
        let left = told.count - shown.count
        return try ProfileChart(
            title: title ?? "What sets the segments of \(input.name) apart", segments: drawn.map { segments.names[$0] }, sizes: drawn.map { segments.sizes[$0] }, columns: shown.map { column in column.level.map { "\(column.name) = \($0)" } ?? column.name },
            cells: cells, rowNoun: segments.rowNoun,
            notes: ["Below each difference the mean, or the share; without colour where it may be chance"] + (left == 0 ? [] : ["\(NumberText.counted(left, "columns and values")) with smaller differences are left out"])
                + (drawn.count == segments.names.count ? [] : ["The \(drawn.count) largest segments; the other \(NumberText.grouped(segments.names.count - drawn.count)) are left out"]))
    }

    static func checkTwo(_ names: [String], _ call: Call) throws(Diagnostic) {
        guard !names.isEmpty, names.count != 2 || names[0] == names[1] else { return }
        throw Diagnostic("too-many-names", "'plot flow' is between two sets of segments", category: .syntax, at: call.span(of: segments), label: "not two", hint: "plot flow of A B")
    }

    func flowChart(_ call: Call, _ input: Input, _ title: String?) throws -> any Chart {
        let names = try call[Self.segments], span = call.span(of: Self.segments)
        let inputs = names.isEmpty ? Array(call.context.all(of: [.segments]).suffix(2)) : try names.map { try call.context.value(named: $0, at: span) }
        guard inputs.count == 2 else {
            throw Diagnostic("nothing-to-read", "'plot flow' is between two sets of segments, and there is one", category: .syntax, at: call.span, hint: "segments by=group as groups | plot flow of \(input.name) groups")
        }
        let from = try inputs[0].segments(for: call), to = try inputs[1].segments(for: call)
        let (arrived, absent, others) = try to.labels(ofRowsIn: from, inputs[0].name, inputs[1].name, at: span, call.context.work)
        // Who is in one of the two alone comes from nowhere, or goes there.
        let pairs = Array(zip(from.found.labels, arrived)) + others.map { (-1, $0) }
        let hasNone = (pairs.contains { $0.0 < 0 && $0.1 >= 0 }, pairs.contains { $0.0 >= 0 && $0.1 < 0 })
        let limit = FlowChart.groupLimit
        let shown = (ShownSegments(from.names, sizes: from.sizes, limit: limit - (hasNone.0 ? 1 : 0)), ShownSegments(to.names, sizes: to.sizes, limit: limit - (hasNone.1 ? 1 : 0)))
        let (left, right) = (shown.0.names + (hasNone.0 ? ["none"] : []), shown.1.names + (hasNone.1 ? ["none"] : []))
        var counts = [[Int]](repeating: [Int](repeating: 0, count: right.count), count: left.count)
        for (own, other) in pairs where own >= 0 || other >= 0 {
            counts[own < 0 ? shown.0.names.count : shown.0.place(of: own)][other < 0 ? shown.1.names.count : shown.1.place(of: other)] += 1
        }
        let alone = absent + others.count == 0 ? [] : ["none: in no segment, or not there: \(NumberText.grouped(absent)) \(from.rowNoun) are in \(inputs[0].name) alone, \(NumberText.grouped(others.count)) in \(inputs[1].name) alone"]
        let agreement = try PartitionAgreement(from.found.labels, arrived, work: call.context.work)
        return try FlowChart(
            title: title ?? "\(from.rowNoun.capitalisedFirst) from \(inputs[0].name) to \(inputs[1].name)", leftName: inputs[0].name, left: left, rightName: inputs[1].name, right: right, counts: counts, rowNoun: from.rowNoun,
            notes: ["Adjusted Rand index \(NumberText.decimal(agreement.adjustedRand, 3)): 1 for the same partition, about 0 by chance"] + alone + shown.0.notes(of: inputs[0].name) + shown.1.notes(of: inputs[1].name))
    }

    func silhouetteChart(_ call: Call, _ input: Input, _ title: String?) throws -> any Chart {
        let segments = try input.segments(for: call)
        let measured = try segments.silhouette(at: call.span, work: call.context.work), silhouette = measured.silhouette
        let shown = ShownSegments(segments.names, sizes: segments.sizes, limit: SilhouetteChart.clusterLimit)
        var widths = [[Double]](repeating: [], count: shown.names.count)
        for (label, value) in zip(silhouette.labels, silhouette.values) { widths[shown.place(of: label)].append(value) }
        let clusters = zip(shown.names, widths).map { SilhouetteChart.Cluster(name: $0.0, widths: $0.1) }, total = segments.rows - segments.noise
        var notes = shown.notes(of: input.name)
        if silhouette.rows.count < total { notes.append("\(NumberText.rate(silhouette.rows.count, of: total)) \(segments.rowNoun) measured, a random sample") }
        if measured.isOwnMeasure, let measure = measured.measure { notes.append(measure) }
        return try SilhouetteChart(title: title ?? "Silhouette of \(input.name)", clusters: clusters.filter { !$0.widths.isEmpty }, notes: notes)
    }

    /// Of a component so many columns are told, those that weigh most.
    private static let mostLoadings = 6

    func clusterChart(_ call: Call, _ input: Input, _ title: String?) throws -> any Chart {
        let segments = try input.segments(for: call)
        guard let read = try segments.measuredRows(call.context.work), !read.rows.numbers.columns.isEmpty else {
            let why = switch segments.reading {
            case .rows: "the segments of '\(segments.method)' were found by no numbers"
            case .journeys: "journeys are no numbers"
            case .column, .segments: "the \(segments.rowNoun) of '\(segments.method)' have no numbers"
            }
            throw Diagnostic("no-numeric-columns", "\(why), and so no plane to be drawn on", category: .data, at: call.span, hint: "plot profile")
        }
        let scaled = read.rows.numbers, columns = scaled.columns
        let shown = ShownSegments(segments.names, sizes: segments.sizes, limit: ClusterChart.clusterLimit)
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
            of: scaled, labels: segments.found.labels.map(shown.place), centroids: scaled.means(of: segments.members), axes: names.isEmpty ? nil : (names[0], names[1]), mostRows: scaled.rows, seed: segments.seed, work: call.context.work)
        var notes = shown.notes(of: input.name)
        if names.isEmpty {
            for axis in [projection.horizontal, projection.vertical] {
                let loadings = axis.loadings.prefix(Self.mostLoadings).map { "\($0.column) \(NumberText.decimal($0.weight, 2))" }.joined(separator: ", ")
                notes.append("\(axis.name): \(loadings)\(axis.loadings.count > Self.mostLoadings ? " and smaller ones" : "")")
            }
        } else {
            notes.append("Columns \(read.isLearnt ? "on a common scale" : "on the scale that was clustered") (\(read.scaling?.summary ?? ""))")
        }
        if read.isLearnt { notes.append("The segments were not found by these columns on this scale") }
        return try ClusterChart(
            title: title ?? "Clusters of \(NumberText.grouped(segments.rows)) \(segments.rowNoun)", xName: Self.axisName(projection.horizontal), yName: Self.axisName(projection.vertical),
            x: projection.x, y: projection.y, labels: projection.labels, clusterNames: shown.names,
            centroids: shown.names.indices.map { $0 < shown.kept.count ? (x: projection.centroidX[shown.kept[$0]], y: projection.centroidY[shown.kept[$0]]) : nil },
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
