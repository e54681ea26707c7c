import Foundation
import Plots
import Runtime

/// Charts with data as they come from real clickstreams, one of each kind.
enum Samples {
    static let all: [any Chart] = {
        do {
            return [
                try roc(), try loss(), try accuracy(), try confusion(4), try importance(), try tree(), try elbow(), try silhouette(), try clusters(), try rfm(), try daily(30),
                try hourly(),
                try histogram(), try top(),
            ]
        } catch {
            preconditionFailure("a sample chart was refused: \(error)")
        }
    }()

    static func curve(_ name: String, power: Double, steps: Int = 60) -> ROCChart.Curve {
        let x = (0...steps).map { pow(Double($0) / Double(steps), 1.5) }
        return .init(name: name, falsePositiveRates: x, truePositiveRates: x.map { 1 - pow(1 - $0, power) }, area: power / (power + 1))
    }

    static func roc(_ names: [String] = ["lstm", "rnn", "logistic regression"]) throws -> ROCChart {
        try ROCChart(curves: names.enumerated().map { curve($1, power: 6.5 / (Double($0) * 0.6 + 1)) })
    }

    static func runs(_ names: [String], epochs: Int, accuracy: Bool) -> [TrainingRun] {
        names.enumerated().map { index, name in
            var stream = RandomStream(seed: index, name: "sample", purpose: "runs")
            let speed = 4.0 + Double(index)
            let training = (1...epochs).map {
                accuracy
                    ? 0.68 - 0.3 * exp(-Double($0) / speed) + 0.004 * stream.uniform()
                    : 1.1 + 1.2 * exp(-Double($0) / speed) + 0.01 * stream.uniform()
            }
            let validation = (1...epochs).map { epoch in
                let late = Double(max(0, epoch - epochs * 2 / 3)) * 0.012
                return accuracy
                    ? 0.64 - 0.28 * exp(-Double(epoch) / speed) - late / 3 + 0.006 * stream.uniform()
                    : 1.2 + 1.1 * exp(-Double(epoch) / speed) + late + 0.02 * stream.uniform()
            }
            let best = validation.indices.min { accuracy ? validation[$0] > validation[$1] : validation[$0] < validation[$1] } ?? 0
            return TrainingRun(name: name, training: training, validation: validation, bestEpoch: best + 1)
        }
    }

    static func loss(_ names: [String] = ["lstm"], epochs: Int = 20) throws -> LossChart {
        try LossChart(runs: runs(names, epochs: epochs, accuracy: false))
    }

    static func accuracy(_ names: [String] = ["lstm", "rnn"], epochs: Int = 20) throws -> AccuracyChart {
        try AccuracyChart(runs: runs(names, epochs: epochs, accuracy: true), baseline: 0.412)
    }

    static let actions = ["pv", "cart", "fav", "buy", "search", "share", "review", "return", "wishlist", "compare", "login", "logout"]

    static func confusion(_ classes: Int, names: [String]? = nil, scale: Int = 1) throws -> ConfusionChart {
        let names = names ?? Array(actions.prefix(classes))
        var stream = RandomStream(seed: 1, name: "sample", purpose: "confusion")
        let counts = (0..<classes).map { row in
            (0..<classes).map { column in (row == column ? 900 + stream.below(4_000) : stream.below(400 / (1 + abs(row - column)))) * scale }
        }
        return try ConfusionChart(classes: names, counts: counts)
    }

    static func elbow(knee: Int? = 4) throws -> ElbowChart {
        try ElbowChart(
            clusterCounts: Array(2...12), inertias: [18_240, 11_930, 7_310, 6_480, 5_830, 5_350, 4_930, 4_610, 4_320, 4_100, 3_910], knee: knee)
    }

    static func silhouette(_ sizes: [Int] = [1_204, 866, 410, 155]) throws -> SilhouetteChart {
        try SilhouetteChart(
            clusters: sizes.enumerated().map { index, size in
                var stream = RandomStream(seed: index, name: "sample", purpose: "silhouette")
                return .init(
                    name: "cluster \(index + 1)",
                    widths: (0..<size).map { _ in min(0.9, max(-0.4, 0.42 - Double(index) * 0.05 + 0.2 * stream.normal())) })
            })
    }

