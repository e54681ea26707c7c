import Foundation
import Plots
import Runtime

/// Charts with data as they come from real clickstreams, one of each kind.
enum Samples {
    static let all: [any Chart] = {
        do {
            return [
                try roc(), try precisionRecall(), try gain(), try lift(), try calibration(), try threshold(), try loss(), try accuracy(), try confusion(4), try importance(), try tree(), try elbow(), try silhouette(), try clusters(), try dendrogram(), try profile(), try flow(), try rfm(), try daily(30),
                try hourly(),
                try histogram(), try top(),
            ]
        } catch {
            preconditionFailure("a sample chart was refused: \(error)")
        }
    }()

    /// Whether rows are positive, 18% of them, and what a model of some skill says of them.
    static func scored(_ skill: Double, rows: Int = 1_500, seed: Int = 6) -> [(isPositive: Bool, chance: Double)] {
        var stream = RandomStream(seed: seed, name: "sample", purpose: "scored")
        return (0..<rows).map { row in
            let isPositive = row % 50 < 9
            let score = (isPositive ? skill : 0) + stream.normal() - 1.5 - skill / 3
            return (isPositive, 1 / (1 + exp(-1.3 * score)))
        }
    }

    static let skills = [2.4, 1.6, 0.9, 0.3]

    /// By falling chance: how many rows have at least as high a one, and how many of those are positive.
    static func passed(_ scored: [(isPositive: Bool, chance: Double)]) -> [(chance: Double, rows: Int, positives: Int)] {
        var (rows, positives) = (0, 0)
        return scored.sorted { $0.chance > $1.chance }.map {
            rows += 1
            positives += $0.isPositive ? 1 : 0
            return ($0.chance, rows, positives)
        }
    }

    static func precisionRecall(_ names: [String] = ["xgboost", "forest", "logistic"], shares: [Double] = []) throws -> PrecisionRecallChart {
        try PrecisionRecallChart(curves: names.enumerated().map { index, name in
            let steps = passed(scored(skills[index % 4], seed: 6 + index)), all = Double(steps[steps.count - 1].positives)
            var (average, before) = (0.0, 0)
            for step in steps {
                average += Double(step.positives - before) / all * Double(step.positives) / Double(step.rows)
                before = step.positives
            }
            return .init(
                name: name, recalls: steps.reversed().map { Double($0.positives) / all } + [0], precisions: steps.reversed().map { Double($0.positives) / Double($0.rows) } + [1], averagePrecision: average,
                positiveShare: shares.isEmpty ? 0.18 : shares[index % shares.count])
        })
    }

    static func gains(_ names: [String] = ["xgboost", "forest", "logistic"]) -> [GainCurve] {
        names.enumerated().map { index, name in
            let steps = passed(scored(skills[index % 4], seed: 6 + index)), all = Double(steps[steps.count - 1].positives)
            return GainCurve(name: name, targeted: [0] + steps.map { Double($0.rows) / Double(steps.count) }, found: [0] + steps.map { Double($0.positives) / all }, positiveShare: 0.18)
        }
    }

    static func gain(_ names: [String] = ["xgboost", "forest", "logistic"]) throws -> GainChart { try GainChart(curves: gains(names)) }
    static func lift(_ names: [String] = ["xgboost", "forest", "logistic"]) throws -> LiftChart { try LiftChart(curves: gains(names)) }

    static func calibration(_ names: [String] = ["xgboost", "logistic"]) throws -> CalibrationChart {
        try CalibrationChart(models: names.enumerated().map { index, name in
            let rows = scored(skills[index % 4], seed: 6 + index)
            return .init(name: name, bins: (0..<10).map { bin in
                let own = rows.filter { min(9, Int($0.chance * 10)) == bin }
                return .init(
                    from: Double(bin) / 10, to: Double(bin + 1) / 10, count: own.count, meanPredicted: own.isEmpty ? .nan : own.reduce(0) { $0 + $1.chance } / Double(own.count),
                    observed: own.isEmpty ? .nan : Double(own.count { $0.isPositive }) / Double(own.count))
            })
        })
    }

    static func threshold(chosen: Double? = 0.37, origin: String = "chosen on the validation part") throws -> ThresholdChart {
        let steps = passed(scored(1.6)).reversed(), all = Double(steps.first?.positives ?? 1)
        let precisions = steps.map { Double($0.positives) / Double($0.rows) } + [.nan], recalls = steps.map { Double($0.positives) / all } + [0]
        return try ThresholdChart(
            thresholds: steps.map(\.chance) + [1], precisions: precisions, recalls: recalls, f1: zip(precisions, recalls).map { $0 + $1 == 0 ? 0 : 2 * $0 * $1 / ($0 + $1) }, chosen: chosen, origin: origin)
    }

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

