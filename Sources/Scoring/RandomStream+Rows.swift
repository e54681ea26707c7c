import Runtime

extension RandomStream {
    /// `count` of the numbers `0..<total`, each set of them as likely, rising (selection sampling, Knuth's algorithm S).
    ///
    /// - Complexity: O(total).
    package mutating func rows(_ count: Int, of total: Int) -> [Int] {
        var chosen: [Int] = []
        chosen.reserveCapacity(min(count, total))
        for row in 0..<total where chosen.count < count {
            if uniform() * Double(total - row) < Double(count - chosen.count) { chosen.append(row) }
        }
        return chosen
    }
}
