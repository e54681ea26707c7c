import Runtime

/// The tree of an agglomerative clustering: which two clusters were merged, one merge after the other, from single rows to one cluster of all.
///
/// Merges are those of SciPy's `linkage`, in its order. Nodes below `rows` are the rows; node rows + i is what merge i made. Ties: of equally near clusters
/// the one that the chain came from is taken, else the one of the lowest row number; merges of equal height stay in the order in which they were found.
///
/// ### References
/// F. Murtagh. A Survey of Recent Advances in Hierarchical Clustering Algorithms. The Computer Journal, 1983.
/// D. Müllner. Modern hierarchical, agglomerative clustering algorithms. arXiv:1109.2378, 2011.
public struct Linkage: Sendable, Hashable {
    /// How far two clusters lie from each other.
    public enum Method: String, Sendable, Hashable, Codable, CaseIterable {
        /// By how much merging them raises the sum of squared distances to the means: √(2 · the rise), for Euclidean distances.
        case ward
        /// The mean distance between their rows.
        case average
        /// The largest distance between their rows.
        case complete
    }

    /// Two nodes made one.
    public struct Merge: Sendable, Hashable {
        /// The node of the lower number.
        public let first: Int
        public let second: Int
        /// How far they lay from each other.
        public let height: Double
        /// The rows of both.
        public let size: Int
    }

    public let rows: Int
    public let method: Method
    /// rows − 1 of them, by rising height.
    public let merges: [Merge]

    /// Builds the tree by chains of nearest neighbours.
    ///
    /// - Parameter distances: of at least one row, none of them NaN.
    /// - Throws: `Cancelled`.
    /// - Complexity: O(rows²) time; the distances are overwritten, and copied where the caller keeps them.
    public init(_ distances: consuming CondensedDistances, method: Method, work: Work = Work()) throws {
        let rows = distances.count
        var values = distances.values
        distances = CondensedDistances(count: 0, values: [])
        let found = try values.withUnsafeMutableBufferPointer { values in try Self.chains(rows, values, method, work) }
        // A stable order: equal heights keep the order of the chains, so no cluster is merged before it is made.
        let order = found.indices.sorted { (found[$0].height, $0) < (found[$1].height, $1) }
        var nodes = MergedNodes(rows)
        merges = order.map { index in
            let (first, second) = (nodes.root(found[index].first), nodes.root(found[index].second))
            return Merge(first: min(first, second), second: max(first, second), height: found[index].height, size: nodes.merge(first, second))
        }
        (self.rows, self.method) = (rows, method)
    }

    /// Merges by the rows that stand for their clusters, in the order in which the chains end.
    private static func chains(
        _ rows: Int, _ distances: UnsafeMutableBufferPointer<Double>, _ method: Method, _ work: Work
    ) throws -> [(first: Int, second: Int, height: Double)] {
        func place(_ a: Int, _ b: Int) -> Int { a < b ? a * rows - a * (a + 1) / 2 + b - a - 1 : b * rows - b * (b + 1) / 2 + a - b - 1 }
        var found: [(first: Int, second: Int, height: Double)] = []
        var active = Array(0..<rows), sizes = [Double](repeating: 1, count: rows), chain: [Int] = []
        while active.count > 1 {
            try work.check()
            if found.count % 256 == 0 { work.report("hierarchical", Double(found.count) / Double(rows), "merge \(found.count + 1) of \(rows - 1)") }
            if chain.isEmpty { chain.append(active[0]) }
            // Each of the chain is the nearest of the one before; two that are the nearest of each other are merged.
            var height = Double.infinity
            while true {
                let last = chain[chain.count - 1], before = chain.count > 1 ? chain[chain.count - 2] : nil
                // The one before is preferred among equals, or a chain of equal distances would go round in a circle.
                var nearest = before ?? (active[0] == last ? active[1] : active[0])
                height = before.map { distances[place(last, $0)] } ?? .infinity
                for other in active where other != last {
                    let distance = distances[place(last, other)]
                    if distance < height { (nearest, height) = (other, distance) }
                }
                if nearest == before { break }
                chain.append(nearest)
            }
            let ends = chain.suffix(2).sorted()
            chain.removeLast(2)
            // The merged cluster goes on under the higher of the two rows.
            let (gone, kept) = (ends[0], ends[1])
            found.append((gone, kept, height))
            active.remove(at: active.partitioningIndex { $0 >= gone })
            let goneSize = sizes[gone], keptSize = sizes[kept]
            for other in active where other != kept {
                let own = place(other, kept), from = distances[place(other, gone)], to = distances[own]
                switch method {
                case .ward:
                    let all = goneSize + keptSize + sizes[other]
                    let square = (sizes[other] + goneSize) * from * from + (sizes[other] + keptSize) * to * to - sizes[other] * height * height
                    distances[own] = (max(0, square) / all).squareRoot()
                case .average: distances[own] = (goneSize * from + keptSize * to) / (goneSize + keptSize)
                case .complete: distances[own] = max(from, to)
                }
            }
            sizes[kept] = goneSize + keptSize
        }
        return found
    }
}

extension Array {
    /// The first place whose element fulfils a condition that all later ones fulfil too.
    fileprivate func partitioningIndex(where condition: (Element) -> Bool) -> Int {
        var low = 0, high = count
        while low < high {
            let middle = (low + high) / 2
            if condition(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
