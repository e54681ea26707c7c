import Foundation
import Testing
@testable import Plots

struct Gallery {
    @Test func draws() throws {
        guard let folder = ProcessInfo.processInfo.environment["GALLERY"] else { return }
        let only = ProcessInfo.processInfo.environment["ONLY"]?.split(separator: ",").map(String.init)
        let long = ["a very long name of a class that never seems to end, number one", "b", "c `touch /tmp/gp/pwn9`", "d_{x}^2 & <b>'q'</b> \"z\""]
        func tc(_ e: @autoclosure () throws -> any Chart) throws -> any Chart { try e() }
        var charts: [(String, any Chart)] = Samples.all.map { ($0.kind, $0) }
        charts += [
            ("roc-one", try tc(Samples.roc(["lstm"]))), ("roc-12", try tc(Samples.roc(Samples.actions))), ("roc-long", try tc(Samples.roc(long))),
            ("loss-2", try tc(Samples.loss(["lstm", "rnn"], epochs: 60))), ("loss-1epoch", try tc(Samples.loss(["lstm"], epochs: 1))),
            ("loss-long", try tc(Samples.loss(long, epochs: 12))), ("accuracy-1", try tc(Samples.accuracy(["lstm"], epochs: 8))),
            ("confusion-1", try tc(Samples.confusion(1))), ("confusion-2", try tc(Samples.confusion(2))), ("confusion-12", try tc(Samples.confusion(12))),
            ("confusion-long", try tc(Samples.confusion(4, names: long, scale: 1000))),
            ("confusion-long12", try tc(Samples.confusion(12, names: (0..<12).map { "category number \($0) of the shop" }, scale: 10))),
            ("elbow-scores", try tc(Samples.scoredElbow())), ("elbow-scores-none", try tc(Samples.scoredElbow(knee: nil))), ("silhouette-8", try tc(Samples.silhouette([900, 700, 500, 400, 300, 200, 100, 50]))),
            ("dendrogram-60", try tc(Samples.dendrogram(60, segments: 8))), ("dendrogram-named", try tc(Samples.dendrogram(5, segments: 2, names: long))), ("dendrogram-1", try tc(Samples.dendrogram(1))),
            ("profile-8", try tc(Samples.profile((1...8).map { "segment \($0)" }, columns: (1...14).map { "column number \($0)" }))), ("profile-long", try tc(Samples.profile(long, columns: long))),
            ("flow-8", try tc(Samples.flow((1...8).map(String.init), (1...8).map { "group \($0)" }))), ("flow-long", try tc(Samples.flow(long, long))),
            ("elbow-none", try tc(Samples.elbow(knee: nil))), ("elbow-huge", try tc(ElbowChart(clusterCounts: [1, 2, 3, 5, 8], inertias: [9.1e12, 5e12, 2e12, 1e12, 0], knee: 3))),
            ("silhouette-12", try tc(Samples.silhouette([3000, 1200, 800, 400, 300, 200, 100, 50, 20, 5, 1, 1]))), ("silhouette-1", try tc(Samples.silhouette([40, 30]))),
            ("clusters-many", try tc(Samples.clusters(users: 12_345, names: Samples.actions))), ("clusters-long", try tc(Samples.clusters(users: 200, names: long))),
            ("daily-1", try tc(Samples.daily(1))), ("daily-200", try tc(Samples.daily(200))), ("daily-2", try tc(Samples.daily(2))), ("daily-1500", try tc(Samples.daily(1500, scales: [4e7]))),
            ("daily-panels", try tc(Samples.daily(9, scales: [42_000, 3_150, 1_720, 810]))), ("daily-12", try tc(Samples.daily(60, scales: (1...14).map { 500.0 * Double($0) }))),
            ("hourly-4", try tc(Samples.hourly(scales: [9000, 4000, 2500, 1200]))), ("hourly-panels", try tc(Samples.hourly(scales: [90_000, 4000, 2500, 1200]))),
            ("histogram-log", try tc(Samples.histogram(log: true))),
            ("histogram-whole", try tc(HistogramChart(name: "orders", values: Samples.skewed(500).map { ($0 / 10).rounded(.down) }.filter { $0 < 30 }, unit: "users"))),
            ("histogram-const", try tc(HistogramChart(name: "x", values: [5, 5, 5], unit: "users"))),
            ("top-long", try tc(TopChart(name: "item", values: long + (0..<26).map { "item \($0)" }, counts: (0..<30).map { 1_000_000 / ($0 + 1) }, total: 30_000_000))),
            ("top-1", try tc(TopChart(name: "item", values: ["x"], counts: [0], total: 0))),
        ]
        charts += LayoutTests.charts.filter { $0.name.contains(",") }.map { ($0.name.replacing(" ", with: "_").replacing(",", with: ""), $0.chart) }
        let g = Gnuplot()
        for (name, chart) in charts where ["daily-panels", "confusion-12", "clusters", "loss-2", "hourly-4", "top-long", "rfm", "silhouette-12"].contains(name) {
            try Data(g.render(chart, as: .svg(), size: ChartSize(width: 480, height: 320), showsTitle: true)).write(to: URL(fileURLWithPath: "\(folder)/small-\(name).svg"))
            try Data(g.render(chart, as: .svg(), size: ChartSize(width: 240, height: 160), showsTitle: false)).write(to: URL(fileURLWithPath: "\(folder)/tiny-\(name).svg"))
        }
        for (name, chart) in charts {
            if let only, !only.contains(where: { name.hasPrefix($0) }) { continue }
            do {
            try Data(g.render(chart, as: .svg(idPrefix: "f-" + name))).write(to: URL(fileURLWithPath: "\(folder)/\(name).svg"))
            try Data(g.render(chart, as: .png(), showsTitle: true)).write(to: URL(fileURLWithPath: "\(folder)/\(name).png"))
            try Data(g.render(chart, as: .text(columns: 80, rows: 24, colour: false), showsTitle: true)).write(to: URL(fileURLWithPath: "\(folder)/\(name).txt"))
            try Data(g.render(chart, as: .text(columns: 80, rows: 24, colour: true), showsTitle: true)).write(to: URL(fileURLWithPath: "\(folder)/\(name).ansi"))
            try (Gnuplot.script(of: chart)).write(toFile: "\(folder)/\(name).gnuplot", atomically: true, encoding: .utf8)
            if name == chart.kind {
            try Data(g.render(chart, as: .pdf, showsTitle: true)).write(to: URL(fileURLWithPath: "\(folder)/\(name).pdf"))
            try Data(g.render(chart, as: .sixel, showsTitle: true)).write(to: URL(fileURLWithPath: "\(folder)/\(name).six"))
            try Data(g.render(chart, as: .svgFile, showsTitle: true)).write(to: URL(fileURLWithPath: "\(folder)/\(name)-file.svg"))
            }
            } catch { print("GALLERY \(name): \(error)"); Issue.record(error) }
            print(name, "|", chart.altText, "|", chart.caption)
        }
        try Plots.darkStyleSheet.write(toFile: "\(folder)/dark.css", atomically: true, encoding: .utf8)
    }
}
