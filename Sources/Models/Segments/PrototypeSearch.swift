import Algebra
import Runtime
import Synchronization

/// The best of several runs from other starts, side by side on all threads.
///
/// Restart r draws from the stream (seed, name, `seeds r`), so that more restarts never change the earlier ones and never cost more.
struct PrototypeSearch {
    let rows: MixedRows
    /// Where the rows that differ stand for all: the place of each.
    let places: [Int32]?
    private let seeds: PrototypeSeeds
    private let categories: CategoryColumns

    /// Below that many rows nothing is gained by rows that stand for several.
    private static let manyRows = 4096

    /// - Parameter numbers: finite; none where only categories are read, gamma is 1 then. Equal rows of many of those are one that counts as often.
    init(numbers: DenseMatrix?, categories: CategoryColumns, gamma: Double) {
        let merged = numbers == nil && categories.rows >= Self.manyRows ? categories.merged() : nil
        self.categories = merged?.rows ?? categories
        places = merged?.places
        rows = MixedRows(numbers: numbers, categories: self.categories, gamma: gamma, weights: merged?.weights)
        let moments = numbers?.moments ?? (means: [], deviations: [])
        seeds = PrototypeSeeds(rows: rows, categories: self.categories, all: categories, means: moments.means, deviations: moments.deviations)
    }

    /// Where the best run ended, and what all cost.
    struct Result: Sendable {
        var best: PrototypeRun.Outcome
        var restart: Int
        var restarts: [PrototypeRestart]
    }

    /// - Throws: `ClusteringError.tooFewDistinctRows`, `Cancelled`.
    func best(_ count: Int, start: PrototypeStart, restarts: Int, passes: Int, seed: Int, name: String, work: Work) throws -> Result {
        try best(of: start == .cao ? 1 : restarts, count, passes: passes, prefersLarge: rows.numberCount == 0, name: name, work: work) { restart in
            if start == .cao { return try seeds.cao(count, work: work) }
            var stream = RandomStream(seed: seed, name: name, purpose: "seeds \(restart)")
            return try seeds.huang(count, from: &stream, work: work)
        }
    }

    /// One run from given prototypes.
    func run(from start: [Prototype], passes: Int, name: String, work: Work) throws -> Result {
        let ordered = start.map { given in Prototype(means: given.means, modes: rows.order.map { given.modes[$0] }) }
        return try best(of: 1, start.count, passes: passes, prefersLarge: false, name: name, work: work) { _ in ordered }
    }

    private func best(
        of restarts: Int, _ count: Int, passes: Int, prefersLarge: Bool, name: String, work: Work, start: @Sendable (Int) throws -> [Prototype]
    ) throws -> Result {
        let levels = LevelLists(rows, categories, clusters: count)
        let kept = Mutex<(restart: Int, outcome: PrototypeRun.Outcome)?>(nil), ended = Atomic<Int>(0)
        let runs = try work.workers.map(shards: restarts) { restart in
            let outcome = try PrototypeRun(rows, from: start(restart), levels: levels).run(passes: passes, prefersLarge: prefersLarge, work: work) { pass, moved in
                let done = ended.load(ordering: .relaxed)
                work.report(name, Double(done) / Double(restarts), "\(done) of \(NumberText.counted(restarts, "runs")) settled; pass \(pass) of another moved \(NumberText.counted(moved, "rows"))")
            }
            ended.wrappingAdd(1, ordering: .relaxed)
            kept.withLock { kept in
                if let old = kept, (old.outcome.cost, old.outcome.impurity, old.restart) < (outcome.cost, outcome.impurity, restart) { return }
                kept = (restart, outcome)
            }
            return PrototypeRestart(cost: outcome.cost, passes: outcome.passes, settled: outcome.settled)
        }
        guard let best = kept.withLock({ $0 }) else { preconditionFailure("there is a run at least") }
        return Result(best: best.outcome, restart: best.restart, restarts: runs)
    }
}

/// How one run of several ended.
public struct PrototypeRestart: Sendable, Hashable, Codable {
    public let cost: Double
    public let passes: Int
    /// Whether its last pass moved nothing.
    public let settled: Bool
}

/// Fitted prototypes, and where they put the rows that they were fitted on.
public struct PrototypeClustering<Model: Sendable & Hashable & Codable>: Sendable, Hashable, Codable {
    public let model: Model
    /// The cluster of each row.
    public let labels: [Int]
    /// The rows of each cluster, falling.
    public let sizes: [Int]
    /// The sum of the distances of the rows to their prototypes.
    public let cost: Double
    /// Which restart was kept, counted from 0.
    public let restart: Int
    public let restarts: [PrototypeRestart]

    /// - Parameter model: makes it of prototypes in order, with the modes of columns as they were given, and of the order in which the run had them.
    init(_ result: PrototypeSearch.Result, _ search: PrototypeSearch, model: (_ prototypes: [Prototype], _ precedence: [Int]) -> Model) {
        let found = result.best.labels
        let order = SegmentOrder(search.places.map { $0.map { Int(found[Int($0)]) } } ?? found.map(Int.init), count: result.best.prototypes.count)
        var places = [Int](repeating: 0, count: search.rows.order.count)
        for (place, column) in search.rows.order.enumerated() { places[column] = place }
        self.model = model(
            order.kept.map { kept in
                let prototype = result.best.prototypes[kept]
                return Prototype(means: prototype.means, modes: places.map { prototype.modes[$0] })
            }, order.kept.indices.sorted { order.kept[$0] < order.kept[$1] })
        (labels, sizes, cost, restart, restarts) = (order.labels, order.sizes, result.best.cost, result.restart, result.restarts)
    }

    /// How the runs went, in words.
    var remark: String {
        let unsettled = restarts.count { !$0.settled }
        let runs = restarts.count == 1 ? "one run" : "the best of \(NumberText.counted(restarts.count, "restarts"))"
        return unsettled == 0 ? runs : restarts.count == 1 ? "\(runs), stopped before it settled" : "\(runs), \(unsettled) of them stopped before they settled"
    }
}

extension DenseMatrix {
    /// The mean and the deviation of each column.
    var moments: (means: [Double], deviations: [Double]) {
        var means = [Double](repeating: 0, count: columns), squares = means
        for row in 0..<rows { for column in 0..<columns { means[column] += self[row, column] } }
        for column in means.indices { means[column] /= Double(rows) }
        for row in 0..<rows {
            for column in 0..<columns {
                let gap = self[row, column] - means[column]
                squares[column] += gap * gap
            }
        }
        return (means, squares.map { ($0 / Double(rows)).squareRoot() })
    }
}
