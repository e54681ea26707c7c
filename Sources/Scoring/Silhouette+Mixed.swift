import Algebra
import Runtime

extension Silhouette {
    /// Silhouettes of rows of numbers and categories, by the dissimilarity that k-prototypes sees: the squared Euclidean distance of the numbers, and `gamma` for each category in which two rows
    /// differ. Without numbers gamma is of no consequence.
    ///
    /// The sum of such distances from a row to a whole cluster follows from the cluster's mean, spread and counts of each category, so that all rows are measured exactly, however many there are.
    ///
    /// - Parameters:
    ///   - numbers: `[rows, columns]`, finite; without columns where all are categories.
    ///   - categories: for each column the level of each row, from 0, or -1 for what is not known, which counts as a level of its own.
    ///   - gamma: at least 0.
    ///   - labels: the cluster of each row, a number in `0..<clusters`; -1 for noise.
    ///   - clusters: how many clusters there are, empty ones included; one more than the largest label when not given.
    /// - Throws: `ScoringError.noRows`, `wrongCount`, `labelOutOfRange`, `notFinite`; `clusterCount` unless 2 to rows − 1 clusters hold rows; `Cancelled`.
    /// - Complexity: O(rows · clusters · columns) time, O(rows · columns + clusters · levels of columns of few) memory.
    public init(numbers: DenseMatrix, categories: [[Int32]], gamma: Double, labels: [Int], clusters: Int? = nil, work: Work = Work()) throws {
        let held = try ClusterMembers(labels, clusters: clusters, rows: numbers.rows)
        for column in categories where column.count != numbers.rows { throw ScoringError.wrongCount(of: "levels", expected: numbers.rows, found: column.count) }
        if let place = numbers.firstUnusable { throw ScoringError.notFinite(row: place.row, column: place.column) }
        let sizes = held.sizes, shapes = try held.members.map { try Shape(numbers, $0, work) }
        let tables = try categories.map { try LevelCounts($0, held, work) }
        let measured = held.held == numbers.rows ? Array(0..<numbers.rows) : labels.indices.filter { labels[$0] >= 0 }
        try self.init(held, measured: measured, shardRows: max(1024, (measured.count + 255) / 256), work: work) { row, sums in
            for cluster in sizes.indices where sizes[cluster] > 0 {
                let size = Double(sizes[cluster])
                var sum = shapes[cluster].distanceSum(from: numbers, row, size)
                for (column, table) in tables.enumerated() { sum += gamma * (size - table[categories[column][row], cluster]) }
                sums[cluster] = sum
            }
        }
    }

    /// Silhouettes by given distances.
    ///
    /// - Parameters:
    ///   - distances: of rows i < j at `i · rows − i · (i + 1) / 2 + j − i − 1`, finite and at least 0.
    ///   - labels: the cluster of each row, a number in `0..<clusters`; -1 for noise.
    /// - Throws: `ScoringError.noRows`, `wrongCount`, `labelOutOfRange`, `notANumber`; `clusterCount` unless 2 to rows − 1 clusters hold rows; `Cancelled`.
    /// - Complexity: O(rows²).
    public init(condensed distances: [Double], labels: [Int], clusters: Int? = nil, work: Work = Work()) throws {
        let count = labels.count
        let held = try ClusterMembers(labels, clusters: clusters, rows: count)
        guard distances.count == count * (count - 1) / 2 else { throw ScoringError.wrongCount(of: "distances", expected: count * (count - 1) / 2, found: distances.count) }
        let measured = labels.indices.filter { labels[$0] >= 0 }
        try self.init(held, measured: measured, shardRows: 64, work: work) { row, sums in
            for cluster in sums.indices { sums[cluster] = 0 }
            try distances.withUnsafeBufferPointer { distances in
                for other in measured where other != row {
                    let (low, high) = row < other ? (row, other) : (other, row)
                    let distance = distances[low * count - low * (low + 1) / 2 + high - low - 1]
                    guard distance >= 0, distance < .infinity else { throw ScoringError.notANumber(row: row) }
                    sums[labels[other]] += distance
                }
            }
        }
    }

