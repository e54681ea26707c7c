import Algebra
import Features
import Runtime
import Testing

@testable import Models

struct SegmentRulesTests {
    /// Three segments by two numbers and a country.
    static func made(_ rows: Int = 600, seed: Int = 3) throws -> (numbers: FeatureMatrix, categories: CategoryColumns, labels: [Int]) {
        var stream = RandomStream(seed: seed, name: "test", purpose: "rows")
        var values: [[Double]] = [], codes: [Int32] = [], labels: [Int] = []
        for _ in 0..<rows {
            let recency = (stream.uniform() * 100).rounded(), spend = stream.uniform() * 500, country = Int32(stream.below(3))
            values.append([recency, spend])
            codes.append(country)
            labels.append(recency > 60 ? 1 : country == 2 && spend > 250 ? 2 : 0)
        }
        let numbers = try FeatureMatrix(columns: ["recency", "spend"], values: DenseMatrix(values))
        return (numbers, CategoryColumns(names: ["home country"], levels: [["de", "fr", "it"]], codes: [codes], rows: rows), labels)
    }

    @Test func `rules find the segments that rules made, with thresholds of few digits`() throws {
        let (numbers, categories, labels) = try Self.made(3000)
        let rules = try SegmentRules(numbers: numbers, categories: categories, labels: labels, count: 3)
        #expect(rules.segments[1].rules.map(\.condition) == ["recency > 60"])
        #expect(rules.segments[1].precision == 1 && rules.segments[1].coverage == 1)
        let third = rules.segments[2].rules.first
        #expect(third?.condition.contains("`home country` == \"it\"") == true && third?.condition.contains("spend > 2") == true)
        #expect(rules.trainingRows == 2100 && rules.heldBackRows == 900 && rules.heldBackAccuracy > 0.98 && rules.baseline < 0.7 && rules.trainingAccuracy >= rules.heldBackAccuracy - 0.02)
        #expect(rules.segments.allSatisfy { $0.rules.count <= SegmentRules.mostRules && $0.hits <= $0.rows && !$0.isOwnTree })
    }

    @Test func `a segment that is the likeliest nowhere has a tree of its own`() throws {
        var (numbers, categories, labels) = try Self.made()
        // Few rows, spread among those of the first.
        for row in labels.indices where labels[row] == 0 && row % 9 == 0 && numbers.values[row, 1] < 120 { labels[row] = 3 }
        let rules = try SegmentRules(numbers: numbers, categories: categories, labels: labels, count: 4)
        #expect(rules.segments[3].isOwnTree && (rules.segments[3].coverage ?? 0) > 0.2 && (rules.segments[3].precision ?? 1) < 0.6)
    }

    @Test func `accuracy on rows not seen shows that noise was learnt`() throws {
        let (numbers, categories, _) = try Self.made()
        var stream = RandomStream(seed: 1, name: "test", purpose: "labels")
        let rules = try SegmentRules(numbers: numbers, categories: categories, labels: (0..<600).map { _ in stream.below(2) }, count: 2)
        #expect(rules.trainingAccuracy > 0.54 && rules.heldBackAccuracy < rules.trainingAccuracy && abs(rules.heldBackAccuracy - 0.5) < 0.12)
    }

    @Test func `threads change nothing, and rows in no segment count as found`() throws {
        var (numbers, categories, labels) = try Self.made(9000)
        for row in labels.indices where row % 10 == 0 { labels[row] = -1 }
        let one = try SegmentRules(numbers: numbers, categories: categories, labels: labels, count: 3)
        #expect(try SegmentRules(numbers: numbers, categories: categories, labels: labels, count: 3, work: Work(threads: 3)).segments == one.segments)
        let precision = one.segments[1].precision ?? 0
        #expect(precision > 0.85 && precision < 0.95)
    }

    @Test func `mistakes are named`() throws {
        let (numbers, categories, _) = try Self.made(10)
        #expect(throws: SegmentRulesError.oneSegment) { try SegmentRules(numbers: numbers, categories: categories, labels: Array(repeating: 0, count: 10), count: 1) }
        let none = try FeatureMatrix(columns: [], values: DenseMatrix(rows: 10, columns: 0, values: []))
        #expect(throws: SegmentRulesError.noColumns) { try SegmentRules(numbers: none, categories: CategoryColumns(rows: 10), labels: Array(repeating: 0, count: 10), count: 1) }
        let many = try Self.made(SegmentRules.mostSegments + 1)
        #expect(throws: SegmentRulesError.tooManySegments(many.labels.count)) {
            try SegmentRules(numbers: many.numbers, categories: many.categories, labels: Array(many.labels.indices), count: many.labels.count)
        }
    }

    // A gap that no training row has goes where its test sends it, and the rule says so: it finds the rows that are counted.
    @Test func `gaps of rows that the tree has not seen are named`() throws {
        var stream = RandomStream(seed: 4, name: "test", purpose: "rows")
        var checked = 0
        for place in 0..<40 {
            var values = (0..<400).map { _ in [(stream.uniform() * 100).rounded()] }
            let labels = values.map { $0[0] > 60 ? 1 : 0 }
            values[place][0] = .nan
            let numbers = try FeatureMatrix(columns: ["recency"], values: DenseMatrix(values))
            let rules = try SegmentRules(numbers: numbers, categories: CategoryColumns(rows: 400), labels: labels, count: 2)
            for rule in rules.segments.flatMap(\.rules) {
                let isAbove = rule.condition.contains(">"), bound = Double(rule.condition.split(whereSeparator: { !"0123456789.".contains($0) }).first ?? "") ?? .nan
                let found = values.count { $0[0].isNaN ? rule.condition.contains("missing") : ($0[0] > bound) == isAbove }
                #expect(found == rule.rows, "\(rule.condition)")
                checked += 1
            }
        }
        #expect(checked == 80)
    }
}
