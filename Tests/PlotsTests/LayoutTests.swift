import Foundation
import Testing

@testable import Plots

/// Where words lie in a finished picture, by the widths of the widest font.
struct PlacedWords: CustomStringConvertible {
    let words: String
    let left: Double, right: Double, top: Double, bottom: Double

    var description: String { "'\(words)' at \(Int(left))...\(Int(right)), \(Int(top))...\(Int(bottom))" }

    func overlaps(_ other: PlacedWords) -> Bool {
        left < other.right - 0.5 && other.left < right - 0.5 && top < other.bottom - 0.5 && other.top < bottom - 0.5
    }

    static func all(in svg: [UInt8]) throws -> (width: Double, height: Double, words: [PlacedWords]) {
        let root = try #require(SVGParser.parse(svg))
        let box = try #require(root.attributes["viewBox"]).split(separator: " ").compactMap { Double($0) }
        var found: [PlacedWords] = []
        func walk(_ element: SVGElement, size: Double, anchor: String, bold: Bool) {
            let size = element.attributes["font-size"].flatMap(Double.init) ?? size
            let anchor = element.attributes["text-anchor"] ?? anchor
            let bold = element.attributes["font-weight"].map { $0 == "600" } ?? bold
            if element.name == "text" {
                let width = Letters.width(element.words, size: size, bold: bold)
                let before = anchor == "middle" ? width / 2 : anchor == "end" ? width : 0
                if let x = element.attributes["x"].flatMap(Double.init), let y = element.attributes["y"].flatMap(Double.init) {
                    found.append(
                        .init(words: element.words, left: x - before, right: x - before + width, top: y - size * 0.74, bottom: y + size * 0.05))
                } else if let place = element.attributes["transform"] {
                    // Upright, read from below.
                    let numbers = place.split { !($0.isNumber || $0 == "." || $0 == "-") }.compactMap { Double($0) }
                    let (x, y) = (numbers[0], numbers[1])
                    found.append(
                        .init(words: element.words, left: x - size * 0.74, right: x + size * 0.05, top: y + before - width, bottom: y + before))
                }
            }
            for child in element.children { walk(child, size: size, anchor: anchor, bold: bold) }
        }
        walk(root, size: 12, anchor: "start", bold: false)
        return (box[2], box[3], found)
    }
}

struct LayoutTests {
    static let longNames = [
        "a very long name of something that never seems to end, number one", "b", "WWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWW", "漢字の名前はとても長いことがある、本当に長い",
        "d_{x}^2 & <b>'q'</b> \"z\"",
    ]