    static func clusters(users: Int = 2_635, names: [String] = ["regulars", "bargain hunters", "window shoppers", "newcomers"]) throws -> ClusterChart
    {
        var stream = RandomStream(seed: 3, name: "sample", purpose: "clusters")
        let middles = names.indices.map { index -> (x: Double, y: Double) in
            let angle = Double(index) * 1.9
            return (x: 3.2 * cos(angle), y: 2.1 * sin(angle + 0.4))
        }
        var x: [Double] = [], y: [Double] = [], labels: [Int] = []
        for _ in 0..<users {
            let label = stream.choose(weights: (0..<names.count).map { 1 / Double($0 + 1) })
            labels.append(label)
            x.append(middles[label].x + stream.normal())
            y.append(middles[label].y + 0.7 * stream.normal())
        }
        return try ClusterChart(
            xName: "component 1 (41% of variance)", yName: "component 2 (23% of variance)", x: x, y: y, labels: labels, clusterNames: names,
            centroids: middles)
    }

    static func rfm() throws -> RFMChart {
        var stream = RandomStream(seed: 4, name: "sample", purpose: "rfm")
        return try RFMChart(
            cells: (0..<5).map { row in
                (0..<5).map { column in
                    let users = max(0, 420 - 90 * abs(row - column) + stream.below(80) - 60)
                    return .init(
                        users: users, meanMonetary: users == 0 ? nil : 22.5 * Double(column + 1) * Double(column + 1) + stream.uniform() * 40)
                }
            }, monetaryUnit: "EUR")
    }

    static func days(_ days: Int, scale: Double, seed: Int) -> [Int] {
        var stream = RandomStream(seed: seed, name: "sample", purpose: "days")
        return (0..<days).map { Int(scale * (1 + ($0 % 7 >= 5 ? 0.35 : 0) + 0.1 * stream.normal())) }
    }

    static func daily(_ count: Int, scales: [Double] = [4_200, 1_150, 720, 410]) throws -> DailyChart {
        try DailyChart(
            firstDay: 17_495,
            series: scales.enumerated().map {
                .init(name: actions[$0 % 12] + ($0 >= 12 ? String($0) : ""), counts: days(count, scale: $1, seed: $0))
            },
            zone: "UTC+8")
    }

    static func hourly(scales: [Double] = [9_000]) throws -> HourlyChart {
        try HourlyChart(
            series: scales.enumerated().map { index, scale in
                .init(
                    name: actions[index],
                    counts: (0..<24).map { hour in
                        let day = 0.55 - 0.4 * cos(Double(hour - 4) / 12 * .pi)
                        return Int(scale * (day + 0.1 * sin(Double(hour + index))))
                    })
            }, zone: "UTC+8")
    }

    static func skewed(_ count: Int) -> [Double] {
        var stream = RandomStream(seed: 5, name: "sample", purpose: "histogram")
        return (0..<count).map { _ in exp(3.2 + 0.9 * stream.normal()) }
    }

    static func histogram(log: Bool = false) throws -> HistogramChart {
        try HistogramChart(name: "events per user", values: skewed(3_000), isLogarithmic: log, unit: "users")
    }

    static func top() throws -> TopChart {
        try TopChart(
            name: "category", values: ["shoes", "electronics", "books", "garden", "toys", "kitchen & home", "sports", "beauty", "outdoor", "music"],
            counts: [12_345, 10_871, 8_120, 5_004, 4_870, 3_201, 2_750, 1_904, 980, 411], total: 68_204)
    }

    static func importance(_ names: [String] = ["forest"], columns: Int = 9) throws -> ImportanceChart {
        let all = ["page values", "exit rates", "month = Nov", "duration", "bounce rates", "visitor type = returning visitor", "weekend", "region", "browser"]
        let columns = (0..<columns).map { $0 < all.count ? all[$0] : "column \($0)" }
        return try ImportanceChart(
            measure: "permutation",
            series: names.enumerated().map { index, name in
                let values = columns.indices.map { 0.21 / Double($0 * $0 + 1 + index) - 0.004 }
                return .init(name: name, columns: columns, values: values, deviations: index == 0 ? values.map { abs($0) * 0.15 + 0.003 } : nil)
            })
    }

    /// A full tree of a depth.
    static func tree(depth: Int = 3, test: String = "PageValues <= 5.93", positive: String? = "true") throws -> TreeChart {
        var nodes: [TreeChart.Node] = []
        func grow(_ level: Int, _ rows: Int, _ share: Double) -> Int {
            let place = nodes.count
            nodes.append(.init(rows: rows, share: share, likeliest: share > 0.5 ? "true" : "false"))
            guard level < depth else { return place }
            let yes = grow(level + 1, rows * 3 / 4, share * 0.5), no = grow(level + 1, rows - rows * 3 / 4, min(1, share * 1.9))
            nodes[place] = .init(test: test, rows: rows, share: share, likeliest: share > 0.5 ? "true" : "false", yes: yes, no: no)
            return place
        }
        _ = grow(0, 12_330, 0.155)
        return try TreeChart(nodes: nodes, positive: positive)
    }
}
