import CKernels
import Runtime

/// Prototypes that follow their rows: one run from one start.
///
/// All rows are assigned to the nearest start and counted; then pass after pass each row goes to the prototype that is nearest at that moment, and the two prototypes that it
/// concerns follow at once (Huang), which ends lower than moving all rows and then all prototypes. A cluster that a pass has emptied gets the row farthest from its
/// prototype. A run has settled when a pass moves nothing.
final class PrototypeRun {
    private let rows: MixedRows
    private let count: Int
    private var state = cnb_prototypes()
    private var labels: UnsafeMutableBufferPointer<Int32>
    private let levels: LevelLists
    private let memory: [UnsafeMutableRawPointer]

    /// Where a run ended.
    struct Outcome: Sendable {
        var prototypes: [Prototype]
        /// The nearest prototype of each row.
        var labels: [Int32]
        var cost: Double
        /// What tells runs of equal cost apart: how many categories two rows of the same cluster differ in on average, over all rows.
        var impurity: Double
        var passes: Int
        var settled: Bool
    }

    /// - Parameter start: none of other columns.
    init(_ rows: MixedRows, from start: [Prototype], levels: LevelLists) {
        (self.rows, self.levels) = (rows, levels)
        count = start.count
        let columns = rows.order.count, numbers = rows.numberCount
        var memory: [UnsafeMutableRawPointer] = []
        func array<Element>(_ count: Int, _ value: Element) -> UnsafeMutablePointer<Element> {
            let array = UnsafeMutablePointer<Element>.allocate(capacity: max(1, count))
            array.initialize(repeating: value, count: max(1, count))
            memory.append(UnsafeMutableRawPointer(array))
            return array
        }
        labels = UnsafeMutableBufferPointer(start: array(rows.count, Int32(0)), count: rows.count)
        state.count = Int64(count)
        (state.means, state.sums) = (array(count * numbers, 0.0), array(count * numbers, 0.0))
        state.sizes = array(count, Int64(0))
        (state.modes, state.tops, state.others) = (array(count * columns, Int32(0)), array(count * columns, Int32(0)), array(count * columns, Int32(0)))
        state.counts = array(levels.size, Int32(0))
        state.levels = UnsafePointer(levels.columns)
        self.memory = memory
        for (place, prototype) in start.enumerated() { set(prototype, at: place) }
    }

    deinit { memory.forEach { $0.deallocate() } }

    /// - Parameters:
    ///   - prefersLarge: whether rows that are equally near to several prototypes end in the largest of their clusters; else in that of the first prototype.
    ///   - report: is told of each pass: how many there were, and how many rows the last has moved.
    /// - Throws: `Cancelled`.
    func run(passes most: Int, prefersLarge: Bool, work: Work, report: (_ pass: Int, _ moved: Int) -> Void) throws -> Outcome {
        var layout = rows.layout
        try begin(work)
        var pass = 0, settled = false, orders = 0
        while pass < most, !settled {
            pass += 1
            var moved = 0
            for first in rows.stretches {
                try work.check()
                moved += Int(cnb_mixed_pass(&layout, &state, Int64(first), Int64(min(rows.count, first + MixedRows.stretch)), labels.baseAddress))
            }
            // Sums that rows were added to and taken from have gathered rounding.
            if moved > 0, rows.numberCount > 0 { cnb_mixed_means(&layout, &state, labels.baseAddress) }
            let given = try refill(work)
            report(pass, moved)
            settled = moved == 0 && given == 0
            if settled, prefersLarge, orders < Self.mostOrders, order() {
                orders += 1
                settled = false
                try begin(work)
            }
        }
        let cost = try assign(work)
        return Outcome(prototypes: prototypes, labels: Array(labels), cost: cost, impurity: impurity, passes: pass, settled: settled)
    }

    /// Assigns all rows, and counts them.
    private func begin(_ work: Work) throws {
        var layout = rows.layout
        _ = try assign(work)
        for range in levels.lists {
            for entry in stride(from: range.lowerBound, to: range.upperBound, by: 2) { (state.counts[entry], state.counts[entry + 1]) = (-1, 0) }
        }
        cnb_mixed_count(&layout, &state, labels.baseAddress)
        _ = try refill(work)
    }

    /// Rows may go to and fro between clusters of equal size.
    private static let mostOrders = 10

    /// Puts the prototypes in order of falling size; false where they are.
    private func order() -> Bool {
        let sorted = (0..<count).sorted { (state.sizes[$1], $0) < (state.sizes[$0], $1) }
        guard sorted != Array(0..<count) else { return false }
        let prototypes = prototypes
        for (place, old) in sorted.enumerated() { set(prototypes[old], at: place) }
        return true
    }

    private var prototypes: [Prototype] {
        let columns = rows.order.count, numbers = rows.numberCount
        return (0..<count).map { cluster in
            Prototype(means: (0..<numbers).map { state.means[cluster * numbers + $0] }, modes: (0..<columns).map { state.modes[cluster * columns + $0] })
        }
    }

    private func set(_ prototype: Prototype, at place: Int) {
        for (column, mean) in prototype.means.enumerated() { state.means[place * rows.numberCount + column] = mean }
        for (column, mode) in prototype.modes.enumerated() { state.modes[place * rows.order.count + column] = mode }
    }

