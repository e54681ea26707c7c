import Algebra
import Runtime

/// Points in boxes within boxes (a k-d tree): each box is split in the middle of its widest side, until few points are left or the box is narrow.
///
/// Distances are squared, and summed column after column, so that a bound of a box never contradicts the distance to a point in it.
///
/// ### References
/// J. Bentley. Multidimensional Binary Search Trees Used for Associative Searching. Communications of the ACM, 1975.
struct PointTree: Sendable {
    struct Node: Sendable {
        /// Places of its points.
        let start: Int, end: Int
        /// The first child, which the second follows; none in a leaf.
        var child: Int?
    }

    let columns: Int
    /// The number of each point among the rows that were given, by its place in the tree.
    private(set) var rows: [Int]
    private(set) var nodes: [Node] = []
    /// `[points, columns]`, by place.
    private let points: [Double]
    /// The sides of the boxes, `[nodes, columns]`.
    private var lows: [Double] = [], highs: [Double] = []

    /// - Parameters:
    ///   - matrix: `[rows, columns]`, finite, of which `chosen` are taken.
    ///   - leaf: at most so many points are not split further.
    ///   - diameter: nor are points in a box whose squared diagonal is at most this.
    /// - Throws: `Cancelled`.
    /// - Complexity: O(points · depth · columns).
    init(_ matrix: DenseMatrix, rows chosen: [Int], leaf: Int = 16, squaredDiameter diameter: Double = 0, work: Work) throws {
        let columns = matrix.columns
        var order = chosen
        var nodes = [Node(start: 0, end: order.count)], lows: [Double] = [], highs: [Double] = []
        var next = 0
        while next < nodes.count {
            try work.check()
            let node = nodes[next]
            var low = [Double](repeating: .infinity, count: columns), high = [Double](repeating: -.infinity, count: columns)
            for place in node.start..<node.end {
                for j in 0..<columns {
                    let value = matrix.values[order[place] * columns + j]
                    low[j] = min(low[j], value)
                    high[j] = max(high[j], value)
                }
            }
            lows += low
            highs += high
            var widest = 0, square = 0.0
            for j in 0..<columns where node.end > node.start {
                let side = high[j] - low[j]
                square += side * side
                if side > high[widest] - low[widest] { widest = j }
            }
            if node.end - node.start > leaf, square > diameter {
                var middle = low[widest] + (high[widest] - low[widest]) / 2
                if middle >= high[widest] { middle = low[widest] }
                let split = order[node.start..<node.end].partition { matrix.values[$0 * columns + widest] > middle }
                nodes[next].child = nodes.count
                nodes += [Node(start: node.start, end: split), Node(start: split, end: node.end)]
            }
            next += 1
        }
        (self.columns, rows, self.nodes, self.lows, self.highs) = (columns, order, nodes, lows, highs)
        points = order.flatMap { matrix.values[$0 * columns..<($0 + 1) * columns] }
    }

    /// The squared distance of a point and the point at a place.
    @inline(__always)
    private func square(_ point: UnsafeBufferPointer<Double>, _ place: Int) -> Double {
        var sum = 0.0
        for j in 0..<columns {
            let gap = point[j] - points[place * columns + j]
            sum += gap * gap
        }
        return sum
    }

    /// Squared distances of a point to the nearest and to the farthest place of a box.
    @inline(__always)
    private func bounds(_ point: UnsafeBufferPointer<Double>, _ node: Int) -> (least: Double, most: Double) {
        var least = 0.0, most = 0.0
        for j in 0..<columns {
            let below = lows[node * columns + j] - point[j], above = point[j] - highs[node * columns + j]
            let outside = max(0, below, above), far = max(below.magnitude, above.magnitude)
            least += outside * outside
            most += far * far
        }
        return (least, most)
    }

    /// How many points lie in a squared distance of a point; counting ends at `enough`.
    func count(around point: UnsafeBufferPointer<Double>, square limit: Double, enough: Int, node: Int = 0) -> Int {
        guard nodes[node].end > nodes[node].start else { return 0 }
        let (least, most) = bounds(point, node)
        if least > limit { return 0 }
        if most <= limit { return min(enough, nodes[node].end - nodes[node].start) }
        var found = 0
        if let child = nodes[node].child {
            found = count(around: point, square: limit, enough: enough, node: child)
            return found >= enough ? found : found + count(around: point, square: limit, enough: enough - found, node: child + 1)
        }
        for place in nodes[node].start..<nodes[node].end where square(point, place) <= limit {
            found += 1
            if found >= enough { break }
        }
        return found
    }

    /// Calls `body` with the place of each point in a squared distance of a point.
    func forEach(around point: UnsafeBufferPointer<Double>, square limit: Double, node: Int = 0, _ body: (Int) -> Void) {
        guard nodes[node].end > nodes[node].start, bounds(point, node).least <= limit else { return }
        if let child = nodes[node].child {
            forEach(around: point, square: limit, node: child, body)
            forEach(around: point, square: limit, node: child + 1, body)
        } else {
            for place in nodes[node].start..<nodes[node].end where square(point, place) <= limit { body(place) }
        }
    }

    /// The place of the point nearest to a point, of equally near ones that of the lowest row, and its squared distance; none in a tree without points.
    func nearest(to point: UnsafeBufferPointer<Double>) -> (place: Int, square: Double)? {
        guard !rows.isEmpty else { return nil }
        var best = (place: -1, square: Double.infinity)
        lower(&best, to: point, node: 0)
        return best.place < 0 ? nil : best
    }

    private func lower(_ best: inout (place: Int, square: Double), to point: UnsafeBufferPointer<Double>, node: Int) {
        if let child = nodes[node].child {
            let first = bounds(point, child).least, second = bounds(point, child + 1).least
            for (next, least) in first <= second ? [(child, first), (child + 1, second)] : [(child + 1, second), (child, first)] where least <= best.square {
                lower(&best, to: point, node: next)
            }
        } else {
            for place in nodes[node].start..<nodes[node].end {
                let square = square(point, place)
                if square < best.square || (square == best.square && best.place >= 0 && rows[place] < rows[best.place]) { best = (place, square) }
            }
        }
    }

    /// Whether two boxes have no points in a squared distance of each other, for certain.
    func areApart(_ first: Int, _ second: Int, square limit: Double) -> Bool {
        var least = 0.0
        for j in 0..<columns {
            let gap = max(0, lows[second * columns + j] - highs[first * columns + j], lows[first * columns + j] - highs[second * columns + j])
            least += gap * gap
        }
        return least > limit
    }

    /// Whether a point of one box lies in a squared distance of a point of another.
    func meet(_ first: Int, _ second: Int, square limit: Double) -> Bool {
        points.withUnsafeBufferPointer { points in
            for place in nodes[first].start..<nodes[first].end {
                let point = UnsafeBufferPointer(rebasing: points[place * columns..<(place + 1) * columns])
                if count(around: point, square: limit, enough: 1, node: second) > 0 { return true }
            }
            return false
        }
    }
}
