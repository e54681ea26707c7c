import CKernels

extension RowBlocks {
    /// The Euclidean distances of the rows of a range to a point.
    ///
    /// - Complexity: O(rows · columns).
    public func distances(_ range: Range<Int>, to point: UnsafeBufferPointer<Double>, into distances: UnsafeMutableBufferPointer<Double>) {
        precondition(point.count == columns && distances.count == range.count, "a distance for each row, to a point as wide as the rows")
        guard !range.isEmpty, let point = point.baseAddress, let distances = distances.baseAddress else { return }
        cnb_distances(start(of: range), Int64(range.count), Int64(columns), point, distances)
    }

    /// One step of Prim's algorithm over mutual reachabilities max(core of the row, core of the source, distance between them).
    ///
    /// Lowers `reach` where the source is nearer, and notes the source there. Rows of infinite core distance are in the tree already.
    ///
    /// - Returns: the row of least reach, of equal ones the first; none when all are infinite.
    package func primStep(
        from source: Int, core: Double, cores: UnsafeBufferPointer<Double>, reach: UnsafeMutableBufferPointer<Double>, sources: UnsafeMutableBufferPointer<Int32>
    ) -> Int? {
        precondition(cores.count == rows && reach.count == rows && sources.count == rows, "a core distance, a reach and a source for each row")
        guard rows > 0, let cores = cores.baseAddress, let reach = reach.baseAddress, let sources = sources.baseAddress else { return nil }
        let found = row(source).withUnsafeBufferPointer { point -> Int64 in
            guard let point = point.baseAddress else { return -1 }
            return cnb_prim_step(start(of: 0..<rows), Int64(rows), Int64(columns), point, core, Int64(source), cores, reach, sources)
        }
        return found < 0 ? nil : Int(found)
    }
}
