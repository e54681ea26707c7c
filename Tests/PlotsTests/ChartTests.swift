import Diagnostics
import Foundation
import Testing

@testable import Plots

struct ChartTests {
    struct Refusal: Sendable {
        let name: String, code: String
        let make: @Sendable () throws -> any Chart
        init(_ name: String, _ code: String, _ make: @escaping @Sendable () throws -> any Chart) {
            (self.name, self.code, self.make) = (name, code, make)
        }
    }

    static let refusals = [
        Refusal("no curve", "nothing-to-plot") { try ROCChart(curves: []) },
        Refusal("a rate that is no number", "plot-number") {
            try ROCChart(curves: [.init(name: "a", falsePositiveRates: [0, .nan], truePositiveRates: [0, 1], area: 0.5)])
        },
        Refusal("a rate above 1", "plot-number") {
            try ROCChart(curves: [.init(name: "a", falsePositiveRates: [0, 1.1], truePositiveRates: [0, 1], area: 0.5)])
        },
        Refusal("rates of unlike length", "plot-mismatch") {
            try ROCChart(curves: [.init(name: "a", falsePositiveRates: [0, 1], truePositiveRates: [0], area: 0.5)])
        },
        Refusal("too many curves", "plot-too-many") { try Samples.roc((0..<25).map(String.init)) },
        Refusal("no curve of precision", "nothing-to-plot") { try PrecisionRecallChart(curves: []) },
        Refusal("a precision that is no number", "plot-number") {
            try PrecisionRecallChart(curves: [.init(name: "a", recalls: [1, 0], precisions: [.nan, 1], averagePrecision: 0.5, positiveShare: 0.5)])
        },
        Refusal("rows taken that fall", "plot-number") { try GainChart(curves: [.init(name: "a", targeted: [0, 1, 0.5], found: [0, 1, 1], positiveShare: 0.5)]) },
        Refusal("a lift without positives", "plot-number") { try LiftChart(curves: [.init(name: "a", targeted: [0, 1], found: [0, 1], positiveShare: 0)]) },
        Refusal("bins without rows", "nothing-to-plot") {
            try CalibrationChart(models: [.init(name: "a", bins: [.init(from: 0, to: 1, count: 0, meanPredicted: .nan, observed: .nan)])])
        },
        Refusal("a share above 1", "plot-number") {
            try CalibrationChart(models: [.init(name: "a", bins: [.init(from: 0, to: 1, count: 3, meanPredicted: 0.2, observed: 1.2)])])
        },
        Refusal("one threshold", "nothing-to-plot") { try ThresholdChart(thresholds: [0.5], precisions: [1], recalls: [1], f1: [1]) },
        Refusal("a chosen threshold above 1", "plot-number") { try ThresholdChart(thresholds: [0, 1], precisions: [1, 1], recalls: [1, 1], f1: [1, 1], chosen: 2) },
        Refusal("no model", "nothing-to-plot") { try LossChart(runs: []) },
        Refusal("no epoch", "nothing-to-plot") { try LossChart(runs: [.init(name: "a", training: [])]) },
        Refusal("only gaps", "nothing-to-plot") { try LossChart(runs: [.init(name: "a", training: [.nan, .infinity])]) },
        Refusal("a best epoch that was not run", "plot-number") { try LossChart(runs: [.init(name: "a", training: [1], bestEpoch: 2)]) },
        Refusal("an accuracy in percent", "plot-number") { try AccuracyChart(runs: [.init(name: "a", training: [43])]) },
        Refusal("no class", "nothing-to-plot") { try ConfusionChart(classes: [], counts: []) },
        Refusal("a matrix that is not square", "plot-mismatch") { try ConfusionChart(classes: ["a", "b"], counts: [[1, 2], [3]]) },
        Refusal("a negative count", "plot-number") { try ConfusionChart(classes: ["a"], counts: [[-1]]) },
        Refusal("no model", "nothing-to-plot") { try ImportanceChart(measure: "a", series: []) },
        Refusal("an importance that is no number", "plot-number") { try ImportanceChart(measure: "a", series: [.init(name: "b", columns: ["x"], values: [.nan])]) },
        Refusal("values of other columns", "plot-mismatch") { try ImportanceChart(measure: "a", series: [.init(name: "b", columns: ["x"], values: [1, 2])]) },
        Refusal("no node", "nothing-to-plot") { try TreeChart(nodes: [], positive: nil) },
        Refusal("a child before its node", "plot-number") { try TreeChart(nodes: [.init(test: "x", rows: 1, share: 1, likeliest: "a", yes: 0, no: 0)], positive: nil) },
        Refusal("an inertia that is no number", "plot-number") { try ElbowChart(clusterCounts: [2, 3], inertias: [1, .nan], knee: nil) },
        Refusal("numbers of clusters that fall", "plot-number") { try ElbowChart(clusterCounts: [3, 2], inertias: [1, 2], knee: nil) },
        Refusal("a knee that was not tried", "plot-number") { try ElbowChart(clusterCounts: [2, 3], inertias: [2, 1], knee: 7) },
        Refusal("scores of other numbers of clusters", "plot-mismatch") { try ElbowChart(clusterCounts: [2, 3], inertias: [2, 1], knee: nil, measures: [.init(name: "gap", hint: "", values: [1], best: nil)]) },
        Refusal("a score that is no number", "plot-number") { try ElbowChart(clusterCounts: [2], inertias: [2], knee: nil, measures: [.init(name: "gap", hint: "", values: [.nan], best: nil)]) },
        Refusal("a dendrogram without leaves", "nothing-to-plot") { try DendrogramChart(leaves: [], joins: []) },
        Refusal("a join of what is joined already", "plot-number") { try DendrogramChart(leaves: (0..<3).map { _ in .init(rows: 1, segment: nil) }, joins: [.init(0, 1, height: 1), .init(0, 2, height: 2)]) },
        Refusal("heights that fall", "plot-number") { try DendrogramChart(leaves: (0..<3).map { _ in .init(rows: 1, segment: nil) }, joins: [.init(0, 1, height: 2), .init(3, 2, height: 1)]) },
        Refusal("a profile without columns", "nothing-to-plot") { try ProfileChart(segments: ["1"], sizes: [1], columns: [], cells: [[]]) },
        Refusal("a difference that is no number", "plot-number") { try ProfileChart(segments: ["1"], sizes: [1], columns: ["x"], cells: [[.init(difference: .infinity)]]) },
        Refusal("a flow of nobody", "nothing-to-plot") { try FlowChart(leftName: "a", left: ["1"], rightName: "b", right: ["1"], counts: [[0]]) },
        Refusal("a flow with too few counts", "plot-mismatch") { try FlowChart(leftName: "a", left: ["1"], rightName: "b", right: ["1", "2"], counts: [[1]]) },
        Refusal("an empty cluster", "nothing-to-plot") { try SilhouetteChart(clusters: [.init(name: "a", widths: [])]) },
        Refusal("a width above 1", "plot-number") { try SilhouetteChart(clusters: [.init(name: "a", widths: [1.5])]) },
        Refusal("no user", "nothing-to-plot") { try ClusterChart(xName: "x", yName: "y", x: [], y: [], labels: [], clusterNames: ["a"]) },
        Refusal("only users without numbers", "nothing-to-plot") {
            try ClusterChart(xName: "x", yName: "y", x: [.nan], y: [1], labels: [0], clusterNames: ["a"])
        },
        Refusal("a label without a cluster", "plot-number") {
            try ClusterChart(xName: "x", yName: "y", x: [1], y: [1], labels: [1], clusterNames: ["a"])
        },
        Refusal("an opacity of 0", "plot-number") {
            try ClusterChart(xName: "x", yName: "y", x: [1], y: [1], labels: [0], clusterNames: ["a"], opacity: 0)
        },
        Refusal("no score", "nothing-to-plot") { try RFMChart(cells: []) },
        Refusal("a mean that is no number", "plot-number") { try RFMChart(cells: [[.init(users: 1, meanMonetary: .infinity)]]) },
        Refusal("no day", "nothing-to-plot") { try DailyChart(firstDay: 0, series: [.init(name: "a", counts: [])]) },
        Refusal("no series", "nothing-to-plot") { try DailyChart(firstDay: 0, series: []) },
        Refusal("23 hours", "plot-mismatch") { try HourlyChart(series: [.init(name: "a", counts: Array(repeating: 1, count: 23))]) },
        Refusal("no values", "nothing-to-plot") { try HistogramChart(name: "a", values: [.nan, .infinity]) },
        Refusal("nothing above 0 on a logarithmic axis", "nothing-to-plot") { try HistogramChart(name: "a", values: [0, -1], isLogarithmic: true) },
        Refusal("edges that fall", "plot-number") { try HistogramChart(name: "a", edges: [1, 0], counts: [1]) },
        Refusal("too few edges", "plot-mismatch") { try HistogramChart(name: "a", edges: [1, 2], counts: [1, 2]) },
        Refusal("no bar", "nothing-to-plot") { try TopChart(name: "a", values: [], counts: [], total: 0) },
        Refusal("a total below its parts", "plot-number") { try TopChart(name: "a", values: ["x"], counts: [2], total: 1) },
    ]

