import Foundation
@testable import Models
import Runtime
import TestSupport
import Testing

struct KModesTests {
    /// `KModes` of kmodes: one run from `start`, the best of five runs from Huang's (of ten such bests the middle and the upper quartile), and one run from Cao's.
    struct Case: Decodable, Sendable, CustomTestStringConvertible {
        let name: String
        let codes: [[Int32]], k: Int, start: [[Int32]], cost: Double, labels: [Int], modes: [[Int32]], best: Double, upper: Double, cao: Double
        var testDescription: String { name }
        var categories: CategoryColumns { KModesTests.categories(codes) }
    }

    static let cases = Fixture.read("kmodes", in: .module, as: [Case].self)

    static func categories(_ rows: [[Int32]]) -> CategoryColumns {
        let columns = (0..<(rows.first?.count ?? 0)).map { column in rows.map { $0[column] } }
        return CategoryColumns(
            names: columns.indices.map { "c\($0)" }, levels: columns.map { codes in (0...(codes.max() ?? 0)).map { "level \($0)" } }, codes: columns, rows: rows.count)
    }

    /// Whether labels part the rows alike, under whatever numbers.
    static func areSame(_ one: [Int], _ other: [Int]) -> Bool {
        let pairs = Set(zip(one, other).map { [$0, $1] })
        return one.count == other.count && pairs.count == Set(one).count && pairs.count == Set(other).count
    }

    /// Rows of four groups with many alike, more than are gone through one by one.
    static func large(_ rows: Int, levels: [Int]) -> CategoryColumns {
        var stream = RandomStream(seed: 3, name: "test", purpose: "rows")
        let codes = levels.map { count in (0..<rows).map { row in Int32(stream.uniform() < 0.4 ? stream.below(count) : row % 4 % count) } }
        return CategoryColumns(names: levels.indices.map { "c\($0)" }, levels: levels.map { (0..<$0).map(String.init) }, codes: codes, rows: rows)
    }

    static func estimator(_ k: Int, restarts: Int = 10) -> KModes {
        var estimator = KModes()
        (estimator.clusterCount, estimator.restarts) = (k, restarts)
        return estimator
    }

    @Test(arguments: cases)
    func `agrees with kmodes from the same start`(_ c: Case) throws {
        let fit = try KModes().fit(c.categories, from: c.start)
        #expect(fit.cost == c.cost && Self.areSame(fit.labels, c.labels))
        #expect(Set(fit.model.modes) == Set(c.modes))
    }

    @Test(arguments: cases)
    func `the best of ten costs no more than that of kmodes`(_ c: Case) throws {
        var estimator = Self.estimator(c.k)
        let costs = try (0..<5).map { seed in
            estimator.seed = seed
            return try estimator.fit(c.categories).cost
        }.sorted()
        #expect(costs[0] <= c.best && costs[2] <= c.upper)
    }

    @Test(arguments: cases)
    func `Cao's start draws nothing and costs no more than with kmodes`(_ c: Case) throws {
        var estimator = Self.estimator(c.k)
        estimator.start = .cao
        let fit = try estimator.fit(c.categories)
        estimator.seed = 9
        #expect(try estimator.fit(c.categories) == fit && fit.restarts.count == 1)
        // Rows that are equally near to several modes may end in another of them.
        #expect(fit.cost <= c.cao)
    }

    @Test(arguments: cases)
    func `labels are the nearest modes, and modes the commonest levels`(_ c: Case) throws {
        let fit = try Self.estimator(c.k, restarts: 2).fit(c.categories)
        #expect(try fit.model.predict(c.categories) == fit.labels)
        #expect(fit.sizes == fit.sizes.sorted(by: >) && fit.sizes.reduce(0, +) == c.codes.count)
        var cost = 0
        for (row, label) in fit.labels.enumerated() {
            let missed = fit.model.modes.map { mode in zip(mode, c.codes[row]).count { $0 != $1 } }
            #expect(missed[label] == missed.min())
            cost += missed[label]
        }
        #expect(Double(cost) == fit.cost)
        for (cluster, modes) in fit.model.modes.enumerated() {
            for (column, mode) in modes.enumerated() {
                var counts: [Int32: Int] = [:]
                for (row, label) in fit.labels.enumerated() where label == cluster { counts[c.codes[row][column], default: 0] += 1 }
                #expect(counts[mode] == counts.values.max())
            }
        }
    }

