/// How segments are numbered: by falling size, of equally large ones that with the earlier first row comes first. Those without rows are left out.
struct SegmentOrder {
    /// The old numbers of the segments, in their new order.
    let kept: [Int]
    /// The new number of each row's segment; -1 where a row is in none.
    let labels: [Int]
    let sizes: [Int]

    /// - Parameter labels: old numbers below `count`, or -1.
    init(_ labels: [Int], count: Int) {
        var sizes = [Int](repeating: 0, count: count)
        var firstRow = [Int](repeating: labels.count, count: count)
        for (row, label) in labels.enumerated() where label >= 0 {
            if sizes[label] == 0 { firstRow[label] = row }
            sizes[label] += 1
        }
        kept = (0..<count).filter { sizes[$0] > 0 }.sorted { (sizes[$1], firstRow[$0]) < (sizes[$0], firstRow[$1]) }
        var number = [Int](repeating: -1, count: count)
        for (place, segment) in kept.enumerated() { number[segment] = place }
        self.labels = labels.map { $0 < 0 ? -1 : number[$0] }
        self.sizes = kept.map { sizes[$0] }
    }
}