    @Test(arguments: refusals.indices)
    func `data that cannot be shown are refused with a reason`(_ index: Int) throws {
        let refusal = Self.refusals[index]
        do {
            _ = try refusal.make()
            Issue.record("\(refusal.name) was taken")
        } catch let error as PlotError {
            #expect(error.diagnostic.code == refusal.code, "\(refusal.name)")
            #expect(error.diagnostic.category == .data)
            #expect(error.diagnostic.message.first?.isLowercase == true && !error.diagnostic.message.hasSuffix("."))
        }
    }

    @Test func `sizes outside of the range are refused`() {
        for (width, height) in [(0, 0), (-5, 400), (720, 100), (5_000, 400)] {
            #expect(throws: PlotError.sizeOutOfRange(width: width, height: height)) { try ChartSize(width: width, height: height) }
        }
    }

    @Test(arguments: Samples.all.indices)
    func `every chart says what it shows in sentences and in a table`(_ index: Int) {
        let chart = Samples.all[index]
        #expect(chart.altText.hasSuffix(".") && chart.altText.count > 40 && chart.altText.contains { $0.isNumber })
        #expect(!chart.caption.isEmpty && chart.caption.hasSuffix("."))
        #expect(!chart.data.rows.isEmpty)
        #expect(chart.data.rows.allSatisfy { $0.count == chart.data.columns.count })
        #expect(chart.data.csv.split(separator: "\n").count == chart.data.rows.count + 1)
    }