    // Levels that are dense and that are lists, rows that stand for several, and more columns than a byte counts.
    @Test(arguments: [(20_000, [3, 4, 5]), (9_001, [5, 300, 7, 4]), (5_000, [4, 40_000]), (3_000, [Int](repeating: 3, count: 260))])
    func `threads change no bit`(_ rows: Int, _ levels: [Int]) throws {
        let categories = Self.large(rows, levels: levels), estimator = Self.estimator(5, restarts: 4)
        let one = try estimator.fit(categories)
        for threads in [2, 3, 8] { #expect(try estimator.fit(categories, work: Work(threads: threads)) == one) }
        #expect(try one.model.predict(categories, work: Work(threads: 2)) == one.labels)
    }

    @Test func `rows that stand for several cost as much as each by itself`() throws {
        let categories = Self.large(20_000, levels: [3, 4, 5])
        let merged = try #require(categories.merged())
        #expect(merged.rows.rows <= 60 && merged.weights.reduce(0, +) == 20_000)
        #expect((0..<20_000).allSatisfy { row in categories.codes.indices.allSatisfy { merged.rows.codes[$0][Int(merged.places[row])] == categories.codes[$0][row] } })
        let fit = try Self.estimator(4).fit(categories)
        let missed = fit.labels.indices.map { row in fit.model.modes[fit.labels[row]].indices.count { fit.model.modes[fit.labels[row]][$0] != categories.codes[$0][row] } }
        #expect(fit.cost == Double(missed.reduce(0, +)) && fit.sizes.reduce(0, +) == 20_000)
    }

    @Test func `more restarts keep the earlier ones`() throws {
        let categories = Self.large(700, levels: [5, 6, 7])
        var earlier: [PrototypeRestart] = []
        for restarts in [1, 3, 8] {
            let fit = try Self.estimator(4, restarts: restarts).fit(categories)
            #expect(Array(fit.restarts.prefix(earlier.count)) == earlier && fit.restarts.map(\.cost).min() == fit.cost)
            earlier = fit.restarts
        }
    }

    @Test func `a million levels are a column as any other`() throws {
        let rows = 1_000_000
        let categories = CategoryColumns(
            names: ["id", "kind"], levels: [(0..<rows).map(String.init), ["a", "b", "c"]], codes: [(0..<Int32(rows)).map { $0 }, (0..<rows).map { Int32($0 % 3) }], rows: rows)
        let fit = try KModes().fit(categories, from: [[0, 0], [1, 1], [2, 2]])
        #expect(fit.cost == Double(rows - 3) && fit.sizes == [333_334, 333_333, 333_333])
    }

    @Test func `soybeans part into their four classes`() throws {
        guard let text = SharedData.text("mixed/soybean_small.csv") else { return }
        let fields = text.split(whereSeparator: \.isNewline).map { $0.split(separator: ",").map(String.init) }
        let categories = SharedData.categories(fields.map { Array($0.dropLast()) })
        for start in PrototypeStart.allCases {
            var estimator = Self.estimator(4)
            estimator.start = start
            let fit = try estimator.fit(categories)
            #expect(fit.cost == 199, "\(start)")
            #expect(Self.areSame(fit.labels, fields.map { ["D1": 0, "D2": 1, "D3": 2, "D4": 3][$0.last] ?? -1 }) && fit.sizes == [17, 10, 10, 10], "\(start)")
        }
    }

    @Test func `unknown levels match nothing, and other columns are refused`() throws {
        let fit = try KModes().fit(Self.categories([[0, 0], [0, 0], [1, 1]]), from: [[0, 0], [1, 1]])
        let further = CategoryColumns(names: ["c0", "c1"], levels: [["level 1", "new"], ["level 1"]], codes: [[0, 1, 1], [0, 0, 0]], rows: 3)
        #expect(try fit.model.predict(further) == [1, 1, 1])
        let unknown = CategoryColumns(names: ["c0", "c1"], levels: [["new"], ["new"]], codes: [[0], [0]], rows: 1)
        #expect(try fit.model.predict(unknown) == [0])
        #expect(throws: ClusteringError.otherColumnNames(expected: ["c0", "c1"], found: ["c0"])) { try fit.model.predict(Self.categories([[0]])) }
    }

    @Test func `an emptied cluster gets the farthest row`() throws {
        let fit = try KModes().fit(Self.categories([[0, 0, 0], [0, 0, 1], [0, 0, 2], [3, 3, 3]]), from: [[0, 0, 0], [9, 9, 9]].map { $0.map { min($0, 3) } })
        #expect(fit.sizes == [3, 1] && fit.cost == 2)
        let third = try KModes().fit(Self.categories([[0, 0], [0, 0], [1, 1], [1, 1], [2, 2]]), from: [[0, 0], [0, 0], [0, 0]])
        #expect(third.sizes == [2, 2, 1] && third.cost == 0)
    }

    static let refusals: [(rows: [[Int32]], k: Int, error: ClusteringError)] = [
        ([], 1, .noRows), ([[], []], 1, .noCategories), ([[0], [1]], 3, .tooFewRows(needed: 3, found: 2)), ([[0, 1], [0, 1], [0, 1]], 2, .tooFewDistinctRows(needed: 2, found: 1)),
        ([[0], [1], [0], [1]], 3, .tooFewDistinctRows(needed: 3, found: 2)), ([[0]], 0, .notPositive("k", 0)),
    ]

    @Test(arguments: refusals)
    func `says what is wrong`(_ c: (rows: [[Int32]], k: Int, error: ClusteringError)) throws {
        for start in PrototypeStart.allCases {
            var estimator = Self.estimator(c.k)
            estimator.start = start
            #expect(throws: c.error) { try estimator.fit(Self.categories(c.rows)) }
        }
        #expect(throws: ClusteringError.otherColumns(expected: 2, found: 1)) { try KModes().fit(Self.categories([[0, 1]]), from: [[0]]) }
    }

    @Test func `constants and duplicates are one cluster, and cancelling is heard`() throws {
        let fit = try Self.estimator(1).fit(Self.categories([[Int32]](repeating: [0, 0], count: 9)))
        #expect(fit.cost == 0 && fit.sizes == [9])
        let work = Work()
        work.cancellation.cancel()
        #expect(throws: Cancelled.self) { try Self.estimator(2).fit(Self.large(500, levels: [4, 4]), work: work) }
    }
}

/// Files that a checkout may lack; tests of them are skipped with a word then.
enum SharedData {
    static func text(_ path: String) -> String? {
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../../../shared/data/\(path)").standardized
        guard let data = FileManager.default.contents(atPath: file.path) else {
            print("skipped: \(path) is not there")
            return nil
        }
        return String(decoding: data, as: UTF8.self)
    }

    /// Fields as categories, levels in the order in which they are met.
    static func categories(_ rows: [[String]]) -> CategoryColumns {
        let columns = (0..<(rows.first?.count ?? 0)).map { column in rows.map { $0[column] } }
        let levels = columns.map { column in Set(column).sorted() }
        let codes = zip(columns, levels).map { column, levels in column.map { value in Int32(levels.firstIndex(of: value) ?? -1) } }
        return CategoryColumns(names: columns.indices.map { "c\($0)" }, levels: levels, codes: codes, rows: rows.count)
    }
}
