import Foundation
import Testing

@testable import Plots

struct ScriptTests {
    @Test func `the elbow's script reads well`() throws {
        let chart = try ElbowChart(clusterCounts: [2, 3, 4], inertias: [9, 4, 3.5], knee: 3)
        let style = Style(format: .svg(), size: .standard)
        let expected = """
            $data1 << END
            2 9
            3 4
            4 3.5
            END
            apostrophe = "\\047"
            set encoding utf8
            unset key
            unset colorbox
            unset title
            set style fill solid noborder
            set samples 2
            set label 1 'inertia (sum of squared distances to the nearest centroid)' at screen 0.00833,0.96364 left front noenhanced font ',11.5' textcolor rgb '#57606a'
            set label 2 'number of clusters' at screen 0.51199,0.03409 center front noenhanced font ',11.5' textcolor rgb '#57606a'
            """
        let lines = chart.commands(style)
        #expect(lines.prefix(14).joined(separator: "\n") == expected)
        #expect(lines.contains("set yrange [0:10] noextend"))
        #expect(
            lines.contains {
                $0.hasPrefix("set ytics out nomirror norotate noenhanced scale 0") && $0.hasSuffix("('0' 0, '2' 2, '4' 4, '6' 6, '8' 8, '10' 10)")
            })
        #expect(
            lines.contains { $0.hasPrefix("plot $data1 using 1:2 with lines linecolor rgb '#0072b2' linewidth 2.4 dashtype solid notitle, \\\n") })
        #expect(lines.contains { $0.contains("'knee at 3'") && $0.contains("sans-serif:Bold") })
    }

    /// What the body of each chart's script must hold.
    static let pieces: [(kind: String, pieces: [String])] = [
        (
            "roc",
            [
                "'true positive rate'", "'false positive rate'", "'AUC'", "'0.867'", "'logistic regression'", "set xrange [0:1] noextend",
                "dashtype (4,4)",
            ]
        ),
        ("pr", ["'precision'", "'recall'", "'AP'", "'guessing 0.180'", "with steps", "set yrange [0:1] noextend"]),
        ("gain", ["'positives found'", "'at 20%'", "'rows taken, by falling score'", "'100%%' 1", "0.18 1"]),
        ("lift", ["'at 10%'", "'lift: times as many positives as at random'", "'at random'"]),
        ("calibration", ["'mean gap'", "'predicted probability'", "'rows'", "boxxyerror", "set multiplot"]),
        ("threshold", ["'0.370, chosen on the validation part: precision 0.711, recall 0.530, F1 0.607'", "'threshold: the probability from which a row counts as positive'", "NaN"]),
        ("loss", ["'loss (cross-entropy)'", "'epoch'", "'best: 1.25 in epoch 14'", "'validation 1.30'", "'training 1.11'"]),
        ("accuracy", ["'70%%' 0.7", "'commonest class 41.2%'", "'lstm validation 61.4%'"]),
        ("confusion", ["'actual'", "'predicted'", "'3,396'", "'96%'", "with boxxyerror", "rgb variable"]),
        ("importance", ["'page values'", "'permutation'", "'0.21'", "with boxxyerror", "'visitor type = returning visitor'"]),
        ("tree", ["'PageValues <= 5.93'", "'16% of 12,330 rows'", "'yes above, no below'", "'share of true'", "rgb variable"]),
        ("elbow", ["'20,000' 20000", "'knee at 4'"]),
        ("silhouette", ["'mean 0.381'", "'1,204 users, 0.42'", "filledcurves closed"]),
        ("clusters", ["'component 1 (41% of variance)'", "'1,272 (48%)'", "with points pointtype 7"]),
        ("dendrogram", ["'height (Ward: rise of the sum of squares)'", "'cut into 4'", "NaN NaN", "with lines"]),
        ("profile", ["'standard deviations from everybody'", "'high monetary, recent'", "'country = de'", "rgb variable"]),
        ("flow", ["'kmeans'", "'groups of rfm'", "'champions'", "filledcurves closed"]),
        ("rfm", ["'recency score'", "'frequency score'", "'5 recent'", "'1 seldom'"]),
        ("daily", ["'27 Nov 2017' 17497", "'events per day'", "'day (UTC+8)'"]),
        ("hourly", ["with boxes", "'events: pv'", "'23' 23"]),
        ("histogram", ["'median 24.4'", "'events per user'", "'1,000'"]),
        ("top", ["'12,345'", "'7.3%'", "'kitchen & home'"]),
    ]

    @Test(arguments: pieces.indices)
    func `scripts hold the words and numbers of their chart`(_ index: Int) throws {
        let (kind, pieces) = Self.pieces[index]
        let chart = try #require(Samples.all.first { $0.kind == kind })
        let body = chart.commands(Style(size: chart.preferredSize)).joined(separator: "\n")
        for piece in pieces { #expect(body.contains(piece), "\(kind): \(piece)") }
        // Only one look: no enhanced text, no key, no box, no second grid.
        #expect(!body.contains(" enhanced") && !body.contains("\nset key") && !body.contains("\nset grid xtics"))
    }

    @Test(arguments: Samples.all.indices)
    func `a script runs by itself and draws into the folder it stands in`(_ index: Int) throws {
        let chart = Samples.all[index]
        let script = Gnuplot.script(of: chart)
        #expect(script.contains("set output '\(chart.kind).svg'") && script.contains(chart.title))
        #expect(!script.contains("/home") && !script.contains("/tmp") && !script.contains("/work"))
        let folder = NSTemporaryDirectory() + "cnb-script-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try script.write(toFile: "\(folder)/chart.gnuplot", atomically: true, encoding: .utf8)
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["gnuplot", "chart.gnuplot"]
        process.currentDirectoryURL = URL(fileURLWithPath: folder)
        try process.run()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder).sorted() == ["chart.gnuplot", "\(chart.kind).svg"].sorted())
    }

    @Test func `the catalogue lists every chart once`() {
        #expect(
            Charts.kinds.map(\.name) == [
                "roc", "pr", "gain", "lift", "calibration", "threshold", "loss", "accuracy", "confusion", "importance", "tree", "elbow", "silhouette", "clusters", "dendrogram", "profile", "flow", "rfm", "daily", "hourly", "histogram", "top",
            ])
        #expect(Charts.kinds.map(\.name) == Samples.all.map(\.kind))
        for kind in Charts.kinds { #expect(!kind.summary.isEmpty && kind.summary.count < 90 && !kind.summary.hasSuffix(".")) }
    }
}