    @Test func `a table quotes what CSV needs quoted and leaves gaps empty`() {
        let table = ChartTable(["a,b", "n", "x"], rows: [[.text("say \"hi\"\n"), .integer(3), .number(0.1)], [.text("plain"), .missing]])
        #expect(table.csv == "\"a,b\",n,x\n\"say \"\"hi\"\"\n\",3,0.1\nplain,,\n")
        #expect(table.json.text == #"{"columns": ["a,b", "n", "x"], "rows": [["say \"hi\"\n", 3, 0.1], ["plain", null, null]]}"#)
    }

    @Test func `clusters draw a sample that a seed fixes, and say so`() throws {
        func chart(users: Int, limit: Int, seed: Int) throws -> ClusterChart {
            try ClusterChart(
                xName: "x", yName: "y", x: (0..<users).map(Double.init), y: (0..<users).map { Double($0 % 7) }, labels: (0..<users).map { $0 % 2 },
                clusterNames: ["a", "b"],
                limit: limit, seed: seed)
        }
        let sampled = try chart(users: 12_345, limit: 2_000, seed: 1)
        #expect(sampled.data.rows.count == 2_000)
        #expect(sampled.caption == "Clusters. 2,000 of 12,345 users drawn, a random sample.")
        #expect(try chart(users: 12_345, limit: 2_000, seed: 1).data == sampled.data)
        #expect(try chart(users: 12_345, limit: 2_000, seed: 2).data != sampled.data)
        #expect(try chart(users: 12_345, limit: 100_000, seed: 1).data.rows.count == ClusterChart.markLimit)
        #expect(try chart(users: 90, limit: 2_000, seed: 1).caption == "Clusters.")
        #expect(sampled.altText.contains("12,345 users") && sampled.altText.contains("a 6,173 users (50%)"))
    }

    @Test func `gain and lift tell what is found among the first rows`() throws {
        // Half of the positives are the first tenth of the rows.
        let curve = GainCurve(name: "a", targeted: [0, 0.1, 1], found: [0, 0.5, 1], positiveShare: 0.2)
        let gain = try GainChart(curves: [curve])
        #expect(gain.altText == "Gain curve: the first 20% of the rows hold, of the positives, a 56%; at random they hold 20%.")
        #expect(try LiftChart(curves: [curve]).altText.hasSuffix("a 5.00."))
        // The better one is first.
        let other = GainCurve(name: "b", targeted: [0, 0.2, 1], found: [0, 0.9, 1], positiveShare: 0.2)
        #expect(try GainChart(curves: [curve, other]).curves.map(\.name) == ["b", "a"] && LiftChart(curves: [other, curve]).curves.map(\.name) == ["a", "b"])
    }

