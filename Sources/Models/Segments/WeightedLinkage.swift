import Runtime

/// Average linkage of things that stand for several rows each.
///
/// Each step joins the two groups whose rows have the least mean distance, every row counting once; of equal ones the pair whose first members come first. Heights never fall, so that the
/// steps in order of height are a dendrogram.
///
/// - Complexity: O(count²) time and memory, by chains of nearest neighbours.
///
/// ### References
/// R. Sokal, C. Michener. A statistical method for evaluating systematic relationships. University of Kansas Science Bulletin, 1958.
/// F. Murtagh. A survey of recent advances in hierarchical clustering algorithms. The Computer Journal, 1983.
struct WeightedLinkage {
    struct Merge: Equatable {
        /// Members of the two groups, the earlier one first.
        let first: Int, second: Int
        let height: Double
    }

    /// By rising height, one fewer than things.
    let merges: [Merge]
    let count: Int

    /// - Parameters:
    ///   - distances: of the things to each other; changed on the way.
    ///   - weights: how many rows each stands for, above 0.
    /// - Throws: `Cancelled`.
    init(_ distances: CondensedDistances, weights: [Double], work: Work) throws {
        precondition(weights.count == distances.count, "a weight for each thing")
        var distances = distances, weights = weights
        let count = distances.count
        self.count = count
        var isLeft = [Bool](repeating: true, count: count), chain: [Int] = [], merges: [Merge] = []
        merges.reserveCapacity(max(0, count - 1))
        var start = 0
        while merges.count < count - 1 {
            try work.check()
            if chain.isEmpty {
                while !isLeft[start] { start += 1 }
                chain.append(start)
            }
            let end = chain[chain.count - 1], before = chain.count > 1 ? chain[chain.count - 2] : -1
            // The one before is kept among equals, so that the chain ends.
            var nearest = before, least = before >= 0 ? distances[end, before] : Double.infinity
            for other in 0..<count where isLeft[other] && other != end {
                let distance = distances[end, other]
                if distance < least { (nearest, least) = (other, distance) }
            }
            guard nearest == before else {
                chain.append(nearest)
                continue
            }
            chain.removeLast(2)
            let (low, high) = end < before ? (end, before) : (before, end)
            merges.append(Merge(first: low, second: high, height: least))
            let (a, b) = (weights[low], weights[high])
            for other in 0..<count where isLeft[other] && other != low && other != high {
                distances.values[distances.place(low, other)] = (a * distances[low, other] + b * distances[high, other]) / (a + b)
            }
            weights[low] = a + b
            isLeft[high] = false
        }
        self.merges = merges.enumerated().sorted { ($0.element.height, $0.offset) < ($1.element.height, $1.offset) }.map(\.element)
    }

    /// The group of each thing when `groups` are left, numbered by their first members.
    func labels(groups: Int) -> [Int] {
        var sets = DisjointSets(count: count)
        for merge in merges.prefix(max(0, count - groups)) { sets.join(merge.first, merge.second) }
        return (0..<count).map { sets.root($0) }.numberedByFirst()
    }

    /// The number of groups, from 2 to `most`, that lasts over the longest range of heights; of equally long ones the smallest. None of fewer than two things.
    func longestLived(most: Int) -> (groups: Int, lifetime: Double)? {
        var best: (groups: Int, lifetime: Double)?
        for groups in 2..<max(2, min(count, max(2, most)) + 1) {
            // The step that ends with fewer, and the one that began with as many.
            let lifetime = merges[count - groups].height - (groups < count ? merges[count - groups - 1].height : 0)
            // Rounding makes no life longer.
            if lifetime > (best?.lifetime ?? -1) + 1e-12 { best = (groups, lifetime) }
        }
        return best
    }
}
