import Diagnostics
import Language
import Plots
import Runtime

/// A chart as a value of the session: shown in the terminal or report, or written to a file.
struct FigureValue: KindValue, Figure {
    let chart: any Chart
    /// The size that the person asked for; else the chart's own.
    let size: ChartSize?
    /// Where `to=` wrote it.
    let path: String?

    var kind: Kind { .figure }
    var chartKind: String { type(of: chart).kind }
    var summary: String { chart.title.isEmpty ? chartKind : "\(chartKind): \(chart.title)" }
    var blocks: [Block] { [path.map { .text("\(chartKind) written to \($0)") } ?? .figure(self)] }
    var json: JSON { ["kind": .string(chartKind), "path": path.map { .string($0) } ?? .null] }

    var alternativeText: String { chart.altText }
    var caption: String { chart.caption }
    var remarks: String { chart.remarks }
    var script: String { Gnuplot.script(of: chart, size: size) }

    var table: DisplayTable {
        let data = chart.data
        let isNumeric = data.columns.indices.map { column in data.rows.contains { if case .text = $0[column] { false } else { true } } }
        return DisplayTable(
            columns: data.columns.indices.map { .init(data.columns[$0], isNumeric[$0] ? .right : .left) },
            rows: data.rows.map { row in
                row.map { value in
                    switch value {
                    case .text(let text): .init(text)
                    case .integer(let number): .count(number)
                    case .number(let number): .number(number)
                    case .missing: .undefined
                    }
                }
            })
    }

    func svg(identifier: String, size: (width: Int, height: Int)?) throws -> String {
        let asked = try size.map { try ChartSize(width: $0.width, height: $0.height) } ?? self.size
        return String(decoding: try Gnuplot().render(chart, as: .svg(idPrefix: identifier), size: asked, showsTitle: false), as: UTF8.self)
    }

    func text(columns: Int, rows: Int, colour: Bool, mustStop: @Sendable () -> Bool) throws -> String {
        String(decoding: try Gnuplot().render(chart, as: .text(columns: columns, rows: rows, colour: colour), size: nil, showsTitle: true, mustStop: mustStop), as: UTF8.self)
    }

    func sixel(width: Int, height: Int, mustStop: @Sendable () -> Bool) throws -> [UInt8] {
        try Gnuplot().render(chart, as: .sixel, size: try ChartSize(width: width, height: height), showsTitle: true, mustStop: mustStop)
    }
}