    /// The mean of a cluster's numbers, and the sum of their squared distances to it.
    private struct Shape {
        let means: [Double]
        let squares: Double

        init(_ numbers: DenseMatrix, _ members: [Int], _ work: Work) throws {
            guard let first = members.first else {
                (means, squares) = ([], 0)
                return
            }
            var means: [Double] = [], squares = ExactSum()
            for column in 0..<numbers.columns {
                let start = numbers[first, column]
                var sum = ExactSum(), isConstant = true
                try work.forEachStretch(of: members.count) {
                    for place in $0 {
                        let value = numbers[members[place], column]
                        sum.add(value)
                        isConstant = isConstant && value == start
                    }
                }
                // Rows that are the same are their own mean, without its rounding.
                let mean = isConstant ? start : sum.total / Double(members.count)
                means.append(mean)
                guard !isConstant else { continue }
                try work.forEachStretch(of: members.count) {
                    for place in $0 {
                        let gap = numbers[members[place], column] - mean
                        squares.add(gap * gap)
                    }
                }
            }
            self.means = means
            self.squares = squares.total
        }

        /// Of the squared distances from a row to all rows of the cluster.
        func distanceSum(from numbers: DenseMatrix, _ row: Int, _ size: Double) -> Double {
            var square = 0.0
            for (column, mean) in means.enumerated() {
                let gap = numbers[row, column] - mean
                square += gap * gap
            }
            return squares + size * square
        }
    }

    /// How many rows of each cluster have each level of a column; -1 counts as a level.
    private struct LevelCounts: Sendable {
        /// Where levels and clusters are few the counts, `[level + 1][cluster]`.
        private let counts: [Double]
        /// Where they are many for each level, from `starts[level + 1]` on, the clusters that have it, rising, and how often.
        private let starts: [Int], held: [Int32], times: [Double]
        private let clusters: Int

        private static let mostCells = 1 << 22

        init(_ codes: [Int32], _ members: ClusterMembers, _ work: Work) throws {
            let labels = members.labels, clusters = members.members.count, levels = Int(codes.max() ?? 0) + 2
            self.clusters = clusters
            guard levels > Self.mostCells / clusters else {
                var counts = [Double](repeating: 0, count: levels * clusters)
                try work.forEachStretch(of: codes.count) { for row in $0 where labels[row] >= 0 { counts[Int(codes[row] + 1) * clusters + labels[row]] += 1 } }
                (self.counts, starts, held, times) = (counts, [], [], [])
                return
            }
            // Clusters are gone through in their order, so that the rows of a level come by cluster.
            var ends = [Int](repeating: 0, count: levels + 1)
            for own in members.members { try work.forEachStretch(of: own.count) { for place in $0 { ends[Int(codes[own[place]]) + 2] += 1 } } }
            for level in 1...levels { ends[level] += ends[level - 1] }
            var sorted = [Int32](repeating: 0, count: members.held), next = ends
            for (cluster, own) in members.members.enumerated() {
                try work.forEachStretch(of: own.count) {
                    for place in $0 {
                        let level = Int(codes[own[place]] + 1)
                        sorted[next[level]] = Int32(cluster)
                        next[level] += 1
                    }
                }
            }
            var starts = [0], held: [Int32] = [], times: [Double] = []
            for level in 0..<levels {
                if level & 0xFFFF == 0 { try work.check() }
                for place in ends[level]..<ends[level + 1] {
                    if held.count > starts[level], held[held.count - 1] == sorted[place] { times[times.count - 1] += 1 } else {
                        held.append(sorted[place])
                        times.append(1)
                    }
                }
                starts.append(held.count)
            }
            (counts, self.starts, self.held, self.times) = ([], starts, held, times)
        }

        subscript(code: Int32, cluster: Int) -> Double {
            let level = Int(code + 1)
            if starts.isEmpty { return counts[level * clusters + cluster] }
            var low = starts[level], high = starts[level + 1]
            while low < high {
                let middle = (low + high) / 2
                if held[middle] < cluster { low = middle + 1 } else { high = middle }
            }
            return low < starts[level + 1] && held[low] == cluster ? times[low] : 0
        }
    }
}
