extension CategoryColumns {
    /// The rows that differ, by where each comes first, the place of each row among them, and how many are like it; none where that would not halve the rows, or there are too
    /// many combinations of levels to count them in a table.
    ///
    /// - Complexity: O(rows · columns) time, O(rows) memory.
    func merged() -> (rows: CategoryColumns, places: [Int32], weights: [Int32])? {
        var combinations = 1
        for column in levels.indices {
            // A code of -1 is as a further level here.
            let (product, overflow) = combinations.multipliedReportingOverflow(by: levels[column].count + 1)
            guard !overflow, product <= 8 * rows else { return nil }
            combinations = product
        }
        var keys = [Int32](repeating: 0, count: rows)
        for column in levels.indices {
            let width = Int32(levels[column].count + 1)
            for (row, code) in codes[column].enumerated() { keys[row] = keys[row] * width + code + 1 }
        }
        var placeOfKey = [Int32](repeating: -1, count: combinations), first: [Int] = [], weights: [Int32] = []
        for row in keys.indices {
            let key = Int(keys[row])
            if placeOfKey[key] < 0 {
                placeOfKey[key] = Int32(first.count)
                first.append(row)
                weights.append(0)
            }
            keys[row] = placeOfKey[key]
            weights[Int(keys[row])] += 1
        }
        return first.count <= rows / 2 ? (selecting(first), keys, weights) : nil
    }
}
