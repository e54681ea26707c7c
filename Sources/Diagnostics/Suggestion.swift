/// The word of `candidates` that a person most probably meant, or none if nothing is near.
///
/// Near is an edit distance (insertions, deletions, exchanges and swaps of neighbours) of at most a third of the word's length, or a shared start.
public func nearest(to word: String, in candidates: some Sequence<String>) -> String? {
    let wanted = Array(word.lowercased().utf8)
    var best: (word: String, distance: Int)?
    for candidate in candidates {
        let distance = editDistance(wanted, Array(candidate.lowercased().utf8))
        if distance < best?.distance ?? Int.max { best = (candidate, distance) }
    }
    if let best, best.distance <= max(1, wanted.count / 3) { return best.word }
    let starting = candidates.filter { wanted.count >= 2 && $0.lowercased().hasPrefix(word.lowercased()) }
    return starting.count == 1 ? starting[0] : nil
}

/// The restricted Damerau-Levenshtein distance of two words.
///
/// - Complexity: O(a · b) time, O(b) memory.
func editDistance(_ a: [UInt8], _ b: [UInt8]) -> Int {
    var older: [Int] = []
    var previous = Array(0...b.count)
    for i in 0..<a.count {
        var current = [i + 1] + Array(repeating: 0, count: b.count)
        for j in 0..<b.count {
            let change = previous[j] + (a[i] == b[j] ? 0 : 1)
            current[j + 1] = min(change, previous[j + 1] + 1, current[j] + 1)
            if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { current[j + 1] = min(current[j + 1], older[j - 1] + 1) }
        }
        older = previous
        previous = current
    }
    return previous[b.count]
}
