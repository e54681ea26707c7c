import Algebra
import Runtime

/// The minimum spanning tree of rows under mutual reachability, the largest of two rows' core distances and their distance.
///
/// - Complexity: O(rows² · columns) time, O(rows) memory.
struct ReachabilityTree: Sendable {
    struct Edge: Sendable {
        let first: Int, second: Int
        let reach: Double
    }

    /// By rising reach, equal ones in the order in which Prim's algorithm, begun at row 0, met them.
    let edges: [Edge]
    /// The distance of each row to the `points`-th nearest, itself included.
    let coreDistances: [Double]

    /// - Precondition: at least as many rows as points, and one.
    /// - Throws: `Cancelled`.
    init(_ matrix: DenseMatrix, points: Int, work: Work) throws {
        let own = try Self.coreDistances(of: Array(0..<matrix.rows), among: matrix, points: points, work: work)
        let blocks = RowBlocks(matrix)
        var cores = own
        var reach = [Double](repeating: .infinity, count: matrix.rows), sources = [Int32](repeating: 0, count: matrix.rows)
        var found: [Edge] = []
        var current = 0
        while found.count < matrix.rows - 1 {
            if found.count % 64 == 0 {
                try work.check()
                work.report("dbscan", 0.3 + 0.7 * Double(found.count) / Double(matrix.rows), "spanning tree")
            }
            // A row in the tree is out of the search.
            cores[current] = .infinity
            reach[current] = .infinity
            let next = cores.withUnsafeBufferPointer { cores in
                reach.withUnsafeMutableBufferPointer { reach in
                    sources.withUnsafeMutableBufferPointer { sources in
                        blocks.primStep(from: current, core: own[current], cores: cores, reach: reach, sources: sources)
                    }
                }
            }
            guard let next else { preconditionFailure("finite rows have finite distances") }
            found.append(Edge(first: Int(sources[next]), second: next, reach: reach[next]))
            current = next
        }
        coreDistances = own
        edges = found.enumerated().sorted { ($0.element.reach, $0.offset) < ($1.element.reach, $1.offset) }.map(\.element)
    }

    /// For some rows of a matrix the distance to the `points`-th nearest row, themselves included.
    static func coreDistances(of rows: [Int], among matrix: DenseMatrix, points: Int, work: Work) throws -> [Double] {
        let blocks = RowBlocks(matrix)
        let shardRows = 128
        return try work.workers.map(shards: (rows.count + shardRows - 1) / shardRows) { shard in
            try withUnsafeTemporaryAllocation(of: Double.self, capacity: matrix.rows) { distances in
                var nearest = SmallestValues(points)
                return try rows[shard * shardRows..<min(rows.count, (shard + 1) * shardRows)].map { row in
                    try work.check()
                    blocks.row(row).withUnsafeBufferPointer { blocks.distances(0..<matrix.rows, to: $0, into: distances) }
                    return nearest.largest(of: UnsafeBufferPointer(distances))
                }
            }
        }.flatMap { $0 }
    }
}

/// The least few of many numbers, in a heap whose top is the largest of them.
private struct SmallestValues {
    private let count: Int
    private var heap: [Double]

    init(_ count: Int) {
        self.count = count
        heap = Array(repeating: .infinity, count: count)
    }

    /// The `count`-th smallest of some numbers.
    mutating func largest(of values: UnsafeBufferPointer<Double>) -> Double {
        heap.withUnsafeMutableBufferPointer { heap in
            heap.update(repeating: .infinity)
            var top = Double.infinity
            for value in values where value < top {
                var place = 0
                while true {
                    var child = 2 * place + 1
                    guard child < count else { break }
                    if child + 1 < count, heap[child + 1] > heap[child] { child += 1 }
                    guard heap[child] > value else { break }
                    heap[place] = heap[child]
                    place = child
                }
                heap[place] = value
                top = heap[0]
            }
            return top
        }
    }
}