    static let charts: [(name: String, chart: any Chart)] = {
        func made(_ make: () throws -> any Chart) -> any Chart {
            do { return try make() } catch { preconditionFailure("a chart was refused: \(error)") }
        }
        return Samples.all.map { ($0.kind, $0) } + [
            ("roc, long names", made { try Samples.roc(longNames) }),
            ("roc, 24 classes", made { try Samples.roc((1...24).map { "class \($0)" }) }),
            ("pr, long names", made { try Samples.precisionRecall(longNames, shares: [0.1, 0.3, 0.02, 0.7]) }),
            ("pr, one", made { try Samples.precisionRecall(["tree"], shares: [0.02]) }),
            ("gain, long names", made { try Samples.gain(longNames) }),
            ("lift, long names", made { try Samples.lift(longNames) }),
            ("calibration, long names", made { try Samples.calibration(longNames) }),
            ("calibration, one", made { try Samples.calibration(["tree"]) }),
            ("threshold, none chosen", made { try Samples.threshold(chosen: nil) }),
            ("threshold, at the end", made { try Samples.threshold(chosen: 0.999, origin: longNames[0]) }),
            ("loss, long names", made { try Samples.loss(longNames, epochs: 12) }),
            ("loss, one epoch", made { try Samples.loss(["lstm"], epochs: 1) }),
            ("loss, 500 epochs", made { try Samples.loss(["lstm", "rnn"], epochs: 500) }),
            ("accuracy, long names", made { try Samples.accuracy(longNames, epochs: 12) }),
            ("confusion, one class", made { try Samples.confusion(1) }),
            ("confusion, long names", made { try Samples.confusion(5, names: longNames, scale: 1_000_000) }),
            (
                "confusion, 12 long names",
                made { try Samples.confusion(12, names: (0..<12).map { "category number \($0) of the shop" }, scale: 1_000) }
            ),
            ("importance, long names", made { try Samples.importance(longNames, columns: 30) }),
            ("importance, one column", made { try ImportanceChart(measure: "gain", series: [.init(name: "a", columns: ["x"], values: [0])]) }),
            ("tree, deep", made { try Samples.tree(depth: 7, test: longNames[0], positive: nil) }),
            ("tree, one leaf", made { try TreeChart(nodes: [.init(rows: 3, share: 1, likeliest: longNames[0])], positive: longNames[0]) }),
            ("elbow, huge", made { try ElbowChart(clusterCounts: Array(1...40), inertias: (1...40).map { 9e17 / Double($0) }, knee: 39) }),
            ("elbow, scores", made { try Samples.scoredElbow() }),
            ("dendrogram, 60 leaves", made { try Samples.dendrogram(60, segments: 8) }),
            ("dendrogram, long names", made { try Samples.dendrogram(5, segments: 2, names: longNames) }),
            ("dendrogram, one leaf", made { try Samples.dendrogram(1) }),
            ("profile, long names", made { try Samples.profile(longNames, columns: longNames) }),
            ("profile, 8 segments", made { try Samples.profile((1...8).map { "segment \($0)" }, columns: (1...14).map { "column number \($0)" }) }),
            ("flow, long names", made { try Samples.flow(longNames, longNames) }),
            ("flow, 8 groups", made { try Samples.flow((1...8).map(String.init), (1...8).map { "group \($0)" }) }),
            ("silhouette, 12 clusters", made { try Samples.silhouette([3_000, 1_200, 800, 400, 300, 200, 100, 50, 20, 5, 1, 1]) }),
            (
                "silhouette, long names",
                made {
                    try SilhouetteChart(clusters: longNames.map { .init(name: $0, widths: [0.2, 0.5, -0.1]) })
                }
            ),
            ("clusters, long names", made { try Samples.clusters(users: 300, names: longNames) }),
            (
                "rfm, huge",
                made { try RFMChart(cells: (0..<10).map { r in (0..<10).map { .init(users: r * $0 * 1_000_000, meanMonetary: 1e6 / 3) } }) }
            ),
            ("daily, one day", made { try Samples.daily(1) }),
            ("daily, 200 days", made { try Samples.daily(200) }),
            ("daily, 3,000 days", made { try Samples.daily(3_000, scales: [4e9]) }),
            ("daily, panels", made { try Samples.daily(9, scales: [42_000, 3_150, 1_720, 81, 5, 2, 1, 1]) }),
            ("hourly, panels", made { try Samples.hourly(scales: [90_000, 4_000, 2_500, 1_200, 30]) }),
            ("confusion, nothing counted", made { try ConfusionChart(classes: ["a", "b"], counts: [[0, 0], [0, 0]]) }),
            ("rfm, nobody", made { try RFMChart(cells: [[.init(users: 0), .init(users: 0)]]) }),
            ("daily, nothing counted", made { try DailyChart(firstDay: 0, series: [.init(name: "", counts: [0, 0, 0])]) }),
            (
                "hourly, one hour",
                made {
                    try HourlyChart(series: [
                        .init(name: "a", counts: [5] + Array(repeating: 0, count: 23)), .init(name: "b", counts: Array(repeating: 0, count: 24)),
                    ])
                }
            ),
            ("histogram, nothing counted", made { try HistogramChart(name: "a", edges: [0, 1, 2], counts: [0, 0]) }),
            ("top, nothing counted", made { try TopChart(name: "a", values: ["x"], counts: [0], total: 0) }),
            ("histogram, logarithmic", made { try Samples.histogram(log: true) }),
            ("histogram, huge", made { try HistogramChart(name: longNames[0], values: [1e300, -1e300, 3, 5, 5e299]) }),
            (
                "top, long names",
                made {
                    try TopChart(
                        name: longNames[0], values: longNames + (0..<30).map { "item \($0)" }, counts: (0..<35).map { 1_000_000_000 / ($0 + 1) },
                        total: 30_000_000_000)
                }
            ),
        ]
    }()

    @Test(arguments: charts.indices)
    func `no word is cut off or lies on another`(_ index: Int) throws {
        let (name, chart) = Self.charts[index]
        for (size, showsTitle) in [
            (nil, false), (try ChartSize(width: 480, height: 320), true), (try ChartSize(width: 1_200, height: 700), false),
        ] {
            let svg = try Gnuplot().render(chart, as: .svg(), size: size, showsTitle: showsTitle)
            let (width, height, words) = try PlacedWords.all(in: svg)
            #expect(!words.isEmpty)
            for (place, one) in words.enumerated() {
                let fits = one.left >= -0.5 && one.right <= width + 0.5 && one.top >= -0.5 && one.bottom <= height + 0.5
                #expect(fits, "\(name), \(width)x\(height): \(one) is cut off")
                // Numbers that mark centroids lie where the centroids lie.
                if chart is ClusterChart, Int(one.words) != nil { continue }
                for other in words[(place + 1)...] where one.overlaps(other) {
                    Issue.record("\(name), \(width)x\(height), title \(showsTitle): \(one) lies on \(other)")
                }
            }
        }
    }

    @Test(arguments: charts.indices)
    func `the smallest picture still draws`(_ index: Int) throws {
        let size = try ChartSize(width: ChartSize.widths.lowerBound, height: ChartSize.heights.lowerBound)
        let svg = try Gnuplot().render(Self.charts[index].chart, as: .svg(), size: size, showsTitle: true)
        #expect(svg.count > 500)
    }

    @Test(arguments: charts.indices)
    func `text keeps to the columns of the terminal`(_ index: Int) throws {
        for columns in [40, 100] {
            let bytes = try Gnuplot().render(Self.charts[index].chart, as: .text(columns: columns, rows: 24, colour: false), showsTitle: true)
            for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n") {
                #expect(Letters.cells(String(line)) <= columns, "\(Self.charts[index].name): \(line)")
            }
        }
    }
}