    /// The sizes of the clusters minus the squares of the counts of each level over them, added up (Gini).
    private var impurity: Double {
        var impurity = 0.0
        for column in rows.order.indices {
            var squares = [Double](repeating: 0, count: count)
            let of = levels.columns[column], first = Int(of.first)
            if let starts = of.starts {
                for entry in stride(from: first, to: first + 2 * Int(starts[Int(of.levels)]), by: 2) where state.counts[entry + 1] > 0 {
                    squares[Int(state.counts[entry])] += Double(state.counts[entry + 1]) * Double(state.counts[entry + 1])
                }
            } else {
                for entry in 0..<Int(of.levels) * count { squares[entry % count] += Double(state.counts[first + entry]) * Double(state.counts[first + entry]) }
            }
            for cluster in 0..<count where state.sizes[cluster] > 0 { impurity += Double(state.sizes[cluster]) - squares[cluster] / Double(state.sizes[cluster]) }
        }
        return impurity
    }

    /// Labels all rows by the nearest prototype, and gives the sum of their distances.
    private func assign(_ work: Work) throws -> Double {
        try PrototypeDistances.nearest(rows, &state, labels: labels.baseAddress, distances: nil, work)
    }

    /// Gives each cluster without rows the row that lies farthest from its prototype, of equally far ones the first; never the last row of a cluster, one at distance 0, or two
    /// equal ones. How many got one.
    private func refill(_ work: Work) throws -> Int {
        let empty = (0..<count).filter { state.sizes[$0] == 0 }
        guard !empty.isEmpty else { return 0 }
        var layout = rows.layout
        var distances = [Double](repeating: 0, count: rows.count)
        let nearest = UnsafeMutablePointer<Int32>.allocate(capacity: max(1, rows.count))
        defer { nearest.deallocate() }
        _ = try distances.withUnsafeMutableBufferPointer { try PrototypeDistances.nearest(rows, &state, labels: nearest, distances: $0.baseAddress, work) }
        var far = distances.indices.filter { distances[$0] > 0 }.sorted { (distances[$1], $0) < (distances[$0], $1) }[...]
        var given: Set<Prototype> = []
        for cluster in empty {
            while let row = far.popFirst() {
                let old = Int(labels[row])
                guard Int(state.sizes[old]) > rows.weight(of: row), given.insert(rows.prototype(at: row)).inserted else { continue }
                cnb_mixed_move(&layout, &state, Int64(row), Int32(old), Int32(cluster))
                labels[row] = Int32(cluster)
                break
            }
        }
        return given.count
    }
}

/// Distances to prototypes.
enum PrototypeDistances {
    /// Labels rows by their nearest prototype, of equally near ones the first, and gives the sum of the distances, each as often as its row counts.
    ///
    /// - Throws: `Cancelled`.
    static func nearest(
        _ rows: MixedRows, _ state: inout cnb_prototypes, labels: UnsafeMutablePointer<Int32>?, distances: UnsafeMutablePointer<Double>?, _ work: Work
    ) throws -> Double {
        var layout = rows.layout
        var lanes = [Double](repeating: 0, count: 8)
        guard let labels else { return 0 }
        for first in rows.stretches {
            try work.check()
            cnb_mixed_nearest(&layout, &state, Int64(first), Int64(min(rows.count, first + MixedRows.stretch)), labels + first, distances.map { $0 + first }, &lanes)
        }
        return lanes.reduce(0, +)
    }

    /// As above, from prototypes that count nothing.
    static func nearest(_ rows: MixedRows, _ prototypes: [Prototype], distances: UnsafeMutablePointer<Double>? = nil, _ work: Work) throws -> (labels: [Int32], cost: Double) {
        var labels = [Int32](repeating: 0, count: rows.count), means = prototypes.flatMap(\.means), modes = prototypes.flatMap(\.modes)
        let cost = try labels.withUnsafeMutableBufferPointer { labels in
            try means.withUnsafeMutableBufferPointer { means in
                try modes.withUnsafeMutableBufferPointer { modes in
                    var state = cnb_prototypes()
                    (state.count, state.means, state.modes) = (Int64(prototypes.count), means.baseAddress, modes.baseAddress)
                    return try nearest(rows, &state, labels: labels.baseAddress, distances: distances, work)
                }
            }
        }
        return (labels, cost)
    }
}

/// Where the counts of each level lie: of few levels a count for each cluster, of many a list for each level that is no longer than it has rows.
final class LevelLists: @unchecked Sendable {  // written in `init`, only read afterwards
    let columns: UnsafeMutablePointer<cnb_levels>
    /// How many counts there are in all.
    let size: Int
    /// Those that are lists.
    let lists: [Range<Int>]
    private let starts: [UnsafeMutablePointer<Int64>]
    private static let fewCounts = 1 << 16

    init(_ rows: MixedRows, _ categories: CategoryColumns, clusters: Int) {
        columns = .allocate(capacity: max(1, rows.order.count))
        var size = 0, lists: [Range<Int>] = [], starts: [UnsafeMutablePointer<Int64>] = []
        for (place, column) in rows.order.enumerated() {
            let levels = rows.levelCounts[place]
            if levels * clusters <= max(Self.fewCounts, rows.count) {
                columns[place] = cnb_levels(levels: Int64(levels), first: Int64(size), starts: nil)
                size += levels * clusters
                continue
            }
            let own = UnsafeMutablePointer<Int64>.allocate(capacity: levels + 1)
            own.initialize(repeating: 0, count: levels + 1)
            for code in categories.codes[column] where code >= 0 { own[Int(code) + 1] += 1 }
            for level in 0..<levels { own[level + 1] = own[level] + min(Int64(clusters), own[level + 1]) }
            starts.append(own)
            columns[place] = cnb_levels(levels: Int64(levels), first: Int64(size), starts: UnsafePointer(own))
            lists.append(size..<size + 2 * Int(own[levels]))
            size += 2 * Int(own[levels])
        }
        (self.size, self.lists, self.starts) = (size, lists, starts)
    }

    deinit {
        columns.deallocate()
        starts.forEach { $0.deallocate() }
    }
}