    static func scoredElbow(knee: Int? = 4) throws -> ElbowChart {
        let plain = try elbow(knee: knee), silhouettes = [0.31, 0.36, 0.44, 0.41, 0.37, 0.35, 0.31, 0.3, 0.28, 0.27, 0.26]
        let gaps = [0.21, 0.33, 0.62, 0.61, 0.6, 0.6, 0.59, 0.6, 0.58, 0.57, 0.58], agreements = [0.92, 0.81, 0.99, 0.74, 0.7, 0.66, 0.61, 0.62, 0.58, 0.55, 0.57]
        func around(_ values: [Double], _ room: Double) -> [ClosedRange<Double>?] { values.map { value in (value - room)...min(1, value + room) } }
        let ratios: [Double?] = silhouettes.map { $0 * 9_000 }, overlaps: [Double?] = silhouettes.map { 1.4 - $0 }
        var known: [Double?] = agreements
        known[0] = nil
        let measures: [ElbowChart.Measure] = [
            .init(name: "silhouette", hint: "higher is better", values: silhouettes, bounds: around(silhouettes, 0.02), best: 4),
            .init(name: "CH", hint: "Calinski-Harabasz, higher is better", values: ratios, best: 4),
            .init(name: "DB", hint: "Davies-Bouldin, lower is better", values: overlaps, best: 4),
            .init(name: "gap", hint: "first not below the next less its error", values: gaps, bounds: around(gaps, 0.03), best: 4),
            .init(name: "stability", hint: "adjusted Rand index of subsamples", values: known, bounds: around(agreements, 0.05), best: nil),
        ]
        return try ElbowChart(title: "Choosing the number of clusters", clusterCounts: plain.clusterCounts, inertias: plain.inertias, knee: knee, measures: measures)
    }

    /// Joins of neighbours, from small to large.
    static func dendrogram(_ count: Int = 24, segments: Int = 4, names: [String] = []) throws -> DendrogramChart {
        var stream = RandomStream(seed: 2, name: "sample", purpose: "dendrogram")
        let sizes = (0..<count).map { _ in 5 + stream.below(180) }
        var groups = Array(0..<count), joins: [DendrogramChart.Join] = [], height = 0.4
        var segmentOf = Array(0..<count)
        var members = (0..<count).map { [$0] }
        while groups.count > 1 {
            if groups.count == segments { for (place, group) in groups.enumerated() { for leaf in members[group] { segmentOf[leaf] = place } } }
            let place = stream.below(groups.count - 1)
            joins.append(.init(groups[place], groups[place + 1], height: height))
            members.append(members[groups[place]] + members[groups[place + 1]])
            groups[place] = count + joins.count - 1
            groups.remove(at: place + 1)
            height *= 1.16
        }
        let cut = joins.count >= segments ? joins[count - segments].height * 0.95 : nil
        return try DendrogramChart(
            title: "Dendrogram of 2,400 users", leaves: (0..<count).map { .init(name: names.isEmpty ? "" : names[$0 % names.count], rows: sizes[$0], segment: segmentOf[$0]) }, joins: joins, cut: cut,
            heightName: "height (Ward: rise of the sum of squares)")
    }

    static func profile(_ names: [String] = ["high monetary, recent", "long ago, low frequency", "country de, recent", "average"], columns: [String] = ["recency", "frequency", "monetary", "country = de", "member"])
        throws -> ProfileChart
    {
        var stream = RandomStream(seed: 5, name: "sample", purpose: "profile")
        let cells = names.map { _ -> [ProfileChart.Cell] in
            columns.map { column -> ProfileChart.Cell in
                let difference = 1.1 * stream.normal(), value = column.contains("=") ? "\(40 + stream.below(50))%" : "\(10 + stream.below(900))"
                return .init(difference: difference, value: value, holds: abs(difference) > 0.3)
            }
        }
        return try ProfileChart(segments: names, sizes: names.indices.map { 1_204 / ($0 + 1) }, columns: columns, cells: cells)
    }

    static func flow(_ left: [String] = ["1", "2", "3", "4", "5"], _ right: [String] = ["champions", "loyal", "at risk", "lost"]) throws -> FlowChart {
        var stream = RandomStream(seed: 6, name: "sample", purpose: "flow")
        let counts = left.indices.map { from -> [Int] in
            right.indices.map { to -> Int in from == to ? max(0, 380 - 60 * from) : stream.below(5) == 0 ? 0 : stream.below(90) }
        }
        return try FlowChart(title: "2,635 users between kmeans and rfm", leftName: "kmeans", left: left, rightName: "groups of rfm", right: right, counts: counts)
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
