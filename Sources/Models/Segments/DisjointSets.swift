/// Things that become one with others, step by step (union-find): each knows another of its set, up to the one that stands for all.
///
/// - Complexity: about O(1) a question, over many of them.
///
/// ### References
/// R. Tarjan, J. van Leeuwen. Worst-case Analysis of Set Union Algorithms. Journal of the ACM, 1984 (path compression).
struct DisjointSets: Sendable {
    private var parents: [Int]

    init(count: Int) { parents = Array(0..<count) }

    /// The thing that stands for the set of a thing.
    mutating func root(_ thing: Int) -> Int {
        var root = thing
        while parents[root] != root { root = parents[root] }
        var next = thing
        while parents[next] != root { (next, parents[next]) = (parents[next], root) }
        return root
    }

    /// Makes one set of two, for which the lower of their roots stands.
    mutating func join(_ first: Int, _ second: Int) {
        let (a, b) = (root(first), root(second))
        parents[max(a, b)] = min(a, b)
    }

    /// Makes one set of those of two roots, for which a new thing stands; gives that.
    mutating func joinUnderNew(_ first: Int, _ second: Int) -> Int {
        let new = parents.count
        parents.append(new)
        (parents[first], parents[second]) = (new, new)
        return new
    }
}

extension Sequence where Element: Hashable {
    /// Numbers from 0 for what differs, in the order in which it first comes.
    func numberedByFirst() -> [Int] {
        var numbers: [Element: Int] = [:]
        return map { element in
            let number = numbers[element, default: numbers.count]
            numbers[element] = number
            return number
        }
    }
}
