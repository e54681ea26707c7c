import CKernels

/// The rows of a matrix laid out for the vectorised loops of `segments.h`: blocks of eight rows, in each block column after column.
///
/// It also fixes the shards: how many there are, and which rows each holds, follows from the number of rows alone.
public final class RowBlocks: @unchecked Sendable {  // written in `init`, only read afterwards
    public static let blockRows = 8
    public let rows: Int
    public let columns: Int
    /// At most 64, of at least 4,096 rows each but for the last.
    public let shards: Int
    private let shardRows: Int
    private let storage: UnsafeMutablePointer<Double>

    /// - Complexity: O(rows · columns) time and memory.
    public init(_ matrix: DenseMatrix) {
        rows = matrix.rows
        columns = matrix.columns
        shardRows = max(4096, ((rows + 63) / 64 + 7) / 8 * 8)
        shards = (rows + shardRows - 1) / shardRows
        let count = max(1, (rows + Self.blockRows - 1) / Self.blockRows * Self.blockRows * columns)
        // Blocks start on a cache line, so that no vector load crosses one.
        storage = UnsafeMutableRawPointer.allocate(byteCount: count * MemoryLayout<Double>.stride, alignment: 64)
            .bindMemory(to: Double.self, capacity: count)
        storage.initialize(repeating: 0, count: count)
        matrix.values.withUnsafeBufferPointer { values in
            if let values = values.baseAddress { cnb_blocks_from_rows(values, Int64(rows), Int64(columns), storage) }
        }
    }

    deinit { UnsafeMutableRawPointer(storage).deallocate() }

    /// The rows of a shard.
    public func range(ofShard shard: Int) -> Range<Int> { shard * shardRows..<min(rows, (shard + 1) * shardRows) }

    /// The values of one row.
    public func row(_ row: Int) -> [Double] { (0..<columns).map { storage[(row / 8 * columns + $0) * 8 + row % 8] } }

    func start(of range: Range<Int>) -> UnsafePointer<Double> {
        precondition(range.lowerBound % Self.blockRows == 0 && range.upperBound <= rows, "a range of rows starts with a block")
        return UnsafePointer(storage + range.lowerBound * columns)
    }

    /// How many lanes each sum of `addLloydSums` has.
    public static func lloydLanes(centroids: Int) -> Int { Int(cnb_lloyd_lanes(Int64(centroids))) }

    /// Adds the rows of `range`, and how many they are, to the sums of their nearest centroids, `[count, columns + 1, lanes]`; of equally near
    /// ones the first counts.
    public func addLloydSums(_ range: Range<Int>, centroids: UnsafeBufferPointer<Double>, count: Int, to sums: UnsafeMutableBufferPointer<Double>) {
        precondition(centroids.count == count * columns && sums.count == count * (columns + 1) * Self.lloydLanes(centroids: count))
        guard count > 0, let centroids = centroids.baseAddress, let sums = sums.baseAddress else { return }
        cnb_lloyd_sums(start(of: range), Int64(range.count), Int64(columns), centroids, Int64(count), sums)
    }

    /// Adds the squared distances of the rows to their nearest centroids to eight lanes of `inertia`; labels and squares, where wanted, are
    /// those of the range.
    public func nearest(
        _ range: Range<Int>, centroids: UnsafeBufferPointer<Double>, count: Int, inertia: UnsafeMutableBufferPointer<Double>,
        labels: UnsafeMutableBufferPointer<Int32>? = nil, squares: UnsafeMutableBufferPointer<Double>? = nil
    ) {
        precondition(centroids.count == count * columns && inertia.count == Self.blockRows)
        precondition((labels?.count ?? range.count) == range.count && (squares?.count ?? range.count) == range.count)
        guard count > 0, let centroids = centroids.baseAddress, let inertia = inertia.baseAddress else { return }
        cnb_nearest(start(of: range), Int64(range.count), Int64(columns), centroids, Int64(count), inertia, labels?.baseAddress, squares?.baseAddress)
    }

    /// For each candidate adds the smaller of the squared distance to it and of `closest`, over the rows of the range, to eight lanes of
    /// `potentials`.
    public func addPotentials(
        _ range: Range<Int>, candidates: UnsafeBufferPointer<Double>, count: Int, closest: UnsafeBufferPointer<Double>,
        to potentials: UnsafeMutableBufferPointer<Double>
    ) {
        precondition(candidates.count == count * columns && closest.count == range.count && potentials.count == count * Self.blockRows)
        guard let candidates = candidates.baseAddress, let closest = closest.baseAddress, let potentials = potentials.baseAddress else { return }
        cnb_potentials(start(of: range), Int64(range.count), Int64(columns), candidates, Int64(count), closest, potentials)
    }

    /// Lowers `closest`, the values of the range, to the squared distance to `centre`, and adds the new values to eight lanes of `potential`.
    public func lowerClosest(
        _ range: Range<Int>, to centre: UnsafeBufferPointer<Double>, closest: UnsafeMutableBufferPointer<Double>,
        potential: UnsafeMutableBufferPointer<Double>
    ) {
        precondition(centre.count == columns && closest.count == range.count && potential.count == Self.blockRows)
        guard let centre = centre.baseAddress, let closest = closest.baseAddress, let potential = potential.baseAddress else { return }
        cnb_closest(start(of: range), Int64(range.count), Int64(columns), centre, closest, potential)
    }

    /// The sum of the Euclidean distances from a point to all rows, added in eight lanes by row.
    public func distanceSum(from point: UnsafeBufferPointer<Double>) -> Double {
        precondition(point.count == columns, "a point has a value for each column")
        guard let point = point.baseAddress, rows > 0 else { return 0 }
        return cnb_distance_sum(storage, Int64(rows), Int64(columns), point)
    }
}
