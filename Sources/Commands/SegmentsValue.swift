import Diagnostics
import Expressions
import Features
import Language
import Models
import Runtime
import Selection
import Tables

/// A partition of rows into segments, with the features it was found in.
struct SegmentsValue: KindValue {
    let sourceName: String
    let rowNoun: String
    let identifier: String
    /// In the original units, and on the scale that was clustered.
    let features: FeatureMatrix
    let scaled: FeatureMatrix
    let scaling: Scaling
    /// In what the features are measured, by name.
    let units: [String: String]
    let clustering: KMeans.Clustering
    let seed: Int

    var kind: Kind { .segments }
    var names: [String] { clustering.sizes.indices.map { String($0 + 1) } }
    var summary: String { "\(clustering.sizes.count) clusters of \(NumberText.grouped(features.rows)) \(rowNoun) in \(features.columns.joined(separator: ", "))" }

    var blocks: [Block] {
        let converged = clustering.restarts.count { $0.converged }
        let lines = [
            summary, "scaled: \(scaling.summary)",
            "inertia \(NumberText.short(clustering.inertia)), the best of \(clustering.restarts.count) restarts"
                + (converged < clustering.restarts.count ? ", \(clustering.restarts.count - converged) of them stopped before they settled" : ""),
        ]
        return [.text(lines.joined(separator: "\n")), .table(table)]
    }

    /// Sizes and means in the original units.
    private var table: DisplayTable {
        let members = clustering.sizes.indices.map { segment in clustering.labels.indices.filter { clustering.labels[$0] == segment } }
        let means = features.columns.indices.map { column in
            DisplayTable.Cell.column(members.map { rows in rows.reduce(0) { $0 + features.values[$1, column] } / Double(rows.count) })
        }
        let rows = members.indices.map { segment -> [DisplayTable.Cell] in
            let size = members[segment].count
            return [.init(names[segment], .integer(segment + 1)), .count(size), .percent(Double(size) / Double(features.rows))] + means.map { $0[segment] }
        }
        return DisplayTable(
            title: "Segments with the means of their \(rowNoun)",
            columns: [.init("segment"), .init(rowNoun, .right), .init("share", .right)] + features.columns.map { .init($0, .right, unit: units[$0] ?? "") }, rows: rows)
    }

    var json: JSON {
        [
            "k": .integer(clustering.sizes.count), "sizes": .array(clustering.sizes.map { .integer($0) }), "inertia": .number(clustering.inertia),
            "columns": .array(features.columns.map { .string($0) }), "iterations": .integer(clustering.iterations), "converged": .bool(clustering.converged),
        ]
    }

    func property(_ name: String, _ work: Work) -> Value? {
        switch name {
        case "k": .integer(clustering.sizes.count)
        case "inertia": .number(clustering.inertia)
        case "rows": .integer(features.rows)
        case "largest": .integer(clustering.sizes.max() ?? 0)
        case "smallest": .integer(clustering.sizes.min() ?? 0)
        default: nil
        }
    }

    /// What a row of an answer about segments is.
    static let noun = "segments"
    private static let properties = ["k", "inertia", "rows", "largest", "smallest"]
    var propertyNames: [String] { Self.properties }
    var outline: Outline { Self.outline(features: features.columns, rowNoun: rowNoun) }

    /// Segments in some columns, if they are known.
    static func outline(features: [String]?, rowNoun: String?) -> Outline {
        Outline([.segments], schema: features.map { ExpressionSchema(columns: $0.map { .init($0, .number) }) }, features: features, properties: properties, rowNoun: rowNoun)
    }

    /// A row for each user: who, which segment, and the features.
    ///
    /// - Throws: `Cancelled`.
    func assignments(_ work: Work) throws -> Table {
        let rows = features.rows
        return Table(
            [
                try Column(identifier, text: work.map(rows: rows) { features.users[$0] }, check: work.check),
                Column("segment", integers: try work.map(rows: rows) { Int64(clustering.labels[$0] + 1) }),
            ] + (try features.columns.indices.map { column in Column(features.columns[column], numbers: try work.map(rows: rows) { features.values[$0, column] }) }))
    }
}

extension Input {
    func segments(for call: Call) throws(Diagnostic) -> SegmentsValue {
        guard let segments = value as? SegmentsValue else { throw .unexpected(self, wanted: .segments, at: call.span) }
        return segments
    }
}