    @Test func `calibration tells the mean gap, and a threshold what it gives`() throws {
        let model = CalibrationChart.Model(
            name: "a",
            bins: [.init(from: 0, to: 0.5, count: 30, meanPredicted: 0.2, observed: 0.3), .init(from: 0.5, to: 0.8, count: 0, meanPredicted: .nan, observed: .nan), .init(from: 0.8, to: 1, count: 10, meanPredicted: 0.9, observed: 0.5)])
        #expect(abs(model.error - 0.175) < 1e-12)
        #expect(try CalibrationChart(models: [model]).data.rows.count == 3)
        let chart = try ThresholdChart(thresholds: [0.2, 0.5, 0.9, 1], precisions: [0.4, 0.6, 1, .nan], recalls: [1, 0.7, 0.3, 0], f1: [0.57, 0.65, 0.46, 0], chosen: 0.45, origin: "chosen on the validation part")
        #expect(chart.altText == "Precision, recall and F1 by threshold; F1 is highest, 0.650, at 0.500. At 0.450, chosen on the validation part, there are precision 0.600, recall 0.700 and F1 0.650.")
    }

    @Test func `what is left out is said`() throws {
        let clusters = try ClusterChart(xName: "x", yName: "y", x: [1, .nan, 3], y: [1, 2, 3], labels: [0, 0, -1], clusterNames: ["a"])
        #expect(clusters.notes == ["1 user without numbers on these axes left out"])
        #expect(clusters.altText.contains("1 user in no cluster"))
        #expect(try LossChart(runs: [.init(name: "a", training: [1, .nan, .infinity])]).notes == ["2 values that are not a number are left out"])
        #expect(try HistogramChart(name: "a", values: [1, .nan, 2]).notes == ["1 value missing or not a number left out"])
        #expect(
            try HistogramChart(name: "a", values: [1, 0, -2, 2], isLogarithmic: true).notes == [
                "2 values not above 0 left out, as the axis is logarithmic"
            ])
    }

    @Test func `series of very unlike size get a panel each`() throws {
        let body = try Samples.daily(9, scales: [42_000, 3_150, 1_720, 810]).commands(Style(size: try ChartSize(width: 720, height: 540)))
        #expect(body.contains("set multiplot") && body.count { $0.hasPrefix("plot ") } == 4)
        #expect(body.contains { $0.contains("'events per day; each panel has its own scale'") })
        let together = try Samples.daily(9, scales: [42_000, 3_150]).commands(Style())
        #expect(!together.contains("set multiplot"))
        // Without room for panels the axis is logarithmic, and says so.
        let small = try Samples.daily(9, scales: [42_000, 3_150, 1_720, 81, 5, 2, 1, 1]).commands(Style(size: try ChartSize(width: 240, height: 160)))
        #expect(small.contains("set logscale y 10") && !small.contains("set multiplot"))
    }

    @Test func `many series become one of others`() throws {
        let chart = try Samples.daily(30, scales: (1...14).map { Double($0) * 500 })
        #expect(chart.series.count == 8 && chart.series.last?.name == "7 others")
        #expect(chart.caption.contains("7 smallest of 14"))
        var total = 0
        for index in 0..<14 { total += Samples.days(30, scale: Double(index + 1) * 500, seed: index).reduce(0, +) }
        #expect(chart.series.map { $0.counts.reduce(0, +) }.reduce(0, +) == total)
    }

    @Test func `an elbow without a knee says so`() throws {
        let chart = try Samples.elbow(knee: nil)
        #expect(chart.altText.hasSuffix("there is no clear knee.") && chart.commands(Style()).contains { $0.contains("'no clear knee'") })
    }

    @Test func `a long ROC curve keeps its course with few points`() throws {
        let steps = 200_000
        let x = (0...steps).map { Double($0) / Double(steps) }
        let y = x.map { $0 < 0.3 ? 0.5 : $0.squareRoot() }
        let chart = try ROCChart(curves: [.init(name: "a", falsePositiveRates: x, truePositiveRates: y, area: 0.7)])
        let drawn = chart.curves[0]
        #expect(drawn.falsePositiveRates.count < 4_000)
        #expect(drawn.falsePositiveRates.first == 0 && drawn.falsePositiveRates.last == 1)
        // No drawn point lies off the curve, and no gap is wider than two pixels of a large picture.
        for (a, b) in zip(drawn.falsePositiveRates, drawn.falsePositiveRates.dropFirst()) { #expect(b - a < 0.002) }
    }

    @Test func `silhouettes give means and count who may belong elsewhere`() throws {
        let chart = try SilhouetteChart(clusters: [.init(name: "a", widths: [0.5, -0.1, 0.2]), .init(name: "b", widths: [0.4])])
        #expect(abs(chart.mean - 0.25) < 1e-15)
        #expect(chart.altText.contains("a 0.20 (3 users) and b 0.40 (1 user). 1 user has a width below 0"))
    }
}
