import Foundation
import Testing

@testable import Plots

/// Names as nobody should give them. The mark is a file that none of them may make.
struct EscapingTests {
    static let mark = "/tmp/cnb-\(ProcessInfo.processInfo.processIdentifier)"

    static let names = [
        "`touch \(mark)`", "$(touch \(mark))", "'; system('touch \(mark)') #", "'@touch", "it's @x `touch \(mark)` '@y' \"'\"", "\"; !touch \(mark)",
        "' . system(\"touch \(mark)\") . '", "@touch $1 #2",
        "%d%s%n 100%%", "a_b^c{d}~e{/Bold f}", "&amp; &lt; &#65; & < >", "back\\slash \\n \\", "</text><script>1</script>", "\\", "'", "''", "\"",
        "{", "]]>", "  two  blanks ",
        "naïve 漢字 🙂",
    ]

    /// A chart of each kind with a name in every place that takes one.
    static func charts(_ name: String) throws -> [any Chart] {
        let run = TrainingRun(name: name, training: [3, 2, 1], validation: [3, 2.5, 2.2], bestEpoch: 3)
        let shares = TrainingRun(name: name, training: [0.3, 0.4], validation: [0.2, 0.3], bestEpoch: 1)
        let curve = ROCChart.Curve(name: name, falsePositiveRates: [0, 0.2, 1], truePositiveRates: [0, 0.8, 1], area: 0.8)
        return [
            try ROCChart(title: name, curves: [curve], notes: [name]),
            try LossChart(title: name, runs: [run, run], unit: name, notes: [name]),
            try AccuracyChart(title: name, runs: [shares, shares], notes: [name]),
            try ConfusionChart(title: name, classes: [name, "b"], counts: [[3, 1], [2, 5]], notes: [name]),
            try ElbowChart(title: name, clusterCounts: [2, 3, 4], inertias: [9, 4, 3], knee: 3, notes: [name]),
            try SilhouetteChart(title: name, clusters: [.init(name: name, widths: [0.1, 0.5])], notes: [name]),
            try ClusterChart(
                title: name, xName: name, yName: name, x: [1, 2, 3], y: [1, 3, 2], labels: [0, 0, 1], clusterNames: [name, "b"],
                centroids: [(1, 2), (3, 2)], notes: [name]),
            try RFMChart(title: name, cells: [[.init(users: 3, meanMonetary: 2)]], monetaryUnit: name, notes: [name]),
            try DailyChart(
                title: name, firstDay: 17_000, series: [.init(name: name, counts: [1, 2]), .init(name: "b", counts: [2, 2])], unit: name, zone: name,
                notes: [name]),
            try HourlyChart(
                title: name,
                series: [.init(name: name, counts: Array(repeating: 500, count: 24)), .init(name: "b", counts: Array(repeating: 1, count: 24))],
                unit: name,
                zone: name, notes: [name]),
            try HistogramChart(title: name, name: name, edges: [0, 1, 2], counts: [3, 4], median: 1, unit: name, notes: [name]),
            try TopChart(title: name, name: name, values: [name, "b"], counts: [3, 1], total: 4, unit: name, notes: [name]),
        ]
    }

    private func words(_ svg: [UInt8]) throws -> [String] { try PlacedWords.all(in: svg).words.map(\.words) }

    @Test(arguments: names)
    func `text from data is drawn as it is and never run`(_ name: String) throws {
        let size = try ChartSize(width: 1_600, height: 700)
        for chart in try Self.charts(name) {
            let svg = try Gnuplot().render(chart, as: .svg(), size: size, showsTitle: true)
            let drawn = try words(svg)
            #expect(drawn.contains { $0 == name }, "\(chart.kind) should draw its title \(name), drew \(drawn)")
            #expect(drawn.count { $0.contains(name) } >= 2, "\(chart.kind) should draw \(name) more than once, drew \(drawn)")
            #expect(!String(decoding: svg, as: UTF8.self).contains("<script"))
        }
        // The text terminal, and the script that is handed out, run from its first line to its last.
        let chart = try #require(try Self.charts(name).first)
        let text = try Gnuplot().render(chart, as: .text(columns: 200, rows: 30, colour: false), showsTitle: true)
        #expect(String(decoding: text, as: UTF8.self).contains(name.split(separator: " ").joined(separator: " ")) || name.contains("  "))
        _ = try Gnuplot().run(Gnuplot.script(of: chart).replacing("set output '\(chart.kind).svg'", with: "set output"))
        #expect(!FileManager.default.fileExists(atPath: Self.mark), "\(name) was run")
    }

    @Test(arguments: ["a\nb", "a\r\nb", "a\u{1B}[31mb", "a\u{0}b", "a\u{202E}b", "a\u{2028}b", "a\u{FFFE}b", "a\u{85}b"])
    func `what cannot be drawn becomes a replacement character`(_ name: String) throws {
        for chart in try Self.charts(name) {
            let drawn = try words(try Gnuplot().render(chart, as: .svg(), size: try ChartSize(width: 1_600, height: 700), showsTitle: true))
            #expect(drawn.contains { $0.hasPrefix("a\u{FFFD}") && $0.hasSuffix("b") }, "\(chart.kind) drew \(drawn)")
        }
        #expect(!GnuplotText.quoted(name).dropFirst().dropLast().unicodeScalars.contains { $0.value < 0x20 })
    }

    @Test func `strings are quoted singly`() {
        #expect(GnuplotText.quoted("it's `x` \"y\" \\") == "'it' . apostrophe . 's `x` \"y\" \\'")
        #expect(GnuplotText.quoted("'") == "'' . apostrophe . ''")
        #expect(GnuplotText.quoted("a\nb") == "'a\u{FFFD}b'")
        #expect(GnuplotText.quotedTic("50%") == "'50%%'")
    }

    @Test func `every name in a script stands between single quotes`() throws {
        for chart in try Self.charts("NAME") {
            for line in Gnuplot.script(of: chart).split(separator: "\n") where line.contains("NAME") {
                let outside = line.split(separator: "'", omittingEmptySubsequences: false).enumerated().filter { $0.offset % 2 == 0 }.map(\.element)
                #expect(!outside.contains { $0.contains("NAME") }, "\(line)")
                #expect(line.hasPrefix("set label") && line.contains(" noenhanced "), "\(line)")
            }
        }
    }
}
